//! Evidence, listed and in its own bytes.

use liaison_protocol::Hash;
use serde_json::Value;

use super::*;
use crate::model::Evidence;

#[tokio::test]
async fn evidence_is_listed_by_what_it_proves_and_served_in_its_own_bytes() {
    let rig = Rig::new();
    let listed = rig.get("/v1/evidence").await;
    let as_json: Value = listed.json();
    assert_eq!(as_json[0]["kind"], "checkpoints", "{as_json}");
    assert_eq!(listed.json::<Vec<Evidence>>(), [fake::evidence()]);
    let path = |name: String| format!("/v1/evidence/{name}");
    let hash = fake::evidence().hash.to_string();
    let piece = rig.get(&path(hash.clone())).await;
    assert_eq!(
        (piece.header(header::CONTENT_TYPE), &piece.body[..]),
        ("application/octet-stream", fake::PIECE)
    );
    let other = rig.get(&path(Hash::of(b"other").to_string())).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let unread = rig.get(&path(hash.to_uppercase())).await;
    assert_eq!(unread.status, StatusCode::BAD_REQUEST);
}
