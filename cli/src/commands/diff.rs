//! `diff`: what differs between two versions of a record.

use std::str::FromStr;

use clap::Args;
use liaison_api::model::{AsOf, Data, Record, VersionCursor};
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::diff::{Difference, diff};
use liaison_records::text::visible;
use liaison_records::{Reference, kinds};
use serde_json::{Value, json};

use super::history;
use super::version::Version;
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::client::trust::record_path;
use crate::failure::Failure;
use crate::session::Session;

/// Show what differs between two versions of a record, or between what stood on two days.
///
/// Without versions the newest is compared with the one before it, with one version that one with the newest. Both are
/// proven, not told: their bundles are verified here. Which version stood on a day is what the node says of it.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison diff FR/practice/cameras 1.42 1.57\n  liaison diff FR/practice/cameras 2026-01-31 \
                  2026-06-30"
)]
pub(crate) struct Diff {
    /// The record, as AUTHORITY/kind/slug.
    #[arg(value_name = "REF")]
    reference: Reference,
    /// The older version: EPOCH.INDEX as `history` shows it, or a day or time at which it stood, witnessed.
    #[arg(value_name = "A")]
    before: Option<Place>,
    /// The newer version, likewise.
    #[arg(value_name = "B")]
    after: Option<Place>,
}

/// A version, by its place in the log or by when it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Version(VersionCursor),
    AsOf(AsOf),
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Place, String> {
        match (text.parse(), text.parse()) {
            (Ok(version), _) => Ok(Place::Version(version)),
            (_, Ok(as_of)) => Ok(Place::AsOf(as_of)),
            _ => Err("a version as 1.42, or a day or time as 2026-03-01T12:00:00Z, is expected".to_owned()),
        }
    }
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
            let (before, after) = self.choose(connection).await?;
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

    // The two versions; none where no version stood then.
    async fn choose(
        &self,
        connection: &Connection,
    ) -> Result<(Option<VersionCursor>, Option<VersionCursor>), Failure> {
        let known: Vec<VersionCursor> = history::fetch(connection, &self.reference)
            .await?
            .iter()
            .map(|version| cursor(version.epoch, version.index))
            .collect();
        let after = match &self.after {
            Some(place) => self.find(connection, place, &known).await?,
            None => known.last().copied(),
        };
        let before = match &self.before {
            Some(place) => self.find(connection, place, &known).await?,
            None => known
                .iter()
                .rev()
                .find(|version| Some(**version) < after)
                .copied(),
        };
        let has_two = before.is_some() || matches!(self.before, Some(Place::AsOf(_)));
        match has_two && after.is_some() {
            true => Ok((before, after)),
            false => Err(Failure::not_found(format!(
                "{} has no two versions to compare",
                self.reference
            ))),
        }
    }

    async fn find(
        &self,
        connection: &Connection,
        place: &Place,
        known: &[VersionCursor],
    ) -> Result<Option<VersionCursor>, Failure> {
        let reference = &self.reference;
        match place {
            Place::Version(named) if known.contains(named) => Ok(Some(*named)),
            Place::Version(named) => Err(Failure::not_found(format!(
                "{reference} has no version {named}; see `liaison history`"
            ))),
            Place::AsOf(as_of) => {
                let path = query(&record_path(reference)?, &[("as_of", Some(&as_of.to_string()))]);
                let found = connection.client.find::<Record>(&path).await?;
                Ok(found.map(|record| cursor(record.previous.epoch, record.previous.index)))
            }
        }
    }
}

fn cursor(epoch: u32, index: u64) -> VersionCursor {
    VersionCursor { epoch, index }
}

// What a version holds; nothing where it withdrew or erased the record, or where there is none.
async fn content(
    connection: &Connection,
    code: &Code,
    record: &RecordName,
    version: Option<VersionCursor>,
) -> Result<Value, Failure> {
    let Some(version) = version else {
        return Ok(Value::Null);
    };
    let proven = Version::fetch(connection, code, record, Some(version.epoch), version.index).await?;
    match proven.content.map(|content| content.data) {
        Some(Data::Json(value)) => Ok(value),
        Some(Data::Base64(_)) => Err(Failure::refused(format!(
            "version {version} is in a form that this release cannot read"
        ))),
        None => Ok(Value::Null),
    }
}

fn told(before: Option<VersionCursor>, after: Option<VersionCursor>, differences: &[Difference]) -> String {
    let name = |version: Option<VersionCursor>| version.map_or("none".to_owned(), |it| it.to_string());
    format!("{} → {}\n{}", name(before), name(after), lines(differences))
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
