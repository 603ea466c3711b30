//! The node's state, its network and its peers.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use crate::api::Context;
use crate::model::{Checkup, Network, Peer, PeerTest, Problem, ProblemType, Proposals, Status};
use crate::respond::{OCTETS, Segments, typed};

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

/// What is wrong, and what to do about it
///
/// One finding a check: store, key file, certificate, tokens, mandates, own log, clock, peers. All logs are
/// read from their first entry on, so it takes a while.
#[utoipa::path(get, path = "/v1/checkup", tag = "node", responses((status = 200, body = Checkup)))]
pub(super) async fn checkup(State(api): State<Context>) -> Result<Json<Checkup>, Problem> {
    api.backend.checkup().await.map(Json)
}

/// Test a peer
///
/// One finding a step: name, UDP, TCP, TLS identity, allowed at both ends, versions, clock, one verified
/// checkpoint. It takes up to a minute when nothing answers.
#[utoipa::path(
    post,
    path = "/v1/peers/{authority}/test",
    tag = "node",
    params(("authority" = String, Path, description = "Whose node, as `FR`")),
    responses((status = 200, body = PeerTest))
)]
pub(super) async fn test_peer(
    State(api): State<Context>,
    Segments(authority): Segments<String>,
) -> Result<Json<PeerTest>, Problem> {
    let code = authority.parse().map_err(|_| {
        Problem::new(
            ProblemType::Malformed,
            format!("‘{authority}’ is no code of an authority, as FR or COE"),
        )
    })?;
    api.backend.test_peer(code).await.map(Json)
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

/// The charter versions that gather signatures
///
/// What each would change, and whose signatures it still needs. Who signs one reads its envelope and posts it with the
/// signature to `/v1/charters`.
#[utoipa::path(get, path = "/v1/proposals", tag = "network", responses((status = 200, body = Proposals)))]
pub(super) async fn proposals(State(api): State<Context>) -> Result<Json<Proposals>, Problem> {
    api.backend.proposals().await.map(Json)
}

/// What the gate leaves over: nothing.
pub(super) async fn nothing() -> Problem {
    Problem::not_found("there is no such path; /openapi.json lists those there are")
}
