//! Styles and pictures, and the page that verifies: bytes that are the same for everybody.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use liaison_protocol::Hash;

use crate::fault::Fault;

/// One style sheet, made of a file for each part of the pages.
const STYLE: &str = concat!(
    include_str!("../assets/css/base.css"),
    include_str!("../assets/css/frame.css"),
    include_str!("../assets/css/parts.css"),
    include_str!("../assets/css/search.css"),
    include_str!("../assets/css/events.css"),
    include_str!("../assets/css/compare.css"),
    include_str!("../assets/css/studies.css"),
    include_str!("../assets/css/record.css"),
    include_str!("../assets/css/chart.css"),
    include_str!("../assets/css/members.css"),
    include_str!("../assets/css/profile.css"),
    include_str!("../assets/css/catalogue.css"),
    include_str!("../assets/css/standards.css"),
    include_str!("../assets/css/indicators.css"),
    include_str!("../assets/css/network.css"),
);
const ICON: &str = include_str!("../assets/icon.svg");
/// The page that verifies, as it can be saved.
const VERIFY: &str = include_str!("../assets/verify.html");

static STYLE_PATH: LazyLock<String> = LazyLock::new(|| {
    format!(
        "/assets/style-{}.css",
        &Hash::of(STYLE.as_bytes()).to_string()[..16]
    )
});

/// The path of the style sheet; another one for other styles, so that browsers may keep it.
pub(crate) fn style_path() -> &'static str {
    &STYLE_PATH
}

/// `GET /assets/{file}`
pub(crate) async fn asset(Path(file): Path<String>) -> Result<Response, Fault> {
    let path = format!("/assets/{file}");
    let (kind, body) = match path.as_str() {
        "/assets/icon.svg" => ("image/svg+xml", ICON),
        path if path == style_path() => ("text/css; charset=utf-8", STYLE),
        _ => return Err(Fault::NoPage),
    };
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, kept),
        (header::VARY, HeaderValue::from_static("Accept-Encoding")),
    ];
    Ok((headers, body).into_response())
}

/// `GET /verify`: the page brings its scripts and styles along, and names them in its policy by their hashes.
pub(crate) async fn verify() -> Response {
    const POLICY: HeaderName = HeaderName::from_static("content-security-policy");
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (POLICY, verify_policy()),
    ];
    (headers, VERIFY).into_response()
}

// What the page asks of a browser where it is opened as a file; here the browser is told before it reads it.
fn verify_policy() -> HeaderValue {
    let own = VERIFY
        .split_once("http-equiv=\"Content-Security-Policy\" content=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("default-src 'none'", |(policy, _)| policy);
    HeaderValue::from_str(&format!("{own}; frame-ancestors 'none'"))
        .unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_that_verifies_is_served_under_the_policy_that_it_names() {
        let policy = verify_policy();
        let policy = policy.to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'sha256-"),
            "{policy}"
        );
        assert!(policy.ends_with("; frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
