//! `history`: the versions of a record that had effect.

use clap::Args;
use liaison_api::model::{History as Page, RecordVersion};
use liaison_records::{Reference, text};
use serde_json::json;

use super::show;
use crate::client::contexts::{Connection, at_node};
use crate::client::trust::record_path;
use crate::failure::Failure;
use crate::session::Session;

/// Show the versions of a record, oldest first.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison history FR/practice/cameras")]
pub(crate) struct History {
    /// The record, as AUTHORITY/kind/slug.
    #[arg(value_name = "REF")]
    reference: Reference,
}

impl History {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let versions = at_node(session, async |connection| {
            fetch(connection, &self.reference).await
        })?;
        let answer = json!({ "reference": self.reference.to_string(), "versions": versions });
        session
            .output
            .answer(&answer, |_| versions.iter().map(describe).collect())
    }
}

/// All versions of a record, oldest first.
pub(super) async fn fetch(
    connection: &Connection,
    reference: &Reference,
) -> Result<Vec<RecordVersion>, Failure> {
    let path = format!("{}/history?limit=200", record_path(reference)?);
    let mut versions = Vec::new();
    let mut cursor = None;
    loop {
        let cursor_part = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let page: Page = connection.client.get(&format!("{path}{cursor_part}")).await?;
        versions.extend(page.versions);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(versions);
        }
    }
}

fn describe(version: &RecordVersion) -> String {
    let number = format!("{}.{}", version.epoch, version.index);
    let at = text::time(version.sequenced_at);
    let mut text = format!("{number:<10} {at}  {}, {}\n", version.action, version.audience);
    for signer in &version.signers {
        text.push_str(&format!("           signed by {}\n", show::signer(signer)));
    }
    if version.disputed {
        text.push_str("           disputed: a signer's key is said to have been compromised by then\n");
    }
    text
}
