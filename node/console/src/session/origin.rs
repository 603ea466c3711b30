//! Whether a form comes from a page of this console: what protects where there is no session yet.

use axum::http::{HeaderMap, Uri, header};

/// Whether the browser says that a request was made by a page of the host that it goes to. A browser that says nothing
/// at all is taken to be no browser: other sites cannot make one keep silent.
pub(crate) fn is_own(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return false;
    };
    let origin = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin
        .as_ref()
        .and_then(Uri::authority)
        .map(|authority| authority.as_str());
    authority.is_some() && authority == host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&'static str, &'static str)]) -> bool {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        is_own(&pairs.collect())
    }

    #[test]
    fn a_form_of_another_site_is_told_by_what_browsers_say_of_it() {
        assert!(of(&[("sec-fetch-site", "same-origin")]));
        assert!(!of(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://node"),
            ("host", "node")
        ]));
        assert!(!of(&[("sec-fetch-site", "same-site")]));
        assert!(!of(&[("sec-fetch-site", "none")]));
        assert!(of(&[("origin", "https://node:8443"), ("host", "node:8443")]));
        assert!(!of(&[("origin", "https://node:8444"), ("host", "node:8443")]));
        assert!(!of(&[("origin", "null"), ("host", "node:8443")]));
        assert!(!of(&[("host", "node:8443")]));
        assert!(!of(&[]));
    }
}
