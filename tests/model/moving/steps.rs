//! What can happen next, and what it does.

use super::{Answer, MANDATE, Moving, Rule, State, Tree, Witness, by_old, needed};

/// One thing that happens. Witnesses are named by their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The old machine appends an entry and signs.
    Append,
    /// A thief signs with the old key.
    Forge(Tree),
    /// A witness takes in a head and its entries.
    Deliver(usize, Tree),
    /// A witness cosigns what it holds.
    Cosign(usize),
    /// A witness comes to know that what it holds has a quorum up to a head.
    Count(usize, Tree),
    /// The root ends the old key at the newest head that one of the witnesses holds, and mandates the new one.
    Revoke(Tree),
    /// A witness hears of the end.
    Hear(usize),
    /// A witness answers the new machine.
    Answer(usize),
    /// The new machine fetches back entries up to a head.
    Fetch(Tree),
    /// The new machine goes on: it appends the mandate of its key, and signs.
    GoOn,
}

impl Moving {
    /// What can happen in a state.
    pub(super) fn steps(&self, state: &State) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.stolen {
            let heads = state.signed.iter().chain([Tree::EMPTY]);
            let heads = heads.filter(|head| by_old(*head) && head.size() < self.entries);
            let made = heads.flat_map(|head| [head.with(0), head.with(1)]);
            steps.extend(made.filter(|head| !state.signed.contains(*head)).map(Step::Forge));
        } else if state.old.size() < self.entries {
            steps.push(Step::Append);
        }
        for (w, witness) in state.witnesses.iter().enumerate() {
            // The same that happens to two of a kind is the same.
            if !state.witnesses[..w].contains(witness) {
                self.steps_of(state, w, witness, &mut steps);
            }
        }
        if state.live && !state.read_only && by_old(state.new) {
            steps.push(Step::GoOn);
        }
        steps
    }

    fn steps_of(&self, state: &State, w: usize, witness: &Witness, steps: &mut Vec<Step>) {
        let continues = |head: &Tree| head.extends(witness.held) || !self.keeps(Rule::Continue);
        let ended = witness.knows && self.keeps(Rule::TheEnd);
        let follows = |head: &Tree| continues(head) && (!ended || state.is_acceptable(*head));
        let news = state
            .signed
            .iter()
            .filter(|head| *head != witness.held && follows(head));
        steps.extend(news.map(|head| Step::Deliver(w, head)));
        if witness.held != Tree::EMPTY && self.may_cosign(state, witness) {
            steps.push(Step::Cosign(w));
        }
        let counts = |head: &Tree| head.size() > witness.counted.size() && witness.held.extends(*head);
        let quorum = state.quorum_heads();
        steps.extend(quorum.iter().filter(counts).map(|head| Step::Count(w, head)));
        let Some(end) = state.end else {
            if witness.held != Tree::EMPTY {
                steps.push(Step::Revoke(witness.held));
            }
            return;
        };
        if !witness.knows {
            steps.push(Step::Hear(w));
        }
        if state.live {
            return;
        }
        if (witness.knows || !self.keeps(Rule::AnswersKnowTheEnd)) && witness.told != Some(witness.answer()) {
            steps.push(Step::Answer(w));
        }
        let to_end = self.keeps(Rule::FromTheEndOn) && witness.held.extends(end);
        let served = [
            witness.held,
            witness.counted,
            if to_end { end } else { Tree::EMPTY },
        ];
        let more = |head: &Tree| *head != state.new && head.extends(state.new) && state.is_acceptable(*head);
        steps.extend(served.into_iter().filter(more).map(Step::Fetch));
    }

    // What is held is judged again before it is cosigned, and then it does not help that a quorum has.
    fn may_cosign(&self, state: &State, witness: &Witness) -> bool {
        let Witness {
            held,
            journal,
            cosigned,
            knows,
            ..
        } = *witness;
        let end = state.end.filter(|_| knows && self.keeps(Rule::TheEnd));
        let ended = end.is_some_and(|end| by_old(held) && held.size() > end.size());
        let frozen = end.is_some_and(|end| held.size() >= end.size() && !held.extends(end));
        let continues = held.extends(journal) || !self.keeps(Rule::Continue);
        !ended && !frozen && continues && !cosigned.contains(held)
    }

    /// What a step does.
    pub(super) fn take(&self, state: &mut State, step: Step) {
        match step {
            Step::Append => {
                state.old = state.old.with(0);
                state.signed.insert(state.old);
            }
            Step::Forge(head) => {
                state.old = head;
                state.signed.insert(head);
            }
            Step::Deliver(w, head) => state.witnesses[w].held = head,
            Step::Cosign(w) => {
                let witness = &mut state.witnesses[w];
                witness.journal = witness.held;
                witness.cosigned.insert(witness.held);
            }
            Step::Count(w, head) => state.witnesses[w].counted = head,
            Step::Revoke(end) => state.end = Some(end),
            Step::Hear(w) => state.witnesses[w].knows = true,
            Step::Answer(w) => {
                state.witnesses[w].told = Some(state.witnesses[w].answer());
                self.judge(state);
            }
            Step::Fetch(head) => {
                state.new = head;
                self.judge(state);
            }
            Step::GoOn => {
                state.new = state.new.with(MANDATE);
                state.signed.insert(state.new);
            }
        }
    }

    // The start guard of the new machine.
    fn judge(&self, state: &mut State) {
        let told: Vec<Answer> = state
            .witnesses
            .iter()
            .filter_map(|witness| witness.told)
            .collect();
        let shown = told.iter().flat_map(|answer| [answer.held, answer.counted]);
        let heads: Vec<Tree> = shown.filter(|head| self.counts(state, &told, *head)).collect();
        let differs = |head: &Tree| head.size() <= state.new.size() && !state.new.extends(*head);
        state.read_only |= heads.iter().any(differs);
        let bound = state.end.filter(|_| self.keeps(Rule::FromTheEndOn));
        let short = bound.is_some_and(|end| !state.new.extends(end));
        let behind = short || heads.iter().any(|head| head.size() > state.new.size());
        let enough = told.len() >= needed(state.witnesses.len()) || !self.keeps(Rule::StartGuard);
        if !state.read_only && !behind && enough {
            state.live = true;
            state.witnesses.iter_mut().for_each(|witness| witness.told = None);
        }
    }

    // Whether a head that is shown is to be reached, or stops the log.
    fn counts(&self, state: &State, told: &[Answer], head: Tree) -> bool {
        let Some(end) = state.end else { return true };
        let differs = head.size() <= state.new.size() && !state.new.extends(head);
        if !by_old(head) || head.size() <= end.size() && !differs {
            return true;
        }
        let known = |answer: &Answer| answer.counted.extends(head);
        let needed = needed(state.witnesses.len());
        let cosigned = told.iter().filter(|answer| answer.journal == head).count();
        let may_have = told.iter().filter(|answer| answer.journal.extends(head)).count();
        let silent = state.witnesses.len() - told.len();
        let waits = self.keeps(Rule::WaitForWhatMayHaveQuorum);
        cosigned >= needed || told.iter().any(known) || waits && may_have + silent >= needed
    }
}
