//! Who may read something, as its mark of the Traffic Light Protocol.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_protocol::update::Audience;

use crate::texts::Texts;

/// The mark, with its meaning for whoever asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = "<span class=\"tlp tlp-{{ name }}\" title=\"{{ meaning }}\">{{ mark }}</span>",
    ext = "html"
)]
pub(crate) struct Tlp {
    name: &'static str,
    mark: String,
    meaning: String,
}

impl HtmlSafe for Tlp {}

impl Tlp {
    pub(crate) fn of(audience: Audience, t: Texts) -> Tlp {
        let name = match audience {
            Audience::Clear => "clear",
            Audience::Green => "green",
            Audience::Amber => "amber",
            Audience::Red => "red",
        };
        Tlp {
            name,
            mark: audience.to_string(),
            meaning: t.word("tlp", name),
        }
    }
}
