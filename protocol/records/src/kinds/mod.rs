//! The kinds of record, one file each: its fields, its rules and a documented example.

mod about;
mod answer;
mod authority;
mod contribution;
mod control_body;
mod correspondent;
mod event;
mod exchange;
mod finding;
mod implementation;
mod indicator;
mod notice;
mod operation;
mod practice;
mod registration;
mod series;
mod service;
mod standard;
mod study;
mod suggestion;

use serde_json::Value;

use crate::schema::{Field, Group, Holds, Kind};

/// In JSON, the member that keeps what newer releases wrote: bytes in Base64 by field number.
pub const UNKNOWN: &str = "unknown_fields";

/// All kinds that this release knows, in the order in which people meet them.
pub static KINDS: [&Kind; 19] = [
    &authority::KIND,
    &service::KIND,
    &operation::KIND,
    &control_body::KIND,
    &correspondent::KIND,
    &practice::KIND,
    &exchange::KIND,
    &contribution::KIND,
    &standard::KIND,
    &implementation::KIND,
    &indicator::KIND,
    &series::KIND,
    &finding::KIND,
    &study::KIND,
    &answer::KIND,
    &event::KIND,
    &registration::KIND,
    &suggestion::KIND,
    &notice::KIND,
];

/// A text in one language: in protobuf a localised text is a list of these, by rising tag.
pub static TEXT: Group = Group {
    name: "Text",
    fields: &[
        Field::new(1, "language", Holds::Language, ["Language", "Langue"]).required(),
        Field::new(2, "text", Holds::Line(20_000), ["Text", "Texte"]).required(),
    ],
};

/// The kind of a name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|kind| kind.name == name)
}

/// The kind that a record's name, kind/slug, begins with.
pub fn kind_of(name: &str) -> Option<&'static Kind> {
    kind(name.split('/').next()?)
}

/// Whether a record holds personal data, a record within it included.
pub fn is_personal(kind_name: &str, record: &Value) -> bool {
    let within = record["record"].as_str().and_then(kind_of);
    let mut kinds = [kind(kind_name), within].into_iter().flatten();
    kinds.any(|kind| kind.personal)
}

/// The kind whose name is most like what was written.
pub fn nearest(written: &str) -> &'static str {
    crate::nearest(written, KINDS.iter().map(|kind| kind.name))
}

#[cfg(test)]
mod document;
