//! The simulation itself: nodes, time and what happens next.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use liaison_federation::VERSIONS;
use liaison_federation::transport::Event;
use liaison_node::engine::{EngineInput, EngineOutput, GuardState, SubmitError, Told};
use liaison_protocol::key::memo::remember;
use liaison_protocol::{Hash, Origin};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::check::Outcome;
use super::events::{Governed, Happening, Queue};
use super::node::{Left, SimNode};
use super::plan::{Errand, HEALED, Jump, Plan, SETTLED};
use super::sample::{BySize, START, Sample};
use super::transport::Transport;

/// How long before the simulations that go on with it a network was founded, in milliseconds.
const EARLIER: i64 = 60 * 60 * 1000;
/// When entries without effect are sequenced, in milliseconds.
const VOID_AT: u64 = 5_000;

/// Milliseconds between two ticks of a node.
const TICK: u64 = 250;

/// A simulation that runs.
pub struct Simulation {
    pub(crate) plan: Plan,
    pub(crate) sample: Arc<Sample>,
    pub(crate) rng: StdRng,
    pub(crate) now: u64,
    pub(crate) queue: Queue,
    pub(crate) nodes: Vec<SimNode>,
    pub(crate) transport: Transport,
    pub(crate) outcome: Outcome,
    /// Updates that a node acknowledged: log and entry, and the leaf's hash.
    pub(crate) acknowledged: BTreeMap<(Origin, u64), Hash>,
    /// Whether the entries without effect are in their log.
    pub(crate) voided: bool,
    /// Nodes whose own log was live at last.
    live: BTreeSet<usize>,
    trace: DefaultHasher,
}

impl Simulation {
    /// A simulation that has not begun.
    pub fn new(plan: Plan) -> Simulation {
        // What one node of a simulation has verified, the others need not.
        remember();
        let left = match plan.founded {
            true => Arc::default(),
            false => founded(plan.nodes, plan.witnesses),
        };
        let sample = Sample::of(plan.nodes, plan.witnesses);
        let mut rng = StdRng::seed_from_u64(plan.seed ^ 0x5eed);
        let versions = |i: usize| {
            if plan.two_versions && i % 2 == 1 {
                (VERSIONS.0, VERSIONS.1 + 1)
            } else {
                VERSIONS
            }
        };
        let nodes = (0..plan.nodes).map(|i| {
            let skew = rng.random_range(-30_000..30_000) - if plan.founded { EARLIER } else { 0 };
            SimNode::new(Arc::clone(&sample), i, versions(i), skew, left.get(i).cloned())
        });
        let mut nodes: Vec<SimNode> = nodes.collect();
        if let Some(Jump {
            node,
            from,
            until,
            by,
        }) = plan.jump
        {
            nodes[node].jump = Some((START + from..START.saturating_add(until), by));
        }
        let mut simulation = Simulation {
            sample,
            rng,
            now: START,
            queue: Queue::default(),
            nodes,
            transport: Transport::default(),
            outcome: Outcome::new(plan.seed),
            acknowledged: BTreeMap::new(),
            voided: false,
            live: BTreeSet::new(),
            trace: DefaultHasher::new(),
            plan,
        };
        simulation.prepare();
        simulation
    }

    /// Runs until all agree, or until they should have.
    pub fn run(mut self) -> Outcome {
        self.go();
        self.outcome
    }

    fn go(&mut self) {
        let deadline = START + HEALED + SETTLED;
        let mut next_look = START + self.quiet_from();
        while let Some((at, happening)) = self.queue.next() {
            self.now = at;
            self.happen(happening);
            if self.outcome.stopped.is_some() {
                break;
            }
            if at >= next_look {
                next_look = at + 1_000;
                self.outcome.disagreement = self.disagreement();
                if self.outcome.disagreement.is_none() || at > deadline {
                    break;
                }
            }
        }
        self.outcome.void = self.void_shown();
        self.outcome.trace = self.trace.finish();
        self.outcome.took = self.elapsed();
    }

    /// Milliseconds since the beginning.
    pub(crate) fn elapsed(&self) -> u64 {
        self.now - START
    }

    /// How often a node has started.
    pub(crate) fn start_of(&self, node: usize) -> u32 {
        self.nodes[node].starts
    }

    /// Whether a node has power.
    pub(crate) fn is_up(&self, node: usize) -> bool {
        self.nodes[node].engine().is_some()
    }

    /// Tells a node something at once.
    pub(crate) fn tell(&mut self, node: usize, event: Event) {
        let start = self.start_of(node);
        self.queue.add(self.now, Happening::Tell { node, start, event });
    }

    // From when on the plan brings nothing new.
    fn quiet_from(&self) -> u64 {
        let faults = self.plan.lost + self.plan.doubled > 0;
        let planned = !self.plan.crashes.is_empty() || !self.plan.partitions.is_empty();
        let governed = self.errands().next().is_some();
        if faults || planned || governed {
            HEALED + 1_000
        } else {
            10_000
        }
    }

    fn prepare(&mut self) {
        for node in 0..self.plan.nodes {
            let at = START + self.rng.random_range(0..1_000);
            self.queue.add(at, Happening::Start(node));
        }
        let until = self.quiet_from() - 4_000;
        for node in self.plan.publishers().collect::<Vec<_>>() {
            for n in 0..self.plan.updates {
                let at = START + self.rng.random_range(3_000..until.max(3_001));
                self.queue.add(at, Happening::Publish { node, n });
            }
        }
        if self.plan.void {
            let at = START + VOID_AT;
            self.queue.add(at, Happening::Void(1));
        }
        for crash in self.plan.crashes.clone() {
            self.queue.add(
                START + crash.at,
                Happening::Crash {
                    node: crash.node,
                    down_for: crash.down_for,
                },
            );
        }
        for partition in self.plan.partitions.clone() {
            self.queue.add(START + partition.from, Happening::Cut);
        }
        for (Errand { node, at }, what) in self.errands().collect::<Vec<_>>() {
            for at in [at, HEALED + 1_000] {
                self.queue.add(START + at, Happening::Govern { node, what });
            }
        }
    }

    fn errands(&self) -> impl Iterator<Item = (Errand, Governed)> {
        let [here, there] = match self.plan.proposal {
            Some(proposal) => proposal.errands.map(Some),
            None => [None; 2],
        };
        let all = [
            (self.plan.charter, Governed::Charter),
            (self.plan.statement, Governed::Statement),
            (here, Governed::ProposalHere),
            (there, Governed::ProposalThere),
        ];
        all.into_iter().filter_map(|(errand, what)| Some((errand?, what)))
    }

    fn governed(&self, what: Governed) -> EngineInput {
        let completes = self.plan.proposal.is_some_and(|proposal| proposal.completes);
        let sample = &self.sample;
        match what {
            Governed::Statement => EngineInput::Statement(Box::new(sample.statement.clone())),
            Governed::Charter => EngineInput::Charter(Box::new(sample.third.clone())),
            Governed::ProposalHere => EngineInput::Charter(Box::new(sample.pending(&[0]))),
            Governed::ProposalThere if completes => EngineInput::Charter(Box::new(sample.pending(&[1, 2]))),
            Governed::ProposalThere => EngineInput::Charter(Box::new(sample.pending(&[1]))),
        }
    }

    fn happen(&mut self, happening: Happening) {
        self.note(&happening);
        match happening {
            Happening::Tick(node, start) => {
                if self.start_of(node) == start && self.is_up(node) {
                    self.input(node, EngineInput::Tick);
                    self.queue.add(self.now + TICK, Happening::Tick(node, start));
                }
            }
            Happening::Publish { node, n } => self.publish(node, n),
            Happening::Crash { node, down_for } => {
                if self.is_up(node) {
                    self.forget_node(node);
                    let seed = self.rng.random();
                    self.nodes[node].crash(seed);
                    self.queue.add(self.now + down_for, Happening::Start(node));
                }
            }
            Happening::Start(node) => self.start(node),
            Happening::Void(node) => self.void(node),
            Happening::Cut => self.cut_connections(),
            Happening::Govern { node, what } => {
                let input = self.governed(what);
                self.input(node, input);
            }
            Happening::Tell { node, start, event } => {
                if self.start_of(node) == start {
                    self.input(node, EngineInput::Transport(event));
                }
            }
            Happening::Dial { from, start, to } => self.dialled(from, start, to),
            Happening::Arrive {
                connection,
                to,
                from,
                message,
            } => self.arrived(connection, from, to, message),
            Happening::Timeout {
                node,
                start,
                request,
                peer,
            } => self.timed_out(node, start, request, peer),
            Happening::Notice { node, start, other } => self.noticed(node, start, other),
        }
    }

    fn start(&mut self, node: usize) {
        if self.is_up(node) {
            return;
        }
        let seed = self.rng.random();
        if let Err(error) = self.nodes[node].start(seed, self.now) {
            self.outcome.stopped = Some(format!("node {node} does not start: {error}"));
            return;
        }
        self.queue
            .add(self.now, Happening::Tick(node, self.start_of(node)));
    }

    fn void(&mut self, node: usize) {
        let opened = self.nodes[node]
            .engine()
            .is_some_and(|engine| engine.own().size() > 0);
        if !opened {
            // Its log has no entry yet, or it has no power.
            return self.queue.add(self.now + 500, Happening::Void(node));
        }
        self.forget_node(node);
        if let Err(error) = self.nodes[node].write_void(self.now) {
            self.outcome.stopped = Some(format!("node {node} cannot be written: {error}"));
        }
        self.voided = true;
        self.queue.add(self.now + 500, Happening::Start(node));
    }

    fn publish(&mut self, node: usize, n: usize) {
        if !self.is_up(node) {
            return self.queue.add(self.now + 1_000, Happening::Publish { node, n });
        }
        let bytes = self.rng.random_range(10..2_000);
        let submission = Box::new(self.sample.update(node, n, self.now, bytes));
        self.input(
            node,
            EngineInput::Submit {
                ticket: n as u64,
                submission,
            },
        );
    }

    fn input(&mut self, node: usize, input: EngineInput) {
        let outputs = match self.nodes[node].handle(vec![input], self.now) {
            Ok(outputs) => outputs,
            Err(error) => {
                self.outcome.stopped = Some(format!("node {node} stopped: {error}"));
                return;
            }
        };
        // Peers would put it right before the end; but no disk was damaged, so it was taken in wrong.
        let engine = self.nodes[node].engine();
        if let Some(origin) = engine.and_then(|engine| engine.suspected().next()) {
            self.outcome.stopped = Some(format!("node {node} holds entries of {origin} that do not read"));
            return;
        }
        for output in outputs {
            match output {
                EngineOutput::Transport(command) => {
                    self.command(node, command);
                }
                EngineOutput::Reply {
                    ticket,
                    result: Ok(accepted),
                } => {
                    self.outcome.published += 1;
                    self.trace.write_u64(ticket);
                    self.acknowledged
                        .insert((accepted.origin, accepted.index), accepted.leaf_hash);
                }
                // Not written yet, or too many wait: once more, later.
                EngineOutput::Reply {
                    ticket,
                    result:
                        Err(
                            SubmitError::Busy
                            | SubmitError::NotOpen(_)
                            | SubmitError::Waiting { .. }
                            | SubmitError::Recovering { .. },
                        ),
                } => {
                    self.queue.add(
                        self.now + 1_000,
                        Happening::Publish {
                            node,
                            n: ticket as usize,
                        },
                    );
                }
                EngineOutput::Reply {
                    result: Err(error), ..
                } => {
                    self.outcome.stopped = Some(format!("node {node} refused an update: {error}"));
                }
                EngineOutput::SignRecord { above } => {
                    let record = self.nodes[node].record(above + 1);
                    self.input(node, EngineInput::OwnRecord(record));
                }
                EngineOutput::Told(Told::Guard(GuardState::Live)) => {
                    self.live.insert(node);
                }
                EngineOutput::Told(Told::Guard(GuardState::Waiting { .. })) => {
                    self.outcome.waited += u64::from(self.live.remove(&node));
                }
                EngineOutput::Told(_) => {}
            }
        }
    }

    // What happened is part of the trace, so that two runs of one seed can be told apart.
    fn note(&mut self, happening: &Happening) {
        if !matches!(happening, Happening::Tick(..)) {
            self.trace.write_u64(self.now);
            happening.mark(&mut self.trace);
        }
    }
}

// What the nodes of a network of this many leave that was founded and is at rest; made once.
fn founded(nodes: usize, witnesses: usize) -> Arc<Vec<Left>> {
    static MADE: OnceLock<Mutex<BySize<Vec<Left>>>> = OnceLock::new();
    let mut made = MADE
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    Arc::clone(made.entry((nodes, witnesses)).or_insert_with(|| {
        let mut simulation = Simulation::new(Plan {
            witnesses,
            publishers: 0,
            ..Plan::calm(nodes)
        });
        simulation.go();
        assert!(simulation.outcome.is_good(), "{:?}", simulation.outcome);
        let left = simulation.nodes.into_iter().map(SimNode::leave);
        Arc::new(left.collect::<Option<_>>().expect("all run and can be read"))
    }))
}
