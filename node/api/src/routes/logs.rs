//! The logs as C2SP tlog-tiles under `/<origin hash>/`, and their policies.
//!
//! Paths are read from the request as it came, strictly: a tile has one name.

use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;
use liaison_protocol::Hash;
use liaison_protocol::tlog::tile::encode_tile;
use liaison_protocol::tlog::{BundlePath, TilePath, encode_bundle};

use crate::api::Context;
use crate::model::Problem;
use crate::respond::{OCTETS, Segments, hash, typed};

const TEXT: &str = "text/plain; charset=utf-8";

/// How long what is served stays as it is.
enum Lasting {
    /// A hash tile, partial ones included, never changes.
    Always,
    /// An entry bundle may lose an entry by order.
    Minutes,
    /// A checkpoint is replaced.
    No,
}

/// The newest checkpoint of a log
///
/// A C2SP signed note with the log's signature and the cosignatures known.
#[utoipa::path(
    get,
    path = "/{origin_hash}/checkpoint",
    tag = "logs",
    params(("origin_hash" = String, Path, description = "SHA-256 of the log's origin, hex")),
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub(super) async fn checkpoint(State(api): State<Context>, uri: Uri) -> Result<Response, Problem> {
    let (origin, _) = split(uri.path())?;
    let note = api.backend.checkpoint(origin).await?;
    Ok(served(&api, TEXT, note, Lasting::No))
}

/// A tile or an entry bundle of a log
///
/// `tile/<level>/<index>` or `tile/entries/<index>`, with `.p/<width>` if it is partial. A bundle with a
/// redacted entry is not found.
#[utoipa::path(
    get,
    path = "/{origin_hash}/tile/{path}",
    tag = "logs",
    params(
        ("origin_hash" = String, Path, description = "SHA-256 of the log's origin, hex"),
        ("path" = String, Path, description = "The rest, as C2SP tlog-tiles writes it", example = "entries/000.p/3")
    ),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(super) async fn tile(State(api): State<Context>, uri: Uri) -> Result<Response, Problem> {
    let (origin, path) = split(uri.path())?;
    if path.starts_with("tile/entries/") {
        let bundle: BundlePath = path.parse().map_err(|cause| no_path(&cause))?;
        let leaves = api.backend.leaves(origin, bundle).await?;
        if leaves.iter().any(Vec::is_empty) {
            return Err(Problem::not_found(
                "an entry of this bundle was redacted by order",
            ));
        }
        let bytes = encode_bundle(&leaves).map_err(|cause| Problem::internal(cause.to_string()))?;
        return Ok(served(&api, OCTETS, bytes, Lasting::Minutes));
    }
    let tile: TilePath = path.parse().map_err(|cause| no_path(&cause))?;
    let hashes = api.backend.tile(origin, tile).await?;
    Ok(served(&api, OCTETS, encode_tile(&hashes), Lasting::Always))
}

/// The C2SP tlog-policy of a log
///
/// The log's key, its witnesses and their quorum, by the charter version that the log names.
#[utoipa::path(
    get,
    path = "/v1/logs/{origin_hash}/policy",
    tag = "logs",
    params(("origin_hash" = String, Path, description = "SHA-256 of the log's origin, hex")),
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub(super) async fn policy(
    State(api): State<Context>,
    Segments(origin): Segments<String>,
) -> Result<Response, Problem> {
    let origin = hash(&origin).ok_or_else(no_log)?;
    let policy = api.backend.policy(origin).await?;
    Ok(served(&api, TEXT, policy.into_bytes(), Lasting::No))
}

fn served(api: &Context, media_type: &'static str, bytes: Vec<u8>, lasting: Lasting) -> Response {
    let cache = match (lasting, api.public_logs) {
        (Lasting::Always, true) => "public, max-age=31536000, immutable",
        (Lasting::Always, false) => "private, max-age=31536000, immutable",
        (Lasting::Minutes, true) => "public, max-age=300",
        (Lasting::Minutes, false) => "private, max-age=300",
        (Lasting::No, _) => "no-cache",
    };
    let mut response = typed(media_type, bytes);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

// The log and what follows it in the path of a request.
fn split(path: &str) -> Result<(Hash, &str), Problem> {
    let parts = path.strip_prefix('/').and_then(|path| path.split_once('/'));
    parts
        .and_then(|(origin, rest)| Some((hash(origin)?, rest)))
        .ok_or_else(no_log)
}

fn no_log() -> Problem {
    Problem::not_found("a log is named by the SHA-256 of its origin in lower-case hex")
}

fn no_path(cause: &dyn std::error::Error) -> Problem {
    Problem::not_found(cause.to_string())
}
