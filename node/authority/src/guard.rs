//! The start guard: a log signs only once a quorum has answered that it knows nothing newer
//! (specification, section 10).

use std::collections::{BTreeMap, BTreeSet};

use liaison_federation::Time;
use liaison_federation::api::GuardAnswer;
use liaison_protocol::form::Prefix;
use liaison_protocol::quorum::needed;
use liaison_protocol::statement::{LogEnd, Role};
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Code, Hash, Position, PublicKey, World};

use crate::clock::{LogClock, median};

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
        let own = known.own;
        let shown = self.answers.values().flat_map(|(answer, _)| &answer.heads);
        let heads = counting(shown.chain(known.offered), known);
        for head in &heads {
            let differs =
                head.size <= own.size && (known.root_at)(head.size).is_some_and(|root| root != head.root);
            if differs {
                let reason = format!("others hold another tree of this log at size {}", head.size);
                return GuardState::ReadOnly { reason };
            }
        }
        let seen = heads.iter().map(|head| head.size).max().unwrap_or(0);
        if seen > own.size {
            return GuardState::Recovering { size: own.size, seen };
        }
        let (waiting_for, missing) = self.missing(known.world, own, known.prefix);
        if missing == 0 {
            self.passed = true;
            return GuardState::Live;
        }
        GuardState::Waiting {
            answered: self.answers.keys().cloned().collect(),
            waiting_for,
            needed: missing,
        }
    }

    // A quorum must have answered under every charter version from the one that the log names to
    // the newest known.
    fn missing(&self, world: &World, own: &Position, prefix: Option<&Prefix>) -> (Vec<Code>, usize) {
        let code = own.origin.authority();
        let named = prefix.and_then(|prefix| world.chain().newest_named(prefix.namings()));
        let from = named.map_or(world.chain().newest().version, |charter| charter.version);
        let versions = world
            .chain()
            .in_force()
            .iter()
            .filter(|charter| charter.version >= from);
        let mut waiting_for = BTreeSet::new();
        let mut missing = 0;
        for charter in versions {
            let witnesses: Vec<&Code> = charter.witnesses_for(&code).collect();
            let answered = witnesses
                .iter()
                .filter(|w| self.answers.contains_key(**w))
                .count();
            let lacking = needed(witnesses.len()).saturating_sub(answered);
            if lacking > 0 {
                missing = missing.max(lacking);
                waiting_for.extend(
                    witnesses
                        .into_iter()
                        .filter(|w| !self.answers.contains_key(*w))
                        .cloned(),
                );
            }
        }
        (waiting_for.into_iter().collect(), missing)
    }
}

// Every key that the root ever mandated for this log, with its end: what an earlier key signed binds a new one, but not
// what it signed after its end.
fn log_keys(world: &World, own: &Position, present: &PublicKey) -> Vec<(PublicKey, Option<LogEnd>)> {
    let code = own.origin.authority();
    let statements = world.statements().of(&code);
    let mandated = statements.filter(|s| s.origin.as_ref() == Some(&own.origin));
    let mandated = mandated.filter_map(|s| s.mandate(Role::Log).map(|mandate| mandate.key.clone()));
    let ended = |key: PublicKey| {
        let end = world.statements().log_end(world.chain(), &own.origin, key.id());
        (key, end)
    };
    mandated.chain([present.clone()]).map(ended).collect()
}

// The positions of heads that are really of this log, by one of its keys, and count. Those that a key signed after its
// end do only when a quorum cosigned them; so do those of another tree than this one's up to its end, for the root has
// said with the end which tree is the log's, and whoever stole the key may go on signing. Most answers show the same, and one signature is enough for a position.
fn counting<'a>(notes: impl Iterator<Item = &'a SignedCheckpoint>, known: &Known<'_>) -> Vec<Position> {
    let keys = log_keys(known.world, known.own, known.log_key);
    let mut counting = BTreeMap::new();
    for note in notes {
        let Ok(position) = note.checkpoint.position() else {
            continue;
        };
        let at = (position.size, position.root);
        if position.origin != known.own.origin || counting.contains_key(&at) {
            continue;
        }
        let by = |key: &PublicKey| note.verify_log(key).is_ok();
        let differs = (known.root_at)(position.size).is_some_and(|root| root != position.root);
        let within = |end: &LogEnd| position.size <= end.size && !(differs && end.root.is_some());
        let lasts = |end: &Option<LogEnd>| end.as_ref().is_none_or(within) || (known.has_quorum)(&position);
        if keys.iter().any(|(key, end)| by(key) && lasts(end)) {
            counting.insert(at, position);
        }
    }
    counting.into_values().collect()
}

#[cfg(test)]
mod tests;
