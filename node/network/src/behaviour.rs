//! The parts that a libp2p swarm is composed of.

use libp2p::allow_block_list::{self, AllowedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::swarm::NetworkBehaviour;
use libp2p::{memory_connection_limits, ping};

use crate::gossip::Gossipsub;
use crate::sync::streams;
use crate::{Config, admission};

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
    pub(crate) fn new(config: &Config, gossip: Gossipsub, streams: streams::Behaviour) -> Behaviour {
        let limits = &config.limits;
        // A quarter of the connections stays for those that we dial: inbound ones cannot surround us.
        let inbound = limits.connections - limits.connections / 4;
        let connections = ConnectionLimits::default()
            .with_max_pending_incoming(Some(limits.pending_peers))
            .with_max_pending_outgoing(Some(limits.pending_peers))
            .with_max_established_incoming(Some(inbound))
            .with_max_established(Some(limits.connections))
            // One more, in whose favour the oldest is closed.
            .with_max_established_per_peer(Some(limits.connections_a_peer + 1));
        // They keep middleboxes awake and find connections that died unnoticed.
        let pings = ping::Config::new()
            .with_interval(config.ping)
            .with_timeout(config.ping);
        Behaviour {
            allowed: allow_block_list::Behaviour::default(),
            limits: connection_limits::Behaviour::new(connections),
            admission: admission::Behaviour::new(limits),
            memory: memory_connection_limits::Behaviour::with_max_bytes(limits.memory),
            ping: ping::Behaviour::new(pings),
            gossip,
            streams,
        }
    }
}

#[cfg(test)]
mod tests {
    use liaison_protocol::Hash;
    use libp2p::core::Multiaddr;
    use libp2p::swarm::ConnectionId;
    use libp2p::{PeerId, StreamProtocol};
    use prometheus_client::registry::Registry;

    use super::*;
    use crate::gossip;

    /// Behaviours keep something of every connection that they are shown, and are not told when another refuses it.
    #[test]
    fn a_peer_that_is_refused_leaves_no_trace_in_what_comes_after() {
        let config = Config::new([1; 32].into(), Hash::of(b"network of the tests"));
        let gossip = gossip::behaviour(&config.network, config.heartbeat, &mut Registry::default());
        let (streams, _) = streams::Behaviour::new(StreamProtocol::new("/sync"));
        let mut behaviour = Behaviour::new(&config, gossip.expect("settings"), streams);
        let address: Multiaddr = "/ip4/192.0.2.1/tcp/1".parse().expect("an address");
        let (stranger, member) = (PeerId::random(), PeerId::random());
        behaviour.allowed.allow_peer(member);
        for (number, peer, known) in [(1, stranger, 0), (2, member, 1)] {
            let id = ConnectionId::new_unchecked(number);
            let shown = behaviour.handle_established_inbound_connection(id, peer, &address, &address);
            assert_eq!(shown.is_ok(), peer == member);
            assert_eq!(behaviour.gossip.all_peers().count(), known);
        }
    }
}
