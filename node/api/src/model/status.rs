//! How the node does: `GET /v1/status`.

use std::collections::BTreeMap;

use liaison_protocol::charter::{Condition, Standing};
use liaison_protocol::{Code, Hash, Origin};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the node does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The network id.
    #[schema(value_type = String)]
    pub network: Hash,
    /// The network's name, by its newest charter version in force.
    pub name: String,
    /// The authority that the node serves.
    #[schema(value_type = String)]
    pub authority: Code,
    /// The release that runs, as `0.1.0`.
    pub release: String,
    /// The random number of this process, hex.
    pub instance: String,
    /// When this process started.
    pub started_at: u64,
    /// The newest charter version in force.
    pub charter: CharterName,
    /// Charter versions that gather signatures of the council.
    #[serde(default)]
    pub proposals: usize,
    /// Whether the own log may be written.
    pub guard: Guard,
    /// Who is connected, against what a quorum of the own log needs.
    pub peers: PeerCount,
    /// Every authority of the charter and every log held, by code.
    pub authorities: Vec<AuthorityStatus>,
}

/// Names a charter version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CharterName {
    /// Its number, from 1.
    pub version: u64,
    /// SHA-256 of its body.
    #[schema(value_type = String)]
    pub hash: Hash,
}

/// Whether the own log may be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Guard {
    /// It may be written.
    Live,
    /// The start guard waits for more witnesses; updates are queued.
    Waiting {
        /// Who has answered.
        #[schema(value_type = Vec<String>)]
        answered: Vec<Code>,
        /// Whose answer could help.
        #[schema(value_type = Vec<String>)]
        waiting_for: Vec<Code>,
        /// How many more answers are needed.
        needed: usize,
    },
    /// Others hold more of the own log than this node, which fetches it back first.
    Recovering {
        /// Entries here.
        size: u64,
        /// Entries that others have seen.
        seen: u64,
    },
    /// Writing is stopped until an operator ends it; reading goes on.
    ReadOnly {
        /// Why.
        reason: String,
    },
}

/// Who is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeerCount {
    /// Connected peers.
    pub connected: usize,
    /// Connected authorities that may cosign the own log.
    pub witnesses_connected: usize,
    /// Authorities that may cosign the own log.
    pub witnesses: usize,
    /// How many of them make a quorum.
    pub needed: usize,
}

/// How one authority's log stands on this node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuthorityStatus {
    /// The authority.
    #[schema(value_type = String)]
    pub authority: Code,
    /// What it is in the newest charter version in force.
    #[schema(value_type = String, example = "member")]
    pub standing: Standing,
    /// Whether it takes part: `good`, `suspended` or `withdrawn`.
    #[schema(value_type = String, example = "good")]
    pub condition: Condition,
    /// Its log.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// SHA-256 of the origin: names the log in paths.
    #[schema(value_type = String)]
    pub origin_hash: Hash,
    /// Entries that are durable here.
    pub have: u64,
    /// Entries of the largest verified head that was heard of.
    pub offered: u64,
    /// Entries that came and lead to the root of the head that is being caught up with; never fewer than `have`.
    pub fetched: u64,
    /// Entries whose effect is computed.
    pub verified: u64,
    /// Statements and namings that hold.
    pub holds: u64,
    /// Updates with effect.
    pub updates: u64,
    /// Entries without effect, by the word for the reason.
    pub void: BTreeMap<String, u64>,
    /// Entries redacted by order.
    pub redacted: u64,
    /// Entries covered by a quorum.
    pub witnessed: u64,
    /// RFC 6962 root over the entries held.
    #[schema(value_type = String)]
    pub root: Hash,
    /// SHA-256 chained over index, verdict and reason of every verified entry.
    #[schema(value_type = String)]
    pub effect_digest: Hash,
    /// Payloads that this node may read and does not hold yet.
    pub wants: u64,
    /// When something was last heard from a node of this authority; absent: never in this process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_heard: Option<u64>,
    /// Seconds since a checkpoint of this log was last verified; absent: never in this process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_checkpoint_seconds: Option<f64>,
    /// Why the log is followed no further, or not folded further; absent when nothing is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}
