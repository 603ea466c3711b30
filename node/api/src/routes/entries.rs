//! Entries and the bundles that prove them.

use std::time::Duration;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use liaison_protocol::Hash;
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::api::Context;
use crate::gate::{Connection, WAIT_MAX};
use crate::model::{Entry, Event, Problem, ProblemType};
use crate::respond::{OCTETS, Parameters, Segments, hash, number, typed};

/// How long a request waits that does not say it.
const WAIT_DEFAULT: Duration = Duration::from_secs(30);

/// What is waited for, and how long.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EntryParameters {
    /// `witnessed`: answer when a quorum covers the entry and enough others hold its payloads, or when
    /// the time is over; the answer tells which.
    #[param(inline)]
    wait: Option<Wait>,
    /// Seconds to wait; 30 if absent.
    #[param(minimum = 1, maximum = 120)]
    timeout: Option<u64>,
}

#[derive(Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum Wait {
    Witnessed,
}

/// An entry, what it came to, and how far it is known
#[utoipa::path(
    get,
    path = "/v1/entries/{origin_hash}/{index}",
    tag = "entries",
    params(
        ("origin_hash" = String, Path, description = "SHA-256 of the log's origin, hex"),
        ("index" = u64, Path, description = "The entry, from 0"),
        EntryParameters
    ),
    responses((status = 200, body = Entry))
)]
pub(super) async fn entry(
    State(api): State<Context>,
    connection: Option<Extension<Connection>>,
    Segments(place): Segments<(String, String)>,
    Parameters(parameters): Parameters<EntryParameters>,
) -> Result<Json<Entry>, Problem> {
    let (origin, index) = parse(&place)?;
    let time = parameters.timeout.map_or(WAIT_DEFAULT, Duration::from_secs);
    if time.is_zero() || time > WAIT_MAX {
        let detail = format!("timeout: 1 to {} seconds are allowed", WAIT_MAX.as_secs());
        return Err(Problem::new(ProblemType::Malformed, detail));
    }
    match parameters.wait {
        Some(Wait::Witnessed) => settled(&api, connection, origin, index, Instant::now() + time)
            .await
            .map(Json),
        None => api.backend.entry(origin, index).await.map(Json),
    }
}

/// The bundle that proves an entry
///
/// Everything that a verifier needs besides the network id: `liaison verify FILE --network ID`.
#[utoipa::path(
    get,
    path = "/v1/entries/{origin_hash}/{index}/bundle",
    tag = "entries",
    params(
        ("origin_hash" = String, Path, description = "SHA-256 of the log's origin, hex"),
        ("index" = u64, Path, description = "The entry, from 0")
    ),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(super) async fn bundle(
    State(api): State<Context>,
    Segments(place): Segments<(String, String)>,
) -> Result<Response, Problem> {
    let (origin, index) = parse(&place)?;
    let mut response = typed(OCTETS, api.backend.bundle(origin, index).await?);
    let name = format!("attachment; filename=\"{index}.liaison\"");
    if let Ok(value) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

// Answers when the entry is settled, when the time is over, or when the node stops.
async fn settled(
    api: &Context,
    connection: Option<Extension<Connection>>,
    origin: Hash,
    index: u64,
    deadline: Instant,
) -> Result<Entry, Problem> {
    let _place = api.stream()?;
    // Before the first look, so that nothing happens unseen between the two.
    let mut events = api.backend.subscribe();
    loop {
        let entry = api.backend.entry(origin, index).await?;
        let now = Instant::now();
        if entry.is_settled() || now >= deadline {
            return Ok(entry);
        }
        let look_again = deadline.min(now + api.limits.look_again);
        tokio::select! {
            () = tokio::time::sleep_until(look_again) => {}
            () = touched(&mut events, origin) => {}
            () = closing(connection.clone()) => return Ok(entry),
        }
    }
}

// Returns after an event of the log, or one that was missed.
async fn touched(events: &mut Receiver<Event>, origin: Hash) {
    loop {
        match events.recv().await {
            Ok(event) if event.origin().is_some_and(|of| of.hash() == origin) => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

async fn closing(connection: Option<Extension<Connection>>) {
    match connection {
        Some(Extension(connection)) => connection.closed().await,
        None => std::future::pending().await,
    }
}

fn parse((origin, index): &(String, String)) -> Result<(Hash, u64), Problem> {
    let parsed = hash(origin).zip(number(index));
    parsed.ok_or_else(|| {
        Problem::not_found(
            "an entry is named by the SHA-256 of its log's origin in lower-case hex and its index",
        )
    })
}
