//! Who may use which route.

use super::*;
use crate::access::{Access, ROUTES, Route};

const READER: &str = "reader";
const CONTRIBUTOR: &str = "contributor";
const AUDITOR: &str = "auditor";
const OPERATOR: &str = "operator";

const EVERYBODY: &[&str] = &[READER, CONTRIBUTOR, AUDITOR, OPERATOR];
const PUBLISHERS: &[&str] = &[CONTRIBUTOR, OPERATOR];

/// The documented table, written down a second time. Feeds are not in it, as their token is no header.
fn expected() -> Vec<(&'static str, String, &'static [&'static str])> {
    let log = fake::origin().hash();
    let piece = fake::evidence().hash;
    let path = |path: &str| {
        path.replace("LOG", &log.to_string())
            .replace("PIECE", &piece.to_string())
    };
    vec![
        ("GET", path("/v1/status"), EVERYBODY),
        ("GET", path("/v1/network"), EVERYBODY),
        ("GET", path("/v1/peers"), EVERYBODY),
        ("GET", path("/v1/events"), EVERYBODY),
        ("GET", path("/v1/charters"), EVERYBODY),
        ("GET", path("/v1/proposals"), EVERYBODY),
        ("GET", path("/v1/evidence"), EVERYBODY),
        ("GET", path("/v1/evidence/PIECE"), EVERYBODY),
        ("GET", path("/v1/records"), EVERYBODY),
        ("GET", path("/v1/records/FR/practice/patrol"), EVERYBODY),
        ("GET", path("/v1/search"), EVERYBODY),
        ("GET", path("/v1/analyses/rate"), EVERYBODY),
        ("POST", path("/v1/analyses"), EVERYBODY),
        ("GET", path("/v1/records/FR/practice/patrol/history"), EVERYBODY),
        ("GET", path("/v1/records/FR/practice/patrol/void"), EVERYBODY),
        ("GET", path("/v1/records/FR/practice/patrol/referrers"), EVERYBODY),
        ("GET", path("/v1/entries/LOG/5"), EVERYBODY),
        ("GET", path("/v1/entries/LOG/5/bundle"), EVERYBODY),
        ("GET", path("/v1/logs/LOG/policy"), EVERYBODY),
        ("GET", path("/LOG/checkpoint"), EVERYBODY),
        ("GET", path("/LOG/tile/0/000"), EVERYBODY),
        ("GET", path("/LOG/tile/entries/000.p/2"), EVERYBODY),
        ("POST", path("/v1/updates"), PUBLISHERS),
        ("GET", path("/v1/inbox"), PUBLISHERS),
        ("GET", path("/v1/inbox.atom"), PUBLISHERS),
        ("GET", path("/v1/drafts"), PUBLISHERS),
        ("POST", path("/v1/drafts"), PUBLISHERS),
        ("GET", path("/v1/drafts/00112233"), PUBLISHERS),
        ("PUT", path("/v1/drafts/00112233"), PUBLISHERS),
        ("POST", path("/v1/drafts/00112233/comments"), PUBLISHERS),
        ("POST", path("/v1/drafts/00112233/steps"), PUBLISHERS),
        ("GET", path("/v1/waiting"), PUBLISHERS),
        ("GET", path("/v1/waiting/LOG"), PUBLISHERS),
        ("DELETE", path("/v1/waiting/LOG?reason=x"), PUBLISHERS),
        ("GET", path("/v1/tokens"), &[AUDITOR, OPERATOR]),
        ("GET", path("/metrics"), &[AUDITOR, OPERATOR]),
        ("GET", path("/v1/checkup"), &[AUDITOR, OPERATOR]),
        ("POST", path("/v1/peers/FR/test"), &[OPERATOR]),
        ("POST", path("/v1/statements"), &[OPERATOR]),
        ("POST", path("/v1/charters"), &[OPERATOR]),
        ("POST", path("/v1/resolutions"), &[OPERATOR]),
        ("POST", path("/v1/tokens"), &[OPERATOR]),
        ("DELETE", path("/v1/tokens/0000000000000000"), &[OPERATOR]),
    ]
}

async fn status(rig: &Rig, place: Place, method: &str, path: &str, token: Option<&str>) -> StatusCode {
    rig.open(place, request(method, path, token)).await.status()
}

#[tokio::test]
async fn each_role_may_use_the_routes_of_the_documented_table_and_no_others() {
    let rig = Rig::new();
    for role in Role::ALL {
        let token = rig.token(role);
        for (method, path, roles) in expected() {
            let status = status(&rig, REMOTE, method, &path, Some(&token)).await;
            let allowed = status != StatusCode::FORBIDDEN && status != StatusCode::UNAUTHORIZED;
            assert_eq!(
                allowed,
                roles.contains(&role.word()),
                "{} {method} {path}: {status}",
                role.word()
            );
        }
    }
}

#[tokio::test]
async fn without_a_token_only_the_document_is_served() {
    let rig = Rig::new();
    for (method, path, _) in expected() {
        let answer = rig.send(REMOTE, request(method, &path, None)).await;
        answer.problem(ProblemType::Unauthorized);
        assert!(
            answer.header(header::WWW_AUTHENTICATE).starts_with("Bearer"),
            "{method} {path}"
        );
    }
    assert_eq!(
        status(&rig, REMOTE, "GET", "/openapi.json", None).await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn public_logs_open_the_logs_and_nothing_else() {
    let rig = Rig::with(Limits::default(), true);
    for (method, path, _) in expected() {
        let log = fake::origin().hash().to_string();
        let is_log = path.starts_with(&format!("/{log}")) || path.starts_with("/v1/logs/");
        let status = status(&rig, REMOTE, method, &path, None).await;
        assert_eq!(
            status != StatusCode::UNAUTHORIZED,
            is_log,
            "{method} {path}: {status}"
        );
    }
}

#[tokio::test]
async fn whoever_opens_the_unix_socket_is_an_operator_whatever_token_is_sent() {
    let rig = Rig::new();
    for (method, path, _) in expected() {
        for token in [None, Some("liaison_nonsense")] {
            let status = status(&rig, Place::Local, method, &path, token).await;
            assert!(
                status != StatusCode::UNAUTHORIZED && status != StatusCode::FORBIDDEN,
                "{method} {path}"
            );
        }
    }
}

#[test]
fn every_route_of_the_gate_stands_in_the_table_of_this_test() {
    let paths = expected();
    let is_header = |route: &&Route| !matches!(route.access, Access::Public | Access::Feed);
    for route in ROUTES.iter().filter(is_header) {
        let first: Vec<&str> = route.path.split('/').collect();
        let matches = |path: &str| {
            let parts: Vec<&str> = path.split('/').collect();
            let rest = route.path.ends_with("{*path}");
            (rest || parts.len() == first.len())
                && first
                    .iter()
                    .zip(&parts)
                    .all(|(pattern, part)| pattern.starts_with('{') || pattern == part)
        };
        assert!(
            paths
                .iter()
                .any(|(method, path, _)| *method == route.method && matches(path)),
            "{route:?}"
        );
    }
}

#[tokio::test]
async fn a_token_is_taken_only_as_a_bearer_header() {
    let rig = Rig::new();
    let token = rig.token(Role::Reader);
    for (value, served) in [
        (format!("Bearer {token}"), true),
        (format!("bearer {token}"), true),
        (format!("Basic {token}"), false),
        (token.clone(), false),
        (format!("Bearer {token}0"), false),
        (format!("Bearer {}", token.to_uppercase()), false),
    ] {
        let request = Request::get("/v1/status")
            .header(header::AUTHORIZATION, &value)
            .body(Body::empty())
            .unwrap();
        let status = rig.open(REMOTE, request).await.status();
        assert_eq!(status == StatusCode::OK, served, "{value}");
    }
    let path = format!("/v1/status?token={token}");
    assert_eq!(
        status(&rig, REMOTE, "GET", &path, None).await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_request_that_reached_the_router_without_a_place_is_nobodys() {
    let rig = Rig::new();
    let response = rig.api.router().oneshot(get("/v1/status")).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}
