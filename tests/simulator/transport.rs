//! The simulated transport: connections, requests and gossip, with the faults of the plan.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hasher};
use std::time::Duration;

use liaison_federation::transport::{Command, Event, Failure, Peer, Verdict};
use liaison_protocol::proto;
use prost::Message as _;
use rand::RngExt;

use super::events::{Happening, Message};
use super::plan::{HEALED, Sabotage};
use super::world::Simulation;

/// How long a request may take, in milliseconds.
const TIMEOUT: u64 = 10_000;
/// Peers to which an accepted gossip message is passed on.
const MESH: usize = 3;

/// What the transport knows.
#[derive(Debug, Default)]
pub(crate) struct Transport {
    allowed: BTreeMap<usize, BTreeSet<Peer>>,
    connections: BTreeMap<(usize, usize), u64>,
    neighbours: BTreeMap<usize, BTreeSet<usize>>,
    /// Requests that wait: (asker, its number) to (whom, start of the asker).
    asking: BTreeMap<(usize, u64), (usize, u32)>,
    /// Requests that arrived: our number to (asker, its number, connection).
    arrived: BTreeMap<(usize, u64), (usize, u64, u64)>,
    /// Gossip that waits for its verdict.
    judging: BTreeMap<(usize, u64), (usize, Vec<u8>)>,
    seen: BTreeMap<usize, BTreeSet<u64>>,
    numbers: u64,
}

fn pair(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

impl Transport {
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn connection(&self, a: usize, b: usize) -> Option<u64> {
        self.connections.get(&pair(a, b)).copied()
    }

    fn neighbours(&self, node: usize) -> Vec<usize> {
        self.neighbours
            .get(&node)
            .into_iter()
            .flatten()
            .copied()
            .collect()
    }

    fn connect(&mut self, a: usize, b: usize) {
        let number = self.number();
        self.connections.insert(pair(a, b), number);
        self.neighbours.entry(a).or_default().insert(b);
        self.neighbours.entry(b).or_default().insert(a);
    }

    /// Whether there was a connection.
    fn part(&mut self, a: usize, b: usize) -> bool {
        for (one, other) in [(a, b), (b, a)] {
            if let Some(neighbours) = self.neighbours.get_mut(&one) {
                neighbours.remove(&other);
            }
        }
        self.connections.remove(&pair(a, b)).is_some()
    }

    /// Whether a node may talk to another, by its own list.
    fn allows(&self, node: usize, peer: &Peer) -> bool {
        self.allowed
            .get(&node)
            .is_some_and(|allowed| allowed.contains(peer))
    }
}

impl Simulation {
    /// Does what a node asks of its transport.
    pub(crate) fn command(&mut self, node: usize, command: Command) {
        match command {
            Command::Allow(peers) => self.allow(node, peers),
            Command::Dial { peer, .. } => {
                let Some(to) = self.sample.index(&peer) else {
                    return;
                };
                let (at, start) = (self.later(), self.start_of(node));
                self.queue.add(
                    at,
                    Happening::Dial {
                        from: node,
                        start,
                        to,
                    },
                );
            }
            Command::Disconnect(peer) => {
                if let Some(to) = self.sample.index(&peer) {
                    self.disconnect(node, to);
                }
            }
            Command::Penalise(_) => self.outcome.penalties += 1,
            Command::Request { id, peer, body } => self.request(node, id, peer, &body),
            Command::Respond { id, frames } => self.respond(node, id, frames),
            Command::Publish(data) => {
                let data = self.of_next_version(node, data);
                let to = self.transport.neighbours(node);
                self.transport
                    .seen
                    .entry(node)
                    .or_default()
                    .insert(name_of(&data));
                self.pass_on(node, to, &data);
            }
            Command::Judge { message, verdict } => {
                let Some((from, data)) = self.transport.judging.remove(&(node, message)) else {
                    return;
                };
                self.outcome.rejected += u64::from(verdict == Verdict::Reject);
                if verdict == Verdict::Accept {
                    let mut to = self.transport.neighbours(node);
                    to.retain(|other| *other != from);
                    while to.len() > MESH {
                        let dropped = self.rng.random_range(0..to.len());
                        to.swap_remove(dropped);
                    }
                    self.pass_on(node, to, &data);
                }
            }
        }
    }

    /// A dial reaches its end.
    pub(crate) fn dialled(&mut self, from: usize, start: u32, to: usize) {
        if self.start_of(from) != start || !self.is_up(from) {
            return;
        }
        let (me, peer) = (self.sample.peers[from], self.sample.peers[to]);
        let reached = self.is_up(to) && self.plan.reachable(from, to, self.elapsed());
        let listed = self.transport.allows(from, &peer) && self.transport.allows(to, &me);
        if !reached || !listed {
            let at = self.now + self.rng.random_range(100..3_000);
            let event = Event::DialFailed {
                peer,
                cause: "unreachable".to_owned(),
            };
            return self.queue.add(
                at,
                Happening::Tell {
                    node: from,
                    start,
                    event,
                },
            );
        }
        if self.transport.connection(from, to).is_some() {
            return;
        }
        self.transport.connect(from, to);
        for (node, peer, outbound) in [(from, peer, true), (to, me, false)] {
            let event = Event::Connected {
                peer,
                address: "/memory/1".to_owned(),
                outbound,
            };
            self.tell(node, event);
        }
    }

    /// Something arrives over a connection.
    pub(crate) fn arrived(&mut self, connection: u64, from: usize, to: usize, message: Message) {
        if self.transport.connection(from, to) != Some(connection) || !self.is_up(to) {
            return;
        }
        let peer = self.sample.peers[from];
        match message {
            Message::Request(request, body) => {
                let id = self.transport.number();
                self.transport
                    .arrived
                    .insert((to, id), (from, request, connection));
                self.tell(to, Event::Asked { id, peer, body });
            }
            Message::Answer(request, frames) => {
                if self.transport.asking.remove(&(to, request)).is_some() {
                    self.tell(
                        to,
                        Event::Answered {
                            id: request,
                            peer,
                            result: Ok(frames),
                        },
                    );
                }
            }
            Message::Gossip(data) => {
                if self.transport.seen.entry(to).or_default().insert(name_of(&data))
                    || self.draw(self.plan.doubled)
                {
                    let message = self.transport.number();
                    self.transport.judging.insert((to, message), (from, data.clone()));
                    self.tell(
                        to,
                        Event::Gossip {
                            message,
                            from: peer,
                            data,
                        },
                    );
                }
            }
        }
    }

    /// A request has been out for too long.
    pub(crate) fn timed_out(&mut self, node: usize, start: u32, request: u64, peer: Peer) {
        if self.start_of(node) == start && self.transport.asking.remove(&(node, request)).is_some() {
            let result = Err(Failure::Timeout(Duration::from_millis(TIMEOUT)));
            self.tell(
                node,
                Event::Answered {
                    id: request,
                    peer,
                    result,
                },
            );
        }
    }

    /// A connection ends; both sides notice, the other one later.
    pub(crate) fn disconnect(&mut self, node: usize, other: usize) {
        if !self.transport.part(node, other) {
            return;
        }
        let (now, later) = (self.now, self.now + self.rng.random_range(10..3_000));
        for (who, whom, at) in [(node, other, now), (other, node, later)] {
            let start = self.start_of(who);
            self.queue.add(
                at,
                Happening::Notice {
                    node: who,
                    start,
                    other: whom,
                },
            );
        }
    }

    /// A node notices that a connection is gone; requests over it fail.
    pub(crate) fn noticed(&mut self, node: usize, start: u32, other: usize) {
        if self.start_of(node) != start
            || !self.is_up(node)
            || self.transport.connection(node, other).is_some()
        {
            return;
        }
        let peer = self.sample.peers[other];
        let lost = self
            .transport
            .asking
            .iter()
            .filter(|((asker, _), (asked, _))| *asker == node && *asked == other);
        let lost: Vec<u64> = lost.map(|((_, request), _)| *request).collect();
        for id in lost {
            self.transport.asking.remove(&(node, id));
            self.tell(
                node,
                Event::Answered {
                    id,
                    peer,
                    result: Err(Failure::Broken("closed".to_owned())),
                },
            );
        }
        self.tell(node, Event::Disconnected(peer));
    }

    /// A partition begins: the connections that it cuts are gone.
    pub(crate) fn cut_connections(&mut self) {
        let now = self.elapsed();
        let cut: Vec<_> = self
            .transport
            .connections
            .keys()
            .filter(|(a, b)| !self.plan.reachable(*a, *b, now))
            .copied()
            .collect();
        cut.into_iter().for_each(|(a, b)| self.disconnect(a, b));
    }

    /// A node is gone: its connections end, and what it asked is forgotten.
    pub(crate) fn forget_node(&mut self, node: usize) {
        for other in self.transport.neighbours(node) {
            self.disconnect(node, other);
        }
        self.transport.asking.retain(|(asker, _), _| *asker != node);
        self.transport.arrived.retain(|(asked, _), _| *asked != node);
        self.transport.judging.retain(|(judge, _), _| *judge != node);
        self.transport.seen.remove(&node);
        self.transport.allowed.remove(&node);
    }

    fn allow(&mut self, node: usize, peers: Vec<Peer>) {
        let peers: BTreeSet<Peer> = peers.into_iter().collect();
        for other in self.transport.neighbours(node) {
            if !peers.contains(&self.sample.peers[other]) {
                self.disconnect(node, other);
            }
        }
        self.transport.allowed.insert(node, peers);
    }

    fn request(&mut self, node: usize, id: u64, peer: Peer, body: &[u8]) {
        let to = self.sample.index(&peer);
        let connection = to.and_then(|to| self.transport.connection(node, to));
        let (Some(to), Some(connection)) = (to, connection) else {
            return self.tell(
                node,
                Event::Answered {
                    id,
                    peer,
                    result: Err(Failure::NotConnected),
                },
            );
        };
        let start = self.start_of(node);
        self.transport.asking.insert((node, id), (to, start));
        self.queue.add(
            self.now + TIMEOUT,
            Happening::Timeout {
                node,
                start,
                request: id,
                peer,
            },
        );
        let body = self.of_next_version(node, body.to_vec());
        self.send(connection, node, to, Message::Request(id, body));
    }

    fn respond(&mut self, node: usize, id: u64, mut frames: Vec<Vec<u8>>) {
        let Some((asker, request, connection)) = self.transport.arrived.remove(&(node, id)) else {
            return;
        };
        if node == 0 && self.plan.sabotage == Sabotage::Lies && self.rng.random_bool(0.5) {
            frames = frames.into_iter().map(lie).collect();
        }
        let frames = frames
            .into_iter()
            .map(|frame| self.of_next_version(node, frame))
            .collect();
        self.send(connection, node, asker, Message::Answer(request, frames));
    }

    fn pass_on(&mut self, node: usize, to: Vec<usize>, data: &[u8]) {
        let name = name_of(data);
        for other in to {
            let seen = self
                .transport
                .seen
                .get(&other)
                .is_some_and(|seen| seen.contains(&name));
            if let Some(connection) = self.transport.connection(node, other)
                && (!seen || self.draw(self.plan.doubled))
            {
                self.send(connection, node, other, Message::Gossip(data.to_vec()));
            }
        }
    }

    fn send(&mut self, connection: u64, from: usize, to: usize, message: Message) {
        let reachable = self.plan.reachable(from, to, self.elapsed());
        if !reachable || self.draw(self.plan.lost) {
            return;
        }
        for _ in 0..1 + usize::from(self.draw(self.plan.doubled)) {
            let at = self.later();
            self.queue.add(
                at,
                Happening::Arrive {
                    connection,
                    to,
                    from,
                    message: message.clone(),
                },
            );
        }
    }

    // Faults end at some time, so that there is an end at which all must agree.
    fn draw(&mut self, of_a_thousand: u32) -> bool {
        self.elapsed() < HEALED && self.rng.random_range(0..1_000) < of_a_thousand
    }

    fn later(&mut self) -> u64 {
        self.now + self.rng.random_range(1..=self.plan.delay)
    }

    // A field that this release does not know, as the next one might add it.
    fn of_next_version(&self, node: usize, mut bytes: Vec<u8>) -> Vec<u8> {
        if self.plan.two_versions && node % 2 == 1 && !bytes.is_empty() {
            bytes.extend([0xf8, 0x7f, 0x2a]);
        }
        bytes
    }
}

// What a lying peer makes of an answer: one byte of what it serves is another.
fn lie(frame: Vec<u8>) -> Vec<u8> {
    use proto::sync_response::Content;
    let Ok(mut response) = proto::SyncResponse::decode(&frame[..]) else {
        return frame;
    };
    let bytes = match &mut response.content {
        Some(Content::Tiles(tile)) => &mut tile.hashes,
        Some(Content::Entries(entries)) => &mut entries.bundle,
        Some(Content::Payload(part)) => &mut part.part,
        _ => return frame,
    };
    if let Some(byte) = bytes.last_mut() {
        *byte ^= 1;
    }
    response.encode_to_vec()
}

// What tells gossip messages apart: those of a simulation are no attempt to make two alike.
fn name_of(data: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(data);
    hasher.finish()
}
