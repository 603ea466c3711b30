//! `event attendees`: who attends.

use std::collections::BTreeMap;

use clap::Args;
use liaison_api::model::{Data, Record, ReferrerPage};
use liaison_records::language::in_language;
use liaison_records::text::visible;
use liaison_records::{Reference, heading_in, kinds};
use serde_json::{Value, json};

use super::fetch;
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::client::trust::record_path;
use crate::failure::Failure;
use crate::session::Session;

/// Show who attends an event, counted by authority.
///
/// Registrations are for members and the secretariat; the nodes of others do not hold them.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison event attendees COE/event/policing-in-the-digital-age")]
pub(crate) struct Attendees {
    /// The event, as AUTHORITY/event/slug.
    #[arg(value_name = "REF")]
    event: Reference,
}

impl Attendees {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (event, records, unread) = at_node(session, async |connection| {
            let event = fetch(connection, &self.event).await?;
            let _reading = session.output.progress("Reading registrations", None);
            let (records, unread) = self.fetch(connection).await?;
            Ok((event, records, unread))
        })?;
        let language = session.language();
        let attendees: Vec<(&Record, &Value)> = records
            .iter()
            .filter_map(
                |record| match record.content.as_ref().map(|content| &content.data) {
                    Some(Data::Json(content)) => Some((record, content)),
                    _ => None,
                },
            )
            .collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (record, _) in &attendees {
            *counts.entry(record.reference.authority.to_string()).or_default() += 1;
        }
        let title = kinds::kind("event").and_then(|kind| heading_in(kind, &event, language));
        let title = title.map(|(_, text)| text);
        let answer = json!({
            "event": self.event.to_string(), "title": title, "counts": counts, "unread": unread,
            "attendees": attendees.iter().map(|(record, content)| json!({
                "reference": record.reference, "authority": record.reference.authority,
                "disputed": record.disputed, "registration": content,
            })).collect::<Vec<_>>(),
        });
        session.output.answer(&answer, |_| {
            let title = visible(title.unwrap_or_default());
            let mut text = format!("{}  {title}\n", self.event);
            for (record, content) in &attendees {
                text.push_str(&line(record, content, language));
            }
            text.push_str(&total(&counts, unread));
            text
        })
    }

    // All pages.
    async fn fetch(&self, connection: &Connection) -> Result<(Vec<Record>, usize), Failure> {
        let path = format!("{}/referrers", record_path(&self.event)?);
        let (mut records, mut unread) = (Vec::new(), 0);
        let mut cursor: Option<String> = None;
        loop {
            let parameters = [
                ("kind", Some("registration")),
                ("limit", Some("200")),
                ("cursor", cursor.as_deref()),
            ];
            let page: ReferrerPage = connection.client.get(&query(&path, &parameters)).await?;
            records.extend(page.records);
            unread += page.unread;
            cursor = page.next.map(|next| next.to_string());
            if cursor.is_none() {
                return Ok((records, unread));
            }
        }
    }
}

fn line(record: &Record, content: &Value, language: &str) -> String {
    let function = in_language(&content["function"], language).map(|(_, text)| text);
    let said = [
        content["name"].as_str(),
        function,
        content["attends"].as_str(),
        content["mail"].as_str(),
    ];
    let said: Vec<String> = said.into_iter().flatten().map(visible).collect();
    let mark = if record.disputed { "  (disputed)" } else { "" };
    format!(
        "  {:<10} {}{mark}\n",
        record.reference.authority.to_string(),
        said.join(", ")
    )
}

fn total(counts: &BTreeMap<String, usize>, unread: usize) -> String {
    let all: usize = counts.values().sum();
    let each: Vec<String> = counts
        .iter()
        .map(|(code, count)| format!("{code} {count}"))
        .collect();
    let each = match each.is_empty() {
        true => String::new(),
        false => format!(": {}", each.join(", ")),
    };
    let unread = match unread {
        0 => String::new(),
        unread => format!("{unread} registrations of the network are not here and may be for this event\n"),
    };
    let word = if all == 1 { "attends" } else { "attend" };
    format!("{all} {word}{each}\n{unread}")
}
