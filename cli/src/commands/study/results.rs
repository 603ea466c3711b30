//! `study results`: what the answers come to.

use clap::Args;
use liaison_records::Reference;
use liaison_records::study::{self, Figure, Given};
use liaison_records::text::visible;
use serde_json::json;

use super::gather::Gathered;
use super::status::{head, when, who};
use crate::client::contexts::at_node;
use crate::failure::Failure;
use crate::session::Session;

/// Show what the answers to a study come to: the table of all answers, and how they are distributed.
///
/// Late and disputed answers are counted and marked. What is missing is shown as missing, never as zero or no, and
/// nobody is ranked. With --json each figure names the entries that it rests on.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison study results COE/study/custody-records --json")]
pub(crate) struct Results {
    /// The study, as AUTHORITY/study/slug.
    #[arg(value_name = "REF")]
    study: Reference,
}

impl Results {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let found = at_node(session, async |connection| {
            Gathered::fetch(session, connection, &self.study).await
        })?;
        let language = session.language();
        let results = study::results(&found.study.content, &found.answers, language);
        let mut answer = found.head(language);
        answer["answers"] = json!(found.answers);
        answer["questions"] = json!(results);
        session.output.answer(&answer, |_| {
            let mut text = head(&found, language);
            for result in &results {
                text.push_str(&block(result, &found));
            }
            text.push_str("\nAnswers\n");
            for given in &found.answers {
                text.push_str(&format!("  {}\n    {}\n", given.entry, when(given)));
            }
            text
        })
    }
}

// A block a question: tables of many columns do not fit a terminal, and texts are long.
fn block(result: &study::Results, found: &Gathered) -> String {
    let unit = result.unit.as_ref().map(|unit| format!(" ({})", visible(unit)));
    let mut text = format!(
        "\n{}  {}{}\n",
        visible(&result.question),
        visible(&result.text),
        unit.unwrap_or_default()
    );
    text.push_str(&format!("  {}\n", distribution(result)));
    for (given, cell) in found.answers.iter().zip(&result.cells) {
        let said = cell.text.as_deref().map_or_else(|| "—".to_owned(), visible);
        let remark = cell
            .remark
            .as_ref()
            .map(|remark| format!("  “{}”", visible(remark)));
        let mark = mark(given);
        text.push_str(&format!(
            "  {:<10} {said}{mark}{}\n",
            who(given),
            remark.unwrap_or_default()
        ));
    }
    for code in &found.missing {
        text.push_str(&format!("  {:<10} —\n", code.to_string()));
    }
    text
}

fn distribution(result: &study::Results) -> String {
    let mut parts = match &result.figure {
        Figure::Counts(counts) => counts
            .iter()
            .map(|counted| format!("{}: {}", visible(&counted.text), counted.count))
            .collect(),
        Figure::Spread { median, quartiles } => {
            let quartiles = quartiles.map(|[lower, upper]| format!("quartiles {lower} and {upper}"));
            [format!("median {median}")]
                .into_iter()
                .chain(quartiles)
                .collect()
        }
        Figure::None => Vec::new(),
    };
    parts.push(format!("answered by {}", result.answered));
    for (count, remark) in [
        (result.not_in_time, "not known to be in time"),
        (result.disputed, "disputed"),
    ] {
        if count > 0 {
            parts.push(format!("{count} of them {remark}"));
        }
    }
    parts.join(", ")
}

fn mark(given: &Given) -> String {
    let mut mark = String::new();
    if given.timing != study::Timing::InTime {
        mark.push_str(&format!("  ({})", given.timing.words()));
    }
    if given.disputed {
        mark.push_str("  (disputed)");
    }
    mark
}
