//! The answer of an analysis as text for people.

use std::collections::BTreeMap;

use liaison_api::model::{Analysis, AnalysisRemark, ContentState};
use liaison_records::text::visible;
use serde_json::Value;

use super::show;
use crate::output::Paint;

/// Columns up to which there is a table: more of them go below each other.
const TABLE_COLUMNS: usize = 10;

/// Table, what stands beside it, and what it rests on.
pub(super) fn text(analysis: &Analysis, language: &str, paint: Paint) -> String {
    let mut text = match analysis.columns.len() {
        _ if analysis.rows.is_empty() => "Nobody says anything on this.\n".to_owned(),
        0..=TABLE_COLUMNS => table(analysis, paint),
        _ => blocks(analysis, paint),
    };
    let codes: Vec<&str> = analysis.silent.iter().map(|code| code.as_str()).collect();
    if !codes.is_empty() {
        text.push_str(&format!("Nothing is said by {}.\n", codes.join(", ")));
    }
    section(
        &mut text,
        "On comparison",
        analysis.remarks.iter().map(|one| remark(one, language)),
        paint,
    );
    let unread = analysis
        .unread
        .iter()
        .map(|one| format!("{}: {}", visible(&one.reference), why(one.content)));
    section(&mut text, "Not read", unread, paint);
    let disputed = analysis.disputed.iter().map(|reference| visible(reference));
    section(
        &mut text,
        "Disputed: a signer's key is said to have been compromised by then",
        disputed,
        paint,
    );
    section(
        &mut text,
        "Method",
        [visible(&analysis.method)].into_iter(),
        paint,
    );
    let entries = match analysis.entries.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    text.push_str(&format!("It rests on {entries}.\n"));
    text.push_str(&show::checkpoints(&analysis.checkpoints));
    text
}

fn table(analysis: &Analysis, paint: Paint) -> String {
    let head = analysis.columns.iter().map(|name| visible(name)).collect();
    let body = analysis.rows.iter().map(|row| row.iter().map(cell).collect());
    let lines: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
    let width = |place: usize| {
        lines
            .iter()
            .filter_map(|line| line.get(place))
            .map(|c| c.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..analysis.columns.len())
        .map(|place| width(place).unwrap_or(0))
        .collect();
    let padded = |line: &Vec<String>| {
        let cells = line.iter().zip(&widths);
        let cells: Vec<String> = cells.map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    let mut texts = lines.iter().map(padded);
    let head = texts.next().map(|head| paint.label(&head)).unwrap_or_default();
    std::iter::once(head)
        .chain(texts)
        .map(|line| line + "\n")
        .collect()
}

fn blocks(analysis: &Analysis, paint: Paint) -> String {
    let mut text = String::new();
    for row in &analysis.rows {
        let mut cells = analysis.columns.iter().zip(row);
        if let Some((_, first)) = cells.next() {
            text.push_str(&format!("{}\n", paint.label(&cell(first))));
        }
        // What is missing everywhere in a row of many is the rule and not the exception.
        for (name, value) in cells.filter(|(_, value)| !value.is_null()) {
            text.push_str(&format!("  {:<24} {}\n", visible(name), cell(value)));
        }
    }
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>, paint: Paint) {
    let lines: String = lines.map(|line| format!("  {line}\n")).collect();
    if !lines.is_empty() {
        text.push_str(&format!("{}\n{lines}", paint.label(title)));
    }
}

fn remark(remark: &AnalysisRemark, language: &str) -> String {
    let not_comparable = (remark.comparable == Some(false)).then(|| "not for comparison".to_owned());
    let texts = [&remark.comparability, &remark.caution].into_iter();
    let said: Vec<String> = not_comparable
        .into_iter()
        .chain(texts.filter_map(|texts| in_language(texts, language)))
        .collect();
    let said = match said.is_empty() {
        true => "may be compared".to_owned(),
        false => said.join("; "),
    };
    format!("{}: {said}", visible(&remark.reference))
}

fn in_language(texts: &BTreeMap<String, String>, language: &str) -> Option<String> {
    let wanted = [language, "en", "fr"].into_iter().find_map(|tag| texts.get(tag));
    wanted.or_else(|| texts.values().next()).map(|text| visible(text))
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(text) => visible(text),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

fn why(content: ContentState) -> &'static str {
    match content {
        ContentState::Read => "it was read",
        ContentState::NotNeeded => "its content was not needed",
        ContentState::NotHeld => "its content has not arrived",
        ContentState::NotEntitled => "its content is not for this authority",
        ContentState::Erased => "its content was erased since",
        ContentState::Unreadable => "its form cannot be read",
    }
}
