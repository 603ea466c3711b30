//! Updates that wait for signatures.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use liaison_protocol::Hash;
use liaison_records::text::visible;
use serde::Deserialize;

use super::records::malformed;
use crate::api::Context;
use crate::model::{Problem, WaitingSubmission, WaitingUpdates};
use crate::respond::{Parameters, Segments};

/// Characters of a reason that stand in the node's log.
const REASON_MAX: usize = 500;

/// Why an update is given up.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct GivingUp {
    /// In words, for the node's log.
    reason: String,
}

/// Updates that wait for signatures, the oldest first
///
/// The rules of this authority's log ask for more administrators than have signed them.
#[utoipa::path(get, path = "/v1/waiting", tag = "drafts", responses((status = 200, body = WaitingUpdates)))]
pub(super) async fn list(State(api): State<Context>) -> Result<Json<WaitingUpdates>, Problem> {
    api.backend.waiting_updates().await.map(Json)
}

/// An update that waits, to be looked at and signed
///
/// Who signs adds a signature of the same bytes and posts the envelope with its payloads to `/v1/updates`.
#[utoipa::path(
    get,
    path = "/v1/waiting/{hash}",
    tag = "drafts",
    params(("hash" = String, Path, description = "SHA-256 of the update's body")),
    responses((status = 200, body = WaitingSubmission))
)]
pub(super) async fn show(
    State(api): State<Context>,
    Segments(hash): Segments<String>,
) -> Result<Json<WaitingSubmission>, Problem> {
    api.backend.waiting_update(named(&hash)?).await.map(Json)
}

/// Give up an update that waits
///
/// Its signatures are thrown away; it can be submitted anew by whoever still has it.
#[utoipa::path(
    delete,
    path = "/v1/waiting/{hash}",
    tag = "drafts",
    params(("hash" = String, Path, description = "SHA-256 of the update's body"), GivingUp),
    responses((status = 204))
)]
pub(super) async fn drop(
    State(api): State<Context>,
    Segments(hash): Segments<String>,
    Parameters(why): Parameters<GivingUp>,
) -> Result<StatusCode, Problem> {
    let hash = named(&hash)?;
    api.backend.drop_waiting(hash).await?;
    let reason: String = why.reason.chars().take(REASON_MAX).collect();
    tracing::info!(%hash, reason = visible(&reason), "an update that waited for signatures was given up");
    Ok(StatusCode::NO_CONTENT)
}

fn named(text: &str) -> Result<Hash, Problem> {
    let hash = text.parse();
    hash.map_err(|_| malformed("hash", "64 hex digits are expected"))
}
