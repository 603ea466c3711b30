//! What a profile says of provisions: the practices that it names for one, and the body that is the national preventive
//! mechanism. That is a part of what a provision asks; whether the rest is done no profile says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::build::{about_from, set, text, year};
use super::state::slug_of;
use super::{SampleRecord, record};

/// The provision by which a State has such a mechanism.
const MECHANISM: &str = "opcat:17-23";

const NOTE: [&str; 2] = [
    "‘partly’ means that the sources show this measure. How far the provision is implemented as a whole is for the authority to say.",
    "« partly » signifie que les sources montrent cette mesure. C’est à l’autorité de dire dans quelle mesure la disposition est appliquée.",
];

/// Something that a profile names for a provision.
struct Measure<'p> {
    text: Value,
    evidence: Value,
    since: Value,
    remark: Option<&'p str>,
    source: Option<&'p str>,
}

/// The implementations of a State, one a provision.
pub(super) fn records(code: &str, file: &Value) -> Vec<SampleRecord> {
    let mut found: BTreeMap<&str, Vec<Measure<'_>>> = BTreeMap::new();
    for practice in items(&file["good_practices"]) {
        // One practice says little of a whole instrument.
        let provisions = items(&practice["standards"]).filter_map(Value::as_str);
        for provision in provisions.filter(|id| id.contains(':')) {
            found
                .entry(provision)
                .or_default()
                .push(of_practice(code, practice));
        }
    }
    let bodies = items(&file["control_bodies"]["external"]);
    for body in bodies.filter(|body| is_mechanism(body)) {
        found.entry(MECHANISM).or_default().push(of_body(code, body));
    }
    let records = found.into_iter();
    records
        .map(|(provision, measures)| implementation(provision, &measures, file))
        .collect()
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn is_mechanism(body: &Value) -> bool {
    body["kind"] == "npm" || items(&body["roles"]).any(|role| role == "npm")
}

fn of_practice<'p>(code: &str, practice: &'p Value) -> Measure<'p> {
    Measure {
        text: practice["title"].clone(),
        evidence: evidence(code, "practice", practice, &practice["title"]),
        since: Value::Null,
        remark: None,
        source: practice["source"].as_str(),
    }
}

fn of_body<'p>(code: &str, body: &'p Value) -> Measure<'p> {
    let name = body["name_en"].as_str().unwrap_or_default();
    // Some profiles say more of the mandate than of the body.
    let mandate = &body["npm"];
    Measure {
        text: format!("National preventive mechanism: {name}").into(),
        evidence: evidence(code, "control-body", body, &body["name_en"]),
        since: year(&mandate["founded"]),
        remark: mandate["note"].as_str(),
        source: [mandate, body]
            .into_iter()
            .find_map(|fact| fact["source"].as_str()),
    }
}

fn evidence(code: &str, kind: &str, fact: &Value, title: &Value) -> Value {
    json!({ "title": { "en": title }, "record": format!("{code}/{kind}/{}", slug_of(fact)) })
}

fn implementation(provision: &str, measures: &[Measure<'_>], file: &Value) -> SampleRecord {
    let told: Vec<&str> = measures
        .iter()
        .filter_map(|measure| measure.text.as_str())
        .collect();
    let evidence = measures.iter().map(|measure| measure.evidence.clone());
    let mut content = json!({
        "provision": provision,
        "status": "partly",
        "measure": { "en": told.join("\n") },
        "evidence": evidence.collect::<Value>(),
    });
    let first = |of: fn(&Measure<'_>) -> Value| measures.iter().map(of).find(|value| !value.is_null());
    set(
        &mut content,
        "since",
        first(|measure| measure.since.clone()).unwrap_or_default(),
    );
    set(
        &mut content,
        "source",
        first(|measure| measure.source.into()).unwrap_or_default(),
    );
    let remarks = measures
        .iter()
        .filter_map(|measure| measure.remark)
        .chain([NOTE[0]]);
    let note = Value::from(remarks.collect::<Vec<_>>().join(" "));
    content["note"] = text([("en", &note), ("fr", &NOTE[1].into())]);
    let cited: BTreeSet<&str> = measures.iter().filter_map(|measure| measure.source).collect();
    content["about"] = about_from(&cited, &file["sources"]);
    set(&mut content["about"], "reviewed_at", file["as_of"].clone());
    record("implementation", provision, content)
}
