//! `draft new`, `edit` and `accept`: where drafts come from.

use std::path::PathBuf;

use clap::Args;
use liaison_api::model::{CheckedDraft, Data, NewComment, Record, VersionCursor};
use liaison_authority::drafts::{DraftChange, NewDraft};
use liaison_protocol::update::{Audience, RecordName};
use liaison_records::Reference;

use super::super::base::Base;
use super::super::put::parse_audience;
use super::super::source::Source;
use super::super::submit::own_log;
use super::{answer, draft_file, path};
use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::session::Session;

/// Begin a draft from a file.
///
/// The file may still break rules of its kind: what is to be mended is said, and must be before it is submitted. Beside
/// it, FILE.draft notes which draft it holds.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft new practice.cameras.json")]
pub(crate) struct New {
    /// The record, as JSON or YAML.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The record's name, kind/slug; without it, by the file's name.
    #[arg(long, value_name = "KIND/SLUG")]
    record: Option<RecordName>,
    /// Who is to read it: clear, green or amber.
    #[arg(long, value_name = "TLP", value_parser = parse_audience)]
    audience: Option<Audience>,
}

impl New {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let source = Source::open(&self.file, self.record, None)?;
        let new = NewDraft {
            base: source.base.and_then(version),
            record: source.record,
            audience: self.audience,
            content: source.value,
            suggestion: None,
        };
        let made: CheckedDraft = at_node(session, async |connection| {
            connection.client.post("/v1/drafts", &new).await
        })?;
        draft_file::note(session, &self.file, &made.draft);
        answer(session, &made)
    }
}

/// Put a file in the place of what a draft says.
///
/// FILE.draft beside it says which draft it holds, and which revision it was made from: another one is never overwritten
/// unseen. `draft new FILE` and `draft show ID -o FILE` write that note.
#[derive(Debug, Args)]
#[command(
    allow_missing_positional = true,
    after_help = "Example:\n  liaison draft edit practice.cameras.json"
)]
pub(crate) struct Edit {
    /// The draft; without it, the one that is noted beside the file.
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// The record, as JSON or YAML.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Who is to read it: clear, green or amber; without this it stays as it is.
    #[arg(long, value_name = "TLP", value_parser = parse_audience)]
    audience: Option<Audience>,
    /// The revision that was edited; without this, the one that is noted beside the file.
    #[arg(long, value_name = "N")]
    revision: Option<u64>,
}

impl Edit {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let seen = draft_file::seen(&self.file, self.id, self.revision)?;
        let path = path(&seen.id)?;
        let changed: CheckedDraft = at_node(session, async |connection| {
            let CheckedDraft { draft, .. } = connection.client.get(&path).await?;
            let source = Source::open(&self.file, Some(draft.record), None)?;
            let change = DraftChange {
                revision: seen.revision,
                audience: self.audience.or(draft.audience),
                content: source.value,
                base: source.base.and_then(version).or(draft.base),
            };
            connection.client.put(&path, &change).await
        })?;
        draft_file::note(session, &self.file, &changed.draft);
        answer(session, &changed)
    }
}

/// Make a draft of what another authority suggests.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft accept COE/suggestion/s9u8g7g6e5s4t3i2o1n0")]
pub(crate) struct Accept {
    /// The suggestion.
    #[arg(value_name = "REF")]
    reference: Reference,
}

impl Accept {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let (code, name) = self
            .reference
            .single()
            .filter(|(_, name)| name.kind() == "suggestion")
            .ok_or_else(|| Failure::usage(format!("‘{}’ is not one suggestion", self.reference)))?;
        let made = at_node(session, async |connection| {
            let own = own_log(connection).await?.origin.authority();
            let told: Record = connection
                .client
                .get(&format!("/v1/records/{code}/{name}"))
                .await?;
            let Some(Data::Json(suggestion)) = told.content.map(|content| content.data) else {
                return Err(Failure::refused(format!(
                    "what {} suggests is not here",
                    self.reference
                )));
            };
            if suggestion["authority"] != own.as_str() {
                return Err(Failure::refused(format!(
                    "{} is for another authority",
                    self.reference
                )));
            }
            let record = suggestion["record"].as_str().unwrap_or_default();
            let record: RecordName = record
                .parse()
                .map_err(|error| Failure::refused(format!("{}: {error}", self.reference)))?;
            let new = NewDraft {
                base: newest(connection, &format!("{own}/{record}")).await?,
                record,
                audience: None,
                content: suggestion["content"].clone(),
                suggestion: Some(format!("{code}/{name}@{}", told.previous.index)),
            };
            let made: CheckedDraft = connection.client.post("/v1/drafts", &new).await?;
            let text = format!("suggested by {}", self.reference);
            let path = format!("{}/comments", path(&made.draft.id)?);
            connection
                .client
                .post::<CheckedDraft>(&path, &NewComment { text })
                .await
        })?;
        answer(session, &made)
    }
}

fn version(base: Base) -> Option<String> {
    match base {
        Base::Nothing => None,
        Base::Version(version, _) => Some(version.to_string()),
    }
}

async fn newest(connection: &Connection, reference: &str) -> Result<Option<String>, Failure> {
    let stands: Option<Record> = connection
        .client
        .find(&format!("/v1/records/{reference}"))
        .await?;
    Ok(stands.map(|record| {
        let (epoch, index) = (record.previous.epoch, record.previous.index);
        VersionCursor { epoch, index }.to_string()
    }))
}
