//! The two traits that the federation keeps its data behind (specification, section 10).
//!
//! `LogStore` is the truth: append-only logs whose writes are on stable storage when `commit`
//! returns. `Index` holds what can be made anew from it. `liaison-store` implements both, on real
//! disks and on the in-memory disk of the simulator.

use liaison_protocol::{Hash, Origin, Position};

/// The committed state of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: Hash,
    /// The newest checkpoint as a C2SP signed note: of this size, or of a smaller one while a longer
    /// catch-up is under way or an own head is not signed yet; empty when there is none.
    pub checkpoint: Vec<u8>,
}

/// Names one payload: it belongs to a change of an entry, never to its digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayloadId {
    /// The log.
    pub origin: Origin,
    /// The entry.
    pub index: u64,
    /// The change within the update, from 0.
    pub change: u32,
}

/// One write of a group; all of a group is durable before `commit` returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Append entries at `start`, which must be the log's size.
    Append {
        /// The log; created when it is new and `start` is 0.
        origin: Origin,
        /// Index of the first entry.
        start: u64,
        /// The leaves; an empty one stands for a redacted entry and then carries its hash below.
        entries: Vec<Vec<u8>>,
        /// Leaf hashes, one an entry.
        hashes: Vec<Hash>,
    },
    /// Replace the log's checkpoint; its size and root are those of the log after this group. What
    /// makes it durable may wait for [`LogStore::write_checkpoints`].
    Checkpoint {
        /// The log.
        origin: Origin,
        /// The signed note with the log's own signature.
        note: Vec<u8>,
    },
    /// Keep a head that reached a quorum, with its cosignatures.
    QuorumHead {
        /// The log.
        origin: Origin,
        /// Tree size of the head.
        size: u64,
        /// The signed note with log signature and cosignatures.
        note: Vec<u8>,
    },
    /// Keep a payload (salt included).
    Payload {
        /// Whose.
        id: PayloadId,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Keep a charter version (an envelope), by the hash of its body.
    Charter {
        /// SHA-256 of the body.
        hash: Hash,
        /// The envelope.
        bytes: Vec<u8>,
    },
    /// Keep a statement (an envelope), by the hash of its body.
    Statement {
        /// SHA-256 of the body.
        hash: Hash,
        /// The envelope.
        bytes: Vec<u8>,
    },
    /// Keep a piece of evidence, by its hash.
    Evidence {
        /// SHA-256 of the bytes.
        hash: Hash,
        /// The evidence.
        bytes: Vec<u8>,
    },
    /// Keep these pending charter versions and no others.
    Proposals {
        /// The envelopes, each after its length as a shortest varint.
        envelopes: Vec<u8>,
    },
    /// Keep an operator's choice between rival charter versions, by the hash of its bytes.
    Choice {
        /// SHA-256 of the bytes.
        hash: Hash,
        /// When it was made (Unix, milliseconds, u64 big-endian), and the hash of the version chosen.
        bytes: Vec<u8>,
    },
}

/// What went wrong in a store. Each says which file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// The system's word.
        source: std::io::Error,
    },
    /// Bytes below the committed size are not what was written.
    #[error(
        "{path}: damaged at byte {offset}: {what}; a running node fetches it again from its peers; if that does not help, stop it and move this log's folder aside"
    )]
    Damaged {
        /// The file.
        path: String,
        /// Where the damage was noticed.
        offset: u64,
        /// What does not fit.
        what: String,
    },
    /// Another process has the folder open for writing.
    #[error("{path} is in use by another process; stop that node first")]
    Locked {
        /// The folder.
        path: String,
    },
    /// Written by a newer release.
    #[error(
        "{path} was written by a newer release (schema {found}, this one reads up to {known}); use that release"
    )]
    Newer {
        /// The folder.
        path: String,
        /// Schema number found.
        found: u32,
        /// Newest schema number that this release reads.
        known: u32,
    },
    /// The caller broke the order of appends; nothing was written.
    #[error("{origin}: entries at {start} do not continue the log of {size} entries")]
    NotContiguous {
        /// The log.
        origin: Origin,
        /// Where the entries would start.
        start: u64,
        /// The log's size.
        size: u64,
    },
    /// The caller asked for what makes no sense; nothing was written.
    #[error("{what}; nothing was written")]
    Refused {
        /// What does not fit.
        what: String,
    },
    /// An earlier write failed half-way; nothing is written until the store is opened again.
    #[error("{path}: an earlier write failed ({what}); start the node again, it recovers what is committed")]
    Stopped {
        /// The folder.
        path: String,
        /// What failed then.
        what: String,
    },
}

/// The append-only logs and what travels beside them. Reading never needs the index.
pub trait LogStore: Send + Sync {
    /// Names of all logs, in order.
    fn logs(&self) -> Vec<Origin>;
    /// The committed head of a log; none when it is unknown.
    fn head(&self, origin: &Origin) -> Option<Head>;
    /// Entries from `start` on, as many as lie below the head, at most `count` and `max_bytes` (at
    /// least one if there is any). A redacted entry is an empty vector.
    fn entries(
        &self,
        origin: &Origin,
        start: u64,
        count: u64,
        max_bytes: usize,
    ) -> Result<Vec<Vec<u8>>, StoreError>;
    /// The hash of the complete subtree of 2^`level` leaves number `index`; none past the head.
    fn node(&self, origin: &Origin, level: u32, index: u64) -> Result<Option<Hash>, StoreError>;
    /// The first `width` hashes (1 to 256) of C2SP tile `index` of `level` (0 to 7); none past the head.
    fn tile(
        &self,
        origin: &Origin,
        level: u8,
        index: u64,
        width: u16,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        let first = index.saturating_mul(256);
        let nodes = (first..first.saturating_add(u64::from(width)))
            .map(|index| self.node(origin, 8 * u32::from(level), index));
        nodes.collect()
    }
    /// A payload; none when it is not held.
    fn payload(&self, id: &PayloadId) -> Result<Option<Vec<u8>>, StoreError>;
    /// Whether a payload is held.
    fn has_payload(&self, id: &PayloadId) -> bool;
    /// The smallest quorum head of at least `size` entries, as a signed note.
    fn quorum_head_covering(&self, origin: &Origin, size: u64) -> Result<Option<Vec<u8>>, StoreError>;
    /// The largest quorum head of at most `size` entries, as a signed note.
    fn quorum_head_before(&self, origin: &Origin, size: u64) -> Result<Option<Vec<u8>>, StoreError>;
    /// The newest quorum head.
    fn newest_quorum_head(&self, origin: &Origin) -> Result<Option<Vec<u8>>, StoreError>;
    /// All charter versions held, in order of arrival.
    fn charters(&self) -> Result<Vec<Vec<u8>>, StoreError>;
    /// The pending charter versions, as they were written last; empty when there are none.
    fn proposals(&self) -> Result<Vec<u8>, StoreError>;
    /// All statements held, in order of arrival.
    fn statements(&self) -> Result<Vec<Vec<u8>>, StoreError>;
    /// All evidence held, in order of arrival.
    fn evidence(&self) -> Result<Vec<Vec<u8>>, StoreError>;
    /// All choices between rival charter versions, in the order in which they were made.
    fn choices(&self) -> Result<Vec<Vec<u8>>, StoreError>;
    /// Writes a group and makes it durable with as few flushes as its files need.
    fn commit(&mut self, group: &[Write]) -> Result<(), StoreError>;
    /// Makes durable what `commit` let wait: checkpoints of logs that have an older one. Their entries
    /// are durable, and where something was signed for them the signer state names them.
    fn write_checkpoints(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
    /// Whether nothing of a log reads, or where it ends cannot be told: nothing can be added before it is put right.
    fn is_damaged(&self, origin: &Origin) -> bool {
        let _ = origin;
        false
    }
    /// The entries, as (first, end), of the first bundle of a log that is damaged; reads the whole log.
    fn damaged_bundle(&self, origin: &Origin) -> Result<Option<(u64, u64)>, StoreError> {
        let _ = origin;
        Ok(None)
    }
    /// Puts the bundle of [`LogStore::damaged_bundle`] right with the same entries from elsewhere. Nothing is written
    /// when one does not match its leaf hash.
    fn heal(&mut self, origin: &Origin, start: u64, entries: &[Vec<u8>]) -> Result<(), StoreError> {
        let _ = (start, entries);
        let what = format!("{origin}: no entry is damaged");
        Err(StoreError::Refused { what })
    }
    /// Keeps of the quorum heads before a time (Unix, seconds) one a minute; `time` reads the time of a
    /// head.
    fn thin_quorum_heads(
        &mut self,
        before: u64,
        time: &dyn Fn(&[u8]) -> Option<u64>,
    ) -> Result<(), StoreError> {
        let _ = (before, time);
        Ok(())
    }
}

/// One change of an index transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexWrite {
    /// Set a key.
    Put {
        /// The table.
        table: Table,
        /// The key.
        key: Vec<u8>,
        /// The value.
        value: Vec<u8>,
    },
    /// Remove a key.
    Delete {
        /// The table.
        table: Table,
        /// The key.
        key: Vec<u8>,
    },
}

/// The tables of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// How far each view of a log is folded.
    Cursors,
    /// Verdict by log and index.
    Effects,
    /// Current state by record.
    Records,
    /// Versions by record.
    History,
    /// Changes without effect by record.
    Voids,
    /// Best known cosignatures by log.
    Cosignatures,
    /// Payloads not held yet.
    Wants,
    /// Snapshots of the form of a log's prefix.
    Prefixes,
}

/// A page of an index: pairs of key and value.
pub type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// What can be made anew from the logs. Each `apply` is one transaction, with its cursor in it.
pub trait Index: Send + Sync {
    /// The value of a key.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;
    /// Up to `limit` pairs whose keys start with `prefix` and come after `after`, in key order.
    fn scan(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Pairs, StoreError>;
    /// Applies all of the writes or none.
    fn apply(&mut self, writes: &[IndexWrite]) -> Result<(), StoreError>;
}

/// The newest head of a log that this node cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// Log, size and root.
    pub position: Position,
    /// Time of the cosignature: Unix time in seconds.
    pub time: u64,
}

/// What the log key and the cosigner key have signed: the high-water marks outside the data
/// folder. Each `advance` is on stable storage when it returns and never goes back.
pub trait SignerJournal: Send {
    /// The newest head of the own log that was signed or is about to be.
    fn log(&self) -> Option<Position>;
    /// Moves the own log's mark; refuses a smaller size, or the same size with another root.
    fn advance_log(&mut self, position: &Position) -> Result<(), StoreError>;
    /// The newest head of a log that was cosigned.
    fn witness(&self, origin: &Origin) -> Option<Witnessed>;
    /// Moves the marks of several logs with one flush; refuses what goes back, time included.
    fn advance_witness(&mut self, heads: &[Witnessed]) -> Result<(), StoreError>;
    /// Why the own log is read-only, if it is.
    fn read_only(&self) -> Option<String>;
    /// Makes the own log read-only until an operator ends it.
    fn set_read_only(&mut self, reason: &str) -> Result<(), StoreError>;
}
