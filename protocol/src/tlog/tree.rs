//! RFC 6962 Merkle trees: hashes, the right edge that a log appends to, and roots over stored nodes.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// The hash of a leaf: SHA-256(0x00 ‖ leaf) (RFC 6962, section 2.1).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash::of_parts(&[&[0], leaf])
}

/// The hash of a node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962, section 2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut node = [1; 65];
    node[1..33].copy_from_slice(left.as_bytes());
    node[33..].copy_from_slice(right.as_bytes());
    Hash::of(&node)
}

/// The root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

/// The stored part of a tree: the hashes of its complete subtrees.
pub trait Nodes {
    /// Why a node cannot be had.
    type Error;

    /// The hash of the complete subtree of 2^`level` leaves that begins at leaf `index`·2^`level`.
    fn node(&self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

impl<N: Nodes + ?Sized> Nodes for &N {
    type Error = N::Error;

    fn node(&self, level: u32, index: u64) -> Result<Hash, N::Error> {
        (**self).node(level, index)
    }
}

/// The root of the first `size` leaves.
pub fn root<N: Nodes + ?Sized>(size: u64, nodes: &N) -> Result<Hash, N::Error> {
    range_root(0, size, nodes)
}

/// The right edge of the tree of the first `size` leaves.
pub fn frontier<N: Nodes + ?Sized>(size: u64, nodes: &N) -> Result<Frontier, N::Error> {
    let hashes = subtrees(0, size).map(|(level, index)| nodes.node(level, index));
    Ok(Frontier {
        size,
        hashes: hashes.collect::<Result<_, _>>()?,
    })
}

/// The complete subtrees that cover the leaves from `start` up to `end` (exclusive), from left to right and
/// as few as possible, as (level, index) of [`Nodes::node`]. At most 126.
pub fn subtrees(start: u64, end: u64) -> impl Iterator<Item = (u32, u64)> {
    let mut next = start;
    std::iter::from_fn(move || {
        let left = end.checked_sub(next).filter(|left| *left > 0)?;
        let level = next.trailing_zeros().min(left.ilog2());
        let index = next >> level;
        next += 1 << level;
        Some((level, index))
    })
}

/// The hash over the leaves from `start` to `end`, where `start` is a multiple of the least power of two
/// that is not below their number: the subtrees that RFC 6962 proofs are made of.
pub(super) fn range_root<N: Nodes + ?Sized>(start: u64, end: u64, nodes: &N) -> Result<Hash, N::Error> {
    let hashes = subtrees(start, end).map(|(level, index)| nodes.node(level, index));
    Ok(fold(&hashes.collect::<Result<Vec<_>, _>>()?))
}

// Subtrees in falling sizes hang together from the right.
fn fold(hashes: &[Hash]) -> Hash {
    let hang = |right: Hash, left: &Hash| node_hash(left, &right);
    match hashes.split_last() {
        Some((last, others)) => others.iter().rev().fold(*last, hang),
        None => empty_root(),
    }
}

/// The right edge of a tree: its size and the roots of the complete subtrees that it falls into, from left
/// to right. All that is needed to append and to know the root.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "FrontierParts")]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

#[derive(Deserialize)]
struct FrontierParts {
    size: u64,
    hashes: Vec<Hash>,
}

/// Why parts are no right edge of a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// No log grows so large.
    #[error("a tree of {0} leaves is beyond the limit of 2^63 − 1")]
    Size(u64),
    /// One hash is needed for every set bit of the size.
    #[error("the right edge of {size} leaves has {expected} hashes, not {found}")]
    Length {
        /// The size given.
        size: u64,
        /// Hashes that it needs.
        expected: usize,
        /// Hashes that were given.
        found: usize,
    },
}

impl Frontier {
    /// The edge of the empty tree.
    pub fn new() -> Frontier {
        Frontier::default()
    }

    /// An edge from the parts that [`Frontier::size`] and [`Frontier::hashes`] give.
    pub fn from_parts(size: u64, hashes: Vec<Hash>) -> Result<Frontier, FrontierError> {
        // Leaves 2^63 appends before the size could overflow.
        if size > i64::MAX as u64 {
            return Err(FrontierError::Size(size));
        }
        let expected = size.count_ones() as usize;
        if hashes.len() != expected {
            return Err(FrontierError::Length {
                size,
                expected,
                found: hashes.len(),
            });
        }
        Ok(Frontier { size, hashes })
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf_hash: Hash) {
        self.append(0, leaf_hash);
    }

    /// Appends a complete subtree of 2^`level` leaves by its root; the size must be a multiple of that.
    pub(crate) fn append(&mut self, level: u32, root: Hash) {
        let mut hash = root;
        for _ in 0..(self.size >> level).trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.hashes.push(hash);
        self.size += 1 << level;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        fold(&self.hashes)
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, largest first: one for each set bit of the size.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }
}

impl TryFrom<FrontierParts> for Frontier {
    type Error = FrontierError;

    fn try_from(parts: FrontierParts) -> Result<Frontier, FrontierError> {
        Frontier::from_parts(parts.size, parts.hashes)
    }
}

impl FromIterator<Hash> for Frontier {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaf_hashes: I) -> Frontier {
        let mut frontier = Frontier::new();
        leaf_hashes.into_iter().for_each(|hash| frontier.push(hash));
        frontier
    }
}

/// A tree with all its nodes in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    levels: Vec<Vec<Hash>>,
}

/// A node that the tree does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the tree has no complete subtree {index} of level {level}")]
pub struct MissingNode {
    /// The level asked for.
    pub level: u32,
    /// The index asked for.
    pub index: u64,
}

impl MemoryTree {
    /// A tree without leaves.
    pub fn new() -> MemoryTree {
        MemoryTree::default()
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf_hash: Hash) {
        let mut hash = leaf_hash;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let nodes = &mut self.levels[level];
            nodes.push(hash);
            match nodes.as_slice() {
                [.., left, right] if nodes.len().is_multiple_of(2) => hash = node_hash(left, right),
                _ => break,
            }
        }
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }
}

impl Nodes for MemoryTree {
    type Error = MissingNode;

    fn node(&self, level: u32, index: u64) -> Result<Hash, MissingNode> {
        let nodes = self.levels.get(level as usize);
        let position = usize::try_from(index).ok();
        nodes
            .zip(position)
            .and_then(|(nodes, position)| nodes.get(position).copied())
            .ok_or(MissingNode { level, index })
    }
}

impl FromIterator<Hash> for MemoryTree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaf_hashes: I) -> MemoryTree {
        let mut tree = MemoryTree::new();
        leaf_hashes.into_iter().for_each(|hash| tree.push(hash));
        tree
    }
}
