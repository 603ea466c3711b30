//! Links: to pages of the console by what they show, and to the web where an address may be followed.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_records::text::visible;

/// A link whose text is a code, a name or an address.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = "<a href=\"{{ path }}\"{% if is_outside %} rel=\"noreferrer\"{% endif %}>{{ text }}</a>",
    ext = "html"
)]
pub(crate) struct Link {
    path: String,
    text: String,
    is_outside: bool,
}

impl HtmlSafe for Link {}

impl Link {
    /// To a page of the console. `path` was written here, whatever stands in its query is encoded.
    pub(crate) fn within(path: String, text: &str) -> Link {
        Link {
            path,
            text: visible(text),
            is_outside: false,
        }
    }

    /// To the web; none for what is no address of a page there.
    pub(crate) fn to_web(address: &str) -> Option<Link> {
        let host = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"));
        let has_host = host.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()));
        // An address that is shown other than it is leads elsewhere than it seems.
        let is_plain = visible(address) == address && !address.contains(char::is_whitespace);
        (has_host && is_plain).then(|| Link {
            path: address.to_owned(),
            text: address.to_owned(),
            is_outside: true,
        })
    }

    /// To somebody's mail; none for what is no plain address.
    pub(crate) fn to_mail(address: &str) -> Option<Link> {
        let is_plain = |part: &str| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._+-".contains(&b);
            !part.is_empty() && part.bytes().all(allowed)
        };
        let (name, host) = address.split_once('@')?;
        (is_plain(name) && is_plain(host)).then(|| Link {
            path: format!("mailto:{address}"),
            text: address.to_owned(),
            is_outside: true,
        })
    }
}

/// A path with a query of these pairs.
pub(crate) fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_an_address_can_be_followed() {
        let link = Link::to_web("https://www.example.org/a?b=1&c=\"d\"").unwrap();
        assert_eq!(
            link.to_string(),
            "<a href=\"https://www.example.org/a?b=1&#38;c=&#34;d&#34;\" rel=\"noreferrer\">\
             https://www.example.org/a?b=1&#38;c=&#34;d&#34;</a>"
        );
        for forged in [
            "javascript:alert(1)",
            " https://example.org",
            "https://",
            "https://example.org/\u{202e}gpj",
            "HTTPS://example.org",
            "data:text/html,x",
            "//example.org",
        ] {
            assert_eq!(Link::to_web(forged), None, "{forged}");
        }
        assert!(Link::to_mail("a.b+c@example.org").is_some());
        for forged in [
            "a@b?cc=c@d",
            "a@b@c",
            "@example.org",
            "a b@example.org",
            "mailto:a@b",
        ] {
            assert_eq!(Link::to_mail(forged), None, "{forged}");
        }
    }

    #[test]
    fn what_stands_in_a_query_is_encoded() {
        assert_eq!(query("/search", &[("q", "a&b=c")]), "/search?q=a%26b%3Dc");
        assert_eq!(query("/search", &[]), "/search");
    }
}
