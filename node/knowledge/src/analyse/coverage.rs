//! `coverage`: which States say something, and on what.

use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::Code;
use liaison_records::kinds::KINDS;
use serde_json::{Value, json};

use super::shelf::{Shelf, Standing};
use super::{AnalyseError, Question, Table, columns};

/// The rows of the analysis: counts by kind, or within one kind by slug.
pub(super) fn coverage(question: &Question, shelf: &Shelf<'_>) -> Result<Table, AnalyseError> {
    let kind = question.get("kind");
    let is_asked = |code: &Code| shelf.states().contains(code);
    let records = shelf.records(kind, None, |source| is_asked(&source.authority));
    let mut counts: BTreeMap<(&Code, &str), u64> = BTreeMap::new();
    for record in &records {
        shelf.says(record.authority);
        let column = match kind {
            Some(_) => record.record.slug(),
            None => record.record.kind(),
        };
        *counts.entry((record.authority, column)).or_default() += says(record);
    }
    let found: BTreeSet<&str> = counts.keys().map(|(_, column)| *column).collect();
    let names: Vec<&str> = match kind {
        Some(_) => found.into_iter().collect(),
        // In the order in which people meet them; those of newer releases behind.
        None => {
            let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            let newer = found.into_iter().filter(|name| !known.contains(name));
            known.iter().copied().chain(newer).collect()
        }
    };
    let states: BTreeSet<&Code> = counts.keys().map(|(code, _)| *code).collect();
    let rows = states.into_iter().map(|code| {
        let cells = names.iter().map(|name| json!(counts.get(&(code, *name))));
        [json!(code)].into_iter().chain(cells).collect()
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    Ok(Table {
        // ‘authority’ is a kind.
        columns: columns(["state"].into_iter().chain(names)),
        rows,
        method: "records that stand, of series the number of their figures; null where a State has none",
    })
}

// A series counts by its figures, where they were asked for.
fn says(record: &Standing<'_>) -> u64 {
    record.value["values"]
        .as_array()
        .map_or(1, |values| values.len() as u64)
}
