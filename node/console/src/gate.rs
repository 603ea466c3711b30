//! What every page passes: who asks, how often, how many are made at a time and for how long, and what a browser may do
//! with the answer.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use liaison_api::RateCaller;

use crate::console::{Context, now};
use crate::fault::{Fault, render};
use crate::language::Language;
use crate::session::{Session, cookie};

/// Bounds the time of a page, turns a fault into a page of its own, and adds the headers.
pub(crate) async fn page(State(console): State<Context>, request: Request, next: Next) -> Response {
    let language = Language::of(request.headers());
    let path = wanted(&request).to_owned();
    let matched = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let session = find(&console, request.headers());
    let made = tokio::time::timeout(console.limits.page_time, next.run(request)).await;
    let mut response = made.unwrap_or_else(|_| Fault::Late.into_response());
    if let Some(fault) = Fault::of(&response) {
        response = render(&fault, language, session.as_ref(), &path);
    }
    console
        .counters
        .answered(matched.as_deref().unwrap_or_default(), response.status().as_u16());
    with_headers(response)
}

/// Lets those in who are signed in; leads all others to where they can.
pub(crate) async fn signed_in(State(console): State<Context>, mut request: Request, next: Next) -> Response {
    let Some(session) = find(&console, request.headers()) else {
        return match *request.method() {
            Method::GET | Method::HEAD => Redirect::to(&sign_in_path(&request)).into_response(),
            _ => Fault::SignedOut.into_response(),
        };
    };
    let caller = RateCaller::Token(session.token.clone());
    if console.rate.take(caller, Instant::now()).is_err() {
        return Fault::Rate.into_response();
    }
    // Whoever asks for many pages at once waits for their own; only those who are signed in take places at all.
    let making = session.making.clone();
    let Ok(_own) = making.acquire().await else {
        return Fault::Busy.into_response();
    };
    let place = tokio::time::timeout(console.limits.queue_time, console.making.acquire()).await;
    let Ok(Ok(_place)) = place else {
        return Fault::Busy.into_response();
    };
    request.extensions_mut().insert(session);
    next.run(request).await
}

fn find(console: &Context, headers: &HeaderMap) -> Option<Session> {
    let secret = cookie::read(headers, cookie::SESSION)?;
    console.sessions.find(&secret, Instant::now(), now())
}

// The page that was asked for, with all that it was asked.
fn wanted(request: &Request) -> &str {
    request
        .uri()
        .path_and_query()
        .map_or("/", |wanted| wanted.as_str())
}

// Where to sign in, and then come back.
fn sign_in_path(request: &Request) -> String {
    let wanted = wanted(request);
    if wanted == "/" {
        return "/sign-in".to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("next", wanted)
        .finish();
    format!("/sign-in?{query}")
}

/// Paths of programs, where problems stay as programs read them.
const PROGRAMS: [&str; 3] = ["/v1/", "/feeds/", "/metrics"];

/// What no page answers: when nothing does, a person is told so by a page.
pub(crate) async fn beyond(State(console): State<Context>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    let path = request.uri().path().to_owned();
    let is_person = accepts.is_some_and(|accept| accept.contains("text/html"))
        && !PROGRAMS.iter().any(|start| path.starts_with(start));
    let (language, session) = (Language::of(headers), find(&console, headers));
    let response = next.run(request).await;
    if is_person && response.status() == StatusCode::NOT_FOUND {
        let fault = Fault::NoPage;
        return with_headers(render(&fault, language, session.as_ref(), &path));
    }
    response
}

/// Nothing but our own styles, pictures and forms. The page that verifies brings a policy of its own.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

const HEADERS: [(&str, &str); 9] = [
    ("content-security-policy", POLICY),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    // The own host is told where a form comes from, others nothing.
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("vary", "Cookie, Accept-Language"),
];

// What a page sets itself stays.
fn with_headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        let name = HeaderName::from_static(name);
        let headers = response.headers_mut();
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
