//! One connection, from its first byte to its last.

use std::pin::pin;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tower::ServiceExt;

use super::stall::Stall;
use crate::api::Api;
use crate::gate::Connection;

/// Head of a request: bytes and lines.
const HEAD_BYTES: usize = 16 << 10;
const HEADERS: usize = 64;

/// Serves requests until the client leaves; when the node stops, only the one that runs.
pub(super) async fn serve<S>(stream: S, api: Api, about: Connection)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let _counted = api.shared.counters.connection();
    let closed = about.clone().closed();
    let router = api.router().map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(about.clone());
        request
    });
    let stream = TokioIo::new(Stall::new(stream, api.shared.limits.stall_time));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(api.shared.limits.head_time)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(stream, TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closed => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(cause) = ended {
        tracing::debug!(%cause, "a connection to the interface ended early");
    }
}
