//! Events of some years, by their days.

use std::collections::BTreeMap;

use jiff::civil::Date;
use liaison_api::model::{Record, RecordStatus, Reference, SearchQuery};
use serde_json::Value;

use super::super::lists::{all, content};
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::{Said, marks};
use crate::texts::Texts;

/// Events of a span of years that are looked at.
const LOOKED_AT: usize = 120;

/// An event that says when it is.
#[derive(Clone)]
pub(super) struct Event {
    pub(super) reference: Reference,
    pub(super) heading: Said,
    pub(super) first: Date,
    pub(super) last: Date,
    /// Its days, in words.
    pub(super) days: String,
    pub(super) kind: Option<String>,
    pub(super) place: Option<Said>,
    pub(super) is_cancelled: bool,
    pub(super) marks: Vec<String>,
}

pub(super) struct Gathered {
    /// By their first day.
    pub(super) events: Vec<Event>,
    /// Whether there are more than were looked at.
    pub(super) is_more: bool,
}

/// The events of a year, and those of this year and the next.
pub(super) async fn gather(reader: &Reader, shown: i16, this: i16) -> Result<Gathered, Fault> {
    let mut found = BTreeMap::new();
    let mut is_more = false;
    // What begins in December may end in January.
    for (from, to) in [(shown - 1, shown), (this, this + 1)] {
        let year = |year: i16| u16::try_from(year).unwrap_or_default();
        let query = SearchQuery {
            kind: Some("event".to_owned()),
            years: Some(year(from)..=year(to)),
            language: reader.language().to_owned(),
            ..SearchQuery::default()
        };
        let (hits, more) = all(reader, query, LOOKED_AT).await?;
        is_more |= more;
        for hit in hits {
            let reference = hit.record.reference;
            if found.contains_key(&reference) {
                continue;
            }
            let record = reader.node().record(reference.clone(), None).await?;
            found.insert(reference, Event::of(&record, reader.t));
        }
    }
    let mut events: Vec<Event> = found.into_values().flatten().collect();
    events.sort_by(|one, other| (one.first, &one.reference).cmp(&(other.first, &other.reference)));
    Ok(Gathered { events, is_more })
}

impl Event {
    /// None where it does not stand, or does not say when it is.
    pub(super) fn of(record: &Record, t: Texts) -> Option<Event> {
        let said = content(record);
        let first = date(&said["first_day"])?;
        let last = date(&said["last_day"]).filter(|last| *last >= first);
        let last = last.unwrap_or(first);
        let kind = said["kind"].as_str();
        let place = Said::texts(&said["place"], t.language.tag());
        Some(Event {
            reference: record.reference.clone(),
            heading: Said::heading(&record.reference, record.content.as_ref(), t.language.tag()).at_most(160),
            first,
            last,
            days: days(first, last, t),
            kind: kind.map(|word| t.word("events-kind", &super::super::lists::word(word))),
            place: place.map(|place| place.at_most(120)),
            is_cancelled: said["cancelled"] == true,
            marks: marks::of_record(record, t),
        })
        .filter(|_| record.status == RecordStatus::Current)
    }
}

fn days(first: Date, last: Date, t: Texts) -> String {
    match first == last {
        true => t.civil(first),
        false => t
            .fill(
                "events-days",
                [("first", t.civil(first)), ("last", t.civil(last))],
            )
            .into_owned(),
    }
}

fn date(value: &Value) -> Option<Date> {
    let text = value.as_str().filter(|text| text.len() == "2026-11-24".len())?;
    text.parse().ok()
}
