//! Signing in with a token, and out again.

use std::time::Instant;

use askama::Template;
use axum::Form;
use axum::extract::FromRequest as _;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use liaison_api::{RateCaller, address_of};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::console::{Context, now};
use crate::fault::Fault;
use crate::frame::Frame;
use crate::language::Language;
use crate::reader::{Reader, html};
use crate::session::{SignInError, cookie, is_own};

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage {
    frame: Frame,
    next: String,
    /// The id of what went wrong.
    error: Option<&'static str>,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct Keyed {
    #[serde(default)]
    form_key: String,
}

/// `GET /sign-in`
pub(super) async fn page(
    headers: HeaderMap,
    Query(Wanted { next }): Query<Wanted>,
) -> Result<Response, Fault> {
    shown(&headers, &next, None)
}

/// `POST /sign-in`
pub(super) async fn enter(State(console): State<Context>, request: Request) -> Result<Response, Fault> {
    if !is_own(request.headers()) {
        console.counters.sign_in("foreign");
        return Err(Fault::Form);
    }
    let caller = address_of(request.extensions()).map_or(RateCaller::Others, RateCaller::address);
    let headers = request.headers().clone();
    // Before a byte of the form is waited for.
    if console.sign_in_rate.take(caller, Instant::now()).is_err() {
        console.counters.sign_in("rate");
        return refused(&headers, "/", "sign-in-rate", StatusCode::TOO_MANY_REQUESTS);
    }
    let Form(Entry { token, next }) = Form::from_request(request, &console)
        .await
        .map_err(|_| Fault::Form)?;
    let token = Zeroizing::new(token);
    match console.sessions.sign_in(&token, Instant::now(), now()) {
        Ok(secret) => {
            console.counters.sign_in("in");
            // A session that this browser still has ends with the new one.
            if let Some(old) = cookie::read(&headers, cookie::SESSION) {
                console.sessions.sign_out(&old);
            }
            let mut response = Redirect::to(own_path(&next)).into_response();
            let handed = cookie::session(&secret).ok_or(Fault::Template)?;
            response.headers_mut().append(header::SET_COOKIE, handed);
            Ok(response)
        }
        Err(SignInError::Unknown) => {
            console.counters.sign_in("unknown");
            refused(&headers, &next, "sign-in-unknown", StatusCode::FORBIDDEN)
        }
        Err(SignInError::Full) => {
            console.counters.sign_in("full");
            refused(&headers, &next, "sign-in-full", StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// `POST /sign-out`
pub(super) async fn leave(
    reader: Reader,
    headers: HeaderMap,
    Form(Keyed { form_key }): Form<Keyed>,
) -> Result<Response, Fault> {
    if !is_own(&headers) || !reader.session.admits(&form_key) {
        return Err(Fault::Form);
    }
    if let Some(secret) = cookie::read(&headers, cookie::SESSION) {
        reader.console.sessions.sign_out(&secret);
    }
    let mut response = Redirect::to("/sign-in").into_response();
    if let Some(gone) = cookie::no_session() {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

fn shown(headers: &HeaderMap, next: &str, error: Option<&'static str>) -> Result<Response, Fault> {
    let here = format!(
        "/sign-in?{}",
        form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish()
    );
    let frame =
        Frame::bare(Language::of(headers), None, &here).titled(|t| t.say("sign-in-title").into_owned());
    html(&SignInPage {
        frame,
        next: own_path(next).to_owned(),
        error,
    })
}

fn refused(
    headers: &HeaderMap,
    next: &str,
    error: &'static str,
    status: StatusCode,
) -> Result<Response, Fault> {
    let mut response = shown(headers, next, Some(error))?;
    *response.status_mut() = status;
    Ok(response)
}

/// The path that somebody wants to come back to, when it is one of ours: a link must lead nobody elsewhere.
pub(super) fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && path.len() <= 4096;
    if is_own { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_paths_of_the_console_are_come_back_to() {
        for own in ["/", "/members/FR?by=x#y", "/search?q=a%20b"] {
            assert_eq!(own_path(own), own);
        }
        let long = format!("/{}", "a".repeat(5000));
        for foreign in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "evil",
            "/a\nb",
            "/é",
            &long,
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign}");
        }
    }
}
