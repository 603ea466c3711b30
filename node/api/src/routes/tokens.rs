//! Bearer tokens.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;

use crate::api::Context;
use crate::gate::now;
use crate::model::{NewToken, Problem, Token, TokenMade};
use crate::respond::{JSON, Segments, receive};

const BODY_MAX: usize = 4 << 10;

/// Make a token
///
/// Its text is in this answer and nowhere else: the node keeps a hash.
#[utoipa::path(
    post,
    path = "/v1/tokens",
    tag = "tokens",
    request_body = NewToken,
    responses((status = 201, body = TokenMade))
)]
pub(super) async fn make(
    State(api): State<Context>,
    request: Request,
) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let new: NewToken = receive(&api, request, JSON, BODY_MAX).await?.json()?;
    let tokens = api.tokens.clone();
    let made = blocking(move || tokens.make(new, now())).await?;
    tracing::info!(token = %made.about.id, role = made.about.role.word(), "a token was made");
    Ok((StatusCode::CREATED, Json(made)))
}

/// All tokens that count, without their texts
#[utoipa::path(get, path = "/v1/tokens", tag = "tokens", responses((status = 200, body = Vec<Token>)))]
pub(super) async fn list(State(api): State<Context>) -> Json<Vec<Token>> {
    Json(api.tokens.list(now()))
}

/// Revoke a token
///
/// Requests with it are refused from now on; event streams of it end at their next heartbeat.
#[utoipa::path(
    delete,
    path = "/v1/tokens/{id}",
    tag = "tokens",
    params(("id" = String, Path, description = "The token's id")),
    responses((status = 204))
)]
pub(super) async fn revoke(
    State(api): State<Context>,
    Segments(id): Segments<String>,
) -> Result<StatusCode, Problem> {
    let tokens = api.tokens.clone();
    let revoked = id.clone();
    blocking(move || tokens.revoke(&revoked, now())).await?;
    tracing::info!(token = %id, "a token was revoked");
    Ok(StatusCode::NO_CONTENT)
}

// The store flushes to disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| {
        Err(Problem::internal(
            "the tokens could not be written; see the node's log",
        ))
    })
}
