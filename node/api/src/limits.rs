//! What callers can make the interface do, at most.

use std::time::Duration;

/// Limits of the interface. The defaults suit a node with a few dozen clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Open connections of one listener.
    pub connections: usize,
    /// Open connections from one address.
    pub connections_per_address: usize,
    /// Requests being answered at a time.
    pub requests: usize,
    /// Event streams and waiting requests at a time.
    pub streams: usize,
    /// Requests of one token, or of one address without a token, in a second.
    pub requests_per_second: u32,
    /// Requests that such a caller may send at once after a pause.
    pub burst: u32,
    /// Largest body of a submitted update, in bytes.
    pub update_bytes: usize,
    /// Bytes of all bodies being received or handled at a time.
    pub body_memory: usize,
    /// Time for the head of a request, and for the next one on an idle connection.
    pub head_time: Duration,
    /// Time for a TLS handshake.
    pub handshake_time: Duration,
    /// Time for one request, its body included; a request that waits for a quorum adds its own.
    pub request_time: Duration,
    /// Time in which a client that is sent something must take some of it.
    pub stall_time: Duration,
    /// Time after which a request that waits looks again though nothing happened in its log: copies
    /// are counted without an event.
    pub look_again: Duration,
    /// Time between two heartbeats of an event stream.
    pub heartbeat: Duration,
    /// Time that running requests get when the node stops.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 256,
            connections_per_address: 64,
            requests: 64,
            streams: 64,
            requests_per_second: 50,
            burst: 200,
            update_bytes: 8 << 20,
            body_memory: 64 << 20,
            head_time: Duration::from_secs(30),
            handshake_time: Duration::from_secs(10),
            request_time: Duration::from_secs(30),
            stall_time: Duration::from_secs(30),
            look_again: Duration::from_secs(1),
            heartbeat: Duration::from_secs(15),
            drain_time: Duration::from_secs(10),
        }
    }
}
