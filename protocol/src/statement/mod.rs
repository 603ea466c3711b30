//! Statements: what a root key says about its authority (specification, section 5).

mod decode;
mod index;
mod live;
mod possession;
mod set;

pub use decode::decode_body;
pub use possession::Possession;
pub use set::{COUNTED_MAX, InsertError, Statements};

use crate::dsse::FormatError;
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::origin::{Code, Origin, Position};
use crate::proto;

/// A root-signed statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The network.
    pub network: Hash,
    /// The authority that speaks.
    pub authority: Code,
    /// Rises with each statement of the authority.
    pub serial: u64,
    /// The log that it is for; present for log and administrator mandates and for rules.
    pub origin: Option<Origin>,
    /// What it says.
    pub content: Content,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Delegates to a key.
    Mandate(Mandate),
    /// Ends a key.
    Revocation(Revocation),
    /// Sets how many administrators must sign.
    Rules(Rules),
    /// Redacts or erases where the log cannot.
    Order(Order),
    /// Takes back an erase.
    Cancel(PayloadName),
}

/// A delegation to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// The key.
    pub key: PublicKey,
    /// What it is for.
    pub role: Role,
    /// What an administrator may do; empty means everything of its standing.
    pub scope: Vec<Scope>,
    /// Unix time in milliseconds, inclusive.
    pub not_before: u64,
    /// Unix time in milliseconds, exclusive.
    pub not_after: u64,
    /// The function, for people.
    pub function: String,
}

/// What a mandated key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Signs checkpoints.
    Log,
    /// Cosigns checkpoints of others.
    Cosigner,
    /// Is the node's libp2p identity.
    Node,
    /// Signs updates.
    Administrator,
    /// Receives sealed records.
    Sealing,
}

impl Role {
    /// The word for it, as in the CLI.
    pub fn word(self) -> &'static str {
        match self {
            Role::Log => "log",
            Role::Cosigner => "cosigner",
            Role::Node => "node",
            Role::Administrator => "administrator",
            Role::Sealing => "sealing",
        }
    }

    /// Whether mandates for it hold on receipt. Those of `log` and `administrator` hold from the
    /// entry of the authority's own log that carries them.
    pub fn holds_on_receipt(self) -> bool {
        !matches!(self, Role::Log | Role::Administrator)
    }

    /// Its number in the schemas.
    pub fn to_proto(self) -> proto::Role {
        match self {
            Role::Log => proto::Role::Log,
            Role::Cosigner => proto::Role::Cosigner,
            Role::Node => proto::Role::Node,
            Role::Administrator => proto::Role::Administrator,
            Role::Sealing => proto::Role::Sealing,
        }
    }

    /// Reads its number.
    pub fn from_proto(number: i32) -> Result<Role, FormatError> {
        match proto::Role::try_from(number) {
            Ok(proto::Role::Log) => Ok(Role::Log),
            Ok(proto::Role::Cosigner) => Ok(Role::Cosigner),
            Ok(proto::Role::Node) => Ok(Role::Node),
            Ok(proto::Role::Administrator) => Ok(Role::Administrator),
            Ok(proto::Role::Sealing) => Ok(Role::Sealing),
            _ => Err(FormatError::field("role", format!("{number} is unknown"))),
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// A kind and an action; none means any.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Scope {
    /// Record kind.
    pub kind: Option<String>,
    /// Number of the action in the schemas.
    pub action: Option<i32>,
}

impl Scope {
    /// Whether it covers this kind and action.
    pub fn covers(&self, kind: &str, action: i32) -> bool {
        self.kind.as_deref().is_none_or(|k| k == kind) && self.action.is_none_or(|a| a == action)
    }

    fn from_proto(kind: &str, action: i32) -> Scope {
        Scope {
            kind: (!kind.is_empty()).then(|| kind.to_owned()),
            action: (action != 0).then_some(action),
        }
    }
}

/// Ends a mandated key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The key.
    pub key_id: KeyId,
    /// Why.
    pub reason: Reason,
    /// From when on it no longer counts.
    pub end: End,
}

/// Why a key ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Its term is over.
    Retired,
    /// Somebody else may have used it.
    Compromised,
}

/// From when on a key no longer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// For `log` and `administrator`: the last tree that counts, and from which size on what it
    /// signed is disputed.
    Log {
        /// The last tree that counts.
        at: Position,
        /// From this size on disputed; none when the key is only retired. A compromise that names
        /// no size may reach back to the first entry.
        compromised_since: Option<u64>,
    },
    /// For other keys: Unix time in milliseconds.
    Time(u64),
}

/// Where a log or administrator key ends in one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEnd {
    /// Entries from this index on no longer count.
    pub size: u64,
    /// Root over the entries before; another root there alarms.
    pub root: Option<Hash>,
    /// Entries from this index on are disputed.
    pub disputed_from: Option<u64>,
}

/// How many administrators must sign.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rules {
    /// In order; the first that matches counts.
    pub rules: Vec<Rule>,
    /// Hours between an erase and the destruction, 0 to 720.
    pub quarantine_hours: u32,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rule {
    /// What it is for.
    pub scope: Scope,
    /// Administrators needed, 1 to 8.
    pub administrators: u32,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            rules: Vec::new(),
            quarantine_hours: 72,
        }
    }
}

impl Rules {
    /// Administrators that must sign an action on a kind.
    pub fn administrators(&self, kind: &str, action: i32) -> u32 {
        self.rules
            .iter()
            .find(|r| r.scope.covers(kind, action))
            .map_or(1, |r| r.administrators)
    }
}

/// A payload, by the change that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadName {
    /// The log.
    pub origin: Origin,
    /// The entry.
    pub index: u64,
    /// The change within the update.
    pub change: u32,
}

/// Redacts an entry or erases a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which.
    pub target: PayloadName,
    /// What is done to it.
    pub measure: Measure,
}

/// What an order does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The leaf's bytes go, its hash stays.
    Redact,
    /// The payload goes.
    Erase,
}

impl Statement {
    /// The mandate, when it is one of this role.
    pub fn mandate(&self, role: Role) -> Option<&Mandate> {
        match &self.content {
            Content::Mandate(mandate) if mandate.role == role => Some(mandate),
            _ => None,
        }
    }

    /// The revocation, when it is one.
    pub fn revocation(&self) -> Option<&Revocation> {
        match &self.content {
            Content::Revocation(revocation) => Some(revocation),
            _ => None,
        }
    }
}

impl Mandate {
    /// Whether a time (Unix, milliseconds) lies within its validity.
    pub fn is_valid_at(&self, time: u64) -> bool {
        (self.not_before..self.not_after).contains(&time)
    }
}
