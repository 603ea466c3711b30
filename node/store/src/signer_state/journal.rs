//! A journal: positions appended and flushed one group after the other, the last of each log counts.
//!
//! The content of a frame is size (u64), root (32 bytes), time (u64), all big-endian, then the origin. A journal
//! that has grown long is written anew with what counts, and takes the place of the old one by a rename.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use liaison_federation::store::{StoreError, Witnessed};
use liaison_protocol::{Hash, Position};

use crate::damage::Damage;
use crate::disk::{At, Disk, FlushPoint, replace};
use crate::frames::{Frames, Group};
use crate::store::Access;

pub(super) struct Journal {
    disk: Arc<dyn Disk>,
    file: Frames,
    /// The flush of an appended group.
    point: FlushPoint,
    compact_above: u64,
    /// Why nothing is appended any more: a write failed half-way.
    stopped: Option<String>,
}

impl Journal {
    /// Opens a journal; its records in order.
    pub(super) fn open(
        disk: Arc<dyn Disk>,
        path: PathBuf,
        point: FlushPoint,
        access: Access,
        compact_above: u64,
    ) -> Result<(Journal, Vec<Witnessed>), StoreError> {
        let opened = match access {
            Access::Write => {
                Frames::recover(&*disk, path, FlushPoint::OpenedJournal, |_| true, &mut Vec::new())?
            }
            Access::Read => Frames::scan(&*disk, path)?,
        };
        if let Some(damage) = opened.damage.into_iter().next() {
            return Err(damage.into());
        }
        let mut records = Vec::new();
        for frame in &opened.frames {
            let content = opened.file.read(&*disk, frame)?;
            let record = decode(&content);
            let damage = || Damage::new(opened.file.path(), frame.offset, "the record names no position");
            records.push(record.ok_or_else(damage)?);
        }
        let journal = Journal {
            file: opened.file,
            point,
            compact_above,
            stopped: None,
            disk,
        };
        Ok((journal, records))
    }

    /// Appends records; they are on stable storage when this returns.
    pub(super) fn append(&mut self, records: &[Witnessed]) -> Result<(), StoreError> {
        if let Some(what) = &self.stopped {
            return Err(StoreError::Stopped {
                path: self.file.path().display().to_string(),
                what: what.clone(),
            });
        }
        let mut group = self.file.group();
        for record in records {
            push(&mut group, &record.position, record.time)?;
        }
        let written = self.write(&group);
        self.keep(written)?;
        self.file.settle(group);
        Ok(())
    }

    /// Writes the journal anew with the records that count, if it has grown long.
    pub(super) fn compact<'a>(
        &mut self,
        live: impl Iterator<Item = (&'a Position, u64)>,
    ) -> Result<(), StoreError> {
        if self.file.length() <= self.compact_above {
            return Ok(());
        }
        let mut fresh = Frames::new(self.file.path().to_path_buf());
        let mut group = fresh.group();
        for (position, time) in live {
            push(&mut group, position, time)?;
        }
        let written = self.rewrite(&group);
        self.keep(written)?;
        fresh.settle(group);
        // What counts may itself be long: it has to double before the next time.
        self.compact_above = self.compact_above.max(2 * fresh.length());
        self.file = fresh;
        Ok(())
    }

    fn write(&self, group: &Group) -> Result<(), StoreError> {
        self.file.write(&*self.disk, group)?;
        self.file.flush(&*self.disk, self.point)?;
        if self.file.exists() {
            return Ok(());
        }
        let folder = self.folder();
        self.disk.sync_folder(folder, FlushPoint::JournalName).at(folder)
    }

    fn rewrite(&self, group: &Group) -> Result<(), StoreError> {
        let point = Some(FlushPoint::CompactedJournal);
        replace(&*self.disk, self.file.path(), group.bytes(), point)?;
        let folder = self.folder();
        self.disk
            .sync_folder(folder, FlushPoint::CompactedName)
            .at(folder)
    }

    fn folder(&self) -> &Path {
        self.file.path().parent().unwrap_or(Path::new(""))
    }

    fn keep(&mut self, written: Result<(), StoreError>) -> Result<(), StoreError> {
        if let Err(error) = &written {
            self.stopped = Some(error.to_string());
        }
        written
    }
}

fn push(group: &mut Group, position: &Position, time: u64) -> Result<(), StoreError> {
    let size = position.size.to_be_bytes();
    let origin = position.origin.as_str().as_bytes();
    let parts: [&[u8]; 4] = [&size, position.root.as_bytes(), &time.to_be_bytes(), origin];
    group.push(position.size, 0, &parts)
}

fn decode(content: &[u8]) -> Option<Witnessed> {
    let (size, rest) = content.split_first_chunk()?;
    let (root, rest) = rest.split_first_chunk()?;
    let (time, origin) = rest.split_first_chunk()?;
    let origin = std::str::from_utf8(origin).ok()?.parse().ok()?;
    Some(Witnessed {
        position: Position {
            origin,
            size: u64::from_be_bytes(*size),
            root: Hash(*root),
        },
        time: u64::from_be_bytes(*time),
    })
}
