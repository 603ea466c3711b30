//! Records as tables, as spreadsheets and statistics programs take them: a row is a list of cells.
//!
//! A value that is missing is an empty cell, never zero.

mod series;
mod study;

use serde_json::{Number, Value};

pub use series::{SERIES, series};
pub use study::study;

use crate::language::in_language;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing is said.
    Empty,
    /// Text, whatever it looks like.
    Text(String),
    /// A number.
    Number(Number),
}

/// A record in a table: whose it is, and the entry that it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Row<'v> {
    /// Whose record it is.
    pub authority: &'v str,
    /// Its reference with the entry: `FR/series/complaints-received@42`.
    pub entry: &'v str,
    /// What must be known of it beside what it says: that it is disputed, stale or late.
    pub caution: Option<&'v str>,
    /// Its content.
    pub record: &'v Value,
}

impl Cell {
    /// A cell of text.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A cell of what may not be said.
    pub fn maybe(text: Option<impl Into<String>>) -> Cell {
        text.map_or(Cell::Empty, Cell::text)
    }
}

// What must stand beside what is taken out of a record.
const BESIDE: [&str; 4] = ["caution", "comparability", "disclaimer", "entry"];

fn beside(row: &Row<'_>, language: &str) -> [Cell; BESIDE.len()] {
    let comparability = crate::compare::comparability(row.record, language);
    let disclaimer = localised(&row.record["about"]["disclaimer"], language);
    [
        Cell::maybe(row.caution),
        Cell::maybe(comparability),
        disclaimer,
        Cell::text(row.entry),
    ]
}

fn localised(texts: &Value, language: &str) -> Cell {
    Cell::maybe(in_language(texts, language).map(|(_, text)| text))
}

fn word(value: &Value) -> Cell {
    match value {
        Value::Number(number) => Cell::Number(number.clone()),
        value => Cell::maybe(value.as_str()),
    }
}
