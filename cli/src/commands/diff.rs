//! `diff`: what differs between two versions of a record.

use clap::Args;
use liaison_api::model::{Data, RecordVersion, VersionCursor};
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::diff::{Difference, diff};
use liaison_records::text::visible;
use liaison_records::{Reference, kinds};
use serde_json::{Value, json};

use super::history;
use super::version::Version;
use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::session::Session;

/// Show what differs between two versions of a record.
///
/// Without versions the newest is compared with the one before it, with one version that one with the newest.
/// Both are proven, not told: their bundles are verified here.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison diff FR/practice/cameras 1.42 1.57")]
pub(crate) struct Diff {
    /// The record, as AUTHORITY/kind/slug.
    #[arg(value_name = "REF")]
    reference: Reference,
    /// The older version, EPOCH.INDEX as `history` shows it.
    #[arg(value_name = "A")]
    before: Option<VersionCursor>,
    /// The newer version.
    #[arg(value_name = "B")]
    after: Option<VersionCursor>,
}

impl Diff {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (code, record) = self
            .reference
            .single()
            .filter(|_| self.reference.index.is_none())
            .ok_or_else(|| Failure::usage(format!("‘{}’ is not one record", self.reference)))?;
        let kind = kinds::kind(record.kind())
            .ok_or_else(|| Failure::refused(format!("this release knows no kind ‘{}’", record.kind())))?;
        let (before, after, differences) = at_node(session, async |connection| {
            let versions = history::fetch(connection, &self.reference).await?;
            let (before, after) = self.choose(&versions)?;
            let one = content(connection, &code, &record, before).await?;
            let other = content(connection, &code, &record, after).await?;
            Ok((before, after, diff(kind, &one, &other)))
        })?;
        let answer = json!({
            "reference": self.reference.to_string(), "before": before, "after": after, "differences": differences,
        });
        session
            .output
            .answer(&answer, |_| told(before, after, &differences))
    }

    fn choose(&self, versions: &[RecordVersion]) -> Result<(VersionCursor, VersionCursor), Failure> {
        let cursor = |version: &RecordVersion| VersionCursor {
            epoch: version.epoch,
            index: version.index,
        };
        let known: Vec<VersionCursor> = versions.iter().map(cursor).collect();
        for named in [self.before, self.after].into_iter().flatten() {
            if !known.contains(&named) {
                return Err(Failure::not_found(format!(
                    "{} has no version {named}; see `liaison history`",
                    self.reference
                )));
            }
        }
        let newest = known.last().copied();
        let after = self.after.or(newest);
        let before = self.before.or_else(|| {
            let earlier = known.iter().rev().find(|version| Some(**version) < after);
            earlier.copied()
        });
        before
            .zip(after)
            .ok_or_else(|| Failure::not_found(format!("{} has no two versions to compare", self.reference)))
    }
}

// What a version holds; nothing where it withdrew or erased the record.
async fn content(
    connection: &Connection,
    code: &Code,
    record: &RecordName,
    version: VersionCursor,
) -> Result<Value, Failure> {
    let proven = Version::fetch(connection, code, record, Some(version.epoch), version.index).await?;
    match proven.content.map(|content| content.data) {
        Some(Data::Json(value)) => Ok(value),
        Some(Data::Base64(_)) => Err(Failure::refused(format!(
            "version {version} is in a form that this release cannot read"
        ))),
        None => Ok(Value::Null),
    }
}

fn told(before: VersionCursor, after: VersionCursor, differences: &[Difference]) -> String {
    format!("{before} → {after}\n{}", lines(differences))
}

/// What differs, field by field.
pub(super) fn lines(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "no field differs\n".to_owned();
    }
    let mut text = String::new();
    for Difference { path, before, after } in differences {
        text.push_str(&format!("{}\n", visible(path)));
        for (sign, value) in [('-', before), ('+', after)] {
            if let Some(value) = value {
                text.push_str(&format!("  {sign} {}\n", visible(&plain(value))));
            }
        }
    }
    text
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
