//! What the federation is told and what it asks for: the seam between pure replication and the node.

use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::form::FormHead;
use liaison_protocol::quorum::Quorum;
use liaison_protocol::statement::Statement;
use liaison_protocol::tlog::{Cosignature, LogSigned, SignedCheckpoint};
use liaison_protocol::update::Audience;
use liaison_protocol::{Code, Hash, Origin};

use crate::store::{LogStore, PayloadId, Write};
use crate::transport::{Command, Event, Peer};

/// What the federation may look at while it handles an input.
pub struct View<'a> {
    /// The logs.
    pub store: &'a dyn LogStore,
    /// What effect says of payloads.
    pub payloads: &'a dyn PayloadPolicy,
}

/// What effect says of a payload. None where its update is void or not folded yet: such payloads
/// are neither wanted nor served.
pub trait PayloadPolicy {
    /// Audience, digest and size of a payload.
    fn payload(&self, id: &PayloadId) -> Option<PayloadInfo>;
    /// Payloads of a log that are held by nobody here though we may read them, at most `limit`.
    fn lacking(&self, origin: &Origin, limit: usize) -> Vec<PayloadId>;
}

/// A payload, as its change names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadInfo {
    /// Who may read it.
    pub audience: Audience,
    /// Its digest.
    pub digest: Hash,
    /// Its size in bytes.
    pub size: u64,
}

/// What the federation is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The transport reports.
    Transport(Event),
    /// Time passed; at least every 100 ms.
    Tick,
    /// The writes of an [`Effect::Store`] are on stable storage.
    Committed(u64),
    /// The operator wants word of this peer now: it is said hello, or dialled first.
    Meet(Peer),
    /// This node cosigned a head; the witness journal is flushed already.
    Cosigned {
        /// The log.
        origin: Origin,
        /// The head's size.
        size: u64,
        /// The head's root.
        root: Hash,
        /// The cosignature.
        cosignature: Cosignature,
    },
    /// The own log has a new head, signed and durable, entries included.
    OwnHead {
        /// The head.
        head: Box<LogSigned>,
        /// The newest entries up to the head, as many as are at hand; the others are read.
        entries: Vec<Vec<u8>>,
    },
    /// A charter version came from the operator.
    Charter(Box<Signed<Charter>>),
    /// A statement came from the operator.
    Statement(Box<Signed<Statement>>),
    /// The operator chose between rival charter versions.
    Resolve(Hash),
    /// A payload that this node may read is missing.
    Want {
        /// Which.
        id: PayloadId,
        /// What it must be.
        info: PayloadInfo,
    },
    /// A payload is no longer wanted.
    Unwant(PayloadId),
    /// This node's own signed peer record, new or changed: it goes into hello and gossip.
    OwnRecord(Vec<u8>),
    /// Whether the own log is written here (true) or still followed from others after a loss.
    OwnLogLive(bool),
    /// Count how many other nodes hold this payload of the own log.
    Watch(PayloadId),
    /// The entries of a bundle, from the first of the two indexes up to the other, do not read any more.
    Damaged {
        /// The log.
        origin: Origin,
        /// Which entries.
        bundle: (u64, u64),
    },
    /// All entries of a log read again.
    Healed(Origin),
}

/// What the federation asks for, in order.
// One is made and taken apart at a time; boxing the large ones would only cost.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The transport shall do this.
    Transport(Command),
    /// Write this group, then report [`Input::Committed`] with the ticket.
    Store {
        /// Number of the group.
        ticket: u64,
        /// The writes.
        writes: Vec<Write>,
    },
    /// Heads that are durable, accepted and ready to be cosigned: persist, then sign, then report
    /// [`Input::Cosigned`]. Newest head of each log only. To be judged again when that is later: what peers were told
    /// meanwhile may say that the key has ended.
    Cosign(Vec<FormHead>),
    /// Entries that were damaged came again from a peer: write them in their place.
    Heal {
        /// The log.
        origin: Origin,
        /// Index of the first.
        start: u64,
        /// The entries.
        entries: Vec<Vec<u8>>,
    },
    /// Peers hold a record of this node that is newer by its sequence than its own: sign one whose sequence is above that,
    /// then report [`Input::OwnRecord`].
    SignRecord {
        /// The sequence to go beyond.
        above: u64,
    },
    /// Something that others want to know.
    Notify(Notice),
}

/// What the federation lets the node know.
// One is made and taken apart at a time; boxing the large ones would only cost.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A log grew; its entries are durable.
    Advanced {
        /// The log.
        origin: Origin,
        /// Its size now.
        size: u64,
    },
    /// Charter versions in force changed.
    Charters,
    /// Statements were added.
    Statements(Code),
    /// A payload is held now.
    PayloadHeld(PayloadId),
    /// A head reached its quorum.
    Witnessed {
        /// The log.
        origin: Origin,
        /// The head's size.
        size: u64,
        /// The quorum.
        quorum: Quorum,
    },
    /// A peer answered the start guard of the own log.
    Guard(GuardAnswer),
    /// Two live nodes use this node's key.
    SecondInstance {
        /// The other's instance number, hex.
        instance: String,
        /// Who saw it.
        seen_by: Option<Peer>,
    },
    /// A contradiction, proven: serialized evidence.
    Evidence(Vec<u8>),
    /// Entries of a log were asked for and do not read.
    Damaged(Origin),
    /// Peers hold entries of the own log that this node lacks.
    OwnLogAhead {
        /// Size that a verified head shows.
        size: u64,
    },
}

/// What a peer knows of the own log, and of what this node cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardAnswer {
    /// Whose node answered.
    pub authority: Code,
    /// Heads of the own log that it holds or was offered. Nothing of them is verified.
    pub heads: Vec<SignedCheckpoint>,
    /// This node's newest cosignatures that it knows, one a log.
    pub own_cosignatures: Vec<SignedCheckpoint>,
    /// Its clock (Unix, milliseconds).
    pub clock: u64,
    /// Hash of the newest charter in force there.
    pub charter: Hash,
    /// Names the ends of the own log's keys that are known there.
    pub ends: Option<Hash>,
    /// Size and root of what it says that it cosigned last of the own log. It can only speak for itself.
    pub cosigned: Option<(u64, Hash)>,
}
