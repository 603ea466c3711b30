//! `list`: records by reference.

use clap::Args;
use liaison_api::model::RecordSummary;
use liaison_records::text;
use serde_json::json;

use super::select::Selection;
use super::show;
use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::session::Session;

/// List records.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison list \"*/practice/*\"")]
pub(crate) struct List {
    #[command(flatten)]
    selection: Selection,
    /// At most so many.
    #[arg(long, default_value_t = 1000)]
    limit: usize,
}

impl List {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        self.selection.check()?;
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

    async fn fetch(&self, connection: &Connection) -> Result<(Vec<RecordSummary>, bool), Failure> {
        let mut found = Vec::new();
        let mut pages = self.selection.pages();
        while found.len() <= self.limit
            && let Some(page) = pages.next(connection).await?
        {
            found.extend(page);
        }
        let has_more = found.len() > self.limit;
        found.truncate(self.limit);
        Ok((found, has_more))
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
