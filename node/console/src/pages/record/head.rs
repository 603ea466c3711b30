//! What stands above a record: what it is called, whose it is, who may read it, and what must be known of it.

use liaison_api::model::{Data, PayloadState, Record, RecordStatus};
use liaison_records::language::in_language;
use serde_json::Value;

use crate::show::{Said, Tlp};
use crate::texts::Texts;

/// Characters of a disclaimer that stands above.
const DISCLAIMER: usize = 2_000;

pub(super) struct Head {
    pub(super) title: Said,
    pub(super) kind: String,
    pub(super) authority: String,
    pub(super) reference: String,
    pub(super) tlp: Tlp,
    pub(super) status: &'static str,
    pub(super) status_text: String,
    /// What must be known before it is believed.
    pub(super) marks: Vec<String>,
    /// What its author wants to be known.
    pub(super) disclaimer: Option<Said>,
}

impl Head {
    pub(super) fn of(record: &Record, title: Said, t: Texts) -> Head {
        let status = status_word(record.status);
        Head {
            title,
            kind: t.kind(record.reference.record.kind()),
            authority: record.reference.authority.to_string(),
            reference: record.reference.to_string(),
            tlp: Tlp::of(record.audience, t),
            status,
            status_text: t.word("record-status", status),
            marks: marks(record, t),
            disclaimer: disclaimer(record, t),
        }
    }
}

/// The word for whether a record stands.
pub(super) fn status_word(status: RecordStatus) -> &'static str {
    match status {
        RecordStatus::Current => "current",
        RecordStatus::Withdrawn => "withdrawn",
        RecordStatus::Erased => "erased",
    }
}

/// Why content is not here; nothing where it is.
pub(super) fn missing(payload: PayloadState, t: Texts) -> Option<String> {
    let text = match payload {
        PayloadState::Held => return None,
        PayloadState::Wanted => t.say("record-payload-wanted"),
        PayloadState::NotEntitled => t.say("record-payload-not-entitled"),
        PayloadState::None => t.say("record-payload-erased"),
    };
    Some(text.into_owned())
}

fn marks(record: &Record, t: Texts) -> Vec<String> {
    let mut marks = Vec::new();
    if record.status == RecordStatus::Withdrawn {
        marks.push(t.say("record-withdrawn").into_owned());
    }
    if record.disputed {
        marks.push(t.say("record-disputed").into_owned());
    }
    if let Some(day) = &record.stale_since {
        marks.push(t.fill("record-stale", [("day", t.date(day))]).into_owned());
    }
    marks.extend(missing(record.payload, t));
    marks
}

fn disclaimer(record: &Record, t: Texts) -> Option<Said> {
    let Data::Json(json) = &record.content.as_ref()?.data else {
        return None;
    };
    let texts: &Value = &json["about"]["disclaimer"];
    let (tag, text) = in_language(texts, t.language.tag())?;
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (one_line.chars().count() <= DISCLAIMER).then(|| Said::of(tag, &one_line))
}
