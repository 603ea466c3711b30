//! A feed as Atom (RFC 4287).

use atom_syndication::{Category, Content, Entry, FixedDateTime, Link, Person, Text};
use chrono::DateTime;

use super::item::Item;
use crate::model::{Feed, Network};

/// Writes the entries; none when the text could not be made, which nothing in a record can bring about.
pub(super) fn write(
    network: &Network,
    feed: Feed,
    title: &str,
    language: &str,
    items: &[Item<'_>],
) -> Option<String> {
    let newest = items.iter().map(|item| item.record.sequenced_at).max();
    // It has no link to itself: whoever passes a copy on would pass on the secret in its path.
    let written = atom_syndication::Feed {
        title: Text::plain(title),
        id: format!("urn:liaison:feed:{}:{}", network.network, feed.kind()),
        updated: time(newest.unwrap_or_default()),
        lang: Some(language.to_owned()),
        generator: Some(atom_syndication::Generator {
            value: "Liaison".to_owned(),
            ..Default::default()
        }),
        entries: items.iter().map(entry).collect(),
        ..Default::default()
    };
    let bytes = written.write_to(Vec::new()).ok()?;
    String::from_utf8(bytes).ok()
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

fn time(milliseconds: u64) -> FixedDateTime {
    let milliseconds = i64::try_from(milliseconds).unwrap_or_default();
    let time = DateTime::from_timestamp_millis(milliseconds).unwrap_or_default();
    time.fixed_offset()
}
