//! The want-list: payloads that this node may read and does not hold yet. None is forgotten: each
//! is asked of every holder in turn, the author's node first, and again later with growing waits.
//!
//! For payloads of the own log it is the other way round: peers are asked which they lack, so that
//! the copies that exist are known.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{self, Excluded, Included, Unbounded};

use liaison_protocol::proto;
use liaison_protocol::update::payload_digest;
use rand::RngExt;

use crate::api::{Notice, PayloadInfo};
use crate::federation::{Cx, Federation};
use crate::limits::WATCHED_MAX;
use crate::outbox::Durable;
use crate::requests::{Purpose, payload_id, payload_request};
use crate::store::{PayloadId, Write};
use crate::transport::Peer;
use crate::wire::{Request, Response};

/// First wait after all holders were asked in vain, in milliseconds; doubled up to the last.
const WAIT_FIRST: u64 = 1_000;
const WAIT_MAX: u64 = 5 * 60 * 1000;
/// Milliseconds between two questions about copies to one peer, while some are missing.
const COPIES_EVERY: u64 = 1_000;

struct Want {
    info: PayloadInfo,
    asked: Option<Peer>,
    storing: bool,
    // Peers that were asked in this turn.
    tried: BTreeSet<Peer>,
    turns: u32,
    next_try: u64,
}

/// Payloads that are missing here, and who holds those of the own log.
#[derive(Default)]
pub(crate) struct Wants {
    wants: BTreeMap<PayloadId, Want>,
    /// How many of them are asked for.
    in_flight: usize,
    // The last that was due: the next ones have their turn first.
    last_due: Option<PayloadId>,
    watched: BTreeMap<PayloadId, BTreeSet<Peer>>,
}

impl Wants {
    /// No longer wants a payload.
    pub(crate) fn remove(&mut self, id: &PayloadId) {
        if self.wants.remove(id).is_some_and(|want| want.asked.is_some()) {
            self.in_flight -= 1;
        }
    }

    // A want that was asked for is not any more; none if it was not asked of this peer.
    fn answered(&mut self, id: &PayloadId, peer: &Peer) -> Option<&mut Want> {
        let want = self.wants.get_mut(id).filter(|want| want.asked == Some(*peer))?;
        want.asked = None;
        self.in_flight -= 1;
        Some(want)
    }

    /// How many are wanted.
    pub(crate) fn len(&self) -> usize {
        self.wants.len()
    }

    /// Counts the copies of a payload from now on.
    pub(crate) fn watch(&mut self, id: PayloadId) {
        self.watched.entry(id).or_default();
        while self.watched.len() > WATCHED_MAX {
            self.watched.pop_first();
        }
    }

    /// How many peers hold a watched payload, as far as they were asked.
    pub(crate) fn copies(&self, id: &PayloadId) -> usize {
        self.watched.get(id).map_or(0, BTreeSet::len)
    }

    /// A peer is connected anew: whatever it was asked in vain may be asked again at once.
    pub(crate) fn try_again(&mut self, peer: &Peer, now: u64) {
        for want in self.wants.values_mut() {
            want.tried.remove(peer);
            want.next_try = want.next_try.min(now);
        }
    }
}

impl Federation {
    /// A payload is missing here.
    pub(crate) fn want(&mut self, id: PayloadId, info: PayloadInfo, cx: Cx<'_>) {
        let want = Want {
            info,
            asked: None,
            storing: false,
            tried: BTreeSet::new(),
            turns: 0,
            next_try: cx.now,
        };
        self.wants.wants.entry(id.clone()).or_insert(want);
        if self.wants.in_flight < self.config.limits.wants_in_flight {
            self.ask_payload(&id, cx);
        }
    }

    /// Asks for what is due.
    pub(crate) fn retry_wants(&mut self, cx: Cx<'_>) {
        let room = self
            .config
            .limits
            .wants_in_flight
            .saturating_sub(self.wants.in_flight);
        let wants = &self.wants.wants;
        let is_due = |want: &Want| want.asked.is_none() && !want.storing && want.next_try <= cx.now;
        let due = |range: (Bound<&PayloadId>, Bound<&PayloadId>)| {
            let range = wants.range::<PayloadId, _>(range);
            range.filter(|(_, want)| is_due(want)).map(|(id, _)| id.clone())
        };
        // Those at the front may have holders that are busy all the time.
        let due: Vec<PayloadId> = match &self.wants.last_due {
            Some(last) => due((Excluded(last), Unbounded))
                .chain(due((Unbounded, Included(last))))
                .take(room)
                .collect(),
            None => due((Unbounded, Unbounded)).take(room).collect(),
        };
        self.wants.last_due = due.last().cloned();
        due.iter().for_each(|id| self.ask_payload(id, cx));
    }

    /// A payload came, in parts.
    pub(crate) fn payload_answered(&mut self, peer: Peer, id: PayloadId, parts: Vec<Response>, cx: Cx<'_>) {
        let Some(want) = self.wants.answered(&id, &peer) else {
            return;
        };
        let mut bytes = Vec::new();
        let mut complete = false;
        for part in parts {
            let Response::Payload(part) = part else { break };
            bytes.extend_from_slice(&part.part);
            complete = part.last;
        }
        // Only what the signed change names is stored.
        let right =
            complete && bytes.len() as u64 == want.info.size && payload_digest(&bytes) == want.info.digest;
        if right {
            want.storing = true;
            let write = Write::Payload {
                id: id.clone(),
                bytes,
            };
            self.out.store(vec![write], Durable::Payload(id));
            self.retry_wants(cx);
        } else {
            want.tried.insert(peer);
            self.misbehaved(&peer, cx.now);
            self.ask_payload(&id, cx);
        }
    }

    /// A holder could not or would not serve a payload: the next one is asked.
    pub(crate) fn payload_failed(&mut self, peer: Peer, id: &PayloadId, cx: Cx<'_>) {
        if let Some(want) = self.wants.answered(id, &peer) {
            want.tried.insert(peer);
            self.ask_payload(id, cx);
        }
    }

    /// A payload is on stable storage.
    pub(crate) fn payload_durable(&mut self, id: PayloadId) {
        self.wants.remove(&id);
        self.out.notify(Notice::PayloadHeld(id));
    }

    /// Asks peers which of the watched payloads they lack.
    pub(crate) fn count_copies(&mut self, cx: Cx<'_>) {
        if self.wants.watched.is_empty() {
            return;
        }
        let due = self
            .peers
            .ready()
            .filter(|(_, listed)| listed.copies_asked_at + COPIES_EVERY <= cx.now);
        for peer in due.map(|(peer, _)| *peer).collect::<Vec<_>>() {
            let missing = self
                .wants
                .watched
                .iter()
                .filter(|(_, holders)| !holders.contains(&peer));
            let ids: Vec<PayloadId> = missing
                .map(|(id, _)| id.clone())
                .filter(|id| self.may_hold(&peer, id, cx))
                .collect();
            let Some(first) = ids.first() else { continue };
            let origin = first.origin.to_string();
            let request = proto::LacksRequest {
                origin,
                payloads: ids.iter().map(payload_request).collect(),
            };
            if let Some(listed) = self.peers.get_mut(&peer) {
                listed.copies_asked_at = cx.now;
            }
            self.ask(peer, Purpose::Lacks(ids), Request::Lacks(request), cx);
        }
    }

    /// A peer said which payloads it lacks.
    pub(crate) fn lacks_answered(&mut self, peer: Peer, asked: Vec<PayloadId>, lacks: &proto::Lacks) {
        let lacks: BTreeSet<PayloadId> = lacks.payloads.iter().filter_map(payload_id).collect();
        for id in asked.into_iter().filter(|id| !lacks.contains(id)) {
            if let Some(holders) = self.wants.watched.get_mut(&id) {
                holders.insert(peer);
            }
        }
    }

    fn may_hold(&self, peer: &Peer, id: &PayloadId, cx: Cx<'_>) -> bool {
        let info = cx.view.payloads.payload(id);
        let authority = self.peers.authority(peer);
        info.zip(authority)
            .is_some_and(|(info, code)| self.may_read(code, info.audience))
    }

    fn ask_payload(&mut self, id: &PayloadId, cx: Cx<'_>) {
        let Some(want) = self
            .wants
            .wants
            .get(id)
            .filter(|want| want.asked.is_none() && !want.storing)
        else {
            return;
        };
        let author = id.origin.authority();
        let holds = |listed: &crate::peers::Listed| {
            listed.authority == author
                || listed
                    .claims
                    .get(&id.origin)
                    .is_some_and(|(size, _)| *size > id.index)
        };
        let untried = self
            .peers
            .ready()
            .filter(|(peer, listed)| holds(listed) && !want.tried.contains(peer));
        let untried: Vec<(bool, Peer)> = untried
            .map(|(peer, listed)| (listed.authority != author, *peer))
            .collect();
        let free: Vec<(bool, Peer)> = untried
            .iter()
            .filter(|(_, peer)| self.takes_payloads(peer, cx.now))
            .copied()
            .collect();
        if free.is_empty() {
            return self.postpone(id, untried.is_empty(), cx.now);
        }
        // The author's node first; of the others any, so that none carries all.
        let others = free.iter().filter(|(other, _)| *other == free[0].0).count();
        let first = free.iter().any(|(other, _)| !other);
        let choice = if first {
            free.iter().find(|(other, _)| !other).map(|(_, peer)| *peer)
        } else {
            Some(free[self.rng.random_range(0..others)].1)
        };
        let (Some(peer), Some(want)) = (choice, self.wants.wants.get_mut(id)) else {
            return;
        };
        want.asked = Some(peer);
        self.wants.in_flight += 1;
        self.ask(
            peer,
            Purpose::Payload(id.clone()),
            Request::Payload(payload_request(id)),
            cx,
        );
    }

    // All were asked, or none has room now.
    fn postpone(&mut self, id: &PayloadId, all_asked: bool, now: u64) {
        let jitter = self.rng.random_range(80..120);
        let Some(want) = self.wants.wants.get_mut(id) else {
            return;
        };
        if all_asked {
            let wait = (WAIT_FIRST << want.turns.min(12)).min(WAIT_MAX);
            want.turns = want.turns.saturating_add(1);
            want.tried.clear();
            want.next_try = now + wait * jitter / 100;
        } else {
            want.next_try = now + 100;
        }
    }
}

#[cfg(test)]
mod tests;
