//! A feed as Atom (RFC 4287).

use atom_syndication::{Category, Content, Entry, FixedDateTime, Link, Person, Text};
use chrono::DateTime;

use super::Written;
use super::item::Item;
use crate::model::{Feed, Network, Problem};

/// Writes the records of a feed.
pub(super) fn write(
    network: &Network,
    feed: Feed,
    title: &str,
    language: &str,
    items: &[Item<'_>],
) -> Result<Written, Problem> {
    let id = format!("urn:liaison:feed:{}:{}", network.network, feed.kind());
    let newest = items.iter().map(|item| item.record.sequenced_at).max();
    written(id, title, language, newest, items.iter().map(entry).collect())
}

/// Writes entries, the newest of this time (Unix, milliseconds).
pub(super) fn written(
    id: String,
    title: &str,
    language: &str,
    newest: Option<u64>,
    entries: Vec<Entry>,
) -> Result<Written, Problem> {
    // It has no link to itself: whoever passes a copy on would pass on the secret in its path.
    let feed = atom_syndication::Feed {
        title: Text::plain(title),
        id,
        updated: time(newest.unwrap_or_default()),
        lang: Some(language.to_owned()),
        generator: Some(atom_syndication::Generator {
            value: "Liaison".to_owned(),
            ..Default::default()
        }),
        entries,
        ..Default::default()
    };
    let bytes = feed.write_to(Vec::new()).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(Written {
        media_type: "application/atom+xml; charset=utf-8",
        // Nothing in a record can bring this about.
        text: text.ok_or_else(|| Problem::internal("the feed could not be written"))?,
    })
}

fn entry(item: &Item<'_>) -> Entry {
    let (title, language) = item.title();
    let topics = item.topics().map(|(id, name)| Category {
        term: id.to_owned(),
        label: Some(name.to_owned()),
        ..Default::default()
    });
    let link = item.link().map(|href| Link {
        href: href.to_owned(),
        rel: "related".to_owned(),
        ..Default::default()
    });
    Entry {
        title: Text {
            lang: language,
            ..Text::plain(title)
        },
        id: item.id.clone(),
        updated: time(item.record.sequenced_at),
        authors: vec![Person {
            name: item.record.reference.authority.to_string(),
            ..Default::default()
        }],
        categories: topics.collect(),
        links: link.into_iter().collect(),
        content: Some(Content {
            value: Some(item.body()),
            content_type: Some("text".to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

pub(super) fn time(milliseconds: u64) -> FixedDateTime {
    let milliseconds = i64::try_from(milliseconds).unwrap_or_default();
    let time = DateTime::from_timestamp_millis(milliseconds).unwrap_or_default();
    time.fixed_offset()
}
