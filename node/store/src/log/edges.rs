//! The right edge of a log's tree: at each level of tiles the hashes of the tile that is not full yet.

use liaison_protocol::Hash;
use liaison_protocol::tlog::{Frontier, empty_root, node_hash};

use super::WIDTH;

/// The unfinished tile of every level, from level 0 on.
#[derive(Debug, Clone, Default)]
pub(super) struct Edges {
    size: u64,
    levels: Vec<Edge>,
}

#[derive(Debug, Clone, Default)]
struct Edge {
    hashes: Vec<Hash>,
    /// The right edge of the subtree over the hashes.
    frontier: Frontier,
}

/// Hashes to append to the files of each level, as bytes.
pub(super) type NewHashes = Vec<Vec<u8>>;

impl Edges {
    /// The edge of a tree of `size` leaves from its stored hashes: `read(level, first, count)` gives `count`
    /// hashes of a level from hash `first` on, or none if it does not have them all.
    pub(super) fn load<E>(
        size: u64,
        mut read: impl FnMut(u8, u64, usize) -> Result<Option<Vec<Hash>>, E>,
    ) -> Result<Option<Edges>, E> {
        let mut levels = Vec::new();
        for level in 0..levels_of(size) {
            let count = stored(size, level);
            let Some(hashes) = read(level, count - count % WIDTH, (count % WIDTH) as usize)? else {
                return Ok(None);
            };
            let frontier = hashes.iter().copied().collect();
            levels.push(Edge { hashes, frontier });
        }
        Ok(Some(Edges { size, levels }))
    }

    /// Number of leaves.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf; what is to be appended to each level's file goes to `new`.
    pub(super) fn push(&mut self, leaf: Hash, new: &mut NewHashes) {
        self.size += 1;
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Edge::default());
            }
            if new.len() == level {
                new.push(Vec::new());
            }
            new[level].extend_from_slice(hash.as_bytes());
            match self.levels[level].push(hash) {
                Some(root) => hash = root,
                None => break,
            }
        }
    }

    /// The root of the tree.
    pub(super) fn root(&self) -> Hash {
        let from_the_right = self
            .levels
            .iter()
            .flat_map(|edge| edge.frontier.hashes().iter().rev());
        let root = from_the_right
            .copied()
            .reduce(|right, left| node_hash(&left, &right));
        root.unwrap_or_else(empty_root)
    }

    /// The hashes of a tile if it is the unfinished one of its level.
    pub(super) fn tile(&self, level: u8, index: u64) -> Option<&[Hash]> {
        let edge = self.levels.get(usize::from(level))?;
        let current = stored(self.size, level) / WIDTH == index && !edge.hashes.is_empty();
        current.then_some(&edge.hashes)
    }
}

impl Edge {
    // Adds a hash; the root of the tile if that made it full, which empties the edge.
    fn push(&mut self, hash: Hash) -> Option<Hash> {
        self.hashes.push(hash);
        self.frontier.push(hash);
        if (self.hashes.len() as u64) < WIDTH {
            return None;
        }
        self.hashes.clear();
        Some(std::mem::take(&mut self.frontier).root())
    }
}

/// How many hashes a tree of `size` leaves has at a level of tiles.
pub(super) fn stored(size: u64, level: u8) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}

/// How many levels of tiles a tree of `size` leaves has.
pub(super) fn levels_of(size: u64) -> u8 {
    (0..=8).find(|level| stored(size, *level) == 0).unwrap_or(8)
}
