//! Text that somebody wrote, cut where it is longer than a page has room for.

use liaison_records::language::in_language;
use liaison_records::text::visible;
use serde_json::Value;

use super::Said;

/// Characters of a language's tag.
const TAG_MAX: usize = 35;
/// Paragraphs of one text.
const PARAGRAPHS: usize = 60;

/// The text, or its beginning with an ellipsis.
pub(crate) fn line(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
    }
}

/// A line in this language.
pub(crate) fn said(tag: &str, text: &str, most: usize) -> Said {
    Said::of(&line(tag, TAG_MAX), &line(text, most))
}

/// A line in no language of its own, from JSON.
pub(crate) fn plain(value: &Value, most: usize) -> Option<Said> {
    value.as_str().map(|text| Said::plain(&line(text, most)))
}

/// A localised text in one line, in the language that is wanted, else in another.
pub(crate) fn texts(texts: &Value, wanted: &str, most: usize) -> Option<Said> {
    in_language(texts, wanted).map(|(tag, text)| said(tag, text, most))
}

/// The same without markup, for where none can stand.
pub(crate) fn text(texts: &Value, wanted: &str, most: usize) -> Option<String> {
    in_language(texts, wanted).map(|(_, text)| visible(&line(text, most)))
}

/// The same in paragraphs; none where nothing is said.
pub(crate) fn paragraphs(texts: &Value, wanted: &str, most: usize) -> Vec<Said> {
    let Some((tag, text)) = in_language(texts, wanted) else {
        return Vec::new();
    };
    let text = line(text, most);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .take(PARAGRAPHS)
        .map(|paragraph| said(tag, paragraph, most))
        .collect()
}

/// An address on the web that may be followed.
pub(crate) fn link(value: &Value) -> Option<String> {
    let address = value.as_str().filter(|address| address.len() <= 2000)?;
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    is_web.then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!(line("Zürich", 6), "Zürich");
        assert_eq!(line("Zürich", 2), "Zü…");
        assert_eq!(line("a  b", 3), "a…");
    }

    #[test]
    fn paragraphs_are_the_lines_that_say_something() {
        let texts = json!({"fr": "un\n\n deux \n"});
        let found = paragraphs(&texts, "en", 100);
        assert_eq!(found, [Said::of("fr", "un"), Said::of("fr", "deux")]);
        assert_eq!(paragraphs(&json!(null), "en", 100), []);
    }

    #[test]
    fn only_addresses_on_the_web_are_links() {
        assert_eq!(
            link(&json!("https://example.org/")).as_deref(),
            Some("https://example.org/")
        );
        assert_eq!(link(&json!("javascript:alert(1)")), None);
        assert_eq!(link(&json!(null)), None);
    }
}
