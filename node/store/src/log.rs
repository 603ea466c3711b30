//! One log: the files of its folder and what is kept of them in memory (specification, section 10).
//!
//! ```text
//! entries      every leaf after its length as a big-endian u16: C2SP entry bundles end to end; 0 = redacted
//! hash.0       the leaf hashes; tile N is bytes 8192 N to 8192 (N + 1)
//! hash.1 …     the root of each full tile of the level below, kept alike
//! payloads     frames: index = entry, change = change, content = salt and payload
//! heads        frames: index = tree size, content = signed note of a head that reached a quorum
//! checkpoint   the signed note of a committed head
//! ```
//!
//! The right edge of the tree is in memory and was checked against the committed root when the log was opened.
//! A full tile is proven by the hash above it whenever it is read, an entry by its leaf hash: what does not
//! hold is named and never given out. Hashes can be made anew from the entries, so only those of redacted
//! entries are flushed.

mod append;
mod checkpoint;
mod edges;
mod end;
mod entries;
mod heal;
mod leaves;
mod rebuild;
mod recovery;
#[cfg(test)]
mod tests;
mod thin;
mod tiles;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use liaison_federation::store::{Head, StoreError};
use liaison_protocol::{Hash, Origin};

use crate::damage::Damage;
use crate::disk::Disk;
use crate::frames::{Frame, Frames};

pub(crate) use append::Growth;
pub(crate) use recovery::{Opening, open};

use edges::Edges;
use tiles::TileCache;

/// Entries in a bundle, hashes in a tile.
const WIDTH: u64 = 256;

/// A log that can be read, and appended to unless its end is damaged.
pub(crate) struct Log {
    pub(crate) origin: Origin,
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    /// Whether tiles that were made anew may be written back.
    writable: bool,
    edges: Edges,
    /// Where each bundle begins in `entries`, as far as that could be read.
    bundles: Vec<u64>,
    /// Where the next entry goes; the damage that hides it.
    end: Result<u64, Damage>,
    /// That the signer state names another root of these entries. Nothing is signed for them, but those of another
    /// authority may be what a quorum went on with.
    contradiction: Option<Damage>,
    /// The newest checkpoint and its size.
    checkpoint: Option<(u64, Vec<u8>)>,
    /// Whether its file still has an older one.
    checkpoint_waits: bool,
    payloads: Frames,
    payload_frames: BTreeMap<(u64, u32), Frame>,
    heads: Frames,
    head_frames: BTreeMap<u64, Frame>,
    damage: Vec<Damage>,
    cache: Mutex<TileCache>,
}

impl Log {
    /// A log without entries, whose files are not there yet.
    pub(crate) fn new(disk: Arc<dyn Disk>, folder: PathBuf, origin: Origin) -> Log {
        Log {
            origin,
            disk,
            writable: true,
            edges: Edges::default(),
            bundles: Vec::new(),
            end: Ok(0),
            contradiction: None,
            checkpoint: None,
            checkpoint_waits: false,
            payloads: Frames::new(folder.join("payloads")),
            payload_frames: BTreeMap::new(),
            heads: Frames::new(folder.join("heads")),
            head_frames: BTreeMap::new(),
            damage: Vec::new(),
            cache: Mutex::default(),
            folder,
        }
    }

    /// Number of committed entries.
    pub(crate) fn size(&self) -> u64 {
        self.edges.size()
    }

    /// The committed head.
    pub(crate) fn head(&self) -> Head {
        Head {
            size: self.size(),
            root: self.edges.root(),
            checkpoint: self.checkpoint().map(<[u8]>::to_vec).unwrap_or_default(),
        }
    }

    /// The newest signed checkpoint, which may be of a smaller size than the head.
    pub(crate) fn checkpoint(&self) -> Option<&[u8]> {
        self.checkpoint.as_ref().map(|(_, note)| note.as_slice())
    }

    /// Where the checkpoint is kept.
    pub(crate) fn checkpoint_file(&self) -> PathBuf {
        self.path("checkpoint")
    }

    /// The root of the first `size` entries; none past the head.
    pub(crate) fn root_at(&self, size: u64) -> Result<Option<Hash>, StoreError> {
        if size > self.size() {
            return Ok(None);
        }
        liaison_protocol::tlog::root(size, self).map(Some)
    }

    /// A payload, if it is held.
    pub(crate) fn payload(&self, index: u64, change: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let frame = self.payload_frame(index, change);
        frame
            .map(|frame| self.payloads.read(&*self.disk, frame))
            .transpose()
    }

    /// Whether a payload is held.
    pub(crate) fn has_payload(&self, index: u64, change: u32) -> bool {
        self.payload_frame(index, change).is_some()
    }

    fn payload_frame(&self, index: u64, change: u32) -> Option<&Frame> {
        let frame = self.payload_frames.get(&(index, change));
        frame.filter(|_| index < self.size())
    }

    /// The largest quorum head of at most `size` entries.
    pub(crate) fn quorum_head_before(&self, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_head(self.head_frames.range(..=size).next_back())
    }

    /// The smallest quorum head of at least `size` entries.
    pub(crate) fn quorum_head_covering(&self, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_head(self.head_frames.range(size..).next())
    }

    /// The newest quorum head.
    pub(crate) fn newest_quorum_head(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_head(self.head_frames.last_key_value())
    }

    fn read_head(&self, found: Option<(&u64, &Frame)>) -> Result<Option<Vec<u8>>, StoreError> {
        found
            .map(|(_, frame)| self.heads.read(&*self.disk, frame))
            .transpose()
    }

    /// The damage that is known without reading everything.
    pub(crate) fn known_damage(&self) -> impl Iterator<Item = &Damage> {
        let end = self.end.as_ref().err();
        self.damage.iter().chain(end).chain(&self.contradiction)
    }

    /// Whether damage hides where the next entry goes.
    pub(crate) fn hides_its_end(&self) -> bool {
        self.end.is_err()
    }

    /// Reads everything; the damage that there is, of entries the first in each bundle.
    pub(crate) fn check(&self) -> Result<Vec<StoreError>, StoreError> {
        let mut damage: Vec<StoreError> = self.damage.iter().cloned().map(StoreError::from).collect();
        let mut next = 0;
        while let Some((index, error)) = self.first_damaged(next)? {
            damage.push(error);
            next = index - index % WIDTH + WIDTH;
        }
        let payloads = self
            .payload_frames
            .values()
            .map(|frame| self.payloads.read(&*self.disk, frame));
        let heads = self
            .head_frames
            .values()
            .map(|frame| self.heads.read(&*self.disk, frame));
        for read in payloads.chain(heads) {
            match read {
                Err(error @ StoreError::Damaged { .. }) => damage.push(error),
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        Ok(damage)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The file with the hashes of a level of tiles.
fn hash_file(folder: &Path, level: u8) -> PathBuf {
    folder.join(format!("hash.{level}"))
}
