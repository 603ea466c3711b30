//! What every request passes: who calls, how often, whether the role suffices, and for how long.

use std::net::IpAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

use crate::access::{Access, ENTRY, Route};
use crate::api::Context;
use crate::model::{Problem, ProblemType, Role};
use crate::rate;

/// Where a connection comes from, and whether the node is stopping.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub(crate) place: Place,
    pub(crate) closing: watch::Receiver<bool>,
}

impl Connection {
    /// Returns when the node is stopping.
    pub(crate) async fn closed(mut self) {
        // Without its sender the listener is gone as well.
        let _ = self.closing.wait_for(|closing| *closing).await;
    }
}

/// Where a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The Unix socket.
    Local,
    /// HTTPS.
    Remote(IpAddr),
}

/// The address that a request came from; none for the Unix socket.
pub fn address_of(extensions: &Extensions) -> Option<IpAddr> {
    match extensions.get::<Connection>()?.place {
        Place::Local => None,
        Place::Remote(address) => Some(address),
    }
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Somebody who may open the Unix socket.
    Local,
    /// Somebody with a token.
    Token { id: String, role: Role },
    /// Somebody without one.
    Anonymous,
}

/// Lets a request through, or answers it with a problem.
pub(crate) async fn gate(State(api): State<Context>, mut request: Request, next: Next) -> Response {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let method = request.method().clone();
    let route = path
        .as_deref()
        .and_then(|path| Route::find(method.as_str(), path));
    let answer = match admit(&api, &mut request, route, path.as_deref()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            answer(&api, request, next, route).await
        }
        Err(problem) => Err(problem),
    };
    let response = answer.unwrap_or_else(IntoResponse::into_response);
    if let Some(Refusal(word)) = response.extensions().get() {
        api.counters.refused(word);
    }
    let (method, path) = route.map_or(("", ""), |route| (route.method, route.path));
    api.counters.answered(method, path, response.status().as_u16());
    response
}

/// The word of the problem that a response carries, for the counters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal(pub(crate) &'static str);

/// Now, as Unix time in milliseconds.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

async fn admit(
    api: &Context,
    request: &mut Request,
    route: Option<&Route>,
    path: Option<&str>,
) -> Result<Caller, Problem> {
    let place = request
        .extensions()
        .get::<Connection>()
        .map(|connection| connection.place);
    let caller = match route.map(|route| route.access) {
        Some(Access::Feed) => subscriber(api, request.uri().path()),
        _ => identify(api, place, request.headers()),
    };
    limit_rate(api, place, &caller)?;
    match (route, path) {
        (Some(route), _) => check(api, &caller, route, request.headers())?,
        (None, Some(path)) => {
            let detail = format!("this path takes {}", Route::allowed(path));
            return Err(Problem::new(ProblemType::Method, detail));
        }
        (None, None) => return Err(no_path()),
    }
    if let (Caller::Token { id, role }, Some(route)) = (&caller, route)
        && route.method != "GET"
    {
        tracing::info!(token = %id, role = role.word(), method = route.method, path = route.path, "request");
    }
    Ok(caller)
}

fn identify(api: &Context, place: Option<Place>, headers: &HeaderMap) -> Caller {
    if place == Some(Place::Local) {
        return Caller::Local;
    }
    bearer(headers).map_or(Caller::Anonymous, |token| authenticate(api, token))
}

// Who reads a feed. Paths stand in logs and histories, so a token that opens more is not taken from one.
fn subscriber(api: &Context, path: &str) -> Caller {
    let token = path.split('/').nth(2).unwrap_or_default();
    match authenticate(api, token) {
        Caller::Token { id, role: Role::Feed } => Caller::Token { id, role: Role::Feed },
        _ => Caller::Anonymous,
    }
}

fn authenticate(api: &Context, token: &str) -> Caller {
    let Some(bearer) = api.tokens.authenticate(token, now()) else {
        return Caller::Anonymous;
    };
    if bearer.note {
        let tokens = api.tokens.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(cause) = tokens.note_uses() {
                tracing::warn!(%cause, "the use of a token could not be noted");
            }
        });
    }
    Caller::Token {
        id: bearer.id,
        role: bearer.role,
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim_start_matches(' '))
}

fn limit_rate(api: &Context, place: Option<Place>, caller: &Caller) -> Result<(), Problem> {
    let counted = match (caller, place) {
        (_, Some(Place::Local)) | (Caller::Local, _) => return Ok(()),
        (Caller::Token { id, .. }, _) => rate::Caller::Token(id.clone()),
        (Caller::Anonymous, Some(Place::Remote(address))) => rate::Caller::address(address),
        (Caller::Anonymous, _) => rate::Caller::Others,
    };
    api.rate.take(counted, Instant::now()).map_err(|missing| {
        let seconds = missing.as_secs() + 1;
        let detail = format!(
            "at most {} requests a second are answered",
            api.limits.requests_per_second
        );
        Problem::new(ProblemType::Rate, detail).after(seconds)
    })
}

fn check(api: &Context, caller: &Caller, route: &Route, headers: &HeaderMap) -> Result<(), Problem> {
    if route.access.is_open(api.public_logs) {
        return Ok(());
    }
    match caller {
        Caller::Local => Ok(()),
        Caller::Token { role, .. } if route.access.allows(*role) => Ok(()),
        Caller::Token { role, .. } => {
            let detail = format!(
                "a token of role {} is given; this needs one of {}",
                role.word(),
                route.access.roles()
            );
            Err(Problem::new(ProblemType::Forbidden, detail))
        }
        // Whoever guesses is not told that there are feeds.
        Caller::Anonymous if route.access == Access::Feed => Err(no_path()),
        Caller::Anonymous => {
            let detail = match headers.contains_key(header::AUTHORIZATION) {
                true => "the token is unknown, revoked or expired; an operator makes new ones",
                false => "no token is given; send the header ‘Authorization: Bearer <token>’",
            };
            Err(Problem::new(ProblemType::Unauthorized, detail))
        }
    }
}

/// There is no such path.
pub(crate) fn no_path() -> Problem {
    Problem::not_found("there is no such path; /openapi.json lists those there are")
}

async fn answer(
    api: &Context,
    request: Request,
    next: Next,
    route: Option<&Route>,
) -> Result<Response, Problem> {
    // Waiting requests have their own places and their own time.
    let waits = route.is_some_and(|route| route.path == ENTRY) && asks_to_wait(request.uri().query());
    let permit = match waits {
        true => None,
        false => Some(api.requests.try_acquire().map_err(|_| {
            Problem::new(
                ProblemType::Busy,
                "too many requests are being answered; try again later",
            )
            .after(1)
        })?),
    };
    let time = match waits {
        true => api.limits.request_time + WAIT_MAX,
        false => api.limits.request_time,
    };
    let response = tokio::time::timeout(time, next.run(request)).await;
    drop(permit);
    response.map_err(|_| {
        let detail = format!(
            "no answer within {} s; what was submitted may still take effect: look before you try again",
            time.as_secs()
        );
        Problem::new(ProblemType::Timeout, detail)
    })
}

/// The longest that a request may wait for a quorum.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(120);

fn asks_to_wait(query: Option<&str>) -> bool {
    query.is_some_and(|query| query.split('&').any(|pair| pair.starts_with("wait=")))
}

/// Adds the headers that keep browsers from doing anything with an answer but showing it. What a
/// handler sets itself stays.
pub(crate) async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in SECURITY_HEADERS {
        let value = HeaderValue::from_static(value);
        response
            .headers_mut()
            .entry(HeaderName::from_static(name))
            .or_insert(value);
    }
    response
}

const SECURITY_HEADERS: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];
