//! In whatever order logs, statements and charter versions come to a node, the views are the same bytes.

use liaison_protocol::World;
use liaison_protocol::statement::Statement;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::folding::{ENTRIES, append, contents, fold_on, store, writing};
use super::*;

const SEEDS: u64 = 24;

/// What comes to a node.
#[derive(Clone)]
enum Arrival {
    /// Some of what is missing of a party's log.
    Entries(usize),
    Statement(Signed<Statement>),
    Charter(Signed<Charter>),
}

/// A node to which things come one by one, and which folds now and then.
struct Node<'l> {
    logs: &'l [Writing],
    sizes: [usize; 2],
    store: Store,
    index: MemoryIndex,
    world: World,
    knowledge: Knowledge,
}

impl<'l> Node<'l> {
    fn new(network: &Sample, logs: &'l [Writing]) -> Node<'l> {
        Node {
            logs,
            sizes: [0, 0],
            store: store(),
            index: MemoryIndex::new(),
            world: world(network),
            knowledge: Knowledge::default(),
        }
    }

    fn take(&mut self, arrival: Arrival, entries: usize) {
        match arrival {
            Arrival::Entries(party) => {
                let size = (self.sizes[party] + entries).min(ENTRIES);
                let log = &self.logs[party];
                append(&mut self.store, party, log.own.origin(), &log.leaves, size);
                self.sizes[party] = size;
            }
            Arrival::Statement(statement) => {
                self.world.insert_statement(statement).unwrap();
                self.knowledge.world_changed();
            }
            Arrival::Charter(charter) => {
                self.world.insert_charter(charter).unwrap();
                self.knowledge.world_changed();
            }
        }
    }

    fn fold(&mut self) {
        for log in self.logs {
            let (index, store) = (&mut self.index, &self.store);
            fold_on(&mut self.knowledge, index, store, &self.world, log.own.origin());
        }
    }

    fn restart(&mut self) {
        self.knowledge = Knowledge::open(&self.index, &self.store).unwrap();
    }
}

// The key of party 0's administrator ends after a third of the log: later updates are void.
fn revocation(network: &Sample, leaves: &[Vec<u8>]) -> Signed<Statement> {
    let size = ENTRIES / 3;
    let tree: Frontier = leaves[..size].iter().map(|leaf| leaf_hash(leaf)).collect();
    let revocation = proto::Revocation {
        key_id: key(Key::Administrator, 0).public_key().id().0.0.to_vec(),
        reason: proto::Reason::Retired.into(),
        at: Some(proto::Position {
            origin: network.origins[0].to_string(),
            size: size as u64,
            root: tree.root().0.to_vec(),
        }),
        compromised_since: 0,
        time: 0,
    };
    let statement = proto::Statement {
        network: world(network).chain().network().0.to_vec(),
        authority: network.codes[0].to_string(),
        serial: 100,
        origin: String::new(),
        content: Some(proto::statement::Content::Revocation(revocation)),
    };
    Signed::sign(&statement, &[&key(Key::Root, 0)]).unwrap()
}

#[test]
fn the_order_of_arrival_changes_no_byte_of_the_views() {
    let network = Sample::of(2, 2);
    let mut rng = StdRng::seed_from_u64(7);
    let logs: Vec<Writing> = (0..2).map(|party| writing(&network, party, &mut rng)).collect();
    let said = [
        Arrival::Statement(revocation(&network, &logs[0].leaves)),
        Arrival::Charter(network.third.clone()),
    ];

    let mut at_once = Node::new(&network, &logs);
    for arrival in said
        .iter()
        .cloned()
        .chain([Arrival::Entries(0), Arrival::Entries(1)])
    {
        at_once.take(arrival, ENTRIES);
    }
    at_once.fold();
    let counts = [0, 1].map(|party| at_once.knowledge.counts(logs[party].own.origin()));
    assert!(counts[0].void.contains_key("revoked") && !counts[1].void.contains_key("revoked"));

    for seed in 0..SEEDS {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut node = Node::new(&network, &logs);
        let mut arrivals = said.to_vec();
        arrivals.extend((0..30).map(|_| Arrival::Entries(rng.random_range(0..2))));
        arrivals.shuffle(&mut rng);
        for arrival in arrivals {
            node.take(arrival, rng.random_range(1..40));
            if rng.random_bool(0.5) {
                node.fold();
            }
            if rng.random_bool(0.2) {
                node.restart();
            }
        }
        for party in 0..2 {
            node.take(Arrival::Entries(party), ENTRIES);
        }
        node.fold();
        assert!(contents(&node.index) == contents(&at_once.index), "seed {seed}");
    }
}
