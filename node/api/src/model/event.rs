//! What happens: `GET /v1/events`.

use liaison_protocol::{Hash, Origin};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::status::Guard;

/// Something that happened on the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Event {
    /// A log grew; its entries are durable here.
    Held {
        /// The log.
        #[schema(value_type = String)]
        origin: Origin,
        /// Its size now.
        size: u64,
    },
    /// An update was sequenced in the own log and is durable.
    Published {
        /// The log.
        #[schema(value_type = String)]
        origin: Origin,
        /// The entry.
        index: u64,
        /// Its leaf hash.
        #[schema(value_type = String)]
        leaf_hash: Hash,
    },
    /// A head has its quorum.
    Witnessed {
        /// The log.
        #[schema(value_type = String)]
        origin: Origin,
        /// Entries that the head covers.
        size: u64,
        /// Valid cosignatures on it.
        cosignatures: usize,
    },
    /// A payload is held now.
    Payload {
        /// The log.
        #[schema(value_type = String)]
        origin: Origin,
        /// The entry.
        index: u64,
        /// The change within it, from 0.
        change: u32,
    },
    /// The start guard's state changed.
    Guard {
        /// The state now.
        guard: Guard,
    },
    /// Charter versions in force changed.
    Charters {
        /// The newest one's number.
        version: u64,
        /// SHA-256 of its body.
        #[schema(value_type = String)]
        hash: Hash,
    },
    /// Two signatures that contradict each other were found or received.
    Evidence {
        /// SHA-256 of the evidence.
        #[schema(value_type = String)]
        hash: Hash,
    },
    /// The node stopped writing, or stops.
    Stopped {
        /// Why.
        reason: String,
    },
    /// The reader was too slow: the stream ends here, some events are lost.
    Lagged {
        /// How many.
        missed: u64,
    },
}

impl Event {
    /// The word for its kind: the `event` field of the stream.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Held { .. } => "held",
            Event::Published { .. } => "published",
            Event::Witnessed { .. } => "witnessed",
            Event::Payload { .. } => "payload",
            Event::Guard { .. } => "guard",
            Event::Charters { .. } => "charters",
            Event::Evidence { .. } => "evidence",
            Event::Stopped { .. } => "stopped",
            Event::Lagged { .. } => "lagged",
        }
    }

    /// The log that it is about, if it is about one.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Event::Held { origin, .. }
            | Event::Published { origin, .. }
            | Event::Witnessed { origin, .. }
            | Event::Payload { origin, .. } => Some(origin),
            _ => None,
        }
    }
}
