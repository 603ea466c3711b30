//! What differs between two versions of a record, field by field.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::leaves::{Leaf, leaves};
use crate::schema::{Holds, Kind};

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Where: `title.fr`, `values[2024].value`.
    pub path: String,
    /// What stood there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// The fields in which two records of a kind differ, in the order of the kind's description. `null` is a record of no
/// fields.
pub fn diff(kind: &Kind, before: &Value, after: &Value) -> Vec<Difference> {
    let (before, after) = (leaves(kind, before), leaves(kind, after));
    let (before_by, after_by) = (by_path(&before), by_path(&after));
    let added = after
        .iter()
        .filter(|leaf| !before_by.contains_key(leaf.path.as_str()));
    let mut all: Vec<&Leaf<'_>> = before.iter().chain(added).collect();
    all.sort_by(|one, other| one.order.cmp(&other.order));
    let pairs = all.into_iter().flat_map(|leaf| {
        let of = |by: &BTreeMap<&str, &Value>| by.get(leaf.path.as_str()).map(|value| (*value).clone());
        let both = (of(&before_by), of(&after_by));
        match leaf.field.map(|field| field.holds) {
            Some(Holds::Text(_)) if are_texts(&both) => by_language(leaf, &both),
            _ => vec![(leaf.path.clone(), both)],
        }
    });
    let differing = pairs.filter(|(_, (before, after))| before != after);
    differing
        .map(|(path, (before, after))| Difference { path, before, after })
        .collect()
}

fn by_path<'l>(leaves: &'l [Leaf<'_>]) -> BTreeMap<&'l str, &'l Value> {
    leaves
        .iter()
        .map(|leaf| (leaf.path.as_str(), leaf.value))
        .collect()
}

// Early records and those that break the rules may hold anything in the place of a text.
fn are_texts((before, after): &Both) -> bool {
    [before, after].into_iter().flatten().all(Value::is_object)
}

type Both = (Option<Value>, Option<Value>);

fn by_language(leaf: &Leaf<'_>, (before, after): &Both) -> Vec<(String, Both)> {
    let tags = [before, after].into_iter().flatten().filter_map(Value::as_object);
    let mut tags: Vec<&String> = tags.flat_map(|texts| texts.keys()).collect();
    tags.sort();
    tags.dedup();
    let in_language = |texts: &Option<Value>, tag: &str| texts.as_ref()?.get(tag).cloned();
    let pair = |tag: &String| {
        let both = (in_language(before, tag), in_language(after, tag));
        (format!("{}.{tag}", leaf.path), both)
    };
    tags.into_iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::{KINDS, kind};

    fn example(name: &str) -> Value {
        crate::json::parse(kind(name).unwrap().example.1.as_bytes()).unwrap()
    }

    fn paths(name: &str, before: &Value, after: &Value) -> Vec<String> {
        diff(kind(name).unwrap(), before, after)
            .into_iter()
            .map(|difference| difference.path)
            .collect()
    }

    #[test]
    fn equal_records_do_not_differ_and_new_ones_do_everywhere() {
        for kind in KINDS {
            let record = example(kind.name);
            assert_eq!(diff(kind, &record, &record), []);
            assert!(!diff(kind, &Value::Null, &record).is_empty());
        }
    }

    #[test]
    fn what_differs_is_named_by_path_and_both_values() {
        let before = example("practice");
        let mut after = before.clone();
        after["title"]["fr"] = json!("Un titre");
        after["maturity"] = json!("evaluated");
        after.as_object_mut().unwrap().remove("since");
        let found = diff(kind("practice").unwrap(), &before, &after);
        let told: Vec<_> = found
            .iter()
            .map(|d| (d.path.as_str(), d.before.is_some(), d.after.is_some()))
            .collect();
        assert_eq!(
            told,
            [
                ("title.fr", false, true),
                ("maturity", true, true),
                ("since", true, false)
            ]
        );
    }

    #[test]
    fn a_suggested_record_of_an_unknown_kind_differs_too() {
        let one = json!({"record": "dossier/x", "content": "AA=="});
        let other = json!({"record": "dossier/x", "content": "AQ=="});
        assert_eq!(paths("suggestion", &one, &other), ["content"]);
    }

    #[test]
    fn items_are_told_apart_by_what_they_are_about() {
        let before = example("study");
        let mut after = before.clone();
        after["questions"].as_array_mut().unwrap().remove(0);
        after["questions"][1]["unit"] = json!("months");
        assert_eq!(
            paths("study", &before, &after),
            [
                "questions[q1].id",
                "questions[q1].text.en",
                "questions[q1].text.fr",
                "questions[q1].type",
                "questions[q3].unit"
            ]
        );
        let before = json!({"values": [{"period": "2023", "value": 1}, {"period": "2023", "breakdown": "x", "value": 2}]});
        let after = json!({"values": [{"period": "2023", "breakdown": "x", "value": 3}, {"period": "2023", "value": 1}]});
        assert_eq!(paths("series", &before, &after), ["values[2023 x].value"]);
    }
}
