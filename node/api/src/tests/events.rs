//! The stream of events.

use axum::body::BodyDataStream;
use futures::StreamExt;

use super::*;
use crate::model::Event;

/// A stream of events, read line by line.
struct Lines {
    body: BodyDataStream,
    text: String,
}

impl Lines {
    async fn open(rig: &Rig, place: Place, token: Option<&str>) -> Lines {
        let response = rig.open(place, request("GET", "/v1/events", token)).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Lines {
            body: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next block; none at the end.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let bytes = self.body.next().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

fn held(size: u64) -> Event {
    Event::Held {
        origin: fake::origin(),
        size,
    }
}

fn quick() -> Limits {
    Limits {
        heartbeat: Duration::from_millis(10),
        ..Limits::default()
    }
}

#[tokio::test]
async fn events_come_with_their_kind_after_a_first_heartbeat() {
    let rig = Rig::new();
    let mut lines = Lines::open(&rig, Place::Local, None).await;
    assert_eq!(lines.next().await.unwrap(), ": alive");
    rig.node.events.send(held(7)).unwrap();
    let block = lines.next().await.unwrap();
    let data = block.strip_prefix("event: held\ndata: ").unwrap();
    let event: Event = serde_json::from_str(data).unwrap();
    assert_eq!(event, held(7));
    let json: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(json["kind"], "held");
}

#[tokio::test]
async fn a_quiet_stream_is_kept_alive() {
    let rig = Rig::with(quick(), false);
    let mut lines = Lines::open(&rig, Place::Local, None).await;
    for _ in 0..3 {
        assert_eq!(lines.next().await.unwrap(), ": alive");
    }
}

#[tokio::test]
async fn a_reader_that_is_too_slow_gets_a_last_event() {
    let rig = Rig::new();
    let mut lines = Lines::open(&rig, Place::Local, None).await;
    assert_eq!(lines.next().await.unwrap(), ": alive");
    for size in 0..fake::LAG as u64 + 3 {
        rig.node.events.send(held(size)).unwrap();
    }
    assert_eq!(
        lines.next().await.unwrap(),
        "event: lagged\ndata: {\"kind\":\"lagged\",\"missed\":3}"
    );
    assert_eq!(lines.next().await, None);
}

#[tokio::test]
async fn a_stream_ends_when_its_token_is_revoked() {
    let rig = Rig::with(quick(), false);
    let token = rig.token(Role::Reader);
    let mut lines = Lines::open(&rig, REMOTE, Some(&token)).await;
    assert_eq!(lines.next().await.unwrap(), ": alive");
    let id = rig.tokens.list(0)[0].id.clone();
    rig.tokens.revoke(&id, 0).unwrap();
    ends(async { while lines.next().await.is_some() {} }).await;
}

#[tokio::test]
async fn a_stream_ends_when_the_node_stops_or_has_gone() {
    let rig = Rig::new();
    let mut lines = Lines::open(&rig, Place::Local, None).await;
    rig.close.send(true).unwrap();
    ends(async { while lines.next().await.is_some() {} }).await;
}

#[tokio::test]
async fn streams_have_their_own_limit_and_give_their_place_back() {
    let rig = Rig::with(
        Limits {
            streams: 1,
            ..Limits::default()
        },
        false,
    );
    let first = Lines::open(&rig, Place::Local, None).await;
    let problem = rig.get("/v1/events").await.problem(ProblemType::Busy);
    assert_eq!((problem.status, problem.exit), (503, 7));
    let metrics = rig.get("/metrics").await.text();
    assert!(metrics.contains("liaison_api_streams 1"), "{metrics}");
    drop(first);
    Lines::open(&rig, Place::Local, None).await;
    assert!(rig.get("/metrics").await.text().contains("liaison_api_streams 0"));
}

#[test]
fn the_kind_of_an_event_is_the_same_in_both_places() {
    let events = [
        held(1),
        Event::Published {
            origin: fake::origin(),
            index: 1,
            leaf_hash: Default::default(),
        },
        Event::Witnessed {
            origin: fake::origin(),
            size: 1,
            cosignatures: 1,
        },
        Event::Payload {
            origin: fake::origin(),
            index: 1,
            change: 0,
        },
        Event::Guard {
            guard: crate::model::Guard::Live,
        },
        Event::Charters {
            version: 1,
            hash: Default::default(),
        },
        Event::Evidence {
            hash: Default::default(),
        },
        Event::Stopped {
            reason: String::new(),
        },
        Event::Lagged { missed: 1 },
    ];
    for event in events {
        assert_eq!(serde_json::to_value(&event).unwrap()["kind"], event.kind());
    }
}
