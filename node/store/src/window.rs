//! Reads a file forward in large pieces, for scans that look at a few bytes at a time.

use std::path::Path;

use liaison_federation::store::StoreError;

use crate::disk::{At, Disk};

/// A view of a file as long as it was when the view was opened.
pub(crate) struct Window<'a> {
    disk: &'a dyn Disk,
    path: &'a Path,
    length: u64,
    size: usize,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    /// Opens a view that reads `size` bytes at a time; a missing file is an empty one.
    pub(crate) fn open(disk: &'a dyn Disk, path: &'a Path, size: usize) -> Result<Window<'a>, StoreError> {
        Ok(Window {
            disk,
            path,
            length: disk.length(path).at(path)?.unwrap_or(0),
            size,
            start: 0,
            bytes: Vec::new(),
        })
    }

    /// The length of the file.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The `wanted` bytes at `offset`; none if the file ends before them.
    pub(crate) fn get(&mut self, offset: u64, wanted: usize) -> Result<Option<&[u8]>, StoreError> {
        let Some(end) = offset
            .checked_add(wanted as u64)
            .filter(|end| *end <= self.length)
        else {
            return Ok(None);
        };
        let held = self.start..=self.start + self.bytes.len() as u64;
        if !held.contains(&offset) || !held.contains(&end) {
            let left = usize::try_from(self.length - offset).unwrap_or(usize::MAX);
            self.bytes.resize(self.size.max(wanted).min(left), 0);
            let read = self
                .disk
                .read_at(self.path, offset, &mut self.bytes)
                .at(self.path)?;
            self.bytes.truncate(read);
            self.start = offset;
        }
        let from = (offset - self.start) as usize;
        Ok(self.bytes.get(from..from + wanted))
    }
}
