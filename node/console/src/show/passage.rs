//! Text of some paragraphs that somebody wrote, of which a page shows the beginning.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_records::language::in_language;
use liaison_records::text::visible;
use serde_json::Value;

use super::clip::clip;

/// Paragraphs in one language.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = "<div class=\"passage\" lang=\"{{ language }}\" dir=\"auto\">{% for line in paragraphs %}<p>{{ line }}</p>{% endfor %}</div>",
    ext = "html"
)]
pub(crate) struct Passage {
    language: String,
    paragraphs: Vec<String>,
}

impl HtmlSafe for Passage {}

/// Paragraphs that are shown.
const PARAGRAPHS: usize = 60;

impl Passage {
    /// A localised text in the language that is wanted, else in another, of at most so many characters; none when there
    /// is none.
    pub(crate) fn texts(texts: &Value, wanted: &str, most: usize) -> Option<Passage> {
        let (language, text) = in_language(texts, wanted)?;
        let mut left = most;
        let mut paragraphs = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if left == 0 || paragraphs.len() == PARAGRAPHS {
                paragraphs.push("…".to_owned());
                break;
            }
            let shown = clip(&visible(line), left);
            left = left.saturating_sub(shown.chars().count());
            paragraphs.push(shown);
        }
        Some(Passage {
            language: language.to_owned(),
            paragraphs,
        })
        .filter(|passage| !passage.paragraphs.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_paragraphs_and_no_more_is_shown_than_there_is_room_for() {
        let texts = serde_json::json!({"fr": "Un\n\n<b>deux</b>\ntrois"});
        let said = |most| Passage::texts(&texts, "en", most).unwrap().to_string();
        assert_eq!(
            said(100),
            "<div class=\"passage\" lang=\"fr\" dir=\"auto\"><p>Un</p><p>&#60;b&#62;deux&#60;/b&#62;</p><p>trois</p></div>"
        );
        assert!(said(2).ends_with("<p>Un</p><p>…</p></div>"));
        assert_eq!(Passage::texts(&Value::Null, "en", 10), None);
    }
}
