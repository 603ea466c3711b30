//! Heads that others offer: which are news, which are stale, and which contradict what is held.
//!
//! Before its entries are here, a head counts only provisionally: its signature must be by a key
//! that the root mandated for the log. The form of the head is judged when its entries are held.

use std::cmp::Reverse;

use liaison_protocol::evidence;
use liaison_protocol::statement::Role;
use liaison_protocol::tlog::{LogSigned, MemoryTree, Nodes, SignedCheckpoint, root};
use liaison_protocol::{Hash, Origin, Position, PublicKey};

use crate::api::Notice;
use crate::federation::{Cx, Federation, StoredTree};
use crate::limits::CANDIDATES_MAX;
use crate::log::{Candidate, Log};
use crate::transport::Peer;
use crate::wire;

/// What an offered head is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Not of this network, or with a wrong signature by a known key: no honest node passes it on.
    Bad,
    /// Of an authority, an epoch or a key that is not known here (yet).
    Unknown,
    /// Held already, or an earlier state of what is held.
    Stale,
    /// Known to be on offer.
    Offered,
    /// News, and signed by a key that the root mandated.
    New(Box<LogSigned>),
    /// No tree has both it and what is held.
    Contradicts,
}

impl Federation {
    /// Judges a head that a peer holds or passes on.
    pub(crate) fn offer(
        &mut self,
        checkpoint: &SignedCheckpoint,
        position: &Position,
        from: Option<Peer>,
        cx: Cx<'_>,
    ) -> Offer {
        let origin = &position.origin;
        match self.place(origin) {
            Some(true) => {}
            Some(false) => return Offer::Unknown,
            None => return Offer::Bad,
        }
        let log = self
            .logs
            .entry(origin.clone())
            .or_insert_with(|| Log::new(origin));
        let head = log
            .signed()
            .map(|head| (head.checkpoint.size, head.checkpoint.root));
        if position.size == 0 || head == Some((position.size, position.root)) {
            log.last_heard = cx.date;
            return Offer::Stale;
        }
        if let Some(candidate) = log.candidates.get_mut(&(position.size, position.root)) {
            candidate.sources.extend(from);
            if let (Some(peer), Some((_, session))) = (from, &mut log.session) {
                session.add_source(peer);
            }
            log.last_heard = cx.date;
            return Offer::Offered;
        }
        let held = log.fold.size();
        if position.size <= held && self.stored_root(origin, position.size, cx) == Some(position.root) {
            self.take_head(origin, checkpoint);
            return Offer::Stale;
        }
        let (serial, signed) = match self.keys.log_signer(&self.world, origin, checkpoint) {
            Ok(Some(signer)) => signer,
            Ok(None) => return Offer::Unknown,
            Err(()) => return Offer::Bad,
        };
        if position.size <= held {
            self.contradicted(origin, signed.checkpoint(), cx);
            return Offer::Contradicts;
        }
        if self.is_above_end(signed.key(), position) {
            return Offer::Unknown;
        }
        self.add_candidate(signed, position, serial, from, cx)
    }

    // Above the end of its key a head counts only for what a quorum made of it: a candidate that nobody follows would
    // stand before those that are.
    fn is_above_end(&self, key: &PublicKey, position: &Position) -> bool {
        let (chain, statements) = (self.world.chain(), self.world.statements());
        let end = statements.log_end(chain, &position.origin, key.id());
        end.is_some_and(|end| position.size > end.size) && !self.has_quorum(position)
    }

    /// Whether a head is by a key that its root mandated, and counts under the world as it is known now.
    pub(crate) fn counts(&mut self, head: &SignedCheckpoint) -> bool {
        let Ok(position) = head.checkpoint.position() else {
            return false;
        };
        let signer = self.keys.log_signer(&self.world, &position.origin, head);
        let Ok(Some((_, signed))) = signer else {
            return false;
        };
        !self.is_above_end(signed.key(), &position)
    }

    /// The world changed: heads to reach whose key ended below them are not worth it any more.
    pub(crate) fn drop_ended_candidates(&mut self, origin: &Origin) {
        let candidates = self.logs.get(origin).into_iter().flat_map(|log| &log.candidates);
        let offered: Vec<_> = candidates
            .map(|(at, candidate)| (*at, candidate.serial))
            .collect();
        for ((size, root), serial) in offered {
            let position = Position {
                origin: origin.clone(),
                size,
                root,
            };
            let key = self.keys.log_key(&self.world, origin, serial);
            if !key.is_some_and(|key| self.is_above_end(&key, &position)) {
                continue;
            }
            if let Some(log) = self.logs.get_mut(origin) {
                log.candidates.remove(&(size, root));
                log.session
                    .take_if(|(_, session)| *session.position() == position);
            }
        }
    }

    /// Heads of the own log that others offer and that are not reached yet.
    pub fn offered_of_own(&self) -> Vec<SignedCheckpoint> {
        let log = self.own_origin().and_then(|origin| self.logs.get(origin));
        let offered = log.into_iter().flat_map(|log| log.candidates.values());
        offered.map(|candidate| candidate.checkpoint.clone()).collect()
    }

    /// Whether a larger head of the own log was found to be of another tree than what is held.
    pub fn contradicts_own(&self, head: &Position) -> bool {
        let log = self.logs.get(&head.origin);
        let candidate = log.and_then(|log| log.candidates.get(&(head.size, head.root)));
        candidate.is_some_and(|candidate| candidate.contradicts)
    }

    /// The root of the first `size` entries that are held.
    pub(crate) fn stored_root(&self, origin: &Origin, size: u64, cx: Cx<'_>) -> Option<Hash> {
        let fold = self.logs.get(origin).map(|log| &log.fold);
        if let Some(fold) = fold.filter(|fold| fold.size() == size) {
            return Some(fold.root());
        }
        root(
            size,
            &StoredTree {
                store: cx.view.store,
                origin,
            },
        )
        .ok()
    }

    /// Two checkpoints of one log that no tree has both of: they are kept as evidence, and a log
    /// whose quorum went the other way is not followed any more.
    pub(crate) fn contradiction<N: Nodes + ?Sized>(
        &mut self,
        first: &SignedCheckpoint,
        second: &SignedCheckpoint,
        nodes: &N,
        cx: Cx<'_>,
    ) {
        let Some(origin) = wire::read_origin(&first.checkpoint.origin) else {
            return;
        };
        if self.evidence.has_fork(&origin) {
            return;
        }
        let code = origin.authority();
        let statements = self.world.statements().of(&code);
        let signed = |key: &PublicKey| [first, second].iter().any(|head| head.verify_log(key).is_ok());
        // Those of the two keys alone: all of a log might not fit.
        let mandates: Vec<_> = statements
            .filter(|s| s.origin.as_ref() == Some(&origin))
            .filter(|s| s.mandate(Role::Log).is_some_and(|mandate| signed(&mandate.key)))
            .cloned()
            .collect();
        let (first, second) = (wire::bare(first), wire::bare(second));
        if let Ok(bytes) = evidence::of_checkpoints(&first, &second, nodes, &mandates) {
            self.found_evidence(bytes, cx);
        }
    }

    /// A peer is connected anew: heads that nobody served may be tried again at once.
    pub(crate) fn try_unserved_again(&mut self) {
        let candidates = self.logs.values_mut().flat_map(|log| log.candidates.values_mut());
        candidates.for_each(|candidate| candidate.unserved_until = 0);
    }

    /// Heads that are no longer news after the log grew: held, or contradicted.
    pub(crate) fn settle_candidates(&mut self, origin: &Origin, cx: Cx<'_>) {
        let Some(log) = self.logs.get_mut(origin) else {
            return;
        };
        let later = log.candidates.split_off(&(log.fold.size() + 1, Hash([0; 32])));
        let settled = std::mem::replace(&mut log.candidates, later);
        for ((size, root), candidate) in settled {
            if self
                .stored_root(origin, size, cx)
                .is_some_and(|held| held != root)
            {
                self.contradicted(origin, &candidate.checkpoint, cx);
            }
        }
    }

    // A verified head of at most the size that is held has another root than our entries.
    fn contradicted(&mut self, origin: &Origin, other: &SignedCheckpoint, cx: Cx<'_>) {
        let (size, root) = (other.checkpoint.size, other.checkpoint.root);
        let lost = self.has_quorum(&Position {
            origin: origin.clone(),
            size,
            root,
        });
        let Some(log) = self.logs.get_mut(origin) else {
            return;
        };
        if lost {
            log.frozen = Some(format!(
                "a quorum cosigned another tree of {size} entries than the one held here"
            ));
            log.session = None;
        }
        let Some(ours) = log.signed().filter(|head| head.checkpoint.size >= size).cloned() else {
            return;
        };
        self.contradiction(
            other,
            &ours,
            &StoredTree {
                store: cx.view.store,
                origin,
            },
            cx,
        );
    }

    fn add_candidate(
        &mut self,
        signed: LogSigned,
        position: &Position,
        serial: u64,
        from: Option<Peer>,
        cx: Cx<'_>,
    ) -> Offer {
        let origin = &position.origin;
        if self.own_log_live && self.own_origin() == Some(origin) {
            if self.guard.is_news(position.size) {
                self.out.notify(Notice::OwnLogAhead { size: position.size });
            }
            return Offer::Offered;
        }
        let Some(log) = self.logs.get_mut(origin) else {
            return Offer::Unknown;
        };
        log.last_heard = cx.date;
        log.offered = log.offered.max(position.size);
        let mut candidate = Candidate::new(signed.checkpoint().clone(), serial);
        candidate.sources.extend(from);
        let same_size = (position.size, Hash([0; 32]))..=(position.size, Hash([255; 32]));
        let rival = log
            .candidates
            .range(same_size)
            .next()
            .map(|(_, rival)| rival.checkpoint.clone());
        log.candidates.insert((position.size, position.root), candidate);
        while log.candidates.len() > CANDIDATES_MAX {
            // One that was tried in vain may be a head that nobody can serve.
            let worst = log
                .candidates
                .iter()
                .max_by_key(|((size, _), tried)| (tried.attempts, Reverse(*size)));
            let Some(worst) = worst.map(|(at, _)| *at) else {
                break;
            };
            log.candidates.remove(&worst);
        }
        if !self.own_log_live && self.own_origin() == Some(origin) && self.guard.is_news(position.size) {
            self.out.notify(Notice::OwnLogAhead { size: position.size });
        }
        if let Some(rival) = rival {
            // Of equal size: both roots are in the notes, no subtree is needed.
            self.contradiction(&rival, signed.checkpoint(), &MemoryTree::new(), cx);
        }
        self.touched.insert(origin.clone());
        Offer::New(Box::new(signed))
    }

    // Whether a log is one of this network (else none), of a listed authority and a known epoch.
    fn place(&self, origin: &Origin) -> Option<bool> {
        let rest = origin.as_str().strip_prefix(&self.name_prefix)?;
        // Authority and epoch are left: an origin has just these two more parts.
        rest.matches('/').count().eq(&1).then_some(())?;
        let listed = self.world.chain().newest().authorities.get(&origin.authority());
        Some(listed.is_some_and(|authority| origin.epoch() <= authority.epoch))
    }
}

#[cfg(test)]
mod tests;
