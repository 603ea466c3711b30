//! The charter: one version of the document of trust (specification, section 4).

mod chain;
mod line;
mod pending;
mod rules;

use std::collections::BTreeMap;

pub use chain::{Chain, ChainError, Rivalry, Roots};
pub use line::{Conflict, Reason};
pub use pending::{Pending, PendingError, Tally};
pub use rules::BreakError;

use crate::dsse::{Body, FormatError, Signed, decode};
use crate::hash::Hash;
use crate::key::{Algorithm, KeyId, PublicKey};
use crate::origin::{Code, Position, check_prefix};
use crate::proto;
use crate::statement::{Order, Statement};
use crate::tlog::empty_root;

/// Largest charter chain in bytes, all versions together.
pub const CHAIN_SIZE_MAX: usize = 16 << 20;

/// Highest format level that this release folds and sequences.
pub const FORMAT_LEVEL: u32 = 1;

/// One version of the charter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charter {
    /// From 1.
    pub version: u64,
    /// Hash of the version before; none in the first.
    pub previous: Option<Hash>,
    /// Round of the proposal.
    pub round: u32,
    /// Name of the network.
    pub name: String,
    /// Origin prefix of all logs.
    pub prefix: String,
    /// Format level in force.
    pub format_level: u32,
    /// Unix time in milliseconds, for people.
    pub created_at: u64,
    /// The council's keys, 4 to 15.
    pub council: Vec<PublicKey>,
    /// The authorities, by code.
    pub authorities: BTreeMap<Code, Authority>,
    /// Orders of the council.
    pub orders: Vec<Order>,
}

/// A party of the network, as one version of the charter sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its code.
    pub code: Code,
    /// What it is and whether it is in good standing.
    pub rank: Rank,
    /// Epoch of its live log.
    pub epoch: u32,
    /// Its root key.
    pub root: PublicKey,
    /// Whether its cosignature counts.
    pub witness: bool,
    /// Where its lowered rank holds from.
    pub lowered_at: Option<LoweredAt>,
    /// How root and epoch changed, oldest first.
    pub root_changes: Vec<RootChange>,
    /// Its first statements, in the version that admits it.
    pub statements: Vec<Signed<Statement>>,
}

/// A position of the authority's own log; size 0 has no root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoweredAt {
    /// The log.
    pub origin: crate::Origin,
    /// Entries from this index on are affected.
    pub size: u64,
    /// Root over the entries before; none for size 0.
    pub root: Option<Hash>,
}

/// What an authority is, and whether that is suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Rank {
    /// What the authority is.
    pub standing: Standing,
    /// Good, suspended or withdrawn.
    pub condition: Condition,
}

impl Rank {
    /// Whether the authority is in good standing.
    pub fn is_good(self) -> bool {
        self.condition == Condition::Good
    }

    /// Whether this rank is lower than `other`, in standing or in condition.
    pub fn is_lower_than(self, other: Rank) -> bool {
        self.standing > other.standing || self.condition > other.condition
    }

    /// The lower of two ranks, taken apart.
    pub fn lower(self, other: Rank) -> Rank {
        Rank {
            standing: self.standing.max(other.standing),
            condition: self.condition.max(other.condition),
        }
    }
}

/// What an authority is in the network; the order is from high to low.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// A State's police authority.
    Member,
    /// The network's secretariat.
    Secretariat,
    /// A partner body.
    Partner,
    /// An observer.
    Observer,
}

/// Whether an authority takes part; the order is from good to gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    /// In good standing.
    Good,
    /// Suspended by the council.
    Suspended,
    /// Left, or was made to.
    Withdrawn,
}

/// A new root key or a new epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootChange {
    /// The root key before.
    pub previous_root: PublicKey,
    /// The epoch before.
    pub previous_epoch: u32,
    /// The epoch from now on.
    pub epoch: u32,
    /// From this size of the log of `epoch` on only the new root's log mandates count.
    pub from_size: u64,
    /// The old root's signature; none when the council replaced the root.
    pub signature: Option<Vec<u8>>,
    /// The old root's statements that still count outside logs, by hash.
    pub kept: Vec<Hash>,
}

/// What an old root signs to hand over; see [`crate::proto::RootRotation`].
pub struct RootRotation;

impl Body for RootRotation {
    type Proto = proto::RootRotation;
    const MESSAGE: &'static str = "RootRotation";
    const TYPE: &'static str = "root-rotation";
    const SIZE_MAX: usize = 1 << 20;
    const SIGNATURES_MAX: usize = 1;

    fn from_proto(_: proto::RootRotation) -> Result<RootRotation, FormatError> {
        Ok(RootRotation)
    }
}

impl Charter {
    /// Signatures of the council that a version needs: ⌊2n/3⌋ + 1.
    pub fn threshold(&self) -> usize {
        self.council.len() * 2 / 3 + 1
    }

    /// The council's key with this id.
    pub fn council_key(&self, id: KeyId) -> Option<&PublicKey> {
        self.council.iter().find(|key| key.id() == id)
    }

    /// The witnesses that may cosign the log of `authority`: in good standing, itself left out.
    /// The version's own flag alone says who is a witness, whatever its standing.
    pub fn witnesses_for(&self, authority: &Code) -> impl Iterator<Item = &Code> {
        let others = self.authorities.values().filter(move |a| a.code != *authority);
        others.filter(|a| a.witness && a.rank.is_good()).map(|a| &a.code)
    }
}

impl Body for Charter {
    type Proto = proto::Charter;
    const MESSAGE: &'static str = "Charter";
    const TYPE: &'static str = "charter";
    const SIZE_MAX: usize = 1 << 20;
    const SIGNATURES_MAX: usize = 30;

    fn from_proto(proto: proto::Charter) -> Result<Charter, FormatError> {
        check_text("name", &proto.name, 200)?;
        check_prefix(&proto.prefix).map_err(|e| FormatError::field("prefix", e))?;
        let council = proto.council.iter().enumerate();
        let council: Vec<PublicKey> = council
            .map(|(i, key)| ed25519_key(&format!("council[{i}]"), key))
            .collect::<Result<_, _>>()?;
        if !council.is_sorted_by(|a, b| a.id() < b.id()) || !(4..=15).contains(&council.len()) {
            return Err(FormatError::field(
                "council",
                "4 to 15 keys, ascending by key id, are expected",
            ));
        }
        let list: Vec<Authority> = proto
            .authorities
            .into_iter()
            .map(authority)
            .collect::<Result<_, _>>()?;
        if !list.is_sorted_by(|a, b| a.code < b.code) {
            return Err(FormatError::field(
                "authorities",
                "must ascend by code, each once",
            ));
        }
        if proto.version == 0 || proto.format_level == 0 {
            return Err(FormatError::field(
                "version",
                "version and format_level count from 1",
            ));
        }
        Ok(Charter {
            version: proto.version,
            previous: optional_hash("previous", &proto.previous)?,
            round: proto.round,
            name: proto.name,
            prefix: proto.prefix,
            format_level: proto.format_level,
            created_at: proto.created_at,
            council,
            authorities: list.into_iter().map(|a| (a.code.clone(), a)).collect(),
            orders: proto
                .orders
                .iter()
                .map(Order::from_proto)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Signed<Charter> {
    /// Reads a chain file: envelopes, each with its length as a protobuf varint before it.
    pub fn read_chain(bytes: &[u8]) -> Result<Vec<Signed<Charter>>, FormatError> {
        if bytes.len() > CHAIN_SIZE_MAX {
            return Err(FormatError::TooLarge {
                what: "charter chain",
                size: bytes.len(),
                limit: CHAIN_SIZE_MAX,
            });
        }
        let protobuf = |e: prost::DecodeError| FormatError::Protobuf {
            what: "charter chain",
            cause: e.to_string(),
        };
        let mut rest = bytes;
        let mut chain = Vec::new();
        while !rest.is_empty() {
            let length = prost::decode_length_delimiter(&mut rest).map_err(protobuf)?;
            let Some((envelope, tail)) = rest.split_at_checked(length) else {
                return Err(FormatError::Protobuf {
                    what: "charter chain",
                    cause: "it is cut short".into(),
                });
            };
            chain.push(Signed::from_bytes(envelope)?);
            rest = tail;
        }
        if Signed::write_chain(&chain) != bytes {
            return Err(FormatError::Protobuf {
                what: "charter chain",
                cause: "a length is not in its shortest form".into(),
            });
        }
        Ok(chain)
    }

    /// Writes a chain file.
    pub fn write_chain<'a>(chain: impl IntoIterator<Item = &'a Signed<Charter>>) -> Vec<u8> {
        let write = |c: &Signed<Charter>| prost::Message::encode_length_delimited_to_vec(c.envelope());
        chain.into_iter().flat_map(write).collect()
    }
}

fn authority(proto: proto::Authority) -> Result<Authority, FormatError> {
    let code: Code = proto
        .code
        .parse()
        .map_err(|e| FormatError::field("authorities.code", e))?;
    let at = |field: &str| format!("authorities[{code}].{field}");
    let standing = match proto.standing() {
        proto::Standing::Member => Standing::Member,
        proto::Standing::Secretariat => Standing::Secretariat,
        proto::Standing::Partner => Standing::Partner,
        proto::Standing::Observer => Standing::Observer,
        proto::Standing::Unspecified => {
            return Err(FormatError::field(at("standing"), "is missing or unknown"));
        }
    };
    let condition = match proto::Condition::try_from(proto.condition) {
        Ok(proto::Condition::Good) => Condition::Good,
        Ok(proto::Condition::Suspended) => Condition::Suspended,
        Ok(proto::Condition::Withdrawn) => Condition::Withdrawn,
        Err(_) => return Err(FormatError::field(at("condition"), "is unknown")),
    };
    if proto.epoch == 0 {
        return Err(FormatError::field(at("epoch"), "epochs count from 1"));
    }
    let statements = proto
        .statements
        .into_iter()
        .map(Signed::from_envelope)
        .collect::<Result<_, _>>()?;
    Ok(Authority {
        rank: Rank { standing, condition },
        epoch: proto.epoch,
        root: ed25519_key(&at("root"), &proto.root)?,
        witness: proto.witness,
        lowered_at: proto
            .lowered_at
            .map(|p| lowered_at(&at("lowered_at"), p))
            .transpose()?,
        root_changes: proto
            .root_changes
            .into_iter()
            .map(|change| root_change(&at("root_changes"), change))
            .collect::<Result<_, _>>()?,
        statements,
        code,
    })
}

fn lowered_at(field: &str, proto: proto::Position) -> Result<LoweredAt, FormatError> {
    let Position { origin, size, root } = position(field, &proto)?;
    Ok(LoweredAt {
        origin,
        size,
        root: (size > 0).then_some(root),
    })
}

fn root_change(field: &str, proto: proto::RootChange) -> Result<RootChange, FormatError> {
    let kept: Vec<Hash> = proto
        .kept
        .iter()
        .map(|hash| required_hash(field, hash))
        .collect::<Result<_, _>>()?;
    if !kept.is_sorted_by(|a, b| a < b) {
        return Err(FormatError::field(
            field,
            "kept statements must ascend, each once",
        ));
    }
    Ok(RootChange {
        previous_root: ed25519_key(field, &proto.previous_root)?,
        previous_epoch: proto.previous_epoch,
        epoch: proto.epoch,
        from_size: proto.from_size,
        signature: (!proto.signature.is_empty()).then_some(proto.signature),
        kept,
    })
}

/// Reads a 32-byte digest field that must be there.
pub(crate) fn required_hash(field: &str, bytes: &[u8]) -> Result<Hash, FormatError> {
    Hash::from_slice(bytes).map_err(|e| FormatError::field(field, e))
}

/// Reads a 32-byte digest field that may be absent.
pub(crate) fn optional_hash(field: &str, bytes: &[u8]) -> Result<Option<Hash>, FormatError> {
    if bytes.is_empty() {
        Ok(None)
    } else {
        required_hash(field, bytes).map(Some)
    }
}

/// Reads a key field.
pub(crate) fn key(field: &str, bytes: &[u8]) -> Result<PublicKey, FormatError> {
    PublicKey::from_bytes(bytes).map_err(|e| FormatError::field(field, e))
}

/// Reads a key field that must hold an Ed25519 key.
pub(crate) fn ed25519_key(field: &str, bytes: &[u8]) -> Result<PublicKey, FormatError> {
    let key = key(field, bytes)?;
    if key.algorithm() == Algorithm::Ed25519 {
        Ok(key)
    } else {
        Err(FormatError::field(field, "must be an Ed25519 key"))
    }
}

/// Reads a position field: a root stands exactly beside a size above 0.
pub(crate) fn position(field: &str, proto: &proto::Position) -> Result<Position, FormatError> {
    let root = optional_hash(field, &proto.root)?;
    if root.is_none() != (proto.size == 0) {
        return Err(FormatError::field(
            field,
            "a root stands exactly beside a size above 0",
        ));
    }
    Ok(Position {
        origin: proto.origin.parse().map_err(|e| FormatError::field(field, e))?,
        size: proto.size,
        root: root.unwrap_or_else(empty_root),
    })
}

/// Checks a short text for people: present, at most `limit` bytes, no control characters.
pub(crate) fn check_text(field: &str, text: &str, limit: usize) -> Result<(), FormatError> {
    if text.is_empty() || text.len() > limit || text.chars().any(char::is_control) {
        return Err(FormatError::field(
            field,
            format!("1 to {limit} bytes without control characters are expected"),
        ));
    }
    Ok(())
}

/// Decodes and checks a proposal that is one pending version, whatever signatures it has.
pub fn decode_body(body: &[u8]) -> Result<Charter, FormatError> {
    Charter::from_proto(decode(Charter::MESSAGE, body, Charter::SIZE_MAX)?)
}
