//! Entries, and waiting for them to be witnessed.

use std::time::Duration;

use super::*;
use crate::model::{Copies, Entry, Event, Witnessing};

fn path(rest: &str) -> String {
    format!("/v1/entries/{}/{rest}", fake::origin().hash())
}

fn witnessed(rig: &Rig) {
    let mut entry = rig.node.entry.lock().unwrap();
    entry.witnessed = Witnessing {
        reached: true,
        ..entry.witnessed.clone()
    };
}

fn copied(rig: &Rig) {
    rig.node.entry.lock().unwrap().copies = Some(Copies { held: 2, needed: 2 });
}

fn event() -> Event {
    Event::Witnessed {
        origin: fake::origin(),
        size: 6,
        cosignatures: 3,
    }
}

async fn until_subscribed(rig: &Rig) {
    until(|| rig.node.events.receiver_count() > 0).await;
}

#[tokio::test]
async fn an_entry_and_its_bundle_are_served() {
    let rig = Rig::new();
    let entry: Entry = rig.get(&path("5")).await.json();
    assert_eq!(entry, *rig.node.entry.lock().unwrap());
    let bundle = rig.get(&path("5/bundle")).await;
    assert_eq!(
        (bundle.text().as_str(), bundle.header(header::CONTENT_TYPE)),
        ("bundle", "application/octet-stream")
    );
    assert_eq!(
        bundle.header(header::CONTENT_DISPOSITION),
        "attachment; filename=\"5.liaison\""
    );
}

#[tokio::test]
async fn an_entry_has_one_path() {
    let rig = Rig::new();
    let log = fake::origin().hash().to_string();
    for path in [
        format!("/v1/entries/{}/5", log.to_uppercase()),
        format!("/v1/entries/{}/5", &log[1..]),
        format!("/v1/entries/ {log}/5").replace(' ', "%20"),
        path("05"),
        path("+5"),
        path("-1"),
        path("18446744073709551616"),
        path("five"),
    ] {
        rig.get(&path).await.problem(ProblemType::NotFound);
    }
    assert_eq!(rig.node.last(), "");
}

/// Looks again only after events.
fn patient() -> Rig {
    Rig::with(
        Limits {
            look_again: Duration::from_secs(3600),
            ..Limits::default()
        },
        false,
    )
}

#[tokio::test]
async fn waiting_ends_when_a_quorum_and_enough_copies_are_there() {
    let rig = Arc::new(patient());
    let waiting = tokio::spawn({
        let rig = rig.clone();
        async move {
            rig.get(&path("5?wait=witnessed&timeout=120"))
                .await
                .json::<Entry>()
        }
    });
    until_subscribed(&rig).await;
    witnessed(&rig);
    rig.node.events.send(event()).unwrap();
    tokio::task::yield_now().await;
    copied(&rig);
    rig.node.events.send(event()).unwrap();
    assert!(ends(waiting).await.unwrap().is_settled());
}

#[tokio::test]
async fn events_that_were_missed_make_a_request_that_waits_look_again() {
    let rig = Arc::new(patient());
    let waiting = tokio::spawn({
        let rig = rig.clone();
        async move {
            rig.get(&path("5?wait=witnessed&timeout=120"))
                .await
                .json::<Entry>()
        }
    });
    until_subscribed(&rig).await;
    witnessed(&rig);
    copied(&rig);
    for version in 0..2 * fake::LAG as u64 {
        rig.node
            .events
            .send(Event::Charters {
                version,
                hash: Default::default(),
            })
            .unwrap();
    }
    assert!(ends(waiting).await.unwrap().is_settled());
}

#[tokio::test]
async fn copies_that_no_event_tells_of_end_the_wait_as_well() {
    let rig = Arc::new(Rig::with(
        Limits {
            look_again: Duration::from_millis(5),
            ..Limits::default()
        },
        false,
    ));
    witnessed(&rig);
    let waiting = tokio::spawn({
        let rig = rig.clone();
        async move {
            rig.get(&path("5?wait=witnessed&timeout=60"))
                .await
                .json::<Entry>()
        }
    });
    until_subscribed(&rig).await;
    copied(&rig);
    assert!(ends(waiting).await.unwrap().is_settled());
}

#[tokio::test]
async fn waiting_ends_with_its_time_and_says_how_it_stands() {
    let rig = Rig::new();
    let entry: Entry = rig.get(&path("5?wait=witnessed&timeout=1")).await.json();
    assert!(!entry.is_settled());
}

#[tokio::test]
async fn an_entry_that_is_settled_is_answered_at_once() {
    let rig = Rig::new();
    witnessed(&rig);
    copied(&rig);
    let entry: Entry = rig.get(&path("5?wait=witnessed")).await.json();
    assert!(entry.is_settled());
    assert_eq!(rig.node.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn waiting_ends_when_the_node_stops() {
    let rig = Arc::new(patient());
    let waiting = tokio::spawn({
        let rig = rig.clone();
        async move {
            rig.get(&path("5?wait=witnessed&timeout=120"))
                .await
                .json::<Entry>()
        }
    });
    until_subscribed(&rig).await;
    rig.close.send(true).unwrap();
    assert!(!ends(waiting).await.unwrap().is_settled());
}

#[tokio::test]
async fn waiting_is_for_a_known_thing_and_a_bounded_time() {
    let rig = Rig::new();
    for query in [
        "wait=copied",
        "wait=witnessed&timeout=0",
        "wait=witnessed&timeout=121",
        "timeout=x",
        "await=x",
    ] {
        rig.get(&path(&format!("5?{query}")))
            .await
            .problem(ProblemType::Malformed);
    }
}

#[test]
fn an_entry_without_payloads_is_settled_by_its_quorum() {
    let rig = Rig::new();
    witnessed(&rig);
    rig.node.entry.lock().unwrap().copies = None;
    assert!(rig.node.entry.lock().unwrap().is_settled());
}
