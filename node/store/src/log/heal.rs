//! Puts a damaged bundle right from entries that a peer has.

use liaison_federation::store::StoreError;
use liaison_protocol::tlog::leaf_hash;

use super::leaves::{Leaves, find_bundles};
use super::{Log, WIDTH};
use crate::disk::At;

impl Log {
    /// The entries of the first damaged bundle, as (first, end).
    pub(crate) fn damaged_bundle(&self) -> Result<Option<(u64, u64)>, StoreError> {
        let damaged = self.first_damaged(0)?;
        Ok(damaged.map(|(index, _)| {
            let start = index - index % WIDTH;
            (start, self.size().min(start + WIDTH))
        }))
    }

    /// Overwrites the bundle that begins with entry `start`, the first damaged one, by the same entries from
    /// elsewhere. A leaf hash fixes every byte of an entry, so the file is then what it was.
    pub(crate) fn heal(&mut self, start: u64, entries: &[Vec<u8>]) -> Result<(), StoreError> {
        let refused = |what: &str| StoreError::Refused {
            what: format!("{}: {what}", self.origin),
        };
        let Some((first, end)) = self.damaged_bundle()? else {
            return Err(refused("no entry is damaged"));
        };
        if start != first || entries.len() as u64 != end - first {
            return Err(refused(&format!(
                "entries {first} to {end} are what needs healing"
            )));
        }
        let tile = self.tile(0, first / WIDTH)?;
        let matches =
            |(at, entry): (usize, &Vec<u8>)| entry.is_empty() || tile.get(at) == Some(&leaf_hash(entry));
        if !entries.iter().enumerate().all(matches) {
            return Err(refused("an entry does not match its leaf hash"));
        }
        drop(tile);
        let offset = self.offset_of_bundle(first / WIDTH)?;
        let mut bytes = Vec::new();
        for entry in entries {
            bytes.extend_from_slice(&(entry.len() as u16).to_be_bytes());
            bytes.extend_from_slice(entry);
        }
        // An entry that is redacted elsewhere says nothing of how long it is here.
        if entries.iter().any(Vec::is_empty) && !self.stands_at(offset + bytes.len() as u64, end)? {
            return Err(refused(
                "redacted entries do not fit here; ask a node that holds them",
            ));
        }
        let path = self.path("entries");
        self.disk.write_at(&path, offset, &bytes).at(&path)?;
        if self.end.is_ok() {
            // Where everything stands is known from before the damage, and the file is of one length with what it was.
            return Ok(());
        }
        let bundles = find_bundles(&*self.disk, &path, self.size())?;
        self.set_bundles(bundles)
    }

    fn offset_of_bundle(&self, bundle: u64) -> Result<u64, StoreError> {
        if let Some(offset) = self.bundles.get(bundle as usize) {
            return Ok(*offset);
        }
        // The file ends before this bundle: it goes where the one before ends.
        let found = find_bundles(&*self.disk, &self.path("entries"), bundle * WIDTH)?;
        Ok(found.end)
    }

    // Whether entry `index` stands at this offset, or the file ends there with the log.
    fn stands_at(&self, offset: u64, index: u64) -> Result<bool, StoreError> {
        let path = self.path("entries");
        let mut leaves = Leaves::open(&*self.disk, &path, offset, 64 * 1024)?;
        if index == self.size() {
            return Ok(leaves.file_length() == offset);
        }
        let Some(leaf) = leaves.next()? else {
            return Ok(false);
        };
        let hash = leaf_hash(leaf);
        let tile = self.tile(0, index / WIDTH)?;
        Ok(tile.get((index % WIDTH) as usize) == Some(&hash))
    }
}
