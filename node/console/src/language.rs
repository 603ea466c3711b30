//! The language of a page: the one that the reader chose, else the first of the browser's that there is.

use std::fmt;

use axum::http::{HeaderMap, header};

use crate::session::cookie;

/// A language of the pages: the official ones of the Council of Europe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    English,
    French,
}

impl Language {
    pub(crate) const ALL: [Language; 2] = [Language::English, Language::French];

    /// Its BCP 47 tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::French => "fr",
        }
    }

    /// What its speakers call it.
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::French => "Français",
        }
    }

    /// The language of a tag.
    pub(crate) fn of_tag(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The one that a request asks for.
    pub(crate) fn of(headers: &HeaderMap) -> Language {
        let chosen = cookie::read(headers, cookie::LANGUAGE);
        chosen
            .and_then(|tag| Language::of_tag(&tag))
            .or_else(|| accepted(headers))
            .unwrap_or(Language::English)
    }

    /// The other one.
    pub(crate) fn other(self) -> Language {
        match self {
            Language::English => Language::French,
            Language::French => Language::English,
        }
    }

    /// One of a label's words.
    pub(crate) fn label(self, label: liaison_records::schema::Label) -> &'static str {
        match self {
            Language::English => label.en,
            Language::French => label.fr,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

fn accepted(headers: &HeaderMap) -> Option<Language> {
    let asked = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let tags = accept_language::parse(asked);
    tags.iter()
        .find_map(|tag| Language::of_tag(tag.split('-').next()?.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(header::HeaderName, &str)]) -> Language {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()));
        Language::of(&pairs.collect())
    }

    #[test]
    fn the_first_language_that_there_is_is_taken_and_a_choice_before_all() {
        let accept = header::ACCEPT_LANGUAGE;
        assert_eq!(asked(&[]), Language::English);
        assert_eq!(
            asked(&[(accept.clone(), "pt, fr-CA;q=0.8, en;q=0.9")]),
            Language::English
        );
        assert_eq!(
            asked(&[(accept.clone(), "pt, FR-ca;q=0.8, en;q=0.2")]),
            Language::French
        );
        assert_eq!(asked(&[(accept.clone(), ";;;q=,")]), Language::English);
        let chosen = (header::COOKIE, "liaison-language=fr");
        assert_eq!(asked(&[(accept.clone(), "en"), chosen]), Language::French);
        let unknown = (header::COOKIE, "liaison-language=xx");
        assert_eq!(asked(&[(accept, "fr"), unknown]), Language::French);
    }
}
