//! The node's state, its network and its peers.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use crate::api::Context;
use crate::model::{Network, Peer, Problem, Status};
use crate::respond::{OCTETS, typed};

/// How the node does
///
/// Per authority: what is held, offered, fetched, verified, void and why, witnessed up to, last heard.
#[utoipa::path(get, path = "/v1/status", tag = "node", responses((status = 200, body = Status)))]
pub(super) async fn status(State(api): State<Context>) -> Result<Json<Status>, Problem> {
    api.backend.status().await.map(Json)
}

/// Who belongs to the network
///
/// A summary of the charter versions known to the node. Whoever wants proof reads `/v1/charters`.
#[utoipa::path(get, path = "/v1/network", tag = "network", responses((status = 200, body = Network)))]
pub(super) async fn network(State(api): State<Context>) -> Result<Json<Network>, Problem> {
    api.backend.network().await.map(Json)
}

/// Who is connected
#[utoipa::path(get, path = "/v1/peers", tag = "node", responses((status = 200, body = Vec<Peer>)))]
pub(super) async fn peers(State(api): State<Context>) -> Result<Json<Vec<Peer>>, Problem> {
    api.backend.peers().await.map(Json)
}

/// The charter versions, signed
///
/// A chain file: envelopes, oldest first, each with its length as a protobuf varint before it.
#[utoipa::path(
    get,
    path = "/v1/charters",
    tag = "network",
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(super) async fn charters(State(api): State<Context>) -> Result<Response, Problem> {
    let chain = api.backend.charters().await?;
    Ok(typed(OCTETS, chain))
}

/// What the gate leaves over: nothing.
pub(super) async fn nothing() -> Problem {
    Problem::not_found("there is no such path; /openapi.json lists those there are")
}
