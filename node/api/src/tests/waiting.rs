//! Updates that wait for signatures, and the inbox as a feed.

use atom_syndication::Feed;
use liaison_protocol::Hash;

use super::submissions::{JSON, submitted};
use super::*;
use crate::model::{Base64, InboxItem, InboxSort, WaitingUpdate, WaitingUpdates};

fn waiting() -> WaitingUpdate {
    WaitingUpdate {
        hash: Hash::of(b"update"),
        changes: vec![],
        signers: vec![],
        needed: 2,
        since: 1_700_000_000_000,
        hindrance: None,
    }
}

#[tokio::test]
async fn an_update_that_waits_is_told_apart_from_one_that_stands() {
    let rig = Rig::new();
    *rig.node.waiting.lock().unwrap() = Some(waiting());
    let answer = rig
        .post("/v1/updates", JSON, submitted(vec![Base64(vec![0; 100])]))
        .await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let path = format!("/v1/waiting/{}", waiting().hash);
    assert_eq!(answer.header(header::LOCATION), path);
    assert_eq!(answer.json::<WaitingUpdate>(), waiting());
    let listed: WaitingUpdates = rig.get("/v1/waiting").await.json();
    assert_eq!(listed.updates, [waiting()]);

    let given_up = rig
        .send(
            Place::Local,
            request("DELETE", &format!("{path}?reason=outdated"), None),
        )
        .await;
    assert_eq!(given_up.status, StatusCode::NO_CONTENT);
    assert_eq!(rig.node.last(), format!("give up {}", waiting().hash));
    let unread = rig.get("/v1/waiting/abc").await;
    assert_eq!(unread.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_inbox_is_a_feed_in_which_hostile_text_does_nothing() {
    let rig = Rig::new();
    let hostile = "</title><script>alert(1)</script>\u{202e}\u{0}\u{ffff}";
    let key = |function: &str| InboxItem {
        sort: InboxSort::Key,
        reference: None,
        since: 1_600_000_000_000,
        text: format!("the mandate of the administrator key “{function}” ends"),
        due: None,
        overdue: false,
        next: "liaison mandate grant".to_owned(),
    };
    let exchange = InboxItem {
        sort: InboxSort::Exchange,
        reference: Some("LV/exchange/cameras".parse().unwrap()),
        since: 1_700_000_000_000,
        text: hostile.to_owned(),
        due: Some("2026-01-01".to_owned()),
        overdue: true,
        next: "liaison get LV/exchange/cameras".to_owned(),
    };
    *rig.node.inbox.lock().unwrap() = vec![exchange, key("duty desk"), key("press desk")];
    let text = rig.get("/v1/inbox.atom?language=fr").await.text();
    assert_eq!(rig.node.last(), "fr");
    assert!(!text.contains("<script>"), "{text}");
    let feed = Feed::read_from(text.as_bytes()).unwrap();
    let [entry, first, second] = feed.entries() else {
        panic!("one line, one entry: {text}");
    };
    assert_ne!(first.id(), second.id());
    assert_eq!(first.authors()[0].name(), "FR");
    assert!(entry.title().contains("alert(1)") && !entry.title().contains(['\u{202e}', '\u{ffff}']));
    assert_eq!(entry.updated().timestamp_millis(), 1_700_000_000_000);
    assert!(
        entry.id().ends_with(":FR:exchange:LV/exchange/cameras"),
        "{}",
        entry.id()
    );
    let body = entry.content().unwrap().value().unwrap();
    assert_eq!(
        body.trim_end(),
        "LV/exchange/cameras\nDue since 2026-01-01\nliaison get LV/exchange/cameras"
    );
}
