//! What the address of a page asks for, as somebody wrote it: whatever it is, it makes no fault of its own.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use form_urlencoded::Serializer;

use crate::address::malformed;
use crate::fault::Fault;

/// Values of one name that are read.
const VALUES_MAX: usize = 100;
/// Bytes of a query up to which pages repeat it in links that lead on.
const REPEATED_MAX: usize = 2_000;

/// Names and values of a query. What is left empty in a form is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked, Infallible> {
        Ok(Asked::read(parts.uri.query().unwrap_or_default()))
    }
}

impl Asked {
    /// Takes a query apart.
    pub(crate) fn read(query: &str) -> Asked {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let said = pairs.filter(|(_, value)| !value.trim().is_empty());
        Asked(
            said.map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
                .collect(),
        )
    }

    /// What the address of a page asks, from its path with the query.
    pub(crate) fn of(path: &str) -> Asked {
        Asked::read(path.split_once('?').map_or("", |(_, query)| query))
    }

    /// The value of this name; the first, should there be many.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The value of this name where it is to be a number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Fault> {
        let value = self.one(name).map(str::parse).transpose();
        value.map_err(|_| malformed(format!("{name} is a whole number")))
    }

    /// The value of this name as it stands in a field of a form.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.one(name).unwrap_or_default()
    }

    /// All values of this name.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let values = self.0.iter().filter(move |(own, _)| own == name);
        values.map(|(_, value)| value.as_str()).take(VALUES_MAX)
    }

    /// The query with one value of this name instead of those that it has; with none, without any.
    pub(crate) fn with(&self, name: &str, value: Option<&str>) -> Asked {
        let others = self.0.iter().filter(|(own, _)| own != name).cloned();
        let own = value.map(|value| (name.to_owned(), value.to_owned()));
        Asked(others.chain(own).collect())
    }

    /// The query with what it asks of these names, and nothing else.
    pub(crate) fn only(&self, names: &[&str]) -> Asked {
        let known = self.0.iter().filter(|(name, _)| names.contains(&name.as_str()));
        Asked(known.cloned().collect())
    }

    /// A link of a page with this path that asks the same.
    pub(crate) fn link(&self, path: &str) -> String {
        if self.0.is_empty() {
            return path.to_owned();
        }
        let query = Serializer::new(String::new()).extend_pairs(&self.0).finish();
        format!("{path}?{query}")
    }

    /// Whether it is short enough to be repeated in dozens of links.
    pub(crate) fn is_short(&self) -> bool {
        self.link("").len() <= REPEATED_MAX
    }
}

/// A path with those of these parameters that say something.
pub(crate) fn path_with<'v>(
    path: &str,
    parameters: impl IntoIterator<Item = (&'v str, Option<&'v str>)>,
) -> String {
    let said = parameters
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
    Asked(said.collect()).link(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_with_what_is_asked() {
        let path = path_with("/a", [("x", Some("1/2")), ("y", None), ("z", Some("ü&"))]);
        assert_eq!(path, "/a?x=1%2F2&z=%C3%BC%26");
        assert_eq!(path_with("/a", [("y", None)]), "/a");
        assert_eq!(Asked::of("/a?x=1&x=2&y=&z=%20a%2Fb%20").one("z"), Some("a/b"));
        assert_eq!(Asked::of("/a").one("x"), None);
    }

    #[test]
    fn whatever_is_asked_can_be_read_and_asked_again() {
        let asked = Asked::read("q=a%20%26b&authority=FR&authority=DE&kind=&x=%FF&cursor=20");
        assert_eq!(asked.one("q"), Some("a &b"));
        assert_eq!(asked.one("kind"), None);
        assert_eq!(asked.field("nothing"), "");
        assert_eq!(asked.number("cursor").unwrap(), Some(20));
        assert_eq!(asked.number("nothing").unwrap(), None);
        for wrong in ["page=x", "page=-1", "page=99999999999999999999", "page=%FF"] {
            assert!(Asked::read(wrong).number("page").is_err(), "{wrong}");
        }
        assert_eq!(asked.all("authority").collect::<Vec<_>>(), ["FR", "DE"]);
        let known = asked.only(&["q", "authority"]);
        assert_eq!(known.link("/a"), "/a?q=a+%26b&authority=FR&authority=DE");
        assert_eq!(
            known.with("authority", Some("ES")).link("/a"),
            "/a?q=a+%26b&authority=ES"
        );
        assert_eq!(known.with("authority", None).with("q", None).link("/a"), "/a");
        assert!(known.is_short() && !Asked::read(&format!("q={}", "é".repeat(1000))).is_short());
    }
}
