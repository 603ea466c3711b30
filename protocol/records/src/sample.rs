//! Sample records: published facts about the member States of the Council of Europe, each with its
//! source, to be confirmed by each authority. They show the software; they speak for nobody.
//!
//! The files stand in `protocol/records/data` with their sources and licences.

use serde_json::{Map, Value, json};

include!(concat!(env!("OUT_DIR"), "/profiles.rs"));

const STATES: &str = include_str!("../data/states.json");
const STANDARDS: &str = include_str!("../data/standards.json");
const INDICATORS: &str = include_str!("../data/indicators.json");
const NETWORK: &str = include_str!("../data/network.json");

/// One sample record.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRecord {
    /// kind/slug
    pub name: String,
    /// Its content.
    pub content: Value,
}

/// The codes of the member States, in alphabetical order.
pub fn states() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|(code, _)| *code)
}

/// The sample records of a State: its own page, services, mode of operation, control bodies and
/// good practices. None for a code that is not a member State's.
pub fn of_state(code: &str) -> Vec<SampleRecord> {
    let text = PROFILES
        .iter()
        .find(|(state, _)| *state == code)
        .map(|(_, text)| *text);
    let Some(profile) = text.map(parse) else {
        return Vec::new();
    };
    let sources = &profile["sources"];
    let mut records = vec![own_page(code, &profile)];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for service in list(&profile["services"]) {
        records.push(named("service", &service, sources));
    }
    for (side, kind) in [("internal", "internal"), ("external", "external")] {
        for mut body in list(&profile["control_bodies"][side]) {
            body["side"] = json!(kind);
            records.push(named("control-body", &body, sources));
        }
    }
    for practice in list(&profile["good_practices"]) {
        records.push(named("practice", &practice, sources));
    }
    let modes = profile["mode_of_operation"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    for (topic, value) in modes {
        let name = format!("operation/{}", topic.replace('_', "-"));
        records.push(SampleRecord {
            name,
            content: with_source(&value, sources),
        });
    }
    distinct(records)
}

/// The sample records of the secretariat: its own page, standards and indicator definitions.
pub fn of_secretariat() -> Vec<SampleRecord> {
    let network = &parse(NETWORK)["network"];
    let mut page = json!({ "sample": NOTICE });
    for key in ["name_en", "name_fr", "created"] {
        page[key] = network[key].clone();
    }
    let mut records = vec![SampleRecord {
        name: "authority/self".to_owned(),
        content: page,
    }];
    let standards = parse(STANDARDS);
    for standard in standards["standards"].as_array().into_iter().flatten() {
        records.push(by_id("standard", standard, &["provisions"]));
    }
    let indicators = parse(INDICATORS);
    for indicator in indicators["indicators"].as_array().into_iter().flatten() {
        records.push(by_id("indicator", indicator, &["values"]));
    }
    distinct(records)
}

const NOTICE: &str = "Sample data from published sources, to be confirmed by the authority.";

// The files are part of the source and a test reads all of them.
fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

fn own_page(code: &str, profile: &Value) -> SampleRecord {
    let states = parse(STATES);
    let state = states["states"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|s| s["alpha2"] == code)
        .cloned();
    let mut content = state.unwrap_or_else(|| json!({}));
    content["structure_en"] = profile["structure_en"].clone();
    content["sample"] = json!(NOTICE);
    SampleRecord {
        name: "authority/self".to_owned(),
        content,
    }
}

fn named(kind: &str, value: &Value, sources: &Value) -> SampleRecord {
    let title = ["name_en", "title_en", "name", "title"]
        .iter()
        .find_map(|key| value[key].as_str());
    SampleRecord {
        name: format!("{kind}/{}", slug(title.unwrap_or(kind))),
        content: with_source(value, sources),
    }
}

fn by_id(kind: &str, value: &Value, without: &[&str]) -> SampleRecord {
    let id = value["id"].as_str().unwrap_or(kind);
    let mut content = value.clone();
    if let Some(fields) = content.as_object_mut() {
        without.iter().for_each(|key| drop(fields.remove(*key)));
        fields.insert("sample".to_owned(), json!(NOTICE));
    }
    SampleRecord {
        name: format!("{kind}/{}", slug(id)),
        content,
    }
}

// Puts the source itself in the place of its short name in the file.
fn with_source(value: &Value, sources: &Value) -> Value {
    let mut content: Map<String, Value> = match value {
        Value::Object(fields) => fields.clone(),
        other => Map::from_iter([("value".to_owned(), other.clone())]),
    };
    let find = |id: &Value| {
        sources
            .as_array()
            .into_iter()
            .flatten()
            .find(|source| source["id"] == *id)
    };
    if let Some(source) = content.get("source").and_then(find).cloned() {
        content.insert("source".to_owned(), source);
    }
    content.insert("sample".to_owned(), json!(NOTICE));
    Value::Object(content)
}

fn slug(text: &str) -> String {
    let words = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    let mut slug: String = slug.chars().take(60).collect();
    while slug.ends_with('-') {
        slug.pop();
    }
    if slug.is_empty() {
        "unnamed".to_owned()
    } else {
        slug
    }
}

// Two bodies of one English name get a number behind it.
fn distinct(records: Vec<SampleRecord>) -> Vec<SampleRecord> {
    let mut seen = std::collections::BTreeMap::new();
    let number = |record: SampleRecord| {
        let count = seen
            .entry(record.name.clone())
            .and_modify(|n| *n += 1)
            .or_insert(1);
        let name = if *count == 1 {
            record.name
        } else {
            format!("{}-{count}", record.name)
        };
        SampleRecord { name, ..record }
    };
    records.into_iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use liaison_protocol::update::RecordName;

    #[test]
    fn every_state_and_the_secretariat_have_records_of_valid_and_distinct_names() {
        assert_eq!(states().count(), 46);
        let all = states().map(of_state).chain([of_secretariat()]);
        for records in all {
            assert!(records.len() >= 3);
            let mut names: Vec<RecordName> = records.iter().map(|r| r.name.parse().unwrap()).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), records.len());
        }
    }

    #[test]
    fn a_record_says_that_it_is_a_sample_and_names_its_source() {
        let france = of_state("FR");
        let service = france
            .iter()
            .find(|r| r.name == "service/national-police")
            .unwrap();
        assert_eq!(service.content["sample"], NOTICE);
        assert!(service.content["source"]["title"].is_string());
    }
}
