//! Who is turned away at the door: too many attempts from one address, and the causes of all refusals.
//!
//! A peer's name is known only after the TLS handshake. Before it an address is all there is, and this
//! behaviour limits how often, and how many at once, one address may make us shake hands.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};
use std::time::Instant;

use libp2p::PeerId;
use libp2p::allow_block_list::NotAllowed;
use libp2p::connection_limits::Exceeded;
use libp2p::core::transport::PortUse;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::memory_connection_limits::MemoryUsageLimitExceeded;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::ListenFailure;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, ListenError, NetworkBehaviour, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm, dummy,
};

use crate::Limits;
use crate::bucket::Bucket;

/// Addresses that are remembered; more than these share one bucket.
const ADDRESSES: usize = 4096;

/// Why a connection was refused, in the words of `Event::Refused`.
pub(crate) fn cause(error: &ListenError) -> &'static str {
    let ListenError::Denied { cause } = error else {
        return "handshake";
    };
    if cause.downcast_ref::<NotAllowed>().is_some() {
        "not-allowed"
    } else if cause.downcast_ref::<MemoryUsageLimitExceeded>().is_some() {
        "memory"
    } else if cause.downcast_ref::<Exceeded>().is_some() || cause.downcast_ref::<TooMany>().is_some() {
        "limit"
    } else {
        "handshake"
    }
}

/// An address that tried too often, or too much at once.
#[derive(Debug, thiserror::Error)]
#[error("too many connection attempts from {0}")]
pub(crate) struct TooMany(Multiaddr);

/// Limits the attempts of each address.
pub(crate) struct Behaviour {
    per_second: u32,
    at_once: usize,
    sources: HashMap<Option<IpAddr>, Source>,
    pending: HashMap<ConnectionId, Option<IpAddr>>,
}

struct Source {
    attempts: Bucket,
    pending: usize,
}

impl Behaviour {
    pub(crate) fn new(limits: &Limits) -> Behaviour {
        Behaviour {
            per_second: limits.attempts_an_address,
            at_once: (limits.pending_peers as usize).div_ceil(2),
            sources: HashMap::new(),
            pending: HashMap::new(),
        }
    }

    fn admit(&mut self, connection: ConnectionId, address: &Multiaddr, now: Instant) -> bool {
        let key = self.key(address, now);
        let per_second = self.per_second;
        let source = self.sources.entry(key).or_insert_with(|| Source {
            attempts: Bucket::new(per_second, per_second.saturating_mul(4), now),
            pending: 0,
        });
        if source.pending >= self.at_once || !source.attempts.take(now) {
            return false;
        }
        source.pending += 1;
        self.pending.insert(connection, key);
        true
    }

    /// The address under which a source is remembered; none when the table is full.
    fn key(&mut self, address: &Multiaddr, now: Instant) -> Option<IpAddr> {
        let key = prefix(address)?;
        if !self.sources.contains_key(&Some(key)) && self.sources.len() >= ADDRESSES {
            self.sources
                .retain(|_, source| source.pending > 0 || !source.attempts.is_full(now));
            if self.sources.len() >= ADDRESSES {
                return None;
            }
        }
        Some(key)
    }

    fn settle(&mut self, connection: ConnectionId) {
        if let Some(key) = self.pending.remove(&connection)
            && let Some(source) = self.sources.get_mut(&key)
        {
            source.pending = source.pending.saturating_sub(1);
        }
    }
}

/// The address, or the /64 of an IPv6 address, because one machine commands all of that.
fn prefix(address: &Multiaddr) -> Option<IpAddr> {
    address.iter().find_map(|part| match part {
        Protocol::Ip4(ip) => Some(IpAddr::V4(ip)),
        Protocol::Ip6(ip) => Some(match ip.to_ipv4_mapped() {
            Some(ip) => IpAddr::V4(ip),
            None => {
                let [a, b, c, d, ..] = ip.segments();
                IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
            }
        }),
        _ => None,
    })
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        if self.admit(connection, remote, Instant::now()) {
            Ok(())
        } else {
            Err(ConnectionDenied::new(TooMany(remote.clone())))
        }
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.settle(connection);
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        if let FromSwarm::ListenFailure(ListenFailure { connection_id, .. }) = event {
            self.settle(connection_id);
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            attempts_an_address: 2,
            pending_peers: 64,
            ..Limits::default()
        }
    }

    fn address(text: &str) -> Multiaddr {
        text.parse().expect("a multiaddr")
    }

    #[test]
    fn an_address_that_tries_too_often_is_turned_away_and_others_are_not() {
        let mut door = Behaviour::new(&limits());
        let now = Instant::now();
        let noisy = address("/ip4/192.0.2.1/tcp/1");
        let admitted = (1..100)
            .filter(|id| {
                let connection = ConnectionId::new_unchecked(*id);
                let admitted = door.admit(connection, &noisy, now);
                door.settle(connection);
                admitted
            })
            .count();
        assert_eq!(admitted, 8, "four times the rate at once");
        assert!(door.admit(
            ConnectionId::new_unchecked(100),
            &address("/ip4/192.0.2.2/tcp/1"),
            now
        ));
    }

    #[test]
    fn an_address_that_does_not_finish_its_handshakes_holds_half_of_the_places() {
        let mut door = Behaviour::new(&Limits {
            attempts_an_address: 100,
            ..limits()
        });
        let now = Instant::now();
        let slow = address("/ip4/192.0.2.1/udp/1/quic-v1");
        let admitted = (0..64).filter(|id| door.admit(ConnectionId::new_unchecked(*id), &slow, now));
        assert_eq!(admitted.count(), 32);
        door.settle(ConnectionId::new_unchecked(0));
        assert!(door.admit(ConnectionId::new_unchecked(64), &slow, now));
    }

    #[test]
    fn addresses_of_one_ipv6_network_share_a_bucket() {
        let a = prefix(&address("/ip6/2001:db8:1:2:3::4/tcp/1"));
        let b = prefix(&address("/ip6/2001:db8:1:2:ffff::1/tcp/9"));
        assert_eq!(a, b);
        assert_ne!(a, prefix(&address("/ip6/2001:db8:1:3::1/tcp/9")));
        assert_eq!(
            prefix(&address("/ip6/::ffff:192.0.2.1/tcp/1")),
            prefix(&address("/ip4/192.0.2.1/tcp/1"))
        );
    }

    #[test]
    fn the_table_of_addresses_does_not_grow_without_end() {
        let mut door = Behaviour::new(&limits());
        let now = Instant::now();
        for id in 0..2 * ADDRESSES {
            let [high, low] = (id as u16).to_be_bytes();
            let source = address(&format!("/ip4/10.0.{high}.{low}/tcp/1"));
            door.admit(ConnectionId::new_unchecked(id), &source, now);
        }
        assert!(door.sources.len() <= ADDRESSES + 1);
    }
}
