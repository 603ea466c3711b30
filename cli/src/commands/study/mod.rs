//! `study`: questionnaires, from the opening to what the answers come to.

mod answer;
mod close;
mod gather;
mod open;
mod remind;
mod results;
mod status;

pub(super) use gather::judged;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

/// Open, answer and evaluate studies.
#[derive(Debug, Subcommand)]
pub(crate) enum Study {
    Open(open::Open),
    Answer(answer::Answer),
    Status(status::Status),
    Remind(remind::Remind),
    Close(close::Close),
    Results(results::Results),
}

impl Study {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Study::Open(open) => open.run(session),
            Study::Answer(answer) => answer.run(session),
            Study::Status(status) => status.run(session),
            Study::Remind(remind) => remind.run(session),
            Study::Close(close) => close.run(session),
            Study::Results(results) => results.run(session),
        }
    }
}
