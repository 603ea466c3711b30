//! What a council key signed before that it should not contradict, told before it signs.

use clap::ValueEnum;
use liaison_protocol::KeyId;
use liaison_protocol::charter::{Conflict, Reason};

use crate::failure::Failure;
use crate::session::Session;

/// A conflict that the holder of a key knows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Anyway {
    /// The key signed a rival in the same round, and will be convicted of it.
    SameRound,
    /// The key signed a rival in a later round.
    LaterRound,
    /// The key signed what follows a rival.
    OtherLine,
}

impl Anyway {
    fn reason(self) -> Reason {
        match self {
            Anyway::SameRound => Reason::SameRound,
            Anyway::LaterRound => Reason::LaterRound,
            Anyway::OtherLine => Reason::OtherLine,
        }
    }
}

/// Refuses to let a key sign what contradicts what it signed, unless each conflict is named.
pub(super) fn check(
    session: &Session,
    key: KeyId,
    conflicts: &[Conflict],
    anyway: &[Anyway],
) -> Result<(), Failure> {
    let is_named = |conflict: &&Conflict| anyway.iter().any(|named| named.reason() == conflict.reason);
    for conflict in conflicts {
        session.output.note(&format!("Key {key} {}.", describe(conflict)));
    }
    match conflicts.iter().find(|conflict| !is_named(conflict)) {
        None => Ok(()),
        Some(conflict) => Err(Failure::refused(format!(
            "nothing was signed: key {key} {}; once the council has talked about it, repeat with --anyway {}",
            describe(conflict),
            word(conflict.reason)
        ))),
    }
}

fn describe(conflict: &Conflict) -> String {
    let Conflict {
        hash, version, round, ..
    } = conflict;
    let signed = format!("signed version {version} of round {round} too ({hash})");
    match conflict.reason {
        Reason::SameRound => format!(
            "{signed}, a rival in the same round: both signatures together are evidence against it, for ever"
        ),
        Reason::LaterRound => {
            format!("{signed}, a rival in a later round, which was to take the place of this one")
        }
        Reason::OtherLine => format!(
            "{signed}, which follows a rival of what this one follows: a version that has a successor could be replaced"
        ),
    }
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::SameRound => "same-round",
        Reason::LaterRound => "later-round",
        Reason::OtherLine => "other-line",
    }
}
