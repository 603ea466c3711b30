//! Sample records: published facts about the member States of the Council of Europe, each with its
//! source, to be confirmed by each authority. They show the software; they speak for nobody.
//!
//! The files stand in `protocol/records/data` with their sources and licences; here they become records of the
//! kinds that [`crate::kinds`] describes.

mod build;
mod implementation;
mod secretariat;
mod series;
mod state;
mod study;

use std::collections::BTreeMap;

use liaison_protocol::update::RecordName;
use serde_json::Value;

include!(concat!(env!("OUT_DIR"), "/profiles.rs"));

const STATES: &str = include_str!("../../data/states.json");
const STANDARDS: &str = include_str!("../../data/standards.json");
const INDICATORS: &str = include_str!("../../data/indicators.json");
const NETWORK: &str = include_str!("../../data/network.json");
const TOPICS: &str = include_str!("../../data/topics_of_profiles.json");

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

/// The sample records of a State: its own page, services, mode of operation, control bodies, good practices, what it
/// implements by them, series, and its answer to the [`study()`] where its profile has one. None for a code that is not a
/// member State's.
pub fn of_state(code: &str) -> Vec<SampleRecord> {
    let Some((_, profile)) = PROFILES.iter().find(|(state, _)| *state == code) else {
        return Vec::new();
    };
    let profile = parse(profile);
    let mut records = state::records(code, &profile);
    records.extend(implementation::records(code, &profile));
    records.extend(series::records(code));
    records.extend(study::answer(&profile));
    distinct(records)
}

/// The sample records of the secretariat that always stand: its own page, the catalogues of standards and indicators, the
/// network's events and a notice.
pub fn of_secretariat() -> Vec<SampleRecord> {
    distinct(secretariat::records())
}

/// The secretariat's sample study, which States answer. It ends at a moment, as `2027-01-31T22:00:00Z`, so whoever opens
/// it says when.
pub fn study(deadline: &str) -> SampleRecord {
    study::study(deadline)
}

// The files are part of the source and a test reads all of them.
fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

fn record(kind: &str, slug: &str, content: Value) -> SampleRecord {
    SampleRecord {
        name: format!("{kind}/{slug}"),
        content,
    }
}

// Two bodies of one English name get a number behind it.
fn distinct(records: Vec<SampleRecord>) -> Vec<SampleRecord> {
    let mut seen = BTreeMap::new();
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

impl SampleRecord {
    /// Its name; none when it is no name, which no sample has.
    pub fn record_name(&self) -> Option<RecordName> {
        self.name.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::check;

    fn all() -> impl Iterator<Item = (&'static str, Vec<SampleRecord>)> {
        let mut secretariat = of_secretariat();
        secretariat.push(study("2027-01-31T22:00:00Z"));
        let states = states().map(|code| (code, of_state(code)));
        states.chain([("COE", secretariat)])
    }

    #[test]
    fn every_sample_record_passes_the_rules_of_its_kind() {
        assert_eq!(states().count(), 46);
        for (code, records) in all() {
            assert!(records.len() >= 3);
            for record in records {
                let name = record.record_name().unwrap();
                check(&name, &record.content).unwrap_or_else(|faults| panic!("{code}/{name}: {faults}"));
            }
        }
    }

    #[test]
    fn names_are_distinct() {
        for (code, records) in all() {
            let mut names: Vec<&String> = records.iter().map(|record| &record.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), records.len(), "{code}");
        }
    }

    #[test]
    fn every_record_says_that_it_is_a_sample() {
        for (code, records) in all() {
            for record in records {
                assert!(
                    record.content["about"]["disclaimer"]["en"].is_string(),
                    "{code}/{}",
                    record.name
                );
            }
        }
    }

    #[test]
    fn what_a_sample_record_refers_to_is_a_sample_record() {
        let names: BTreeSet<String> = all()
            .flat_map(|(code, records)| {
                records
                    .into_iter()
                    .map(move |record| format!("{code}/{}", record.name))
            })
            .collect();
        let standards = parse(STANDARDS);
        let provisions = standards["standards"].as_array().unwrap().iter();
        let provisions = provisions.flat_map(|standard| standard["provisions"].as_array().unwrap());
        let provisions: BTreeSet<&str> = provisions.map(|p| p["id"].as_str().unwrap()).collect();
        let mut implementations = 0;
        for (code, records) in all() {
            for SampleRecord { name, content } in records {
                let evidence = content["evidence"].as_array().into_iter().flatten();
                let evidence = evidence.map(|evidence| &evidence["record"]);
                let referred = evidence.chain([&content["indicator"], &content["study"]]);
                for reference in referred.filter_map(Value::as_str) {
                    assert!(names.contains(reference), "{code}/{name}: {reference}");
                }
                if let Some(provision) = content["provision"].as_str() {
                    assert!(provisions.contains(provision), "{code}/{name}");
                    implementations += 1;
                }
            }
        }
        assert_eq!(implementations, 47);
    }

    #[test]
    fn nothing_of_the_files_is_lost_that_a_kind_has_room_for() {
        let portugal: BTreeMap<String, Value> = of_state("PT")
            .into_iter()
            .map(|record| (record.name, record.content))
            .collect();
        assert_eq!(portugal["authority/self"]["name"]["pt"], "Portugal");
        assert_eq!(portugal["operation/body-worn-cameras"]["use"], "procurement");
        assert_eq!(portugal["operation/custody"]["limits"][0]["value"], 48);
        assert_eq!(portugal["operation/firearms-use"]["use"], "routine");
        let service = &portugal["service/public-security-police"];
        assert_eq!(service["kind"], "national");
        assert_eq!(service["about"]["sources"][0]["id"], "S-FB");
        let ombudsman = &portugal["control-body/ombudsman"];
        assert_eq!(
            (&ombudsman["side"], &ombudsman["roles"][0]),
            (&"external".into(), &"npm".into())
        );
        let practice = &portugal["implementation/coe-cpe:61"];
        assert_eq!(
            (&practice["status"], &practice["source"]),
            (&"partly".into(), &"S-DN-PT".into())
        );
        assert_eq!(
            portugal["implementation/opcat:17-23"]["evidence"][0]["record"],
            "PT/control-body/ombudsman"
        );
        assert_eq!(
            portugal["series/complaints-received"]["indicator"],
            "COE/indicator/complaints-received"
        );
    }
}
