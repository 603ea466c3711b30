//! The figures of an indicator as a table: States by name, periods across. What is missing stays empty.

use std::collections::{BTreeMap, BTreeSet};

use liaison_api::model::Analysis;
use liaison_records::text::visible;
use serde_json::Value;

use crate::names::Names;
use crate::show::order;
use crate::show::short;
use crate::texts::Texts;

/// Periods of a page.
const PERIODS: usize = 12;

/// One figure, as an analysis gives it.
pub(super) struct Figure<'a> {
    pub(super) authority: &'a str,
    pub(super) period: &'a str,
    /// The figure or the rate; null where it cannot be told.
    pub(super) value: &'a Value,
    confidence: Option<&'a str>,
    not_comparable: bool,
    /// The year of what it was divided by, where that is another one.
    base: Option<&'a str>,
}

/// A page of the table.
pub(super) struct Table {
    pub(super) periods: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// The last periods of the pages before and behind.
    pub(super) earlier: Option<String>,
    pub(super) later: Option<String>,
}

pub(super) struct Row {
    pub(super) code: String,
    pub(super) name: String,
    /// Its author says that its figures are not for comparison.
    pub(super) not_comparable: bool,
    pub(super) cells: Vec<Option<Cell>>,
}

pub(super) struct Cell {
    /// None where the node could not read or compute it.
    pub(super) value: Option<String>,
    pub(super) remarks: Vec<String>,
}

/// The figures of an outcome of `change` or `rate`, of this breakdown or the whole.
pub(super) fn figures<'a>(analysis: &'a Analysis, breakdown: Option<&str>) -> Vec<Figure<'a>> {
    let place = |name: &str| analysis.columns.iter().position(|column| column == name);
    let value_at = place("per_100000").or_else(|| place("value"));
    let places = (
        place("authority"),
        place("period"),
        place("breakdown"),
        place("confidence"),
        place("comparable"),
        place("of"),
    );
    let rows = analysis.rows.iter();
    rows.filter_map(|row| {
        let text = |place: Option<usize>| row.get(place?)?.as_str();
        let (authority, period, of, confidence, comparable, base) = places;
        let figure = Figure {
            authority: text(authority)?,
            period: text(period)?,
            value: row.get(value_at?)?,
            confidence: text(confidence),
            not_comparable: row.get(comparable?)?.as_bool() == Some(false),
            base: text(base).filter(|base| text(period) != Some(*base)),
        };
        (text(of) == breakdown).then_some(figure)
    })
    .collect()
}

impl Table {
    /// The page of the table that ends with the period `until`, or with the last one.
    pub(super) fn of(figures: &[Figure<'_>], until: Option<&str>, names: &Names, t: Texts) -> Table {
        let periods: BTreeSet<&str> = figures.iter().map(|figure| figure.period).collect();
        let periods: Vec<&str> = periods.into_iter().collect();
        let end = until.map_or(periods.len(), |until| {
            periods.iter().filter(|period| **period <= until).count()
        });
        let start = end.saturating_sub(PERIODS);
        let here = periods.get(start..end).unwrap_or_default();
        let later = (end < periods.len()).then(|| (end + PERIODS).min(periods.len()) - 1);
        let period_at = |place: Option<usize>| Some((*periods.get(place?)?).to_owned());
        let mut states: BTreeMap<&str, BTreeMap<&str, &Figure<'_>>> = BTreeMap::new();
        for figure in figures {
            states
                .entry(figure.authority)
                .or_default()
                .insert(figure.period, figure);
        }
        let mut rows: Vec<Row> = states
            .into_iter()
            .map(|(code, said)| row(code, &said, here, names, t))
            .collect();
        rows.sort_by_key(|row| order::key(&row.name));
        Table {
            periods: here
                .iter()
                .map(|period| visible(&short::line(period, 24)))
                .collect(),
            rows,
            earlier: period_at(start.checked_sub(1)),
            later: period_at(later),
        }
    }
}

fn row(code: &str, said: &BTreeMap<&str, &Figure<'_>>, periods: &[&str], names: &Names, t: Texts) -> Row {
    let cells = periods.iter().map(|period| Some(cell(said.get(period)?, t)));
    Row {
        code: code.to_owned(),
        name: names.of_text(code).to_owned(),
        not_comparable: said.values().any(|figure| figure.not_comparable),
        cells: cells.collect(),
    }
}

fn cell(figure: &Figure<'_>, t: Texts) -> Cell {
    let confidence = figure
        .confidence
        .filter(|word| matches!(*word, "approximate" | "estimate"));
    let confidence = confidence.map(|word| t.word("indicator-confidence", word));
    let base = figure
        .base
        .map(|base| t.fill("indicator-base", [("period", base)]).into_owned());
    Cell {
        value: t.figure_in(figure.value),
        remarks: confidence.into_iter().chain(base).collect(),
    }
}
