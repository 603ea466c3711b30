//! `matrix`: the provisions of a standard by State, with the status of their implementation.

use std::collections::{BTreeMap, BTreeSet};

use liaison_records::language::in_language;
use serde_json::{Value, json};

use super::shelf::{Shelf, Standing};
use super::{AnalyseError, Question, Table, columns};

/// The rows of the analysis.
pub(super) fn matrix(question: &Question, shelf: &Shelf<'_>) -> Result<Table, AnalyseError> {
    let (authority, slug) = question.record("standard").unwrap_or_default();
    let standard = shelf.one("standard", authority.as_ref(), &slug)?;
    let (whole, within) = (slug.clone(), format!("{slug}:"));
    let implementations = shelf.records(Some("implementation"), None, |source| {
        let provision = source.record.slug();
        shelf.states().contains(&source.authority) && (provision == whole || provision.starts_with(&within))
    });
    let mut statuses: BTreeMap<(&str, &str), Option<&str>> = BTreeMap::new();
    for said in &implementations {
        shelf.says(said.authority);
        statuses.insert(
            (said.record.slug(), said.authority.as_str()),
            said.value["status"].as_str(),
        );
    }
    let states: Vec<&str> = shelf.states().iter().map(|code| code.as_str()).collect();
    let rows = provisions(&standard, &implementations)
        .into_iter()
        .map(|(id, title)| {
            let cells = states
                .iter()
                .map(|state| json!(statuses.get(&(id, *state)).copied().flatten()));
            [json!(id), title].into_iter().chain(cells).collect()
        });
    let rows: Vec<Vec<Value>> = rows.collect();
    Ok(Table {
        columns: columns(["provision", "title"].into_iter().chain(states)),
        rows,
        method: "provisions in the order of the catalogue, those that it does not list behind them; the status is the \
                 State's own word, null where it says nothing",
    })
}

// The provisions of the catalogue with their titles, then those that only States name.
fn provisions<'s>(standard: &Standing<'s>, said: &[Standing<'s>]) -> Vec<(&'s str, Value)> {
    let listed = standard.value["provisions"].as_array().into_iter().flatten();
    let listed = listed.filter_map(|provision| {
        Some((
            provision["id"].as_str()?,
            json!(in_language(&provision["title"], "en").map(|(_, text)| text)),
        ))
    });
    let mut provisions: Vec<(&str, Value)> = listed.collect();
    let known: BTreeSet<&str> = provisions.iter().map(|(id, _)| *id).collect();
    let others: BTreeSet<&str> = said.iter().map(|said| said.record.slug()).collect();
    provisions.extend(others.difference(&known).map(|id| (*id, Value::Null)));
    provisions
}
