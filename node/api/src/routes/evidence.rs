//! Evidence that keys signed two things that contradict each other.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use super::records::malformed;
use crate::api::Context;
use crate::model::{Evidence, Problem};
use crate::respond::{OCTETS, Segments, hash, typed};

/// The evidence that is held
///
/// What was seen last comes first. What each piece proves is what this node judged; whoever wants proof verifies the
/// piece itself.
#[utoipa::path(get, path = "/v1/evidence", tag = "network", responses((status = 200, body = Vec<Evidence>)))]
pub(super) async fn list(State(api): State<Context>) -> Result<Json<Vec<Evidence>>, Problem> {
    api.backend.evidence().await.map(Json)
}

/// A piece of evidence
///
/// Its bytes, as `liaison verify` reads them.
#[utoipa::path(
    get,
    path = "/v1/evidence/{hash}",
    tag = "network",
    params(("hash" = String, Path, description = "SHA-256 of the piece")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(super) async fn piece(
    State(api): State<Context>,
    Segments(named): Segments<String>,
) -> Result<Response, Problem> {
    let named = hash(&named).ok_or_else(|| malformed("hash", "64 lower-case hex digits are expected"))?;
    let piece = api.backend.evidence_piece(named).await?;
    Ok(typed(OCTETS, piece))
}
