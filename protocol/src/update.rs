//! Updates, changes and payloads: what administrators sign (specification, section 6).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::charter::{optional_hash, required_hash};
use crate::dsse::{Body, FormatError, decode};
use crate::hash::Hash;
use crate::origin::{NameError, Origin};
use crate::proto;

/// Largest payload in bytes, salt included.
pub const PAYLOAD_SIZE_MAX: u64 = 1 << 20;

/// Bytes of random salt before a payload.
pub const SALT_SIZE: usize = 32;

/// The name of a record within its authority: `kind/slug`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordName {
    kind: String,
    slug: String,
}

impl RecordName {
    /// The kind: `[a-z][a-z-]{1,31}`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The slug: `[A-Za-z0-9][A-Za-z0-9:._+-]{0,63}`.
    pub fn slug(&self) -> &str {
        &self.slug
    }
}

/// Why text is no record name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("‘{0}’ is no record name: kind/slug is expected, as in practice/body-worn-cameras")]
pub struct RecordNameError(String);

impl FromStr for RecordName {
    type Err = RecordNameError;

    fn from_str(text: &str) -> Result<RecordName, RecordNameError> {
        let (kind, slug) = text
            .split_once('/')
            .ok_or_else(|| RecordNameError(text.to_owned()))?;
        let kind_ok = (2..=32).contains(&kind.len())
            && kind.starts_with(|c: char| c.is_ascii_lowercase())
            && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        let slug_ok = (1..=64).contains(&slug.len())
            && slug.starts_with(|c: char| c.is_ascii_alphanumeric())
            && slug
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b":._+-".contains(&b));
        if kind_ok && slug_ok {
            Ok(RecordName {
                kind: kind.to_owned(),
                slug: slug.to_owned(),
            })
        } else {
            Err(RecordNameError(text.to_owned()))
        }
    }
}

impl TryFrom<String> for RecordName {
    type Error = RecordNameError;

    fn try_from(text: String) -> Result<RecordName, RecordNameError> {
        text.parse()
    }
}

impl From<RecordName> for String {
    fn from(name: RecordName) -> String {
        name.to_string()
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.slug)
    }
}

/// TLP 2.0 labels, from open to closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Audience {
    /// Anyone.
    Clear,
    /// All standings.
    Green,
    /// Members and secretariat.
    Amber,
    /// Named recipients; sealed.
    Red,
}

impl Audience {
    /// Its number in the schemas.
    pub fn to_proto(self) -> proto::Audience {
        match self {
            Audience::Clear => proto::Audience::Clear,
            Audience::Green => proto::Audience::Green,
            Audience::Amber => proto::Audience::Amber,
            Audience::Red => proto::Audience::Red,
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Audience::Clear => "TLP:CLEAR",
            Audience::Green => "TLP:GREEN",
            Audience::Amber => "TLP:AMBER",
            Audience::Red => "TLP:RED",
        })
    }
}

impl FromStr for Audience {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Audience, NameError> {
        match label(&text.to_uppercase()) {
            "CLEAR" => Ok(Audience::Clear),
            "GREEN" => Ok(Audience::Green),
            "AMBER" => Ok(Audience::Amber),
            "RED" => Ok(Audience::Red),
            _ => Err(NameError::Code(text.to_owned())),
        }
    }
}

fn label(text: &str) -> &str {
    text.strip_prefix("TLP:").unwrap_or(text)
}

/// A signed set of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// The log that it is for.
    pub origin: Origin,
    /// Unix time in milliseconds, by the administrator's clock.
    pub created_at: u64,
    /// 1 to 64, each record at most once.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happens.
    pub action: Action,
    /// To which record.
    pub record: RecordName,
    /// The record's last change with effect.
    pub previous: Option<Previous>,
}

/// What happens to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It gets a new version.
    Put {
        /// Who may read it.
        audience: Audience,
        /// Digest of the payload.
        digest: Hash,
        /// Bytes of the payload.
        size: u64,
    },
    /// It no longer stands; its history does.
    Withdraw,
    /// All its payloads go.
    Erase,
    /// An erase in quarantine is taken back.
    Cancel,
}

impl Action {
    /// Its number in the schemas.
    pub fn number(&self) -> i32 {
        let action = match self {
            Action::Put { .. } => proto::Action::Put,
            Action::Withdraw => proto::Action::Withdraw,
            Action::Erase => proto::Action::Erase,
            Action::Cancel => proto::Action::Cancel,
        };
        action.into()
    }

    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Action::Put { .. } => "put",
            Action::Withdraw => "withdraw",
            Action::Erase => "erase",
            Action::Cancel => "cancel",
        }
    }
}

/// The entry that holds a record's last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Previous {
    /// Epoch of the log.
    pub epoch: u32,
    /// The entry.
    pub index: u64,
    /// Its leaf hash.
    pub leaf_hash: Hash,
}

impl Body for Update {
    type Proto = proto::Update;
    const MESSAGE: &'static str = "Update";
    const TYPE: &'static str = "update";
    // The leaf around it has at most 16 KiB.
    const SIZE_MAX: usize = 15 << 10;
    const SIGNATURES_MAX: usize = 8;

    fn from_proto(proto: proto::Update) -> Result<Update, FormatError> {
        let origin = proto
            .origin
            .parse()
            .map_err(|e| FormatError::field("origin", e))?;
        if !(1..=64).contains(&proto.changes.len()) {
            return Err(FormatError::field(
                "changes",
                format!("1 to 64 are allowed, not {}", proto.changes.len()),
            ));
        }
        let changes: Vec<Change> = proto
            .changes
            .iter()
            .enumerate()
            .map(|(i, c)| change(i, c))
            .collect::<Result<_, _>>()?;
        let distinct: BTreeSet<&RecordName> = changes.iter().map(|c| &c.record).collect();
        if distinct.len() != changes.len() {
            return Err(FormatError::field(
                "changes",
                "a record stands in more than one change",
            ));
        }
        Ok(Update {
            origin,
            created_at: proto.created_at,
            changes,
        })
    }
}

fn change(i: usize, proto: &proto::Change) -> Result<Change, FormatError> {
    let at = |field: &str| format!("changes[{i}].{field}");
    let record = proto
        .record
        .parse()
        .map_err(|e| FormatError::field(at("record"), e))?;
    let action = match proto::Action::try_from(proto.action) {
        Ok(proto::Action::Put) => put(i, proto)?,
        Ok(proto::Action::Withdraw) => Action::Withdraw,
        Ok(proto::Action::Erase) => Action::Erase,
        Ok(proto::Action::Cancel) => Action::Cancel,
        Ok(proto::Action::Unspecified) | Err(_) => {
            return Err(FormatError::field(
                at("action"),
                format!("unknown action {}", proto.action),
            ));
        }
    };
    let bare = proto.digest.is_empty() && proto.size == 0 && proto.audience == 0;
    if !matches!(action, Action::Put { .. }) && !bare {
        return Err(FormatError::field(
            at("digest"),
            "only a put names audience, digest and size",
        ));
    }
    let previous = proto
        .previous
        .as_ref()
        .map(|p| previous(&at("previous"), p))
        .transpose()?;
    Ok(Change {
        action,
        record,
        previous,
    })
}

fn put(i: usize, proto: &proto::Change) -> Result<Action, FormatError> {
    let at = |field: &str| format!("changes[{i}].{field}");
    let audience = match proto::Audience::try_from(proto.audience) {
        Ok(proto::Audience::Clear) => Audience::Clear,
        Ok(proto::Audience::Green) => Audience::Green,
        Ok(proto::Audience::Amber) => Audience::Amber,
        Ok(proto::Audience::Red) => Audience::Red,
        Ok(proto::Audience::Unspecified) | Err(_) => {
            return Err(FormatError::field(
                at("audience"),
                format!("unknown audience {}", proto.audience),
            ));
        }
    };
    if proto.size <= SALT_SIZE as u64 || proto.size > PAYLOAD_SIZE_MAX {
        return Err(FormatError::field(
            at("size"),
            format!("33 to {PAYLOAD_SIZE_MAX} bytes are allowed"),
        ));
    }
    Ok(Action::Put {
        audience,
        digest: required_hash(&at("digest"), &proto.digest)?,
        size: proto.size,
    })
}

fn previous(field: &str, proto: &proto::Previous) -> Result<Previous, FormatError> {
    let leaf_hash = optional_hash(field, &proto.leaf_hash)?
        .ok_or_else(|| FormatError::field(field, "names no leaf hash"))?;
    Ok(Previous {
        epoch: proto.epoch,
        index: proto.index,
        leaf_hash,
    })
}

impl Previous {
    /// The message of the schemas.
    pub fn to_proto(self) -> proto::Previous {
        proto::Previous {
            epoch: self.epoch,
            index: self.index,
            leaf_hash: self.leaf_hash.0.to_vec(),
        }
    }
}

/// The digest by which a change names its payload:
/// SHA-256(`"liaison/payload/v1"` ‖ 0x00 ‖ payload), salt included.
pub fn payload_digest(payload: &[u8]) -> Hash {
    Hash::of_parts(&[b"liaison/payload/v1", &[0], payload])
}

/// A payload taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Media type of the record.
    pub media_type: String,
    /// The record.
    pub record: Vec<u8>,
    /// Files that belong to it.
    pub attachments: Vec<Attachment>,
}

/// A file that belongs to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Root of its tree.
    pub digest: Hash,
    /// Bytes.
    pub size: u64,
    /// File name.
    pub name: String,
}

impl Payload {
    /// The payload's bytes with this salt, which must be random and used once.
    pub fn to_bytes(&self, salt: &[u8; SALT_SIZE]) -> Vec<u8> {
        let attachment = |a: &Attachment| proto::Attachment {
            digest: a.digest.0.to_vec(),
            size: a.size,
            name: a.name.clone(),
        };
        let message = proto::Payload {
            media_type: self.media_type.clone(),
            record: self.record.clone(),
            attachments: self.attachments.iter().map(attachment).collect(),
        };
        [&salt[..], &prost::Message::encode_to_vec(&message)].concat()
    }

    /// Takes a payload apart.
    pub fn from_bytes(bytes: &[u8]) -> Result<Payload, FormatError> {
        let body = bytes
            .get(SALT_SIZE..)
            .ok_or_else(|| FormatError::field("payload", "is shorter than its salt"))?;
        let proto: proto::Payload = decode("Payload", body, PAYLOAD_SIZE_MAX as usize)?;
        let attachment = |a: &proto::Attachment| {
            let named = !a.name.is_empty() && a.name.len() <= 255 && !a.name.contains(['/', '\\', '\0']);
            if !named {
                return Err(FormatError::field(
                    "attachments.name",
                    "1 to 255 bytes without slash are expected",
                ));
            }
            Ok(Attachment {
                digest: required_hash("attachments.digest", &a.digest)?,
                size: a.size,
                name: a.name.clone(),
            })
        };
        let attachments = proto
            .attachments
            .iter()
            .map(attachment)
            .collect::<Result<_, _>>()?;
        Ok(Payload {
            media_type: proto.media_type,
            record: proto.record,
            attachments,
        })
    }
}
