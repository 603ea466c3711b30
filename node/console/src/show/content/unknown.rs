//! What no description knows: shown as what it is, JSON or bytes in Base64.

use askama::Template;
use liaison_api::model::Base64;
use liaison_records::text::visible;
use serde_json::Value;

use super::text::pieces;
use super::tree::{Node, Row};
use crate::show::Markup;
use crate::show::said::cut;
use crate::texts::Texts;

/// Characters of a piece.
const PIECE: usize = 4_000;
/// Characters of a name.
const NAME: usize = 100;

#[derive(Template)]
#[template(source = "<pre class=\"raw\">{{ text }}</pre>", ext = "html")]
struct Raw {
    text: String,
}

#[derive(Template)]
#[template(source = "<p>{{ note }}</p>", ext = "html")]
struct Note {
    note: String,
}

/// JSON as it is.
pub(super) fn json(value: &Value) -> Node {
    raw(&format!("{value:#}"))
}

/// A member of an object that its description does not know.
pub(super) fn member(name: &str, value: &Value, t: Texts, is_newer: bool) -> Vec<Row> {
    match value.as_object().filter(|_| is_newer) {
        Some(fields) => {
            let row = |(number, bytes): (&String, &Value)| {
                let label = t.fill("content-unknown-field", [("number", visible(&cut(number, NAME)))]);
                let text = bytes.as_str().map(raw);
                Row::new(label, text.unwrap_or_else(|| json(bytes)))
            };
            fields.iter().map(row).collect()
        }
        None => {
            let label = t.fill("content-unknown-member", [("name", visible(&cut(name, NAME)))]);
            vec![Row::new(label, json(value))]
        }
    }
}

/// A record that this release cannot read.
pub(super) fn unread(media_type: &str, bytes: &Base64, t: Texts) -> Node {
    let note = t.fill(
        "content-unread",
        [
            ("type", visible(media_type)),
            ("size", t.number(bytes.0.len() as u64)),
        ],
    );
    let encoded = serde_json::to_value(bytes).unwrap_or_default();
    Node::Several(vec![
        Node::Piece(Markup::of(&Note {
            note: note.into_owned(),
        })),
        raw(encoded.as_str().unwrap_or_default()),
    ])
}

// Text in pieces that end with a line where lines are short.
fn raw(text: &str) -> Node {
    let mut found = Vec::new();
    let mut piece = String::new();
    for line in text.lines().flat_map(|line| pieces(line, PIECE)) {
        if !piece.is_empty() && piece.len() + line.len() > PIECE {
            found.push(std::mem::take(&mut piece));
        }
        if !piece.is_empty() {
            piece.push('\n');
        }
        piece.push_str(&visible(line));
    }
    found.push(piece);
    let nodes = found
        .into_iter()
        .map(|text| Node::Piece(Markup::of(&Raw { text })));
    Node::Several(nodes.collect())
}
