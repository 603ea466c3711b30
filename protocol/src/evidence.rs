//! Evidence: a transferable proof that a key signed two things that contradict each other
//! (specification, section 9).

use prost::Message;

use crate::charter::{CHAIN_SIZE_MAX, Charter};
use crate::dsse::{FormatError, Signed, decode_whole};
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::origin::{Code, Origin, Position};
use crate::proto::{self, evidence::Content as Wire};
use crate::statement::{Role, Statement};
use crate::tlog::{Cosignature, Nodes, SignedCheckpoint, prefix_nodes, roots_from_prefix_nodes};
use crate::world::World;

/// What a piece of evidence proves.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Proven {
    /// The log keys of an origin signed two inconsistent checkpoints.
    Checkpoints {
        /// The log.
        origin: Origin,
        /// The two sizes.
        sizes: (u64, u64),
        /// The keys that signed them.
        keys: (KeyId, KeyId),
    },
    /// A witness cosigned two inconsistent checkpoints.
    Cosignatures {
        /// The witness.
        authority: Code,
        /// The log.
        origin: Origin,
        /// The two sizes.
        sizes: (u64, u64),
    },
    /// Council keys signed two successors of one charter version in one round.
    Successors {
        /// The version that both follow.
        parent: Hash,
        /// The rivals.
        rivals: (Hash, Hash),
        /// The keys that signed both.
        keys: Vec<KeyId>,
    },
}

/// Why evidence proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Not readable.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A note in it is not a checkpoint.
    #[error("the {0} note is no checkpoint of this network")]
    Note(&'static str),
    /// The two are of different logs.
    #[error("the two checkpoints are of different logs")]
    Origins,
    /// The two fit together.
    #[error("the two do not contradict each other")]
    Consistent,
    /// The subtree hashes do not lead to the second root.
    #[error("the subtree hashes do not lead to the second checkpoint's root")]
    Subtrees,
    /// Not signed by keys that the authority mandated, or not by one authority.
    #[error("the {0} is not signed by a key that could be held to it")]
    Unsigned(&'static str),
}

/// Builds evidence from two checkpoints of one origin, `second` being the larger and `nodes` its tree.
pub fn of_checkpoints<N: Nodes + ?Sized>(
    first: &SignedCheckpoint,
    second: &SignedCheckpoint,
    nodes: &N,
    mandates: &[Signed<Statement>],
) -> Result<Vec<u8>, N::Error> {
    Ok(encode(Wire::Checkpoints(contradiction(
        first, second, nodes, mandates,
    )?)))
}

/// Builds evidence from two checkpoints that one authority cosigned. Both are to carry the lines of
/// that authority alone: of several that cosigned both, the evidence names only the first by code.
pub fn of_cosignatures<N: Nodes + ?Sized>(
    first: &SignedCheckpoint,
    second: &SignedCheckpoint,
    nodes: &N,
    mandates: &[Signed<Statement>],
) -> Result<Vec<u8>, N::Error> {
    Ok(encode(Wire::Cosignatures(contradiction(
        first, second, nodes, mandates,
    )?)))
}

/// Builds evidence from two successors of one version in one round.
pub fn of_successors(first: &Signed<Charter>, second: &Signed<Charter>) -> Vec<u8> {
    let (first, second) = (Some(first.envelope().clone()), Some(second.envelope().clone()));
    encode(Wire::Successors(proto::Rivals { first, second }))
}

fn encode(content: Wire) -> Vec<u8> {
    proto::Evidence {
        content: Some(content),
    }
    .encode_to_vec()
}

fn contradiction<N: Nodes + ?Sized>(
    first: &SignedCheckpoint,
    second: &SignedCheckpoint,
    nodes: &N,
    mandates: &[Signed<Statement>],
) -> Result<proto::Contradiction, N::Error> {
    let (from, to) = (first.checkpoint.size, second.checkpoint.size);
    let subtrees = if from == to {
        Vec::new()
    } else {
        prefix_nodes(from, to, nodes)?
    };
    Ok(proto::Contradiction {
        first: first.to_bytes(),
        second: second.to_bytes(),
        subtrees: subtrees.iter().map(|hash| hash.0.to_vec()).collect(),
        mandates: mandates.iter().map(|m| m.envelope().clone()).collect(),
    })
}

/// Verifies evidence against a charter chain and statements.
pub fn verify(bytes: &[u8], world: &World) -> Result<Proven, EvidenceError> {
    let evidence: proto::Evidence = decode_whole("Evidence", bytes, CHAIN_SIZE_MAX)?;
    match evidence.content {
        Some(Wire::Checkpoints(pair)) => checkpoints(&pair, world),
        Some(Wire::Cosignatures(pair)) => cosignatures(&pair, world),
        Some(Wire::Successors(rivals)) => successors(rivals, world),
        None => Err(FormatError::field("content", "is missing or unknown").into()),
    }
}

struct Pair {
    origin: Origin,
    first: SignedCheckpoint,
    second: SignedCheckpoint,
}

// Reads both notes and shows that no tree has both.
fn contradicting(pair: &proto::Contradiction) -> Result<Pair, EvidenceError> {
    let read = |bytes: &[u8], which| {
        let note = SignedCheckpoint::parse(bytes).map_err(|_| EvidenceError::Note(which))?;
        let position = note
            .checkpoint
            .position()
            .map_err(|_| EvidenceError::Note(which))?;
        Ok::<_, EvidenceError>((note, position))
    };
    let (first, a) = read(&pair.first, "first")?;
    let (second, b) = read(&pair.second, "second")?;
    if a.origin != b.origin {
        return Err(EvidenceError::Origins);
    }
    if prefix_root(pair, &a, &b)? == a.root {
        return Err(EvidenceError::Consistent);
    }
    Ok(Pair {
        origin: a.origin,
        first,
        second,
    })
}

// The root that the second tree gives to the first one's size.
fn prefix_root(pair: &proto::Contradiction, a: &Position, b: &Position) -> Result<Hash, EvidenceError> {
    if a.size == b.size {
        return match pair.subtrees[..] {
            [] => Ok(b.root),
            _ => Err(EvidenceError::Subtrees),
        };
    }
    let hashes: Result<Vec<Hash>, _> = pair.subtrees.iter().map(|hash| Hash::from_slice(hash)).collect();
    let hashes = hashes.map_err(|_| EvidenceError::Subtrees)?;
    let (prefix, root) =
        roots_from_prefix_nodes(a.size, b.size, &hashes).map_err(|_| EvidenceError::Subtrees)?;
    if root == b.root {
        Ok(prefix)
    } else {
        Err(EvidenceError::Subtrees)
    }
}

fn checkpoints(pair: &proto::Contradiction, world: &World) -> Result<Proven, EvidenceError> {
    let Pair {
        origin,
        first,
        second,
    } = contradicting(pair)?;
    let carried = carried(pair, world, Role::Log)?;
    let keys = mandated(&carried, world, &origin.authority(), Role::Log, Some(&origin));
    let signer = |note: &SignedCheckpoint, which| {
        let key = keys.iter().find(|key| note.verify_log(key).is_ok());
        key.map(PublicKey::id).ok_or(EvidenceError::Unsigned(which))
    };
    let keys = (
        signer(&first, "first checkpoint")?,
        signer(&second, "second checkpoint")?,
    );
    let sizes = (first.checkpoint.size, second.checkpoint.size);
    Ok(Proven::Checkpoints { origin, sizes, keys })
}

fn cosignatures(pair: &proto::Contradiction, world: &World) -> Result<Proven, EvidenceError> {
    let Pair {
        origin,
        first,
        second,
    } = contradicting(pair)?;
    let sizes = (first.checkpoint.size, second.checkpoint.size);
    let carried = carried(pair, world, Role::Cosigner)?;
    for code in world.chain().newest().authorities.keys() {
        let name = origin.with_authority(code).cosigner_name();
        let keys = mandated(&carried, world, code, Role::Cosigner, None);
        let cosigned = |note: &SignedCheckpoint| {
            let lines = note.note.signatures.iter().filter(|line| line.name == name);
            let mut lines = lines.filter_map(|line| Cosignature::from_note_signature(line).ok());
            lines.any(|line| keys.iter().any(|key| line.verify(&note.note.text, key).is_ok()))
        };
        if cosigned(&first) && cosigned(&second) {
            return Ok(Proven::Cosignatures {
                authority: code.clone(),
                origin,
                sizes,
            });
        }
    }
    Err(EvidenceError::Unsigned("pair of checkpoints"))
}

// The mandates that the evidence brings along: each by a root that its authority ever had.
fn carried(
    pair: &proto::Contradiction,
    world: &World,
    role: Role,
) -> Result<Vec<Signed<Statement>>, EvidenceError> {
    let read = |envelope: &proto::Envelope| {
        let statement = Signed::<Statement>::from_envelope(envelope.clone())?;
        let roots = world.chain().roots(&statement.authority);
        let by_root = roots.all().any(|root| statement.verify_single(root).is_ok());
        if by_root && statement.network == world.chain().network() && statement.mandate(role).is_some() {
            Ok(statement)
        } else {
            Err(EvidenceError::Unsigned("mandate"))
        }
    };
    pair.mandates.iter().map(read).collect()
}

// Keys that the authority's root ever mandated for a role, by the evidence itself or by what is known.
fn mandated(
    carried: &[Signed<Statement>],
    world: &World,
    code: &Code,
    role: Role,
    origin: Option<&Origin>,
) -> Vec<PublicKey> {
    let carried = carried.iter().filter(|s| s.authority == *code);
    let all = carried.chain(world.statements().of(code));
    let for_log = all.filter(|s| origin.is_none() || s.origin.as_ref() == origin);
    for_log
        .filter_map(|s| s.mandate(role).map(|m| m.key.clone()))
        .collect()
}

fn successors(rivals: proto::Rivals, world: &World) -> Result<Proven, EvidenceError> {
    let read = |envelope: Option<proto::Envelope>, which| {
        let envelope = envelope.ok_or(EvidenceError::Note(which))?;
        Ok::<_, EvidenceError>(Signed::<Charter>::from_envelope(envelope)?)
    };
    let (first, second) = (read(rivals.first, "first")?, read(rivals.second, "second")?);
    let parent = first.previous.ok_or(EvidenceError::Consistent)?;
    let rival =
        second.previous == Some(parent) && first.round == second.round && first.hash() != second.hash();
    if !rival {
        return Err(EvidenceError::Consistent);
    }
    let council = world
        .chain()
        .known(&parent)
        .ok_or(EvidenceError::Note("predecessor"))?;
    let signers = |charter: &Signed<Charter>| {
        let verified = charter.verify_by(|id| council.council_key(id).or_else(|| charter.council_key(id)));
        verified.unwrap_or_default()
    };
    let second_signers = signers(&second);
    let keys: Vec<KeyId> = signers(&first)
        .into_iter()
        .filter(|id| council.council_key(*id).is_some() && second_signers.contains(id))
        .collect();
    if keys.is_empty() {
        return Err(EvidenceError::Unsigned("pair of charter versions"));
    }
    Ok(Proven::Successors {
        parent,
        rivals: (first.hash(), second.hash()),
        keys,
    })
}
