//! Charter versions as a set: all valid ones, rivals included, because which are in force follows
//! from the whole set. Gossip carries hashes; the versions come by request.

use liaison_protocol::charter::{BreakError, ChainError, Charter};
use liaison_protocol::dsse::Signed;
use liaison_protocol::{Hash, World, evidence, proto};

use crate::federation::{Cx, Federation};
use crate::outbox::Durable;
use crate::requests::Purpose;
use crate::store::Write;
use crate::transport::{Command, Peer};
use crate::wire::{self, Gossip, Request};

/// What is kept between comparisons.
#[derive(Debug, Default)]
pub(crate) struct Charters {
    newest: Hash,
    digest: Hash,
}

impl Charters {
    /// Looks at the world anew. True when the newest version in force changed.
    pub(crate) fn refresh(&mut self, world: &World) -> bool {
        self.digest = Hash::of(&wire::write_hashes(known(world)));
        let newest = world.chain().newest().hash();
        let changed = newest != self.newest;
        self.newest = newest;
        changed
    }

    /// SHA-256 over the sorted hashes of all valid versions known.
    pub(crate) fn digest(&self) -> Hash {
        self.digest
    }
}

/// Hashes of all valid versions known, ascending.
pub(crate) fn known(world: &World) -> Vec<Hash> {
    let mut hashes: Vec<Hash> = world.chain().all().into_iter().map(Signed::hash).collect();
    hashes.sort_unstable();
    hashes
}

impl Federation {
    /// Asks a peer for the versions that are not here.
    pub(crate) fn ask_charters(&mut self, peer: Peer, cx: Cx<'_>) {
        let have = wire::write_hashes(known(&self.world));
        self.ask(
            peer,
            Purpose::Charters,
            Request::Charters(proto::ChartersRequest { have }),
            cx,
        );
    }

    /// Charter versions came.
    pub(crate) fn charters_answered(&mut self, peer: Peer, list: proto::Envelopes, cx: Cx<'_>) {
        let mut new = false;
        for envelope in list.envelopes {
            let Ok(charter) = Signed::<Charter>::from_envelope(envelope) else {
                return self.misbehaved(&peer, cx.now);
            };
            match self.insert_charter(charter, cx) {
                Ok(inserted) => new |= inserted,
                // Its predecessor may have been cut off by a limit; anything else is no charter.
                Err(ChainError::Orphan(_) | ChainError::TooLarge) => {}
                Err(ChainError::Broken { .. } | ChainError::OtherNetwork(_)) => {
                    return self.misbehaved(&peer, cx.now);
                }
            }
        }
        if new && list.more {
            self.ask_charters(peer, cx);
        }
        self.settle_deferred_charters();
    }

    /// A charter version came from the operator.
    pub(crate) fn charter_from_operator(&mut self, charter: Signed<Charter>, cx: Cx<'_>) {
        let hash = charter.hash();
        match self.insert_charter(charter.clone(), cx) {
            Ok(true) => {
                let message = wire::gossip(Gossip::Charter(hash.0.to_vec()));
                self.out.transport(Command::Publish(message));
            }
            Err(ChainError::Broken {
                cause: BreakError::Threshold { .. },
                ..
            }) => self.proposal_from_operator(&charter, cx),
            Ok(false) | Err(_) => {}
        }
    }

    /// The operator chose between rival versions. The choice is kept: what the log names and judges by it
    /// holds over a restart.
    pub(crate) fn resolve(&mut self, chosen: Hash, cx: Cx<'_>) {
        let is_new = self.world.chain().newest_choice() != Some(chosen);
        let changed = self.world.resolve(chosen);
        // One that changes nothing now may decide later, when another rival comes.
        if is_new {
            let bytes = [&cx.date.to_be_bytes()[..], chosen.as_bytes()].concat();
            let hash = Hash::of(&bytes);
            let choice = Write::Choice { hash, bytes };
            self.out.store(vec![choice], Durable::Charters(changed));
        }
        if changed {
            self.world_changed(cx);
        }
    }

    // True when it is new.
    fn insert_charter(&mut self, charter: Signed<Charter>, cx: Cx<'_>) -> Result<bool, ChainError> {
        let hash = charter.hash();
        if self.world.chain().known(&hash).is_some() {
            return Ok(false);
        }
        let bytes = charter.to_bytes();
        let in_force = self.world.insert_charter(charter)?;
        self.out
            .store(vec![Write::Charter { hash, bytes }], Durable::Charters(in_force));
        // Before pending rivals are dropped.
        if let Some(charter) = self.world.chain().known(&hash).cloned() {
            self.convict_signers(&charter, cx);
        }
        self.world_changed(cx);
        Ok(true)
    }

    /// Two successors that one council key signed in one round are evidence, whoever else has signed them.
    pub(crate) fn convict_signers(&mut self, version: &Signed<Charter>, cx: Cx<'_>) {
        let rival = |other: &&Signed<Charter>| {
            other.previous == version.previous
                && other.round == version.round
                && other.hash() != version.hash()
        };
        let all = self.world.chain().all();
        let rivals = all.into_iter().filter(rival);
        let mut pieces: Vec<Vec<u8>> = rivals
            .map(|other| evidence::of_successors(other, version))
            .collect();
        pieces.extend(self.pending_rivals(version));
        for bytes in pieces {
            if evidence::verify(&bytes, &self.world).is_ok() {
                self.found_evidence(bytes, cx);
            }
        }
    }
}

#[cfg(test)]
mod tests;
