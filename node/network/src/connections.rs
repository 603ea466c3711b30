//! Which connections a peer has, and which of them a new one replaces.
//!
//! A process that was killed says no farewell. Over QUIC its connection then looks alive for as long as
//! silence is allowed, while the process that took its place is back at once. A peer dials only when it knows
//! of no connection, so its new one says that an older one is dead before anything else can.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use libp2p::PeerId;
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
    outbound: bool,
    since: Instant,
}

impl Connections {
    /// Notes a new connection; returns those of the same peer that it replaces.
    pub(crate) fn established(
        &mut self,
        peer: PeerId,
        id: ConnectionId,
        outbound: bool,
        now: Instant,
    ) -> Vec<ConnectionId> {
        let connections = self.of.entry(peer).or_default();
        let crossed = |old: &Connection| old.outbound != outbound && now - old.since < AT_ONCE;
        let replaced: Vec<ConnectionId> = connections
            .iter()
            .filter(|old| !crossed(old))
            .map(|old| old.id)
            .collect();
        connections.push(Connection {
            id,
            outbound,
            since: now,
        });
        replaced
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
    use super::*;

    const FIRST: usize = 1;
    const SECOND: usize = 2;

    fn replaced(outbound: [bool; 2], apart: Duration) -> bool {
        let mut connections = Connections::default();
        let (peer, now) = (PeerId::random(), Instant::now());
        let first = ConnectionId::new_unchecked(FIRST);
        assert!(connections.established(peer, first, outbound[0], now).is_empty());
        let second = ConnectionId::new_unchecked(SECOND);
        let replaced = connections.established(peer, second, outbound[1], now + apart);
        assert!(replaced.is_empty() || replaced == [first]);
        !replaced.is_empty()
    }

    #[test]
    fn a_second_connection_in_the_same_direction_replaces_the_first() {
        assert!(replaced([false, false], Duration::ZERO));
        assert!(replaced([true, true], Duration::ZERO));
    }

    #[test]
    fn peers_that_dial_each_other_at_once_keep_both_connections() {
        assert!(!replaced([true, false], Duration::from_millis(100)));
        assert!(!replaced([false, true], Duration::from_millis(100)));
    }

    #[test]
    fn a_later_connection_replaces_one_of_either_direction() {
        assert!(replaced([true, false], AT_ONCE));
        assert!(replaced([false, true], AT_ONCE));
    }

    #[test]
    fn a_closed_connection_is_forgotten() {
        let mut connections = Connections::default();
        let (peer, now) = (PeerId::random(), Instant::now());
        connections.established(peer, ConnectionId::new_unchecked(FIRST), true, now);
        connections.closed(&peer, ConnectionId::new_unchecked(FIRST));
        let second = ConnectionId::new_unchecked(SECOND);
        assert!(connections.established(peer, second, true, now).is_empty());
        connections.closed(&peer, second);
        assert!(connections.of.is_empty());
    }
}
