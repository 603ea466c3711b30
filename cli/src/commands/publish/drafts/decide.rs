//! `draft comment`, `submit`, `approve` and `reject`: what is said of drafts.

use std::str::FromStr;

use clap::Args;
use liaison_api::model::{CheckedDraft, NewComment, NewStep};
use liaison_authority::drafts::Step;
use serde_json::json;

use super::super::submit::own_log;
use super::show::{self, Against};
use super::{answer, line, path, waiting};
use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::prompt::confirm;
use crate::session::Session;

/// Say something of a draft.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft comment 5e4ad5e51f3c2d0b \"Since when?\"")]
pub(crate) struct Comment {
    /// The draft.
    #[arg(value_name = "ID")]
    id: String,
    /// What is said.
    #[arg(value_name = "TEXT")]
    text: String,
}

impl Comment {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let body = NewComment { text: self.text };
        let path = format!("{}/comments", path(&self.id)?);
        let said: CheckedDraft = at_node(session, async |connection| {
            connection.client.post(&path, &body).await
        })?;
        answer(session, &said)
    }
}

/// Submit drafts for a decision; they must break no rule of their kinds.
///
/// A draft whose revision is not named is shown first.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft submit 5e4ad5e51f3c2d0b@3")]
pub(crate) struct Submit {
    /// The drafts, each with the revision that you have read.
    #[arg(value_name = "ID[@REVISION]", required = true)]
    drafts: Vec<Named>,
}

impl Submit {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        step(session, &self.drafts, Step::Submitted, None)
    }
}

/// Approve drafts: an administrator can sign them.
///
/// A draft whose revision is not named is shown first. One that was changed since it was read is refused.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft approve 5e4ad5e51f3c2d0b@3")]
pub(crate) struct Approve {
    /// The drafts, each with the revision that you have read.
    #[arg(value_name = "ID[@REVISION]", required = true)]
    drafts: Vec<Named>,
}

impl Approve {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        step(session, &self.drafts, Step::Approved, None)
    }
}

/// Give drafts back to their authors.
///
/// A draft whose revision is not named is shown first. An update that waits for signatures is given up: its signatures
/// are thrown away, and the drafts that it was made from stay as they are.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft reject 5e4ad5e51f3c2d0b@3 --reason \"names a person\"")]
pub(crate) struct Reject {
    /// The drafts, each with the revision that you have read.
    #[arg(value_name = "ID[@REVISION]", required = true)]
    drafts: Vec<Named>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Reject {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        if let [update] = self.drafts.as_slice()
            && let Ok(hash) = update.id.parse()
        {
            return at_node(session, async |connection| {
                waiting::reject(session, connection, hash, &self.reason).await
            });
        }
        step(session, &self.drafts, Step::Rejected, Some(self.reason))
    }
}

/// A draft, and the revision of it that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    id: String,
    revision: Option<u64>,
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Named, String> {
        let (id, revision) = match text.split_once('@') {
            Some((id, revision)) => (id, Some(revision)),
            None => (text, None),
        };
        path(id).map_err(|failure| failure.to_string())?;
        let revision = revision.map(str::parse).transpose();
        let revision = revision.map_err(|_| "after @ the revision is expected, as `draft show` prints it")?;
        let id = id.to_owned();
        Ok(Named { id, revision })
    }
}

// One after the other; the first that cannot be is the end.
fn step(session: &Session, named: &[Named], step: Step, reason: Option<String>) -> Result<(), Failure> {
    let drafts = at_node(session, async |connection| {
        let revisions = revisions(session, connection, named, step).await?;
        let mut drafts = Vec::new();
        for (Named { id, .. }, revision) in named.iter().zip(revisions) {
            let body = NewStep {
                revision,
                step,
                reason: reason.clone(),
                index: None,
            };
            let path = format!("{}/steps", path(id)?);
            let taken: CheckedDraft = connection.client.post(&path, &body).await?;
            drafts.push(taken.draft);
        }
        Ok(drafts)
    })?;
    session.output.answer(&json!({ "drafts": drafts }), |_| {
        drafts.iter().map(line).collect()
    })
}

// The revisions that were read. Drafts of which none is named are shown now, and it is asked whether to go on.
async fn revisions(
    session: &Session,
    connection: &Connection,
    named: &[Named],
    step: Step,
) -> Result<Vec<u64>, Failure> {
    let mut shown = Vec::new();
    let mut revisions = Vec::new();
    for Named { id, revision } in named {
        if let Some(revision) = revision {
            revisions.push(*revision);
            continue;
        }
        let checked: CheckedDraft = connection.client.get(&path(id)?).await?;
        let log = own_log(connection).await?;
        let against = Against::fetch(
            session,
            connection,
            &log,
            &checked.draft.record,
            &checked.draft.content,
        )
        .await?;
        shown.push(show::text(&checked, &against));
        revisions.push(checked.draft.revision);
    }
    if !shown.is_empty() {
        let question = format!("Is this to be {}?", step.word());
        confirm(session, &shown.join("\n"), &question)?;
    }
    Ok(revisions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_named_with_the_revision_that_was_read() {
        let named = |text: &str| text.parse::<Named>().ok().map(|named| (named.id, named.revision));
        assert_eq!(named("ab12"), Some(("ab12".to_owned(), None)));
        assert_eq!(named("ab12@3"), Some(("ab12".to_owned(), Some(3))));
        for bad in ["", "@3", "ab12@", "ab12@x", "ab12@-1", "ab/12@3"] {
            assert_eq!(named(bad), None, "{bad}");
        }
    }
}
