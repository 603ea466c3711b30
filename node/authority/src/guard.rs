//! The start guard: a log signs only once a quorum has answered that it knows nothing newer
//! (specification, section 10).

use std::collections::{BTreeMap, BTreeSet};

use liaison_federation::Time;
use liaison_federation::api::GuardAnswer;
use liaison_protocol::form::Prefix;
use liaison_protocol::quorum::needed;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Code, Hash, Position, PublicKey, World};

use crate::clock::{LogClock, median};

mod heads;

use heads::Heads;

/// Whether the own log may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuardState {
    /// Not enough witnesses have answered.
    Waiting {
        /// Who has answered.
        answered: Vec<Code>,
        /// Whose answer could help.
        waiting_for: Vec<Code>,
        /// How many more are needed.
        needed: usize,
    },
    /// Others hold more of the own log than this node; it is fetched back first.
    Recovering {
        /// Entries here.
        size: u64,
        /// Entries that others have seen.
        seen: u64,
    },
    /// The log may be written.
    Live,
    /// Writing is stopped until an operator ends it.
    ReadOnly {
        /// Why.
        reason: String,
    },
}

/// What this node knows itself when the answers are judged.
pub struct Known<'a> {
    /// Charter versions and statements.
    pub world: &'a World,
    /// The committed own log.
    pub own: &'a Position,
    /// Its entries, folded.
    pub prefix: Option<&'a Prefix>,
    /// The key that it is signed with now.
    pub log_key: &'a PublicKey,
    /// The root over its first entries, up to its size.
    pub root_at: &'a dyn Fn(u64) -> Option<Hash>,
    /// Whether a head is known to be of another tree, though the log is not held up to there.
    pub contradicts: &'a dyn Fn(&Position) -> bool,
    /// Whether a quorum is known to have cosigned a head of it.
    pub has_quorum: &'a dyn Fn(&Position) -> bool,
    /// Larger heads of it that others offer, whether they answered or not.
    pub offered: &'a [SignedCheckpoint],
}

/// The answers gathered since the start, or since the wall clock jumped.
#[derive(Debug)]
pub struct StartGuard {
    // With what each answerer's clock was ahead of the steady one here.
    answers: BTreeMap<Code, (GuardAnswer, i64)>,
    passed: bool,
    clock_due: bool,
}

impl StartGuard {
    /// A guard that waits; or, after a plain restart whose run mark names the very head that is
    /// committed, one that has passed.
    pub fn new(plain_restart: bool) -> StartGuard {
        StartGuard {
            answers: BTreeMap::new(),
            passed: plain_restart,
            clock_due: !plain_restart,
        }
    }

    /// Whether it has passed.
    pub fn has_passed(&self) -> bool {
        self.passed
    }

    /// Takes in an answer; a later one of the same authority replaces it.
    pub fn answer(&mut self, answer: GuardAnswer, now: Time) {
        let ahead = answer
            .clock
            .cast_signed()
            .saturating_sub(now.steady.cast_signed());
        self.answers.insert(answer.authority.clone(), (answer, ahead));
    }

    /// The clock cannot be believed: a quorum is to answer anew before the own log goes on. Answers from before do not
    /// count, for a machine may have slept since.
    pub fn ask_again(&mut self) {
        self.clock_due = true;
        self.answers.clear();
    }

    /// The clock to go on with, once a time when it is due and the log is live: the median of this node's own and of
    /// those of the witnesses that answered.
    pub fn take_clock(&mut self, world: &World, code: &Code, now: Time) -> Option<LogClock> {
        if !std::mem::take(&mut self.clock_due) {
            return None;
        }
        let witnesses = world.chain().newest().witnesses_for(code);
        let answered = witnesses.filter_map(|w| self.answers.get(w).map(|(_, ahead)| *ahead));
        Some(LogClock::of_others(median(now, answered), now))
    }

    /// Judges the answers against the committed own log.
    pub fn judge(&mut self, known: &Known<'_>) -> GuardState {
        if self.passed && !self.clock_due {
            return GuardState::Live;
        }
        let shown = self.answers.values().flat_map(|(answer, _)| &answer.heads);
        let mut heads = Heads::sort(shown.chain(known.offered), known);
        let answers = self.answers.values();
        heads.doubt(answers.filter_map(|(answer, _)| answer.cosigned), known);
        if let Some(head) = heads.binding.iter().find(|head| known.differs(head)) {
            let reason = format!("others hold another tree of this log at size {}", head.size);
            return GuardState::ReadOnly { reason };
        }
        if let Some(seen) = heads.to_reach(known) {
            return recovering(known, seen);
        }
        let answers = self.informed(known);
        let (waiting_for, needed) = missing(&answers, &heads.doubtful, known);
        if needed == 0 {
            self.passed = true;
            return GuardState::Live;
        }
        if waiting_for.is_empty() {
            // All have answered, and so many cosigned more than this that nobody can tell.
            let largest = heads.doubtful.iter().map(|head| head.size).max();
            return recovering(known, largest.unwrap_or(known.own.size));
        }
        GuardState::Waiting {
            answered: answers.into_keys().cloned().collect(),
            needed: needed.min(waiting_for.len()),
            waiting_for,
        }
    }

    // The answers that count: of those who know of each end of the log's keys that is known here, and will not cosign above
    // it any more.
    fn informed(&self, known: &Known<'_>) -> BTreeMap<&Code, &GuardAnswer> {
        let ends = known.world.statements().log_ends_digest(&known.own.origin);
        let answers = self.answers.iter().map(|(code, (answer, _))| (code, answer));
        answers.filter(|(_, answer)| answer.ends == ends).collect()
    }
}

// Of a tree that is not held whole at most all but the last entry is.
fn recovering(known: &Known<'_>, seen: u64) -> GuardState {
    let size = known.own.size.min(seen.saturating_sub(1));
    GuardState::Recovering { size, seen }
}

// Whose answers are missing, and how many of them. A quorum must have answered under every charter version from the one
// that the log names to the newest known, and so many that those who have not are too few, with those who may have
// cosigned a doubtful head, for a quorum of it.
fn missing(
    answers: &BTreeMap<&Code, &GuardAnswer>,
    doubtful: &[Position],
    known: &Known<'_>,
) -> (Vec<Code>, usize) {
    let (chain, code) = (known.world.chain(), known.own.origin.authority());
    let named = known
        .prefix
        .and_then(|prefix| chain.newest_named(prefix.namings()));
    let from = named.map_or(chain.newest().version, |charter| charter.version);
    let versions = chain.in_force().iter().filter(|charter| charter.version >= from);
    let (mut waiting_for, mut missing) = (BTreeSet::new(), 0);
    for charter in versions {
        let witnesses: Vec<&Code> = charter.witnesses_for(&code).collect();
        let answered: Vec<&GuardAnswer> = witnesses.iter().filter_map(|w| answers.get(w).copied()).collect();
        let (silent, needed) = (witnesses.len() - answered.len(), needed(witnesses.len()));
        let too_many = |head: &Position| {
            let may = answered
                .iter()
                .filter(|answer| known.may_have_cosigned(answer, head));
            (may.count() + silent + 1).saturating_sub(needed.max(1))
        };
        let doubt = doubtful.iter().map(too_many).max().unwrap_or(0);
        let lacking = needed.saturating_sub(answered.len()).max(doubt);
        if lacking > 0 {
            missing = missing.max(lacking);
            waiting_for.extend(
                witnesses
                    .into_iter()
                    .filter(|w| !answers.contains_key(w))
                    .cloned(),
            );
        }
    }
    (waiting_for.into_iter().collect(), missing)
}

#[cfg(test)]
mod tests;
