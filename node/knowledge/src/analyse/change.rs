//! `change`: a series from one period to the next, within each State and breakdown.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::series::{Figure, figures, indicator};
use super::shelf::Shelf;
use super::{AnalyseError, Question, Table, columns, number};

/// The rows of the analysis.
pub(super) fn change(question: &Question, shelf: &Shelf<'_>) -> Result<Table, AnalyseError> {
    let indicator = indicator(question, shelf)?;
    let figures = figures(question, shelf, &indicator);
    // The last figure of each State, breakdown and form of period: they stand in the order of their periods.
    let mut last: BTreeMap<_, &Figure<'_>> = BTreeMap::new();
    let rows = figures.iter().map(|figure| {
        shelf.says(figure.authority);
        let form = figure.form();
        let before = form.and_then(|form| last.insert((figure.authority, figure.breakdown, form), figure));
        row(figure, before)
    });
    Ok(Table {
        columns: columns([
            "authority",
            "breakdown",
            "period",
            "value",
            "since",
            "change",
            "percent",
            "source",
            "confidence",
            "comparable",
        ]),
        rows: rows.collect(),
        method: "change against the period before for which there is a figure, in the column ‘since’, years against years \
                 and days against days; no change of spans of years, which may overlap; percent of the earlier value, to 2 \
                 decimals, halves away from zero",
    })
}

fn row(figure: &Figure<'_>, before: Option<&Figure<'_>>) -> Vec<Value> {
    let both = figure.value.zip(before.and_then(|before| before.value));
    let change = both.and_then(|(value, before)| value.checked_sub(before));
    let percent = both.zip(change).and_then(|((_, before), change)| {
        // A share of what is less than nothing has no sense.
        let is_positive = before > Decimal::ZERO;
        number::ratio(change, before, 100).filter(|_| is_positive)
    });
    vec![
        json!(figure.authority),
        json!(figure.breakdown),
        json!(figure.period),
        number::write(figure.value),
        json!(before.map(|before| before.period)),
        number::write(change),
        number::write(percent),
        json!(figure.said["source"].as_str()),
        json!(figure.said["confidence"].as_str()),
        json!(figure.comparable),
    ]
}
