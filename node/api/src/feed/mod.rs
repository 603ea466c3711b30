//! Feeds: the newest records of a kind, for programs that follow what is new (specification, section 12).
//!
//! A feed leaves the node's walls, into readers and calendars that nobody here controls. So it holds what any
//! authority may read, CLEAR and GREEN, and nothing else, whoever follows it.

mod atom;
mod calendar;
mod digest;
mod item;

use std::collections::BTreeSet;

pub(crate) use digest::inbox;
use liaison_protocol::update::Audience;
use liaison_records::text::visible;

use crate::backend::Backend;
use crate::model::{
    Feed, Network, PAGE_MAX, PayloadState, Problem, ProblemType, Record, RecordQuery, RecordStatus,
};
use item::Item;

/// Entries of a feed: the newest.
const ENTRIES_MAX: usize = 100;

/// A feed as a file.
pub(crate) struct Written {
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its text.
    pub(crate) text: String,
}

/// Writes a feed in the language that is wanted.
pub(crate) async fn write(backend: &dyn Backend, feed: Feed, language: &str) -> Result<Written, Problem> {
    let network = backend.network().await?;
    let records = newest(backend, feed.kind()).await?;
    let items = records.iter();
    let items: Vec<Item<'_>> = items
        .filter_map(|record| Item::new(&network, record, language))
        .collect();
    let title = title(feed, &network, language);
    match feed {
        Feed::Events => Ok(Written {
            media_type: "text/calendar; charset=utf-8",
            text: calendar::write(&title, &items),
        }),
        _ => atom::write(&network, feed, &title, language, &items),
    }
}

// Page by page, so that the node does other things meanwhile, and only the names of the newest are kept.
async fn newest(backend: &dyn Backend, kind: &str) -> Result<Vec<Record>, Problem> {
    let mut names = BTreeSet::new();
    let mut query = RecordQuery {
        kind: Some(kind.to_owned()),
        limit: PAGE_MAX,
        ..RecordQuery::default()
    };
    loop {
        let page = backend.records(query.clone()).await?;
        for record in page.records {
            if record.payload == PayloadState::Held && is_open(record.status, record.audience) {
                names.insert((record.sequenced_at, record.reference));
            }
            if names.len() > ENTRIES_MAX {
                names.pop_first();
            }
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    let mut records = Vec::new();
    for (_, reference) in names.into_iter().rev() {
        match backend.record(reference, None).await {
            // It may have changed since its page was read.
            Ok(record) if is_open(record.status, record.audience) => records.push(record),
            Ok(_) => {}
            Err(problem) if problem.problem == ProblemType::NotFound => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(records)
}

fn is_open(status: RecordStatus, audience: Audience) -> bool {
    status == RecordStatus::Current && audience <= Audience::Green
}

fn title(feed: Feed, network: &Network, language: &str) -> String {
    let is_french = language == "fr" || language.starts_with("fr-");
    let name = match (feed, is_french) {
        (Feed::Notices, false) => "Notices",
        (Feed::Notices, true) => "Avis",
        (Feed::Practices, false) => "Practices",
        (Feed::Practices, true) => "Pratiques",
        (Feed::Exchanges, false) => "Exchanges",
        (Feed::Exchanges, true) => "Échanges",
        (Feed::Events, false) => "Events",
        (Feed::Events, true) => "Événements",
    };
    format!("{}: {name}", visible(&network.name))
}
