//! Updates that wait for signatures: `/v1/waiting`.

use liaison_protocol::Hash;
use liaison_protocol::update::RecordName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Accepted, Base64, Signer};

/// What became of an update that was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Submitted {
    /// It stands in the log.
    Accepted(Accepted),
    /// It waits for more administrators.
    Waiting(WaitingUpdate),
}

/// An update with fewer signatures than the rules ask. It stands in no log, and nowhere but on its authority's node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingUpdate {
    /// SHA-256 of what is signed: names it, and is the same for everybody who signs.
    #[schema(value_type = String)]
    pub hash: Hash,
    /// What it would do.
    pub changes: Vec<WaitingChange>,
    /// Who has signed, as far as it counts now.
    pub signers: Vec<Signer>,
    /// How many administrators must sign.
    pub needed: u32,
    /// Since when it waits (Unix, milliseconds).
    pub since: u64,
    /// Why it could no longer take effect, however many signed: it is to be made anew. Absent while it could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hindrance: Option<String>,
}

/// A change of an update that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingChange {
    /// put, withdraw, erase or cancel.
    #[schema(example = "put")]
    pub action: String,
    /// Of which record.
    #[schema(value_type = String, example = "practice/body-worn-cameras")]
    pub record: RecordName,
}

/// All that wait, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingUpdates {
    /// The updates.
    pub updates: Vec<WaitingUpdate>,
}

/// An update that waits, with all that the next signer needs to see what they sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingSubmission {
    /// What is told of it.
    #[serde(flatten)]
    pub waiting: WaitingUpdate,
    /// The envelope with the signatures so far.
    pub update: Base64,
    /// One payload for each put, in the order of the changes.
    pub payloads: Vec<Base64>,
}
