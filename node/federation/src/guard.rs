//! The start guard's questions: what others know of the own log and of this node's cosignatures
//! (specification, section 10). They are asked of every peer until the own log is live, and
//! answered for anybody.

use liaison_protocol::proto;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Code, Hash, Origin};

use crate::api::{GuardAnswer, Notice};
use crate::federation::{Cx, Federation};
use crate::requests::Purpose;
use crate::transport::Peer;
use crate::wire::{self, Request};

/// Milliseconds between two questions to one peer.
const AGAIN: u64 = 5_000;

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
        let read = |bytes: &[u8]| wire::read_checkpoint(bytes).map(|(checkpoint, _)| checkpoint);
        self.out.notify(Notice::Guard(GuardAnswer {
            authority,
            seen: read(&answer.seen),
            cosigned: read(&answer.cosigned),
            own_cosignatures: answer.own.iter().filter_map(|note| read(note)).collect(),
            clock: answer.clock,
            charter,
        }));
    }

    /// A peer did not answer: it is asked again soon.
    pub(crate) fn guard_failed(&mut self, peer: &Peer) {
        if let Some(listed) = self.peers.get_mut(peer) {
            listed.guard_asked_at = listed.guard_asked_at.map(|at| at.saturating_sub(AGAIN - 1_000));
        }
    }

    /// What this node knows of a log, for whoever asks.
    pub(crate) fn guard_response(&self, asker: &Code, origin: &Origin, date: u64) -> proto::GuardResponse {
        let bytes = |head: Option<SignedCheckpoint>| head.map_or_else(Vec::new, |head| head.to_bytes());
        let log = self.logs.get(origin);
        let seen = log.and_then(|log| {
            let offered = log
                .candidates
                .last_key_value()
                .map(|(_, candidate)| candidate.checkpoint.clone());
            offered.or_else(|| log.signed().cloned())
        });
        let own = self
            .logs
            .iter()
            .filter_map(|(origin, log)| log.pool.newest_of(origin, asker));
        proto::GuardResponse {
            seen: bytes(seen),
            cosigned: bytes(log.and_then(|log| log.pool.newest_of(origin, &self.config.authority))),
            own: own.map(|head| head.to_bytes()).collect(),
            clock: date,
            charter: self.world.chain().newest().hash().0.to_vec(),
        }
    }
}
