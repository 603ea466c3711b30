//! One node's whole behaviour as a state machine: replication, own log, fold, wants.
//!
//! It owns store, index and keys and does their I/O itself through the store's disk; it has no
//! sockets, no threads and no clock. The node runs it on real disks under libp2p, the simulator on
//! disks in memory under simulated time: the same code, so that every failure found there replays.

mod convict;
mod fold;
mod guard;
mod heads;
mod heal;
mod interface;
mod nodes;
mod policy;
mod prove;
mod sequence;
pub(crate) mod wants;
mod weigh;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use liaison_authority::{GuardedKeys, LogClock, OwnLog, StartGuard};
use liaison_federation::api::{Effect, Input, Notice, View};
use liaison_federation::store::{Index, LogStore, Write};
use liaison_federation::{Federation, Time};
use liaison_knowledge::Knowledge;
use liaison_protocol::acceptance::judge;
use liaison_protocol::form::FormHead;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Code, Origin, Position, World};

pub(crate) use heads::time_of_head;
pub use interface::{EngineError, EngineInput, EngineOutput, Parts, Told};
pub use liaison_authority::GuardState;
pub use nodes::StoreNodes;
pub(crate) use nodes::root_at;
pub use policy::may_read;
pub(crate) use policy::may_read_as;
pub use prove::ProveError;
pub(crate) use sequence::QUEUE_MAX as SUBMISSIONS_MAX;
pub use sequence::{Accepted, Submission, SubmitError};
pub(crate) use weigh::Weighed;

/// One node's behaviour.
pub struct Engine {
    store: Box<dyn LogStore>,
    index: Box<dyn Index>,
    keys: GuardedKeys,
    federation: Federation,
    knowledge: Knowledge,
    own: OwnLog,
    /// Whether the store lacks the signed checkpoint of the own head, as after a kill.
    own_head_unsigned: bool,
    due: heads::Due,
    guard: StartGuard,
    clock: LogClock,
    guard_state: GuardState,
    // Whether something changed on which the guard's judgement rests, or what the own log carries by
    // itself: both are costly and asked for with every input.
    guard_due: bool,
    own_due: bool,
    // What the own log carries by itself waits for a time at which its key may sign.
    own_waits: bool,
    // With the time at which each arrived.
    submissions: VecDeque<(u64, Box<Submission>, u64)>,
    groups: Vec<(u64, Vec<Write>)>,
    to_cosign: BTreeMap<Origin, FormHead>,
    to_fold: BTreeSet<Origin>,
    stuck: BTreeMap<Origin, String>,
    suspects: heal::Suspects,
    // Who told of another process with this node's key, and when.
    tellers: BTreeMap<Code, u64>,
    outputs: Vec<EngineOutput>,
}

impl Engine {
    /// Opens an engine on its parts.
    pub fn open(parts: Parts, now: impl Into<Time>) -> Result<Engine, EngineError> {
        let now = now.into();
        let Parts {
            store,
            index,
            keys,
            federation: config,
            recovered,
            world,
            seed,
            plain_restart,
        } = parts;
        let code = config.authority.clone();
        let origin = world.chain().origin(&code);
        let knowledge = Knowledge::open(&*index, &*store)?;
        let federation = {
            let policy = policy::Policy { index: &*index };
            Federation::open(
                config,
                world,
                recovered,
                seed,
                &View {
                    store: &*store,
                    payloads: &policy,
                },
                now,
            )?
        };
        // Before its admission an authority's first log is the one it will have.
        let origin = match origin {
            Some(origin) => origin,
            None => sequence::first_origin(federation.world(), &code)?,
        };
        let own = heal::open_own(origin, &*store)?;
        let own_head_unsigned = heads::is_unsigned(&*store, &own);
        let mut engine = Engine {
            to_fold: store.logs().into_iter().collect(),
            store,
            index,
            keys,
            federation,
            knowledge,
            own,
            own_head_unsigned,
            due: heads::Due::default(),
            guard: StartGuard::new(plain_restart),
            clock: LogClock::of_wall(now),
            guard_state: GuardState::Waiting {
                answered: Vec::new(),
                waiting_for: Vec::new(),
                needed: 0,
            },
            guard_due: true,
            own_due: true,
            own_waits: false,
            submissions: VecDeque::new(),
            groups: Vec::new(),
            to_cosign: BTreeMap::new(),
            stuck: BTreeMap::new(),
            suspects: heal::Suspects::new(),
            tellers: BTreeMap::new(),
            outputs: Vec::new(),
        };
        engine.want_again(now)?;
        let damaged: Vec<Origin> = engine.federation.damaged().cloned().collect();
        damaged.iter().for_each(|origin| engine.suspect(origin));
        Ok(engine)
    }

    /// Handles inputs as one group: what they write is flushed together, and nothing leaves before. What no answer
    /// waits for is left to [`Engine::settle`] and [`Engine::fold`], to be called after it in this order.
    pub fn handle(
        &mut self,
        inputs: Vec<EngineInput>,
        now: impl Into<Time>,
    ) -> Result<Vec<EngineOutput>, EngineError> {
        let now = now.into();
        self.watch_clock(now);
        // What was acknowledged before is known to whoever asks now.
        self.fold_own(now)?;
        for input in inputs {
            match input {
                EngineInput::Transport(event) => self.tell(Input::Transport(event), now)?,
                EngineInput::Tick => {
                    self.compare_clocks(now);
                    self.own_due |= std::mem::take(&mut self.own_waits);
                    self.tell(Input::Tick, now)?;
                }
                EngineInput::Meet(peer) => self.tell(Input::Meet(peer), now)?,
                EngineInput::OwnRecord(record) => self.tell(Input::OwnRecord(record), now)?,
                EngineInput::Submit { ticket, submission } => {
                    self.submissions.push_back((ticket, submission, now.steady))
                }
                EngineInput::Charter(charter) => self.tell(Input::Charter(charter), now)?,
                EngineInput::Statement(statement) => self.tell(Input::Statement(statement), now)?,
                EngineInput::Resolve(hash) => self.tell(Input::Resolve(hash), now)?,
            }
        }
        self.commit(is_waited_for, now)?;
        // What the own log still gets back from others comes before anything that is sequenced.
        while self.groups.iter().any(|(_, writes)| self.is_of_own_log(writes)) {
            self.commit(is_waited_for, now)?;
        }
        self.judge_guard(now)?;
        self.sequence(now)?;
        Ok(std::mem::take(&mut self.outputs))
    }

    /// Cosigns, keeps the heads that reached their quorum, and writes the files that may wait.
    pub fn settle(&mut self, now: impl Into<Time>) -> Result<Vec<EngineOutput>, EngineError> {
        let now = now.into();
        while !self.groups.is_empty() || !self.to_cosign.is_empty() {
            self.commit(|_| true, now)?;
            self.cosign(now)?;
        }
        self.keep_house(now)?;
        self.look_for_damage(now)?;
        Ok(std::mem::take(&mut self.outputs))
    }

    fn tell(&mut self, input: Input, now: Time) -> Result<(), EngineError> {
        let effects = {
            let policy = policy::Policy { index: &*self.index };
            let view = View {
                store: &*self.store,
                payloads: &policy,
            };
            self.federation.handle(input, &view, now)
        };
        for effect in effects {
            match effect {
                Effect::Transport(command) => self.outputs.push(EngineOutput::Transport(command)),
                Effect::Store { ticket, writes } => self.groups.push((ticket, writes)),
                Effect::Cosign(heads) => {
                    let named = heads
                        .into_iter()
                        .map(|head| (head.position().origin.clone(), head));
                    self.to_cosign.extend(named);
                }
                Effect::Heal {
                    origin,
                    start,
                    entries,
                } => self.heal(origin, start, &entries)?,
                Effect::SignRecord { above } => self.outputs.push(EngineOutput::SignRecord { above }),
                Effect::Notify(notice) => self.notice(notice, now)?,
            }
        }
        Ok(())
    }

    fn commit(&mut self, is_due: impl Fn(&[Write]) -> bool, now: Time) -> Result<(), EngineError> {
        let groups = std::mem::take(&mut self.groups).into_iter();
        let (groups, later): (Vec<_>, Vec<_>) = groups.partition(|(_, writes)| is_due(writes));
        self.groups = later;
        if groups.is_empty() {
            return Ok(());
        }
        let (tickets, writes): (Vec<u64>, Vec<Vec<Write>>) = groups.into_iter().unzip();
        self.store.commit(&writes.concat())?;
        tickets
            .into_iter()
            .try_for_each(|ticket| self.tell(Input::Committed(ticket), now))
    }

    fn is_of_own_log(&self, writes: &[Write]) -> bool {
        let own =
            |write: &Write| matches!(write, Write::Append { origin, .. } if origin == self.own.origin());
        writes.iter().any(own)
    }

    // Until the start guard has passed the journal may lack newer cosignatures of this key.
    fn cosign(&mut self, now: Time) -> Result<(), EngineError> {
        // Whoever was told meanwhile that a key has ended relies on it that nothing above is cosigned.
        let world = self.federation.world();
        let heads = std::mem::take(&mut self.to_cosign).into_values();
        let heads: Vec<SignedCheckpoint> = heads
            .filter_map(|head| Some(judge(world, head).ok()?.head().checkpoint().clone()))
            .collect();
        if heads.is_empty() || !self.guard.has_passed() || self.keys.journal().read_only().is_some() {
            return Ok(());
        }
        // A log's own node may come back from an older copy and ask for the newest head that was cosigned: after a
        // kill it must still be here to be shown.
        self.store.write_checkpoints()?;
        let name = self.own.origin().cosigner_name();
        let store = &*self.store;
        let root_at = |origin: &Origin, size| nodes::root_at(store, origin, size);
        let made = self
            .keys
            .cosign(&heads, &name, self.clock.time(now) / 1000, &root_at)?;
        for (Position { origin, size, root }, cosignature) in made {
            self.tell(
                Input::Cosigned {
                    origin,
                    size,
                    root,
                    cosignature,
                },
                now,
            )?;
        }
        Ok(())
    }

    fn notice(&mut self, notice: Notice, now: Time) -> Result<(), EngineError> {
        match notice {
            Notice::Advanced { origin, size } => {
                self.to_fold.insert(origin.clone());
                // What this node sequenced itself is known already.
                if origin == *self.own.origin() && size > self.own.size() {
                    self.own.catch_up(&*self.store)?;
                    self.look_again();
                }
                self.told(Told::Held { origin, size });
            }
            Notice::Charters => {
                self.look_again();
                self.knowledge.world_changed();
                self.to_fold.extend(self.store.logs());
                let newest = self.world().chain().newest();
                let told = Told::Charters {
                    version: newest.version,
                    hash: newest.hash(),
                };
                self.told(told);
            }
            Notice::Statements(code) => {
                self.look_again();
                self.knowledge.world_changed();
                let logs = self.store.logs().into_iter();
                self.to_fold
                    .extend(logs.filter(|origin| origin.authority() == code));
            }
            Notice::PayloadHeld(id) => self.held(id)?,
            Notice::Witnessed { origin, size, quorum } => {
                self.told(Told::Witnessed {
                    origin,
                    size,
                    cosignatures: quorum.cosigned.len(),
                });
            }
            Notice::Guard(answer) => self.guard_answered(answer, now)?,
            Notice::SecondInstance { instance, seen_by } => self.second_instance(&instance, seen_by, now)?,
            Notice::Evidence(bytes) => {
                self.convict(&bytes, now)?;
                self.told(Told::Evidence(bytes));
            }
            Notice::Damaged(origin) => self.suspect(&origin),
            Notice::OwnLogAhead { .. } => {}
        }
        Ok(())
    }

    fn look_again(&mut self) {
        self.guard_due = true;
        self.own_due = true;
    }

    fn own_position(&self) -> Position {
        let origin = self.own.origin().clone();
        match self.store.head(&origin) {
            Some(head) => Position {
                origin,
                size: head.size,
                root: head.root,
            },
            None => Position {
                origin,
                size: 0,
                root: liaison_protocol::tlog::empty_root(),
            },
        }
    }

    fn told(&mut self, told: Told) {
        self.outputs.push(EngineOutput::Told(told));
    }

    /// The charter versions and statements known.
    pub fn world(&self) -> &World {
        self.federation.world()
    }

    /// The replication.
    pub fn federation(&self) -> &Federation {
        &self.federation
    }

    /// The fold.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// The logs.
    pub fn store(&self) -> &dyn LogStore {
        &*self.store
    }

    /// The index.
    pub fn index(&self) -> &dyn Index {
        &*self.index
    }

    /// The own log.
    pub fn own(&self) -> &OwnLog {
        &self.own
    }

    /// Log key and cosigner key.
    pub fn keys(&self) -> &GuardedKeys {
        &self.keys
    }

    /// Submissions that wait to be sequenced.
    pub(crate) fn submissions_waiting(&self) -> usize {
        self.submissions.len()
    }

    /// Why a log cannot be folded further, when it cannot.
    pub fn stuck(&self, origin: &Origin) -> Option<&str> {
        self.stuck.get(origin).map(String::as_str)
    }

    /// Whether the own log may be written.
    pub fn guard_state(&self) -> &GuardState {
        &self.guard_state
    }
}

// Quorum heads are flushed after what somebody waits for.
fn is_waited_for(writes: &[Write]) -> bool {
    !writes
        .iter()
        .all(|write| matches!(write, Write::QuorumHead { .. }))
}
