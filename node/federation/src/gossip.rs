//! Gossip: what is taken from it, and whether it is passed on.
//!
//! *Accept* passes a message on; its form was verified here. *Reject* blames whoever passed it on,
//! so it is only for bytes that every honest node refuses, whatever it knows. Everything else is
//! *ignored*: stale, held, over a limit, or not judgeable yet. A proven contradiction is accepted:
//! it must travel, and the fork is its author's, not the relayer's.

use std::collections::BTreeSet;

use liaison_protocol::dsse::Signed;
use liaison_protocol::entry::LEAF_SIZE_MAX;
use liaison_protocol::proto;
use liaison_protocol::statement::Statement;
use liaison_protocol::tlog::{Cosignature, SignedCheckpoint, leaf_hash};
use liaison_protocol::{Hash, KeyId, Origin, Position};

use crate::append::Appended;
use crate::cosign::Line;
use crate::federation::{Cx, Federation};
use crate::heads::Offer;
use crate::limits::{ANNOUNCED_BYTES_MAX, ANNOUNCED_ENTRIES_MAX, DEFERRED_FOR, DEFERRED_MAX};
use crate::log::Announced;
use crate::peers::RecordNews;
use crate::transport::{Command, MessageId, Peer, Verdict};
use crate::wire::{self, Gossip};

/// Messages whose form cannot be judged before something else is here.
#[derive(Debug, Default)]
pub(crate) struct Deferred {
    pub(crate) waiting: Vec<(MessageId, u64, Until)>,
}

/// What a verdict waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Until {
    /// The head is held; the hashes are those of the announced entries, from `start` on.
    Head {
        /// Log, size and root.
        position: Position,
        /// Index of the first announced entry.
        start: u64,
        /// Hashes of the announced entries.
        hashes: Vec<Hash>,
    },
    /// The charter version is known.
    Charter(Hash),
    /// The pending version is held, or in force, with these signatures.
    Proposal(Hash, BTreeSet<KeyId>),
}

/// A verdict, or what it waits for.
pub(crate) enum Judged {
    /// The verdict.
    Now(Verdict),
    /// What it waits for.
    Later(Until),
}

impl Federation {
    /// A gossip message waits for its verdict.
    pub(crate) fn gossiped(&mut self, message: MessageId, from: Peer, data: &[u8], cx: Cx<'_>) {
        let judged = match wire::read_gossip(data) {
            Err(()) => Judged::Now(Verdict::Reject),
            // A kind of a later version.
            Ok(None) => Judged::Now(Verdict::Ignore),
            Ok(Some(Gossip::Announce(announce))) => self.judge_announce(announce, from, cx),
            Ok(Some(Gossip::Cosignatures(lines))) => Judged::Now(self.judge_cosignatures(&lines, cx)),
            Ok(Some(Gossip::Statement(envelope))) => Judged::Now(self.judge_statement(envelope, cx)),
            Ok(Some(Gossip::Charter(hash))) => self.judge_charter(&hash, from, cx),
            Ok(Some(Gossip::Proposal(news))) => self.judge_proposal(&news, from, cx),
            Ok(Some(Gossip::Evidence(bytes))) => Judged::Now(self.judge_evidence(bytes, cx)),
            Ok(Some(Gossip::Record(record))) => Judged::Now(match self.take_record(&record, cx.now) {
                RecordNews::New => Verdict::Accept,
                RecordNews::Known | RecordNews::Unlisted => Verdict::Ignore,
                RecordNews::Bad => Verdict::Reject,
            }),
        };
        match judged {
            Judged::Now(verdict) => self.out.transport(Command::Judge { message, verdict }),
            Judged::Later(until) => self.defer(message, until, cx.now),
        }
    }

    /// Entries of a log are durable: verdicts that waited for its head are given.
    pub(crate) fn settle_deferred(&mut self, origin: &Origin, cx: Cx<'_>) {
        let size = self.logs.get(origin).map_or(0, |log| log.fold.size());
        let waiting = std::mem::take(&mut self.deferred.waiting);
        for (message, deadline, until) in waiting {
            match &until {
                Until::Head {
                    position,
                    start,
                    hashes,
                } if position.origin == *origin && position.size <= size => {
                    let stored = self.stored_root(origin, position.size, cx);
                    let node = |index: u64| cx.view.store.node(origin, 0, index).ok().flatten();
                    let same = hashes
                        .iter()
                        .zip(*start..)
                        .all(|(hash, index)| node(index) == Some(*hash));
                    let verdict = if same && stored == Some(position.root) {
                        Verdict::Accept
                    } else {
                        Verdict::Ignore
                    };
                    self.out.transport(Command::Judge { message, verdict });
                }
                _ => self.deferred.waiting.push((message, deadline, until)),
            }
        }
    }

    /// Charter versions came, pending ones or not: verdicts that waited for them are given.
    pub(crate) fn settle_deferred_charters(&mut self) {
        let (chain, proposals) = (self.world.chain(), &self.proposals);
        let known = |until: &Until| match until {
            Until::Charter(hash) => chain.known(hash).is_some(),
            Until::Proposal(hash, signers) => chain.known(hash).is_some() || proposals.has(hash, signers),
            Until::Head { .. } => false,
        };
        let (settled, waiting) = std::mem::take(&mut self.deferred.waiting)
            .into_iter()
            .partition(|w| known(&w.2));
        self.deferred.waiting = waiting;
        for (message, _, _) in settled {
            self.out.transport(Command::Judge {
                message,
                verdict: Verdict::Accept,
            });
        }
    }

    /// Verdicts that waited in vain.
    pub(crate) fn expire_deferred(&mut self, now: u64) {
        let (late, waiting) = std::mem::take(&mut self.deferred.waiting)
            .into_iter()
            .partition(|w| w.1 <= now);
        self.deferred.waiting = waiting;
        for (message, _, _) in late {
            self.out.transport(Command::Judge {
                message,
                verdict: Verdict::Ignore,
            });
        }
    }

    fn defer(&mut self, message: MessageId, until: Until, now: u64) {
        if self.deferred.waiting.len() >= DEFERRED_MAX {
            return self.out.transport(Command::Judge {
                message,
                verdict: Verdict::Ignore,
            });
        }
        self.deferred.waiting.push((message, now + DEFERRED_FOR, until));
    }

    fn judge_announce(&mut self, announce: proto::Announce, from: Peer, cx: Cx<'_>) -> Judged {
        let Some((checkpoint, position)) = read_announce(&announce) else {
            return Judged::Now(Verdict::Reject);
        };
        let head = match self.offer(&checkpoint, &position, Some(from), cx) {
            Offer::New(head) => *head,
            Offer::Bad => return Judged::Now(Verdict::Reject),
            Offer::Unknown | Offer::Stale | Offer::Offered | Offer::Contradicts => {
                return Judged::Now(Verdict::Ignore);
            }
        };
        let announced = Announced {
            head,
            position: position.clone(),
            start: announce.start,
            entries: announce.entries,
        };
        let Some(log) = self.logs.get_mut(&position.origin) else {
            return Judged::Now(Verdict::Ignore);
        };
        let start = announced.start;
        let hashes = announced.entries.iter().map(|entry| leaf_hash(entry)).collect();
        let contiguous = start <= log.fold.size() && !announced.entries.is_empty();
        let free = log.appending.is_none() && log.session.is_none() && log.frozen.is_none();
        if contiguous && free && self.overlap_is_held(&announced, cx) {
            if self.append_announced(&announced, cx) == Appended::Form {
                return Judged::Now(Verdict::Accept);
            }
        } else if let Some(log) = self
            .logs
            .get_mut(&position.origin)
            .filter(|_| !announced.entries.is_empty())
        {
            log.parked = Some(announced);
        }
        Judged::Later(Until::Head {
            position,
            start,
            hashes,
        })
    }

    // The announced entries that are held already are the ones that are held.
    fn overlap_is_held(&self, announced: &Announced, cx: Cx<'_>) -> bool {
        let origin = &announced.position.origin;
        let held = self.logs.get(origin).map_or(0, |log| log.fold.size());
        let overlap = announced.entries.iter().zip(announced.start..held);
        let mut overlap =
            overlap.map(|(entry, index)| (leaf_hash(entry), cx.view.store.node(origin, 0, index)));
        overlap.all(|(hash, stored)| stored.ok().flatten() == Some(hash))
    }

    fn judge_cosignatures(&mut self, batch: &proto::Cosignatures, cx: Cx<'_>) -> Verdict {
        let read: Option<Vec<(Position, Cosignature)>> =
            batch.cosignatures.iter().map(read_cosignature).collect();
        let Some(lines) = read.filter(|lines| !lines.is_empty()) else {
            return Verdict::Reject;
        };
        let mut verdict = Verdict::Ignore;
        let mut complete = true;
        for (position, line) in lines {
            match self.take_cosignature(&position, &line, cx) {
                Line::Bad => return Verdict::Reject,
                Line::Unknown => complete = false,
                Line::Known => {}
                Line::New => {
                    verdict = Verdict::Accept;
                    self.count_quorums(&position.origin);
                }
            }
        }
        if complete { verdict } else { Verdict::Ignore }
    }

    fn judge_statement(&mut self, envelope: proto::Envelope, cx: Cx<'_>) -> Verdict {
        match Signed::<Statement>::from_envelope(envelope) {
            Ok(statement) => self.statement_from_gossip(statement, cx),
            Err(_) => Verdict::Reject,
        }
    }

    fn judge_charter(&mut self, hash: &[u8], from: Peer, cx: Cx<'_>) -> Judged {
        let Ok(hash) = Hash::from_slice(hash) else {
            return Judged::Now(Verdict::Reject);
        };
        if self.world.chain().known(&hash).is_some() {
            return Judged::Now(Verdict::Ignore);
        }
        self.ask_charters(from, cx);
        Judged::Later(Until::Charter(hash))
    }
}

// An announcement whose bytes any node could have sent: one signature, by the log's name, and
// entries that reach up to the checkpoint's size and stay within the limits.
fn read_announce(announce: &proto::Announce) -> Option<(SignedCheckpoint, Position)> {
    let (checkpoint, position) = wire::read_checkpoint(&announce.checkpoint)?;
    let [line] = &checkpoint.note.signatures[..] else {
        return None;
    };
    let entries = &announce.entries;
    let bytes: usize = entries.iter().map(Vec::len).sum();
    let fits = bytes < ANNOUNCED_BYTES_MAX && entries.len() <= ANNOUNCED_ENTRIES_MAX;
    let leaves = entries
        .iter()
        .all(|entry| !entry.is_empty() && entry.len() <= LEAF_SIZE_MAX);
    let reaches = announce.start.checked_add(entries.len() as u64) == Some(position.size);
    let valid = line.name == checkpoint.checkpoint.origin && position.size > 0 && fits && leaves && reaches;
    valid.then_some((checkpoint, position))
}

fn read_cosignature(cosignature: &proto::HeadCosignature) -> Option<(Position, Cosignature)> {
    let origin = wire::read_origin(&cosignature.origin)?;
    let root = Hash::from_slice(&cosignature.root).ok()?;
    let line = cosignature.line.parse().ok()?;
    Some((
        Position {
            origin,
            size: cosignature.size,
            root,
        },
        line,
    ))
}

#[cfg(test)]
mod tests;
