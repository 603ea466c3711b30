//! What the answers to a study come to: the table of States and questions, and how the answers to each question are
//! distributed. States are never ranked, and what is missing is missing, never zero or no.

use liaison_protocol::Code;
use serde::Serialize;
use serde_json::Value;

use super::{Timing, Witnessed, id, list, member_of, said};

/// An answer, with what is to be known of the entry that carries it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Given {
    /// Whose it is.
    pub authority: Code,
    /// Of which territory; none for the whole State.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<String>,
    /// Whether the study is addressed to it.
    pub addressed: bool,
    /// The entry, as AUTHORITY/answer/slug@index.
    pub entry: String,
    /// When it was witnessed.
    pub witnessed: Witnessed,
    /// Whether that is in time.
    pub timing: Timing,
    /// Whether a signer is said to have been compromised by then.
    pub disputed: bool,
    /// What it says; nothing where the node does not hold it.
    #[serde(skip)]
    pub content: Option<Value>,
}

/// What the answers to one question come to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Results {
    /// The question.
    pub question: String,
    /// Its text.
    pub text: String,
    /// Its type.
    pub r#type: String,
    /// The unit of numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How many answer it.
    pub answered: usize,
    /// How many of these are not known to have come in time.
    pub not_in_time: usize,
    /// How many of these are disputed.
    pub disputed: usize,
    /// How they are distributed.
    pub figure: Figure,
    /// What each answer says, in the order of the answers.
    pub cells: Vec<Cell>,
    /// The entries that the figure rests on.
    pub entries: Vec<String>,
}

/// How answers are distributed. Late and disputed ones are counted; they are marked beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// How many say what.
    Counts(Vec<Counted>),
    /// The middle of the numbers, and from four of them on the quartiles around it.
    Spread {
        /// Half of the numbers are not above it, half not below.
        median: f64,
        /// By linear interpolation between the numbers.
        quartiles: Option<[f64; 2]>,
    },
    /// Texts and dates are to be read.
    None,
}

/// How many say something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// `yes`, `no`, or the id of a choice.
    pub value: String,
    /// The text of the choice.
    pub text: String,
    /// How many.
    pub count: usize,
}

/// What an answer says to a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// What it says: a flag, a list of choices, a number, a date or texts by language; nothing where it leaves the
    /// question out.
    pub value: Option<Value>,
    /// The same in words.
    pub text: Option<String>,
    /// What it remarks on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// What the answers come to, question by question, in the language that is wanted.
pub fn results(study: &Value, answers: &[Given], language: &str) -> Vec<Results> {
    list(study, "questions")
        .map(|question| of_question(question, answers, language))
        .collect()
}

fn of_question(question: &Value, answers: &[Given], language: &str) -> Results {
    let cells: Vec<Cell> = answers
        .iter()
        .map(|given| cell(question, given, language))
        .collect();
    let answering = || {
        answers
            .iter()
            .zip(&cells)
            .filter(|(_, cell)| cell.value.is_some())
    };
    let values: Vec<&Value> = cells.iter().filter_map(|cell| cell.value.as_ref()).collect();
    Results {
        question: id(question).to_owned(),
        text: said(&question["text"], language).to_owned(),
        r#type: question["type"].as_str().unwrap_or_default().to_owned(),
        unit: question["unit"].as_str().map(str::to_owned),
        answered: values.len(),
        not_in_time: answering()
            .filter(|(given, _)| given.timing != Timing::InTime)
            .count(),
        disputed: answering().filter(|(given, _)| given.disputed).count(),
        figure: figure(question, &values, language),
        entries: answering().map(|(given, _)| given.entry.clone()).collect(),
        cells,
    }
}

fn cell(question: &Value, given: &Given, language: &str) -> Cell {
    let answers = given.content.iter().flat_map(|content| list(content, "answers"));
    let item = answers
        .into_iter()
        .find(|item| item["question"] == question["id"]);
    // A record that another tool wrote may hold anything.
    let value = item.map(|item| &item[member_of(question)]);
    let value = value.filter(|value| is_sound(question, value));
    let remark = item.map(|item| said(&item["remark"], language));
    Cell {
        value: value.cloned(),
        text: value.map(|value| words(question, value, language)),
        remark: remark.filter(|remark| !remark.is_empty()).map(str::to_owned),
    }
}

fn is_sound(question: &Value, value: &Value) -> bool {
    match member_of(question) {
        "yes" => value.is_boolean(),
        "choices" => value.as_array().is_some_and(|chosen| !chosen.is_empty()),
        "number" => value.as_f64().is_some_and(f64::is_finite),
        "date" => value.is_string(),
        _ => value.is_object(),
    }
}

fn words(question: &Value, value: &Value, language: &str) -> String {
    let choice = |chosen: &Value| {
        let offered = list(question, "choices").find(|offered| offered["id"] == *chosen);
        let text = offered.map(|offered| said(&offered["text"], language));
        text.or(chosen.as_str()).unwrap_or_default().to_owned()
    };
    match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(chosen) => chosen.iter().map(choice).collect::<Vec<_>>().join(", "),
        Value::Object(_) => said(value, language).to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn figure(question: &Value, values: &[&Value], language: &str) -> Figure {
    let counted = |value: &str, text: &str, count: usize| Counted {
        value: value.to_owned(),
        text: text.to_owned(),
        count,
    };
    match member_of(question) {
        "yes" => Figure::Counts(
            [("yes", true), ("no", false)]
                .into_iter()
                .map(|(word, flag)| {
                    counted(word, word, values.iter().filter(|value| **value == flag).count())
                })
                .collect(),
        ),
        "choices" => Figure::Counts(
            list(question, "choices")
                .map(|choice| {
                    let has =
                        |value: &&&Value| value.as_array().is_some_and(|all| all.contains(&choice["id"]));
                    let text = said(&choice["text"], language);
                    counted(id(choice), text, values.iter().filter(has).count())
                })
                .collect(),
        ),
        "number" => spread(values.iter().filter_map(|value| value.as_f64()).collect()),
        _ => Figure::None,
    }
}

fn spread(mut numbers: Vec<f64>) -> Figure {
    numbers.sort_by(f64::total_cmp);
    match quantile(&numbers, 0.5) {
        None => Figure::None,
        Some(median) => Figure::Spread {
            median,
            quartiles: quantile(&numbers, 0.25)
                .zip(quantile(&numbers, 0.75))
                .filter(|_| numbers.len() >= 4)
                .map(|(lower, upper)| [lower, upper]),
        },
    }
}

fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let place = part * sorted.len().checked_sub(1)? as f64;
    let below = place.floor();
    let one = sorted.get(below as usize)?;
    let next = sorted.get(below as usize + 1).unwrap_or(one);
    Some(one + (place - below) * (next - one))
}
