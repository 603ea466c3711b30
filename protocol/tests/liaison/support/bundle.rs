//! Bundles of the sample network.

use liaison_protocol::World;
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::statement::Role;
use liaison_protocol::tlog::{SignedCheckpoint, inclusion_proof};
use liaison_protocol::verify::{Bundle, HeldPayload, ProvenLeaf};

use super::Log;

/// A leaf with its proof.
pub(crate) fn proven(log: &Log, index: u64, size: u64) -> ProvenLeaf {
    ProvenLeaf {
        index,
        leaf: log.leaves[index as usize].clone(),
        proof: inclusion_proof(index, size, &log.tree).unwrap(),
    }
}

/// A bundle of an entry under a head, with the context that its judgement needs.
pub(crate) fn bundle_at(world: &World, log: &Log, index: u64, head: &SignedCheckpoint) -> Bundle {
    let size = head.checkpoint.size;
    let needed = |at: &u64| match Entry::from_bytes(&log.leaves[*at as usize]).map(|entry| entry.content) {
        Ok(Content::Naming(_)) => true,
        Ok(Content::Statement(statement)) => *at < index || statement.mandate(Role::Log).is_some(),
        _ => false,
    };
    let others = (0..size).filter(|at| *at != index).filter(needed);
    Bundle {
        charters: world.chain().in_force().iter().map(|c| (**c).clone()).collect(),
        statements: Vec::new(),
        checkpoint: head.to_bytes(),
        entry: proven(log, index, size),
        context: others.map(|at| proven(log, at, size)).collect(),
        payloads: Vec::new(),
        before: None,
    }
}

/// The same with payloads, by change.
pub(crate) fn bundle(
    world: &World,
    log: &Log,
    index: u64,
    head: &SignedCheckpoint,
    payloads: Vec<(u32, HeldPayload)>,
) -> Bundle {
    Bundle {
        payloads,
        ..bundle_at(world, log, index, head)
    }
}
