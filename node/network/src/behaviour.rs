//! The parts that a libp2p swarm is composed of.

use std::time::Duration;

use libp2p::allow_block_list::{self, AllowedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::swarm::NetworkBehaviour;
use libp2p::{memory_connection_limits, ping};

use crate::gossip::Gossipsub;
use crate::sync::streams;
use crate::{Limits, admission};

/// Pings keep middleboxes awake and find connections that died unnoticed.
const PING: Duration = Duration::from_secs(20);

/// All parts. Their order matters: a connection is shown to them from the top, and the first that refuses
/// it ends the matter. Those that may refuse come first, so that nobody who is refused leaves a trace below.
#[derive(NetworkBehaviour)]
#[behaviour(prelude = "libp2p::swarm::derive_prelude")]
pub(crate) struct Behaviour {
    pub(crate) allowed: allow_block_list::Behaviour<AllowedPeers>,
    limits: connection_limits::Behaviour,
    admission: admission::Behaviour,
    memory: memory_connection_limits::Behaviour,
    ping: ping::Behaviour,
    pub(crate) gossip: Gossipsub,
    streams: streams::Behaviour,
}

impl Behaviour {
    pub(crate) fn new(limits: &Limits, gossip: Gossipsub, streams: streams::Behaviour) -> Behaviour {
        // A quarter of the connections stays for those that we dial: inbound ones cannot surround us.
        let inbound = limits.connections - limits.connections / 4;
        let connections = ConnectionLimits::default()
            .with_max_pending_incoming(Some(limits.pending_peers))
            .with_max_pending_outgoing(Some(limits.pending_peers))
            .with_max_established_incoming(Some(inbound))
            .with_max_established(Some(limits.connections))
            // One more, in whose favour the oldest is closed.
            .with_max_established_per_peer(Some(limits.connections_a_peer + 1));
        Behaviour {
            allowed: allow_block_list::Behaviour::default(),
            limits: connection_limits::Behaviour::new(connections),
            admission: admission::Behaviour::new(limits),
            memory: memory_connection_limits::Behaviour::with_max_bytes(limits.memory),
            ping: ping::Behaviour::new(ping::Config::new().with_interval(PING).with_timeout(PING)),
            gossip,
            streams,
        }
    }
}
