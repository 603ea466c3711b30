//! Charters, statements, evidence and choices between charters: objects kept by a hash, in order of arrival, in one file of frames each.
//!
//! The content of a frame is the hash (32 bytes) and the object. Index and change of the frame are the first
//! twelve bytes of the hash, so that a damaged object still says which one it was.

use std::collections::HashMap;
use std::path::PathBuf;

use liaison_federation::store::StoreError;
use liaison_protocol::Hash;

use crate::damage::{Damage, Repair};
use crate::disk::{Disk, FlushPoint};
use crate::frames::{Frame, Frames, Group};

/// One such file.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) file: Frames,
    /// In order of arrival; an object that came again with other bytes keeps its place.
    frames: Vec<Frame>,
    places: HashMap<Hash, usize>,
    damaged: Vec<(Frame, Damage)>,
    gaps: Vec<Damage>,
}

impl Shelf {
    /// Opens a shelf; with `writable` also recovers it.
    pub(crate) fn open(
        disk: &dyn Disk,
        path: PathBuf,
        writable: bool,
        repairs: &mut Vec<Repair>,
    ) -> Result<Shelf, StoreError> {
        let opened = if writable {
            Frames::recover(disk, path, FlushPoint::OpenedShelf, |_| true, repairs)?
        } else {
            Frames::scan(disk, path)?
        };
        let mut shelf = Shelf {
            file: opened.file,
            frames: Vec::new(),
            places: HashMap::new(),
            damaged: Vec::new(),
            gaps: opened.damage,
        };
        for frame in opened.frames {
            match shelf.file.read(disk, &frame) {
                Ok(content) => {
                    if let Some((hash, _)) = content.split_first_chunk::<32>() {
                        shelf.place(Hash(*hash), frame);
                    }
                }
                Err(StoreError::Damaged { offset, what, .. }) => {
                    let damage = Damage::new(shelf.file.path(), offset, what);
                    shelf.damaged.push((frame, damage));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(shelf)
    }

    /// Adds an object to a group unless it is held with the same bytes.
    pub(crate) fn plan(
        &self,
        disk: &dyn Disk,
        group: &mut Group,
        hash: &Hash,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let held = self.places.get(hash).map(|place| &self.frames[*place]);
        let held = held.and_then(|frame| self.file.read(disk, frame).ok());
        if held.is_some_and(|content| content.get(32..) == Some(bytes)) {
            return Ok(false);
        }
        let (index, change) = key(hash);
        group.push(index, change, &[hash.as_bytes(), bytes])?;
        Ok(true)
    }

    /// Counts a group as committed; `hashes` are those of its frames.
    pub(crate) fn settle(&mut self, group: Group, hashes: &[Hash]) {
        for (hash, frame) in hashes.iter().zip(self.file.settle(group)) {
            self.place(*hash, frame);
        }
    }

    /// All objects in order of arrival. A damaged one is an error until it is committed again: what a missing
    /// charter or revocation would allow is worse than standing still.
    pub(crate) fn all(&self, disk: &dyn Disk) -> Result<Vec<Vec<u8>>, StoreError> {
        if let Some(damage) = self.known_damage().next() {
            return Err(damage.clone().into());
        }
        let objects = self.frames.iter().map(|frame| {
            let content = self.file.read(disk, frame)?;
            Ok(content.get(32..).unwrap_or_default().to_vec())
        });
        objects.collect()
    }

    /// The damage that is known.
    pub(crate) fn known_damage(&self) -> impl Iterator<Item = &Damage> {
        self.gaps
            .iter()
            .chain(self.damaged.iter().map(|(_, damage)| damage))
    }

    fn place(&mut self, hash: Hash, frame: Frame) {
        self.damaged
            .retain(|(damaged, _)| (damaged.index, damaged.change) != key(&hash));
        match self.places.get(&hash) {
            Some(place) => self.frames[*place] = frame,
            None => {
                self.places.insert(hash, self.frames.len());
                self.frames.push(frame);
            }
        }
    }
}

fn key(hash: &Hash) -> (u64, u32) {
    let bytes = hash.as_bytes();
    let index = std::array::from_fn(|at| bytes[at]);
    let change = std::array::from_fn(|at| bytes[8 + at]);
    (u64::from_be_bytes(index), u32::from_be_bytes(change))
}
