//! Statements: what a root key says about its authority (specification, section 5).

mod index;
mod live;
mod set;

pub use set::{COUNTED_MAX, InsertError, Statements};

use crate::charter::{check_text, key, position, required_hash};
use crate::dsse::{Body, Detached, FormatError, decode};
use crate::hash::Hash;
use crate::key::{Algorithm, KeyId, PublicKey, SignatureError, Signer, SignerError};
use crate::origin::{Code, Origin, Position};
use crate::proto::{self, statement::Content as Wire};

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

impl Order {
    pub(crate) fn from_proto(proto: &proto::Order) -> Result<Order, FormatError> {
        let measure = match proto.measure() {
            proto::Measure::Redact => Measure::Redact,
            proto::Measure::Erase => Measure::Erase,
            proto::Measure::Unspecified => {
                return Err(FormatError::field("order.measure", "is missing or unknown"));
            }
        };
        Ok(Order {
            target: payload_name(&proto.origin, proto.index, proto.change)?,
            measure,
        })
    }
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

impl Body for Statement {
    type Proto = proto::Statement;
    const MESSAGE: &'static str = "Statement";
    const TYPE: &'static str = "statement";
    const SIZE_MAX: usize = 8 << 10;
    const SIGNATURES_MAX: usize = 1;

    fn from_proto(proto: proto::Statement) -> Result<Statement, FormatError> {
        let network = required_hash("network", &proto.network)?;
        let authority: Code = proto
            .authority
            .parse()
            .map_err(|e| FormatError::field("authority", e))?;
        let origin: Option<Origin> = (!proto.origin.is_empty())
            .then(|| proto.origin.parse())
            .transpose()
            .map_err(|e| FormatError::field("origin", e))?;
        if origin.as_ref().is_some_and(|o| o.authority() != authority) {
            return Err(FormatError::field("origin", "is not a log of this authority"));
        }
        let wire = proto
            .content
            .ok_or_else(|| FormatError::field("content", "is missing or unknown"))?;
        let content = match wire {
            Wire::Mandate(m) => Content::Mandate(mandate(&network, &authority, origin.as_ref(), m)?),
            Wire::Revocation(r) => Content::Revocation(revocation(&authority, &r)?),
            Wire::Rules(r) => Content::Rules(rules(r)?),
            Wire::Order(o) => Content::Order(Order::from_proto(&o)?),
            Wire::Cancel(c) => Content::Cancel(payload_name(&c.origin, c.index, c.change)?),
        };
        let statement = Statement {
            network,
            authority,
            serial: proto.serial,
            origin,
            content,
        };
        statement.check_origin()?;
        Ok(statement)
    }
}

impl Statement {
    fn check_origin(&self) -> Result<(), FormatError> {
        let for_log = match &self.content {
            Content::Mandate(m) => !m.role.holds_on_receipt(),
            Content::Rules(_) => true,
            Content::Revocation(_) | Content::Order(_) | Content::Cancel(_) => false,
        };
        let target = match &self.content {
            Content::Order(order) => Some(&order.target.origin),
            Content::Cancel(name) => Some(&name.origin),
            _ => None,
        };
        if target.is_some_and(|origin| origin.authority() != self.authority) {
            return Err(FormatError::field(
                "content.origin",
                "is not a log of this authority",
            ));
        }
        if for_log == self.origin.is_some() {
            Ok(())
        } else {
            Err(FormatError::field(
                "origin",
                "stands in log and administrator mandates and in rules, and only there",
            ))
        }
    }
}

/// What a key signs to show that its holder asks for a role; see [`crate::proto::Possession`].
pub struct Possession;

impl Body for Possession {
    type Proto = proto::Possession;
    const MESSAGE: &'static str = "Possession";
    const TYPE: &'static str = "possession";
    const SIZE_MAX: usize = 1 << 10;
    const SIGNATURES_MAX: usize = 1;

    fn from_proto(_: proto::Possession) -> Result<Possession, FormatError> {
        Ok(Possession)
    }
}

impl Possession {
    /// Signs that the holder of `signer` asks for `role` of `authority`, in the log of `origin` where
    /// the role is for one: see [`Possession::origin`].
    pub fn sign(
        network: &Hash,
        authority: &Code,
        origin: Option<&Origin>,
        role: Role,
        signer: &dyn Signer,
    ) -> Result<Vec<u8>, SignerError> {
        Detached::<Possession>::sign(
            &possession(network, authority, origin, role, signer.public_key()),
            signer,
        )
    }

    /// Verifies such a signature.
    pub fn verify(
        network: &Hash,
        authority: &Code,
        origin: Option<&Origin>,
        role: Role,
        key: &PublicKey,
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        Detached::<Possession>::verify(&possession(network, authority, origin, role, key), key, signature)
    }

    /// The origin that stands in a possession: that of the log for `log` and `administrator`.
    pub fn origin(role: Role, origin: &Origin) -> Option<&Origin> {
        (!role.holds_on_receipt()).then_some(origin)
    }
}

fn possession(
    network: &Hash,
    authority: &Code,
    origin: Option<&Origin>,
    role: Role,
    key: &PublicKey,
) -> proto::Possession {
    proto::Possession {
        network: network.0.to_vec(),
        authority: authority.to_string(),
        origin: origin.map(Origin::to_string).unwrap_or_default(),
        role: role.to_proto().into(),
        key: key.to_bytes(),
    }
}

fn mandate(
    network: &Hash,
    authority: &Code,
    origin: Option<&Origin>,
    proto: proto::Mandate,
) -> Result<Mandate, FormatError> {
    let role = Role::from_proto(proto.role)?;
    let key = key("mandate.key", &proto.key)?;
    if key.algorithm() != Algorithm::Ed25519 && role != Role::Administrator {
        return Err(FormatError::field(
            "mandate.key",
            format!("a {role} key must be Ed25519"),
        ));
    }
    check_text("mandate.function", &proto.function, 100)?;
    if proto.not_before >= proto.not_after {
        return Err(FormatError::field(
            "mandate.not_after",
            "must lie after not_before",
        ));
    }
    if proto.scope.len() > 64 {
        return Err(FormatError::field("mandate.scope", "at most 64 are allowed"));
    }
    if role != Role::Sealing {
        Possession::verify(network, authority, origin, role, &key, &proto.possession)
            .map_err(|e| FormatError::field("mandate.possession", e))?;
    }
    Ok(Mandate {
        key,
        role,
        scope: proto
            .scope
            .iter()
            .map(|s| Scope::from_proto(&s.kind, s.action))
            .collect(),
        not_before: proto.not_before,
        not_after: proto.not_after,
        function: proto.function,
    })
}

fn revocation(authority: &Code, proto: &proto::Revocation) -> Result<Revocation, FormatError> {
    let reason = match proto.reason() {
        proto::Reason::Retired => Reason::Retired,
        proto::Reason::Compromised => Reason::Compromised,
        proto::Reason::Unspecified => {
            return Err(FormatError::field("revocation.reason", "is missing or unknown"));
        }
    };
    let end = match &proto.at {
        None if proto.time == 0 || proto.compromised_since != 0 => {
            return Err(FormatError::field(
                "revocation.time",
                "a time above 0 is expected, or a position of a log",
            ));
        }
        None => End::Time(proto.time),
        Some(at) => {
            let at = position("revocation.at", at)?;
            if at.origin.authority() != *authority || proto.time != 0 {
                return Err(FormatError::field(
                    "revocation.at",
                    "names a log of this authority, and no time beside it",
                ));
            }
            let compromised = reason == Reason::Compromised;
            if proto.compromised_since > at.size || proto.compromised_since != 0 && !compromised {
                return Err(FormatError::field(
                    "revocation.compromised_since",
                    "lies at or below the end of a compromised key",
                ));
            }
            End::Log {
                at,
                compromised_since: compromised.then_some(proto.compromised_since),
            }
        }
    };
    Ok(Revocation {
        key_id: KeyId(required_hash("revocation.key_id", &proto.key_id)?),
        reason,
        end,
    })
}

fn rules(proto: proto::Rules) -> Result<Rules, FormatError> {
    let rule = |r: &proto::Rule| Rule {
        scope: Scope::from_proto(&r.kind, r.action),
        administrators: r.administrators,
    };
    let rules = Rules {
        rules: proto.rules.iter().map(rule).collect(),
        quarantine_hours: proto.quarantine_hours.unwrap_or(72),
    };
    let valid = rules.rules.iter().all(|r| (1..=8).contains(&r.administrators));
    if !valid || rules.quarantine_hours > 720 || rules.rules.len() > 64 {
        return Err(FormatError::field(
            "rules",
            "1 to 8 administrators, at most 720 hours and 64 rules are allowed",
        ));
    }
    Ok(rules)
}

fn payload_name(origin: &str, index: u64, change: u32) -> Result<PayloadName, FormatError> {
    let origin = origin.parse().map_err(|e| FormatError::field("origin", e))?;
    Ok(PayloadName {
        origin,
        index,
        change,
    })
}

/// Decodes a statement's body for showing what a signer is about to sign.
pub fn decode_body(body: &[u8]) -> Result<Statement, FormatError> {
    Statement::from_proto(decode(Statement::MESSAGE, body, Statement::SIZE_MAX)?)
}
