//! Entries: the leaves of a log (specification, section 7).

use crate::charter::{position, required_hash};
use crate::dsse::{FormatError, Signed, decode};
use crate::hash::Hash;
use crate::origin::Position;
use crate::proto::{self, entry::Content as Wire};
use crate::statement::Statement;
use crate::tlog::tree::leaf_hash;
use crate::update::Update;

/// Largest leaf in bytes.
pub const LEAF_SIZE_MAX: usize = 16 << 10;

/// A leaf as it is held: its bytes, or only its hash after a redaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaf<'a> {
    /// The bytes.
    Bytes(&'a [u8]),
    /// The hash of a redacted leaf.
    Redacted(Hash),
}

impl Leaf<'_> {
    /// The RFC 6962 leaf hash.
    pub fn hash(&self) -> Hash {
        match self {
            Leaf::Bytes(bytes) => leaf_hash(bytes),
            Leaf::Redacted(hash) => *hash,
        }
    }
}

/// A decoded entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Unix time in milliseconds.
    pub sequenced_at: u64,
    /// What was sequenced.
    pub content: Content,
}

/// What was sequenced.
// An entry is read, judged and dropped; nobody holds many.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A signed update.
    Update(Signed<Update>),
    /// A signed statement.
    Statement(Signed<Statement>),
    /// A charter version is named.
    Naming(Naming),
}

/// Names a charter version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// Its hash.
    pub hash: Hash,
    /// The end of the epoch before, in entry 1 of an epoch above 1.
    pub predecessor: Option<Position>,
}

impl Entry {
    /// Reads a leaf. What an update or a statement holds is read too.
    pub fn from_bytes(bytes: &[u8]) -> Result<Entry, FormatError> {
        let proto: proto::Entry = decode("Entry", bytes, LEAF_SIZE_MAX)?;
        let content = match proto.content {
            Some(Wire::Update(envelope)) => Content::Update(Signed::from_envelope(envelope)?),
            Some(Wire::Statement(envelope)) => Content::Statement(Signed::from_envelope(envelope)?),
            Some(Wire::Charter(naming)) => Content::Naming(Naming {
                hash: required_hash("charter.hash", &naming.hash)?,
                predecessor: naming
                    .predecessor
                    .map(|p| position("charter.predecessor", &p))
                    .transpose()?,
            }),
            None => return Err(FormatError::field("content", "is missing or unknown")),
        };
        Ok(Entry {
            sequenced_at: proto.sequenced_at,
            content,
        })
    }

    /// The update that it carries, if it is one.
    pub fn update(&self) -> Option<&Update> {
        match &self.content {
            Content::Update(update) => Some(update.value()),
            _ => None,
        }
    }

    /// Reads only the time of a leaf, whatever its content.
    pub fn sequenced_at(bytes: &[u8]) -> Option<u64> {
        Some(Head::read(bytes)?.sequenced_at)
    }

    /// The time of a leaf that carries an update, which itself is not read.
    pub fn time_of_update(bytes: &[u8]) -> Option<u64> {
        let head = Head::read(bytes)?;
        head.update.map(|()| head.sequenced_at)
    }

    /// The leaf's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let content = match &self.content {
            Content::Update(update) => Wire::Update(update.envelope().clone()),
            Content::Statement(statement) => Wire::Statement(statement.envelope().clone()),
            Content::Naming(naming) => Wire::Charter(proto::Naming {
                hash: naming.hash.0.to_vec(),
                predecessor: naming.predecessor.as_ref().map(Position::to_proto),
            }),
        };
        prost::Message::encode_to_vec(&proto::Entry {
            sequenced_at: self.sequenced_at,
            content: Some(content),
        })
    }
}

/// An entry of which what it carries is passed over: no memory is asked for.
#[derive(Clone, PartialEq, prost::Message)]
struct Head {
    #[prost(uint64, tag = "1")]
    sequenced_at: u64,
    #[prost(message, optional, tag = "2")]
    update: Option<()>,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Head> {
        decode("Entry", bytes, LEAF_SIZE_MAX).ok()
    }
}
