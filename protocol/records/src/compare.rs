//! Records of one kind beside each other, aligned by field.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::leaves::{Leaf, LeafText, leaves};
use crate::schema::{Holds, Kind};

/// One field of all records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Where it stands.
    pub path: String,
    /// What people call it.
    pub label: String,
    /// What each record says, in their order; nothing where one says nothing.
    pub cells: Vec<Option<LeafText>>,
    /// Whether what they say are numbers.
    #[serde(skip)]
    pub is_numeric: bool,
}

/// The fields of records of a kind, in the order of its description, with what each says in the language that is
/// wanted. What a record says of itself is left out: it is no matter for comparison.
pub fn compare(kind: &Kind, records: &[&Value], language: &str) -> Vec<Row> {
    let said: Vec<Vec<Leaf<'_>>> = records.iter().map(|record| matters(kind, record)).collect();
    let by_path = |leaves: &'_ Vec<Leaf<'_>>| -> BTreeMap<String, LeafText> {
        let leaves = leaves.iter();
        leaves
            .map(|leaf| (leaf.path.clone(), leaf.text(language)))
            .collect()
    };
    let texts: Vec<BTreeMap<String, LeafText>> = said.iter().map(by_path).collect();
    let mut all: Vec<&Leaf<'_>> = said.iter().flatten().collect();
    all.sort_by(|one, other| one.order.cmp(&other.order));
    let mut seen = BTreeSet::new();
    let mut rows: Vec<Row> = Vec::new();
    for leaf in all {
        if seen.insert(&leaf.path) {
            let cells = texts.iter().map(|texts| texts.get(&leaf.path).cloned());
            rows.push(Row {
                path: leaf.path.clone(),
                label: label(leaf, language),
                cells: cells.collect(),
                is_numeric: is_numeric(leaf),
            });
        }
    }
    rows
}

/// Whether its author says that a record may be compared, and the note beside it.
pub fn comparability(record: &Value, language: &str) -> Option<String> {
    let about = &record["about"];
    let note = [language, "en", "fr"]
        .into_iter()
        .find_map(|tag| about["comparability"][tag].as_str());
    match (about["comparable"].as_bool(), note) {
        (Some(false), Some(note)) => Some(format!("not for comparison: {note}")),
        (Some(false), None) => Some("not for comparison, says its author".to_owned()),
        (_, note) => note.map(str::to_owned),
    }
}

fn is_numeric(leaf: &Leaf<'_>) -> bool {
    let holds = leaf.field.map(|field| field.holds);
    leaf.value.is_number() && matches!(holds, Some(Holds::Count | Holds::Number))
}

fn matters<'v>(kind: &Kind, record: &'v Value) -> Vec<Leaf<'v>> {
    let mut said = leaves(kind, record);
    said.retain(|leaf| !leaf.path.starts_with("about."));
    said
}

fn label(leaf: &Leaf<'_>, language: &str) -> String {
    let label = leaf.field.map(|field| field.label);
    let label = label.map(|label| if language == "fr" { label.fr } else { label.en });
    label.unwrap_or(&leaf.path).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::kind;

    #[test]
    fn fields_stand_beside_each_other_and_what_is_missing_is_missing() {
        let one = json!({"about": {"language": "en"}, "use": "deployed", "since": "2019", "note": {"fr": "Une remarque"}});
        let other =
            json!({"limits": [{"name": {"en": "Custody"}, "value": 0, "unit": "hours"}], "use": "trial"});
        let rows = compare(kind("operation").unwrap(), &[&one, &other], "en");
        let written = |cell: &Option<LeafText>| cell.as_ref().map(LeafText::to_string);
        let told: Vec<(&str, Vec<Option<String>>)> = rows
            .iter()
            .map(|row| (row.path.as_str(), row.cells.iter().map(written).collect()))
            .collect();
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(
            told,
            [
                ("use", vec![said("deployed"), said("trial")]),
                ("limits[#0].name", vec![None, said("Custody")]),
                ("limits[#0].value", vec![None, said("0")]),
                ("limits[#0].unit", vec![None, said("hours")]),
                ("since", vec![said("2019"), None]),
                ("note", vec![said("[fr] Une remarque"), None]),
            ]
        );
        assert_eq!(rows[4].label, "Since");
    }

    #[test]
    fn the_authors_word_on_comparison_stands_beside_it() {
        let record = json!({"about": {"comparable": false, "comparability": {"en": "counted otherwise"}}});
        assert_eq!(
            comparability(&record, "en").unwrap(),
            "not for comparison: counted otherwise"
        );
        assert_eq!(comparability(&json!({"about": {"comparable": true}}), "en"), None);
    }
}
