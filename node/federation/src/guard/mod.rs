//! The start guard's questions: what others know of the own log and of this node's cosignatures
//! (specification, section 10). They are asked of every peer until the own log is live.

mod answer;

use liaison_protocol::proto;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Hash, Position};

use crate::api::{GuardAnswer, Notice};
use crate::federation::{Cx, Federation};
use crate::limits::CANDIDATES_MAX;
use crate::requests::Purpose;
use crate::transport::Peer;
use crate::wire::{self, Request};

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
    cosigned: Option<(SignedCheckpoint, Position)>,
}

impl Shown {
    fn read(answer: &proto::GuardResponse) -> Shown {
        let notes = [&answer.seen]
            .into_iter()
            .chain(answer.heads.iter().take(SHOWN_MAX));
        Shown {
            heads: notes.filter_map(|note| wire::read_checkpoint(note)).collect(),
            cosigned: wire::read_checkpoint(&answer.cosigned),
        }
    }

    // Whether it cosigned a larger head than any that it shows: nobody could fetch that one back.
    fn lacks_what_it_cosigned(&self) -> bool {
        let shown = self.heads.iter().map(|(_, position)| position.size).max();
        let cosigned = self.cosigned.as_ref().map(|(_, position)| position.size);
        cosigned > shown
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
        let Ok(charter) = Hash::from_slice(&answer.charter) else {
            return;
        };
        // What it said in its hello may be older than a sleep of this machine.
        if let Some(heard) = self.peers.get_mut(&peer).and_then(|listed| listed.heard.as_mut()) {
            heard.hear_clock(answer.clock, cx);
        }
        let shown = Shown::read(&answer);
        if shown.lacks_what_it_cosigned() {
            return self.guard_failed(&peer);
        }
        self.hear_shown(peer, &shown, cx);
        let own = answer.own.iter().filter_map(|note| wire::read_checkpoint(note));
        let own: Vec<(SignedCheckpoint, Position)> = own.collect();
        self.hear_own_cosignatures(&own, cx);
        self.out.notify(Notice::Guard(GuardAnswer {
            authority,
            heads: shown.heads.into_iter().map(|(head, _)| head).collect(),
            own_cosignatures: own.into_iter().map(|(head, _)| head).collect(),
            clock: answer.clock,
            charter,
        }));
    }

    // Heads of the own log are to be reached before it goes on, and cosignatures say which of them count.
    fn hear_shown(&mut self, peer: Peer, shown: &Shown, cx: Cx<'_>) {
        let own = self.own_origin().cloned();
        let of_own = |(_, position): &&(SignedCheckpoint, Position)| Some(&position.origin) == own.as_ref();
        for (note, position) in shown.cosigned.iter().chain(&shown.heads).filter(of_own) {
            self.take_note(note, position, cx);
        }
        for (head, position) in shown.heads.iter().filter(of_own) {
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
