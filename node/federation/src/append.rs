//! Verified entries on their way into the store, and what follows when they are durable.

use std::collections::BTreeMap;

use liaison_protocol::acceptance::{self, AHEAD_MAX};
use liaison_protocol::entry::Leaf;
use liaison_protocol::form::FormHead;
use liaison_protocol::tlog::{LogSigned, SignedCheckpoint, leaf_hash};
use liaison_protocol::{Hash, Origin, Position};

use crate::api::Notice;
use crate::federation::{Cx, Federation};
use crate::fold::Fold;
use crate::limits::{ANNOUNCED_BYTES_MAX, ANNOUNCED_ENTRIES_MAX, GOSSIP_MAX};
use crate::log::{Announced, Appending, Candidate, Head};
use crate::store::Write;
use crate::transport::Command;
use crate::wire::{self, Gossip};

/// What became of an announced head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Appended {
    /// Its form is right; it is being written, or waits for its time.
    Form,
    /// Its entries do not lead from what is held to its root.
    Mismatch,
}

/// Whether a head may be written now.
enum Admission {
    Now,
    // Not before this time, and why.
    Later(u64, String),
}

impl Federation {
    /// Appends an announced head whose entries begin at or below what is held.
    pub(crate) fn append_announced(&mut self, announced: &Announced, cx: Cx<'_>) -> Appended {
        let origin = &announced.position.origin;
        let pins = self.pins(origin);
        let roots = self.world.chain().roots(&origin.authority());
        let Some(log) = self.logs.get(origin) else {
            return Appended::Mismatch;
        };
        let mut fold = log.fold.clone();
        let start = fold.size();
        let Some(skip) = start.checked_sub(announced.start) else {
            return Appended::Mismatch;
        };
        let entries: Vec<Vec<u8>> = announced.entries.iter().skip(skip as usize).cloned().collect();
        let hashes: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        for (entry, hash) in entries.iter().zip(&hashes) {
            let pinned = |fold: &Fold| pins.get(&fold.size()).is_none_or(|root| *root == fold.root());
            let pushed = fold.push_hashed(&roots, Leaf::Bytes(entry), *hash);
            if pushed.is_err() || !pinned(&fold) {
                return Appended::Mismatch;
            }
        }
        let Ok(head) = fold.prefix().signed_head(announced.head.clone()) else {
            return Appended::Mismatch;
        };
        if let Err(refusal) = acceptance::judge(&self.world, head.clone())
            && !self.has_quorum(head.position())
        {
            self.refuse(origin, announced.head.checkpoint(), refusal.to_string(), u64::MAX);
            return Appended::Form;
        }
        let added = (
            entries.len() as u64,
            entries.iter().map(Vec::len).sum::<usize>() as u64,
        );
        match self.admission(origin, &fold, added, cx) {
            Admission::Now => {
                self.write(origin, start, (entries, hashes), fold, Some(head));
            }
            Admission::Later(at, why) => self.refuse(origin, announced.head.checkpoint(), why, at),
        }
        Appended::Form
    }

    /// Takes the head of entries that are held already without it: a kill can cost a checkpoint whose file
    /// waited to be written, while the entries stay because they were cosigned.
    pub(crate) fn take_head(&mut self, origin: &Origin, checkpoint: &SignedCheckpoint) {
        let own = self.own_log_live && self.own_origin() == Some(origin);
        let Some(log) = self.logs.get(origin).filter(|log| !own && log.is_idle()) else {
            return;
        };
        let (size, fold) = (log.fold.size(), log.fold.clone());
        let signed = log.signed().map_or(0, |head| head.checkpoint.size);
        if signed >= size || checkpoint.checkpoint.size != size {
            return;
        }
        let Ok(head) = fold.prefix().head(wire::bare(checkpoint)) else {
            return;
        };
        if acceptance::judge(&self.world, head.clone()).is_ok() || self.has_quorum(head.position()) {
            self.write(origin, size, (Vec::new(), Vec::new()), fold, Some(head));
        }
    }

    /// Asks for entries to be written; they are held once that is reported.
    pub(crate) fn write(
        &mut self,
        origin: &Origin,
        start: u64,
        (entries, hashes): (Vec<Vec<u8>>, Vec<Hash>),
        fold: Fold,
        head: Option<FormHead>,
    ) {
        let mut writes = vec![Write::Append {
            origin: origin.clone(),
            start,
            entries,
            hashes,
        }];
        if let Some(head) = &head {
            writes.push(Write::Checkpoint {
                origin: origin.clone(),
                note: head.checkpoint().to_bytes(),
            });
        }
        if let Some(log) = self.logs.get_mut(origin) {
            log.appending = Some(Appending { fold, head });
            self.out
                .store(writes, crate::outbox::Durable::Entries(origin.clone()));
        }
    }

    /// Entries of a log are on stable storage.
    pub(crate) fn entries_durable(&mut self, origin: &Origin, cx: Cx<'_>) {
        let Some(log) = self.logs.get_mut(origin) else {
            return;
        };
        let Some(Appending { fold, head }) = log.appending.take() else {
            return;
        };
        let size = fold.size();
        log.fold = fold;
        if let Some(head) = head {
            log.pool.hold(size, head.checkpoint().clone());
            log.head = Some(Head::new(head));
            log.head_since = cx.now;
            log.refused = None;
        }
        self.out.notify(Notice::Advanced {
            origin: origin.clone(),
            size,
        });
        self.settle_candidates(origin, cx);
        self.settle_deferred(origin, cx);
        self.count_quorums(origin);
        self.touched.insert(origin.clone());
    }

    /// The own log has a new head: it is announced with its newest entries.
    pub(crate) fn own_head(&mut self, head: LogSigned, entries: Vec<Vec<u8>>, cx: Cx<'_>) {
        let Ok(Position { origin, size, .. }) = head.checkpoint().checkpoint.position() else {
            return;
        };
        let Some(log) = self.logs.get_mut(&origin) else {
            return;
        };
        let before = log.fold.size();
        let start = size.saturating_sub(entries.len() as u64);
        let extended = log.fold.extend(&self.world, cx.view.store, start);
        let roots = self.world.chain().roots(&origin.authority());
        let mut leaves = entries.iter().map(|entry| Leaf::Bytes(entry));
        let pushed = leaves.try_for_each(|leaf| log.fold.push(&roots, leaf));
        let form = log.fold.prefix().signed_head(head);
        let (Ok(()), Ok(()), Ok(form)) = (extended, pushed, form) else {
            log.refused =
                Some("the own head does not fit the own entries: the signer state and the data folder are of different times".to_owned());
            return;
        };
        let head = form.checkpoint().clone();
        log.pool.hold(size, head.clone());
        log.head = Some(Head::new(form));
        log.head_since = cx.now;
        log.offered = log.offered.max(size);
        log.last_heard = cx.date;
        if size > before {
            self.out.notify(Notice::Advanced {
                origin: origin.clone(),
                size,
            });
        }
        self.announce(&head, entries);
        self.count_quorums(&origin);
    }

    /// Points of a log that statements and the charter name.
    pub(crate) fn pins(&self, origin: &Origin) -> BTreeMap<u64, Hash> {
        acceptance::pins(&self.world, origin).into_iter().collect()
    }

    /// A statement or the charter may name another root than the entries that are held lead to.
    pub(crate) fn check_pins(&mut self, origin: &Origin, cx: Cx<'_>) {
        let held = self.logs.get(origin).map_or(0, |log| log.fold.size());
        let pins = self.pins(origin).into_iter().filter(|(size, _)| *size <= held);
        let differs = |(size, root): &(u64, Hash)| {
            let stored = self.stored_root(origin, *size, cx);
            stored.is_some_and(|stored| stored != *root)
        };
        let Some((size, _)) = pins.into_iter().find(differs) else {
            return;
        };
        if let Some(log) = self.logs.get_mut(origin) {
            log.session = None;
            log.frozen = Some(format!(
                "its root or the charter names another tree of {size} entries than the one held here"
            ));
        }
    }

    /// A head that is not followed now: kept, and tried again at a time or when the world changes.
    pub(crate) fn refuse(
        &mut self,
        origin: &Origin,
        checkpoint: &SignedCheckpoint,
        why: String,
        retry_at: u64,
    ) {
        let serial = self
            .keys
            .log_signer(&self.world, origin, checkpoint)
            .ok()
            .flatten()
            .map_or(0, |(s, _)| s);
        let Some(log) = self.logs.get_mut(origin) else {
            return;
        };
        let at = (checkpoint.checkpoint.size, checkpoint.checkpoint.root);
        let candidate = log.candidates.entry(at);
        let candidate = candidate.or_insert_with(|| Candidate::new(wire::bare(checkpoint), serial));
        candidate.retry_at = retry_at;
        candidate.waits = Some(why.clone());
        log.refused = Some(why);
    }

    /// Whether a head may be held now, by its time and its authority's quota. Takes from the quota.
    pub(crate) fn admit(
        &mut self,
        origin: &Origin,
        fold: &Fold,
        added: (u64, u64),
        cx: Cx<'_>,
    ) -> Result<(), (u64, String)> {
        match self.admission(origin, fold, added, cx) {
            Admission::Now => Ok(()),
            Admission::Later(at, why) => Err((at, why)),
        }
    }

    fn admission(
        &mut self,
        origin: &Origin,
        fold: &Fold,
        (entries, bytes): (u64, u64),
        Cx { now, date, .. }: Cx<'_>,
    ) -> Admission {
        let ahead = fold
            .prefix()
            .sequenced_at()
            .saturating_sub(date.saturating_add(AHEAD_MAX));
        if ahead > 0 {
            let why = format!(
                "its newest entry is {} s ahead of this node's clock",
                (ahead + AHEAD_MAX) / 1000
            );
            return Admission::Later(now.saturating_add(ahead), why);
        }
        let witnessed = self.witnessed_anywhere(origin);
        let Some(log) = self.logs.get_mut(origin) else {
            return Admission::Now;
        };
        let beyond = entries.min(fold.size().saturating_sub(witnessed));
        if beyond == 0 {
            return Admission::Now;
        }
        let quota = log.quota(&self.config.limits, now);
        if let Err(limit) = quota.take(beyond, bytes, now) {
            self.held_up(origin.authority(), limit);
            return Admission::Later(
                now + 60_000,
                "its authority's quota for today is used up".to_owned(),
            );
        }
        Admission::Now
    }

    fn announce(&mut self, head: &SignedCheckpoint, mut entries: Vec<Vec<u8>>) {
        let bytes: usize = entries.iter().map(Vec::len).sum();
        if bytes >= ANNOUNCED_BYTES_MAX || entries.len() > ANNOUNCED_ENTRIES_MAX {
            entries.clear();
        }
        let announce = liaison_protocol::proto::Announce {
            checkpoint: head.to_bytes(),
            start: head.checkpoint.size - entries.len() as u64,
            entries,
        };
        let message = wire::gossip(Gossip::Announce(announce));
        if message.len() <= GOSSIP_MAX {
            self.out.transport(Command::Publish(message));
        }
    }
}
