//! One draft, and the steps that it takes.

use liaison_protocol::update::{Audience, RecordName};
use liaison_records::check;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::DraftError;

/// Remarks on one draft, steps aside.
pub(super) const COMMENTS_MAX: usize = 200;
/// Characters of a remark.
const COMMENT_MAX: usize = 4_000;

/// A record that is being prepared. It stands in no log, and nowhere but on its authority's node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Draft {
    /// Names it: 16 hex digits.
    pub id: String,
    /// What it is to become, kind/slug.
    #[schema(value_type = String, example = "practice/body-worn-cameras")]
    pub record: RecordName,
    /// Who is to read it: `CLEAR`, `GREEN` or `AMBER`; absent: as before, and AMBER for a new record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "GREEN")]
    pub audience: Option<Audience>,
    /// The record, which may still break rules of its kind.
    pub content: Value,
    /// The version that it was made from, as epoch.index; absent when the record was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "1.42")]
    pub base: Option<String>,
    /// The version of a suggestion that it was made from: `COE/suggestion/slug@index`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "COE/suggestion/s9u8g7g6e5s4t3i2o1n0@42")]
    pub suggestion: Option<String>,
    /// How far it is.
    pub step: Step,
    /// Who made and changed it, each once: tokens by label and id, `local` for the node's own socket.
    pub authors: Vec<String>,
    /// What was said of it, oldest first.
    pub comments: Vec<Comment>,
    /// When it was made (Unix, milliseconds).
    pub created_at: u64,
    /// When it was last changed.
    pub changed_at: u64,
    /// Rises with each change of what it says.
    pub revision: u64,
}

/// How far a draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// It is being written.
    Open,
    /// It waits for a decision.
    Submitted,
    /// It waits for signatures.
    Approved,
    /// It goes back to its authors, with a reason.
    Rejected,
    /// An update carries it.
    Published,
}

/// Something said of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Comment {
    /// Who.
    pub by: String,
    /// When (Unix, milliseconds).
    pub at: u64,
    /// What, or which step was taken.
    pub text: String,
    /// The step that was taken; absent in a remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
}

/// What a draft is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// What it is to become, kind/slug.
    #[schema(value_type = String, example = "practice/body-worn-cameras")]
    pub record: RecordName,
    /// Who is to read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "GREEN")]
    pub audience: Option<Audience>,
    /// The record.
    pub content: Value,
    /// The version that it was made from, as epoch.index; absent when the record is to be new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The version of a suggestion that it was made from: `COE/suggestion/slug@index`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "COE/suggestion/s9u8g7g6e5s4t3i2o1n0@42")]
    pub suggestion: Option<String>,
}

/// What takes the place of what a draft said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftChange {
    /// The revision that was changed: another one is refused.
    pub revision: u64,
    /// Who is to read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub audience: Option<Audience>,
    /// The record.
    pub content: Value,
    /// The version that it is made from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

/// A step that is to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// The revision that it is taken with: another one is refused.
    pub revision: u64,
    /// Where the draft goes.
    pub step: Step,
    /// Why; needed when it is rejected.
    pub reason: Option<String>,
}

impl Draft {
    pub(super) fn new(id: String, new: NewDraft, by: &str, now: u64) -> Draft {
        Draft {
            id,
            record: new.record,
            audience: new.audience,
            content: new.content,
            base: new.base,
            suggestion: new.suggestion,
            step: Step::Open,
            authors: vec![by.to_owned()],
            comments: Vec::new(),
            created_at: now,
            changed_at: now,
            revision: 1,
        }
    }

    pub(super) fn change(&mut self, change: DraftChange, by: &str, now: u64) -> Result<(), DraftError> {
        self.stands_at(change.revision)?;
        self.is_not_published()?;
        (self.audience, self.content, self.base) = (change.audience, change.content, change.base);
        // What was decided was decided on other words.
        self.step = Step::Open;
        self.revision += 1;
        self.changed_at = now;
        if self.authors.iter().all(|author| author != by) {
            self.authors.push(by.to_owned());
        }
        Ok(())
    }

    pub(super) fn comment(&mut self, text: String, by: &str, now: u64) -> Result<(), DraftError> {
        let remarks = self.comments.iter().filter(|comment| comment.step.is_none());
        if remarks.count() >= COMMENTS_MAX {
            return Err(DraftError::Comments { most: COMMENTS_MAX });
        }
        self.tell(text, None, by, now)
    }

    pub(super) fn step(&mut self, next: NextStep, by: &str, now: u64) -> Result<(), DraftError> {
        let NextStep {
            revision,
            step,
            reason,
        } = next;
        self.stands_at(revision)?;
        let is_possible = match step {
            Step::Submitted => self.step == Step::Open,
            Step::Approved => self.step == Step::Submitted,
            Step::Rejected => matches!(self.step, Step::Open | Step::Submitted | Step::Approved),
            Step::Published => matches!(self.step, Step::Submitted | Step::Approved),
            Step::Open => false,
        };
        if !is_possible {
            return Err(DraftError::Step {
                id: self.id.clone(),
                from: self.step,
                to: step,
            });
        }
        if matches!(step, Step::Submitted | Step::Approved)
            && let Err(faults) = check(&self.record, &self.content)
        {
            return Err(DraftError::Faults(faults));
        }
        let told = match (step, reason) {
            (Step::Rejected, None) => return Err(DraftError::Reason),
            (step, Some(reason)) => format!("{}: {reason}", step.word()),
            (step, None) => step.word().to_owned(),
        };
        self.tell(told, Some(step), by, now)?;
        self.step = step;
        self.changed_at = now;
        Ok(())
    }

    fn tell(&mut self, text: String, step: Option<Step>, by: &str, now: u64) -> Result<(), DraftError> {
        if text.trim().is_empty() || text.chars().count() > COMMENT_MAX {
            return Err(DraftError::Comment { most: COMMENT_MAX });
        }
        self.comments.push(Comment {
            by: by.to_owned(),
            at: now,
            text,
            step,
        });
        Ok(())
    }

    fn stands_at(&self, revision: u64) -> Result<(), DraftError> {
        match revision == self.revision {
            true => Ok(()),
            false => Err(DraftError::Stale {
                id: self.id.clone(),
                given: revision,
                found: self.revision,
            }),
        }
    }

    fn is_not_published(&self) -> Result<(), DraftError> {
        match self.step {
            Step::Published => Err(DraftError::Step {
                id: self.id.clone(),
                from: Step::Published,
                to: Step::Open,
            }),
            _ => Ok(()),
        }
    }
}

impl Step {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Step::Open => "open",
            Step::Submitted => "submitted",
            Step::Approved => "approved",
            Step::Rejected => "rejected",
            Step::Published => "published",
        }
    }
}
