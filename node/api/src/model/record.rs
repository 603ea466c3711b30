//! Records and their versions: `GET /v1/records…`.

use std::fmt;
use std::str::FromStr;

use liaison_protocol::update::{Audience, Previous};
use liaison_protocol::{Code, Hash, KeyId, Origin};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::as_of::{AsOf, Checkpoint};
use super::base64::Base64;
use super::entry::{Copies, Witnessing};
use super::reference::Reference;

/// Most records of a page.
pub const PAGE_MAX: usize = 200;
/// Most versions of a page of a history.
pub const HISTORY_PAGE_MAX: usize = 200;

/// Which records are asked for, in the order of their references.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordQuery {
    /// Of this authority alone.
    pub authority: Option<Code>,
    /// Of this kind alone.
    pub kind: Option<String>,
    /// Whose slug starts with this.
    pub prefix: Option<String>,
    /// Only those after this one.
    pub after: Option<Reference>,
    /// At most so many, 1 to [`PAGE_MAX`].
    pub limit: usize,
    /// As they stood then; none: as they stand.
    pub as_of: Option<AsOf>,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordPage {
    /// The records, by reference.
    pub records: Vec<RecordSummary>,
    /// What `cursor` asks for the next page with; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Reference>,
    /// The checkpoints that `as_of` came to, with which the next page is asked for; empty without one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checkpoints: Vec<Checkpoint>,
}

/// A record without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordSummary {
    /// Its name.
    pub reference: Reference,
    /// Whether it stands.
    pub status: RecordStatus,
    /// Who may read it: `CLEAR`, `GREEN`, `AMBER` or `RED`.
    #[schema(value_type = String, example = "AMBER")]
    pub audience: Audience,
    /// Whether its payload is here.
    pub payload: PayloadState,
    /// Epoch of the log that holds its last change with effect.
    pub epoch: u32,
    /// The entry there.
    pub index: u64,
    /// When that entry was sequenced.
    pub sequenced_at: u64,
    /// Whether a signer is said to have been compromised by then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disputed: bool,
}

/// Whether a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordStatus {
    /// It stands.
    Current,
    /// It was withdrawn; its history stands.
    Withdrawn,
    /// It was erased.
    Erased,
}

/// Whether a payload is on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PayloadState {
    /// It is here.
    Held,
    /// It is missing and asked for.
    Wanted,
    /// This authority may not read it.
    NotEntitled,
    /// It was erased, or the change has none.
    None,
}

/// The current state of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Record {
    /// Its name.
    pub reference: Reference,
    /// Whether it stands.
    pub status: RecordStatus,
    /// Who may read it: `CLEAR`, `GREEN`, `AMBER` or `RED`.
    #[schema(value_type = String, example = "AMBER")]
    pub audience: Audience,
    /// Whether its payload is here.
    pub payload: PayloadState,
    /// Its content; absent when the payload is not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// The log that holds its last change with effect.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// SHA-256 of the origin: names the log in paths.
    #[schema(value_type = String)]
    pub origin_hash: Hash,
    /// What the next change of this record must name as its `previous`: that last change.
    #[schema(value_type = PreviousSchema)]
    pub previous: Previous,
    /// When its entry was sequenced.
    pub sequenced_at: u64,
    /// Who signed it.
    pub signers: Vec<Signer>,
    /// Whether a signer is said to have been compromised by then.
    pub disputed: bool,
    /// The day since which its review is overdue, so that what it says may be out of date; absent while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-05-01")]
    pub stale_since: Option<String>,
    /// Whether its entry is durable on the authority's own node.
    pub published: bool,
    /// Who cosigned a head that covers its entry.
    pub witnessed: Witnessing,
    /// How many other nodes hold its payload; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<Copies>,
    /// The checkpoint that `as_of` came to; absent without one: it is the record as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Checkpoint>,
}

/// The entry that holds a record's last change with effect.
#[derive(ToSchema)]
#[schema(as = Previous)]
#[allow(dead_code)] // describes a type of another crate
pub(crate) struct PreviousSchema {
    /// Epoch of the log.
    epoch: u32,
    /// The entry.
    index: u64,
    /// Its leaf hash.
    leaf_hash: String,
}

/// What a payload holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Content {
    /// Media type of the record.
    pub media_type: String,
    /// The record itself.
    #[serde(flatten)]
    pub data: Data,
    /// Files that belong to it.
    pub attachments: Vec<Attachment>,
}

/// The record in a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Data {
    /// In JSON, as its kind describes it.
    Json(serde_json::Value),
    /// Of a kind or media type that this release does not know, or not in that form.
    Base64(Base64),
}

/// A file that belongs to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// Root of its tree.
    #[schema(value_type = String)]
    pub digest: Hash,
    /// Bytes.
    pub size: u64,
    /// File name.
    pub name: String,
}

/// An administrator's key that signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signer {
    /// Its id.
    #[schema(value_type = String)]
    pub key_id: KeyId,
    /// The function in its mandate; never a person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// The entry of the log that holds its mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate: Option<u64>,
}

/// Which versions are asked for, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Only those after this one.
    pub after: Option<VersionCursor>,
    /// At most so many, 1 to [`HISTORY_PAGE_MAX`].
    pub limit: usize,
}

/// Which records that name another one are asked for, in the order of their references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferrerQuery {
    /// Of this kind.
    pub kind: String,
    /// Only those after this one.
    pub after: Option<Reference>,
    /// At most so many, 1 to [`PAGE_MAX`].
    pub limit: usize,
}

/// A page of the records that name another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReferrerPage {
    /// Those that stand and whose content is here, by reference.
    pub records: Vec<Record>,
    /// How many records of the kind were passed over, because their content is not here: they may name it or not.
    pub unread: usize,
    /// What `cursor` asks for the next page with; absent on the last one. A page may hold none and have a next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Reference>,
}

/// Names a version of a record by its entry: `epoch.index`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VersionCursor {
    /// Epoch of the log.
    pub epoch: u32,
    /// The entry.
    pub index: u64,
}

/// A page of a record's versions with effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct History {
    /// The record.
    pub reference: Reference,
    /// Its versions, oldest first.
    pub versions: Vec<RecordVersion>,
    /// What `cursor` asks for the next page with; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<VersionCursor>,
}

/// One change with effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordVersion {
    /// Epoch of the log.
    pub epoch: u32,
    /// The entry.
    pub index: u64,
    /// The change within it, from 0.
    pub change: u32,
    /// Leaf hash of the entry.
    #[schema(value_type = String)]
    pub leaf_hash: Hash,
    /// When the entry was sequenced.
    pub sequenced_at: u64,
    /// `put`, `withdraw`, `erase` or `cancel`.
    pub action: String,
    /// Who may read the record from then on.
    #[schema(value_type = String, example = "AMBER")]
    pub audience: Audience,
    /// Digest of the payload that stands from then on.
    #[schema(value_type = String)]
    pub digest: Hash,
    /// Its size in bytes.
    pub size: u64,
    /// Who signed.
    pub signers: Vec<Signer>,
    /// Whether a signer is said to have been compromised by then.
    pub disputed: bool,
    /// Whether the record stands from then on.
    pub status: RecordStatus,
}

/// A page of changes of a record that had no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VoidChanges {
    /// The record.
    pub reference: Reference,
    /// The changes, oldest first.
    pub changes: Vec<VoidChange>,
    /// What `cursor` asks for the next page with; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub next: Option<VersionCursor>,
}

/// A change that had no effect: its whole update had none. Its entry stands in the log all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VoidChange {
    /// Epoch of the log.
    pub epoch: u32,
    /// The entry.
    pub index: u64,
    /// The change within it, from 0.
    pub change: u32,
    /// When the entry was sequenced.
    pub sequenced_at: u64,
    /// `put`, `withdraw`, `erase` or `cancel`.
    pub action: String,
    /// Whom it names as its signers; that they signed it is not said.
    pub signers: Vec<Signer>,
    /// Why, as a stable word.
    #[schema(example = "stale")]
    pub code: String,
    /// Why, in words.
    pub reason: String,
}

impl Content {
    /// The day since which the record's review is overdue at this time (Unix, milliseconds).
    pub fn stale_since(&self, now: u64) -> Option<String> {
        match &self.data {
            Data::Json(record) => liaison_records::stale_since(record, now).map(|day| day.to_string()),
            Data::Base64(_) => None,
        }
    }

    /// Takes the payload of a record apart as the interface shows it.
    pub fn new(
        name: &liaison_protocol::update::RecordName,
        payload: liaison_protocol::update::Payload,
    ) -> Content {
        let json = liaison_records::record(name, &payload).ok();
        let attachment = |a: liaison_protocol::update::Attachment| Attachment {
            digest: a.digest,
            size: a.size,
            name: a.name,
        };
        Content {
            media_type: payload.media_type,
            data: json.map_or_else(|| Data::Base64(Base64(payload.record)), Data::Json),
            attachments: payload.attachments.into_iter().map(attachment).collect(),
        }
    }
}

impl FromStr for VersionCursor {
    type Err = String;

    fn from_str(text: &str) -> Result<VersionCursor, String> {
        let parts = text.split_once('.').and_then(|(epoch, index)| {
            Some(VersionCursor {
                epoch: epoch.parse().ok()?,
                index: index.parse().ok()?,
            })
        });
        parts
            .filter(|cursor| cursor.to_string() == text)
            .ok_or_else(|| "a version is named by epoch and entry, as 1.42".to_owned())
    }
}

impl fmt::Display for VersionCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.index)
    }
}

impl TryFrom<String> for VersionCursor {
    type Error = String;

    fn try_from(text: String) -> Result<VersionCursor, String> {
        text.parse()
    }
}

impl From<VersionCursor> for String {
    fn from(cursor: VersionCursor) -> String {
        cursor.to_string()
    }
}

impl utoipa::PartialSchema for VersionCursor {
    fn schema() -> RefOr<Schema> {
        super::text("A version of a record, by epoch and entry", "1.42")
    }
}

impl ToSchema for VersionCursor {}
