//! The content of a record as its kind describes it: every field with its label, in the page's language.
//!
//! A record is first made a tree of pieces (`fields`, `value`, `text`, `table`, `unknown`) and then written, a part at
//! a time where all of it would be too much for one page (`tree`, `parts`).

mod fields;
mod parts;
mod table;
mod text;
mod tree;
mod unknown;
mod value;

use liaison_api::model::{self, Data};
use liaison_records::kinds;
use serde_json::Value;

use self::parts::Cut;
use self::tree::{Node, Row};
use super::Markup;
use crate::texts::Texts;

/// The content of a record, ready to be written.
pub(crate) struct Content {
    tree: Node,
    parts: usize,
    t: Texts,
}

/// What all pieces of one record are written with.
#[derive(Clone, Copy)]
struct Context<'v> {
    t: Texts,
    /// What the record says of itself: its languages, its sources.
    about: &'v Value,
}

impl Content {
    /// The content of a record of this kind.
    pub(crate) fn of(kind: &str, record: &Value, t: Texts) -> Content {
        let node = match kinds::kind(kind) {
            Some(kind) => fields::record(kind, record, t),
            None => unknown::json(record),
        };
        Content::made(node, t)
    }

    /// The content of a payload: the record, whether this release can read it or not, and the files that belong to it.
    pub(crate) fn of_payload(kind: &str, payload: &model::Content, t: Texts) -> Content {
        let record = match &payload.data {
            Data::Json(record) => Content::of(kind, record, t).tree,
            Data::Base64(bytes) => unknown::unread(&payload.media_type, bytes, t),
        };
        if payload.attachments.is_empty() {
            return Content::made(record, t);
        }
        let files = Row::new(t.say("content-files"), table::files(&payload.attachments, t));
        Content::made(Node::Several(vec![record, Node::Fields(vec![files])]), t)
    }

    /// In how many parts it is written.
    pub(crate) fn parts(&self) -> usize {
        self.parts
    }

    /// One of its parts, from 1.
    pub(crate) fn part(&self, number: usize) -> Markup {
        let mut cut = Cut::of_part(number);
        self.tree.write(&mut cut, self.t).unwrap_or_default()
    }

    fn made(tree: Node, t: Texts) -> Content {
        let mut cut = Cut::of_none();
        tree.write(&mut cut, t);
        let parts = cut.parts();
        Content { tree, parts, t }
    }
}

#[cfg(test)]
mod tests;
