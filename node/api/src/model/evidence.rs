//! The evidence that is held: `GET /v1/evidence`.

use liaison_protocol::{Code, Hash, KeyId, Origin};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A piece of evidence: it proves to anybody who has the charter that keys signed two things that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    /// SHA-256 of the piece: names it in paths.
    #[schema(value_type = String)]
    pub hash: Hash,
    /// Its size in bytes.
    pub size: u64,
    /// When it was found or received here; absent: before this process started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<u64>,
    /// What was signed.
    #[serde(flatten)]
    pub proves: Contradiction,
}

/// Two things that contradict each other, and who signed both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Contradiction {
    /// Two checkpoints of one log that no log has both of, signed by its own keys.
    Checkpoints {
        /// Whose log it is.
        #[schema(value_type = String)]
        authority: Code,
        /// The log.
        #[schema(value_type = String)]
        origin: Origin,
        /// Entries that each of the two covers.
        #[schema(value_type = Vec<u64>)]
        sizes: [u64; 2],
        /// The keys that signed them.
        #[schema(value_type = Vec<String>)]
        keys: Vec<KeyId>,
    },
    /// Two such checkpoints, cosigned by one witness.
    Cosignatures {
        /// The witness.
        #[schema(value_type = String)]
        authority: Code,
        /// The log.
        #[schema(value_type = String)]
        origin: Origin,
        /// Entries that each of the two covers.
        #[schema(value_type = Vec<u64>)]
        sizes: [u64; 2],
    },
    /// Two successors of one charter version in one round, signed by the same keys of the council.
    Successors {
        /// The version that both follow.
        #[schema(value_type = String)]
        parent: Hash,
        /// The two.
        #[schema(value_type = Vec<String>)]
        rivals: [Hash; 2],
        /// The keys that signed both.
        #[schema(value_type = Vec<String>)]
        keys: Vec<KeyId>,
    },
}
