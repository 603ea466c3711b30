//! `GET /events/{authority}/{slug}`: one event, and how many have registered for it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liaison_api::model::{Reference, ReferrerQuery};
use liaison_records::study::is_over;
use serde_json::Value;

use super::super::lists::{self, About, content, documents, web_link};
use super::gather::Event;
use crate::console::now;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::show::{Passage, Said, When, marks};
use crate::texts::Texts;

/// Characters of a description, and of a text in the programme.
const TEXT: usize = 5_000;
const ITEM_TEXT: usize = 200;
/// Items of a programme that are shown.
const ITEMS: usize = 60;
/// Times that the node is asked for registrations.
const ASKED_MAX: usize = 20;
const COUNT_PAGE: usize = 200;
/// Registrations that are linked.
const LISTED: usize = 100;

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    frame: Frame,
    reference: Reference,
    heading: Said,
    marks: Vec<String>,
    event: Option<Event>,
    starts: Option<When>,
    ends: Option<When>,
    link: Option<String>,
    description: Option<Passage>,
    outcome: Option<Passage>,
    programme: Vec<Item>,
    documents: Vec<(Said, Option<String>)>,
    /// Until when, and whether that is over.
    registration: Option<(When, bool)>,
    registered: Registered,
    about: About,
}

struct Item {
    starts: Option<When>,
    title: Said,
    text: Option<Said>,
}

/// How many registrations are held here. Whose they are the page does not say: it is personal data, and each record has a
/// page of its own for those who may read it.
#[derive(Default)]
struct Registered {
    in_person: usize,
    online: usize,
    /// Of those whose content is not here nobody can say what they are for.
    unread: usize,
    is_more: bool,
    /// The first of them, and how each attends; their pages are for those who may read them.
    listed: Vec<(Reference, Option<String>)>,
}

pub(in crate::pages) async fn page(
    reader: Reader,
    Path((authority, slug)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let t = reader.t;
    let language = reader.language();
    let reference: Reference = format!("{authority}/event/{slug}")
        .parse()
        .map_err(|_| Fault::NoPage)?;
    let record = reader.node().record(reference.clone(), None).await?;
    let said = content(&record);
    let moment = |name: &str| said[name].as_str().map(|moment| t.written(moment));
    let until = said["registration_until"].as_str();
    let title = t.fill("events-one", [("of", reference.to_string())]);
    html(&EventPage {
        frame: reader.frame(Section::Events, title).await?,
        registered: registered(&reader, &reference).await?,
        heading: Said::heading(&record.reference, record.content.as_ref(), language).short(),
        marks: marks::of_record(&record, t),
        event: Event::of(&record, t),
        starts: moment("starts"),
        ends: moment("ends"),
        link: web_link(&said["link"]),
        description: Passage::texts(&said["description"], language, TEXT),
        outcome: Passage::texts(&said["outcome"], language, TEXT),
        programme: programme(said, &reader),
        documents: documents(said, language),
        registration: until.map(|moment| (t.written(moment), is_over(moment, now()))),
        about: About::of(said, t),
        reference,
    })
}

fn programme(said: &Value, reader: &Reader) -> Vec<Item> {
    let items = said["programme"].as_array().into_iter().flatten();
    let language = reader.language();
    let item = |item: &Value| {
        let starts = item["starts"].as_str();
        Some(Item {
            starts: starts.map(|moment| reader.t.written(moment)),
            title: Said::texts(&item["title"], language)?.at_most(ITEM_TEXT),
            text: Said::texts(&item["text"], language).map(|text| text.at_most(ITEM_TEXT)),
        })
    };
    items.filter_map(item).take(ITEMS).collect()
}

impl Registered {
    // How many there are, and what is not known of it.
    fn words(&self, t: &Texts) -> Vec<String> {
        let all = [
            Some(t.count("events-in-person", self.in_person)),
            Some(t.count("events-online", self.online)),
            self.is_more.then(|| t.say("events-registered-more")),
            (self.unread > 0).then(|| t.count("events-unread", self.unread)),
        ];
        all.into_iter().flatten().map(Into::into).collect()
    }
}

async fn registered(reader: &Reader, event: &Reference) -> Result<Registered, Fault> {
    let mut registered = Registered::default();
    let mut after = None;
    for _ in 0..ASKED_MAX {
        let query = ReferrerQuery {
            kind: "registration".to_owned(),
            after,
            limit: COUNT_PAGE,
        };
        let found = reader.node().referrers(event.clone(), query).await?;
        for record in &found.records {
            if registered.listed.len() < LISTED {
                let attends = content(record)["attends"].as_str();
                let attends = attends.map(|word| reader.t.word("events-attends", &lists::word(word)));
                registered.listed.push((record.reference.clone(), attends));
            }
            match content(record)["attends"].as_str() {
                Some("online") => registered.online += 1,
                _ => registered.in_person += 1,
            }
        }
        registered.unread += found.unread;
        after = found.next;
        if after.is_none() {
            return Ok(registered);
        }
    }
    registered.is_more = true;
    Ok(registered)
}
