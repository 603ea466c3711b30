//! Makes the hashes of a log anew from its entries: the newest ones are not on stable storage after a power cut.

use std::path::Path;

use liaison_federation::store::StoreError;
use liaison_protocol::tlog::{Frontier, leaf_hash};
use liaison_protocol::{Hash, Position};

use super::edges::{Edges, NewHashes};
use super::leaves::Leaves;
use super::recovery::Opening;
use super::{WIDTH, hash_file};
use crate::damage::Repair;
use crate::disk::{At, Disk};
use crate::window::Window;

const HASH: usize = 32;
const TILE: usize = HASH * WIDTH as usize;

/// What hashes are made from.
struct Sources<'a> {
    disk: &'a dyn Disk,
    folder: &'a Path,
    size: u64,
    /// Where each bundle of entries begins.
    starts: &'a [u64],
}

/// The edge of the tree at a position, with the files of hashes written anew; none if neither what is left of
/// them nor the entries lead to its root.
pub(super) fn rebuild(
    opening: &mut Opening<'_>,
    folder: &Path,
    position: &Position,
    starts: &[u64],
) -> Result<Option<Edges>, StoreError> {
    let disk = &**opening.disk;
    let sources = Sources {
        disk,
        folder,
        size: position.size,
        starts,
    };
    // Tiles that agree with the hash above them spare reading their entries, and stand in for damaged ones.
    for keep_tiles in [true, false] {
        let Some((edges, hashes)) = sources.edges(keep_tiles)? else {
            continue;
        };
        if edges.root() != position.root {
            continue;
        }
        for (level, bytes) in (0..).zip(&hashes).filter(|_| opening.writable) {
            let path = hash_file(folder, level);
            disk.write_at(&path, 0, bytes).at(&path)?;
            opening
                .repairs
                .push(Repair::new(&path, "made hashes anew from the entries"));
        }
        return Ok(Some(edges));
    }
    Ok(None)
}

impl Sources<'_> {
    fn edges(&self, keep_tiles: bool) -> Result<Option<(Edges, NewHashes)>, StoreError> {
        let (tiles, roots) = (hash_file(self.folder, 0), hash_file(self.folder, 1));
        let mut tiles = Window::open(self.disk, &tiles, TILE)?;
        let mut roots = Window::open(self.disk, &roots, TILE)?;
        let mut edges = Edges::default();
        let mut hashes = NewHashes::new();
        for bundle in 0..self.size.div_ceil(WIDTH) {
            let tile = tiles.get(bundle.saturating_mul(TILE as u64), TILE)?.map(decode);
            let root = roots.get(bundle.saturating_mul(HASH as u64), HASH)?.map(decode);
            let agrees = |tile: &&Vec<Hash>| root.as_ref().is_some_and(|root| root[0] == root_of(tile));
            let kept = tile.as_ref().filter(|_| keep_tiles).filter(agrees);
            let made = match kept {
                Some(tile) => Some(tile.clone()),
                None => self.hashes_of_bundle(bundle, &mut tiles)?,
            };
            let Some(made) = made else {
                return Ok(None);
            };
            made.into_iter().for_each(|hash| edges.push(hash, &mut hashes));
        }
        Ok(Some((edges, hashes)))
    }

    // The leaf hashes of a bundle; those of redacted entries are nowhere but in the file of hashes.
    fn hashes_of_bundle(&self, bundle: u64, tiles: &mut Window<'_>) -> Result<Option<Vec<Hash>>, StoreError> {
        let Some(start) = self.starts.get(bundle as usize) else {
            return Ok(None);
        };
        let path = self.folder.join("entries");
        let mut leaves = Leaves::open(self.disk, &path, *start, 256 * 1024)?;
        let mut hashes = Vec::new();
        for index in bundle * WIDTH..self.size.min((bundle + 1) * WIDTH) {
            let hash = match leaves.next()? {
                Some([]) => tiles
                    .get(index * HASH as u64, HASH)?
                    .map(|bytes| decode(bytes)[0]),
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
}

fn decode(bytes: &[u8]) -> Vec<Hash> {
    bytes
        .as_chunks::<HASH>()
        .0
        .iter()
        .map(|hash| Hash(*hash))
        .collect()
}

fn root_of(tile: &[Hash]) -> Hash {
    tile.iter().copied().collect::<Frontier>().root()
}
