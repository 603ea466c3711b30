//! `list`: records by reference.

use clap::Args;
use liaison_api::model::{RecordPage, RecordSummary};
use liaison_protocol::Code;
use liaison_records::{Reference, text};
use serde_json::json;

use super::show;
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::failure::Failure;
use crate::session::Session;

/// List records.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison list \"*/practice/*\"")]
pub(crate) struct List {
    /// Which, as AUTHORITY/kind/slug with * for any.
    #[arg(value_name = "REF")]
    reference: Option<Reference>,
    /// Of this authority alone.
    #[arg(short, long, value_name = "CODE", conflicts_with = "reference")]
    authority: Option<Code>,
    /// Of this kind alone.
    #[arg(short, long, value_name = "KIND", conflicts_with = "reference")]
    kind: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 1000)]
    limit: usize,
}

impl List {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self
            .reference
            .as_ref()
            .is_some_and(|reference| reference.index.is_some())
        {
            return Err(Failure::usage(
                "records are listed as they stand; leave @INDEX out",
            ));
        }
        let (records, has_more) = at_node(session, async |connection| self.fetch(connection).await)?;
        if has_more {
            session
                .output
                .note(&format!("There are more than {}; see --limit.", self.limit));
        }
        session
            .output
            .answer(&json!({ "records": records, "more": has_more }), |_| {
                if records.is_empty() {
                    return "There is no such record.\n".to_owned();
                }
                records.iter().map(line).collect()
            })
    }

    // All pages, filtered by what the node cannot filter by.
    async fn fetch(&self, connection: &Connection) -> Result<(Vec<RecordSummary>, bool), Failure> {
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page: RecordPage = connection.client.get(&self.path(cursor.as_ref())).await?;
            let wanted = page.records.into_iter().filter(|record| {
                let name = &record.reference;
                self.reference
                    .as_ref()
                    .is_none_or(|r| r.matches(&name.authority, &name.record))
            });
            found.extend(wanted);
            cursor = page.next;
            if found.len() > self.limit || cursor.is_none() {
                let has_more = found.len() > self.limit;
                found.truncate(self.limit);
                return Ok((found, has_more));
            }
        }
    }

    fn path(&self, cursor: Option<&liaison_api::model::Reference>) -> String {
        let named = self.reference.as_ref();
        let authority = self.authority.as_ref().or_else(|| named?.authority.only());
        let kind = self.kind.as_ref().or_else(|| named?.kind.only());
        let slug = named.and_then(|named| named.slug.only());
        let cursor = cursor.map(ToString::to_string);
        query(
            "/v1/records",
            &[
                ("limit", Some("200")),
                ("authority", authority.map(Code::as_str)),
                ("kind", kind.map(String::as_str)),
                ("prefix", slug.map(String::as_str)),
                ("cursor", cursor.as_deref()),
            ],
        )
    }
}

fn line(record: &RecordSummary) -> String {
    let payload = show::awaited(record.payload);
    let status = show::status(record.status);
    let (at, audience) = (text::time(record.sequenced_at), record.audience);
    format!(
        "{:<50} {status:<9} {audience:<9} {at}{payload}\n",
        record.reference.to_string()
    )
}
