//! Moving an authority to another machine after a loss: the root ends the old log key at a head and mandates a new one, and
//! a new machine with an empty disk goes on with the log. The old machine may come back, and knows nothing of it.
//!
//! | rule here | specification | code |
//! | --- | --- | --- |
//! | the entries of a head say which key signs it | 8.1, log key | `Prefix::covered_by` |
//! | who knows the end follows and cosigns the old key up to there, or what a quorum cosigned | 8.2 | `acceptance::judge`, `append_announced` |
//! | the root that the end names is a pin | 8.2 | `acceptance::pins`, `check_pins` |
//! | the new machine waits for a quorum, and fetches back what is shown | 10, start guard | `StartGuard::judge` |
//! | a shown head above the end counts only when a quorum is known to have cosigned it | 10, start guard | `counting` in `guard.rs` |
//! | a witness follows and cosigns only what continues what it has | 8.2; 10, cosigning again | `offer`, `GuardedKeys::cosign` |
//!
//! Left out. What is left out of [`crate::own_log`], and crashes, which are looked at there: a head is durable and signed in
//! one step. The new machine knows the end from the start, a witness hears of it at any time later; the mandate is known to
//! all, which only lets them follow more. Cosignatures come to nobody one by one: a witness knows its own, and learns at any
//! time later that a head has its quorum.

use stateright::{Model, Property};

use crate::tree::{Heads, Tree, needed};

mod steps;
#[cfg(test)]
mod tests;

pub use steps::Step;

/// The entry that mandates the new key.
const MANDATE: u8 = 2;

/// What is checked.
#[derive(Debug, Clone, Default)]
pub struct Moving {
    /// Witnesses of the log.
    pub witnesses: usize,
    /// Entries that the old key signs, at most.
    pub entries: usize,
    /// Whether the old key was stolen: then it signs anything that has the form of the log.
    pub stolen: bool,
    /// Rules that nobody keeps.
    pub without: Vec<Rule>,
}

/// Rules that the code does not keep. Without any of them a new machine can pass its guard and sign beside what a quorum
/// cosigned, or comes to cosign: it contradicts nobody's quorum, but is never witnessed, and the authority must move again.
pub const NOT_BUILT: [Rule; 3] = [
    Rule::FromTheEndOn,
    Rule::AnswersKnowTheEnd,
    Rule::WaitForWhatMayHaveQuorum,
];

/// What can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The new machine waits for a quorum of answers.
    StartGuard,
    /// The new machine signs nothing before it holds all up to the end.
    FromTheEndOn,
    /// Only answers of witnesses count that know the end, and so will not cosign above it.
    AnswersKnowTheEnd,
    /// A shown head above the end counts as long as those who have not answered may make its quorum.
    WaitForWhatMayHaveQuorum,
    /// Above the end of its key a head is neither followed nor cosigned.
    TheEnd,
    /// A witness follows and cosigns only what continues what it has.
    Continue,
}

/// Everything at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// What the old machine holds.
    old: Tree,
    /// What the new machine holds.
    new: Tree,
    /// Whether it has passed its start guard.
    live: bool,
    read_only: bool,
    /// Where the root ended the old key.
    end: Option<Tree>,
    /// Every head that was ever signed: each may reach anybody at any time.
    signed: Heads,
    witnesses: Vec<Witness>,
}

/// A witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Witness {
    held: Tree,
    journal: Tree,
    cosigned: Heads,
    /// The newest head that it knows a quorum to have cosigned.
    counted: Tree,
    /// Whether it has heard of the end.
    knows: bool,
    /// What it answered the new machine.
    told: Option<Answer>,
}

/// What a witness shows: the head that it holds, the one that it cosigned last, and the newest known to have a quorum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answer {
    held: Tree,
    journal: Tree,
    counted: Tree,
}

impl Witness {
    fn answer(&self) -> Answer {
        let Witness {
            held,
            journal,
            counted,
            ..
        } = *self;
        Answer {
            held,
            journal,
            counted,
        }
    }
}

// Whether the old key is live after these entries.
fn by_old(head: Tree) -> bool {
    head.entries().all(|entry| entry != MANDATE)
}

impl State {
    fn has_quorum(&self, head: Tree) -> bool {
        let by = |witness: &&Witness| witness.cosigned.contains(head);
        self.witnesses.iter().filter(by).count() >= needed(self.witnesses.len())
    }

    fn quorum_heads(&self) -> Heads {
        let mut heads = Heads::default();
        let reached = self.signed.iter().filter(|head| self.has_quorum(*head));
        reached.for_each(|head| heads.insert(head));
        heads
    }

    // Whether somebody who knows the end may follow a head.
    fn is_acceptable(&self, head: Tree) -> bool {
        let Some(end) = self.end else { return true };
        let pinned = head.size() < end.size() || head.extends(end);
        let ended = by_old(head) && head.size() > end.size();
        pinned && (!ended || self.has_quorum(head))
    }
}

/// At most one line is witnessed.
pub const ONE_LINE: &str = "quorum heads are of one tree";
/// The moved log and what the old key ever got witnessed do not contradict each other.
pub const NOTHING_LEFT_BEHIND: &str = "a live log that moved has all that a quorum cosigned of the old key";

/// What fewer than a quorum had seen is ended by the move.
pub const ENDED: &str = "a tail that nobody serves is ended";
/// A revocation unmakes nothing that a quorum cosigned.
pub const KEPT: &str = "a head above the end had its quorum, and is kept";

impl Moving {
    fn keeps(&self, rule: Rule) -> bool {
        !self.without.contains(&rule)
    }
}

impl Model for Moving {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            old: Tree::EMPTY,
            new: Tree::EMPTY,
            live: false,
            read_only: false,
            end: None,
            signed: Heads::default(),
            witnesses: vec![Witness::default(); self.witnesses],
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

    fn properties(&self) -> Vec<Property<Moving>> {
        vec![
            Property::always(ONE_LINE, |_, state: &State| !state.quorum_heads().fork()),
            Property::always(NOTHING_LEFT_BEHIND, |_, state: &State| {
                let mut old = state.quorum_heads().iter().filter(|head| by_old(*head));
                !state.live || old.all(|head| state.new.extends(head))
            }),
            Property::sometimes("the moved log is witnessed", |_, state: &State| {
                state.quorum_heads().iter().any(|head| !by_old(head))
            }),
            Property::sometimes(ENDED, |_, state: &State| {
                let moved = |tail: Tree| state.quorum_heads().iter().any(|head| head.contradicts(tail));
                by_old(state.old) && state.signed.contains(state.old) && moved(state.old)
            }),
            Property::sometimes(KEPT, |_, state: &State| {
                let above = |end: Tree| {
                    let head = state.new.first(end.size() + 1);
                    head != end && head.extends(end) && by_old(head)
                };
                state.live && state.end.is_some_and(above)
            }),
        ]
    }
}
