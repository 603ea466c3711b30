//! `GET /events`: the events of a month as a calendar, and those that are coming.

mod gather;
mod month;
pub(super) mod one;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use liaison_records::day;

use crate::asked::Asked;
use crate::console::now;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::texts::Texts;
use gather::Event;
use month::{Day, Month};

/// Events that the list of coming ones shows.
const COMING: usize = 25;
/// Events that one day of the calendar shows.
const OF_DAY: usize = 4;
/// Characters of a heading there.
const HEADING: usize = 80;

#[derive(Template)]
#[template(path = "events.html")]
struct EventsPage {
    frame: Frame,
    /// Whether what was asked is no month.
    is_wrong: bool,
    month: Month,
    name: String,
    weekdays: Vec<(String, String)>,
    weeks: Vec<Vec<Option<Cell>>>,
    previous: Option<String>,
    next: Option<String>,
    coming: Vec<Event>,
    is_more: bool,
}

struct Cell {
    day: Day,
    is_today: bool,
    events: Vec<Event>,
    /// That others have no place in it.
    more: Option<String>,
}

pub(in crate::pages) async fn page(reader: Reader, asked: Asked) -> Result<Response, Fault> {
    let t = reader.t;
    let today = day(now()).unwrap_or(Date::ZERO);
    let wanted = asked.one("month");
    let found = match wanted {
        Some(text) => Month::read(text),
        None => Some(Month::of(today)),
    };
    let month = found.unwrap_or(Month::of(today));
    let gathered = gather::gather(&reader, month.year(), today.year()).await?;
    let mut coming: Vec<Event> = gathered
        .events
        .iter()
        .filter(|event| event.last >= today)
        .cloned()
        .collect();
    let is_more = gathered.is_more || coming.len() > COMING;
    coming.truncate(COMING);
    let link = |month: Month| format!("/events?month={month}");
    let title = t.say("section-events");
    let mut response = html(&EventsPage {
        frame: reader.frame(Section::Events, title).await?,
        is_wrong: found.is_none(),
        name: t.month(month),
        weekdays: (1..=7).map(|day| weekday(&reader, day)).collect(),
        weeks: weeks(month, today, &gathered.events, t),
        previous: month.before().map(link),
        next: month.after().map(link),
        month,
        coming,
        is_more,
    })?;
    if found.is_none() {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

// A weekday, whole and short.
fn weekday(reader: &Reader, number: u8) -> (String, String) {
    let number = number.to_string();
    (
        reader.t.word("weekday", &number),
        reader.t.word("weekday-short", &number),
    )
}

fn weeks(month: Month, today: Date, events: &[Event], t: Texts) -> Vec<Vec<Option<Cell>>> {
    let cell = |day: Day| {
        let mut of_day: Vec<Event> = events
            .iter()
            .filter(|event| (event.first..=event.last).contains(&day.date))
            .cloned()
            .collect();
        let more = of_day.len().saturating_sub(OF_DAY);
        of_day.truncate(OF_DAY);
        for event in &mut of_day {
            event.heading = event.heading.clone().at_most(HEADING);
        }
        Cell {
            is_today: day.date == today,
            day,
            events: of_day,
            more: (more > 0).then(|| t.count("events-more-of-day", more).into_owned()),
        }
    };
    let weeks = month.weeks().into_iter();
    weeks
        .map(|week| week.into_iter().map(|day| day.map(cell)).collect())
        .collect()
}
