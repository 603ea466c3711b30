//! What the federation is told once, when it is opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use liaison_protocol::acceptance::LastCosigned;
use liaison_protocol::{Code, Origin, Position};

use crate::limits::Limits;
use crate::transport::Peer;

/// Highest and lowest version of the protocol between nodes that this release speaks.
pub const VERSIONS: (u32, u32) = (1, 1);

/// Who this node is and how it behaves.
#[derive(Clone)]
pub struct Config {
    /// This node's key.
    pub me: Peer,
    /// Whose node this is.
    pub authority: Code,
    /// Random number of this process: two live ones with one key are noticed by it.
    pub instance: [u8; 16],
    /// Lowest and highest version of the protocol between nodes; [`VERSIONS`] outside tests.
    pub versions: (u32, u32),
    /// What is spent on others.
    pub limits: Limits,
    /// Reads signed peer records and addresses, which are the transport's.
    pub records: Arc<dyn RecordReader>,
    /// This node's own signed peer record, when it can be dialled.
    pub own_record: Option<Vec<u8>>,
    /// Addresses to start from (multiaddr text, the peer's id at the end when it is known).
    pub bootstrap: Vec<String>,
}

/// Where a peer can be reached, as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerRecord {
    /// Who.
    pub peer: Peer,
    /// Rises with each record of this peer.
    pub sequence: u64,
    /// Where (multiaddr text, best first).
    pub addresses: Vec<String>,
}

/// Reads what the transport signs and writes.
pub trait RecordReader: Send + Sync {
    /// Reads a signed peer record; none when its signature is wrong.
    fn read(&self, record: &[u8]) -> Option<PeerRecord>;
    /// The peer that an address names, when it names one.
    fn peer_of(&self, address: &str) -> Option<Peer>;
}

/// What is known of an earlier run. But for `cosigned` it saves work or memory, and nothing of it is needed.
#[derive(Debug, Clone, Default)]
pub struct Recovered {
    /// Snapshots of prefixes, as [`crate::Federation::prefix_snapshot`] gave them.
    pub prefixes: BTreeMap<Origin, Vec<u8>>,
    /// The newest head of each log that this node cosigned, from the witness journal: whether the store holds the log or
    /// not, for who cosigned what it cannot show must not answer the start guard of that log.
    pub cosigned: BTreeMap<Origin, LastCosigned>,
    /// Best heads of logs, as [`crate::Federation::best_head`] gave them.
    pub heads: Vec<Vec<u8>>,
}

impl Recovered {
    /// What the witness journal names.
    pub fn of_journal<'a>(cosigned: impl IntoIterator<Item = &'a Position>) -> Recovered {
        let last = |position: &Position| LastCosigned {
            size: position.size,
            root: position.root,
        };
        let cosigned = cosigned.into_iter();
        Recovered {
            cosigned: cosigned
                .map(|position| (position.origin.clone(), last(position)))
                .collect(),
            ..Recovered::default()
        }
    }
}
