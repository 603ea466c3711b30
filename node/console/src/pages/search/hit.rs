//! One record that was found.

use liaison_api::model::{Reference, SearchHit};
use liaison_records::kinds;
use liaison_records::schema::SlugRule;

use super::super::lists::marks;
use crate::show::{Said, Snippet, When};
use crate::texts::Texts;

/// A record that was found.
pub(super) struct Hit {
    pub(super) reference: Reference,
    pub(super) heading: Said,
    pub(super) kind: String,
    pub(super) when: When,
    /// The field in which something was found, and the piece of it.
    pub(super) snippet: Option<(String, Snippet)>,
    pub(super) marks: Vec<String>,
}

impl Hit {
    pub(super) fn of(hit: &SearchHit, t: Texts) -> Hit {
        let reference = hit.record.reference.clone();
        let heading = match &hit.heading {
            Some(heading) => Said::maybe(hit.heading_language.as_deref(), heading),
            None => Said::plain(&name(&reference, t)),
        };
        let kind = reference.record.kind();
        Hit {
            heading: heading.short(),
            kind: t.kind(kind),
            when: t.day_at(hit.record.sequenced_at),
            snippet: hit
                .snippet
                .as_ref()
                .map(|piece| (field(kind, &piece.path, t), Snippet::of(piece))),
            marks: marks::of_hit(hit, t),
            reference,
        }
    }
}

// A record on a topic is named by what people call the topic.
fn name(reference: &Reference, t: Texts) -> String {
    let record = &reference.record;
    match kinds::kind(record.kind()).map(|kind| kind.slug) {
        Some(SlugRule::Topic) => t.topic_name(record.slug()),
        _ => record.to_string(),
    }
}

// What people call the field, or the part of the record that it stands in.
fn field(kind: &str, path: &str, t: Texts) -> String {
    let first = path.split(['.', '[']).next().unwrap_or_default();
    let known = kinds::kind(kind).and_then(|kind| kind.message.field(first));
    known.map_or_else(
        || first.to_owned(),
        |field| t.language.label(field.label).to_owned(),
    )
}
