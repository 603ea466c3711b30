//! What happens on the node, as server-sent events.

use std::convert::Infallible;

use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Sse, sse};
use futures::stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};

use crate::api::{Context, Stream};
use crate::gate::{Caller, Connection, now};
use crate::model::{Event, Problem};

/// What happens, as it happens
///
/// Server-sent events: `event` is the kind, `data` the event as JSON. A comment comes at once, and
/// then every 15 seconds. A reader that is too slow gets a last event `lagged` and must look for itself
/// what it missed. The stream ends when the token is revoked or expires, and when the node stops.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "node",
    responses((status = 200, body = Event, content_type = "text/event-stream"))
)]
pub(super) async fn events(
    State(api): State<Context>,
    Extension(caller): Extension<Caller>,
    connection: Option<Extension<Connection>>,
) -> Result<impl IntoResponse, Problem> {
    // Its first tick is at once: the reader sees that the stream stands.
    let mut heartbeat = tokio::time::interval(api.limits.heartbeat);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let feed = Feed {
        _place: api.stream()?,
        events: api.backend.subscribe(),
        heartbeat,
        api,
        caller,
        connection: connection.map(|Extension(connection)| connection),
        ended: false,
    };
    Ok(Sse::new(stream::unfold(feed, next)))
}

struct Feed {
    api: Context,
    caller: Caller,
    connection: Option<Connection>,
    events: Receiver<Event>,
    heartbeat: Interval,
    ended: bool,
    _place: Stream,
}

async fn next(mut feed: Feed) -> Option<(Result<sse::Event, Infallible>, Feed)> {
    if feed.ended {
        return None;
    }
    let event = tokio::select! {
        biased;
        () = closed(feed.connection.clone()) => return None,
        _ = feed.heartbeat.tick() => {
            if !feed.may_stay() {
                return None;
            }
            sse::Event::default().comment("alive")
        }
        received = feed.events.recv() => match received {
            Ok(event) => write(&event),
            Err(RecvError::Lagged(missed)) => {
                feed.ended = true;
                write(&Event::Lagged { missed })
            }
            Err(RecvError::Closed) => return None,
        },
    };
    Some((Ok(event), feed))
}

impl Feed {
    fn may_stay(&self) -> bool {
        match &self.caller {
            Caller::Token { id, .. } => self.api.tokens.is_live(id, now()),
            Caller::Local | Caller::Anonymous => true,
        }
    }
}

fn write(event: &Event) -> sse::Event {
    let named = sse::Event::default().event(event.kind());
    // Events consist of text and numbers: writing them cannot fail.
    named.json_data(event).unwrap_or_default()
}

async fn closed(connection: Option<Connection>) {
    match connection {
        Some(connection) => connection.closed().await,
        None => std::future::pending().await,
    }
}
