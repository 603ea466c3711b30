use serde_json::json;

use super::*;
use crate::kinds::KINDS;

fn example(kind: &str) -> (RecordName, Value) {
    let kind = kinds::kind(kind).unwrap();
    let (slug, text) = kind.example;
    let name = format!("{}/{slug}", kind.name);
    (
        name.parse().unwrap(),
        crate::json::parse(text.as_bytes()).unwrap(),
    )
}

// The one fault of an example with one value put in another's place.
fn fault(kind: &str, pointer: &str, value: Value) -> Fault {
    let (name, mut record) = example(kind);
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    record.pointer_mut(parent).unwrap()[member] = value;
    let Faults(mut faults) = check(&name, &record).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

#[test]
fn every_kind_has_an_example_that_passes() {
    for kind in KINDS {
        let (name, record) = example(kind.name);
        check(&name, &record).unwrap_or_else(|faults| panic!("{name}: {faults}"));
    }
}

#[test]
fn a_fault_names_path_rule_and_value() {
    let fault = fault(
        "study",
        "/questions/1/choices/0/text",
        json!({"english": "On paper"}),
    );
    assert_eq!(fault.path, "questions[1].choices[0].text.english");
    assert!(fault.rule.contains("BCP 47"), "{}", fault.rule);
    assert_eq!(fault.value, "‘english’");
}

#[test]
fn each_broken_value_is_refused_where_it_stands() {
    for (kind, pointer, value, path) in [
        ("practice", "/title", json!("a title"), "title"),
        ("practice", "/title", json!({"en": " "}), "title.en"),
        ("practice", "/title", json!({"en": "a\u{7}"}), "title.en"),
        (
            "practice",
            "/title",
            json!({"en": "x".repeat(10 << 20)}),
            "title.en",
        ),
        ("practice", "/category", json!("practise"), "category"),
        ("practice", "/source", json!("S-NONE"), "source"),
        ("practice", "/adopted_by", json!(["fr"]), "adopted_by[0]"),
        ("practice", "/contact", json!("FR/practice/x"), "contact"),
        ("practice", "/since", json!("2024-02-30"), "since"),
        ("practice", "/since", json!(2024), "since"),
        (
            "practice",
            "/about/topics",
            json!(["body-cameras"]),
            "about.topics[0]",
        ),
        ("practice", "/about/language", json!("xx"), "about.language"),
        (
            "practice",
            "/about/sources/0/link",
            json!("javascript:alert(1)"),
            "about.sources[0].link",
        ),
        ("practice", "/titel", json!("x"), "titel"),
        (
            "practice",
            "/unknown_fields",
            json!({"99": "?"}),
            "unknown_fields",
        ),
        ("service", "/tasks", json!([]), "tasks"),
        ("service", "/parent", json!("national-police"), "parent"),
        ("implementation", "/provision", json!("coe-cpe:62"), "provision"),
        ("series", "/indicator", json!("COE/indicator/other"), "indicator"),
        ("series", "/values/0/value", json!("1511"), "values[0].value"),
        ("answer", "/answers/0/number", json!(3), "answers[0]"),
        ("study", "/questions/2/unit", json!(null), "questions[2].unit"),
        (
            "study",
            "/questions/1/choices/1/id",
            json!("paper"),
            "questions[1].choices[1].id",
        ),
        (
            "standard",
            "/provisions/0/parent",
            json!("coe-cpe:1"),
            "provisions[0].parent",
        ),
        ("event", "/last_day", json!("2022-06-27"), "last_day"),
        ("suggestion", "/content/category", json!("x"), "content.category"),
        ("suggestion", "/record", json!("suggestion/x"), "content"),
        ("correspondent", "/mail", json!("nobody"), "mail"),
    ] {
        assert_eq!(fault_path(kind, pointer, value), path, "{kind} {pointer}");
    }
}

fn fault_path(kind: &str, pointer: &str, value: Value) -> String {
    let (name, mut record) = example(kind);
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    record.pointer_mut(parent).unwrap()[member] = value;
    let Faults(faults) = check(&name, &record).unwrap_err();
    faults.into_iter().next().unwrap().path
}

#[test]
fn required_fields_are_missed() {
    for kind in KINDS {
        let name: RecordName = format!("{}/{}", kind.name, kind.example.0).parse().unwrap();
        let Faults(faults) = check(&name, &json!({})).unwrap_err();
        let missing: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
        let required = kind.message.fields.iter().filter(|field| match field.times {
            Times::Required => true,
            Times::List(least, _) => least > 0,
            Times::Optional => false,
        });
        assert_eq!(
            missing,
            required.map(|field| field.name).collect::<Vec<_>>(),
            "{}",
            kind.name
        );
    }
}

#[test]
fn slugs_follow_the_rule_of_their_kind() {
    for (kind, slug) in [
        ("authority", "other"),
        ("operation", "weather"),
        ("correspondent", "paul"),
        ("answer", "x"),
    ] {
        let (_, record) = example(kind);
        let name: RecordName = format!("{kind}/{slug}").parse().unwrap();
        assert!(check(&name, &record).is_err(), "{name}");
    }
}

#[test]
fn an_unknown_kind_is_refused_and_the_nearest_named() {
    let Faults(faults) = check(&"practise/x".parse().unwrap(), &json!({})).unwrap_err();
    assert!(faults[0].rule.contains("‘practice’"), "{faults:?}");
}

#[test]
fn a_cycle_of_parents_is_found() {
    let (name, mut record) = example("standard");
    record["provisions"] = json!([
        {"id": "coe-cpe:a", "title": {"en": "a"}, "parent": "coe-cpe:c"},
        {"id": "coe-cpe:b", "title": {"en": "b"}, "parent": "coe-cpe:a"},
        {"id": "coe-cpe:c", "title": {"en": "c"}, "parent": "coe-cpe:b"},
    ]);
    let Faults(faults) = check(&name, &record).unwrap_err();
    assert_eq!(faults.len(), 3, "{faults:?}");
}
