//! `funnel`: complaints received, investigated, upheld: what indicators of one funnel say, step by step.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::series::of_series;
use super::shelf::{Shelf, Standing};
use super::{AnalyseError, Question, Table, columns, number};

const DEFAULT: &str = "complaints";

/// The rows of the analysis.
pub(super) fn funnel(question: &Question, shelf: &Shelf<'_>) -> Result<Table, AnalyseError> {
    let funnel = question.get("funnel").unwrap_or(DEFAULT);
    let steps = steps(shelf, funnel);
    if steps.is_empty() {
        return Err(AnalyseError::NotFound(format!(
            "no indicator names itself a step of the funnel ‘{funnel}’"
        )));
    }
    let mut found: BTreeMap<_, Vec<Option<Decimal>>> = BTreeMap::new();
    for (place, step) in steps.iter().enumerate() {
        let of = step.reference();
        let series = shelf.records(Some("series"), Some(step.record.slug()), |source| {
            question.is_about(&source.authority)
        });
        let of_it = series
            .into_iter()
            .filter(|series| series.value["indicator"] == of.as_str());
        for figure in of_it
            .flat_map(of_series)
            .filter(|figure| question.covers(figure.period))
        {
            shelf.says(figure.authority);
            let key = (figure.authority, figure.breakdown, figure.period);
            let row = found.entry(key).or_insert_with(|| vec![None; steps.len()]);
            if let Some(cell) = row.get_mut(place) {
                *cell = figure.value;
            }
        }
    }
    let rows = found.into_iter().map(|((authority, breakdown, period), values)| {
        let first = values.first().copied().flatten();
        let shares = values.iter().skip(1).map(|value| {
            let share = value
                .zip(first)
                .and_then(|(value, first)| number::ratio(value, first, 100));
            number::write(share)
        });
        let head = [json!(authority), json!(breakdown), json!(period)];
        let counts = values.iter().copied().map(number::write);
        head.into_iter().chain(counts).chain(shares).collect()
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let slugs: Vec<&str> = steps.iter().map(|step| step.record.slug()).collect();
    let shares: Vec<String> = slugs
        .iter()
        .skip(1)
        .map(|slug| format!("{slug}_percent"))
        .collect();
    let names = ["authority", "breakdown", "period"].into_iter().chain(slugs);
    Ok(Table {
        columns: columns(names.chain(shares.iter().map(String::as_str))),
        rows,
        method: "steps in the order that the indicators give; percent of the first step in the same period, to 2 decimals, \
                 halves away from zero; cases may end in a later period than they began",
    })
}

// The indicators of a funnel by their step.
fn steps<'s>(shelf: &Shelf<'s>, funnel: &str) -> Vec<Standing<'s>> {
    let names: BTreeSet<(&str, &str)> = shelf
        .peek("indicator")
        .filter(|(_, value)| value["funnel"]["funnel"] == funnel)
        .map(|(source, _)| (source.authority.as_str(), source.record.slug()))
        .collect();
    let mut steps = shelf.records(Some("indicator"), None, |source| {
        source.value.is_none() || names.contains(&(source.authority.as_str(), source.record.slug()))
    });
    steps.sort_by_key(|step| (step.value["funnel"]["step"].as_u64(), step.reference()));
    steps
}
