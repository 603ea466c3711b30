//! Reads entries, each proven by its leaf hash.

use liaison_federation::store::StoreError;
use liaison_protocol::tlog::leaf_hash;

use super::leaves::Leaves;
use super::tiles::Tile;
use super::{Log, WIDTH};
use crate::damage::Damage;

const WINDOW: usize = 64 * 1024;

impl Log {
    /// Entries from `start` on, as [`liaison_federation::store::LogStore::entries`] gives them. The entries
    /// before a damaged one are given; asked for first, it is the error.
    pub(crate) fn entries(
        &self,
        start: u64,
        count: u64,
        max_bytes: usize,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let end = self.size().min(start.saturating_add(count));
        let mut entries: Vec<Vec<u8>> = Vec::new();
        if start >= end {
            return Ok(entries);
        }
        let path = self.path("entries");
        let mut reader = self.reader_at(&path, start)?;
        let mut bytes = 0;
        for index in start..end {
            match reader.next(index) {
                Ok(entry) if entries.is_empty() || bytes + entry.len() <= max_bytes => {
                    bytes += entry.len();
                    entries.push(entry);
                }
                Ok(_) => break,
                Err(error) if entries.is_empty() => return Err(error),
                Err(_) => break,
            }
        }
        Ok(entries)
    }

    /// The first entry from `start` on that cannot be read, and why.
    pub(super) fn first_damaged(&self, start: u64) -> Result<Option<(u64, StoreError)>, StoreError> {
        let mut next = start;
        while next < self.size() {
            match self.entries(next, WIDTH, usize::MAX) {
                Ok(entries) => next += entries.len() as u64,
                Err(error @ StoreError::Damaged { .. }) => return Ok(Some((next, error))),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn reader_at<'a>(&'a self, path: &'a std::path::Path, start: u64) -> Result<Reader<'a>, StoreError> {
        let bundle = start / WIDTH;
        let Some(offset) = self.bundles.get(bundle as usize) else {
            let end = self.bundles.last().copied().unwrap_or(0);
            let what = format!("entry {start} cannot be found for damage before it");
            return Err(Damage::new(path, end, what).into());
        };
        let mut leaves = Leaves::open(&*self.disk, path, *offset, WINDOW)?;
        for index in bundle * WIDTH..start {
            if !leaves.skip()? {
                return Err(Damage::new(path, leaves.offset(), unreadable(index)).into());
            }
        }
        Ok(Reader {
            log: self,
            path,
            leaves,
            tile: None,
            confirmed: 0,
        })
    }
}

struct Reader<'a> {
    log: &'a Log,
    path: &'a std::path::Path,
    leaves: Leaves<'a>,
    tile: Option<(u64, Tile<'a>)>,
    /// Redacted entries below this index are known to be redacted.
    confirmed: u64,
}

impl Reader<'_> {
    // Entry `index`, where the leaves stand.
    fn next(&mut self, index: u64) -> Result<Vec<u8>, StoreError> {
        let offset = self.leaves.offset();
        let Some(leaf) = self.leaves.next()? else {
            return Err(Damage::new(self.path, offset, unreadable(index)).into());
        };
        let leaf = leaf.to_vec();
        if !leaf.is_empty() {
            return match self.matches(index, &leaf)? {
                true => Ok(leaf),
                false => Err(Damage::new(self.path, offset, mismatch(index)).into()),
            };
        }
        if index >= self.confirmed {
            self.confirmed = self.confirm_redacted(index, offset)?;
        }
        Ok(leaf)
    }

    // A damaged length can look like a redacted entry. It is one if what follows reads as it should: the
    // next entry that is not redacted, or the end of the log. The index of that is given.
    fn confirm_redacted(&self, index: u64, offset: u64) -> Result<u64, StoreError> {
        let mut leaves = Leaves::open(&*self.log.disk, self.path, offset + 2, WINDOW)?;
        let damaged = || Damage::new(self.path, offset, unreadable(index));
        for next in index + 1..self.log.size() {
            let Some(leaf) = leaves.next()? else {
                return Err(damaged().into());
            };
            if !leaf.is_empty() {
                let hash = leaf_hash(leaf);
                let tile = self.log.tile(0, next / WIDTH)?;
                let matches = tile.get((next % WIDTH) as usize) == Some(&hash);
                return if matches { Ok(next) } else { Err(damaged().into()) };
            }
        }
        match &self.log.end {
            Ok(_) => Ok(self.log.size()),
            Err(damage) => Err(damage.clone().into()),
        }
    }

    fn matches(&mut self, index: u64, leaf: &[u8]) -> Result<bool, StoreError> {
        let number = index / WIDTH;
        let tile = match self.tile.take() {
            Some((held, tile)) if held == number => tile,
            _ => self.log.tile(0, number)?,
        };
        let matches = tile.get((index % WIDTH) as usize) == Some(&leaf_hash(leaf));
        self.tile = Some((number, tile));
        Ok(matches)
    }
}

pub(super) fn mismatch(index: u64) -> String {
    format!("entry {index} does not match its leaf hash")
}

pub(super) fn unreadable(index: u64) -> String {
    format!("entry {index} does not stand here")
}
