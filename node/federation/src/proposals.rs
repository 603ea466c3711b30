//! Pending charter versions: successors that gather signatures of the council while they travel
//! (specification, sections 4 and 11).
//!
//! A node holds those that follow the newest version in force, and beside them those that follow a
//! version which lost against its rival: that may change, and who signed them is worth knowing. Only
//! the first travel. Each is charged to the keys of its council that signed it, so that nobody else
//! can fill the set; and what is kept of a set is a function of the set, so that all keep the same.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use liaison_protocol::charter::{Chain, ChainError, Charter, Pending, PendingError};
use liaison_protocol::dsse::{Body, Signed};
use liaison_protocol::{Hash, KeyId, World, evidence, proto};
use prost::Message;

use crate::bucket::Bucket;
use crate::federation::{Cx, Federation};
use crate::gossip::{Judged, Until};
use crate::limits::{HOUR, PROPOSAL_BYTES_A_KEY, PROPOSALS_A_KEY, PROPOSALS_PER_HOUR};
use crate::outbox::Durable;
use crate::requests::Purpose;
use crate::store::Write;
use crate::transport::{Command, Peer, Verdict};
use crate::wire::{self, Gossip, Request};

/// The pending versions that are held.
#[derive(Debug, Default)]
pub(crate) struct Proposals {
    held: BTreeMap<Hash, Pending>,
    digest: Hash,
    rates: BTreeMap<KeyId, Bucket>,
}

/// What became of a pending version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// It, or a signature of it, is new.
    New,
    /// Nothing of it is new.
    Known,
    /// It follows another version than the newest, or a limit is reached: nobody's fault.
    Passed,
    /// No honest node passes it on.
    Bad,
}

impl Proposals {
    /// Those of a store that this world can judge.
    pub(crate) fn open(stored: &[u8], world: &World) -> Proposals {
        let mut proposals = Proposals::default();
        for envelope in read(stored) {
            if let Ok(pending) = Pending::new(envelope, Some(world.chain())) {
                proposals.held.insert(pending.hash(), pending);
            }
        }
        proposals.prune(world.chain());
        proposals
    }

    /// SHA-256 over the sorted names of those that follow the newest version.
    pub(crate) fn digest(&self) -> Hash {
        self.digest
    }

    /// All that are held.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Pending> {
        self.held.values()
    }

    /// Those that follow the newest version in force.
    pub(crate) fn open_ones<'a>(&'a self, chain: &'a Chain) -> impl Iterator<Item = &'a Pending> {
        let newest = chain.newest().hash();
        let follows = move |pending: &&Pending| pending.charter().previous == Some(newest);
        self.held.values().filter(follows)
    }

    /// Whether one is held with at least these signatures.
    pub(crate) fn has(&self, hash: &Hash, signers: &BTreeSet<KeyId>) -> bool {
        let held = self.held.get(hash);
        held.is_some_and(|held| signers.is_subset(&held.signers()))
    }

    // Leaves those that can still come in force, within the limits. True when the set is another one.
    fn prune(&mut self, chain: &Chain) -> bool {
        let before = self.held.len();
        let parents: BTreeSet<Hash> = self
            .held
            .values()
            .filter_map(|pending| pending.charter().previous)
            .filter(|parent| chain.newest().hash() == *parent || chain.version(parent).is_none())
            .collect();
        let parents = parents.iter().filter_map(|parent| chain.known(parent));
        let kept: BTreeSet<Hash> = parents.flat_map(|parent| self.kept(parent)).collect();
        self.held
            .retain(|hash, _| kept.contains(hash) && chain.known(hash).is_none());
        let names = self.open_ones(chain).map(|p| name(&p.hash(), &p.signers()));
        let names: BTreeSet<Hash> = names.collect();
        let digest = Hash::of(&wire::write_hashes(names));
        let changed = digest != self.digest || self.held.len() != before;
        self.digest = digest;
        changed
    }

    // Of the successors of a version each key of its council keeps its first ones: higher rounds first,
    // then by hash.
    fn kept(&self, parent: &Signed<Charter>) -> BTreeSet<Hash> {
        let follows = |pending: &&Pending| pending.charter().previous == Some(parent.hash());
        let mut all: Vec<&Pending> = self.held.values().filter(follows).collect();
        all.sort_by_key(|pending| (Reverse(pending.charter().round), pending.hash()));
        let of_key = |key: KeyId| {
            let mut bytes = 0;
            let signed = all.iter().filter(move |pending| pending.signers().contains(&key));
            let fitting = signed.take(PROPOSALS_A_KEY).take_while(move |pending| {
                bytes += pending.size();
                bytes <= PROPOSAL_BYTES_A_KEY
            });
            fitting.map(|pending| pending.hash()).collect::<Vec<_>>()
        };
        parent.council.iter().flat_map(|key| of_key(key.id())).collect()
    }

    // A key of the council brings so many new ones in an hour: each is written and passed on.
    fn is_in_time(&mut self, signers: &BTreeSet<KeyId>, now: u64) -> bool {
        signers.iter().any(|key| {
            let rate = self.rates.entry(*key);
            let rate = rate.or_insert_with(|| Bucket::new(PROPOSALS_PER_HOUR, HOUR, now));
            rate.take(1, now)
        })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let envelopes = self.held.values().map(Pending::envelope);
        envelopes
            .flat_map(Message::encode_length_delimited_to_vec)
            .collect()
    }
}

impl Federation {
    /// Pending versions that are held, those that follow a version which is not in force included.
    pub fn proposals(&self) -> impl Iterator<Item = &Pending> {
        self.proposals.all()
    }

    /// Asks a peer for the pending versions and signatures that are not here.
    pub(crate) fn ask_proposals(&mut self, peer: Peer, cx: Cx<'_>) {
        let open = self.proposals.open_ones(self.world.chain());
        let have = open.map(state).collect();
        let request = Request::Proposals(proto::ProposalsRequest { have });
        self.ask(peer, Purpose::Proposals, request, cx);
    }

    /// Those that a peer lacks, whole or in signatures.
    pub(crate) fn proposals_for(&self, request: &proto::ProposalsRequest) -> Option<Vec<proto::Envelope>> {
        let mut theirs = BTreeMap::new();
        for held in &request.have {
            let (hash, signers) = read_state(held)?;
            theirs.insert(hash, signers);
        }
        let lacks = |pending: &&Pending| {
            let theirs = theirs.get(&pending.hash());
            theirs.is_none_or(|theirs| !pending.signers().is_subset(theirs))
        };
        let open = self.proposals.open_ones(self.world.chain());
        Some(open.filter(lacks).map(|p| p.envelope().clone()).collect())
    }

    /// Pending versions came.
    pub(crate) fn proposals_answered(&mut self, peer: Peer, list: proto::Envelopes, cx: Cx<'_>) {
        let mut new = false;
        for envelope in list.envelopes {
            match self.take_proposal(envelope, false, cx) {
                Taken::New => new = true,
                Taken::Known | Taken::Passed => {}
                Taken::Bad => return self.misbehaved(&peer, cx.now),
            }
        }
        if new && list.more {
            self.ask_proposals(peer, cx);
        }
        self.settle_deferred_charters();
    }

    /// A version came from the operator that not enough have signed yet.
    pub(crate) fn proposal_from_operator(&mut self, version: &Signed<Charter>, cx: Cx<'_>) {
        if self.take_proposal(version.envelope().clone(), true, cx) == Taken::New {
            self.publish_proposal(&version.hash());
        }
    }

    /// Gossip says that a pending version has these signatures.
    pub(crate) fn judge_proposal(&mut self, news: &proto::ProposalState, from: Peer, cx: Cx<'_>) -> Judged {
        let Some((hash, signers)) = read_state(news).filter(|(_, signers)| !signers.is_empty()) else {
            return Judged::Now(Verdict::Reject);
        };
        let chain = self.world.chain();
        let council = signers
            .iter()
            .any(|key| chain.newest().council_key(*key).is_some());
        if !council || chain.known(&hash).is_some() || self.proposals.has(&hash, &signers) {
            return Judged::Now(Verdict::Ignore);
        }
        self.ask_proposals(from, cx);
        Judged::Later(Until::Proposal(hash, signers))
    }

    /// The versions in force changed: pending ones that can no longer follow are dropped.
    pub(crate) fn refresh_proposals(&mut self) {
        let council = &self.world.chain().newest().council;
        let council: BTreeSet<KeyId> = council.iter().map(|key| key.id()).collect();
        self.proposals.rates.retain(|key, _| council.contains(key));
        if self.proposals.prune(self.world.chain()) {
            self.store_proposals();
        }
    }

    /// Evidence that keys signed a rival of this version in its round, which still gathers signatures.
    pub(crate) fn pending_rivals(&self, version: &Signed<Charter>) -> Vec<Vec<u8>> {
        let is_rival = |pending: &&Pending| {
            let charter = pending.charter();
            charter.previous == version.previous
                && charter.round == version.round
                && pending.hash() != version.hash()
                && version.signers().any(|key| pending.signers().contains(&key))
        };
        let rivals = self.proposals.all().filter(is_rival);
        let rivals = rivals.filter_map(|pending| pending.signed().ok());
        rivals
            .map(|rival| evidence::of_successors(&rival, version))
            .collect()
    }

    fn take_proposal(&mut self, envelope: proto::Envelope, by_operator: bool, cx: Cx<'_>) -> Taken {
        let chain = self.world.chain();
        let pending = match Pending::new(envelope, Some(chain)) {
            Ok(pending) => pending,
            // Its predecessor may come yet, and a later release may know its fields.
            Err(
                PendingError::Chain(ChainError::Orphan(_) | ChainError::TooLarge) | PendingError::Unknown,
            ) => {
                return Taken::Passed;
            }
            Err(_) => return Taken::Bad,
        };
        let hash = pending.hash();
        let signers = pending.signers();
        if chain.known(&hash).is_some() {
            return Taken::Known;
        }
        let newest = chain.newest();
        if pending.charter().previous != Some(newest.hash()) {
            return Taken::Passed;
        }
        let of_council = |key: &KeyId| newest.council_key(*key).is_some();
        let council: BTreeSet<KeyId> = signers.iter().copied().filter(of_council).collect();
        if council.is_empty() {
            return Taken::Bad;
        }
        if !by_operator
            && !self.proposals.held.contains_key(&hash)
            && !self.proposals.is_in_time(&council, cx.now)
        {
            return Taken::Passed;
        }
        self.merge_proposal(pending, cx)
    }

    fn merge_proposal(&mut self, pending: Pending, cx: Cx<'_>) -> Taken {
        let (hash, came_with) = (pending.hash(), pending.signers());
        let is_new = match self.proposals.held.entry(hash) {
            Entry::Vacant(vacant) => {
                vacant.insert(pending);
                true
            }
            Entry::Occupied(mut held) => held.get_mut().merge(&pending),
        };
        if !is_new {
            return Taken::Known;
        }
        self.proposals.prune(self.world.chain());
        let Some(held) = self.proposals.held.get(&hash) else {
            return Taken::Passed;
        };
        let (signers, signed) = (held.signers(), held.signed());
        let is_complete = held.is_complete(Some(self.world.chain().newest()));
        let Ok(signed) = signed else { return Taken::Bad };
        self.convict_signers(&signed, cx);
        if is_complete {
            // From here on it is a version like any other.
            self.charter_from_operator(signed, cx);
            return Taken::New;
        }
        self.store_proposals();
        if signers != came_with {
            // Nobody has told of these signatures together yet.
            self.publish_proposal(&hash);
        }
        Taken::New
    }

    fn publish_proposal(&mut self, hash: &Hash) {
        if let Some(pending) = self.proposals.held.get(hash) {
            let message = wire::gossip(Gossip::Proposal(state(pending)));
            self.out.transport(Command::Publish(message));
        }
    }

    fn store_proposals(&mut self) {
        let write = Write::Proposals {
            envelopes: self.proposals.to_bytes(),
        };
        self.out.store(vec![write], Durable::Proposals);
    }
}

// What names a pending version with the signatures that it has.
fn name(hash: &Hash, signers: &BTreeSet<KeyId>) -> Hash {
    let signers = signers.iter().map(|key| key.0);
    Hash::of(&wire::write_hashes([*hash].into_iter().chain(signers)))
}

fn state(pending: &Pending) -> proto::ProposalState {
    proto::ProposalState {
        hash: pending.hash().0.to_vec(),
        signers: wire::write_hashes(pending.signers().into_iter().map(|key| key.0)),
    }
}

// None when no honest node writes it so.
fn read_state(state: &proto::ProposalState) -> Option<(Hash, BTreeSet<KeyId>)> {
    let hash = Hash::from_slice(&state.hash).ok()?;
    let signers = wire::read_hashes(&state.signers)?;
    let ascends = signers.is_sorted_by(|a, b| a < b);
    let fits = signers.len() <= Charter::SIGNATURES_MAX;
    (ascends && fits).then(|| (hash, signers.into_iter().map(KeyId).collect()))
}

// Envelopes, each after its length; what is cut short ends the list.
fn read(mut bytes: &[u8]) -> Vec<proto::Envelope> {
    let mut envelopes = Vec::new();
    while let Ok(envelope) = proto::Envelope::decode_length_delimited(&mut bytes)
        && !envelope.body.is_empty()
    {
        envelopes.push(envelope);
    }
    envelopes
}

#[cfg(test)]
mod tests;
