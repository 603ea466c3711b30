//! From models to HTTP and back: problems as responses, bodies and parameters as models.

use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Bytes;
use liaison_protocol::Hash;
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;

use crate::api::Context;
use crate::gate::{Refusal, no_path};
use crate::model::{Problem, ProblemType};

/// Media type of problems.
pub(crate) const PROBLEM: &str = "application/problem+json";
/// Media type of JSON.
pub(crate) const JSON: &str = "application/json";
/// Media type of everything binary.
pub(crate) const OCTETS: &str = "application/octet-stream";

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if self.problem == ProblemType::Internal {
            tracing::error!(detail = %self.detail, "a request failed");
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A problem consists of text and numbers: writing it cannot fail.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = typed(PROBLEM, body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.problem == ProblemType::Unauthorized {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"liaison\""),
            );
        }
        response.extensions_mut().insert(Refusal(self.problem.word()));
        response
    }
}

/// A response with this media type.
pub(crate) fn typed(media_type: &'static str, body: impl Into<Body>) -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))];
    (headers, body.into()).into_response()
}

/// A body that was received, and the memory that it takes.
pub(crate) struct Received {
    pub(crate) bytes: Bytes,
    _memory: OwnedSemaphorePermit,
}

/// Reads the body of a request: of this media type, of at most `limit` bytes.
pub(crate) async fn receive(
    api: &Context,
    request: Request,
    media_type: &'static str,
    limit: usize,
) -> Result<Received, Problem> {
    let given = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = given.and_then(|value| value.split(';').next()).map(str::trim);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case(media_type)) {
        let detail = format!("the header Content-Type must say {media_type}");
        return Err(Problem::new(ProblemType::MediaType, detail));
    }
    let too_large = || {
        let detail = format!("the body has more than the {limit} bytes that are allowed");
        Problem::new(ProblemType::TooLarge, detail)
    };
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let expected: usize = declared.unwrap_or(limit);
    if expected > limit {
        return Err(too_large());
    }
    let memory = api.body_memory(expected).await?;
    let body = Limited::new(request.into_body(), limit)
        .collect()
        .await
        .map_err(|cause| match cause.downcast_ref::<LengthLimitError>() {
            Some(_) => too_large(),
            None => Problem::new(ProblemType::Malformed, "the body ended before its length"),
        })?;
    let bytes = body.to_bytes();
    api.counters.body_bytes.inc_by(bytes.len() as u64);
    Ok(Received {
        bytes,
        _memory: memory,
    })
}

impl Received {
    /// The body as JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.bytes).map_err(|cause| {
            Problem::new(
                ProblemType::Malformed,
                format!("the body is not what is expected: {cause}"),
            )
        })
    }
}

/// The parameters of a path.
pub(crate) struct Segments<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Segments<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Segments<T>, Problem> {
        let path: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        path.map(|Path(value)| Segments(value)).map_err(|_| no_path())
    }
}

/// The parameters of a query.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Parameters<T>, Problem> {
        let query: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        query
            .map(|Query(value)| Parameters(value))
            .map_err(|cause| Problem::new(ProblemType::Malformed, cause.body_text()))
    }
}

/// A hash as paths write it: 64 lower-case hex digits and nothing else.
pub(crate) fn hash(text: &str) -> Option<Hash> {
    let lower = text
        .bytes()
        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    text.parse().ok().filter(|_| lower)
}

/// A number as paths write it: decimal digits without a leading zero or sign.
pub(crate) fn number(text: &str) -> Option<u64> {
    text.parse()
        .ok()
        .filter(|number: &u64| number.to_string() == text)
}
