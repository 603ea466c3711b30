//! Healing: entries that a disk has damaged are fetched again, from whoever holds them (specification, section 11).
//!
//! A leaf hash fixes every byte of an entry, and the hashes are held apart from the entries. So any peer may be asked,
//! and what it sends is either what was lost or nothing.

use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::Origin;
use liaison_protocol::proto;
use liaison_protocol::tlog::{decode_bundle, leaf_hash};
use rand::RngExt;

use crate::api::Effect;
use crate::federation::{Cx, Federation};
use crate::log::Log;
use crate::requests::Purpose;
use crate::transport::Peer;
use crate::wire::Request;

/// Milliseconds until all are asked again after nobody had the entries.
const AGAIN: u64 = 30_000;

/// A bundle that is fetched again.
struct Bundle {
    first: u64,
    end: u64,
    came: Vec<Vec<u8>>,
    asked: Option<Peer>,
    tried: BTreeSet<Peer>,
    next_try: u64,
}

/// The bundles that are fetched again, one a log.
#[derive(Default)]
pub(crate) struct Heals {
    of: BTreeMap<Origin, Bundle>,
}

impl Heals {
    /// A peer is connected anew: it may have what nobody had.
    pub(crate) fn try_again(&mut self) {
        self.of.values_mut().for_each(|bundle| bundle.next_try = 0);
    }
}

impl Federation {
    /// The entries from `first` to `end` of a log are damaged here.
    pub(crate) fn heal(&mut self, origin: &Origin, (first, end): (u64, u64), cx: Cx<'_>) {
        let bundle = Bundle {
            first,
            end,
            came: Vec::new(),
            asked: None,
            tried: BTreeSet::new(),
            next_try: cx.now,
        };
        self.heals.of.entry(origin.clone()).or_insert(bundle);
        self.ask_bundle(origin, cx);
    }

    /// Asks for what is due.
    pub(crate) fn retry_heals(&mut self, cx: Cx<'_>) {
        for origin in self.heals.of.keys().cloned().collect::<Vec<_>>() {
            self.ask_bundle(&origin, cx);
        }
    }

    /// A log reads again: one that was left alone for its damage is followed from now on.
    pub(crate) fn healed(&mut self, origin: &Origin, cx: Cx<'_>) {
        let Some(damaged) = self.logs.get_mut(origin).filter(|log| log.is_damaged()) else {
            return;
        };
        let Ok(mut log) = Log::open(origin, &self.world, None, cx.view.store) else {
            return;
        };
        log.take_over(damaged);
        *damaged = log;
        self.settle_candidates(origin, cx);
        self.count_quorums(origin);
        self.touched.insert(origin.clone());
    }

    /// A part of a bundle came.
    pub(crate) fn heal_answered(
        &mut self,
        peer: Peer,
        origin: &Origin,
        entries: &proto::Entries,
        cx: Cx<'_>,
    ) {
        let Some(bundle) = self.heals.of.get_mut(origin).filter(|b| b.asked == Some(peer)) else {
            return;
        };
        let start = bundle.first + bundle.came.len() as u64;
        let leaves = decode_bundle(&entries.bundle).unwrap_or_default();
        let same = |(leaf, index): (&&[u8], u64)| {
            let held = cx.view.store.node(origin, 0, index).ok().flatten();
            index < bundle.end && held == Some(leaf_hash(leaf))
        };
        if leaves.is_empty() || !leaves.iter().zip(start..).all(same) {
            // It may have redacted what is asked for, or hold another branch: no reason to blame it.
            return self.heal_failed(peer, origin, cx);
        }
        bundle.came.extend(leaves.iter().map(|leaf| leaf.to_vec()));
        bundle.asked = None;
        if bundle.first + (bundle.came.len() as u64) < bundle.end {
            return self.ask_bundle(origin, cx);
        }
        if let Some(Bundle { first, came, .. }) = self.heals.of.remove(origin) {
            self.out.push(Effect::Heal {
                origin: origin.clone(),
                start: first,
                entries: came,
            });
        }
    }

    /// A peer could not serve a bundle: the next one is asked.
    pub(crate) fn heal_failed(&mut self, peer: Peer, origin: &Origin, cx: Cx<'_>) {
        if let Some(bundle) = self.heals.of.get_mut(origin).filter(|b| b.asked == Some(peer)) {
            bundle.asked = None;
            bundle.tried.insert(peer);
            self.ask_bundle(origin, cx);
        }
    }

    fn ask_bundle(&mut self, origin: &Origin, cx: Cx<'_>) {
        let due = |bundle: &&Bundle| bundle.asked.is_none() && bundle.next_try <= cx.now;
        let Some(bundle) = self.heals.of.get(origin).filter(due) else {
            return;
        };
        let holds = |listed: &crate::peers::Listed| {
            let claimed = listed
                .claims
                .get(origin)
                .is_some_and(|(size, _)| *size >= bundle.end);
            claimed || listed.authority == origin.authority()
        };
        let may = self
            .peers
            .ready()
            .filter(|(peer, listed)| holds(listed) && !bundle.tried.contains(peer));
        let may: Vec<Peer> = may.map(|(peer, _)| *peer).collect();
        let start = bundle.first + bundle.came.len() as u64;
        let count = (bundle.end - start) as u32;
        let chosen = (!may.is_empty()).then(|| may[self.rng.random_range(0..may.len())]);
        let Some(bundle) = self.heals.of.get_mut(origin) else {
            return;
        };
        bundle.asked = chosen;
        let Some(peer) = chosen else {
            bundle.tried.clear();
            bundle.next_try = cx.now + AGAIN;
            return;
        };
        let request = proto::EntriesRequest {
            origin: origin.to_string(),
            start,
            count,
        };
        self.ask(
            peer,
            Purpose::Heal(origin.clone(), start),
            Request::Entries(request),
            cx,
        );
    }
}

#[cfg(test)]
mod tests;
