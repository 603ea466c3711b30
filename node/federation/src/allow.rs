//! The allow-list: only nodes that a root mandated, of authorities in good standing, may connect
//! (specification, section 11).

use std::collections::BTreeMap;

use liaison_protocol::statement::Role;
use liaison_protocol::{Code, World};

use crate::federation::{Cx, Federation};
use crate::limits::ALLOW_EVERY;
use crate::transport::{Command, Peer};

/// All nodes that may be connected at a time (Unix, milliseconds), with their authorities.
pub(crate) fn allowed(world: &World, now: u64) -> BTreeMap<Peer, Code> {
    let good = world
        .chain()
        .newest()
        .authorities
        .values()
        .filter(|authority| authority.rank.is_good());
    let nodes = good.flat_map(|authority| {
        let keys = world
            .statements()
            .live_keys(world.chain(), &authority.code, Role::Node, now);
        keys.into_iter()
            .filter_map(|key| Some((Peer::from_key(key)?, authority.code.clone())))
    });
    nodes.collect()
}

impl Federation {
    /// Makes the allow-list anew and tells the transport when it changed.
    pub(crate) fn refresh_allowed(&mut self, cx: Cx<'_>) {
        self.next_allow = cx.now + ALLOW_EVERY;
        let mut allowed = allowed(&self.world, cx.date);
        allowed.remove(&self.config.me);
        let gone: Vec<Peer> = self
            .peers
            .listed
            .keys()
            .filter(|peer| !allowed.contains_key(peer))
            .copied()
            .collect();
        let new: Vec<Peer> = allowed
            .keys()
            .filter(|peer| self.peers.get(peer).is_none())
            .copied()
            .collect();
        if gone.is_empty() && new.is_empty() {
            return;
        }
        // The list goes first, so that nobody is dialled who is not on it.
        self.out
            .transport(Command::Allow(allowed.keys().copied().collect()));
        for peer in &gone {
            self.disconnected(peer, cx);
            self.peers.listed.remove(peer);
        }
        for peer in new {
            if let Some(code) = allowed.remove(&peer) {
                self.list_peer(peer, code, cx.now);
            }
        }
    }
}

#[cfg(test)]
mod tests;
