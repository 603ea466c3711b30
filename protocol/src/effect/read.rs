//! A leaf read ahead of the fold: all of its effect that does not depend on what stands before it, so that any
//! core may work on it in any order.

use crate::entry::{Content, Entry, Leaf};
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};

/// A leaf that was read for [`super::step_read`], its signatures perhaps verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadLeaf {
    pub(super) hash: Hash,
    pub(super) content: Read,
    pub(super) verified: bool,
}

/// What was read.
// One is read, folded and dropped.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read {
    Redacted,
    Entry(Entry),
    Malformed { cause: String, sequenced_at: u64 },
}

impl ReadLeaf {
    /// Reads a leaf.
    pub fn new(leaf: Leaf<'_>) -> ReadLeaf {
        let content = match leaf {
            Leaf::Redacted(_) => Read::Redacted,
            Leaf::Bytes(bytes) => match Entry::from_bytes(bytes) {
                Ok(entry) => Read::Entry(entry),
                Err(cause) => Read::Malformed {
                    cause: cause.to_string(),
                    sequenced_at: Entry::sequenced_at(bytes).unwrap_or(0),
                },
            },
        };
        ReadLeaf {
            hash: leaf.hash(),
            content,
            verified: false,
        }
    }

    /// The entry, if it could be read.
    pub fn entry(&self) -> Option<&Entry> {
        match &self.content {
            Read::Entry(entry) => Some(entry),
            Read::Redacted | Read::Malformed { .. } => None,
        }
    }

    /// Verifies the signatures of an update by the keys that `key` finds for their ids. Those found valid are
    /// not verified again; a key that is unknown here may still be mandated when the fold gets there.
    pub fn verify<'k>(&mut self, mut key: impl FnMut(KeyId) -> Option<&'k PublicKey>) {
        if let Read::Entry(entry) = &self.content
            && let Content::Update(update) = &entry.content
        {
            // A key under another id would be another's signature.
            let by = |id| key(id).filter(|key| key.id() == id);
            self.verified = update.verify_by(by).is_ok();
        }
    }
}
