//! Own-log safety: an authority's log, its witnesses, and what can happen to its machine.
//!
//! | rule here | specification | code |
//! | --- | --- | --- |
//! | entries and signer state are durable, then the mark, then the signature | 10, order of a publication | `sequence.rs`, `GuardedKeys::sign_head`, `MarkedJournal::advance_log` |
//! | after a start the log waits for a quorum that has answered | 10, start guard | `StartGuard::judge`, `Engine::judge_guard` |
//! | a plain restart does not: the mark names the signer state | 10, start guard | `MarkedJournal::is_plain_restart` |
//! | a witness that cannot show as much as it cosigned gives no answer | 10, start guard | `Federation::answer_guard` |
//! | a witness cosigns only what continues what it cosigned before | 8.2; 10, cosigning again | `GuardedKeys::cosign` |
//! | the log becomes read-only, and stays so | 10 | `second_instance`, `convict`, `strayed` |
//!
//! Left out. Time: nothing is ever too late, any message may be late or lost, and the clock that the guard sets does not exist;
//! a machine that wakes from a snapshot of its memory is noticed by that clock and is not in here. Keys and hashes: see
//! [`crate::tree`]. Charter versions: the witnesses are always the same. Damage within a file: a folder is there or not.
//! Witnesses are honest, and all that they do is durable, so a crash of one cannot be told from one that is slow; a witness
//! may lose its data and keep its journal. Heads that are offered and cannot be reached are not shown in answers, though real
//! witnesses show them: the model's guard knows less. At most two machines have the key. What the node itself cosigns of others
//! is not in here.

use stateright::{Model, Property};

use crate::tree::{Heads, LEAVES, Tree, needed};

mod machine;
mod steps;
#[cfg(test)]
mod tests;

pub use machine::{Disk, Machine, Process};
pub use steps::{Part, Step};

/// What is checked: how many witnesses and entries, what may happen how often, and the rule that is missing.
#[derive(Debug, Clone, Default)]
pub struct OwnLog {
    /// Witnesses of the log.
    pub witnesses: usize,
    /// Entries that the log may have.
    pub entries: usize,
    /// What may happen.
    pub faults: Faults,
    /// Rules that nobody keeps.
    pub without: Vec<Rule>,
}

/// How often each of these may still happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Faults {
    /// A process ends, by itself or by a kill.
    pub crashes: u8,
    /// The machine loses power: what lies in memory is gone.
    pub power_cuts: u8,
    /// An older copy of both folders is put back.
    pub restores: u8,
    /// An older copy of one folder only is put back.
    pub mixtures: u8,
    /// A second machine is started from a copy of both folders.
    pub copies: u8,
    /// A witness loses its data folder.
    pub losses: u8,
    /// A witness loses its data folder and its journal.
    pub amnesias: u8,
    /// A mark cannot be written.
    pub unmarked: u8,
}

/// Rules that the code does not keep. A log can then go on beside what a quorum cosigned, after several misfortunes at once;
/// never do two lines get their quorum. A test of its own shows each.
pub const NOT_BUILT: [Rule; 2] = [Rule::ShowTheVeryTree, Rule::NoStaleMark];

/// What can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A start that is no plain restart waits for answers.
    StartGuard,
    /// It waits for a quorum of them, not for one.
    QuorumAnswers,
    /// A plain restart is one whose mark names the signer state.
    MarkNamesState,
    /// The mark is in no backup.
    MarkIsNotKept,
    /// A mark that cannot be set is removed.
    NoStaleMark,
    /// What the signer state names is held before anything is signed.
    StateBinds,
    /// What is signed was made durable before.
    PersistThenSign,
    /// A witness cosigns only what continues what it cosigned.
    WitnessJournal,
    /// A witness answers only when it can show as much as it cosigned.
    ShowOrRefuse,
    /// And only when it is the same tree.
    ShowTheVeryTree,
}

/// Everything at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    machines: Vec<Machine>,
    backup: Option<Disk>,
    /// Every head that the log key ever signed: each may reach anybody at any time.
    signed: Heads,
    witnesses: Vec<Witness>,
    left: Faults,
}

/// A witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Witness {
    held: Tree,
    journal: Tree,
    /// Every head that it ever cosigned.
    cosigned: Heads,
    /// What it showed each machine since that was started.
    told: [Option<Tree>; 2],
}

impl State {
    /// Whether a quorum ever cosigned a head.
    pub fn has_quorum(&self, head: Tree) -> bool {
        let by = |witness: &&Witness| witness.cosigned.contains(head);
        self.witnesses.iter().filter(by).count() >= needed(self.witnesses.len())
    }

    /// All heads that a quorum cosigned.
    pub fn quorum_heads(&self) -> Heads {
        let mut heads = Heads::default();
        let reached = self.signed.iter().filter(|head| self.has_quorum(*head));
        reached.for_each(|head| heads.insert(head));
        heads
    }

    // The newest of them.
    fn witnessed(&self) -> Tree {
        self.quorum_heads().iter().last().unwrap_or_default()
    }
}

/// Two heads with a quorum never contradict each other.
pub const ONE_LINE: &str = "quorum heads are of one tree";
/// Whoever writes goes on from all that had a quorum when it started.
pub const GOES_ON: &str = "what a quorum cosigned before the start is held before anything is signed";
/// A machine that only crashes signs no two things that contradict each other.
pub const NO_FORK: &str = "without backups and copies the log does not fork";
/// While the two folders are of one time and nothing is read-only, all comes to be witnessed in the end.
pub const NO_STANDSTILL: &str =
    "when nothing more can happen all is witnessed, or the log has forked or is read-only";

impl OwnLog {
    fn keeps(&self, rule: Rule) -> bool {
        !self.without.contains(&rule)
    }

    // A copy may have gone on meanwhile, and a plain restart asks nobody: two instances tell each other, the mark does not.
    fn goes_on(&self, state: &State) -> bool {
        let copied = self.faults.copies > 0;
        let held = |machine: &Machine| match machine.process {
            Process::Down | Process::Asking => true,
            Process::Live { plain } => plain && copied || machine.disk.data.extends(machine.since),
        };
        state.machines.iter().all(held)
    }

    fn stands_still(&self, state: &State) -> bool {
        let witnessed = state.witnessed();
        // Entries that were durable and not signed yet, beside a quorum head of older ones that came late: the log waits to
        // fetch that back, and never can.
        let beside = |machine: &Machine| machine.disk.data.contradicts(witnessed);
        let stopped = |machine: &Machine| machine.disk.read_only || beside(machine);
        let done = witnessed.size() == self.entries || state.machines.iter().any(stopped);
        self.faults.mixtures == 0 && !done && self.steps(state).is_empty()
    }
}

impl Model for OwnLog {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            machines: vec![Machine::default()],
            backup: None,
            signed: Heads::default(),
            witnesses: vec![Witness::default(); self.witnesses],
            left: self.faults,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        actions.extend(self.steps(state));
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        self.take(&mut next, step);
        // It does not matter which witness is which.
        next.witnesses.sort_unstable();
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<OwnLog>> {
        let mut properties = vec![
            Property::always(ONE_LINE, |_, state: &State| !state.quorum_heads().fork()),
            Property::always(GOES_ON, OwnLog::goes_on),
            Property::always(NO_STANDSTILL, |model, state| !model.stands_still(state)),
            Property::sometimes("the whole log is witnessed", |model, state: &State| {
                state.witnessed().size() == model.entries
            }),
        ];
        if self.faults.restores > 0 && self.entries > 1 {
            properties.push(Property::sometimes(
                "a restored log fetches back what it lost, goes on and is witnessed",
                |model, state: &State| {
                    let lost = |machine: &Machine| {
                        let asked = machine.process == Process::Live { plain: false };
                        let since = machine.since.size();
                        let backup = state.backup.map_or(0, |backup| backup.data.size());
                        asked && since > backup && machine.disk.data.size() > since
                    };
                    let back = state.left.restores < model.faults.restores;
                    back && state
                        .machines
                        .iter()
                        .any(|m| lost(m) && state.has_quorum(m.disk.data))
                },
            ));
        }
        if self.faults.restores + self.faults.mixtures + self.faults.copies == 0 {
            properties.push(Property::always(NO_FORK, |_, state: &State| !state.signed.fork()));
        }
        if self.faults.crashes > 0 {
            properties.push(Property::sometimes(
                "a plain restart asks nobody",
                |_, state: &State| {
                    let plain = |m: &Machine| m.process == Process::Live { plain: true };
                    state.machines.iter().any(plain)
                },
            ));
        }
        if self.faults.copies > 0 {
            properties.push(Property::sometimes(
                "two live machines are both read-only",
                |_, state: &State| {
                    state.machines.len() == 2
                        && state.machines.iter().all(|m| m.is_live() && m.disk.read_only)
                },
            ));
            properties.push(Property::sometimes(
                "two machines fork the log",
                |_, state: &State| state.signed.fork(),
            ));
        }
        properties
    }
}
