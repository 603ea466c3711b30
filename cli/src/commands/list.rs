//! `list`: records by reference.

use clap::Args;
use liaison_api::model::{AsOf, Checkpoint, RecordSummary, SearchPage};
use liaison_protocol::Code;
use liaison_records::text;
use serde::Serialize;
use serde_json::json;

use super::select::Selection;
use super::show;
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::failure::Failure;
use crate::session::Session;

/// List records.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison list \"*/practice/*\"\n  liaison list -t body-worn-cameras")]
pub(crate) struct List {
    #[command(flatten)]
    selection: Selection,
    /// On this topic or a part of it, as the search index knows them.
    #[arg(short, long, value_name = "ID", conflicts_with = "as_of")]
    topic: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 1000)]
    limit: usize,
    /// As they stood on a day (to its end in UTC), at a time, or at ORIGIN@SIZE for each log with commas between.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<AsOf>,
}

/// What was found.
#[derive(Serialize)]
struct Found {
    records: Vec<RecordSummary>,
    more: bool,
    // Those that a time came to; none without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checkpoints: Vec<Checkpoint>,
}

impl List {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        self.selection.check()?;
        let found = at_node(session, async |connection| match &self.topic {
            None => self.fetch(connection).await,
            Some(topic) => self.on_topic(session, connection, topic).await,
        })?;
        if found.more {
            session
                .output
                .note(&format!("There are more than {}; see --limit.", self.limit));
        }
        session.output.answer(&json!(found), |_| {
            let mut text: String = found.records.iter().map(line).collect();
            if found.records.is_empty() {
                text.push_str("There is no such record.\n");
            }
            text + &show::checkpoints(&found.checkpoints)
        })
    }

    async fn fetch(&self, connection: &Connection) -> Result<Found, Failure> {
        let mut records = Vec::new();
        let mut pages = self.selection.pages_as_of(self.as_of.clone());
        while records.len() <= self.limit
            && let Some(page) = pages.next(connection).await?
        {
            records.extend(page);
        }
        let more = records.len() > self.limit;
        records.truncate(self.limit);
        Ok(Found {
            records,
            more,
            checkpoints: pages.into_checkpoints(),
        })
    }
}

impl List {
    async fn on_topic(
        &self,
        session: &Session,
        connection: &Connection,
        topic: &str,
    ) -> Result<Found, Failure> {
        let mut records: Vec<RecordSummary> = Vec::new();
        let mut cursor: Option<String> = None;
        let mut read = 0;
        let more = loop {
            let path = query(
                "/v1/search",
                &[
                    ("topic", Some(topic)),
                    ("authority", self.selection.authority().map(Code::as_str)),
                    ("kind", self.selection.kind()),
                    ("limit", Some("50")),
                    ("cursor", cursor.as_deref()),
                ],
            );
            let page: SearchPage = connection.client.get(&path).await?;
            if page.behind > 0 && cursor.is_none() {
                let behind = page.behind;
                session.output.note(&format!(
                    "{behind} entries cannot be found yet; try again in a moment."
                ));
            }
            read += page.hits.len() as u64;
            let found = page.hits.into_iter().map(|hit| hit.record);
            records.extend(found.filter(|record| self.selection.holds(&record.reference)));
            cursor = page.next;
            if records.len() > self.limit || cursor.is_none() {
                break page.total > read || records.len() > self.limit;
            }
        };
        records.sort_by(|one, other| one.reference.cmp(&other.reference));
        records.truncate(self.limit);
        Ok(Found {
            records,
            more,
            checkpoints: Vec::new(),
        })
    }
}

fn line(record: &RecordSummary) -> String {
    let payload = show::awaited(record.payload);
    let status = show::status(record.status);
    let (at, audience) = (text::time(record.sequenced_at), record.audience);
    let disputed = if record.disputed { "  (disputed)" } else { "" };
    format!(
        "{:<50} {status:<9} {audience:<9} {at}{payload}{disputed}\n",
        record.reference.to_string()
    )
}
