//! Studies: whether one can be opened, the template that is filled in, whether an answer fits the questions, whether it
//! came in time, and what all answers come to.

mod opening;
mod questions;
mod results;
mod template;
mod time;

use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use serde_json::Value;

use crate::language::in_language;

pub use opening::check_opening;
pub use questions::check_answer;
pub use results::{Cell, Counted, Figure, Given, Results, results};
pub use template::template;
pub use time::{Limit, Timing, Witnessed, is_over};

/// What an answer can be given in; each question takes one of them.
pub const VALUES: [&str; 5] = ["yes", "choices", "number", "text", "date"];

/// The slug of an answer to a study: `AUTHORITY:study`, behind it `+territory`.
pub fn answer_slug(author: &Code, study: &RecordName, territory: Option<&str>) -> String {
    let behind = territory
        .map(|territory| format!("+{territory}"))
        .unwrap_or_default();
    format!("{author}:{}{behind}", study.slug())
}

/// The territory that the slug of an answer to this study names, `None` in `Some` for a whole State; nothing when it
/// answers another study.
pub fn territory<'s>(slug: &'s str, author: &Code, study: &RecordName) -> Option<Option<&'s str>> {
    match slug.strip_prefix(&answer_slug(author, study, None))? {
        "" => Some(None),
        behind => behind.strip_prefix('+').map(Some),
    }
}

/// Whom a study is addressed to: those that it names, else all members.
pub fn addressees<'c>(study: &Value, members: impl Iterator<Item = &'c Code>) -> Vec<Code> {
    let named = list(study, "addressees").filter_map(|code| code.as_str()?.parse().ok());
    let named: Vec<Code> = named.collect();
    match named.is_empty() {
        true => members.cloned().collect(),
        false => named,
    }
}

/// Those of the addressees from whom there is no answer.
pub fn missing(addressees: Vec<Code>, answers: &[Given]) -> Vec<Code> {
    let has_answered = |code: &Code| answers.iter().any(|given| given.authority == *code);
    addressees
        .into_iter()
        .filter(|code| !has_answered(code))
        .collect()
}

// The member of an answer in which a question of this type is answered.
fn member_of(question: &Value) -> &'static str {
    match question["type"].as_str() {
        Some("yes-no") => "yes",
        Some("choice" | "choices") => "choices",
        Some("number") => "number",
        Some("date") => "date",
        _ => "text",
    }
}

// The items of a list; none where it does not stand.
fn list<'v>(object: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    object[name].as_array().into_iter().flatten()
}

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap_or_default()
}

// A text in the language that is wanted, else in English, French or any other.
fn said<'v>(texts: &'v Value, language: &str) -> &'v str {
    in_language(texts, language).map_or("", |(_, text)| text)
}

#[cfg(test)]
mod tests;
