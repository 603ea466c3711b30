//! The piece of a record in which something was found, with what was found marked.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_api::model;
use liaison_records::text::visible;

/// Characters of a piece that are shown.
const SHOWN: usize = 400;

/// A piece of text with marks.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = "<bdi{% if let Some(tag) = language %} lang=\"{{ tag }}\"{% endif %}>{% for (text, marked) in parts %}{% if *marked %}<mark>{{ text }}</mark>{% else %}{{ text }}{% endif %}{% endfor %}</bdi>",
    ext = "html"
)]
pub(crate) struct Snippet {
    language: Option<String>,
    parts: Vec<(String, bool)>,
}

impl HtmlSafe for Snippet {}

impl Snippet {
    /// A piece as the node gives it: marks are places of characters, each from and up to.
    pub(crate) fn of(piece: &model::Snippet) -> Snippet {
        let is_marked = |place: usize| {
            let mut marks = piece.marks.iter();
            marks.any(|(from, to)| (*from..*to).contains(&place))
        };
        let mut parts: Vec<(String, bool)> = Vec::new();
        for (place, c) in piece.text.chars().take(SHOWN).enumerate() {
            let marked = is_marked(place);
            match parts.last_mut().filter(|(_, last)| *last == marked) {
                Some((text, _)) => text.push(c),
                None => parts.push((c.to_string(), marked)),
            }
        }
        for (text, _) in &mut parts {
            *text = visible(text);
        }
        Snippet {
            language: piece.language.clone(),
            parts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_around_characters_whatever_their_bytes() {
        let piece = |text: &str, marks: &[(usize, usize)]| {
            Snippet::of(&model::Snippet {
                path: "title".to_owned(),
                language: None,
                text: text.to_owned(),
                marks: marks.to_vec(),
            })
            .to_string()
        };
        assert_eq!(
            piece("né à <Riga>", &[(0, 2), (5, 11)]),
            "<bdi><mark>né</mark> à <mark>&#60;Riga&#62;</mark></bdi>"
        );
        // Whatever places somebody claims.
        assert_eq!(piece("ab", &[(1, 99), (7, 3)]), "<bdi>a<mark>b</mark></bdi>");
        assert_eq!(piece("a\u{202e}b", &[]), "<bdi>a\\u{202e}b</bdi>");
    }
}
