//! Evidence that is held.

use std::cmp::Reverse;

use liaison_api::model::{Contradiction, Evidence, Problem};
use liaison_federation::Evidence as Piece;
use liaison_protocol::Hash;
use liaison_protocol::evidence::Proven;

use crate::engine::Engine;

/// All of it, what was seen last first.
pub(super) fn all(engine: &Engine) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = engine.federation().evidence().map(shown).collect();
    all.sort_by_key(|one| Reverse(one.seen_at));
    all
}

/// The bytes of a piece, by their hash.
pub(super) fn piece(engine: &Engine, hash: Hash) -> Result<Vec<u8>, Problem> {
    let mut held = engine.federation().evidence();
    let found = held.find(|piece| Hash::of(&piece.bytes) == hash);
    found
        .map(|piece| piece.bytes.clone())
        .ok_or_else(|| Problem::not_found(format!("no piece of evidence with the hash {hash} is held here")))
}

fn shown(piece: &Piece) -> Evidence {
    Evidence {
        hash: Hash::of(&piece.bytes),
        size: piece.bytes.len() as u64,
        seen_at: piece.seen_at,
        proves: contradiction(&piece.proven),
    }
}

fn contradiction(proven: &Proven) -> Contradiction {
    match proven.clone() {
        Proven::Checkpoints {
            origin,
            sizes: (first, second),
            keys: (one, other),
        } => Contradiction::Checkpoints {
            authority: origin.authority(),
            origin,
            sizes: [first, second],
            keys: match one == other {
                true => vec![one],
                false => vec![one, other],
            },
        },
        Proven::Cosignatures {
            authority,
            origin,
            sizes: (first, second),
        } => Contradiction::Cosignatures {
            authority,
            origin,
            sizes: [first, second],
        },
        Proven::Successors {
            parent,
            rivals: (first, second),
            keys,
        } => Contradiction::Successors {
            parent,
            rivals: [first, second],
            keys,
        },
    }
}
