//! Whether an answer fits the questions of its study.

use std::collections::BTreeSet;

use liaison_protocol::update::RecordName;
use serde_json::Value;

use super::{VALUES, id, list, member_of, said};
use crate::check::{Fault, Faults, check};

/// Checks an answer by its kind and against the questions of its study. A rule of the study is told in place of one of
/// the kind on the same field or what it is part of: it says which question is meant.
///
/// # Errors
/// Everything that is wrong.
pub fn check_answer(name: &RecordName, answer: &Value, study: &Value) -> Result<(), Faults> {
    let mut faults = fit(answer, study);
    let told: Vec<String> = faults.iter().map(|fault| fault.path.clone()).collect();
    if let Err(Faults(of_kind)) = check(name, answer) {
        let is_new = |fault: &Fault| !told.iter().any(|path| path.starts_with(&fault.path));
        faults.extend(of_kind.into_iter().filter(is_new));
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Faults(faults)),
    }
}

fn fit(answer: &Value, study: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    territory(answer, study, &mut faults);
    let mut answered = BTreeSet::new();
    for (position, item) in list(answer, "answers").enumerate() {
        let path = format!("answers[{position}]");
        let named = item["question"].as_str().unwrap_or_default();
        match list(study, "questions").find(|question| id(question) == named) {
            Some(question) => {
                answered.insert(named);
                one(&path, item, question, &mut faults);
            }
            None => {
                let nearest = crate::nearest(named, list(study, "questions").map(id));
                let rule = format!("the study asks no such question; the nearest is ‘{nearest}’");
                faults.push(Fault::new(format!("{path}.question"), rule, &item["question"]));
            }
        }
    }
    for question in list(study, "questions") {
        let id = id(question);
        if question["optional"] != true && !answered.contains(id) {
            let rule = format!(
                "question ‘{id}’ must be answered: {}",
                said(&question["text"], "en")
            );
            faults.push(Fault::new("answers", rule, &Value::Null));
        }
    }
    faults
}

fn territory(answer: &Value, study: &Value, faults: &mut Vec<Fault>) {
    let territory = &answer["territory"];
    let rule = match (study["per_territory"] == true, territory.is_null()) {
        (true, true) => "the study asks for an answer a territory: say which",
        (false, false) => "the study asks for one answer a State: leave it out",
        _ => return,
    };
    faults.push(Fault::new("territory", rule, territory));
}

fn one(path: &str, item: &Value, question: &Value, faults: &mut Vec<Fault>) {
    let member = member_of(question);
    let others: Vec<&str> = VALUES
        .into_iter()
        .filter(|name| *name != member && !item[*name].is_null())
        .collect();
    for name in &others {
        let rule = format!(
            "question ‘{}’ is answered with ‘{member}’: {}",
            id(question),
            takes(question)
        );
        faults.push(Fault::new(format!("{path}.{name}"), rule, &item[*name]));
    }
    let value = &item[member];
    let fits = match member {
        "yes" => value.is_boolean(),
        "choices" => value.as_array().is_some_and(|choices| !choices.is_empty()),
        "number" => value.is_number(),
        "date" => value.is_string(),
        _ => value.is_object(),
    };
    if fits && member == "choices" {
        choices(path, value, question, faults);
    } else if !fits && (others.is_empty() || !value.is_null()) {
        let rule = format!("question ‘{}’ takes {}", id(question), takes(question));
        faults.push(Fault::new(format!("{path}.{member}"), rule, value));
    }
}

fn choices(path: &str, chosen: &Value, question: &Value, faults: &mut Vec<Fault>) {
    let chosen = chosen.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut seen = BTreeSet::new();
    for (position, choice) in chosen.iter().enumerate() {
        let text = choice.as_str().unwrap_or_default();
        let is_offered = list(question, "choices").any(|offered| id(offered) == text);
        if !is_offered || !seen.insert(text) {
            let place = format!("{path}.choices[{position}]");
            let rule = format!("question ‘{}’ takes {}", id(question), takes(question));
            faults.push(Fault::new(place, rule, choice));
        }
    }
    if question["type"] == "choice" && chosen.len() > 1 {
        let rule = format!(
            "question ‘{}’ takes one choice, it has {}",
            id(question),
            chosen.len()
        );
        faults.push(Fault::new(format!("{path}.choices"), rule, &Value::Null));
    }
}

/// What a question is answered with, in words.
pub(super) fn takes(question: &Value) -> String {
    let choices = || list(question, "choices").map(id).collect::<Vec<_>>().join(", ");
    match question["type"].as_str() {
        Some("yes-no") => "true or false".to_owned(),
        Some("choice") => format!("a list with one of {}", choices()),
        Some("choices") => format!("a list of some of {}, none twice", choices()),
        Some("number") => format!("a number, in {}", question["unit"].as_str().unwrap_or_default()),
        Some("date") => "a date: 2026, 2026-11 or 2026-11-24".to_owned(),
        _ => "text by language".to_owned(),
    }
}
