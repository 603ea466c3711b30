//! The inbox as Atom: for an authority's own people, behind a token in the header like all that is not for everybody.

use atom_syndication::{Category, Content, Entry, Person, Text};
use liaison_protocol::Hash;
use liaison_records::text::visible;

use super::item::in_xml;
use super::{Written, atom};
use crate::backend::Backend;
use crate::model::{InboxItem, Problem};

/// Writes what waits, with titles in this language.
pub(crate) async fn inbox(backend: &dyn Backend, language: &str) -> Result<Written, Problem> {
    let network = backend.network().await?;
    let told = backend.inbox(language.to_owned()).await?;
    let title = format!("{}: inbox of {}", visible(&network.name), told.authority);
    let id = format!("urn:liaison:inbox:{}:{}", network.network, told.authority);
    let newest = told.items.iter().map(|item| item.since).max();
    let entries = told
        .items
        .iter()
        .map(|item| entry(&id, told.authority.as_str(), item))
        .collect();
    atom::written(id, &title, language, newest, entries)
}

fn entry(inbox: &str, authority: &str, item: &InboxItem) -> Entry {
    let due = match (&item.due, item.overdue) {
        (None, _) => String::new(),
        (Some(due), false) => format!("Until {due}\n"),
        (Some(due), true) => format!("Due since {due}\n"),
    };
    let reference = item.reference.as_ref().map(|reference| format!("{reference}\n"));
    let body = format!("{}{due}{}", reference.unwrap_or_default(), item.next);
    Entry {
        title: Text::plain(shown(&item.text)),
        id: format!("{inbox}:{}", name(item)),
        authors: vec![Person {
            name: authority.to_owned(),
            ..Default::default()
        }],
        updated: atom::time(item.since),
        categories: vec![Category {
            term: item.sort.word().to_owned(),
            ..Default::default()
        }],
        content: Some(Content {
            value: Some(in_xml(&liaison_records::text::visible_lines(&body, ""))),
            content_type: Some("text".to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

// The same as long as it is the same thing that waits.
fn name(item: &InboxItem) -> String {
    let sort = item.sort.word();
    match &item.reference {
        Some(reference) => format!("{sort}:{reference}"),
        None => format!(
            "{sort}:{}",
            Hash::of(format!("{}\n{}", item.text, item.next).as_bytes())
        ),
    }
}

fn shown(text: &str) -> String {
    in_xml(&visible(text))
}
