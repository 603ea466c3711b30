//! Requests to peers: queued for each peer, sent at its pace, and what their answers mean.

use std::collections::{BTreeMap, VecDeque};

use liaison_protocol::proto::{self, SyncError};
use liaison_protocol::{Code, Origin};
use rand::RngExt;

use crate::bucket::Bucket;
use crate::catch_up::session::Ask;
use crate::federation::{Cx, Federation};
use crate::limits::{ITEM_HEAD, ITEM_MAX};
use crate::store::PayloadId;
use crate::transport::{Command, Failure, Peer, RequestId};
use crate::wire::{self, Request, Response};

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Saying and hearing what both hold.
    Hello,
    /// What a log that just started must know.
    Guard,
    /// A part of catching up, with the number of the session.
    CatchUp(Origin, u64, Ask),
    /// A payload.
    Payload(PayloadId),
    /// Statements of an authority.
    Statements(Code),
    /// Charter versions.
    Charters,
    /// Pending charter versions.
    Proposals,
    /// Cosignatures of a log's heads.
    Cosignatures(Origin),
    /// Entries that are damaged here, from this index on.
    Heal(Origin, u64),
    /// Evidence.
    Evidence,
    /// Which own payloads it lacks.
    Lacks(Vec<PayloadId>),
}

/// At least one of so many requests to a peer is for a payload, where any is wanted.
const PAYLOAD_EVERY: usize = 8;

impl Purpose {
    fn is_payload(&self) -> bool {
        matches!(self, Purpose::Payload(_))
    }
}

/// Requests of one peer that wait to be sent, and how many wait for an answer.
pub(crate) struct Queue {
    waiting: VecDeque<(Purpose, Vec<u8>)>,
    in_flight: usize,
    // Requests since the last one for a payload.
    since_payload: usize,
    pace: Bucket,
    paused_until: u64,
}

impl Queue {
    /// An empty queue with this pace.
    pub(crate) fn new(pace: Bucket) -> Queue {
        Queue {
            waiting: VecDeque::new(),
            in_flight: 0,
            since_payload: 0,
            pace,
            paused_until: 0,
        }
    }

    /// How many more requests may be added without waiting for others.
    pub(crate) fn free(&self, limit: usize, now: u64) -> usize {
        if self.paused_until > now {
            0
        } else {
            limit.saturating_sub(self.in_flight + self.waiting.len())
        }
    }

    /// Whether a request for this waits to be sent.
    pub(crate) fn has(&self, purpose: &Purpose) -> bool {
        self.waiting.iter().any(|(waiting, _)| waiting == purpose)
    }

    // What is sent next. Payloads wait for whatever else is asked, so that logs are whole before they are filled in;
    // now and then one goes first, so that an endless log does not keep them back.
    fn next(&mut self) -> Option<(Purpose, Vec<u8>)> {
        let payload = self.waiting.iter().position(|(purpose, _)| purpose.is_payload());
        let other = self.waiting.iter().position(|(purpose, _)| !purpose.is_payload());
        let first = match payload {
            Some(payload) if self.since_payload + 1 >= PAYLOAD_EVERY => payload,
            _ => other.or(payload)?,
        };
        let next = self.waiting.remove(first)?;
        self.since_payload = if next.0.is_payload() {
            0
        } else {
            self.since_payload + 1
        };
        Some(next)
    }

    /// Takes out what was not sent.
    pub(crate) fn drain(&mut self) -> Vec<Purpose> {
        self.waiting.drain(..).map(|(purpose, _)| purpose).collect()
    }
}

/// Requests that wait for their answer.
#[derive(Default)]
pub(crate) struct Requests {
    pub(crate) sent: BTreeMap<RequestId, (Peer, Purpose)>,
}

impl Requests {
    /// Whether a request for this waits for an answer of this peer.
    pub(crate) fn has(&self, peer: &Peer, purpose: &Purpose) -> bool {
        self.sent.values().any(|(p, sent)| p == peer && sent == purpose)
    }
}

impl Federation {
    /// How many more requests a peer takes.
    pub(crate) fn free(&self, peer: &Peer, now: u64) -> usize {
        let limit = self.config.limits.requests_in_flight;
        self.peers
            .get(peer)
            .filter(|listed| listed.is_ready())
            .map_or(0, |listed| listed.queue.free(limit, now))
    }

    /// How many more requests of a log that is caught up with a peer takes: some room is left to payloads.
    pub(crate) fn free_for_logs(&self, peer: &Peer, now: u64) -> usize {
        let reserved = self.config.limits.requests_in_flight / 4;
        self.free(peer, now).saturating_sub(reserved)
    }

    /// Whether a peer takes one more request for a payload: a quarter of its room at any time, half when there is
    /// nothing else to ask.
    pub(crate) fn takes_payloads(&self, peer: &Peer, now: u64) -> bool {
        let (limit, free) = (self.config.limits.requests_in_flight, self.free(peer, now));
        free > limit / 2 || free > 0 && self.payloads_under_way(peer) < limit / 4
    }

    fn payloads_under_way(&self, peer: &Peer) -> usize {
        let sent = self.requests.sent.values();
        let sent = sent
            .filter(|(whom, purpose)| whom == peer && purpose.is_payload())
            .count();
        let waiting = self.peers.get(peer).map_or(0, |listed| {
            listed
                .queue
                .waiting
                .iter()
                .filter(|(purpose, _)| purpose.is_payload())
                .count()
        });
        sent + waiting
    }

    /// Asks a peer, as soon as its pace allows. Nothing is asked twice at the same time.
    pub(crate) fn ask(&mut self, peer: Peer, purpose: Purpose, request: Request, cx: Cx<'_>) {
        let twice = self.requests.has(&peer, &purpose);
        match self.peers.get_mut(&peer).filter(|listed| listed.connected) {
            Some(listed) if !twice && !listed.queue.has(&purpose) => {
                listed.queue.waiting.push_back((purpose, wire::request(request)));
                self.send_requests(&peer, cx.now);
            }
            Some(_) => {}
            None => self.request_failed(peer, purpose, cx),
        }
    }

    /// Sends what waits for a peer, as far as its pace allows.
    pub(crate) fn send_requests(&mut self, peer: &Peer, now: u64) {
        let limit = self.config.limits.requests_in_flight;
        let Some(listed) = self.peers.listed.get_mut(peer) else {
            return;
        };
        let queue = &mut listed.queue;
        while queue.in_flight < limit && queue.paused_until <= now && !queue.waiting.is_empty() {
            if !queue.pace.take(1, now) {
                return;
            }
            let Some((purpose, body)) = queue.next() else {
                return;
            };
            queue.in_flight += 1;
            let id = self.out.request();
            self.requests.sent.insert(id, (*peer, purpose));
            self.out.transport(Command::Request {
                id,
                peer: *peer,
                body,
            });
        }
    }

    /// Sends what waits, for all peers.
    pub(crate) fn send_all_requests(&mut self, now: u64) {
        let waiting = self
            .peers
            .listed
            .iter()
            .filter(|(_, l)| l.connected && !l.queue.waiting.is_empty());
        let waiting: Vec<Peer> = waiting.map(|(peer, _)| *peer).collect();
        waiting.iter().for_each(|peer| self.send_requests(peer, now));
    }

    /// A request ended.
    pub(crate) fn answered(&mut self, id: RequestId, result: Result<Vec<Vec<u8>>, Failure>, cx: Cx<'_>) {
        let Some((peer, purpose)) = self.requests.sent.remove(&id) else {
            return;
        };
        if let Some(listed) = self.peers.get_mut(&peer) {
            listed.queue.in_flight = listed.queue.in_flight.saturating_sub(1);
        }
        self.send_requests(&peer, cx.now);
        let frames = match result {
            Ok(frames) => frames,
            Err(failure) => {
                match failure {
                    Failure::Busy => self.pause(&peer, cx.now),
                    Failure::Framing(_) => self.misbehaved(&peer, cx.now),
                    Failure::NotConnected | Failure::Timeout(_) | Failure::Broken(_) => {}
                }
                return self.request_failed(peer, purpose, cx);
            }
        };
        let read: Option<Vec<Response>> = frames.iter().map(|frame| wire::read_response(frame)).collect();
        let Some(mut answer) = read.filter(|answer| !answer.is_empty()) else {
            // An answer of a later version that this one cannot read, or nothing at all.
            return self.request_failed(peer, purpose, cx);
        };
        if let Response::Error(error) = answer[0] {
            match SyncError::try_from(error) {
                Ok(SyncError::Busy) => self.pause(&peer, cx.now),
                Ok(SyncError::Refused) if purpose == Purpose::Hello => self.incompatible(&peer, cx.now),
                _ => {}
            }
            return self.request_failed(peer, purpose, cx);
        }
        match (purpose, answer.remove(0)) {
            (Purpose::Hello, Response::Hello(hello)) => self.hear(peer, hello, cx),
            (Purpose::Guard, Response::Guard(guard)) => self.guard_answered(peer, guard, cx),
            (Purpose::CatchUp(origin, session, ask), response) => {
                self.catch_up_answered(peer, &origin, session, &ask, &response, cx);
            }
            (Purpose::Payload(id), first) => {
                answer.insert(0, first);
                self.payload_answered(peer, id, answer, cx);
            }
            (Purpose::Heal(origin, _), Response::Entries(entries)) => {
                self.heal_answered(peer, &origin, &entries, cx)
            }
            (Purpose::Statements(code), Response::Statements(list)) => {
                self.statements_answered(peer, code, list, cx)
            }
            (Purpose::Charters, Response::Charters(list)) => self.charters_answered(peer, list, cx),
            (Purpose::Proposals, Response::Proposals(list)) => self.proposals_answered(peer, list, cx),
            (Purpose::Cosignatures(origin), Response::Cosignatures(notes)) => {
                self.cosignatures_answered(peer, &origin, notes, cx);
            }
            (Purpose::Evidence, Response::Evidence(pieces)) => self.evidence_answered(peer, pieces, cx),
            (Purpose::Lacks(asked), Response::Lacks(lacks)) => self.lacks_answered(peer, asked, &lacks),
            // Another kind of answer than was asked for.
            (purpose, _) => {
                self.misbehaved(&peer, cx.now);
                self.request_failed(peer, purpose, cx);
            }
        }
    }

    /// A request got no answer that can be used; whoever waits for it goes on otherwise.
    pub(crate) fn request_failed(&mut self, peer: Peer, purpose: Purpose, cx: Cx<'_>) {
        match purpose {
            Purpose::Hello => self.hello_failed(&peer, cx.now),
            Purpose::Guard => self.guard_failed(&peer),
            Purpose::CatchUp(origin, session, ask) => self.catch_up_failed(peer, &origin, session, &ask),
            Purpose::Payload(id) => self.payload_failed(peer, &id, cx),
            Purpose::Heal(origin, _) => self.heal_failed(peer, &origin, cx),
            // The next hello shows the difference again.
            Purpose::Statements(_) | Purpose::Charters | Purpose::Cosignatures(_) | Purpose::Evidence => {}
            // Nor does a release that does not know them know more later.
            Purpose::Proposals => {}
            Purpose::Lacks(_) => {}
        }
    }

    // The peer has no room: it is left alone for a moment.
    fn pause(&mut self, peer: &Peer, now: u64) {
        let pause = self.rng.random_range(200..1_000);
        if let Some(listed) = self.peers.get_mut(peer) {
            listed.queue.paused_until = now + pause;
        }
    }
}

/// The part of a list that fits into so many bytes, and whether more is left. What no answer has room for is
/// passed over: it must not stand before what could travel.
pub(crate) fn fitting<T>(mut room: usize, items: Vec<T>, size: impl Fn(&T) -> usize) -> (Vec<T>, bool) {
    let mut fitting = Vec::new();
    for item in items.into_iter().filter(|item| size(item) <= ITEM_MAX) {
        let needed = size(&item) + ITEM_HEAD;
        if needed > room {
            return (fitting, true);
        }
        room -= needed;
        fitting.push(item);
    }
    (fitting, false)
}

/// The wire's name of a payload.
pub(crate) fn payload_request(id: &PayloadId) -> proto::PayloadRequest {
    proto::PayloadRequest {
        origin: id.origin.to_string(),
        index: id.index,
        change: id.change,
    }
}

/// The payload that the wire names.
pub(crate) fn payload_id(request: &proto::PayloadRequest) -> Option<PayloadId> {
    let origin = wire::read_origin(&request.origin)?;
    Some(PayloadId {
        origin,
        index: request.index,
        change: request.change,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::ANSWER_MAX;

    #[test]
    fn payloads_wait_for_everything_else_and_are_one_of_eight_at_least() {
        let origin: Origin = format!("policenet.example/{:032x}/fr/1", 7).parse().unwrap();
        let payload = |index| {
            let origin = origin.clone();
            let id = PayloadId {
                origin,
                index,
                change: 0,
            };
            (Purpose::Payload(id), Vec::new())
        };
        let mut queue = Queue::new(Bucket::new(24, 1000, 0));
        queue.waiting.extend((0..4).map(payload));
        queue
            .waiting
            .extend((0..16).map(|_| (Purpose::Charters, Vec::new())));
        let sent: Vec<bool> = std::iter::from_fn(|| queue.next())
            .map(|(purpose, _)| purpose.is_payload())
            .collect();
        let expected = (0..20).map(|at| at == 7 || at == 15 || at >= 18);
        assert_eq!(sent, expected.collect::<Vec<_>>());
    }

    #[test]
    fn what_no_answer_has_room_for_hides_nothing_behind_it() {
        let list = vec![vec![0; ITEM_MAX + 1], vec![1; ITEM_MAX], vec![2; 10]];
        let (first, more) = fitting(ANSWER_MAX, list.clone(), Vec::len);
        assert_eq!(first, [vec![1; ITEM_MAX]]);
        assert!(more);
        let (second, more) = fitting(ANSWER_MAX, vec![list[0].clone(), list[2].clone()], Vec::len);
        assert_eq!(second, [vec![2; 10]]);
        assert!(!more);
    }
}
