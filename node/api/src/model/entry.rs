//! One entry of a log: `GET /v1/entries/…`.

use liaison_protocol::quorum::Quorum;
use liaison_protocol::update::Audience;
use liaison_protocol::{Code, Hash, Origin};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::base64::Base64;
use super::record::PayloadState;

/// An entry, what it came to, and how far it is known in the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// The log.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// SHA-256 of the origin: names the log in paths.
    #[schema(value_type = String)]
    pub origin_hash: Hash,
    /// The entry, from 0.
    pub index: u64,
    /// The leaf; absent when it is redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf: Option<Base64>,
    /// Its hash in the tree.
    #[schema(value_type = String)]
    pub leaf_hash: Hash,
    /// When it was sequenced; absent when it is redacted or unreadable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequenced_at: Option<u64>,
    /// What it came to.
    pub verdict: Verdict,
    /// Whether it is durable on the authority's own node.
    pub published: bool,
    /// Who cosigned a head that covers it.
    pub witnessed: Witnessing,
    /// How many other nodes hold its payloads; absent when it has none, or none is known of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<Copies>,
}

/// What an entry came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum Verdict {
    /// Its effect is not computed yet.
    Pending,
    /// A statement or a naming that holds.
    Holds,
    /// An update with effect.
    Updates {
        /// What changed.
        changes: Vec<Change>,
        /// Whether a signer is said to have been compromised by then.
        disputed: bool,
    },
    /// It has no effect.
    Void {
        /// The word for the reason.
        code: String,
        /// The reason, for people.
        reason: String,
    },
    /// It was redacted by order.
    Redacted,
}

/// One change of an update with effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The record within the log's authority, as `kind/slug`.
    pub record: String,
    /// `put`, `withdraw`, `erase` or `cancel`.
    pub action: String,
    /// Audience of a put.
    #[schema(value_type = Option<String>, example = "AMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// Payload digest of a put.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Hash>,
    /// Payload size of a put, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Whether the payload is here.
    pub payload: PayloadState,
}

/// Who cosigned a head that covers an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Witnessing {
    /// Whether it is a quorum.
    pub reached: bool,
    /// Authorities that may cosign.
    pub witnesses: usize,
    /// How many of them make a quorum.
    pub needed: usize,
    /// Who did, by code.
    pub cosigned: Vec<Cosigned>,
    /// Size of the head that they cosigned: the first quorum head that covers the entry, else the
    /// newest with cosignatures; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The head's time in Unix seconds: the lower median of the cosignatures'; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<u64>,
}

/// One witness's cosignature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cosigned {
    /// The witness.
    #[schema(value_type = String)]
    pub authority: Code,
    /// When it cosigned, in Unix seconds.
    pub time: u64,
}

/// How many other nodes hold all payloads of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Copies {
    /// So many do.
    pub held: usize,
    /// So many are enough: the quorum, or the nodes entitled to them if these are fewer.
    pub needed: usize,
}

impl Entry {
    /// Whether a quorum covers it and enough others hold its payloads: what `?wait=witnessed` waits for.
    pub fn is_settled(&self) -> bool {
        let copied = self.copies.is_none_or(|copies| copies.held >= copies.needed);
        self.witnessed.reached && copied
    }
}

impl Witnessing {
    /// What a quorum's count says of the head with `size` entries.
    pub fn of_head(quorum: &Quorum, size: u64) -> Witnessing {
        let cosigned = quorum.cosigned.iter().map(|cosigned| Cosigned {
            authority: cosigned.authority.clone(),
            time: cosigned.time,
        });
        Witnessing {
            reached: quorum.is_reached(),
            witnesses: quorum.witnesses,
            needed: quorum.needed,
            cosigned: cosigned.collect(),
            size: Some(size),
            time: quorum.time(),
        }
    }
}
