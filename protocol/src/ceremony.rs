//! How an authority enters: request, grant and the charter version that admits it
//! (specification, sections 4 and 5).

use std::collections::BTreeSet;

use prost::Message;

use crate::charter::{Chain, Charter, RootRotation, ed25519_key, required_hash};
use crate::dsse::{Body, Detached, FormatError, SignError, Signed, decode, decode_whole};
use crate::hash::Hash;
use crate::key::{PublicKey, Signer, SignerError};
use crate::origin::{Code, Origin};
use crate::proto;
use crate::statement::{Possession, Role, Statement};

/// Largest request or grant in bytes.
pub const FILE_SIZE_MAX: usize = 512 << 10;

/// What a node asks of its authority's root key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The network.
    pub network: Hash,
    /// The authority.
    pub authority: Code,
    /// The log to be written.
    pub origin: Origin,
    /// The keys, each with its possession signature.
    pub keys: Vec<RequestedKey>,
    bytes: Vec<u8>,
}

/// A key that asks for a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedKey {
    /// The role.
    pub role: Role,
    /// The key.
    pub key: PublicKey,
    /// Its signature over [`Possession`].
    pub possession: Vec<u8>,
}

impl RequestedKey {
    /// Signs that the holder of `signer` asks for `role` in the log of `origin`.
    pub fn sign(
        network: &Hash,
        origin: &Origin,
        role: Role,
        signer: &dyn Signer,
    ) -> Result<RequestedKey, SignerError> {
        let log = Possession::origin(role, origin);
        let possession = Possession::sign(network, &origin.authority(), log, role, signer)?;
        Ok(RequestedKey {
            role,
            key: signer.public_key().clone(),
            possession,
        })
    }
}

impl Request {
    /// Builds a request for keys that have signed for their roles: one each for log, cosigner and node.
    pub fn new(network: Hash, prefix: &str, origin: Origin, keys: Vec<RequestedKey>) -> Request {
        let key = |k: &RequestedKey| proto::RequestedKey {
            role: k.role.to_proto().into(),
            key: k.key.to_bytes(),
            possession: k.possession.clone(),
        };
        let message = proto::Request {
            network: network.0.to_vec(),
            authority: origin.authority().to_string(),
            epoch: origin.epoch(),
            prefix: prefix.to_owned(),
            keys: keys.iter().map(key).collect(),
        };
        Request {
            network,
            authority: origin.authority(),
            origin,
            keys,
            bytes: message.encode_to_vec(),
        }
    }

    /// Reads a request and verifies each key's possession signature. The log key's covers network,
    /// prefix, authority and epoch, so that nothing in a request can be changed by others.
    pub fn from_bytes(bytes: &[u8]) -> Result<Request, FormatError> {
        let proto: proto::Request = decode_whole("Request", bytes, FILE_SIZE_MAX)?;
        let network = required_hash("network", &proto.network)?;
        let authority: Code = proto
            .authority
            .parse()
            .map_err(|e| FormatError::field("authority", e))?;
        let origin = Origin::new(&proto.prefix, &network, &authority, proto.epoch)
            .map_err(|e| FormatError::field("prefix", e))?;
        let read = |k: &proto::RequestedKey| {
            let role = Role::from_proto(k.role)?;
            let key = ed25519_key("keys.key", &k.key)?;
            let log = Possession::origin(role, &origin);
            Possession::verify(&network, &authority, log, role, &key, &k.possession)
                .map_err(|e| FormatError::field("keys.possession", e))?;
            Ok(RequestedKey {
                role,
                key,
                possession: k.possession.clone(),
            })
        };
        let keys = proto
            .keys
            .iter()
            .map(read)
            .collect::<Result<Vec<_>, FormatError>>()?;
        let roles: BTreeSet<Role> = keys.iter().map(|k| k.role).collect();
        let distinct: BTreeSet<&PublicKey> = keys.iter().map(|k| &k.key).collect();
        if roles != BTreeSet::from([Role::Log, Role::Cosigner, Role::Node])
            || keys.len() != 3
            || distinct.len() != 3
        {
            return Err(FormatError::field(
                "keys",
                "one key each for log, cosigner and node is expected",
            ));
        }
        Ok(Request {
            network,
            authority,
            origin,
            keys,
            bytes: bytes.to_vec(),
        })
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the file.
    pub fn hash(&self) -> Hash {
        Hash::of(&self.bytes)
    }
}

/// How a mandate is to be made out.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Serial of the statement.
    pub serial: u64,
    /// Unix time in milliseconds, inclusive.
    pub not_before: u64,
    /// Unix time in milliseconds, exclusive.
    pub not_after: u64,
    /// The function, never a person's name.
    pub function: String,
    /// What an administrator may do; empty means everything.
    pub scope: Vec<proto::Scope>,
}

/// Signs a mandate with the authority's root key.
pub fn mandate(
    network: &Hash,
    origin: &Origin,
    key: &RequestedKey,
    terms: &Terms,
    root: &dyn Signer,
) -> Result<Signed<Statement>, SignError> {
    let log = Possession::origin(key.role, origin);
    let statement = proto::Statement {
        network: network.0.to_vec(),
        authority: origin.authority().to_string(),
        serial: terms.serial,
        origin: log.map(Origin::to_string).unwrap_or_default(),
        content: Some(proto::statement::Content::Mandate(proto::Mandate {
            key: key.key.to_bytes(),
            role: key.role.to_proto().into(),
            scope: terms.scope.clone(),
            not_before: terms.not_before,
            not_after: terms.not_after,
            function: terms.function.clone(),
            possession: key.possession.clone(),
        })),
    };
    Signed::sign(&statement, &[root])
}

/// The root key's answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// SHA-256 of the request that it answers.
    pub request: Hash,
    /// The authority.
    pub authority: Code,
    /// Epoch of the log.
    pub epoch: u32,
    /// The root key.
    pub root: PublicKey,
    /// Mandates and rules.
    pub statements: Vec<Signed<Statement>>,
    bytes: Vec<u8>,
}

/// What the root key signs of a grant: the grant without its signature.
struct GrantBody;

impl Body for GrantBody {
    type Proto = proto::Grant;
    const MESSAGE: &'static str = "Grant";
    const TYPE: &'static str = "grant";
    const SIZE_MAX: usize = FILE_SIZE_MAX;
    const SIGNATURES_MAX: usize = 1;

    fn from_proto(_: proto::Grant) -> Result<GrantBody, FormatError> {
        Ok(GrantBody)
    }
}

impl Grant {
    /// Builds and signs a grant.
    pub fn sign(
        request: &Request,
        statements: Vec<Signed<Statement>>,
        root: &dyn Signer,
    ) -> Result<Grant, SignError> {
        let mut message = proto::Grant {
            request: request.hash().0.to_vec(),
            authority: request.authority.to_string(),
            epoch: request.origin.epoch(),
            root: root.public_key().to_bytes(),
            statements: statements.iter().map(|s| s.envelope().clone()).collect(),
            signature: Vec::new(),
        };
        message.signature = Detached::<GrantBody>::sign(&message, root)?;
        Ok(Grant::from_bytes(&message.encode_to_vec())?)
    }

    /// Reads a grant and verifies its signature and those of its statements.
    pub fn from_bytes(bytes: &[u8]) -> Result<Grant, FormatError> {
        let mut proto: proto::Grant = decode_whole("Grant", bytes, FILE_SIZE_MAX)?;
        let root = ed25519_key("root", &proto.root)?;
        let signature = std::mem::take(&mut proto.signature);
        Detached::<GrantBody>::verify(&proto, &root, &signature)
            .map_err(|e| FormatError::field("signature", e))?;
        let authority: Code = proto
            .authority
            .parse()
            .map_err(|e| FormatError::field("authority", e))?;
        let read = |envelope: proto::Envelope| {
            let statement = Signed::<Statement>::from_envelope(envelope)?;
            if statement.authority != authority {
                return Err(FormatError::field("statements", "is of another authority"));
            }
            statement
                .verify_single(&root)
                .map_err(|e| FormatError::field("statements", e))?;
            Ok::<_, FormatError>(statement)
        };
        Ok(Grant {
            request: required_hash("request", &proto.request)?,
            epoch: proto.epoch,
            statements: proto.statements.into_iter().map(read).collect::<Result<_, _>>()?,
            authority,
            root,
            bytes: bytes.to_vec(),
        })
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The first version of a network's charter, unsigned: it admits nobody.
pub fn first_charter(name: &str, prefix: &str, council: &[PublicKey], created_at: u64) -> proto::Charter {
    let mut council: Vec<&PublicKey> = council.iter().collect();
    council.sort_by_key(|key| key.id());
    proto::Charter {
        version: 1,
        name: name.to_owned(),
        prefix: prefix.to_owned(),
        format_level: crate::charter::FORMAT_LEVEL,
        created_at,
        council: council.iter().map(|key| key.to_bytes()).collect(),
        ..Default::default()
    }
}

/// An unsigned successor of the newest version in force that changes nothing yet.
pub fn successor(chain: &Chain, round: u32, created_at: u64) -> Result<proto::Charter, FormatError> {
    let newest = chain.newest();
    let mut charter: proto::Charter = decode("Charter", newest.body(), Charter::SIZE_MAX)?;
    charter.version += 1;
    charter.previous = newest.hash().0.to_vec();
    charter.round = round;
    charter.created_at = created_at;
    for authority in &mut charter.authorities {
        authority.statements.clear();
    }
    Ok(charter)
}

/// Puts an admission into an unsigned successor.
pub fn admit(charter: &mut proto::Charter, grant: &Grant, standing: proto::Standing, witness: bool) {
    let authority = proto::Authority {
        code: grant.authority.to_string(),
        standing: standing.into(),
        epoch: grant.epoch,
        root: grant.root.to_bytes(),
        witness,
        statements: grant.statements.iter().map(|s| s.envelope().clone()).collect(),
        ..Default::default()
    };
    charter.authorities.push(authority);
    charter.authorities.sort_by(|a, b| a.code.cmp(&b.code));
}

/// Lowers an authority in an unsigned successor: its standing, its condition, or both, from a
/// position of its log on. False when it is not listed.
pub fn lower(
    charter: &mut proto::Charter,
    code: &Code,
    standing: Option<proto::Standing>,
    condition: Option<proto::Condition>,
    at: proto::Position,
) -> bool {
    let listed = charter.authorities.iter_mut().find(|a| a.code == code.as_str());
    let Some(authority) = listed else { return false };
    if let Some(standing) = standing {
        authority.standing = standing.into();
    }
    if let Some(condition) = condition {
        authority.condition = condition.into();
    }
    authority.lowered_at = Some(at);
    true
}

/// Puts an authority back into good standing in an unsigned successor. False when it is not listed.
pub fn reinstate(charter: &mut proto::Charter, code: &Code) -> bool {
    let listed = charter.authorities.iter_mut().find(|a| a.code == code.as_str());
    let Some(authority) = listed else { return false };
    authority.condition = proto::Condition::Good.into();
    authority.lowered_at = None;
    true
}

/// How an authority gets a new root key within its epoch, or a new epoch.
#[derive(Debug, Clone)]
pub struct RootTurn {
    /// The root key from now on.
    pub root: PublicKey,
    /// The epoch from now on: the same, or one more.
    pub epoch: u32,
    /// From this size of the log of `epoch` on only the new root's log mandates count; 0 in a new epoch.
    pub from_size: u64,
    /// The statements of roots before that still count outside logs.
    pub kept: Vec<Hash>,
    /// What the new root signed first.
    pub statements: Vec<Signed<Statement>>,
}

/// Puts a new root key or a new epoch into an unsigned successor; a new epoch is in good standing. The old
/// root key signs it; without it the council replaces the root, which marks the authority for ever. False
/// when it is not listed.
///
/// # Errors
/// When the old root key refuses to sign.
pub fn turn_root(
    charter: &mut proto::Charter,
    network: &Hash,
    code: &Code,
    turn: &RootTurn,
    old: Option<&dyn Signer>,
) -> Result<bool, SignError> {
    let listed = charter.authorities.iter_mut().find(|a| a.code == code.as_str());
    let Some(authority) = listed else {
        return Ok(false);
    };
    let kept: BTreeSet<Hash> = turn.kept.iter().copied().collect();
    let kept: Vec<Vec<u8>> = kept.iter().map(|hash| hash.0.to_vec()).collect();
    let rotation = proto::RootRotation {
        network: network.0.to_vec(),
        authority: code.to_string(),
        epoch: turn.epoch,
        root: turn.root.to_bytes(),
        from_size: turn.from_size,
        kept: kept.clone(),
    };
    let signature = old.map(|old| Detached::<RootRotation>::sign(&rotation, old));
    let change = proto::RootChange {
        previous_root: authority.root.clone(),
        previous_epoch: authority.epoch,
        epoch: turn.epoch,
        from_size: turn.from_size,
        signature: signature.transpose()?.unwrap_or_default(),
        kept,
    };
    if turn.epoch != authority.epoch {
        authority.condition = proto::Condition::Good.into();
        authority.lowered_at = None;
    }
    authority.root = turn.root.to_bytes();
    authority.epoch = turn.epoch;
    authority.root_changes.push(change);
    authority.statements = turn
        .statements
        .iter()
        .map(|statement| statement.envelope().clone())
        .collect();
    Ok(true)
}
