//! `history`: the versions of a record that had effect.

use clap::Args;
use liaison_api::model::{History as Page, RecordVersion, Signer, VersionCursor, VoidChange, VoidChanges};
use liaison_records::{Reference, text};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::show;
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::client::trust::record_path;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Show the versions of a record, oldest first, and what was tried in vain.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison history FR/practice/cameras")]
pub(crate) struct History {
    /// The record, as AUTHORITY/kind/slug.
    #[arg(value_name = "REF")]
    reference: Reference,
}

impl History {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (versions, voids) = at_node(session, async |connection| {
            let voids = fetch_voids(connection, &self.reference).await?;
            match fetch(connection, &self.reference).await {
                // All that was tried may have been in vain.
                Err(failure) if failure.exit == Exit::NotFound && !voids.is_empty() => {
                    Ok((Vec::new(), voids))
                }
                versions => Ok((versions?, voids)),
            }
        })?;
        let answer = json!({ "reference": self.reference.to_string(), "versions": versions, "void": voids });
        session.output.answer(&answer, |_| {
            let versions = versions.iter().map(|it| ((it.epoch, it.index), describe(it)));
            let voids = voids.iter().map(|it| ((it.epoch, it.index), describe_void(it)));
            let mut lines: Vec<_> = versions.chain(voids).collect();
            lines.sort_by_key(|(place, _)| *place);
            lines.into_iter().map(|(_, line)| line).collect()
        })
    }
}

/// All versions of a record, oldest first.
pub(super) async fn fetch(
    connection: &Connection,
    reference: &Reference,
) -> Result<Vec<RecordVersion>, Failure> {
    let path = format!("{}/history", record_path(reference)?);
    all(connection, &path, |page: Page| (page.versions, page.next)).await
}

// All changes of a record that had no effect, oldest first.
async fn fetch_voids(connection: &Connection, reference: &Reference) -> Result<Vec<VoidChange>, Failure> {
    let path = format!("{}/void", record_path(reference)?);
    all(connection, &path, |page: VoidChanges| (page.changes, page.next)).await
}

async fn all<P: DeserializeOwned, T>(
    connection: &Connection,
    path: &str,
    read: impl Fn(P) -> (Vec<T>, Option<VersionCursor>),
) -> Result<Vec<T>, Failure> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let parameters = [("limit", Some("200")), ("cursor", cursor.as_deref())];
        let (items, next) = read(connection.client.get(&query(path, &parameters)).await?);
        found.extend(items);
        cursor = next.map(|next| next.to_string());
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

fn describe(version: &RecordVersion) -> String {
    let number = format!("{}.{}", version.epoch, version.index);
    let at = text::time(version.sequenced_at);
    let mut text = format!("{number:<10} {at}  {}, {}\n", version.action, version.audience);
    text.push_str(&signed("signed by", &version.signers));
    if version.disputed {
        text.push_str("           disputed: a signer's key is said to have been compromised by then\n");
    }
    text
}

fn describe_void(change: &VoidChange) -> String {
    let number = format!("{}.{}", change.epoch, change.index);
    let at = text::time(change.sequenced_at);
    let (action, reason) = (text::visible(&change.action), text::visible(&change.reason));
    format!(
        "{number:<10} {at}  {action}, void: {reason}\n{}",
        signed("names as signer", &change.signers)
    )
}

fn signed(how: &str, signers: &[Signer]) -> String {
    let line = |signer: &Signer| {
        let mandate = signer.mandate;
        let mandate = mandate.map_or_else(String::new, |entry| format!(", mandated in entry {entry}"));
        format!("           {how} {}{mandate}\n", show::signer(signer))
    };
    signers.iter().map(line).collect()
}
