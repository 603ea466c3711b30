//! Text that somebody wrote, cut to what a line of an overview takes.

use std::borrow::Cow;

use liaison_api::model::{Content, Data};
use liaison_records::language::in_language;
use liaison_records::{heading, kinds};
use serde_json::Value;

use crate::show::Said;

/// The text, or its beginning where it has more characters than that.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].trim_end())),
        None => Cow::Borrowed(text),
    }
}

/// A localised text in the language that is wanted or another, its lines as one, cut.
pub(crate) fn brief(texts: &Value, wanted: &str, most: usize) -> Option<Said> {
    let (tag, text) = in_language(texts, wanted)?;
    let text = cut(text, most).replace(['\r', '\n'], " ");
    Some(Said::of(tag, &text))
}

/// Title or name of a record, cut, with its language; none where it has none, or its content is not here.
pub(crate) fn title<'c>(
    kind: &str,
    content: Option<&'c Content>,
    wanted: &str,
    most: usize,
) -> Option<(Option<&'c str>, Cow<'c, str>)> {
    let record = json(content)?;
    let texts = heading(kinds::kind(kind)?, record);
    let in_language = |wanted: &str| texts.iter().find(|(tag, _)| *tag == Some(wanted));
    let found = [wanted, "en", "fr"].into_iter().find_map(in_language);
    let (tag, text) = found.or_else(|| texts.first())?;
    Some((*tag, cut(text, most)))
}

/// A text in its language, or in none.
pub(crate) fn said(tag: Option<&str>, text: &str) -> Said {
    tag.map_or_else(|| Said::plain(text), |tag| Said::of(tag, text))
}

/// What a record says, where it is here and can be read.
pub(crate) fn json(content: Option<&Content>) -> Option<&Value> {
    match &content?.data {
        Data::Json(record) => Some(record),
        Data::Base64(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("évolué", 6), "évolué");
        assert_eq!(cut("évolué", 3), "évo…");
        assert_eq!(cut("a b", 2), "a…");
        assert_eq!(cut(&"x".repeat(100_000), 5), "xxxxx…");
        assert_eq!(
            brief(&json!({"fr": "Bonjour"}), "en", 3),
            Some(Said::of("fr", "Bon…"))
        );
    }
}
