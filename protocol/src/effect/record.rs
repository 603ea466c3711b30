//! What a fold keeps of each record.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::update::{Audience, Previous, RecordName};

/// Where the states of a log's records are looked up.
pub trait Records {
    /// The state of a record after all entries folded so far, those of earlier epochs included.
    fn record(&self, name: &RecordName) -> Option<RecordState>;
}

impl Records for std::collections::BTreeMap<RecordName, RecordState> {
    fn record(&self, name: &RecordName) -> Option<RecordState> {
        self.get(name).cloned()
    }
}

/// The state of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordState {
    /// Its last change with effect.
    pub last: Previous,
    /// Whether it stands.
    pub status: Status,
    /// Its audience.
    pub audience: Audience,
    /// The payload of its last put.
    pub payload: PayloadRef,
}

/// Whether a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It stands.
    Current,
    /// It was withdrawn.
    Withdrawn,
    /// It was erased.
    Erased {
        /// When (Unix, milliseconds): its quarantine counts from there.
        at: u64,
        /// When its quarantine ends, by the rules in force at the erase (Unix, milliseconds): a
        /// `cancel` sequenced before then takes it back, and from then on payloads are destroyed.
        until: u64,
        /// Whether it had been withdrawn before.
        withdrawn: bool,
    },
}

/// A payload, by the change that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayloadRef {
    /// Epoch of the log.
    pub epoch: u32,
    /// The entry.
    pub index: u64,
    /// The change within it.
    pub change: u32,
    /// Its digest.
    pub digest: Hash,
    /// Its size in bytes; 0 when the entry is redacted and nothing else is known.
    pub size: u64,
}
