//! The document against the router's table.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::access::{Access, ROUTES};

fn document() -> Value {
    serde_json::from_str(crate::routes::document_text()).unwrap()
}

fn documented(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        methods
            .filter(|key| ["get", "put", "post", "delete", "patch"].contains(&key.as_str()))
            .map(|method| (method.to_uppercase(), path.replace("{path}", "{*path}")))
            .collect::<Vec<_>>()
    });
    operations.collect()
}

#[test]
fn the_document_has_every_route_of_the_router_and_no_other() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let routes = ROUTES
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned()));
    assert_eq!(documented(&document), routes.collect());
}

#[tokio::test]
async fn the_router_answers_every_route_of_the_table() {
    let rig = Rig::new();
    let token = rig.token(Role::Feed);
    for route in ROUTES {
        let path = route
            .path
            .replace("{token}/{file}", &format!("{token}/events.ics"))
            .replace("{origin_hash}", &fake::origin().hash().to_string())
            .replace("{index}", "5")
            .replace("{authority}/{kind}/{slug}", "FR/practice/patrol")
            .replace("{authority}", "FR")
            .replace("{name}", "rate")
            .replace("{*path}", "0/000")
            .replace("{id}", "0000000000000000");
        let status = rig
            .open(Place::Local, request(route.method, &path, None))
            .await
            .status();
        let token = route.path == "/v1/tokens/{id}";
        assert!(
            token || status != StatusCode::NOT_FOUND,
            "{} {path}",
            route.method
        );
        assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{} {path}", route.method);
    }
}

#[test]
fn every_operation_says_who_may_use_it_and_what_may_go_wrong() {
    let document = document();
    for route in ROUTES {
        let path = route.path.replace("{*path}", "{path}");
        let operation = &document["paths"][&path][route.method.to_lowercase()];
        let description = operation["description"].as_str().unwrap();
        if matches!(route.access, Access::Public | Access::Feed) {
            assert_eq!(operation["security"], serde_json::json!([]), "{route:?}");
            continue;
        }
        assert_eq!(
            operation["security"][0],
            serde_json::json!({ "token": [] }),
            "{route:?}"
        );
        assert!(
            description.contains(&route.access.roles()),
            "{route:?}: {description}"
        );
        let problem =
            &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(problem, "#/components/schemas/Problem", "{route:?}");
    }
}

#[test]
fn every_reference_within_the_document_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref") {
                    found.push(reference.clone());
                }
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20, "{found:?}");
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn the_document_is_served_to_anybody() {
    let rig = Rig::new();
    let answer = rig.send(REMOTE, get("/openapi.json")).await;
    assert_eq!(
        (answer.status, answer.header(header::CONTENT_TYPE)),
        (StatusCode::OK, "application/json")
    );
    assert_eq!(answer.json::<Value>(), document());
}
