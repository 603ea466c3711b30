//! A question with what the answers to it come to.

use liaison_records::study::{Figure, Results};
use liaison_records::text::visible;
use serde_json::Value;

use crate::show::{Bars, Line, Room, Said};
use crate::texts::Texts;

/// Choices of a question that are shown.
const CHOICES: usize = 30;
/// Characters of a question and its explanation, and of a choice.
const TEXT: usize = 500;
const CHOICE: usize = 120;

/// A question with its results.
pub(super) struct Question {
    pub(super) number: usize,
    pub(super) text: Said,
    pub(super) sort: String,
    pub(super) unit: Option<Said>,
    pub(super) help: Option<Said>,
    pub(super) is_optional: bool,
    pub(super) answered: String,
    /// That some are late or disputed, in words.
    pub(super) cautions: Vec<String>,
    pub(super) figure: Shown,
    /// That there are more choices than are shown.
    pub(super) more: Option<String>,
}

/// How the answers are distributed.
pub(super) enum Shown {
    Bars(Bars),
    /// Middle and quartiles in words, and on a line.
    Spread {
        words: String,
        line: Option<Line>,
    },
    /// They are to be read.
    None,
}

impl Question {
    /// The question at this place, as the study asks it.
    pub(super) fn of(place: usize, asked: &Value, results: &Results, room: &mut Room, t: Texts) -> Question {
        let language = t.language.tag();
        let mut said = |text: &str, most: usize| Said::plain(&room.take(&visible(text), most));
        let help = liaison_records::language::in_language(&asked["help"], language);
        Question {
            number: place + 1,
            text: said(&results.text, TEXT),
            sort: t.word("studies-type", &super::super::lists::word(&results.r#type)),
            unit: results.unit.as_deref().map(|unit| said(unit, 60)),
            help: help.map(|(_, text)| said(text, TEXT)),
            is_optional: asked["optional"] == true,
            answered: t.count("studies-answered-by", results.answered).into_owned(),
            cautions: cautions(results, t),
            more: more(&results.figure, t),
            figure: shown(results, &mut said, t),
        }
    }
}

fn more(figure: &Figure, t: Texts) -> Option<String> {
    let Figure::Counts(counts) = figure else {
        return None;
    };
    let more = counts.len().checked_sub(CHOICES + 1)? + 1;
    Some(t.count("studies-more-choices", more).into_owned())
}

fn cautions(results: &Results, t: Texts) -> Vec<String> {
    let counts = [
        (results.not_in_time > 0).then(|| t.count("studies-not-in-time", results.not_in_time)),
        (results.disputed > 0).then(|| t.count("studies-disputed", results.disputed)),
    ];
    counts.into_iter().flatten().map(Into::into).collect()
}

fn shown(results: &Results, said: &mut impl FnMut(&str, usize) -> Said, t: Texts) -> Shown {
    match &results.figure {
        Figure::Counts(counts) => {
            let is_flag = results.r#type == "yes-no";
            let bar = |counted: &liaison_records::study::Counted| {
                let label = match is_flag {
                    true => said(&t.word("studies-value", &counted.value), CHOICE),
                    false => said(&counted.text, CHOICE),
                };
                (label, counted.count)
            };
            let bars = counts.iter().take(CHOICES).map(bar).collect();
            Shown::Bars(Bars::of(results.answered, bars))
        }
        Figure::Spread { median, quartiles } => {
            let values = results
                .cells
                .iter()
                .filter_map(|cell| cell.value.as_ref()?.as_f64());
            let numbers: Vec<f64> = values.collect();
            Shown::Spread {
                words: spread(*median, *quartiles, t),
                line: Line::of(&numbers, *median, *quartiles),
            }
        }
        Figure::None => Shown::None,
    }
}

fn spread(median: f64, quartiles: Option<[f64; 2]>, t: Texts) -> String {
    let median = t.computed(median);
    match quartiles {
        None => t.fill("studies-median", [("median", median)]),
        Some([lower, upper]) => t.fill(
            "studies-quartiles",
            [
                ("median", median),
                ("lower", t.computed(lower)),
                ("upper", t.computed(upper)),
            ],
        ),
    }
    .into_owned()
}
