//! Cosignatures: gathering those of others, asking for the own ones, and quorums (specification,
//! section 7).
//!
//! A witness cosigns the newest durable head that it accepts, one head of a log at a time: the
//! next when that has its quorum, or after a second. So all cosign the same heads.

pub(crate) mod pool;

use std::collections::BTreeSet;

use liaison_protocol::acceptance::{self, LastCosigned};
use liaison_protocol::charter::Charter;
use liaison_protocol::form::FormHead;
use liaison_protocol::proto;
use liaison_protocol::quorum::{Cosigned, Quorum, needed};
use liaison_protocol::tlog::{Checkpoint, Cosignature, MemoryTree, SignedCheckpoint};
use liaison_protocol::{Code, Hash, Origin, Position, evidence};

use crate::api::Effect;
use crate::config::Recovered;
use crate::federation::{Cx, Federation};
use crate::heads::Offer;
use crate::limits::{COSIGN_IDLE, COSIGN_PACE, COSIGNATURES_MAX, COSIGNATURES_PACE};
use crate::log::Log;
use crate::outbox::Durable;
use crate::requests::Purpose;
use crate::store::{LogStore, StoreError, Write};
use crate::transport::{Command, Peer};
use crate::wire::{self, Gossip, Request};
use pool::Added;

/// Own cosignatures on their way out.
#[derive(Debug, Default)]
pub(crate) struct Cosigning {
    outgoing: Vec<proto::HeadCosignature>,
    asked: BTreeSet<Origin>,
}

/// What a cosignature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// No honest node passes it on.
    Bad,
    /// By an authority or a key that is not known here (yet).
    Unknown,
    /// Known, or older than what counts.
    Known,
    /// News.
    New,
}

// Whether a charter counts the cosignature of `code` on the log of `author`.
fn is_witness(charter: &Charter, author: &Code, code: &Code) -> bool {
    let listed = charter.authorities.get(code);
    code != author && listed.is_some_and(|authority| authority.witness && authority.rank.is_good())
}

impl Federation {
    /// Judges a cosignature of `position` and keeps it when it is news.
    pub(crate) fn take_cosignature(&mut self, position: &Position, line: &Cosignature, cx: Cx<'_>) -> Line {
        let origin = &position.origin;
        let Some(code) = self.cosigner(&line.name) else {
            return Line::Bad;
        };
        if position.size == 0 || code == origin.authority() {
            return Line::Bad;
        }
        if !self.logs.contains_key(origin) {
            return Line::Unknown;
        }
        // What is held was verified, and is dropped when its key no longer counts.
        let known = self
            .logs
            .get(origin)
            .is_some_and(|log| log.pool.has(&code, position, line));
        if known {
            return Line::Known;
        }
        let time = line.time.saturating_mul(1000);
        let Some(key) = self.keys.cosigner(&self.world, &code, time) else {
            return Line::Unknown;
        };
        let text = Checkpoint::from(position.clone()).text();
        match line.verify(&text, &key).map(drop) {
            Ok(()) => {}
            Err(liaison_protocol::tlog::cosignature::CosignatureError::OtherKey(_)) => return Line::Unknown,
            Err(_) => return Line::Bad,
        }
        self.claimed(&code, position);
        let Some(log) = self.logs.get_mut(origin) else {
            return Line::Unknown;
        };
        match log.pool.add(&code, position.size, position.root, line.clone()) {
            Added::New => Line::New,
            Added::Known => Line::Known,
            Added::Contradicts(other) => {
                self.cosigned_twice(position, line, &code, other, cx);
                Line::Known
            }
        }
    }

    /// The cosignatures known of a head, against what it needs; none when the log has named no
    /// charter version in force by then.
    pub(crate) fn count(&self, origin: &Origin, size: u64, root: &Hash) -> Option<Quorum> {
        let log = self.logs.get(origin)?;
        let charter = self.world.chain().newest_named(log.fold.named(size))?;
        let author = origin.authority();
        let witnesses = charter.witnesses_for(&author).count();
        let lines = log
            .pool
            .lines(size, root)
            .filter(|(code, _)| is_witness(charter, &author, code));
        let cosigned = lines.map(|(code, line)| Cosigned {
            authority: code.clone(),
            time: line.time,
        });
        Some(Quorum {
            witnesses,
            needed: needed(witnesses),
            cosigned: cosigned.collect(),
        })
    }

    /// Whether a quorum is known to have cosigned a head: of the version that the log names there or, as nobody can
    /// tell before its entries are here, of the newest.
    pub fn has_quorum(&self, head: &Position) -> bool {
        let (origin, size, root) = (&head.origin, head.size, &head.root);
        let quorum = self.count(origin, size, root);
        if quorum.is_some_and(|quorum| quorum.witnesses > 0 && quorum.is_reached()) {
            return true;
        }
        let lines = self.logs.get(origin).map(|log| log.pool.lines(size, root));
        self.suffice(
            &origin.authority(),
            &mut lines.into_iter().flatten().map(|(code, _)| code),
        )
    }

    // Whether these are a quorum of the newest charter for the log of an authority.
    fn suffice(&self, author: &Code, codes: &mut dyn Iterator<Item = &Code>) -> bool {
        let charter = self.world.chain().newest();
        let needed = needed(charter.witnesses_for(author).count()).max(1);
        codes.filter(|code| is_witness(charter, author, code)).count() >= needed
    }

    // Whether enough are known to make counting them worth its while.
    fn may_reach(&self, origin: &Origin, size: u64, root: &Hash) -> bool {
        self.logs.get(origin).is_some_and(|log| {
            let charter = self.world.chain().newest_named(log.fold.named(size));
            let witnesses = charter.map(|charter| charter.witnesses_for(&origin.authority()).count());
            witnesses.is_some_and(|witnesses| log.pool.lines(size, root).count() >= needed(witnesses))
        })
    }

    /// Looks whether heads that are held have reached their quorum.
    pub(crate) fn count_quorums(&mut self, origin: &Origin) {
        // While a log is caught up with from its start, nothing in the store names it yet.
        let Some(log) = self.logs.get(origin).filter(|log| log.head.is_some()) else {
            return;
        };
        for size in log.pool.waiting() {
            let head = self.logs.get(origin).and_then(|log| log.pool.bare_head(size));
            let Some(root) = head.map(|head| head.checkpoint.root) else {
                continue;
            };
            if !self.may_reach(origin, size, &root) {
                continue;
            }
            let Some(quorum) = self.count(origin, size, &root).filter(Quorum::is_reached) else {
                continue;
            };
            if let Some(head) = self.logs.get(origin).and_then(|log| log.pool.head(size)) {
                self.witnessed(origin, &head, quorum);
            }
            return;
        }
    }

    /// The largest head of a log, held or not, that has a quorum of the newest charter.
    pub(crate) fn witnessed_anywhere(&self, origin: &Origin) -> u64 {
        let Some(log) = self.logs.get(origin) else {
            return 0;
        };
        let author = origin.authority();
        let reached = |codes: &mut dyn Iterator<Item = &Code>| self.suffice(&author, codes);
        log.pool.largest(reached).unwrap_or(0).max(log.pool.witnessed())
    }

    /// Asks for cosignatures of every head that is due, as one batch.
    pub(crate) fn cosign(&mut self, cx: Cx<'_>) {
        let newest = self.world.chain().newest();
        let me = newest.authorities.get(&self.config.authority);
        if !me.is_some_and(|authority| authority.witness && authority.rank.is_good()) {
            return;
        }
        let due = self
            .logs
            .iter()
            .filter(|(origin, log)| self.is_due(origin, log, cx));
        let heads: Vec<FormHead> = due
            .filter_map(|(_, log)| Some(log.head.as_ref()?.form.clone()))
            .collect();
        if heads.is_empty() {
            return;
        }
        for head in &heads {
            if let Some(log) = self.logs.get_mut(&head.position().origin) {
                log.pool.asked = Some((head.position().size, cx.now));
            }
        }
        self.cosigning.asked = heads.iter().map(|head| head.position().origin.clone()).collect();
        self.out.push(Effect::Cosign(heads));
    }

    /// This node cosigned a head.
    pub(crate) fn cosigned(&mut self, origin: &Origin, size: u64, root: Hash, line: Cosignature, cx: Cx<'_>) {
        let Some(log) = self.logs.get_mut(origin) else {
            return;
        };
        log.pool.cosigned = Some(LastCosigned { size, root });
        log.pool.cosigned_at = cx.now;
        log.pool.add(&self.config.authority, size, root, line.clone());
        self.cosigning.outgoing.push(proto::HeadCosignature {
            origin: origin.to_string(),
            size,
            root: root.0.to_vec(),
            line: line.to_string(),
        });
        self.cosigning.asked.remove(origin);
        if self.cosigning.asked.is_empty() {
            self.publish_cosignatures();
        }
        self.count_quorums(origin);
    }

    /// Gossips the own cosignatures that wait.
    pub(crate) fn publish_cosignatures(&mut self) {
        while !self.cosigning.outgoing.is_empty() {
            let count = self.cosigning.outgoing.len().min(COSIGNATURES_MAX);
            let cosignatures = self.cosigning.outgoing.drain(..count).collect();
            let message = wire::gossip(Gossip::Cosignatures(proto::Cosignatures { cosignatures }));
            self.out.transport(Command::Publish(message));
        }
    }

    /// Asks a peer for the cosignatures of a log's newest heads, unless another was asked just now:
    /// in the same moment many peers may say that they know more, and all would answer the same.
    pub(crate) fn ask_cosignatures(&mut self, peer: Peer, origin: &Origin, size: u64, cx: Cx<'_>) {
        let Some(log) = self.logs.get_mut(origin) else {
            return;
        };
        let since = log.pool.fetched_at.map(|at| cx.now.saturating_sub(at));
        if since.is_some_and(|since| since < COSIGNATURES_PACE) {
            return;
        }
        log.pool.fetched_at = Some(cx.now);
        let request = proto::CosignaturesRequest {
            origin: origin.to_string(),
            size,
        };
        self.ask(
            peer,
            Purpose::Cosignatures(origin.clone()),
            Request::Cosignatures(request),
            cx,
        );
    }

    /// Heads with their cosignatures came.
    pub(crate) fn cosignatures_answered(
        &mut self,
        peer: Peer,
        origin: &Origin,
        notes: proto::Notes,
        cx: Cx<'_>,
    ) {
        for note in notes.notes.iter().take(2) {
            let read = wire::read_checkpoint(note).filter(|(_, position)| position.origin == *origin);
            let Some((checkpoint, position)) = read else {
                return self.misbehaved(&peer, cx.now);
            };
            let offer = self.offer(&wire::bare(&checkpoint), &position, Some(peer), cx);
            if offer == Offer::Bad {
                continue;
            }
            self.take_note(&checkpoint, &position, cx);
            if offer == Offer::Unknown && self.has_quorum(&position) {
                // What ended its key came later.
                self.offer(&wire::bare(&checkpoint), &position, Some(peer), cx);
            }
            if offer == Offer::Stale
                && let Some(log) = self.logs.get_mut(origin)
                && let Ok(Some((_, signed))) = self.keys.log_signer(&self.world, origin, &checkpoint)
            {
                // A head that was passed over here, but is one of the tree that is held.
                log.pool.hold(position.size, signed.checkpoint().clone());
            }
        }
        self.count_quorums(origin);
    }

    /// After the world changed: cosignatures by keys that no longer count are dropped.
    pub(crate) fn recheck_cosignatures(&mut self) {
        let (keys, world) = (&mut self.keys, &self.world);
        for log in self.logs.values_mut() {
            log.pool.retain(|code, line| {
                let key = keys.cosigner(world, code, line.time.saturating_mul(1000));
                let kind = liaison_protocol::tlog::note::SignatureType::Cosignature;
                let hash =
                    key.and_then(|key| liaison_protocol::tlog::note::key_hash(&line.name, kind, &key).ok());
                hash == Some(line.key_hash)
            });
        }
    }

    /// Takes in what an earlier run knew, and the quorum heads of the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn recover_cosignatures(
        &mut self,
        recovered: &Recovered,
        store: &dyn LogStore,
        cx: Cx<'_>,
    ) -> Result<(), StoreError> {
        for (origin, last) in &recovered.cosigned {
            let log = self
                .logs
                .entry(origin.clone())
                .or_insert_with(|| Log::new(origin));
            log.pool.cosigned = Some(*last);
        }
        let mut notes = recovered.heads.clone();
        for origin in store.logs() {
            let newest = match store.newest_quorum_head(&origin) {
                // The log goes on without it; quorum heads say more of it than others need.
                Err(StoreError::Damaged { .. }) => None,
                newest => newest?,
            };
            if let Some(note) = newest {
                if let Some((checkpoint, position)) = wire::read_checkpoint(&note)
                    && let Some(log) = self.logs.get_mut(&origin)
                {
                    log.pool.hold(position.size, wire::bare(&checkpoint));
                    log.pool.set_witnessed(position.size);
                }
                notes.push(note);
            }
        }
        for note in &notes {
            if let Some((checkpoint, position)) = wire::read_checkpoint(note) {
                self.take_note(&checkpoint, &position, cx);
            }
        }
        Ok(())
    }

    /// Takes in every cosignature that a note carries.
    pub(crate) fn take_note(&mut self, checkpoint: &SignedCheckpoint, position: &Position, cx: Cx<'_>) {
        for line in &checkpoint.note.signatures {
            if let Ok(line) = Cosignature::from_note_signature(line)
                && line.name != checkpoint.checkpoint.origin
            {
                self.take_cosignature(position, &line, cx);
            }
        }
    }

    // The authority whose cosigner name this is, in this network.
    fn cosigner(&self, name: &str) -> Option<Code> {
        let authority = name.strip_prefix(&self.name_prefix)?.strip_suffix("/witness")?;
        let canonical = authority
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if canonical {
            authority.to_uppercase().parse().ok()
        } else {
            None
        }
    }

    // Who cosigned a head holds it.
    fn claimed(&mut self, code: &Code, position: &Position) {
        let newer = |listed: &crate::peers::Listed| {
            listed
                .claims
                .get(&position.origin)
                .is_none_or(|(size, _)| *size < position.size)
        };
        let of = self
            .peers
            .listed
            .values_mut()
            .filter(|listed| listed.authority == *code && listed.connected);
        for listed in of.filter(|listed| newer(listed)) {
            listed
                .claims
                .insert(position.origin.clone(), (position.size, position.root));
        }
    }

    fn witnessed(&mut self, origin: &Origin, head: &SignedCheckpoint, quorum: Quorum) {
        let size = head.checkpoint.size;
        if let Some(log) = self.logs.get_mut(origin) {
            log.pool.set_witnessed(size);
        }
        let write = Write::QuorumHead {
            origin: origin.clone(),
            size,
            note: head.to_bytes(),
        };
        self.out
            .store(vec![write], Durable::Quorum(origin.clone(), size, quorum));
    }

    fn is_due(&self, origin: &Origin, log: &Log, cx: Cx<'_>) -> bool {
        let Some(head) = log.head.as_ref().map(|head| &head.form) else {
            return false;
        };
        let (size, root) = (head.position().size, head.position().root);
        if log.frozen.is_some() || log.fold.size() != size {
            return false;
        }
        let idle = log
            .pool
            .cosigned
            .is_some_and(|last| last.size == size && last.root == root);
        if idle && cx.now < log.pool.cosigned_at.saturating_add(COSIGN_IDLE) {
            return false;
        }
        let paced = log.pool.asked.is_some_and(|(asked, at)| {
            cx.now < at.saturating_add(COSIGN_PACE) && log.pool.witnessed() < asked
        });
        if paced || origin.authority() == self.config.authority {
            return false;
        }
        let Ok(accepted) = acceptance::judge(&self.world, head.clone()) else {
            return false;
        };
        let (prefix, last) = (log.fold.prefix(), log.pool.cosigned);
        let known_for = cx.now.saturating_sub(self.charter_since);
        acceptance::may_cosign(&self.world, &accepted, prefix, last, known_for, cx.date).is_ok()
    }

    // One witness cosigned two roots of one size.
    fn cosigned_twice(
        &mut self,
        position: &Position,
        line: &Cosignature,
        code: &Code,
        other: Hash,
        cx: Cx<'_>,
    ) {
        let Some(log) = self.logs.get(&position.origin) else {
            return;
        };
        let theirs = log
            .pool
            .lines(position.size, &other)
            .find(|(c, _)| *c == code)
            .map(|(_, line)| line.clone());
        let Some(theirs) = theirs else { return };
        let note = |root: Hash, line: &Cosignature| {
            let head = wire::unsigned(Position {
                root,
                ..position.clone()
            });
            wire::with_lines(&head, [line.to_note_signature()])
        };
        let (first, second) = (note(other, &theirs), note(position.root, line));
        let mandates: Vec<_> = self
            .world
            .statements()
            .of(code)
            .filter(|s| s.mandate(liaison_protocol::statement::Role::Cosigner).is_some())
            .cloned()
            .collect();
        if let Ok(bytes) = evidence::of_cosignatures(&first, &second, &MemoryTree::new(), &mandates) {
            self.found_evidence(bytes, cx);
        }
    }
}

#[cfg(test)]
mod tests;
