//! References: `AUTHORITY/kind/slug[@index]`, with `*` where many are meant (specification, section 2).

use std::fmt;
use std::str::FromStr;

use liaison_protocol::Code;
use liaison_protocol::update::RecordName;

/// Names one record, or many.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Whose records.
    pub authority: Part<Code>,
    /// Of which kind.
    pub kind: Part<String>,
    /// By which slug.
    pub slug: Part<String>,
    /// As of which entry of the authority's log; none for the current version.
    pub index: Option<u64>,
}

/// One place of a reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part<T> {
    /// `*`
    Any,
    /// This one.
    Only(T),
}

/// Why text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("‘{0}’ is no reference: AUTHORITY/kind/slug is expected, as in FR/practice/body-worn-cameras")]
pub struct ReferenceError(String);

impl Reference {
    /// The one record that is named; none where a `*` stands.
    pub fn single(&self) -> Option<(Code, RecordName)> {
        match (&self.authority, &self.kind, &self.slug) {
            (Part::Only(code), Part::Only(kind), Part::Only(slug)) => {
                let name = format!("{kind}/{slug}").parse().ok()?;
                Some((code.clone(), name))
            }
            _ => None,
        }
    }

    /// Whether it names this record.
    pub fn matches(&self, authority: &Code, record: &RecordName) -> bool {
        self.authority.holds(authority) && self.kind.holds(record.kind()) && self.slug.holds(record.slug())
    }
}

impl<T> Part<T> {
    /// The one that is named, if one is.
    pub fn only(&self) -> Option<&T> {
        match self {
            Part::Any => None,
            Part::Only(only) => Some(only),
        }
    }

    fn holds<U: ?Sized>(&self, found: &U) -> bool
    where
        T: PartialEq<U>,
    {
        self.only().is_none_or(|only| only == found)
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Reference, ReferenceError> {
        let invalid = || ReferenceError(crate::text::visible(&text.chars().take(128).collect::<String>()));
        let (name, index) = match text.rsplit_once('@') {
            Some((name, index)) => (name, Some(whole(index).ok_or_else(invalid)?)),
            None => (text, None),
        };
        let parts: Vec<&str> = name.split('/').collect();
        let [authority, kind, slug] = parts[..] else {
            return Err(invalid());
        };
        // A kind and a slug are checked as parts of a name, the other one being a sure one.
        let is_kind = |kind: &str| format!("{kind}/a").parse::<RecordName>().is_ok();
        let is_slug = |slug: &str| format!("aa/{slug}").parse::<RecordName>().is_ok();
        Ok(Reference {
            authority: part(authority, |code| code.parse().ok()).ok_or_else(invalid)?,
            kind: part(kind, |kind| is_kind(kind).then(|| kind.to_owned())).ok_or_else(invalid)?,
            slug: part(slug, |slug| is_slug(slug).then(|| slug.to_owned())).ok_or_else(invalid)?,
            index,
        })
    }
}

impl<T: fmt::Display> fmt::Display for Part<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Any => f.write_str("*"),
            Part::Only(only) => only.fmt(f),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.authority, self.kind, self.slug)?;
        self.index.map_or(Ok(()), |index| write!(f, "@{index}"))
    }
}

fn part<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Part<T>> {
    match text {
        "*" => Some(Part::Any),
        text => read(text).map(Part::Only),
    }
}

// A decimal in its one form.
fn whole(text: &str) -> Option<u64> {
    text.parse()
        .ok()
        .filter(|number: &u64| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_read_back_as_they_were_written() {
        for text in [
            "FR/practice/body-worn-cameras",
            "COE/standard/a:1.2@42",
            "*/practice/*",
            "FR/*/*",
            "*/*/*",
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        let hostile = [
            "",
            "FR",
            "FR/practice",
            "fr/practice/a",
            "FR/Practice/a",
            "FR/practice/",
            "FR/practice/a/b",
            "FR/practice/a@",
            "FR/practice/a@+1",
            "FR/practice/a@01",
            "FR/practice/a*",
            "FR/practice/-a",
            "FR/practice/a@18446744073709551616",
            "FR//a",
        ];
        for text in hostile {
            assert!(text.parse::<Reference>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_matches_all_and_a_word_only_itself() {
        let code: Code = "FR".parse().unwrap();
        let record: RecordName = "practice/cameras".parse().unwrap();
        let matches = |text: &str| text.parse::<Reference>().unwrap().matches(&code, &record);
        assert!(matches("FR/practice/cameras") && matches("*/practice/*") && matches("FR/*/cameras"));
        assert!(!matches("DE/*/*") && !matches("*/service/*") && !matches("*/*/other"));
        assert!("FR/*/a".parse::<Reference>().unwrap().single().is_none());
        assert_eq!(
            "FR/practice/cameras".parse::<Reference>().unwrap().single(),
            Some((code, record))
        );
    }
}
