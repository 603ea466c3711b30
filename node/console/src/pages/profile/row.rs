//! A record in a list: what it is called, what it says in short, and the mark that opens its provenance.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_api::model::{PayloadState, Record, Reference};
use liaison_records::kinds::kind;
use liaison_records::text::visible;

use super::super::lists::marks::of_audience;
use super::facts::{Fact, facts};
use crate::show::brief::{json, said, title};
use crate::show::period::written;
use crate::show::{Provenance, Said};
use crate::texts::Texts;

/// Characters of a title.
const TITLE: usize = 160;

/// One record, and those that are part of it.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "profile-row.html")]
pub(super) struct Row {
    pub(super) reference: Reference,
    heading: Said,
    provenance: Provenance,
    pub(super) marks: Vec<String>,
    pub(super) facts: Vec<Fact>,
    pub(super) parts: Vec<Row>,
}

impl HtmlSafe for Row {}

/// What a record is called where it has no title or name of its own.
pub(super) enum Called {
    /// By its own title or name.
    Itself,
    /// So.
    So(Said, String),
}

impl Row {
    /// The row of a record, with these fields.
    pub(super) fn of(t: Texts, record: &Record, called: Called, fields: &[&str]) -> Row {
        let content = record.content.as_ref();
        let name = record.reference.record.kind();
        let (heading, plain) = match called {
            Called::So(heading, plain) => (heading, plain),
            Called::Itself => match title(name, content, t.language.tag(), TITLE) {
                Some((tag, text)) => (said(tag, &text), visible(&text)),
                None => {
                    let reference = record.reference.to_string();
                    (Said::plain(&reference), reference)
                }
            },
        };
        let said = kind(name).zip(json(content));
        Row {
            provenance: Provenance::of(t, &record.reference, &plain),
            heading,
            marks: marks(t, record),
            facts: said.map_or_else(Vec::new, |(kind, json)| facts(t, kind, json, fields)),
            parts: Vec::new(),
            reference: record.reference.clone(),
        }
    }
}

/// What must be known beside a record.
pub(super) fn marks(t: Texts, record: &Record) -> Vec<String> {
    let absent = match (&record.content, record.payload) {
        (Some(content), _) => json(Some(content)).is_none().then(|| t.say("members-unreadable")),
        (None, PayloadState::NotEntitled) => Some(t.say("members-not-entitled")),
        (None, _) => Some(t.say("members-wanted")),
    };
    let stale = record.stale_since.as_ref();
    let stale = stale.map(|day| t.fill("members-stale", [("day", written(t, day))]));
    let disputed = record.disputed.then(|| t.say("members-disputed"));
    let remarks = [absent, stale, disputed].into_iter().flatten();
    of_audience(record.audience)
        .into_iter()
        .chain(remarks.map(Into::into))
        .collect()
}
