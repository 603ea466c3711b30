//! What the federation commands, done.

use std::collections::HashSet;
use std::sync::Arc;

use liaison_federation::transport::{Command, Event, Failure, Peer, RequestId};
use libp2p::PeerId;
use libp2p::core::multiaddr::{Multiaddr, Protocol};
use libp2p::swarm::DialError;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};

use crate::peer;
use crate::swarm::{Driver, explain, without_peer};
use crate::sync::Asking;

/// Addresses that one dial tries.
const ADDRESSES: usize = 16;

impl Driver {
    pub(crate) fn on_command(&mut self, command: Command) {
        match command {
            Command::Allow(peers) => self.allow(&peers),
            Command::Dial { peer, addresses } => self.dial(peer, &addresses),
            Command::Disconnect(peer) => {
                if let Some(id) = peer::to_id(&peer) {
                    // An error says that it is not connected.
                    let _ = self.swarm.disconnect_peer_id(id);
                }
            }
            Command::Request { id, peer, body } => self.request(id, peer, body),
            Command::Respond { id, frames } => self.context.respond(id, frames),
            Command::Publish(data) => {
                self.gossip.publish(&mut self.swarm.behaviour_mut().gossip, data);
            }
            Command::Judge { message, verdict } => {
                self.gossip
                    .judge(&mut self.swarm.behaviour_mut().gossip, message, verdict);
            }
            Command::Penalise(peer) => {
                if let Some(id) = peer::to_id(&peer) {
                    self.gossip.penalise(&mut self.swarm.behaviour_mut().gossip, id);
                }
            }
        }
    }

    /// Makes the list of allowed peers this one; connections of those that are no longer on it close.
    fn allow(&mut self, peers: &[Peer]) {
        let wanted: HashSet<PeerId> = peers
            .iter()
            .filter_map(peer::to_id)
            .filter(|id| id != self.swarm.local_peer_id())
            .collect();
        let allowed = &mut self.swarm.behaviour_mut().allowed;
        let gone: Vec<PeerId> = allowed.allowed_peers().difference(&wanted).copied().collect();
        for id in &gone {
            allowed.disallow_peer(*id);
        }
        for id in wanted {
            allowed.allow_peer(id);
        }
        for id in &gone {
            self.lanes.remove(id);
            self.gossip.forget(id);
        }
    }

    /// Dials a peer that is neither connected nor being dialled.
    fn dial(&mut self, peer: Peer, addresses: &[String]) {
        let Some(id) = peer::to_id(&peer) else {
            let cause = "its node key is no Ed25519 key".to_owned();
            return self.report(Event::DialFailed { peer, cause });
        };
        let usable: Vec<Multiaddr> = addresses
            .iter()
            .filter_map(|text| usable(text, &id))
            .take(ADDRESSES)
            .collect();
        let options = DialOpts::peer_id(id)
            .addresses(usable)
            .condition(PeerCondition::DisconnectedAndNotDialing)
            .build();
        let connection = options.connection_id();
        match self.swarm.dial(options) {
            Ok(()) => {
                self.dialling.insert(connection, peer);
            }
            // It is connected, or the dial that is under way will have its own outcome.
            Err(DialError::DialPeerConditionFalse(_)) => {}
            Err(error) => self.report(Event::DialFailed {
                peer,
                cause: explain(&error),
            }),
        }
    }

    fn request(&mut self, id: RequestId, peer: Peer, body: Vec<u8>) {
        let asking = self.prepare(id, peer, body);
        match asking {
            Ok(asking) => {
                self.tasks.spawn(asking.run(Arc::clone(&self.context)));
            }
            Err(failure) => self.report(Event::Answered {
                id,
                peer,
                result: Err(failure),
            }),
        }
    }

    /// Grants a request what it needs, or says at once why it cannot be sent.
    fn prepare(&self, id: RequestId, peer: Peer, body: Vec<u8>) -> Result<Asking, Failure> {
        let target = peer::to_id(&peer).ok_or(Failure::NotConnected)?;
        if !self.swarm.is_connected(&target) {
            return Err(Failure::NotConnected);
        }
        if body.len() > self.context.limits.frame {
            return Err(Failure::Framing("the request is larger than a frame".to_owned()));
        }
        let lane = Arc::clone(self.lanes.get(&target).ok_or(Failure::NotConnected)?);
        let permit = lane.ask().ok_or(Failure::Busy)?;
        let held = self
            .context
            .budget
            .try_reserve(&lane, body.len())
            .ok_or(Failure::Busy)?;
        Ok(Asking {
            id,
            target,
            lane,
            body,
            held,
            permit,
        })
    }
}

/// The address, if it can be read and does not name another peer.
fn usable(text: &str, id: &PeerId) -> Option<Multiaddr> {
    let address: Multiaddr = text.parse().ok()?;
    match address.iter().last() {
        Some(Protocol::P2p(named)) if named != *id => None,
        None => None,
        _ => Some(without_peer(address)),
    }
}
