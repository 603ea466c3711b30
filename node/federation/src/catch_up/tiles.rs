//! Hash tiles of somebody else's tree, checked from the top down against its root.
//!
//! The tiles on the right edge of the tree, one a level, lead to the root together. Below them
//! every tile is full, and its own root stands in the tile above it. So each tile is known to be
//! right when it comes, and a wrong one names the peer that sent it.

use std::collections::BTreeMap;

use liaison_protocol::Hash;
use liaison_protocol::tlog::tile::{MAX_TILE_LEVEL, TILE_HEIGHT, node_in_tile, tile_of_node, tile_roots};
use liaison_protocol::tlog::{Frontier, Nodes, TilePath};

/// Hashes that do not lead to what stands above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong;

/// The verified part of a tree.
#[derive(Debug)]
pub(crate) struct TileTree {
    size: u64,
    root: Hash,
    tiles: BTreeMap<(u8, u64), Vec<Hash>>,
    has_edge: bool,
}

impl TileTree {
    /// A tree of which only size and root are known.
    pub(crate) fn new(size: u64, root: Hash) -> TileTree {
        TileTree {
            size,
            root,
            tiles: BTreeMap::new(),
            has_edge: false,
        }
    }

    /// The tiles on the right edge, the highest level first.
    pub(crate) fn edge(&self) -> Vec<TilePath> {
        let levels = (0..=MAX_TILE_LEVEL).rev();
        levels.filter_map(|level| edge_tile(level, self.size)).collect()
    }

    /// Whether the right edge is verified, so that tiles below it can be.
    pub(crate) fn has_edge(&self) -> bool {
        self.has_edge
    }

    /// Takes in the tiles of [`TileTree::edge`], in that order, if they lead to the root.
    pub(crate) fn take_edge(&mut self, tiles: Vec<(TilePath, Vec<Hash>)>) -> Result<(), Wrong> {
        let mut roots = Vec::new();
        for (path, hashes) in &tiles {
            if hashes.len() != usize::from(path.width()) {
                return Err(Wrong);
            }
            roots.extend(tile_roots(hashes).map_err(|_| Wrong)?);
        }
        let frontier = Frontier::from_parts(self.size, roots).map_err(|_| Wrong)?;
        if frontier.root() != self.root {
            return Err(Wrong);
        }
        for (path, hashes) in tiles {
            self.tiles.insert((path.level(), path.index()), hashes);
        }
        self.has_edge = true;
        Ok(())
    }

    /// Takes in a full tile whose parent is here, if it leads to it.
    pub(crate) fn take(&mut self, path: TilePath, hashes: Vec<Hash>) -> Result<(), Wrong> {
        let above = self.tiles.get(&parent(path.level(), path.index())).ok_or(Wrong)?;
        let above = above.get((path.index() & 0xff) as usize).ok_or(Wrong)?;
        let full = path.width() == 256 && hashes.len() == 256;
        if !full || tile_roots(&hashes).ok().as_deref() != Some(&[*above]) {
            return Err(Wrong);
        }
        self.tiles.insert((path.level(), path.index()), hashes);
        Ok(())
    }

    /// The highest tile that is missing on the way down to the leaf tile `index`; none when that
    /// one is here. The right edge must be verified.
    pub(crate) fn missing(&self, index: u64) -> Option<TilePath> {
        let (mut level, mut at) = (0, index);
        let mut missing = None;
        while level <= MAX_TILE_LEVEL && !self.tiles.contains_key(&(level, at)) {
            missing = TilePath::in_tree(level, at, self.size);
            (level, at) = parent(level, at);
        }
        missing
    }

    /// The hashes of the leaf tile `index`, when it is here.
    pub(crate) fn leaves(&self, index: u64) -> Option<&[Hash]> {
        self.tiles.get(&(0, index)).map(Vec::as_slice)
    }

    /// The root of the full leaf tile `index`, when what stands above it is here.
    pub(crate) fn root_of(&self, index: u64) -> Option<Hash> {
        let above = self.tiles.get(&parent(0, index))?;
        above.get((index & 0xff) as usize).copied()
    }

    /// Forgets a leaf tile that is not on the right edge and no longer needed.
    pub(crate) fn forget(&mut self, index: u64) {
        if index < self.size >> TILE_HEIGHT {
            self.tiles.remove(&(0, index));
        }
    }
}

impl Nodes for TileTree {
    type Error = Wrong;

    fn node(&self, level: u32, index: u64) -> Result<Hash, Wrong> {
        let (path, height, within) = tile_of_node(level, index, self.size).ok_or(Wrong)?;
        let hashes = self.tiles.get(&(path.level(), path.index())).ok_or(Wrong)?;
        node_in_tile(hashes, height, within).ok_or(Wrong)
    }
}

fn parent(level: u8, index: u64) -> (u8, u64) {
    (level + 1, index >> TILE_HEIGHT)
}

// The partial tile at the end of a level; none when the level ends with a full one.
fn edge_tile(level: u8, size: u64) -> Option<TilePath> {
    let hashes = size >> (TILE_HEIGHT * u32::from(level));
    let width = (hashes & 0xff) as u16;
    TilePath::new(level, hashes >> TILE_HEIGHT, width).ok()
}

#[cfg(test)]
mod tests;
