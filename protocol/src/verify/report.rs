//! What verification says: the whole chain as data, or the first broken link.

use serde::Serialize;

use crate::charter::Standing;
use crate::hash::Hash;
use crate::key::KeyId;
use crate::origin::{Code, Origin};
use crate::quorum::Quorum;

/// The links of the chain, in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// The file itself.
    File,
    /// The first charter against the network id.
    Network,
    /// The charter versions and the council's signatures.
    Charter,
    /// Statements that the file carries beside.
    Statements,
    /// The checkpoint and the log key's signature.
    Checkpoint,
    /// The inclusion of the entries in the checkpoint's tree.
    Inclusion,
    /// Log key, mandates, rules and namings in the log.
    Mandates,
    /// The witnesses' cosignatures.
    Quorum,
    /// The update: its administrators' signatures and what they may publish.
    Entry,
    /// The payload against its digest.
    Payload,
    /// The head before the entry, from which witnessed time counts.
    Before,
    /// The newer charter or checkpoint that the verifier knows.
    Anchor,
}

/// Where the chain breaks first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{link:?}: {cause}")]
pub struct Broken {
    /// The link.
    pub link: Link,
    /// What is wrong with it.
    pub cause: String,
}

/// The answer to a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The chain holds and ends in what the verifier trusts.
    Valid(Box<Report>),
    /// The chain holds in itself, but the verifier named nothing that it could end in, or the
    /// anchor is not reached.
    CannotDecide(Box<Report>, String),
    /// A link is broken.
    Invalid(Broken),
}

/// The chain, as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The network id.
    pub network: Hash,
    /// Its name by the newest charter version in the file.
    pub network_name: String,
    /// Charter versions in the file.
    pub charter_versions: u64,
    /// The authority whose log this is.
    pub authority: Code,
    /// Its standing where the entry stands.
    pub standing: Standing,
    /// Whether the council replaced its root key without the old one's signature.
    pub root_replaced_by_council: bool,
    /// The log.
    pub origin: Origin,
    /// The entry.
    pub index: u64,
    /// Size of the tree that the checkpoint covers.
    pub size: u64,
    /// Time that the log gave the entry (Unix, milliseconds).
    pub sequenced_at: u64,
    /// The log key that signed the checkpoint.
    pub log_key: KeyId,
    /// What the entry is.
    pub entry: ProvenEntry,
    /// Whether one of its signers is said to have been compromised by then: disputed, not void.
    pub disputed: bool,
    /// The cosignatures.
    pub quorum: Quorum,
    /// Witnessed time: after the first, if known, and not after the second (Unix, seconds).
    pub witnessed: (Option<u64>, Option<u64>),
    /// What this file does not prove.
    pub not_proven: Vec<String>,
}

/// What the entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum ProvenEntry {
    /// An update.
    Update {
        /// When it was signed, by the administrator's clock (Unix, milliseconds).
        created_at: u64,
        /// Who signed.
        signers: Vec<ProvenSigner>,
        /// What it changes.
        changes: Vec<ProvenChange>,
    },
    /// A statement of the root key.
    Statement {
        /// In words.
        says: String,
    },
    /// A charter version is named.
    Naming {
        /// Its hash.
        charter: Hash,
    },
}

/// An administrator who signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProvenSigner {
    /// The key.
    pub key: KeyId,
    /// The function that its mandate names.
    pub function: String,
    /// The entry that carries the mandate.
    pub mandate: u64,
}

/// A change and its payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProvenChange {
    /// put, withdraw, erase or cancel.
    pub action: &'static str,
    /// kind/slug
    pub record: String,
    /// TLP label of a put.
    pub audience: Option<String>,
    /// Digest of the payload of a put.
    pub digest: Option<Hash>,
    /// `verified`, `erased` or `absent`; none when there is no payload.
    pub payload: Option<&'static str>,
}
