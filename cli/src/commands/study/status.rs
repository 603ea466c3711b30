//! `study status`: who has answered, and when.

use clap::Args;
use liaison_records::Reference;
use liaison_records::study::Given;
use liaison_records::text::visible;
use serde_json::json;

use super::gather::Gathered;
use crate::client::contexts::at_node;
use crate::commands::show;
use crate::failure::Failure;
use crate::session::Session;

/// Show who has answered a study, when, and who has not.
///
/// Times are those of the witnesses, never the author's own. An answer whose witnessed time begins after the deadline,
/// or after the closing was witnessed, is late; of one whose time spans the end nobody can tell.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison study status COE/study/custody-records")]
pub(crate) struct Status {
    /// The study, as AUTHORITY/study/slug.
    #[arg(value_name = "REF")]
    study: Reference,
}

impl Status {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let found = at_node(session, async |connection| {
            Gathered::fetch(session, connection, &self.study).await
        })?;
        let language = session.language();
        let mut answer = found.head(language);
        answer["answers"] = json!(found.answers);
        session.output.answer(&answer, |_| {
            let mut text = head(&found, language);
            for given in &found.answers {
                text.push_str(&format!("  {:<10} {}\n", who(given), when(given)));
            }
            for code in &found.missing {
                text.push_str(&format!("  {:<10} no answer\n", code.to_string()));
            }
            text
        })
    }
}

/// The study in a few lines.
pub(super) fn head(found: &Gathered, language: &str) -> String {
    let study = &found.study;
    let mut text = format!("{}  {}\n", study.entry(), visible(study.title(language)));
    text.push_str(&format!("  deadline   {}\n", visible(study.deadline())));
    if let Some(closing) = study.closing {
        text.push_str(&format!("  closed     witnessed {}\n", show::witnessed(closing)));
    }
    let count = found.answers.len();
    let word = if count == 1 { "answer" } else { "answers" };
    text.push_str(&format!("  {count} {word}, {} missing\n", found.missing.len()));
    text
}

/// Whose answer it is.
pub(super) fn who(given: &Given) -> String {
    match &given.territory {
        Some(territory) => format!("{} {}", given.authority, visible(territory)),
        None => given.authority.to_string(),
    }
}

/// What must be known of an answer beside what it says.
pub(super) fn when(given: &Given) -> String {
    let mut text = format!(
        "{}: witnessed {}",
        given.timing.words(),
        show::witnessed(given.witnessed)
    );
    for (holds, remark) in [
        (given.disputed, "disputed"),
        (!given.addressed, "not addressed"),
        (given.content.is_none(), "its content is not here"),
    ] {
        if holds {
            text.push_str(&format!("; {remark}"));
        }
    }
    text
}
