//! Finds the frames in a file, and what between them is damaged or was never committed.

use std::path::PathBuf;

use liaison_federation::store::StoreError;

use super::{CHECKED, Frame, Frames, HEADER, MAGIC, content_check, parse_header};
use crate::damage::{Damage, Repair};
use crate::disk::{At, Disk, FlushPoint};
use crate::window::Window;

const WINDOW: usize = 64 * 1024;

/// A file of frames as it was found.
pub(crate) struct Opened {
    /// The file, up to the last frame that counts.
    pub(crate) file: Frames,
    /// Its frames in order, blank ones left out.
    pub(crate) frames: Vec<Frame>,
    /// Places that do not read although they were committed.
    pub(crate) damage: Vec<Damage>,
    /// Whether bytes lie past the last frame that counts.
    tail: bool,
}

impl Frames {
    /// Finds the frames of a file, without changing it.
    pub(crate) fn scan(disk: &dyn Disk, path: PathBuf) -> Result<Opened, StoreError> {
        let exists = disk.length(&path).at(&path)?.is_some();
        let mut window = Window::open(disk, &path, WINDOW)?;
        let found = find(&mut window)?;
        let mut frames = found.frames;
        let mut length = window.length();
        for gap in &found.gaps {
            if *gap >= found.proven {
                length = length.min(*gap);
            }
        }
        // The last group counts as far as its contents read.
        for frame in &frames {
            if frame.offset >= found.proven && frame.offset < length && !intact(&mut window, frame)? {
                length = frame.offset;
            }
        }
        frames.retain(|frame| frame.offset < length && !frame.blank);
        let tail = length < window.length();
        let named = found.gaps.iter().filter(|gap| **gap < found.proven);
        let damage = named.map(|gap| Damage::new(&path, *gap, "there should be the header of a frame"));
        let damage = damage.collect();
        let file = Frames { path, length, exists };
        Ok(Opened {
            file,
            frames,
            damage,
            tail,
        })
    }

    /// Finds the frames of a file, blanks those that are not `wanted`, cuts what was never committed, and
    /// makes durable what a process that was killed may have left without a flush.
    pub(crate) fn recover(
        disk: &dyn Disk,
        path: PathBuf,
        point: FlushPoint,
        wanted: impl Fn(&Frame) -> bool,
        repairs: &mut Vec<Repair>,
    ) -> Result<Opened, StoreError> {
        let mut opened = Frames::scan(disk, path)?;
        let file = &opened.file;
        let path = file.path();
        for frame in opened.frames.iter().filter(|frame| !wanted(frame)) {
            file.blank(disk, frame)?;
            let what = format!(
                "blanked what belongs to entry {}, which was never committed",
                frame.index
            );
            repairs.push(Repair::new(path, what));
        }
        if opened.tail {
            disk.truncate(path, file.length).at(path)?;
            let what = format!("cut an unfinished write after byte {}", file.length);
            repairs.push(Repair::new(path, what));
        }
        if file.exists {
            file.flush(disk, point)?;
        }
        opened.frames.retain(wanted);
        Ok(opened)
    }
}

struct Found {
    frames: Vec<Frame>,
    /// Where something begins that is not a frame.
    gaps: Vec<u64>,
    /// Everything before this was flushed.
    proven: u64,
}

fn find(window: &mut Window<'_>) -> Result<Found, StoreError> {
    let mut found = Found {
        frames: Vec::new(),
        gaps: Vec::new(),
        proven: 0,
    };
    let mut offset = 0;
    while offset < window.length() {
        if let Some((frame, group)) = frame_at(window, offset)? {
            offset = frame.end();
            found.proven = found.proven.max(group);
            found.frames.push(frame);
        } else {
            found.gaps.push(offset);
            offset = next_frame(window, offset + 1)?;
        }
    }
    Ok(found)
}

fn frame_at(window: &mut Window<'_>, offset: u64) -> Result<Option<(Frame, u64)>, StoreError> {
    let header = window.get(offset, HEADER)?;
    let parsed = header.and_then(|header| parse_header(header, offset));
    Ok(parsed.filter(|(frame, _)| frame.end() <= window.length()))
}

// The next place from `offset` on where a frame stands, or the end of the file.
fn next_frame(window: &mut Window<'_>, mut offset: u64) -> Result<u64, StoreError> {
    while let Some(bytes) = window.get(offset, HEADER)? {
        let magic = bytes.windows(MAGIC.len()).position(|bytes| bytes == MAGIC);
        match magic {
            Some(0) if frame_at(window, offset)?.is_some() => return Ok(offset),
            Some(0) => offset += 1,
            Some(skip) => offset += skip as u64,
            None => offset += (HEADER - MAGIC.len()) as u64,
        }
    }
    Ok(window.length())
}

fn intact(window: &mut Window<'_>, frame: &Frame) -> Result<bool, StoreError> {
    let Some(bytes) = window.get(frame.offset, HEADER + frame.length as usize)? else {
        return Ok(false);
    };
    Ok(frame.blank || content_check(&bytes[..CHECKED], &bytes[HEADER..]) == bytes[32..40])
}
