//! Who is connected: `GET /v1/peers`.

use liaison_protocol::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A connected peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Peer {
    /// Whose node it is.
    #[schema(value_type = String)]
    pub authority: Code,
    /// The libp2p peer id of its node key.
    pub node_key: String,
    /// Addresses of its open connections.
    pub addresses: Vec<String>,
    /// The protocol versions that it speaks; absent before its hello.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<PeerVersions>,
    /// Milliseconds that its clock is ahead of this node's, negative when behind; absent before its hello.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_skew: Option<i64>,
    /// Since when.
    pub connected_since: u64,
    /// Entries held here that its last hello lacks, all logs together.
    pub behind: u64,
}

/// A range of protocol versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeerVersions {
    /// The lowest.
    pub min: u32,
    /// The highest.
    pub max: u32,
}
