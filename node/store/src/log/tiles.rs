//! Reads hashes, each tile proven by the hash above it, up to the edge that was checked against the root.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::{Arc, PoisonError};

use liaison_federation::store::StoreError;
use liaison_protocol::Hash;
use liaison_protocol::tlog::tile::{decode_tile, node_in_tile, tile_of_node};
use liaison_protocol::tlog::{Frontier, Nodes, leaf_hash};

use super::edges::stored;
use super::leaves::Leaves;
use super::{Log, WIDTH, hash_file};
use crate::damage::Damage;
use crate::disk::At;

/// Bytes of a hash, and of a full tile.
const HASH: u64 = 32;
const TILE: u64 = HASH * WIDTH;
/// Proven tiles that each log keeps in memory.
const CACHED: usize = 8;

/// Proven tiles, the one used last at the back.
#[derive(Debug, Default)]
pub(super) struct TileCache(VecDeque<Proven>);

/// A proven tile by level and index.
type Proven = ((u8, u64), Arc<[Hash]>);

/// The proven hashes of a tile.
pub(super) enum Tile<'a> {
    Edge(&'a [Hash]),
    Full(Arc<[Hash]>),
}

impl Deref for Tile<'_> {
    type Target = [Hash];

    fn deref(&self) -> &[Hash] {
        match self {
            Tile::Edge(hashes) => hashes,
            Tile::Full(hashes) => hashes,
        }
    }
}

impl Log {
    /// The hash of the complete subtree of 2^`level` leaves number `index`; none past the head.
    pub(crate) fn node_hash(&self, level: u32, index: u64) -> Result<Option<Hash>, StoreError> {
        let Some((path, height, within)) = tile_of_node(level, index, self.size()) else {
            return Ok(None);
        };
        let tile = self.tile(path.level(), path.index())?;
        Ok(node_in_tile(&tile, height, within))
    }

    /// The first `width` hashes of a tile; none if the tree does not have them.
    pub(crate) fn tile_hashes(
        &self,
        level: u8,
        index: u64,
        width: u16,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        let count = stored(self.size(), level);
        let first = index.checked_mul(WIDTH);
        let held = first.is_some_and(|first| first.saturating_add(u64::from(width)) <= count);
        if !held || width == 0 || u64::from(width) > WIDTH {
            return Ok(None);
        }
        let tile = self.tile(level, index)?;
        Ok(tile.get(..usize::from(width)).map(<[Hash]>::to_vec))
    }

    /// A tile, which must lie below the head.
    pub(super) fn tile(&self, level: u8, index: u64) -> Result<Tile<'_>, StoreError> {
        if let Some(hashes) = self.edges.tile(level, index) {
            return Ok(Tile::Edge(hashes));
        }
        if let Some(hashes) = self.cached(level, index) {
            return Ok(Tile::Full(hashes));
        }
        let above = self.tile(level + 1, index / WIDTH)?;
        let root = above.get((index % WIDTH) as usize).copied();
        let read = self.read_tile(level, index)?;
        let proven = read.filter(|hashes| root_of(hashes) == root);
        let hashes: Arc<[Hash]> = match proven {
            Some(hashes) => hashes.into(),
            None => self.restore_tile(level, index, root)?.into(),
        };
        self.cache(level, index, &hashes);
        Ok(Tile::Full(hashes))
    }

    // The tile as the file has it; none if the file is too short.
    fn read_tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        let path = hash_file(&self.folder, level);
        if self.disk.length(&path).at(&path)?.unwrap_or(0) < (index + 1) * TILE {
            return Ok(None);
        }
        let mut bytes = vec![0; TILE as usize];
        let read = self.disk.read_at(&path, index * TILE, &mut bytes).at(&path)?;
        Ok(decode_tile(&bytes[..read]).ok())
    }

    // Makes a tile anew from the entries below it, and writes it back.
    fn restore_tile(&self, level: u8, index: u64, root: Option<Hash>) -> Result<Vec<Hash>, StoreError> {
        let path = hash_file(&self.folder, level);
        let hashes = self.compute_tile(level, index)?;
        let Some(hashes) = hashes.filter(|hashes| root_of(hashes) == root) else {
            let what = format!("tile {index} does not lead to the root, and nor do its entries");
            return Err(Damage::new(&path, index * TILE, what).into());
        };
        if self.writable {
            tracing::warn!(path = %path.display(), tile = index, "made a damaged tile anew from its entries");
            let bytes = hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
            self.disk.write_at(&path, index * TILE, &bytes).at(&path)?;
        }
        Ok(hashes)
    }

    fn compute_tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        if level == 0 {
            return self.leaf_hashes_of_bundle(index);
        }
        let mut hashes = Vec::new();
        for below in index * WIDTH..(index + 1) * WIDTH {
            let tile = self.compute_tile(level - 1, below)?;
            match tile.and_then(|tile| root_of(&tile)) {
                Some(root) => hashes.push(root),
                None => return Ok(None),
            }
        }
        Ok(Some(hashes))
    }

    // The leaf hashes of a full bundle from its entries, those of redacted ones from the file of hashes.
    fn leaf_hashes_of_bundle(&self, bundle: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        let Some(start) = self.bundles.get(bundle as usize) else {
            return Ok(None);
        };
        let kept = self.read_tile(0, bundle)?;
        let path = self.path("entries");
        let mut leaves = Leaves::open(&*self.disk, &path, *start, 64 * 1024)?;
        let mut hashes = Vec::new();
        for within in 0..WIDTH as usize {
            let hash = match leaves.next()? {
                Some([]) => kept.as_ref().map(|kept| kept[within]),
                Some(leaf) => Some(leaf_hash(leaf)),
                None => None,
            };
            match hash {
                Some(hash) => hashes.push(hash),
                None => return Ok(None),
            }
        }
        Ok(Some(hashes))
    }

    fn cached(&self, level: u8, index: u64) -> Option<Arc<[Hash]>> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let at = cache.0.iter().position(|(key, _)| *key == (level, index))?;
        let found = cache.0.remove(at)?;
        let hashes = Arc::clone(&found.1);
        cache.0.push_back(found);
        Some(hashes)
    }

    fn cache(&self, level: u8, index: u64, hashes: &Arc<[Hash]>) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.0.len() == CACHED {
            cache.0.pop_front();
        }
        cache.0.push_back(((level, index), Arc::clone(hashes)));
    }
}

impl Nodes for Log {
    type Error = StoreError;

    fn node(&self, level: u32, index: u64) -> Result<Hash, StoreError> {
        self.node_hash(level, index)?.ok_or_else(|| StoreError::Refused {
            what: format!("{} has no node {index} at level {level}", self.origin),
        })
    }
}

// The root of a full tile.
fn root_of(hashes: &[Hash]) -> Option<Hash> {
    let full = hashes.len() as u64 == WIDTH;
    full.then(|| hashes.iter().copied().collect::<Frontier>().root())
}
