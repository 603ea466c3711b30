//! The start guard's questions: what others know of the own log and of this node's cosignatures
//! (specification, section 10). They are asked of every peer until the own log is live.

mod answer;
mod end;

use liaison_protocol::proto;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Hash, Origin, Position};

use crate::api::{GuardAnswer, Notice};
use crate::federation::{Cx, Federation};
use crate::limits::CANDIDATES_MAX;
use crate::requests::Purpose;
use crate::transport::Peer;
use crate::wire::{self, Request};

pub(crate) use end::is_end;

/// Milliseconds between two questions to one peer.
const AGAIN: u64 = 5_000;

/// Heads of one answer that are read.
const SHOWN_MAX: usize = 2 * CANDIDATES_MAX;

/// What is remembered between questions.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    ahead: u64,
}

impl Guard {
    /// Whether a head of the own log of this size has not been told of.
    pub(crate) fn is_news(&mut self, size: u64) -> bool {
        let news = size > self.ahead;
        self.ahead = self.ahead.max(size);
        news
    }
}

/// What a peer says of the own log.
struct Shown {
    heads: Vec<(SignedCheckpoint, Position)>,
    /// The newest cosignature that it still has.
    cosigned: Option<(SignedCheckpoint, Position)>,
    /// What it cosigned last by its journal.
    last: Option<Position>,
    /// What it knows of the ends of the log's keys.
    ends: Option<Hash>,
}

impl Shown {
    // None when a hash is none.
    fn read(answer: &proto::GuardResponse, own: &Origin) -> Option<Shown> {
        let notes = [&answer.seen]
            .into_iter()
            .chain(answer.heads.iter().take(SHOWN_MAX));
        let read = |note: &Vec<u8>| {
            let read = wire::read_checkpoint(note);
            read.filter(|(_, position)| position.origin == *own)
        };
        let hash = |bytes: &[u8]| Hash::from_slice(bytes).ok();
        let position = |root| Position {
            origin: own.clone(),
            size: answer.cosigned_size,
            root,
        };
        let (size, ends) = (answer.cosigned_size, &answer.ends[..]);
        Some(Shown {
            heads: notes.filter_map(read).collect(),
            cosigned: read(&answer.cosigned),
            last: if size == 0 {
                None
            } else {
                Some(position(hash(&answer.cosigned_root)?))
            },
            ends: if ends.is_empty() { None } else { Some(hash(ends)?) },
        })
    }

    // Whether no head that it shows leads back to what it cosigned: one of that size is another, none is larger, or those
    // that are belong to the tree that is held here (`ours`), to which that does not.
    fn lacks_what_it_cosigned(&self, ours: &dyn Fn(&Position) -> bool) -> bool {
        let heads = || self.heads.iter().map(|(_, position)| position);
        let lacks = |cosigned: &Position| {
            let beside = |head: &Position| head.size == cosigned.size;
            let leads_back = |head: &Position| head.size > cosigned.size && (ours(cosigned) || !ours(head));
            !heads().any(|head| head == cosigned) && (heads().any(beside) || !heads().any(leads_back))
        };
        let by_note = self.cosigned.as_ref().map(|(_, position)| position);
        by_note.into_iter().chain(&self.last).any(lacks)
    }
}

impl Federation {
    /// Asks every peer that was not asked lately, until the own log is live.
    pub(crate) fn ask_guards(&mut self, cx: Cx<'_>) {
        if self.own_log_live {
            return;
        }
        let due = |at: Option<u64>| at.is_none_or(|at| at + AGAIN <= cx.now);
        let due = self
            .peers
            .ready()
            .filter(|(_, listed)| due(listed.guard_asked_at));
        for peer in due.map(|(peer, _)| *peer).collect::<Vec<_>>() {
            self.ask_guard(peer, cx);
        }
    }

    /// Asks one peer, as soon as hellos were exchanged.
    pub(crate) fn ask_guard(&mut self, peer: Peer, cx: Cx<'_>) {
        let Some(origin) = self.own_origin().filter(|_| !self.own_log_live).cloned() else {
            return;
        };
        if let Some(listed) = self.peers.get_mut(&peer) {
            listed.guard_asked_at = Some(cx.now);
        }
        let request = proto::GuardRequest {
            origin: origin.to_string(),
        };
        self.ask(peer, Purpose::Guard, Request::Guard(request), cx);
    }

    /// A peer answered.
    pub(crate) fn guard_answered(&mut self, peer: Peer, answer: proto::GuardResponse, cx: Cx<'_>) {
        let Some(authority) = self.peers.authority(&peer).cloned() else {
            return;
        };
        let (Ok(charter), Some(origin)) = (Hash::from_slice(&answer.charter), self.own_origin().cloned())
        else {
            return;
        };
        // What it said in its hello may be older than a sleep of this machine.
        if let Some(heard) = self.peers.get_mut(&peer).and_then(|listed| listed.heard.as_mut()) {
            heard.hear_clock(answer.clock, cx);
        }
        let Some(shown) = Shown::read(&answer, &origin) else {
            return self.guard_failed(&peer);
        };
        let ours = |at: &Position| self.stored_root(&origin, at.size, cx) == Some(at.root);
        let lacks = shown.lacks_what_it_cosigned(&ours);
        // What contradicts itself or what is held here becomes evidence, whether the answer counts or not.
        self.hear_shown(peer, &shown, cx);
        self.aim_at_the_end(&origin);
        if lacks {
            return self.guard_failed(&peer);
        }
        let own = answer.own.iter().filter_map(|note| wire::read_checkpoint(note));
        let own: Vec<(SignedCheckpoint, Position)> = own.collect();
        self.hear_own_cosignatures(&own, cx);
        self.out.notify(Notice::Guard(GuardAnswer {
            authority,
            heads: shown.heads.into_iter().map(|(head, _)| head).collect(),
            own_cosignatures: own.into_iter().map(|(head, _)| head).collect(),
            clock: answer.clock,
            charter,
            ends: shown.ends,
            cosigned: shown.last.map(|at| (at.size, at.root)),
        }));
    }

    // Heads of the own log are to be reached before it goes on, and cosignatures say which of them count.
    fn hear_shown(&mut self, peer: Peer, shown: &Shown, cx: Cx<'_>) {
        for (note, position) in shown.cosigned.iter().chain(&shown.heads) {
            self.take_note(note, position, cx);
        }
        for (head, position) in &shown.heads {
            self.offer(&wire::bare(head), position, Some(peer), cx);
        }
    }

    // What this node cosigned and forgot it must not seem never to have cosigned to those who ask it. Most is known, and
    // is not verified again at every answer.
    fn hear_own_cosignatures(&mut self, own: &[(SignedCheckpoint, Position)], cx: Cx<'_>) {
        for (note, position) in own {
            let log = self.logs.get(&position.origin);
            let known = log.and_then(|log| log.pool.cosigned_size(&self.config.authority));
            if known.is_none_or(|size| size < position.size) {
                self.take_note(note, position, cx);
            }
        }
    }

    /// A peer did not answer: it is asked again soon.
    pub(crate) fn guard_failed(&mut self, peer: &Peer) {
        if let Some(listed) = self.peers.get_mut(peer) {
            listed.guard_asked_at = listed.guard_asked_at.map(|at| at.saturating_sub(AGAIN - 1_000));
        }
    }
}

#[cfg(test)]
mod tests;
