//! The log: RFC 6962 trees and the C2SP formats around them (specification, section 7).

pub mod bundle;
pub mod checkpoint;
pub mod cosignature;
pub mod note;
pub mod policy;
pub mod proof;
mod text;
pub mod tile;
pub mod tlog_proof;
pub mod tree;

pub use bundle::{decode_bundle, encode_bundle};
pub use checkpoint::{Checkpoint, LogSigned, SignedCheckpoint};
pub use cosignature::Cosignature;
pub use note::{Note, NoteSignature, VerifierKey};
pub use policy::Policy;
pub use proof::{
    consistency_proof, inclusion_proof, prefix_nodes, root_from_inclusion, roots_from_prefix_nodes,
    verify_consistency, verify_inclusion,
};
pub use tile::{BundlePath, TilePath};
pub use tlog_proof::TlogProof;
pub use tree::{Frontier, MemoryTree, Nodes, empty_root, frontier, leaf_hash, node_hash, root, subtrees};

#[cfg(test)]
mod tests;
