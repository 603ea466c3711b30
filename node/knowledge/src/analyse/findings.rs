//! `findings`: judgments and recommendations on each State's police, by the status of the State's response.

use std::collections::BTreeMap;

use serde_json::json;

use super::shelf::Shelf;
use super::{AnalyseError, Question, Table, columns};

/// As the kind `finding` has them.
const STATUSES: [&str; 6] = [
    "pending",
    "accepted",
    "partly-accepted",
    "rejected",
    "implemented",
    "closed",
];

/// The rows of the analysis.
pub(super) fn findings(question: &Question, shelf: &Shelf<'_>) -> Result<Table, AnalyseError> {
    let all = shelf.records(Some("finding"), None, |source| {
        shelf.states().contains(&source.authority)
    });
    let mut by_state: BTreeMap<_, Vec<Option<&str>>> = BTreeMap::new();
    for finding in all {
        if finding.value["date"]
            .as_str()
            .is_some_and(|date| question.covers(date))
        {
            let responses = by_state.entry(finding.authority).or_default();
            responses.push(finding.value["response_status"].as_str());
        }
    }
    let rows = by_state.into_iter().map(|(authority, responses)| {
        shelf.says(authority);
        let count = |status: Option<&str>| responses.iter().filter(|one| **one == status).count();
        let counts = STATUSES.iter().map(|status| json!(count(Some(status))));
        let first = [json!(authority), json!(responses.len()), json!(count(None))];
        first.into_iter().chain(counts).collect()
    });
    let rows = rows.collect();
    Ok(Table {
        columns: columns(["authority", "findings", "no_status"].into_iter().chain(STATUSES)),
        rows,
        method: "findings whose date lies in the period, counted by the status of the response that the State states; a \
                 State that lists none stands under ‘silent’ and not with zeros",
    })
}
