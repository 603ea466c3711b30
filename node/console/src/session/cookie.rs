//! The cookies: which there are, and how they are written and read.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

/// Carries the secret of a session. The prefix makes browsers refuse it from any other host, path or without TLS.
pub(crate) const SESSION: &str = "__Host-liaison-session";
/// Carries the language that a reader chose.
pub(crate) const LANGUAGE: &str = "liaison-language";

/// A year.
const LANGUAGE_AGE: cookie::time::Duration = cookie::time::Duration::days(365);

/// The value of a cookie in a request.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut cookies = lines
        .flat_map(|line| Cookie::split_parse(line.to_owned()))
        .flatten();
    cookies
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// Hands a session to the browser, until that is closed.
pub(crate) fn session(secret: &str) -> Option<HeaderValue> {
    written(kept(SESSION, secret))
}

/// Takes the session from the browser.
pub(crate) fn no_session() -> Option<HeaderValue> {
    let mut cookie = kept(SESSION, "");
    cookie.set_max_age(cookie::time::Duration::ZERO);
    written(cookie)
}

/// Keeps the language that a reader chose.
pub(crate) fn language(tag: &str) -> Option<HeaderValue> {
    let mut cookie = kept(LANGUAGE, tag);
    cookie.set_max_age(LANGUAGE_AGE);
    written(cookie)
}

// No script reads it, no other site sends it, and it goes over TLS alone.
fn kept<'v>(name: &'static str, value: &'v str) -> Cookie<'v> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Strict)
        .build()
}

fn written(cookie: Cookie<'_>) -> Option<HeaderValue> {
    HeaderValue::from_str(&cookie.to_string()).ok()
}
