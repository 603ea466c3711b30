//! Files of frames: payloads, quorum heads, charters, statements, evidence and the journals of the signer
//! state are all kept in this one form.
//!
//! A frame is appended, read by its offset, and later perhaps blanked in place:
//!
//! ```text
//! bytes  0..4    "LFRM"
//!        4..12   group: where in the file the frames begin that were flushed together with this one
//!       12..20   index   (a payload: the entry; a quorum head: the tree size; else 0)
//!       20..24   change  (a payload: the change of the update; else 0)
//!       24..28   length of the content
//!       28..32   header check: the first 4 bytes of SHA-256(offset of the frame ‖ bytes 0..28)
//!       32..40   check: the first 8 bytes of SHA-256(bytes 0..28 ‖ content); zeros in a blanked frame
//!       40..     content
//! ```
//!
//! Numbers are big-endian. A group is written only after the one before it was flushed. So a frame proves that
//! everything before its group was on stable storage: what does not read there is damage, and is named. What
//! does not read after the last such proof is the rest of a group that was never acknowledged, and is cut.

mod scan;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use liaison_federation::store::StoreError;
use liaison_protocol::Hash;

use crate::damage::Damage;
use crate::disk::{At, Disk, FlushPoint};

pub(crate) use scan::Opened;

/// Length of a frame's header in bytes.
const HEADER: usize = 40;
/// The part of the header that the checks cover.
const CHECKED: usize = 28;
const MAGIC: [u8; 4] = *b"LFRM";
/// The longest content in bytes: a payload, a charter and a note all fit.
pub(crate) const MAX_CONTENT: usize = 4 * 1024 * 1024;

/// Where a frame is and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) offset: u64,
    pub(crate) index: u64,
    pub(crate) change: u32,
    pub(crate) length: u32,
    pub(crate) blank: bool,
}

impl Frame {
    fn end(&self) -> u64 {
        self.offset + HEADER as u64 + u64::from(self.length)
    }
}

/// One file of frames, as far as it is committed.
#[derive(Debug, Clone)]
pub(crate) struct Frames {
    path: PathBuf,
    length: u64,
    exists: bool,
}

/// Frames of one group on their way into a file.
#[derive(Debug)]
pub(crate) struct Group {
    start: u64,
    bytes: Vec<u8>,
    frames: Vec<Frame>,
}

impl Frames {
    /// A file that is not there yet.
    pub(crate) fn new(path: PathBuf) -> Frames {
        Frames {
            path,
            length: 0,
            exists: false,
        }
    }

    /// Whether the file has a name in its folder.
    pub(crate) fn exists(&self) -> bool {
        self.exists
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The committed length in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Begins a group.
    pub(crate) fn group(&self) -> Group {
        Group {
            start: self.length,
            bytes: Vec::new(),
            frames: Vec::new(),
        }
    }

    /// Writes a group, without a flush.
    pub(crate) fn write(&self, disk: &dyn Disk, group: &Group) -> Result<(), StoreError> {
        disk.write_at(&self.path, group.start, &group.bytes)
            .at(&self.path)
    }

    /// Flushes what was written.
    pub(crate) fn flush(&self, disk: &dyn Disk, point: FlushPoint) -> Result<(), StoreError> {
        disk.sync_data(&self.path, point).at(&self.path)
    }

    /// Counts a group as committed; its frames.
    pub(crate) fn settle(&mut self, group: Group) -> Vec<Frame> {
        self.length = group.start + group.bytes.len() as u64;
        self.exists = true;
        group.frames
    }

    /// The content of a frame.
    pub(crate) fn read(&self, disk: &dyn Disk, frame: &Frame) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![0; HEADER + frame.length as usize];
        let read = disk
            .read_at(&self.path, frame.offset, &mut bytes)
            .at(&self.path)?;
        let intact = read == bytes.len()
            && parse_header(&bytes[..HEADER], frame.offset).is_some_and(|(header, _)| header == *frame)
            && content_check(&bytes[..CHECKED], &bytes[HEADER..]) == bytes[32..40];
        if !intact {
            let damage = Damage::new(&self.path, frame.offset, "the bytes do not match their check");
            return Err(damage.into());
        }
        bytes.drain(..HEADER);
        Ok(bytes)
    }

    /// Overwrites the content of a frame with zeros and marks it blank, without a flush.
    pub(crate) fn blank(&self, disk: &dyn Disk, frame: &Frame) -> Result<(), StoreError> {
        let zeros = vec![0; HEADER - 32 + frame.length as usize];
        disk.write_at(&self.path, frame.offset + 32, &zeros)
            .at(&self.path)
    }
}

impl Group {
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// The bytes so far.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The frames so far.
    pub(crate) fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Adds a frame whose content is `parts` end to end.
    pub(crate) fn push(&mut self, index: u64, change: u32, parts: &[&[u8]]) -> Result<(), StoreError> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > MAX_CONTENT {
            let what =
                format!("{length} bytes are more than the {MAX_CONTENT} that can be kept in one piece");
            return Err(StoreError::Refused { what });
        }
        let frame = Frame {
            offset: self.start + self.bytes.len() as u64,
            index,
            change,
            length: length as u32,
            blank: false,
        };
        let header_at = self.bytes.len();
        self.bytes.extend_from_slice(&MAGIC);
        self.bytes.extend_from_slice(&self.start.to_be_bytes());
        self.bytes.extend_from_slice(&index.to_be_bytes());
        self.bytes.extend_from_slice(&change.to_be_bytes());
        self.bytes.extend_from_slice(&frame.length.to_be_bytes());
        let header_check = header_check(&self.bytes[header_at..], frame.offset);
        self.bytes.extend_from_slice(&header_check);
        self.bytes.extend_from_slice(&[0; 8]);
        parts.iter().for_each(|part| self.bytes.extend_from_slice(part));
        let (header, content) = self.bytes[header_at..].split_at_mut(HEADER);
        let check = content_check(&header[..CHECKED], content);
        header[32..40].copy_from_slice(&check);
        self.frames.push(frame);
        Ok(())
    }
}

/// Reads a header that stands at `offset`: the frame and where its group begins; none if it is not one.
fn parse_header(bytes: &[u8], offset: u64) -> Option<(Frame, u64)> {
    let (magic, rest) = bytes.split_first_chunk::<4>()?;
    let (group, rest) = rest.split_first_chunk()?;
    let (index, rest) = rest.split_first_chunk()?;
    let (change, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (check, rest) = rest.split_first_chunk::<4>()?;
    let frame = Frame {
        offset,
        index: u64::from_be_bytes(*index),
        change: u32::from_be_bytes(*change),
        length: u32::from_be_bytes(*length),
        blank: rest == [0; 8],
    };
    let group = u64::from_be_bytes(*group);
    let valid = *magic == MAGIC
        && *check == header_check(&bytes[..CHECKED], offset)
        && frame.length as usize <= MAX_CONTENT
        && group <= offset;
    valid.then_some((frame, group))
}

// The offset is part of it, so that content which looks like a frame is never taken for one.
fn header_check(header: &[u8], offset: u64) -> [u8; 4] {
    first(&Hash::of_parts(&[&offset.to_be_bytes(), header]))
}

fn content_check(header: &[u8], content: &[u8]) -> [u8; 8] {
    match first(&Hash::of_parts(&[header, content])) {
        // Zeros say that a frame is blank.
        [0, 0, 0, 0, 0, 0, 0, 0] => [0, 0, 0, 0, 0, 0, 0, 1],
        check => check,
    }
}

fn first<const N: usize>(hash: &Hash) -> [u8; N] {
    std::array::from_fn(|at| hash.as_bytes()[at])
}
