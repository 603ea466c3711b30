//! What an engine is made of, what it is told, and what it asks for and tells.

use liaison_authority::{GuardState, GuardedKeys, KeyError};
use liaison_federation::store::{Index, LogStore, StoreError};
use liaison_federation::transport::{Command, Event, Peer};
use liaison_federation::{Config, Recovered};
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::origin::NameError;
use liaison_protocol::statement::Statement;
use liaison_protocol::{Hash, Origin, World};

use super::{Accepted, Submission, SubmitError};

/// What an engine is made of.
pub struct Parts {
    /// The logs.
    pub store: Box<dyn LogStore>,
    /// The index.
    pub index: Box<dyn Index>,
    /// Log key and cosigner key behind their journal.
    pub keys: GuardedKeys,
    /// The federation's settings.
    pub federation: Config,
    /// What an earlier run left for it.
    pub recovered: Recovered,
    /// Charter versions and statements known at the start, those of the store included.
    pub world: World,
    /// Seed of everything that is drawn by lot.
    pub seed: u64,
    /// Whether this is a plain restart, by the run mark.
    pub plain_restart: bool,
}

/// What an engine is told.
pub enum EngineInput {
    /// The transport reports.
    Transport(Event),
    /// Time passed; at least every 100 ms.
    Tick,
    /// The operator wants word of this peer now.
    Meet(Peer),
    /// This node's own signed peer record, new or changed.
    OwnRecord(Vec<u8>),
    /// Somebody submits an update.
    Submit {
        /// Chosen by the caller; comes back in the reply.
        ticket: u64,
        /// What is submitted.
        submission: Box<Submission>,
    },
    /// A charter version came from the operator.
    Charter(Box<Signed<Charter>>),
    /// A statement came from the operator.
    Statement(Box<Signed<Statement>>),
    /// The operator chose between rival charter versions.
    Resolve(Hash),
}

/// What an engine asks for and tells.
#[derive(Debug)]
pub enum EngineOutput {
    /// For the transport.
    Transport(Command),
    /// The answer to a submission.
    Reply {
        /// The caller's number.
        ticket: u64,
        /// Where it stands, or why not.
        result: Result<Accepted, SubmitError>,
    },
    /// Sign a record of this node's addresses with a sequence above this one, then hand it in as
    /// [`EngineInput::OwnRecord`].
    SignRecord {
        /// The sequence to go beyond.
        above: u64,
    },
    /// For whoever listens.
    Told(Told),
}

/// What an engine tells whoever listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Entries of a log are durable here.
    Held {
        /// The log.
        origin: Origin,
        /// Its size now.
        size: u64,
    },
    /// A head has its quorum.
    Witnessed {
        /// The log.
        origin: Origin,
        /// The head's size.
        size: u64,
        /// Cosignatures on it.
        cosignatures: usize,
    },
    /// A payload is held.
    Payload {
        /// The log.
        origin: Origin,
        /// The entry.
        index: u64,
        /// The change.
        change: u32,
    },
    /// The start guard's state changed.
    Guard(GuardState),
    /// Charter versions in force changed.
    Charters {
        /// The newest one's number.
        version: u64,
        /// Its hash.
        hash: Hash,
    },
    /// Evidence was found or received.
    Evidence(Vec<u8>),
}

/// Why an engine stops: it never goes on after a failed write.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store, the index or the journal failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The authority's log cannot have a name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A key failed or its journal refused.
    #[error(transparent)]
    Key(#[from] KeyError),
}
