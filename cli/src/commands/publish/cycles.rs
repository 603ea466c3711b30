//! What is part of itself, or answers itself, by way of other records that are published with it.

use std::collections::BTreeMap;

use liaison_records::Reference;

use super::source::Source;

/// Names the files whose records are their own ancestors.
pub(super) fn cycles(sources: &[Source]) -> Vec<String> {
    let parents: BTreeMap<String, String> = sources
        .iter()
        .filter_map(|source| Some((source.record.to_string(), parent(source)?)))
        .collect();
    let is_own_ancestor = |name: &String| {
        let ancestors = std::iter::successors(parents.get(name), |parent| parents.get(*parent));
        ancestors.take(parents.len()).any(|ancestor| ancestor == name)
    };
    let cyclic = sources
        .iter()
        .filter(|source| is_own_ancestor(&source.record.to_string()));
    cyclic.map(told).collect()
}

// The record that this one is part of, or answers. Slugs of contributions are random: whose they are need not be known.
fn parent(source: &Source) -> Option<String> {
    match source.record.kind() {
        "service" => Some(format!("service/{}", source.value["parent"].as_str()?)),
        "contribution" => {
            let answered: Reference = source.value["answers"].as_str()?.parse().ok()?;
            Some(answered.single()?.1.to_string())
        }
        _ => None,
    }
}

fn told(source: &Source) -> String {
    let path = source.path.display();
    match source.record.kind() {
        "service" => format!("{path}: parent: no service is part of itself"),
        _ => format!("{path}: answers: no contribution answers itself"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::*;
    use crate::commands::publish::Base;

    fn source(record: &str, value: Value) -> Source {
        Source::of(
            Path::new(record),
            record.parse().unwrap(),
            value,
            Some(Base::Nothing),
        )
        .unwrap()
    }

    #[test]
    fn each_record_of_a_circle_is_named_and_no_other() {
        let part_of =
            |slug: &str, parent: &str| source(&format!("service/{slug}"), json!({ "parent": parent }));
        let answers = |slug: &str, reference: &str| {
            source(&format!("contribution/{slug}"), json!({ "answers": reference }))
        };
        let sources = [
            part_of("a", "b"),
            part_of("b", "c"),
            part_of("c", "a"),
            part_of("d", "a"),
            part_of("e", "elsewhere"),
            source("service/f", json!({})),
            answers("x", "FR/contribution/y"),
            answers("y", "PT/contribution/x"),
            answers("z", "PT/exchange/z"),
        ];
        let told = cycles(&sources);
        let files = told.iter().map(|told| told.split(':').next().unwrap());
        assert_eq!(
            files.collect::<Vec<_>>(),
            [
                "service/a",
                "service/b",
                "service/c",
                "contribution/x",
                "contribution/y"
            ]
        );
    }
}
