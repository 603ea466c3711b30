//! The template of an answer: YAML with every question and what it takes as comments, to be filled in.

use serde_json::Value;

use super::questions::takes;
use super::{id, list, member_of, said};
use crate::text::visible;

/// The template for answers to the study of this reference, in a language. What must be answered stands empty, and what may
/// be left out is a comment, so that nothing is said that nobody meant.
pub fn template(reference: &str, study: &Value, language: &str) -> String {
    let mut text = comment("", said(&study["title"], language));
    let deadline = study["deadline"].as_str().unwrap_or_default();
    text.push_str(&comment("", &format!("To be answered by {deadline}.")));
    text.push_str(
        "# Fill in what stands empty. Take the # away before what may be left out, where you answer it.\n",
    );
    text.push_str(&format!(
        "about:\n  language: {language}\nstudy: \"{reference}\"\n"
    ));
    if study["per_territory"] == true {
        text.push_str("territory: # an id of your choice, as \"north\"\n");
        text.push_str(&format!("# territory_name:\n#   {language}:\n"));
    }
    text.push_str("answers:\n");
    for question in list(study, "questions") {
        text.push_str(&place(question, language));
    }
    text
}

fn place(question: &Value, language: &str) -> String {
    let mut text = format!("\n{}", comment("  ", said(&question["text"], language)));
    text.push_str(&comment("  ", said(&question["help"], language)));
    for choice in list(question, "choices") {
        let choice = format!("- {}: {}", id(choice), said(&choice["text"], language));
        text.push_str(&comment("  ", &choice));
    }
    let mark = if question["optional"] == true { "# " } else { "" };
    let member = member_of(question);
    text.push_str(&format!("  {mark}- question: \"{}\"\n", id(question)));
    text.push_str(&match member {
        "text" => format!("  {mark}  text:\n  {mark}    {language}:\n"),
        "choices" => format!("  {mark}  choices: [] # {}\n", visible(&takes(question))),
        member => format!("  {mark}  {member}: # {}\n", visible(&takes(question))),
    });
    text
}

fn comment(indent: &str, text: &str) -> String {
    let line = |line: &str| format!("{indent}# {}\n", visible(line));
    text.lines().map(line).collect()
}
