//! Proofs over RFC 6962 trees: that a leaf is included, that a tree continues an earlier one, and the
//! subtree hashes from which anyone recomputes the roots of both.

use crate::hash::Hash;
use crate::tlog::tree::{Frontier, Nodes, empty_root, node_hash, range_root, subtrees};

/// Why a proof does not prove.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The tree has no such leaf.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    Index {
        /// The index given.
        index: u64,
        /// The size given.
        size: u64,
    },
    /// The earlier tree is the larger one.
    #[error("a tree of {to} leaves cannot continue one of {from}")]
    Sizes {
        /// The size of the earlier tree.
        from: u64,
        /// The size of the later tree.
        to: u64,
    },
    /// Hashes are missing or too many.
    #[error("the proof has {found} hashes where {expected} are needed")]
    Length {
        /// Hashes that these sizes need.
        expected: usize,
        /// Hashes that were given.
        found: usize,
    },
    /// The proof leads to another root.
    #[error("the proof leads to another root than the one of {0} leaves that was given")]
    Root(u64),
}

/// The inclusion proof of leaf `index` in the tree of the first `size` leaves (RFC 6962, section 2.1.1):
/// the siblings on the way up, the leaf's own first. Empty if there is no such leaf.
pub fn inclusion_proof<N: Nodes + ?Sized>(index: u64, size: u64, nodes: &N) -> Result<Vec<Hash>, N::Error> {
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, size.max(1));
    if index >= size {
        return Ok(proof);
    }
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            proof.push(range_root(middle, end, nodes)?);
            end = middle;
        } else {
            proof.push(range_root(start, middle, nodes)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `to` leaves continues that of `from` (RFC 6962, section 2.1.2). Empty if the
/// sizes are equal, if `from` is 0, and if it is above `to`.
pub fn consistency_proof<N: Nodes + ?Sized>(from: u64, to: u64, nodes: &N) -> Result<Vec<Hash>, N::Error> {
    let mut proof = Vec::new();
    if from == 0 || from >= to {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, to);
    while end != from {
        let middle = start + split(end - start);
        if from <= middle {
            proof.push(range_root(middle, end, nodes)?);
            end = middle;
        } else {
            proof.push(range_root(start, middle, nodes)?);
            start = middle;
        }
    }
    // The verifier knows the root of the earlier tree, which is this subtree if it begins at leaf 0.
    if start != 0 {
        proof.push(range_root(start, end, nodes)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that a leaf with hash `leaf_hash` stands at `index` in the tree of `size` leaves with `root`.
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf_hash: &Hash,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if root_from_inclusion(index, size, leaf_hash, proof)? == *root {
        Ok(())
    } else {
        Err(ProofError::Root(size))
    }
}

/// The root of the tree of `size` leaves that has a leaf with hash `leaf_hash` at `index`, by its inclusion
/// proof (RFC 9162, section 2.1.3.2).
pub fn root_from_inclusion(
    index: u64,
    size: u64,
    leaf_hash: &Hash,
    proof: &[Hash],
) -> Result<Hash, ProofError> {
    if index >= size {
        return Err(ProofError::Index { index, size });
    }
    check_length(inclusion_length(index, size), proof)?;
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf_hash;
    for sibling in proof {
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // On the right edge, levels without a sibling have no hash in the proof.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    Ok(hash)
}

/// Checks that the tree of `to` leaves with `root_to` continues the tree of `from` leaves with `root_from`
/// (RFC 9162, section 2.1.4.2). From the empty tree, and between equal sizes, the proof must be empty.
pub fn verify_consistency(
    from: u64,
    to: u64,
    root_from: &Hash,
    root_to: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if from > to {
        return Err(ProofError::Sizes { from, to });
    }
    check_length(consistency_length(from, to), proof)?;
    if from == 0 {
        check_root(0, root_from, &empty_root())?;
        return if to == 0 {
            check_root(0, root_to, root_from)
        } else {
            Ok(())
        };
    }
    if from == to {
        return check_root(to, root_to, root_from);
    }
    // A tree whose size is a power of two is a node of the later one: its root is where the proof begins.
    let (first, rest) = if from.is_power_of_two() {
        (root_from, proof)
    } else {
        proof.split_first().ok_or(ProofError::Length {
            expected: 1,
            found: 0,
        })?
    };
    let level = from.trailing_zeros();
    let (mut node, mut last) = ((from - 1) >> level, (to - 1) >> level);
    let (mut earlier, mut later) = (*first, *first);
    for sibling in rest {
        if node & 1 == 1 || node == last {
            earlier = node_hash(sibling, &earlier);
            later = node_hash(sibling, &later);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            later = node_hash(&later, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    check_root(from, root_from, &earlier)?;
    check_root(to, root_to, &later)
}

/// The hashes of the complete subtrees that cover the first `from` leaves, then of those that cover the
/// leaves from there to `to`: what evidence carries of a log, see [`roots_from_prefix_nodes`].
pub fn prefix_nodes<N: Nodes + ?Sized>(from: u64, to: u64, nodes: &N) -> Result<Vec<Hash>, N::Error> {
    prefix_subtrees(from, to)
        .map(|(level, index)| nodes.node(level, index))
        .collect()
}

/// The roots of the trees of `from` and of `to` leaves, recomputed from what [`prefix_nodes`] gave.
pub fn roots_from_prefix_nodes(from: u64, to: u64, hashes: &[Hash]) -> Result<(Hash, Hash), ProofError> {
    if from > to {
        return Err(ProofError::Sizes { from, to });
    }
    check_length(prefix_subtrees(from, to).count(), hashes)?;
    let mut frontier = Frontier::new();
    let mut root_from = empty_root();
    for ((level, _), hash) in prefix_subtrees(from, to).zip(hashes) {
        frontier.append(level, *hash);
        if frontier.size() == from {
            root_from = frontier.root();
        }
    }
    Ok((root_from, frontier.root()))
}

fn prefix_subtrees(from: u64, to: u64) -> impl Iterator<Item = (u32, u64)> {
    subtrees(0, from).chain(subtrees(from, to))
}

// The largest power of two below `leaves`, which must be 2 or more.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

// Up to the level where the leaf's path meets the right edge there is a sibling at every level, above it
// only where the path is a right child.
fn inclusion_length(index: u64, size: u64) -> usize {
    let inner = 64 - (index ^ (size - 1)).leading_zeros();
    let above = index.checked_shr(inner).unwrap_or(0);
    (inner + above.count_ones()) as usize
}

fn consistency_length(from: u64, to: u64) -> usize {
    if from == 0 || from == to {
        return 0;
    }
    // The path of the earlier tree's last complete subtree in the later tree, and that subtree itself if it
    // is not the whole earlier tree.
    let level = from.trailing_zeros();
    let path = inclusion_length((from - 1) >> level, ((to - 1) >> level) + 1);
    path + usize::from(!from.is_power_of_two())
}

fn check_length(expected: usize, hashes: &[Hash]) -> Result<(), ProofError> {
    if hashes.len() == expected {
        Ok(())
    } else {
        Err(ProofError::Length {
            expected,
            found: hashes.len(),
        })
    }
}

fn check_root(size: u64, given: &Hash, computed: &Hash) -> Result<(), ProofError> {
    if given == computed {
        Ok(())
    } else {
        Err(ProofError::Root(size))
    }
}
