//! What is done with drafts reaches the node as it was said, with who said it, or not at all.

use serde_json::json;

use super::*;
use crate::model::{CheckedDraft, DraftPage, Token, TokenMade};

const JSON: &str = "application/json";
const DRAFT: &str = "/v1/drafts/0011223344556677";

impl Rig {
    async fn says(&self, method: &str, path: &str, body: &serde_json::Value) -> Answer {
        let mut request = request(method, path, None);
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, JSON.parse().unwrap());
        *request.body_mut() = body.to_string().into();
        self.send(Place::Local, request).await
    }
}

#[tokio::test]
async fn what_is_said_of_a_draft_reaches_the_node() {
    let rig = Rig::new();
    let content = json!({"title": {"en": "Cameras"}});
    let steps = format!("{DRAFT}/steps");
    let comments = format!("{DRAFT}/comments");
    for (method, path, body, told) in [
        (
            "POST",
            "/v1/drafts",
            json!({"record": "practice/cameras", "content": content}),
            r#"local makes practice/cameras of {"title":{"en":"Cameras"}}"#,
        ),
        (
            "PUT",
            DRAFT,
            json!({"revision": 7, "content": content}),
            r#"local changes 0011223344556677 from 7 to {"title":{"en":"Cameras"}}"#,
        ),
        (
            "POST",
            &comments,
            json!({"text": "Which cameras?"}),
            "local says of 0011223344556677: Which cameras?",
        ),
        (
            "POST",
            &steps,
            json!({"revision": 7, "step": "rejected", "reason": "too short"}),
            r#"local takes 0011223344556677 at 7 to rejected, Some("too short"), None"#,
        ),
        (
            "POST",
            &steps,
            json!({"revision": 8, "step": "published", "index": 5}),
            "local takes 0011223344556677 at 8 to published, None, Some(5)",
        ),
    ] {
        let answer = rig.says(method, path, &body).await;
        let checked: CheckedDraft = answer.json();
        assert!(answer.status.is_success() && !checked.faults.is_empty());
        assert_eq!(rig.node.last(), told);
    }
    let page: DraftPage = rig
        .get("/v1/drafts?step=submitted&cursor=50&limit=3")
        .await
        .json();
    assert_eq!(page.drafts, []);
    assert_eq!(
        rig.node.last(),
        "DraftQuery { step: Some(Submitted), skip: 50, limit: 3 }"
    );
}

#[tokio::test]
async fn who_says_it_is_the_token_by_label_and_id() {
    let rig = Rig::new();
    let body = json!({"role": "contributor", "label": "press desk"}).to_string();
    let made: TokenMade = rig.post("/v1/tokens", JSON, body).await.json();
    let Token { id, .. } = made.about;
    let mut said = post(
        &format!("{DRAFT}/comments"),
        JSON,
        json!({"text": "Done."}).to_string(),
    );
    let bearer = format!("Bearer {}", made.token).parse().unwrap();
    said.headers_mut().insert(header::AUTHORIZATION, bearer);
    assert_eq!(rig.send(REMOTE, said).await.status, StatusCode::OK);
    assert_eq!(
        rig.node.last(),
        format!("press desk ({id}) says of 0011223344556677: Done.")
    );
}

#[tokio::test]
async fn what_is_not_as_documented_never_reaches_the_node() {
    let rig = Rig::new();
    let steps = format!("{DRAFT}/steps");
    for (method, path, body) in [
        ("POST", "/v1/drafts", json!({"record": "practice/cameras"})),
        ("POST", "/v1/drafts", json!({"record": "practice", "content": {}})),
        ("PUT", DRAFT, json!({"content": {}})),
        ("PUT", DRAFT, json!({"revision": -1, "content": {}})),
        ("POST", &*steps, json!({"step": "approved"})),
        ("POST", &*steps, json!({"step": "signed", "revision": 1})),
        (
            "POST",
            &*steps,
            json!({"step": "approved", "revision": 1, "by": "me"}),
        ),
    ] {
        let answer = rig.says(method, path, &body).await;
        answer.problem(ProblemType::Malformed);
    }
    let large = json!({"revision": 1, "content": "x".repeat(liaison_authority::drafts::DRAFT_SIZE_MAX)});
    rig.says("PUT", DRAFT, &large)
        .await
        .problem(ProblemType::TooLarge);
    assert_eq!(rig.node.last(), "");
}
