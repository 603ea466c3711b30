//! Which connections a peer has, and which of them have been replaced.
//!
//! A process that was killed says no farewell. Over QUIC its connection then looks alive for as long as
//! silence is allowed, while the process that took its place is back at once. A peer dials only when it knows
//! of no connection: once it asks on a newer one, the older one is dead before anything else can tell.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use libp2p::PeerId;
use libp2p::core::ConnectedPoint;
use libp2p::swarm::ConnectionId;

/// Two peers that dial each other at once have both connections within this time.
const AT_ONCE: Duration = Duration::from_secs(2);

/// The connections of all peers, each peer's in the order in which they were made.
#[derive(Default)]
pub(crate) struct Connections {
    of: HashMap<PeerId, Vec<Connection>>,
}

struct Connection {
    id: ConnectionId,
    endpoint: ConnectedPoint,
    since: Instant,
}

impl Connections {
    /// Notes a new connection; takes out the oldest when the peer has more than `limit` now. Processes that were killed
    /// one after the other, before they asked anything, would keep the next one out otherwise.
    pub(crate) fn established(
        &mut self,
        peer: PeerId,
        (id, endpoint): (ConnectionId, ConnectedPoint),
        since: Instant,
        limit: usize,
    ) -> Option<ConnectionId> {
        let connections = self.of.entry(peer).or_default();
        connections.push(Connection { id, endpoint, since });
        (connections.len() > limit).then(|| connections.remove(0).id)
    }

    /// A peer asks on this connection: takes out the older ones that it has replaced. None when there are none.
    pub(crate) fn used(
        &mut self,
        peer: &PeerId,
        id: ConnectionId,
    ) -> Option<(ConnectedPoint, Vec<ConnectionId>)> {
        let connections = self.of.get_mut(peer)?;
        let position = connections.iter().position(|connection| connection.id == id)?;
        let (older, used) = (&connections[..position], &connections[position]);
        let crossed = |old: &Connection| {
            old.endpoint.is_dialer() != used.endpoint.is_dialer() && used.since - old.since < AT_ONCE
        };
        let replaced: Vec<ConnectionId> = older
            .iter()
            .filter(|old| !crossed(old))
            .map(|old| old.id)
            .collect();
        if replaced.is_empty() {
            return None;
        }
        let endpoint = used.endpoint.clone();
        connections.retain(|connection| !replaced.contains(&connection.id));
        Some((endpoint, replaced))
    }

    /// Forgets a connection that has closed.
    pub(crate) fn closed(&mut self, peer: &PeerId, id: ConnectionId) {
        if let Some(connections) = self.of.get_mut(peer) {
            connections.retain(|connection| connection.id != id);
            if connections.is_empty() {
                self.of.remove(peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use libp2p::Multiaddr;
    use libp2p::core::Endpoint;
    use libp2p::core::transport::PortUse;

    use super::*;

    fn id(number: usize) -> ConnectionId {
        ConnectionId::new_unchecked(number)
    }

    fn endpoint(outbound: bool) -> ConnectedPoint {
        let address = Multiaddr::empty();
        if outbound {
            ConnectedPoint::Dialer {
                address,
                role_override: Endpoint::Dialer,
                port_use: PortUse::Reuse,
            }
        } else {
            ConnectedPoint::Listener {
                local_addr: address.clone(),
                send_back_addr: address,
            }
        }
    }

    /// Two connections, so far apart.
    fn two(outbound: [bool; 2], apart: Duration) -> (Connections, PeerId) {
        let mut connections = Connections::default();
        let (peer, now) = (PeerId::random(), Instant::now());
        assert_eq!(
            connections.established(peer, (id(1), endpoint(outbound[0])), now, 2),
            None
        );
        assert_eq!(
            connections.established(peer, (id(2), endpoint(outbound[1])), now + apart, 2),
            None
        );
        (connections, peer)
    }

    fn used(connections: &mut Connections, peer: PeerId, number: usize) -> Vec<ConnectionId> {
        let used = connections.used(&peer, id(number));
        used.map_or_else(Vec::new, |(_, replaced)| replaced)
    }

    fn replaced(outbound: [bool; 2], apart: Duration) -> Vec<ConnectionId> {
        let (mut connections, peer) = two(outbound, apart);
        used(&mut connections, peer, 2)
    }

    #[test]
    fn a_peer_that_asks_on_a_second_connection_in_the_same_direction_has_lost_the_first() {
        assert_eq!(replaced([false, false], Duration::ZERO), [id(1)]);
        assert_eq!(replaced([true, true], Duration::ZERO), [id(1)]);
    }

    #[test]
    fn peers_that_dial_each_other_at_once_keep_both_connections() {
        assert_eq!(replaced([true, false], Duration::from_millis(100)), []);
        assert_eq!(replaced([false, true], Duration::from_millis(100)), []);
    }

    #[test]
    fn a_later_connection_replaces_one_of_either_direction() {
        assert_eq!(replaced([true, false], AT_ONCE), [id(1)]);
        assert_eq!(replaced([false, true], AT_ONCE), [id(1)]);
    }

    #[test]
    fn a_connection_that_is_not_asked_on_replaces_none_and_an_older_one_never_replaces_a_newer() {
        let (mut connections, peer) = two([false, false], AT_ONCE);
        assert_eq!(used(&mut connections, peer, 1), []);
        assert_eq!(used(&mut connections, peer, 2), [id(1)]);
        assert_eq!(used(&mut connections, peer, 2), [], "once");
    }

    #[test]
    fn a_connection_above_the_limit_replaces_the_oldest() {
        let (mut connections, peer) = two([false, false], AT_ONCE);
        let third = connections.established(peer, (id(3), endpoint(false)), Instant::now(), 2);
        assert_eq!(third, Some(id(1)));
        assert_eq!(used(&mut connections, peer, 3), [id(2)]);
    }

    #[test]
    fn a_closed_connection_is_forgotten() {
        let (mut connections, peer) = two([false, false], AT_ONCE);
        connections.closed(&peer, id(1));
        assert_eq!(used(&mut connections, peer, 2), []);
        connections.closed(&peer, id(2));
        assert!(connections.of.is_empty());
    }
}
