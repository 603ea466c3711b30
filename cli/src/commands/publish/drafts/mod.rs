//! `draft`: records from their first words to an administrator's signature.

mod decide;
mod prepare;
mod show;
mod sign;

use clap::Subcommand;
use liaison_api::model::CheckedDraft;
use liaison_records::text::visible;
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;

/// Prepare records together, decide on them, and sign what was decided.
///
/// Drafts stand on this authority's node alone. What is signed is shown from the bytes that are signed, beside the
/// published version that this program has verified.
#[derive(Debug, Subcommand)]
pub(crate) enum Draft {
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

impl Draft {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Draft::New(new) => new.run(session),
            Draft::Edit(edit) => edit.run(session),
            Draft::Accept(accept) => accept.run(session),
            Draft::List(list) => list.run(session),
            Draft::Show(show) => show.run(session),
            Draft::Comment(comment) => comment.run(session),
            Draft::Submit(submit) => submit.run(session),
            Draft::Approve(approve) => approve.run(session),
            Draft::Reject(reject) => reject.run(session),
            Draft::Sign(sign) => sign.run(session),
        }
    }
}

// What a command leaves: where the draft is, and what it lacks.
fn answer(session: &Session, checked: &CheckedDraft) -> Result<(), Failure> {
    session.output.answer(&json!(checked), |_| {
        let draft = &checked.draft;
        let mut text = format!("draft {}  {}, {}\n", draft.id, draft.record, draft.step.word());
        for fault in &checked.faults {
            text.push_str(&format!(
                "  to mend    {}: {}\n",
                visible(&fault.path),
                visible(&fault.rule)
            ));
        }
        text
    })
}
