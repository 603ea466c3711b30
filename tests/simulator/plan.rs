//! What happens in a simulation, all drawn from its seed.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// When faults end, in milliseconds of simulated time.
pub(crate) const HEALED: u64 = 12_000;

/// How long after that everything must have converged: three rounds of anti-entropy, and the time
/// that redialling takes.
pub(crate) const SETTLED: u64 = 3 * 30_000 + 30_000;

/// Nodes of the ordinary network: one for each member State.
const NODES: usize = 46;
/// Of these so many are witnesses, in most networks.
const WITNESSES: usize = 5;
/// One seed in so many is of the costliest kinds.
const RARE: u64 = 50;

/// What one node does to the others, beyond the faults that all have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Nothing.
    None,
    /// It changes bytes of the tiles, entries and payloads that it serves.
    Lies,
}

/// A power cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// Which node.
    pub node: usize,
    /// When it loses power, in milliseconds.
    pub at: u64,
    /// How long it stays down.
    pub down_for: u64,
}

/// A time in which two parts of the network cannot reach each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// From when, in milliseconds.
    pub from: u64,
    /// Until when.
    pub until: u64,
    /// The nodes on one side.
    pub side: Vec<usize>,
}

/// Something that an operator hands to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errand {
    /// To which node.
    pub node: usize,
    /// When, in milliseconds; and once more after the faults, in case that it was lost with power.
    pub at: u64,
}

/// A pending charter version that two nodes are handed, each with other signatures of the council.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// Where and when each of the two is handed in.
    pub errands: [Errand; 2],
    /// Whether both together are enough; otherwise it stays pending.
    pub completes: bool,
}

/// A wall clock that is moved while its node runs, or was wrong before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// Whose.
    pub node: usize,
    /// From when on, in milliseconds.
    pub from: u64,
    /// Until when it is put right.
    pub until: u64,
    /// By how much, in milliseconds.
    pub by: i64,
}

/// Everything that a seed decides beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The seed; draws during the run come from it too.
    pub seed: u64,
    /// Number of nodes.
    pub nodes: usize,
    /// Number of nodes whose authorities the charter names as witnesses: the first ones.
    pub witnesses: usize,
    /// Number of nodes that publish.
    pub publishers: usize,
    /// Updates that each of them publishes.
    pub updates: usize,
    /// Of a thousand messages so many are lost.
    pub lost: u32,
    /// Of a thousand messages so many are delivered twice.
    pub doubled: u32,
    /// Longest delay of a message in milliseconds.
    pub delay: u64,
    /// Power cuts.
    pub crashes: Vec<Crash>,
    /// Partitions.
    pub partitions: Vec<Partition>,
    /// A third version of the charter, applied at one node.
    pub charter: Option<Errand>,
    /// A statement, imported at one node.
    pub statement: Option<Errand>,
    /// A successor of the second version that gathers signatures at two nodes.
    pub proposal: Option<Proposal>,
    /// What node 0 does; it publishes nothing and is not judged when it lies.
    pub sabotage: Sabotage,
    /// Whether the network is founded at the beginning; otherwise it has been up before.
    pub founded: bool,
    /// Whether node 1 sequences entries without effect.
    pub void: bool,
    /// A wall clock that jumps.
    pub jump: Option<Jump>,
    /// Whether odd nodes run the next version of the protocol between nodes.
    pub two_versions: bool,
}

impl Plan {
    /// The plan of a seed, for a network of this many nodes (at least 4).
    pub fn new(seed: u64, nodes: usize) -> Plan {
        let mut rng = StdRng::seed_from_u64(seed);
        let publishers = 8.min(nodes - 1);
        let crashes = (0..rng.random_range(0..=nodes.div_ceil(4))).map(|_| Crash {
            node: rng.random_range(1..nodes),
            at: rng.random_range(1_000..HEALED - 4_000),
            down_for: rng.random_range(200..4_000),
        });
        let crashes = crashes.collect();
        let partitions = (0..rng.random_range(0..=2)).map(|_| {
            let from = rng.random_range(0..HEALED - 7_000);
            let until = from + rng.random_range(1_000..7_000);
            Partition {
                from,
                until,
                side: (0..nodes).filter(|_| rng.random_bool(0.4)).collect(),
            }
        });
        let partitions = partitions.collect();
        let mut errand = |often: f64| {
            let errand = Errand {
                node: rng.random_range(1..nodes),
                at: rng.random_range(0..HEALED),
            };
            rng.random_bool(often).then_some(errand)
        };
        Plan {
            // Every log names a new version: with 46 that is most of a seed's work.
            charter: errand(0.2),
            statement: errand(0.4),
            seed,
            nodes,
            witnesses: nodes,
            publishers,
            updates: 4,
            partitions,
            crashes,
            lost: rng.random_range(0..80),
            doubled: rng.random_range(0..50),
            delay: rng.random_range(5..400),
            sabotage: if rng.random_bool(0.3) {
                Sabotage::Lies
            } else {
                Sabotage::None
            },
            two_versions: rng.random_bool(0.5),
            founded: seed.is_multiple_of(3),
            void: rng.random_bool(0.3),
            jump: rng.random_bool(0.3).then(|| Jump {
                node: rng.random_range(1..nodes),
                from: rng.random_range(0..HEALED),
                until: rng.random_range(0..2 * HEALED),
                by: rng.random_range(-3_600_000..3_600_000),
            }),
            proposal: rng.random_bool(0.5).then(|| Proposal {
                errands: [0; 2].map(|_| Errand {
                    node: rng.random_range(1..nodes),
                    at: rng.random_range(0..HEALED),
                }),
                completes: false,
            }),
        }
    }

    /// The plan of a seed in the ordinary run: a network as large as the one that this is made for, which has
    /// been up before and has a few witnesses. One in fifty is founded under all faults, and one has no node
    /// that is not a witness.
    pub fn ordinary(seed: u64) -> Plan {
        let plan = Plan::new(seed, NODES);
        Plan {
            witnesses: if seed.is_multiple_of(RARE) {
                NODES
            } else {
                WITNESSES
            },
            founded: seed % RARE == 1,
            ..plan
        }
    }

    /// A small network that is founded under all faults, all of it witnesses.
    pub fn founding(seed: u64) -> Plan {
        let nodes = 4 + (seed % 7) as usize;
        let mut plan = Plan {
            founded: true,
            ..Plan::new(seed, nodes)
        };
        // Every log names what comes in force, which is little work here.
        if let (Some(proposal), None) = (&mut plan.proposal, plan.charter) {
            proposal.completes = true;
        }
        plan
    }

    /// A network without faults.
    pub fn calm(nodes: usize) -> Plan {
        Plan {
            seed: 1,
            nodes,
            witnesses: nodes,
            publishers: 8.min(nodes - 1),
            updates: 4,
            lost: 0,
            doubled: 0,
            delay: 20,
            crashes: Vec::new(),
            partitions: Vec::new(),
            charter: None,
            statement: None,
            proposal: None,
            sabotage: Sabotage::None,
            two_versions: false,
            founded: true,
            void: false,
            jump: None,
        }
    }

    /// The nodes that publish: not node 0, which may lie.
    pub(crate) fn publishers(&self) -> impl Iterator<Item = usize> {
        1..=self.publishers.min(self.nodes - 1)
    }

    /// Whether two nodes can reach each other at a time.
    pub(crate) fn reachable(&self, a: usize, b: usize, now: u64) -> bool {
        let parts =
            |p: &Partition| (p.from..p.until).contains(&now) && p.side.contains(&a) != p.side.contains(&b);
        !self.partitions.iter().any(parts)
    }

    /// Whether a node is judged at the end.
    pub(crate) fn is_honest(&self, node: usize) -> bool {
        node != 0 || self.sabotage == Sabotage::None
    }
}
