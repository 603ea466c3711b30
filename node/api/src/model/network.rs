//! Who belongs to the network: `GET /v1/network`.

use liaison_protocol::charter::{Condition, Standing};
use liaison_protocol::{Code, Hash, KeyId, Origin};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The network, as the charter versions known here say it. Whoever wants proof reads
/// `GET /v1/charters`, which carries the signed versions themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Network {
    /// The network id.
    #[schema(value_type = String)]
    pub network: Hash,
    /// Its name.
    pub name: String,
    /// The first part of all origins.
    pub prefix: String,
    /// Features and limits in force.
    pub format_level: u32,
    /// Signatures of the council that a charter version needs.
    pub threshold: usize,
    /// The council.
    pub council: Vec<CouncilKey>,
    /// Versions in force, oldest first.
    pub versions: Vec<CharterVersion>,
    /// Authorities by code.
    pub authorities: Vec<NetworkAuthority>,
    /// Valid charter versions that exclude each other.
    pub rivalries: Vec<Rivalry>,
}

/// A key of the council.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CouncilKey {
    /// Its id.
    #[schema(value_type = String)]
    pub key_id: KeyId,
}

/// One charter version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CharterVersion {
    /// Its number, from 1.
    pub version: u64,
    /// SHA-256 of its body.
    #[schema(value_type = String)]
    pub hash: Hash,
    /// The round in which it was proposed.
    pub round: u32,
    /// The network's name in it.
    pub name: String,
    /// When it was written, by its author's clock.
    pub created_at: u64,
    /// Signatures that it carries.
    pub signatures: usize,
    /// Signatures that its own council needs.
    pub threshold: usize,
}

/// An authority of the newest version in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NetworkAuthority {
    /// Its code.
    #[schema(value_type = String)]
    pub authority: Code,
    /// `member`, `secretariat`, `partner` or `observer`.
    #[schema(value_type = String, example = "member")]
    pub standing: Standing,
    /// `good`, `suspended` or `withdrawn`.
    #[schema(value_type = String, example = "good")]
    pub condition: Condition,
    /// Whether its cosignature counts.
    pub witness: bool,
    /// Its live log.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// SHA-256 of the origin: names the log in paths.
    #[schema(value_type = String)]
    pub origin_hash: Hash,
    /// The id of its root key.
    #[schema(value_type = String)]
    pub root_key: KeyId,
}

/// Valid successors of one charter version, of which at most one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rivalry {
    /// The version that they follow.
    #[schema(value_type = String)]
    pub parent: Hash,
    /// The successors.
    #[schema(value_type = Vec<String>)]
    pub rivals: Vec<Hash>,
    /// The one in force; absent: the operator must decide (`POST /v1/resolutions`).
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Hash>,
}
