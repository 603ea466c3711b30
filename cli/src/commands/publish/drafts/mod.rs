//! `draft`: records from their first words to an administrator's signature.

mod decide;
mod draft_file;
mod prepare;
pub(super) mod review;
mod show;
mod sign;
pub(super) mod waiting;

use clap::Subcommand;
use liaison_api::model::{CheckedDraft, DraftFault};
use liaison_authority::drafts::Draft;
use liaison_records::text::visible;
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;

/// Prepare records together, decide on them, and sign what was decided.
///
/// Drafts stand on this authority's node alone. What is signed is shown from the bytes that are signed, beside the
/// published version that this program has verified.
#[derive(Debug, Subcommand)]
pub(crate) enum Drafts {
    New(prepare::New),
    Edit(prepare::Edit),
    Accept(prepare::Accept),
    List(show::List),
    Show(show::Show),
    Comment(decide::Comment),
    Submit(decide::Submit),
    Approve(decide::Approve),
    Reject(decide::Reject),
    Sign(sign::Sign),
}

impl Drafts {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Drafts::New(new) => new.run(session),
            Drafts::Edit(edit) => edit.run(session),
            Drafts::Accept(accept) => accept.run(session),
            Drafts::List(list) => list.run(session),
            Drafts::Show(show) => show.run(session),
            Drafts::Comment(comment) => comment.run(session),
            Drafts::Submit(submit) => submit.run(session),
            Drafts::Approve(approve) => approve.run(session),
            Drafts::Reject(reject) => reject.run(session),
            Drafts::Sign(sign) => sign.run(session),
        }
    }
}

// What a command leaves: where the draft is, and what it lacks.
fn answer(session: &Session, checked: &CheckedDraft) -> Result<(), Failure> {
    session.output.answer(&json!(checked), |_| {
        let (draft, faults) = (&checked.draft, &checked.faults);
        format!("{}{}", line(draft), to_mend(faults))
    })
}

fn line(draft: &Draft) -> String {
    format!("draft {}  {}, {}\n", draft.id, draft.record, draft.step.word())
}

fn to_mend(faults: &[DraftFault]) -> String {
    let line = |fault: &DraftFault| {
        let (path, rule) = (visible(&fault.path), visible(&fault.rule));
        format!("  to mend    {path}: {rule}\n")
    };
    faults.iter().map(line).collect()
}

/// The path of a draft.
fn path(id: &str) -> Result<String, Failure> {
    let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric());
    match is_id {
        true => Ok(format!("/v1/drafts/{id}")),
        false => Err(Failure::usage(format!(
            "‘{id}’ is no draft's id; see `liaison draft list`"
        ))),
    }
}
