//! Events as a calendar (RFC 5545).

use chrono::{DateTime, NaiveDate, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

use super::item::Item;

/// Writes the events.
pub(super) fn write(title: &str, items: &[Item<'_>]) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Liaison//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        // Most programs know this one and not the NAME of RFC 7986.
        ("X-WR-CALNAME", title),
    ] {
        calendar.append_property(Property::new(name, value));
    }
    calendar.extend(items.iter().filter_map(event));
    calendar.to_string()
}

// None for a record that does not say when: calendars have no place for it.
fn event(item: &Item<'_>) -> Option<Event> {
    let said = |name: &str| item.content[name].as_str();
    let changed = milliseconds(item.record.sequenced_at)?;
    let mut event = Event::with_uid(&item.id);
    event
        .timestamp(changed)
        .last_modified(changed)
        .summary(&item.title().0)
        .description(&item.body());
    match said("starts").and_then(moment) {
        Some(starts) => {
            event.starts(starts);
            if let Some(ends) = said("ends").and_then(moment).filter(|ends| *ends > starts) {
                event.ends(ends);
            }
        }
        None => {
            let first = said("first_day").and_then(day)?;
            let last = said("last_day").and_then(day).filter(|last| *last >= first);
            event.starts(first);
            // A calendar's end is the day after the last.
            event.ends(last.unwrap_or(first).succ_opt()?);
        }
    }
    if let Some(place) = item.line("place") {
        event.location(&place);
    }
    if let Some(link) = item.link() {
        event.url(link);
    }
    let is_cancelled = item.content["cancelled"] == true;
    event.status(if is_cancelled {
        EventStatus::Cancelled
    } else {
        EventStatus::Confirmed
    });
    Some(event.done())
}

// A moment to the minute is one, too: the library that both formats use here reads none of those.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let moment: jiff::Timestamp = text.parse().ok()?;
    DateTime::from_timestamp_millis(moment.as_millisecond())
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

fn milliseconds(since: u64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(since).ok()?)
}
