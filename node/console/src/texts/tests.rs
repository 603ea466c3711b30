//! What no compiler sees: that every text that is asked for is there, in both languages and with the same variables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;

// The messages of a language, with the variables of each.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for (file, source) in files(language) {
        let resource = FluentResource::try_new((*source).to_owned());
        assert!(
            resource.is_ok(),
            "{language}/{file}: {:?}",
            resource.err().map(|(_, errors)| errors)
        );
        let mut current = String::new();
        for line in source.lines() {
            if let Some((id, _)) = line
                .split_once(" =")
                .filter(|_| line.starts_with(|c: char| c.is_ascii_alphabetic()))
            {
                current = id.to_owned();
                assert!(
                    found.insert(current.clone(), BTreeSet::new()).is_none(),
                    "{language}: {id} stands twice"
                );
            }
            let names = line.split('$').skip(1).map(|rest| {
                rest.chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
                    .collect::<String>()
            });
            found.entry(current.clone()).or_default().extend(names);
        }
    }
    found.remove("");
    found
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_variables() {
    assert_eq!(messages(Language::English), messages(Language::French));
}

#[test]
fn every_text_that_is_asked_for_is_there() {
    let known = messages(Language::English);
    let mut asked = BTreeSet::new();
    for folder in ["src", "templates"] {
        ids(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut asked);
    }
    assert!(asked.len() > 20, "{asked:?}");
    let missing: Vec<_> = asked.iter().filter(|id| !known.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

// Literal ids in calls of `say`, `count` and `fill`.
fn ids(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            ids(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for call in ["say(\"", "count(\"", "fill(\""] {
            let after = source.split(call).skip(1);
            found.extend(after.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
}
