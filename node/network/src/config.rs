//! What a node's network is started with, and the limits that it keeps (specification, section 11).

use std::time::Duration;

use liaison_protocol::Hash;
use zeroize::Zeroizing;

use crate::NetworkError;

/// What the network of a node is started with.
pub struct Config {
    /// The seed of the node's Ed25519 key (RFC 8032); libp2p's peer id is made from its public half.
    pub identity: Zeroizing<[u8; 32]>,
    /// The network id; the names of topic and protocols carry its first 32 hex digits.
    pub network: Hash,
    /// Multiaddrs to listen at, such as `/ip4/0.0.0.0/udp/7140/quic-v1`. Empty: a node that only dials.
    pub listen: Vec<String>,
    /// The heartbeat of gossip, at least 100 ms. A message can be judged for 12 beats.
    pub heartbeat: Duration,
    /// How often a peer is pinged, and how long it has to answer: 20 s. One that does not is disconnected.
    pub ping: Duration,
    /// The limits.
    pub limits: Limits,
}

impl Config {
    /// A node with this identity that listens nowhere, with the ordinary heartbeat, pings and limits.
    pub fn new(identity: Zeroizing<[u8; 32]>, network: Hash) -> Config {
        Config {
            identity,
            network,
            listen: Vec::new(),
            heartbeat: Duration::from_secs(1),
            ping: Duration::from_secs(20),
            limits: Limits::default(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), NetworkError> {
        if self.heartbeat < Duration::from_millis(100) {
            return Err(NetworkError::Limits("the heartbeat must be at least 100 ms"));
        }
        if self.ping.is_zero() {
            return Err(NetworkError::Limits("a peer must have time to answer a ping"));
        }
        self.limits.check()
    }
}

/// Everything that is bounded. Sizes are in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections with one peer, both directions together: 2, because peers dial each other at once.
    pub connections_a_peer: u32,
    /// Connections with all peers: 256, of which three quarters may be inbound.
    pub connections: u32,
    /// Connections whose handshake is under way, in each direction: 64. One address may hold half of them.
    pub pending_peers: u32,
    /// Connections that one address (IPv6: one /64) may begin a second: 32, at once four times as many.
    pub attempts_an_address: u32,
    /// Requests of one peer being served at once, and requests of ours to one peer: 16 each.
    pub streams_a_peer: u32,
    /// Requests of one peer a second: 32. Our own requests keep to it, too.
    pub requests_a_peer: u32,
    /// One frame: 1 MiB.
    pub frame: usize,
    /// All frames of one answer: 8 MiB.
    pub answer: usize,
    /// Requests and answers held here for one peer: 16 MiB.
    pub bytes_a_peer: usize,
    /// Requests and answers held here for all peers: 64 MiB.
    pub bytes_in_flight: usize,
    /// Time to read or write one frame, to open a stream, to shake hands: 10 s.
    pub frame_time: Duration,
    /// Time for a request from first to last byte: 60 s.
    pub request_time: Duration,
    /// Gossip messages that wait for their verdict: 256, of one peer a quarter. Others are ignored.
    pub pending_gossip: usize,
    /// Resident memory of the process above which no new connection is made: 2 GiB.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections_a_peer: 2,
            connections: 256,
            pending_peers: 64,
            attempts_an_address: 32,
            streams_a_peer: 16,
            requests_a_peer: 32,
            frame: 1 << 20,
            answer: 8 << 20,
            bytes_a_peer: 16 << 20,
            bytes_in_flight: 64 << 20,
            frame_time: Duration::from_secs(10),
            request_time: Duration::from_secs(60),
            pending_gossip: 256,
            memory: 2 << 30,
        }
    }
}

impl Limits {
    /// Streams that the multiplexer lets one connection have: requests both ways, those being refused, gossip.
    pub(crate) fn streams_a_connection(&self) -> u32 {
        self.streams_a_peer * 4
    }

    fn check(&self) -> Result<(), NetworkError> {
        let counts = [
            self.connections_a_peer,
            self.connections,
            self.pending_peers,
            self.attempts_an_address,
            self.streams_a_peer,
            self.requests_a_peer,
        ];
        if counts.contains(&0) || self.frame == 0 || self.pending_gossip == 0 || self.memory == 0 {
            return Err(NetworkError::Limits("no limit may be 0"));
        }
        if self.frame_time.is_zero() || self.request_time < self.frame_time {
            return Err(NetworkError::Limits(
                "a request must have at least the time of a frame",
            ));
        }
        if self.frame > self.answer
            || self.answer > self.bytes_a_peer
            || self.bytes_a_peer > self.bytes_in_flight
        {
            return Err(NetworkError::Limits(
                "a frame must fit into an answer, that into a peer's share, that into the bytes in flight",
            ));
        }
        if u32::try_from(self.bytes_in_flight).is_err() {
            return Err(NetworkError::Limits("at most 4 GiB may be in flight"));
        }
        if self.streams_a_peer > 256 {
            return Err(NetworkError::Limits("a peer may have at most 256 streams"));
        }
        Ok(())
    }
}
