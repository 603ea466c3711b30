//! What the federation asks of a transport and hears from it (specification, section 11).
//!
//! libp2p implements this in production and the simulator in tests; neither looks into the bytes.

use std::time::Duration;

use liaison_protocol::PublicKey;

/// A node, named by its Ed25519 node key (32 bytes); libp2p's PeerId is made from the same key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer(pub [u8; 32]);

impl Peer {
    /// The peer with this node key; none when the key is not Ed25519.
    pub fn from_key(key: &PublicKey) -> Option<Peer> {
        key.ed25519().map(|bytes| Peer(*bytes))
    }
}

impl std::fmt::Display for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Number of a request, chosen by the side that hands it over: the federation for requests that it
/// sends, the transport for requests that it received.
pub type RequestId = u64;

/// Number that the transport gives a gossip message which waits for its verdict.
pub type MessageId = u64;

/// What becomes of a gossip message, once its form has been judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Relay it.
    Accept,
    /// Do not relay it, blame nobody: stale, already held, rate-limited, not yet judgeable.
    Ignore,
    /// Do not relay it and score the relayer down: no honest relayer would have passed these bytes.
    Reject,
}

/// Why a request got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection to this peer.
    #[error("not connected")]
    NotConnected,
    /// The stream ended before the acknowledgement: the peer has no room, try again later.
    #[error("the peer is busy")]
    Busy,
    /// No complete answer within the time limit.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The peer broke the framing or a size limit.
    #[error("the peer broke the framing: {0}")]
    Framing(String),
    /// The stream broke.
    #[error("the stream broke: {0}")]
    Broken(String),
}

/// What the federation asks of its transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Replace the set of peers that may be connected; connections of others are closed at once.
    Allow(Vec<Peer>),
    /// Connect to a peer at one of these addresses (multiaddr text, best first).
    Dial {
        /// Whom.
        peer: Peer,
        /// Where.
        addresses: Vec<String>,
    },
    /// Close all connections of a peer.
    Disconnect(Peer),
    /// Send one request; exactly one `Event::Answered` follows.
    Request {
        /// Chosen by the federation.
        id: RequestId,
        /// Whom to ask.
        peer: Peer,
        /// One frame, at most 1 MiB.
        body: Vec<u8>,
    },
    /// Answer a request that arrived as `Event::Asked`.
    Respond {
        /// The id that the event carried.
        id: RequestId,
        /// The frames of the answer, each at most 1 MiB.
        frames: Vec<Vec<u8>>,
    },
    /// Gossip one message of at most 16 KiB to all.
    Publish(Vec<u8>),
    /// The verdict on a gossip message.
    Judge {
        /// The id that the event carried.
        message: MessageId,
        /// Whether it is relayed.
        verdict: Verdict,
    },
    /// Score a peer down for something that the transport could not see (bad proof, wrong range).
    Penalise(Peer),
}

/// What a transport reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The first connection of an allowed peer is up.
    Connected {
        /// Who.
        peer: Peer,
        /// The remote address, as multiaddr text.
        address: String,
        /// Whether we dialled.
        outbound: bool,
    },
    /// The last connection of a peer is gone.
    Disconnected(Peer),
    /// Dialling a peer failed, at all its addresses.
    DialFailed {
        /// Whom.
        peer: Peer,
        /// Why.
        cause: String,
    },
    /// A peer asks something; answer with `Command::Respond`.
    Asked {
        /// Chosen by the transport.
        id: RequestId,
        /// Who asks.
        peer: Peer,
        /// The frame.
        body: Vec<u8>,
    },
    /// A request of ours ended.
    Answered {
        /// The id of the request.
        id: RequestId,
        /// The peer that was asked.
        peer: Peer,
        /// The frames after the acknowledgement, or why there are none.
        result: Result<Vec<Vec<u8>>, Failure>,
    },
    /// A gossip message waits for its verdict.
    Gossip {
        /// Chosen by the transport.
        message: MessageId,
        /// The peer that passed it on.
        from: Peer,
        /// The bytes.
        data: Vec<u8>,
    },
    /// We listen at this address (multiaddr text, without the peer id).
    Listening(String),
    /// Somebody was refused before any protocol message was read.
    Refused {
        /// Who, when the handshake got far enough to tell.
        peer: Option<Peer>,
        /// Why: `not-allowed`, `limit`, `memory`, `handshake`.
        cause: &'static str,
    },
}
