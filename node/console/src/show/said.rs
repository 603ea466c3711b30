//! Text that somebody wrote: in its language, in its direction, and nothing but text.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_api::model::{Content, Data, Reference};
use liaison_records::language::in_language;
use liaison_records::text::visible;
use liaison_records::{heading_in, kinds};
use serde_json::Value;

/// Characters of a heading: what follows the rules has fewer.
const HEADING: usize = 400;

/// One line that somebody wrote. What would hide or move text is written out.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = "<bdi{% if let Some(tag) = language %} lang=\"{{ tag }}\"{% endif %}>{{ text }}</bdi>",
    ext = "html"
)]
pub(crate) struct Said {
    /// Its language as a BCP 47 tag; none where it is in no language of its own.
    language: Option<String>,
    text: String,
}

impl HtmlSafe for Said {}

impl Said {
    /// A line in no language of its own.
    pub(crate) fn plain(text: &str) -> Said {
        Said {
            language: None,
            text: visible(text),
        }
    }

    /// A line in this language.
    pub(crate) fn of(language: &str, text: &str) -> Said {
        Said {
            language: Some(visible(language)),
            text: visible(text),
        }
    }

    /// A line in this language, if it is in one.
    pub(crate) fn maybe(language: Option<&str>, text: &str) -> Said {
        match language {
            Some(tag) => Said::of(tag, text),
            None => Said::plain(text),
        }
    }

    /// The line without its markup, as titles of pages have it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// A localised text in the language that is wanted, else in another; none when there is none.
    pub(crate) fn texts(texts: &Value, wanted: &str) -> Option<Said> {
        in_language(texts, wanted).map(|(tag, text)| Said::of(tag, text))
    }

    /// At most so many characters of it.
    pub(crate) fn at_most(self, most: usize) -> Said {
        Said {
            text: super::clip::clip(&self.text, most),
            ..self
        }
    }

    /// Title or name of a record; its reference where it has none, or is not here.
    pub(crate) fn heading(reference: &Reference, content: Option<&Content>, wanted: &str) -> Said {
        let found = content.and_then(|content| match &content.data {
            Data::Json(record) => Said::heading_of(reference.record.kind(), record, wanted),
            Data::Base64(_) => None,
        });
        found.unwrap_or_else(|| Said::plain(&reference.to_string()))
    }

    /// Title or name of a record of this kind; none where it has none.
    pub(super) fn heading_of(kind: &str, record: &Value, wanted: &str) -> Option<Said> {
        let (language, text) = heading_in(kinds::kind(kind)?, record, wanted)?;
        Some(Said::maybe(language, &cut(text, HEADING)))
    }
}

/// A text of at most so many characters.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_somebody_wrote_is_text_and_nothing_else() {
        let said = Said::of("fr\" onload=\"x", "<script>alert(1)</script>\u{202e}gpj\n");
        assert_eq!(
            said.to_string(),
            "<bdi lang=\"fr&#34; onload=&#34;x\">&#60;script&#62;alert(1)&#60;/script&#62;\\u{202e}gpj\\u{a}</bdi>"
        );
    }

    #[test]
    fn no_heading_is_longer_than_a_heading() {
        let record = serde_json::json!({"title": {"en": "é".repeat(100_000)}});
        let said = Said::heading_of("practice", &record, "en").unwrap();
        assert_eq!(said.text().chars().count(), HEADING + 1);
    }

    #[test]
    fn a_text_is_shown_in_the_language_that_is_wanted_or_in_another_with_its_tag() {
        let texts = serde_json::json!({"pt": "Olá", "fr": "Bonjour"});
        assert_eq!(Said::texts(&texts, "pt"), Some(Said::of("pt", "Olá")));
        assert_eq!(Said::texts(&texts, "en"), Some(Said::of("fr", "Bonjour")));
        assert_eq!(Said::texts(&Value::Null, "en"), None);
    }
}
