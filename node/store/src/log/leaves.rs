//! Reads leaves one after the other from an `entries` file, without judging them.

use std::path::Path;

use liaison_federation::store::StoreError;
use liaison_protocol::tlog::bundle::MAX_LEAF_BYTES;

use super::WIDTH;
use crate::disk::Disk;
use crate::window::Window;

/// A reader that stands at the beginning of a leaf.
pub(super) struct Leaves<'a> {
    window: Window<'a>,
    offset: u64,
}

impl<'a> Leaves<'a> {
    /// Begins at `offset`; `window` is how many bytes are read at a time.
    pub(super) fn open(
        disk: &'a dyn Disk,
        path: &'a Path,
        offset: u64,
        window: usize,
    ) -> Result<Leaves<'a>, StoreError> {
        let window = Window::open(disk, path, window)?;
        Ok(Leaves { window, offset })
    }

    /// Where the next leaf begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The length of the file.
    pub(super) fn file_length(&self) -> u64 {
        self.window.length()
    }

    /// The next leaf, empty if it is redacted; none if no whole leaf stands here.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, StoreError> {
        let Some(length) = self.length_here()? else {
            return Ok(None);
        };
        let Some(bytes) = self.window.get(self.offset, 2 + length)? else {
            return Ok(None);
        };
        self.offset += 2 + length as u64;
        Ok(Some(&bytes[2..]))
    }

    /// Passes over the next leaf; false if no whole leaf stands here.
    pub(super) fn skip(&mut self) -> Result<bool, StoreError> {
        let Some(length) = self.length_here()? else {
            return Ok(false);
        };
        let end = self.offset + 2 + length as u64;
        if end > self.window.length() {
            return Ok(false);
        }
        self.offset = end;
        Ok(true)
    }

    fn length_here(&mut self) -> Result<Option<usize>, StoreError> {
        let bytes = self.window.get(self.offset, 2)?;
        let length = bytes.map(|bytes| usize::from(u16::from_be_bytes([bytes[0], bytes[1]])));
        Ok(length.filter(|length| *length <= MAX_LEAF_BYTES))
    }
}

/// Where the bundles of a file begin.
pub(super) struct Bundles {
    /// The offset of each bundle.
    pub(super) starts: Vec<u64>,
    /// Number of leaves found.
    pub(super) leaves: u64,
    /// Where the last one ends.
    pub(super) end: u64,
}

/// Passes over the first `size` leaves of a file, or as many as there are.
pub(super) fn find_bundles(disk: &dyn Disk, path: &Path, size: u64) -> Result<Bundles, StoreError> {
    let mut reader = Leaves::open(disk, path, 0, 1024 * 1024)?;
    let mut starts = Vec::new();
    for leaves in 0..size {
        let offset = reader.offset();
        if !reader.skip()? {
            return Ok(Bundles {
                starts,
                leaves,
                end: offset,
            });
        }
        if leaves % WIDTH == 0 {
            starts.push(offset);
        }
    }
    let end = reader.offset();
    Ok(Bundles {
        starts,
        leaves: size,
        end,
    })
}
