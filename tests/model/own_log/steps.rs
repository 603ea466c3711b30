//! What can happen next, and what it does.

use super::{Disk, LEAVES, Machine, OwnLog, Process, Rule, State, Tree, Witness, needed};

/// One thing that happens. Machines and witnesses are named by their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A machine sequences an entry: it is durable, then the signer state is.
    Append(usize),
    /// It sets its mark and signs the head that its signer state names.
    Sign(usize),
    /// It signs although the mark could not be set.
    SignUnmarked(usize),
    /// A process ends.
    Crash(usize),
    /// A machine loses power.
    PowerCut(usize),
    /// A process starts.
    Start(usize),
    /// A witness answers a machine's question.
    Answer(usize, usize),
    /// A machine fetches back what a witness holds.
    Fetch(usize, usize),
    /// A witness takes in a head and its entries.
    Deliver(usize, Tree),
    /// A witness cosigns what it holds.
    Cosign(usize),
    /// A witness's data folder is lost.
    LoseData(usize),
    /// Its journal as well.
    LoseAll(usize),
    /// Both folders of the first machine are copied, once.
    BackUp,
    /// The copy is put back, as a whole or in part.
    Restore(usize, Part),
    /// A second machine gets the copy.
    Copy,
    /// A machine is told of another instance.
    Tell(usize),
    /// A machine is shown that its key signed a fork.
    Convict(usize),
}

/// What of a backup is put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Both folders.
    Both,
    /// The state folder.
    State,
    /// The data folder.
    Data,
}

impl OwnLog {
    /// What can happen in a state.
    pub(super) fn steps(&self, state: &State) -> Vec<Step> {
        let mut steps = Vec::new();
        for (m, machine) in state.machines.iter().enumerate() {
            self.steps_of(state, m, machine, &mut steps);
        }
        for (w, witness) in state.witnesses.iter().enumerate() {
            // The same that happens to two of a kind is the same.
            if state.witnesses[..w].contains(witness) {
                continue;
            }
            let news = state
                .signed
                .iter()
                .filter(|head| *head != witness.held && head.extends(witness.held));
            steps.extend(news.map(|head| Step::Deliver(w, head)));
            let continues = witness.held.extends(witness.journal) || !self.keeps(Rule::WitnessJournal);
            if continues && !witness.cosigned.contains(witness.held) && witness.held != Tree::EMPTY {
                steps.push(Step::Cosign(w));
            }
            if state.left.losses > 0 && witness.held != Tree::EMPTY {
                steps.push(Step::LoseData(w));
            }
            if state.left.amnesias > 0 && witness.held != Tree::EMPTY {
                steps.push(Step::LoseAll(w));
            }
        }
        let copied = self.faults.restores + self.faults.mixtures + self.faults.copies > 0;
        if copied && state.backup.is_none() {
            steps.push(Step::BackUp);
        }
        if state.backup.is_some() && state.left.copies > 0 {
            steps.push(Step::Copy);
        }
        steps
    }

    fn steps_of(&self, state: &State, m: usize, machine: &Machine, steps: &mut Vec<Step>) {
        let (left, disk) = (&state.left, &machine.disk);
        if !machine.is_up() {
            steps.push(Step::Start(m));
            if state.backup.is_some() && left.restores > 0 {
                steps.push(Step::Restore(m, Part::Both));
            }
            if state.backup.is_some() && left.mixtures > 0 {
                steps.extend([Part::State, Part::Data].map(|part| Step::Restore(m, part)));
            }
            if left.power_cuts > 0 && machine.mark.is_some() {
                steps.push(Step::PowerCut(m));
            }
            return;
        }
        let unsigned = machine.pending().is_some_and(|head| !state.signed.contains(head));
        if machine.may_sign() && (unsigned || machine.ahead.is_some()) {
            steps.push(Step::Sign(m));
            if left.unmarked > 0 {
                steps.push(Step::SignUnmarked(m));
            }
        } else if machine.may_sign() && self.leaf(state, disk.data).is_some() {
            steps.push(Step::Append(m));
        }
        if left.crashes > 0 {
            steps.push(Step::Crash(m));
        }
        if left.power_cuts > 0 {
            steps.push(Step::PowerCut(m));
        }
        if machine.process == Process::Asking {
            for (w, witness) in state.witnesses.iter().enumerate() {
                if witness.told[m] != Some(witness.held) && self.answers(witness) {
                    steps.push(Step::Answer(w, m));
                }
                if witness.held != disk.data && witness.held.extends(disk.data) {
                    steps.push(Step::Fetch(w, m));
                }
            }
        }
        if !disk.read_only && state.machines.len() > 1 && state.machines.iter().all(Machine::is_up) {
            steps.push(Step::Tell(m));
        }
        if !disk.read_only && state.signed.fork() {
            steps.push(Step::Convict(m));
        }
    }

    // Whether it can show as much as it cosigned. The code compares sizes.
    fn answers(&self, witness: &Witness) -> bool {
        let Witness { held, journal, .. } = witness;
        let enough = journal.size() <= held.size() || !self.keeps(Rule::ShowOrRefuse);
        enough && (held.extends(*journal) || !self.keeps(Rule::ShowTheVeryTree))
    }

    // What is sequenced next: an entry that nobody has seen in this place.
    fn leaf(&self, state: &State, data: Tree) -> Option<u8> {
        let disks = state.machines.iter().map(|m| &m.disk).chain(&state.backup);
        let known: Vec<Tree> = disks
            .flat_map(|d| [d.state, d.data])
            .chain(state.signed.iter())
            .collect();
        let free = |leaf: &u8| !known.iter().any(|tree| tree.extends(data.with(*leaf)));
        (0..LEAVES).find(free).filter(|_| data.size() < self.entries)
    }

    /// What a step does.
    pub(super) fn take(&self, state: &mut State, step: Step) {
        match step {
            Step::Append(m) => self.append(state, m),
            Step::Sign(m) => {
                self.sign(state, m);
                state.machines[m].mark = state.machines[m].pending();
            }
            Step::SignUnmarked(m) => {
                state.left.unmarked -= 1;
                self.sign(state, m);
                state.machines[m].mark.take_if(|_| self.keeps(Rule::NoStaleMark));
            }
            Step::Crash(m) => {
                state.left.crashes -= 1;
                state.machines[m].end();
                forget_answers(state, m);
            }
            Step::PowerCut(m) => {
                state.left.power_cuts -= 1;
                state.machines[m].end();
                state.machines[m].mark = None;
                forget_answers(state, m);
            }
            Step::Start(m) => self.start(state, m),
            Step::Answer(w, m) => {
                state.witnesses[w].told[m] = Some(state.witnesses[w].held);
                self.judge(state, m);
            }
            Step::Fetch(w, m) => {
                state.machines[m].disk.data = state.witnesses[w].held;
                self.judge(state, m);
            }
            Step::Deliver(w, head) => state.witnesses[w].held = head,
            Step::Cosign(w) => {
                let witness = &mut state.witnesses[w];
                witness.journal = witness.held;
                witness.cosigned.insert(witness.held);
            }
            Step::LoseData(w) => {
                state.left.losses -= 1;
                state.witnesses[w].held = Tree::EMPTY;
            }
            Step::LoseAll(w) => {
                state.left.amnesias -= 1;
                (state.witnesses[w].held, state.witnesses[w].journal) = (Tree::EMPTY, Tree::EMPTY);
            }
            Step::BackUp => state.backup = state.machines.first().map(|machine| machine.disk),
            Step::Restore(m, part) => self.restore(state, m, part),
            Step::Copy => {
                state.left.copies -= 1;
                let disk = state.backup.unwrap_or_default();
                state.machines.push(Machine {
                    disk,
                    since: state.witnessed(),
                    ..Machine::default()
                });
            }
            Step::Tell(m) | Step::Convict(m) => state.machines[m].disk.read_only = true,
        }
    }

    fn append(&self, state: &mut State, m: usize) {
        let Some(leaf) = self.leaf(state, state.machines[m].disk.data) else {
            return;
        };
        let machine = &mut state.machines[m];
        let head = machine.disk.data.with(leaf);
        if self.keeps(Rule::PersistThenSign) {
            (machine.disk.data, machine.disk.state) = (head, head);
        } else {
            machine.ahead = Some(head);
            state.signed.insert(head);
        }
    }

    fn sign(&self, state: &mut State, m: usize) {
        let machine = &mut state.machines[m];
        if let Some(head) = machine.ahead.take() {
            (machine.disk.data, machine.disk.state) = (head, head);
        }
        state.signed.insert(machine.disk.state);
    }

    fn start(&self, state: &mut State, m: usize) {
        let since = state.witnessed();
        let machine = &mut state.machines[m];
        let names = |mark: Tree| mark == machine.disk.state || !self.keeps(Rule::MarkNamesState);
        let Disk {
            state: named, data, ..
        } = machine.disk;
        let held = data.size() >= named.size() || !self.keeps(Rule::StateBinds);
        let marked = held && machine.mark.is_some_and(names);
        let plain = (marked || !self.keeps(Rule::StartGuard)) && !machine.has_strayed();
        if plain {
            machine.process = Process::Live { plain };
        } else {
            (machine.process, machine.since) = (Process::Asking, since);
        }
    }

    fn judge(&self, state: &mut State, m: usize) {
        let shown: Vec<Tree> = state
            .witnesses
            .iter()
            .filter_map(|witness| witness.told[m])
            .collect();
        let needed = match self.keeps(Rule::QuorumAnswers) {
            true => needed(state.witnesses.len()),
            false => 1,
        };
        state.machines[m].judge(&shown, needed, self.keeps(Rule::StateBinds));
        if state.machines[m].is_live() {
            forget_answers(state, m);
        }
    }

    fn restore(&self, state: &mut State, m: usize, part: Part) {
        let since = state.witnessed();
        let (machine, backup) = (&mut state.machines[m], state.backup.unwrap_or_default());
        machine.since = since;
        machine.disk = match part {
            Part::Both => backup,
            Part::State => Disk {
                data: machine.disk.data,
                ..backup
            },
            Part::Data => Disk {
                data: backup.data,
                ..machine.disk
            },
        };
        match part {
            Part::Both => state.left.restores -= 1,
            Part::State | Part::Data => state.left.mixtures -= 1,
        }
        if !self.keeps(Rule::MarkIsNotKept) {
            machine.mark = Some(machine.disk.state);
        }
    }
}

fn forget_answers(state: &mut State, m: usize) {
    state
        .witnesses
        .iter_mut()
        .for_each(|witness| witness.told[m] = None);
}
