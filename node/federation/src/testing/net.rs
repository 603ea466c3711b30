//! Nodes, and a transport that delivers everything in order and loses nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use liaison_protocol::Origin;
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::tlog::{LogSigned, SignedCheckpoint, leaf_hash, root};

use super::sample::{NOW, Sample};
use super::store::{MemoryStore, Policy};
use crate::api::{Effect, Input, Notice, View};
use crate::config::{Config, PeerRecord, RecordReader, Recovered};
use crate::federation::{Federation, StoredTree};
use crate::store::{LogStore, Write};
use crate::transport::{Command, Event, Failure, Peer, Verdict};
use crate::{Limits, VERSIONS};

struct NoRecords;

impl RecordReader for NoRecords {
    fn read(&self, _: &[u8]) -> Option<PeerRecord> {
        None
    }

    fn peer_of(&self, address: &str) -> Option<Peer> {
        let bytes: Vec<u8> = (0..32)
            .map(|i| u8::from_str_radix(address.get(i * 2..i * 2 + 2)?, 16).ok())
            .collect::<Option<_>>()?;
        Some(Peer(bytes.try_into().ok()?))
    }
}

/// One node: federation and store, and an own log that writes what it is told.
pub(crate) struct Node {
    pub(crate) index: usize,
    pub(crate) federation: Federation,
    pub(crate) store: MemoryStore,
    pub(crate) policy: Policy,
    pub(crate) notices: Vec<Notice>,
    /// Bundles that it was asked to put right.
    pub(crate) healed: Vec<(Origin, u64, Vec<Vec<u8>>)>,
    /// Sequences that its own record was to go beyond.
    pub(crate) outdone: Vec<u64>,
    pub(crate) cosigns: bool,
    pub(crate) now: u64,
}

impl Node {
    pub(crate) fn config(sample: &Sample, index: usize, peers: usize) -> Config {
        Config {
            me: sample.peer(index),
            authority: sample.codes[index].clone(),
            instance: [index as u8; 16],
            versions: VERSIONS,
            limits: Limits::default(),
            records: Arc::new(NoRecords),
            own_record: None,
            bootstrap: (0..peers).map(|i| sample.peer(i).to_string()).collect(),
        }
    }

    pub(crate) fn open(sample: &Sample, index: usize, store: MemoryStore, config: Config) -> Node {
        Node::recovered(sample, index, store, config, Recovered::default())
    }

    /// A node that knows something of an earlier run.
    pub(crate) fn recovered(
        sample: &Sample,
        index: usize,
        store: MemoryStore,
        config: Config,
        recovered: Recovered,
    ) -> Node {
        let policy = Policy::default();
        let view = View {
            store: &store,
            payloads: &policy,
        };
        let federation = Federation::open(config, sample.world(), recovered, 7, &view, NOW).unwrap();
        Node {
            index,
            federation,
            store,
            policy,
            notices: Vec::new(),
            healed: Vec::new(),
            outdone: Vec::new(),
            cosigns: true,
            now: NOW,
        }
    }

    pub(crate) fn new(sample: &Sample, index: usize) -> Node {
        let config = Node::config(sample, index, sample.codes.len());
        Node::open(sample, index, MemoryStore::default(), config)
    }

    /// Handles an input, does what is asked for, and gives what is for the transport.
    pub(crate) fn handle(&mut self, sample: &Sample, input: Input) -> Vec<Command> {
        let mut inputs = VecDeque::from([input]);
        let mut commands = Vec::new();
        while let Some(input) = inputs.pop_front() {
            let view = View {
                store: &self.store,
                payloads: &self.policy,
            };
            for effect in self.federation.handle(input, &view, self.now) {
                match effect {
                    Effect::Transport(command) => commands.push(command),
                    Effect::Store { ticket, writes } => {
                        self.store.commit(&writes).unwrap();
                        inputs.push_back(Input::Committed(ticket));
                    }
                    Effect::Cosign(heads) if self.cosigns => {
                        inputs.extend(heads.iter().map(|head| self.cosigned(sample, head.checkpoint())));
                    }
                    Effect::Cosign(_) => {}
                    Effect::Heal {
                        origin,
                        start,
                        entries,
                    } => self.healed.push((origin, start, entries)),
                    Effect::SignRecord { above } => self.outdone.push(above),
                    Effect::Notify(notice) => self.notices.push(notice),
                }
            }
        }
        commands
    }

    fn cosigned(&self, sample: &Sample, head: &SignedCheckpoint) -> Input {
        let position = head.checkpoint.position().unwrap();
        let cosignature = sample.cosign(self.index, head, self.now);
        Input::Cosigned {
            origin: position.origin,
            size: position.size,
            root: position.root,
            cosignature,
        }
    }

    /// Appends entries to the own log, signs the head and reports it.
    pub(crate) fn publish(&mut self, sample: &Sample, leaves: Vec<Vec<u8>>) -> Vec<Command> {
        let origin = sample.origin(self.index);
        let mut entries = if self.size(&origin) == 0 {
            sample.first_entries(self.index)
        } else {
            Vec::new()
        };
        entries.extend(leaves);
        let hashes = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let start = self.size(&origin);
        self.store
            .commit(&[Write::Append {
                origin: origin.clone(),
                start,
                entries: entries.clone(),
                hashes,
            }])
            .unwrap();
        let size = self.size(&origin);
        let root = root(
            size,
            &StoredTree {
                store: &self.store,
                origin: &origin,
            },
        )
        .unwrap();
        let head = sample.head(self.index, size, root);
        self.store
            .commit(&[Write::Checkpoint {
                origin,
                note: head.to_bytes(),
            }])
            .unwrap();
        let mut commands = self.handle(sample, Input::OwnLogLive(true));
        let head = Box::new(LogSigned::verify(head, &sample.log_key(self.index)).unwrap());
        commands.extend(self.handle(sample, Input::OwnHead { head, entries }));
        commands
    }

    pub(crate) fn size(&self, origin: &Origin) -> u64 {
        self.store.head(origin).map_or(0, |head| head.size)
    }
}

/// An entry that no one can read, of this many bytes: it is void, and replicated all the same.
pub(crate) fn leaf(i: u8, bytes: usize) -> Vec<u8> {
    let mut leaf = vec![i; bytes];
    leaf[0] = 0xff;
    leaf
}

/// An entry of an update that says nothing, at a time.
pub(crate) fn naming(sample: &Sample, at: u64) -> Vec<u8> {
    let hash = sample.versions[1].hash();
    let naming = liaison_protocol::entry::Naming {
        hash,
        predecessor: None,
    };
    Entry {
        sequenced_at: at,
        content: Content::Naming(naming),
    }
    .to_bytes()
}

/// What another process might do in place of a node: answer a request with other frames.
pub(crate) type Liar = Box<dyn Fn(&[u8], Vec<Vec<u8>>) -> Vec<Vec<u8>>>;

/// All nodes and what is on its way.
pub(crate) struct Net {
    pub(crate) sample: Sample,
    pub(crate) nodes: Vec<Node>,
    pub(crate) liars: BTreeMap<usize, Liar>,
    pub(crate) penalised: Vec<(usize, usize)>,
    pub(crate) asked: Vec<(usize, usize)>,
    /// Requests and gossip (true) that were sent, as bytes.
    pub(crate) recorded: Vec<(bool, Vec<u8>)>,
    /// Whether gossip goes nowhere.
    pub(crate) lose_gossip: bool,
    connected: BTreeSet<(usize, usize)>,
    cut: BTreeSet<usize>,
    queue: VecDeque<(usize, Event)>,
    asking: BTreeMap<u64, (usize, u64, Vec<u8>)>,
    gossip: BTreeMap<u64, (usize, Vec<u8>)>,
    seen: BTreeSet<(usize, Vec<u8>)>,
    number: u64,
}

impl Net {
    pub(crate) fn new(sample: Sample) -> Net {
        let nodes = (0..sample.codes.len()).map(|i| Node::new(&sample, i)).collect();
        Net::with(sample, nodes)
    }

    pub(crate) fn with(sample: Sample, nodes: Vec<Node>) -> Net {
        Net {
            sample,
            nodes,
            liars: BTreeMap::new(),
            penalised: Vec::new(),
            asked: Vec::new(),
            recorded: Vec::new(),
            lose_gossip: false,
            connected: BTreeSet::new(),
            cut: BTreeSet::new(),
            queue: VecDeque::new(),
            asking: BTreeMap::new(),
            gossip: BTreeMap::new(),
            seen: BTreeSet::new(),
            number: 0,
        }
    }

    /// Takes a node off the network, or brings it back.
    pub(crate) fn cut(&mut self, node: usize, cut: bool) {
        if !cut {
            self.cut.remove(&node);
            return;
        }
        self.cut.insert(node);
        for other in 0..self.nodes.len() {
            self.disconnect(node, other);
        }
    }

    /// Appends to a node's own log.
    pub(crate) fn publish(&mut self, node: usize, leaves: Vec<Vec<u8>>) {
        let commands = self.nodes[node].publish(&self.sample, leaves);
        self.carry(node, commands);
        self.deliver();
    }

    /// Hands a node an input.
    pub(crate) fn input(&mut self, node: usize, input: Input) {
        let commands = self.nodes[node].handle(&self.sample, input);
        self.carry(node, commands);
        self.deliver();
    }

    /// Lets time pass in ticks of 100 ms.
    pub(crate) fn run(&mut self, time: Duration) {
        for _ in 0..time.as_millis() / 100 {
            for node in 0..self.nodes.len() {
                self.nodes[node].now += 100;
                let commands = self.nodes[node].handle(&self.sample, Input::Tick);
                self.carry(node, commands);
            }
            self.deliver();
        }
    }

    fn deliver(&mut self) {
        while let Some((node, event)) = self.queue.pop_front() {
            let commands = self.nodes[node].handle(&self.sample, Input::Transport(event));
            self.carry(node, commands);
        }
    }

    fn index(&self, peer: &Peer) -> usize {
        (0..self.nodes.len())
            .find(|i| self.sample.peer(*i) == *peer)
            .unwrap()
    }

    fn carry(&mut self, from: usize, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::Allow(_) => {}
                Command::Dial { peer, .. } => {
                    let to = self.index(&peer);
                    self.connect(from, to);
                }
                Command::Disconnect(peer) => {
                    let to = self.index(&peer);
                    self.disconnect(from, to);
                }
                Command::Penalise(peer) => self.penalised.push((from, self.index(&peer))),
                Command::Request { id, peer, body } => self.request(from, id, peer, body),
                Command::Respond { id, frames } => {
                    let (asker, number, body) = self.asking.remove(&id).unwrap();
                    let frames = self
                        .liars
                        .get(&from)
                        .map_or(frames.clone(), |liar| liar(&body, frames));
                    let peer = self.sample.peer(from);
                    self.queue.push_back((
                        asker,
                        Event::Answered {
                            id: number,
                            peer,
                            result: Ok(frames),
                        },
                    ));
                }
                Command::Publish(data) => self.flood(from, &data),
                Command::Judge { message, verdict } => {
                    let (_, data) = self.gossip.remove(&message).unwrap();
                    if verdict == Verdict::Accept {
                        self.flood(from, &data);
                    }
                }
            }
        }
    }

    fn request(&mut self, from: usize, id: u64, peer: Peer, body: Vec<u8>) {
        let to = self.index(&peer);
        self.asked.push((from, to));
        self.recorded.push((false, body.clone()));
        if !self.connected.contains(&(from.min(to), from.max(to))) {
            return self.queue.push_back((
                from,
                Event::Answered {
                    id,
                    peer,
                    result: Err(Failure::NotConnected),
                },
            ));
        }
        self.number += 1;
        self.asking.insert(self.number, (from, id, body.clone()));
        let asker = self.sample.peer(from);
        self.queue.push_back((
            to,
            Event::Asked {
                id: self.number,
                peer: asker,
                body,
            },
        ));
    }

    fn flood(&mut self, from: usize, data: &[u8]) {
        self.recorded.push((true, data.to_vec()));
        self.seen.insert((from, data.to_vec()));
        for to in 0..self.nodes.len() {
            let linked = self.connected.contains(&(from.min(to), from.max(to)));
            if linked && !self.lose_gossip && self.seen.insert((to, data.to_vec())) {
                self.number += 1;
                self.gossip.insert(self.number, (to, data.to_vec()));
                let event = Event::Gossip {
                    message: self.number,
                    from: self.sample.peer(from),
                    data: data.to_vec(),
                };
                self.queue.push_back((to, event));
            }
        }
    }

    fn connect(&mut self, from: usize, to: usize) {
        if self.cut.contains(&from) || self.cut.contains(&to) {
            let event = Event::DialFailed {
                peer: self.sample.peer(to),
                cause: "cut".into(),
            };
            return self.queue.push_back((from, event));
        }
        if self.connected.insert((from.min(to), from.max(to))) {
            for (a, b, outbound) in [(from, to, true), (to, from, false)] {
                let event = Event::Connected {
                    peer: self.sample.peer(b),
                    address: "memory".into(),
                    outbound,
                };
                self.queue.push_back((a, event));
            }
        }
    }

    fn disconnect(&mut self, a: usize, b: usize) {
        if self.connected.remove(&(a.min(b), a.max(b))) {
            self.queue
                .push_back((a, Event::Disconnected(self.sample.peer(b))));
            self.queue
                .push_back((b, Event::Disconnected(self.sample.peer(a))));
        }
    }
}
