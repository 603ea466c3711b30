//! The life of a token over HTTP.

use serde_json::json;

use super::*;
use crate::model::{Token, TokenMade};

const JSON: &str = "application/json";

#[tokio::test]
async fn a_token_is_shown_once_works_and_ends_when_revoked() {
    let rig = Rig::new();
    let body = json!({ "role": "reader", "label": "duty desk", "expires_in": 3600 }).to_string();
    let answer = rig.post("/v1/tokens", JSON, body).await;
    assert_eq!(
        (answer.status, answer.header(header::CACHE_CONTROL)),
        (StatusCode::CREATED, "no-store")
    );
    let made: TokenMade = answer.json();
    assert!(made.token.starts_with(&format!("liaison_{}_", made.about.id)));
    assert_eq!(made.about.expires_at, Some(made.about.created_at + 3_600_000));
    let served = rig
        .send(REMOTE, request("GET", "/v1/status", Some(&made.token)))
        .await;
    assert_eq!(served.status, StatusCode::OK);
    let list = rig.get("/v1/tokens").await;
    assert!(
        !list.text().contains(&made.token[25..]),
        "the list shows the secret"
    );
    let listed: Vec<Token> = list.json();
    assert_eq!((listed.len(), listed[0].label.as_str()), (1, "duty desk"));
    assert!(listed[0].last_used_at.is_some());
    let path = format!("/v1/tokens/{}", made.about.id);
    let revoked = rig.send(Place::Local, request("DELETE", &path, None)).await;
    assert_eq!((revoked.status, revoked.body.len()), (StatusCode::NO_CONTENT, 0));
    rig.send(REMOTE, request("GET", "/v1/status", Some(&made.token)))
        .await
        .problem(ProblemType::Unauthorized);
    rig.send(Place::Local, request("DELETE", &path, None))
        .await
        .problem(ProblemType::NotFound);
}

#[tokio::test]
async fn a_token_is_made_as_documented_or_not_at_all() {
    let rig = Rig::new();
    for body in [
        json!({ "role": "reader" }),
        json!({ "role": "root", "label": "x" }),
        json!({ "role": "reader", "label": "" }),
        json!({ "role": "reader", "label": "x".repeat(65) }),
        json!({ "role": "reader", "label": "a\nb" }),
        json!({ "role": "reader", "label": "x", "expires_in": 0 }),
        json!({ "role": "reader", "label": "x", "expires_in": u64::MAX }),
        json!({ "role": "reader", "label": "x", "id": "0000000000000000" }),
    ] {
        rig.post("/v1/tokens", JSON, body.to_string())
            .await
            .problem(ProblemType::Malformed);
    }
    assert_eq!(rig.get("/v1/tokens").await.json::<Vec<Token>>(), []);
}

#[test]
fn the_text_of_a_new_token_is_not_in_what_is_logged() {
    let rig = Rig::new();
    let new = NewToken {
        role: Role::Reader,
        label: "test".to_owned(),
        expires_in: None,
    };
    let made = rig.tokens.make(new, 1).unwrap();
    let logged = format!("{made:?}");
    assert!(
        logged.contains(&made.about.id) && !logged.contains(&made.token),
        "{logged}"
    );
}
