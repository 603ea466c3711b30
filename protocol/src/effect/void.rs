//! Why an entry has no effect. The words of [`Void::code`] are part of the effect digest: all nodes say
//! the same. The texts are for people.

use crate::charter::Standing;
use crate::hash::Hash;
use crate::key::KeyId;
use crate::update::{Previous, RecordName};

/// The reason why an entry is void.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Void {
    /// Not readable, ambiguous, or beyond a limit of its format.
    #[error("{cause}")]
    Format {
        /// Which rule it breaks.
        cause: String,
    },
    /// Sequenced before the entry before it.
    #[error("sequenced at {at}, before an earlier entry at {before}")]
    TimeBackwards {
        /// Its time, Unix milliseconds.
        at: u64,
        /// Newest time before it.
        before: u64,
    },
    /// Names a charter version that is not in force.
    #[error("names charter version {hash}, which is not in force")]
    UnknownCharter {
        /// Its hash.
        hash: Hash,
    },
    /// Names a charter version that is not newer than the one named before.
    #[error("names charter version {version}, which is not newer than the one named before")]
    OlderCharter {
        /// Its number.
        version: u64,
    },
    /// A statement for another network, authority or log.
    #[error("a statement for another network, authority or log")]
    ForeignStatement,
    /// The charter has no root key for this log.
    #[error("the charter has no root key for this log")]
    NoRoot,
    /// Not signed by the root key.
    #[error("a statement that the authority's root key did not sign")]
    NotByRoot,
    /// An old mandate or rule played again.
    #[error("serial {serial} does not exceed serial {before} of the same kind before it")]
    Replayed {
        /// Its serial.
        serial: u64,
        /// The serial before it.
        before: u64,
    },
    /// The key has another role already.
    #[error("key {key} has another role already")]
    SecondRole {
        /// The key.
        key: KeyId,
    },
    /// The log has named no charter version in force.
    #[error("the log names no charter version in force before it")]
    NoCharter,
    /// For another log.
    #[error("the update is for another log")]
    OtherLog,
    /// The charter version named does not list the authority with this epoch.
    #[error("the charter version that the log names does not list it")]
    Unlisted,
    /// Suspended or withdrawn.
    #[error("its authority is suspended or has withdrawn")]
    NotInGoodStanding,
    /// Signed by a key without an administrator's mandate in this log.
    #[error("key {key} has no administrator's mandate in this log")]
    NoMandate {
        /// The key.
        key: KeyId,
    },
    /// Outside the mandate's validity.
    #[error("the mandate of key {key} does not cover the time of the entry")]
    MandateTime {
        /// The key.
        key: KeyId,
    },
    /// Revoked at or below this entry.
    #[error("key {key} is revoked from entry {from} on")]
    Revoked {
        /// The key.
        key: KeyId,
        /// First entry that does not count.
        from: u64,
    },
    /// A signature is wrong.
    #[error("the signature of key {key} is wrong")]
    Signature {
        /// The key.
        key: KeyId,
    },
    /// The mandate does not cover a change.
    #[error("the mandate of key {key} does not cover {action} of {record}")]
    Scope {
        /// The key.
        key: KeyId,
        /// What was to be done.
        action: &'static str,
        /// To which record.
        record: RecordName,
    },
    /// Not enough administrators signed.
    #[error("{action} of {record} needs {needed} administrators, {signed} signed")]
    Rules {
        /// What was to be done.
        action: &'static str,
        /// To which record.
        record: RecordName,
        /// Signatures needed.
        needed: u32,
        /// Signatures found.
        signed: usize,
    },
    /// The standing may not publish this kind.
    #[error("{standing:?} may not publish {record}")]
    Standing {
        /// The authority's standing.
        standing: Standing,
        /// Which record.
        record: RecordName,
    },
    /// `previous` does not name the record's last effective change.
    #[error("{record}: previous is {}, the record stands at {}", place(.given), place(.found))]
    Stale {
        /// Which record.
        record: RecordName,
        /// What the change names.
        given: Option<Previous>,
        /// What stands.
        found: Option<Previous>,
    },
    /// The audience would become narrower.
    #[error("{record}: an audience can be widened, never narrowed")]
    Narrowed {
        /// Which record.
        record: RecordName,
    },
    /// `RED` and kind `sealed` go together.
    #[error("{record}: TLP:RED is for kind sealed, and kind sealed is TLP:RED")]
    Sealed {
        /// Which record.
        record: RecordName,
    },
    /// There is nothing to withdraw, to erase or to cancel.
    #[error("{record}: there is nothing to {action}")]
    Nothing {
        /// Which record.
        record: RecordName,
        /// What was to be done.
        action: &'static str,
    },
    /// The quarantine of the erase is over.
    #[error("{record}: the quarantine of its erase is over")]
    TooLate {
        /// Which record.
        record: RecordName,
    },
}

impl Void {
    /// A stable word for programs and for the effect digest.
    pub fn code(&self) -> &'static str {
        match self {
            Void::Format { .. } => "format",
            Void::TimeBackwards { .. } => "time-backwards",
            Void::UnknownCharter { .. } => "unknown-charter",
            Void::OlderCharter { .. } => "older-charter",
            Void::ForeignStatement => "foreign-statement",
            Void::NoRoot => "no-root",
            Void::NotByRoot => "not-by-root",
            Void::Replayed { .. } => "replayed",
            Void::SecondRole { .. } => "second-role",
            Void::NoCharter => "no-charter",
            Void::OtherLog => "other-log",
            Void::Unlisted => "unlisted",
            Void::NotInGoodStanding => "not-in-good-standing",
            Void::NoMandate { .. } => "no-mandate",
            Void::MandateTime { .. } => "mandate-time",
            Void::Revoked { .. } => "revoked",
            Void::Signature { .. } => "signature",
            Void::Scope { .. } => "scope",
            Void::Rules { .. } => "rules",
            Void::Standing { .. } => "standing",
            Void::Stale { .. } => "stale",
            Void::Narrowed { .. } => "narrowed",
            Void::Sealed { .. } => "sealed",
            Void::Nothing { .. } => "nothing",
            Void::TooLate { .. } => "too-late",
        }
    }
}

fn place(previous: &Option<Previous>) -> String {
    match previous {
        Some(p) => format!("entry {} of epoch {} ({})", p.index, p.epoch, p.leaf_hash.short()),
        None => "none".to_owned(),
    }
}
