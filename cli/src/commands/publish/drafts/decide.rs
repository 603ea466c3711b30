//! `draft comment`, `submit`, `approve` and `reject`: what is said of drafts.

use clap::Args;
use liaison_api::model::{CheckedDraft, NewComment, NewStep};
use liaison_authority::drafts::Step;
use serde_json::json;

use super::answer;
use super::prepare::path;
use crate::client::contexts::at_node;
use crate::failure::Failure;
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
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft submit 5e4ad5e51f3c2d0b")]
pub(crate) struct Submit {
    /// The drafts.
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

impl Submit {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        step(session, &self.ids, Step::Submitted, None)
    }
}

/// Approve drafts: an administrator can sign them.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft approve 5e4ad5e51f3c2d0b")]
pub(crate) struct Approve {
    /// The drafts.
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

impl Approve {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        step(session, &self.ids, Step::Approved, None)
    }
}

/// Give drafts back to their authors.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft reject 5e4ad5e51f3c2d0b --reason \"names a person\"")]
pub(crate) struct Reject {
    /// The drafts.
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Reject {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        step(session, &self.ids, Step::Rejected, Some(self.reason))
    }
}

// One after the other; the first that cannot be is the end.
fn step(session: &Session, ids: &[String], step: Step, reason: Option<String>) -> Result<(), Failure> {
    let body = NewStep {
        step,
        reason,
        index: None,
    };
    let drafts = at_node(session, async |connection| {
        let mut drafts = Vec::new();
        for id in ids {
            let path = format!("{}/steps", path(id)?);
            let taken: CheckedDraft = connection.client.post(&path, &body).await?;
            drafts.push(taken.draft);
        }
        Ok(drafts)
    })?;
    session.output.answer(&json!({ "drafts": drafts }), |_| {
        let line = |draft: &liaison_authority::drafts::Draft| {
            format!("draft {}  {}, {}\n", draft.id, draft.record, draft.step.word())
        };
        drafts.iter().map(line).collect()
    })
}
