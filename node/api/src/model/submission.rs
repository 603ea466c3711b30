//! What is posted, and what comes back: updates, statements, charter versions.

use liaison_protocol::{Code, Hash, Origin};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::base64::Base64;

/// A signed update with its payloads: the body of `POST /v1/updates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmittedUpdate {
    /// The signed envelope.
    pub update: Base64,
    /// One payload (salt included) for each put, in the order of the changes. Changes that are no puts have no
    /// place here.
    pub payloads: Vec<Base64>,
}

/// Where an update was sequenced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Accepted {
    /// The log.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// SHA-256 of the origin: names the log in paths.
    #[schema(value_type = String)]
    pub origin_hash: Hash,
    /// The entry, durable when this is said.
    pub index: u64,
    /// Its leaf hash.
    #[schema(value_type = String)]
    pub leaf_hash: Hash,
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportedStatement {
    /// Whose it is.
    #[schema(value_type = String)]
    pub authority: Code,
    /// SHA-256 of its body.
    #[schema(value_type = String)]
    pub hash: Hash,
    /// Whether it was unknown before.
    pub added: bool,
}

/// What became of charter versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportedCharters {
    /// The newest version in force now.
    pub version: u64,
    /// SHA-256 of its body.
    #[schema(value_type = String)]
    pub hash: Hash,
    /// How many versions were unknown before.
    pub added: usize,
    /// SHA-256 of the body of the last one, when it is not in force because it still gathers signatures.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Hash>,
}

/// An operator's choice between rival charter versions: the body of `POST /v1/resolutions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// SHA-256 of the body of the version that counts.
    #[schema(value_type = String)]
    pub hash: Hash,
}
