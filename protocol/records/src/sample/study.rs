//! A study that the profiles answer: which bodies control the police from outside, and how far officers wear cameras. An
//! answer says what stands in a profile and no more.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::build::{about_from, set, text};
use super::{SampleRecord, record};

const SLUG: &str = "oversight-and-cameras";

/// What the profiles call bodies outside the police.
const BODIES: [(&str, &str, &str); 9] = [
    ("ombudsman", "Ombudsman", "Médiateur"),
    (
        "npm",
        "National preventive mechanism",
        "Mécanisme national de prévention",
    ),
    (
        "police-complaints-commission",
        "Body for complaints against the police",
        "Organe de plainte contre la police",
    ),
    ("prosecutor", "Public prosecutor", "Ministère public"),
    ("parliamentary", "Body of the parliament", "Organe du parlement"),
    (
        "oversight-authority",
        "Oversight authority",
        "Autorité de contrôle",
    ),
    (
        "independent-investigation-body",
        "Independent investigation body",
        "Organe d’enquête indépendant",
    ),
    ("inspectorate", "Inspectorate", "Inspection"),
    (
        "data-protection",
        "Data protection authority",
        "Autorité de protection des données",
    ),
];

/// How far cameras are worn, as the profiles say it.
const CAMERAS: [(&str, &str, &str); 4] = [
    ("deployed", "In general use", "Généralisées"),
    ("partial", "By some services", "Dans certains services"),
    ("trial", "On trial", "À l’essai"),
    ("procurement", "Being bought", "En cours d’achat"),
];

/// The study, addressed to all members and to be answered by then.
pub(super) fn study(deadline: &str) -> SampleRecord {
    let mut content = json!({
        "title": {
            "en": "Sample study: control of the police from outside, and cameras that officers wear",
            "fr": "Étude d’exemple : contrôle externe de la police et caméras-piétons",
        },
        "purpose": { "en": "It asks what the sample profiles can answer." },
        "deadline": deadline,
        "questions": [
            {
                "id": "outside",
                "text": {
                    "en": "Which bodies control the police from outside?",
                    "fr": "Quels organes contrôlent la police de l’extérieur ?",
                },
                "type": "choices",
                "choices": choices(&BODIES),
            },
            {
                "id": "names",
                "text": { "en": "What are they called?", "fr": "Quels sont leurs noms ?" },
                "type": "text",
            },
            {
                "id": "cameras",
                "text": {
                    "en": "How far do officers wear cameras?",
                    "fr": "Dans quelle mesure les agents portent-ils des caméras ?",
                },
                "type": "choice",
                "choices": choices(&CAMERAS),
            },
            {
                "id": "firearms",
                "text": {
                    "en": "Do officers carry firearms as a rule?",
                    "fr": "Les agents portent-ils en règle générale une arme à feu ?",
                },
                "type": "yes-no",
                "optional": true,
            },
            {
                "id": "custody",
                "text": {
                    "en": "How long may custody last before a judge is seen?",
                    "fr": "Combien de temps la garde à vue peut-elle durer avant la présentation à un juge ?",
                },
                "type": "number",
                "unit": "hours",
                "optional": true,
                "help": { "en": "For ordinary offences." },
            },
        ],
    });
    content["about"] = about_from(&BTreeSet::new(), &Value::Null);
    content["about"]["topics"] = topics();
    record("study", SLUG, content)
}

/// A State's answer. None where its profile does not say how far cameras are worn, or names no body outside the police:
/// it then has not answered.
pub(super) fn answer(file: &Value) -> Option<SampleRecord> {
    let bodies = file["control_bodies"]["external"].as_array()?;
    let cameras = &file["mode_of_operation"]["body_worn_cameras"];
    if bodies.is_empty() || !cameras["value"].is_string() {
        return None;
    }
    let named: BTreeSet<&str> = bodies.iter().flat_map(roles).collect();
    let outside: Vec<&str> = BODIES.iter().map(|(id, ..)| *id).collect();
    let outside: Vec<&str> = outside.into_iter().filter(|id| named.contains(id)).collect();
    let names = bodies.iter().filter_map(|body| body["name_en"].as_str());
    let names: Vec<&str> = names.collect();
    let mut answers = vec![
        json!({ "question": "outside", "choices": outside }),
        json!({ "question": "names", "text": { "en": names.join("; ") } }),
        item("cameras", "choices", json!([cameras["value"]]), cameras),
    ];
    let mut facts: Vec<&Value> = bodies.iter().chain([cameras]).collect();
    let modes = &file["mode_of_operation"];
    let (firearms, custody) = (
        &modes["routinely_armed"],
        &modes["custody_max_hours_before_judge"],
    );
    if firearms["value"].is_boolean() {
        answers.push(item("firearms", "yes", firearms["value"].clone(), firearms));
        facts.push(firearms);
    }
    if custody["value"].is_number() {
        answers.push(item("custody", "number", custody["value"].clone(), custody));
        facts.push(custody);
    }
    let cited = facts.iter().filter_map(|fact| fact["source"].as_str());
    let mut content = json!({ "study": format!("COE/study/{SLUG}"), "answers": answers });
    content["about"] = about_from(&cited.collect(), &file["sources"]);
    content["about"]["topics"] = topics();
    set(&mut content["about"], "reviewed_at", file["as_of"].clone());
    Some(record("answer", &format!("COE:{SLUG}"), content))
}

// What is answered, with what the profile remarks on it and the source that says so.
fn item(question: &str, member: &str, value: Value, fact: &Value) -> Value {
    let source = fact["source"].as_str().map(|source| format!("[{source}]"));
    let note = fact["note"].as_str().map(str::to_owned);
    let remark: Vec<String> = note.into_iter().chain(source).collect();
    let mut item = json!({ "question": question });
    item[member] = value;
    set(
        &mut item,
        "remark",
        text([("en", &Value::from(remark.join(" ")))]),
    );
    item
}

fn roles(body: &Value) -> impl Iterator<Item = &str> {
    let further = body["roles"].as_array().into_iter().flatten();
    let kind = [&body["kind"]].into_iter();
    kind.chain(further).filter_map(Value::as_str)
}

fn choices(listed: &[(&str, &str, &str)]) -> Value {
    let choice = |(id, en, fr): &(&str, &str, &str)| json!({ "id": id, "text": { "en": en, "fr": fr } });
    listed.iter().map(choice).collect()
}

fn topics() -> Value {
    json!(["accountability", "body-worn-cameras"])
}

#[cfg(test)]
mod tests {
    use super::super::{PROFILES, parse};
    use super::*;
    use crate::study::check_answer;

    #[test]
    fn every_answer_fits_the_questions() {
        let asked = study("2027-01-31T22:00:00Z").content;
        let mut answered = Vec::new();
        for (code, profile) in PROFILES {
            let Some(answer) = answer(&parse(profile)) else {
                continue;
            };
            let name = answer.record_name().unwrap();
            check_answer(&name, &answer.content, &asked).unwrap_or_else(|faults| panic!("{code}: {faults}"));
            answered.push(*code);
        }
        assert_eq!(answered.len(), 21, "{answered:?}");
    }

    #[test]
    fn an_answer_says_what_the_profile_says_with_its_sources() {
        let profile = |code: &str| PROFILES.iter().find(|(state, _)| *state == code).unwrap().1;
        let portugal = answer(&parse(profile("PT"))).unwrap().content;
        let items = portugal["answers"].as_array().unwrap();
        assert_eq!(
            items[0]["choices"],
            json!(["ombudsman", "npm", "oversight-authority"])
        );
        assert_eq!(
            items[1]["text"]["en"],
            "Inspectorate General of Home Affairs; Ombudsman"
        );
        assert_eq!(items[2]["choices"], json!(["procurement"]));
        let remark = items[2]["remark"]["en"].as_str().unwrap();
        assert!(remark.ends_with("22 January 2026. [S-RR-PT]"), "{remark}");
        assert_eq!(
            (&items[3]["yes"], &items[4]["number"]),
            (&json!(true), &json!(48))
        );
        let sources = portugal["about"]["sources"].as_array().unwrap();
        let sources: Vec<&Value> = sources.iter().map(|source| &source["id"]).collect();
        assert_eq!(sources, ["S-GK", "S-RR-PT", "S-DN-PT"]);
        // Nothing is known of cameras there.
        assert_eq!(answer(&parse(profile("LV"))), None);
    }
}
