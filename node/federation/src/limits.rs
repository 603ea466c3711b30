//! What the federation spends at most on others (specification, section 11): the numbers that bound memory and
//! bandwidth, each with its reason. Waits and paces of one part stand with it.

use serde::Serialize;

/// Largest frame of a request or an answer, in bytes; the transport cuts longer ones.
pub const FRAME_MAX: usize = 1 << 20;

/// What an answer may fill of its frame: the rest is room for its envelope.
pub const ANSWER_MAX: usize = FRAME_MAX - (4 << 10);

/// Tag and length before each item of a list in an answer, in bytes at most.
pub const ITEM_HEAD: usize = 12;

/// Largest statement, charter version or piece of evidence that an answer has room for, in bytes.
pub const ITEM_MAX: usize = ANSWER_MAX - ITEM_HEAD;

/// Heads of one hello that are read.
pub const HEADS_MAX: usize = 4096;
/// Peer records of one hello that are read.
pub const RECORDS_MAX: usize = 512;
/// Bytes of a hello's heads: more than a thousand. With the records they leave room for the digests of some
/// thousand authorities.
pub const HELLO_HEADS_BYTES: usize = 512 << 10;
/// Bytes of a hello's peer records.
pub const HELLO_RECORDS_BYTES: usize = 256 << 10;

/// Most entries in one answer: an entry bundle.
pub const ENTRIES_MAX: u64 = 256;

/// Most payloads named in one request or answer.
pub const LACKS_MAX: usize = 1024;

/// Largest gossip message in bytes.
pub const GOSSIP_MAX: usize = 16 << 10;

/// Entries travel inside an announcement while they stay under this many bytes together.
pub const ANNOUNCED_BYTES_MAX: usize = 8 << 10;

/// Most entries in an announcement: more than fit, so that hashing them stays cheap.
pub const ANNOUNCED_ENTRIES_MAX: usize = 256;

/// Most cosignatures in one gossip message: as many as fit.
pub const COSIGNATURES_MAX: usize = 32;

/// Largest part of a payload in one frame, in bytes.
pub const PART_MAX: usize = 512 << 10;

/// Heads of one log that are known and not reached yet.
pub const CANDIDATES_MAX: usize = 8;

/// Heads of one log that one witness cosigned and that are newer than its newest quorum.
pub const LINES_A_WITNESS: usize = 8;

/// Own heads and heads held that wait for their quorum, for each log.
pub const RECENT_HEADS_MAX: usize = 32;

/// Gossip messages whose verdict waits until their form can be judged.
pub const DEFERRED_MAX: usize = 64;

/// How long a verdict is deferred, in milliseconds: less than gossip keeps a message.
pub const DEFERRED_FOR: u64 = 5_000;

/// Signed peer records kept: one a peer that is listed, and no more.
pub const RECORD_MAX: usize = 4 << 10;

/// This node's own record is signed anew at most once in this time, in milliseconds: two processes with one key would
/// outdo each other without end.
pub const OWN_RECORD_PACE: u64 = 60_000;

/// Payloads whose copies at other nodes are counted.
pub const WATCHED_MAX: usize = 256;

/// Pending successors of one version that are kept for each key of its council: enough for some rounds. A council has at
/// most 15 keys.
pub const PROPOSALS_A_KEY: usize = 4;

/// Bytes that these take up for each key, counted as in the charter chain; one always fits.
pub const PROPOSAL_BYTES_A_KEY: usize = 2 << 20;

/// New pending versions that a key of the council brings in an hour, but for those that the operator hands in.
pub const PROPOSALS_PER_HOUR: u64 = 20;

/// Pieces of evidence kept.
pub const EVIDENCE_MAX: usize = 1_000;

/// Anti-entropy: a hello to a random peer every so many milliseconds.
pub const ROUND: u64 = 30_000;

/// Milliseconds between two looks at what time alone changes of the allow-list.
pub const ALLOW_EVERY: u64 = 5_000;

/// A head is followed by the next one at this pace, in milliseconds, when its quorum is late.
pub const COSIGN_PACE: u64 = 1_000;

/// Peers are asked for cosignatures of one log at most once in this time, in milliseconds.
pub const COSIGNATURES_PACE: u64 = 1_000;

/// An idle head is cosigned again after this many milliseconds.
pub const COSIGN_IDLE: u64 = 24 * 60 * 60 * 1000;

/// Milliseconds in an hour.
pub const HOUR: u64 = 60 * 60 * 1000;

/// Milliseconds in a day, over which quotas are spread.
pub const DAY: u64 = 24 * 60 * 60 * 1000;

/// A limit that holds up one authority, in the words of its setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// [`Limits::statements_per_hour`].
    StatementsPerHour,
    /// [`Limits::log_entries_per_day`].
    LogEntriesPerDay,
    /// [`Limits::log_bytes_per_day`].
    LogBytesPerDay,
}

impl Limit {
    /// All of them.
    pub const ALL: [Limit; 3] = [
        Limit::StatementsPerHour,
        Limit::LogEntriesPerDay,
        Limit::LogBytesPerDay,
    ];

    /// The name of its setting below `limits`.
    pub fn word(self) -> &'static str {
        match self {
            Limit::StatementsPerHour => "statements_per_hour",
            Limit::LogEntriesPerDay => "log_entries_per_day",
            Limit::LogBytesPerDay => "log_bytes_per_day",
        }
    }
}

/// What an operator may set, each a `limits.*` setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Requests that wait for an answer, for each peer: half of the streams that it grants.
    pub requests_in_flight: usize,
    /// Requests sent to one peer in a second: below what it grants.
    pub requests_per_second: u64,
    /// Logs that are caught up with at the same time.
    pub sessions: usize,
    /// Entry bundles asked for or held in memory, for each log that is caught up with.
    pub bundles_ahead: usize,
    /// Entries of one durable write while catching up.
    pub group_entries: usize,
    /// Bytes of one durable write while catching up.
    pub group_bytes: usize,
    /// Payloads asked for at the same time.
    pub wants_in_flight: usize,
    /// Statements of one authority taken from gossip in an hour.
    pub statements_per_hour: u64,
    /// Entries of one authority's log in a day, beyond what a quorum has witnessed.
    pub log_entries_per_day: u64,
    /// Bytes of one authority's log in a day, beyond what a quorum has witnessed.
    pub log_bytes_per_day: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            requests_in_flight: 8,
            requests_per_second: 24,
            sessions: 8,
            bundles_ahead: 8,
            group_entries: 4096,
            group_bytes: 4 << 20,
            wants_in_flight: 32,
            statements_per_hour: 100,
            log_entries_per_day: 10_000,
            log_bytes_per_day: 256 << 20,
        }
    }
}
