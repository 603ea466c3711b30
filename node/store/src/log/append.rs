//! How a log grows by one group of writes: planned whole in memory, then written file by file.

use std::path::Path;

use liaison_federation::store::StoreError;
use liaison_protocol::tlog::bundle::MAX_LEAF_BYTES;
use liaison_protocol::{Hash, Origin};

use super::edges::{Edges, NewHashes, stored};
use super::{Log, WIDTH, checkpoint, hash_file};
use crate::disk::{At, FlushPoint, replace};
use crate::frames::Group;

/// What a group adds to one log. Nothing is written before all of the group is planned.
pub(crate) struct Growth {
    edges: Edges,
    entries: Vec<u8>,
    /// Where the added bundles begin.
    bundles: Vec<u64>,
    hashes: NewHashes,
    redacted: bool,
    checkpoint: Option<(u64, Vec<u8>)>,
    payloads: Group,
    heads: Group,
}

impl Growth {
    /// Begins with nothing to add.
    pub(crate) fn new(log: &Log) -> Growth {
        Growth {
            edges: log.edges.clone(),
            entries: Vec::new(),
            bundles: Vec::new(),
            hashes: NewHashes::new(),
            redacted: false,
            checkpoint: None,
            payloads: log.payloads.group(),
            heads: log.heads.group(),
        }
    }

    /// Plans entries with their leaf hashes.
    pub(crate) fn append(
        &mut self,
        log: &Log,
        start: u64,
        entries: &[Vec<u8>],
        hashes: &[Hash],
    ) -> Result<(), StoreError> {
        let size = self.edges.size();
        if start != size {
            let origin = log.origin.clone();
            return Err(StoreError::NotContiguous { origin, start, size });
        }
        if entries.len() != hashes.len() {
            let what = format!(
                "{}: {} entries came with {} hashes",
                log.origin,
                entries.len(),
                hashes.len()
            );
            return Err(StoreError::Refused { what });
        }
        let end = log.end.clone()?;
        let bytes: usize = entries.iter().map(|entry| 2 + entry.len()).sum();
        self.entries.reserve(bytes);
        for (entry, hash) in entries.iter().zip(hashes) {
            if entry.len() > MAX_LEAF_BYTES {
                let what = format!(
                    "{}: an entry of {} bytes is over the limit",
                    log.origin,
                    entry.len()
                );
                return Err(StoreError::Refused { what });
            }
            if self.edges.size().is_multiple_of(WIDTH) {
                self.bundles.push(end + self.entries.len() as u64);
            }
            self.entries
                .extend_from_slice(&(entry.len() as u16).to_be_bytes());
            self.entries.extend_from_slice(entry);
            self.edges.push(*hash, &mut self.hashes);
            self.redacted |= entry.is_empty();
        }
        Ok(())
    }

    /// Plans the checkpoint of the log as it is then.
    pub(crate) fn checkpoint(&mut self, origin: &Origin, note: &[u8]) -> Result<(), StoreError> {
        let refused = |what: String| StoreError::Refused { what };
        let position = checkpoint::position_of(note).map_err(|what| refused(format!("{origin}: {what}")))?;
        if position.origin != *origin {
            return Err(refused(format!(
                "{origin}: the checkpoint is of {}",
                position.origin
            )));
        }
        let (size, root) = (self.edges.size(), self.edges.root());
        if position.size != size || position.root != root {
            let what = format!(
                "{origin}: the checkpoint says {} entries with root {}, the log has {size} with root {root}",
                position.size, position.root
            );
            return Err(refused(what));
        }
        self.checkpoint = Some((size, note.to_vec()));
        Ok(())
    }

    /// Plans a quorum head.
    pub(crate) fn quorum_head(&mut self, log: &Log, size: u64, note: &[u8]) -> Result<(), StoreError> {
        let origin = &log.origin;
        let matches = checkpoint::position_of(note).is_ok_and(|p| p.origin == *origin && p.size == size);
        if !matches {
            let what = format!("{origin}: the quorum head is not a checkpoint of {size} entries of this log");
            return Err(StoreError::Refused { what });
        }
        let held = log.head_frames.get(&size);
        let held = held.and_then(|frame| log.heads.read(&*log.disk, frame).ok());
        if held.as_deref() != Some(note) {
            self.heads.push(size, 0, &[note])?;
        }
        Ok(())
    }

    /// Plans a payload.
    pub(crate) fn payload(
        &mut self,
        log: &Log,
        index: u64,
        change: u32,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        // One that does not read any more is written again.
        let held = log.payload(index, change).unwrap_or_default();
        if held.as_deref() != Some(bytes) {
            self.payloads.push(index, change, &[bytes])?;
        }
        Ok(())
    }

    /// Checks what only holds for the group as a whole.
    pub(crate) fn check(&self, log: &Log) -> Result<(), StoreError> {
        let size = self.edges.size();
        if let Some(frame) = self.payloads.frames().iter().find(|frame| frame.index >= size) {
            let what = format!("{}: a payload of entry {} of {size}", log.origin, frame.index);
            return Err(StoreError::Refused { what });
        }
        // Opening takes a quorum head for a proof that there was a checkpoint.
        if !self.heads.is_empty() && log.checkpoint.is_none() && self.checkpoint.is_none() {
            let what = format!("{}: a quorum head of a log without a checkpoint", log.origin);
            return Err(StoreError::Refused { what });
        }
        Ok(())
    }
}

impl Log {
    /// Creates the log's folder. What an uncommitted beginning had left there was emptied when the store opened.
    pub(crate) fn create(&self) -> Result<(), StoreError> {
        let disk = &*self.disk;
        let authority = self.folder.parent().unwrap_or(Path::new(""));
        let logs = authority.parent().unwrap_or(Path::new(""));
        if disk.create_folder(authority).at(authority)? {
            disk.sync_folder(logs, FlushPoint::AuthorityName).at(logs)?;
        }
        if disk.create_folder(&self.folder).at(&self.folder)? {
            disk.sync_folder(authority, FlushPoint::EpochName).at(authority)?;
        }
        Ok(())
    }

    /// Writes entries, hashes and payloads, without a flush.
    pub(crate) fn write_data(&self, growth: &Growth) -> Result<(), StoreError> {
        let disk = &*self.disk;
        if !growth.entries.is_empty() {
            let entries = self.path("entries");
            let end = self.end.clone()?;
            disk.write_at(&entries, end, &growth.entries).at(&entries)?;
        }
        for (level, bytes) in (0..).zip(&growth.hashes) {
            let path = hash_file(&self.folder, level);
            let before = stored(self.size(), level) * 32;
            disk.write_at(&path, before, bytes).at(&path)?;
        }
        if !growth.payloads.is_empty() {
            self.payloads.write(disk, &growth.payloads)?;
        }
        Ok(())
    }

    /// Flushes what [`Log::write_data`] wrote, each file once.
    pub(crate) fn flush_data(&self, growth: &Growth) -> Result<(), StoreError> {
        let disk = &*self.disk;
        if !growth.entries.is_empty() {
            let entries = self.path("entries");
            disk.sync_data(&entries, FlushPoint::Entries).at(&entries)?;
        }
        if growth.redacted {
            let hashes = hash_file(&self.folder, 0);
            disk.sync_data(&hashes, FlushPoint::RedactedHashes).at(&hashes)?;
        }
        if !growth.payloads.is_empty() {
            self.payloads.flush(disk, FlushPoint::Payloads)?;
        }
        let first_entries = self.size() == 0 && !growth.entries.is_empty();
        let first_payload = !self.payloads.exists() && !growth.payloads.is_empty();
        if first_entries || first_payload {
            disk.sync_folder(&self.folder, FlushPoint::LogFiles)
                .at(&self.folder)?;
        }
        Ok(())
    }

    /// Writes the first checkpoint, which names the log; replacing one can wait. From then on the entries count as
    /// committed; until then the signer state may name them.
    pub(crate) fn write_checkpoint(&self, growth: &Growth) -> Result<(), StoreError> {
        match &growth.checkpoint {
            Some((_, note)) if self.checkpoint.is_none() => self.replace_checkpoint(note),
            _ => Ok(()),
        }
    }

    /// Replaces the checkpoint if that has waited.
    pub(crate) fn write_waiting_checkpoint(&mut self) -> Result<(), StoreError> {
        if let Some((_, note)) = self.checkpoint.as_ref().filter(|_| self.checkpoint_waits) {
            self.replace_checkpoint(note)?;
            self.checkpoint_waits = false;
        }
        Ok(())
    }

    fn replace_checkpoint(&self, note: &[u8]) -> Result<(), StoreError> {
        let disk = &*self.disk;
        replace(
            disk,
            &self.path("checkpoint"),
            note,
            Some(FlushPoint::CheckpointFile),
        )?;
        disk.sync_folder(&self.folder, FlushPoint::CheckpointName)
            .at(&self.folder)
    }

    /// Writes quorum heads, after the first checkpoint.
    pub(crate) fn write_heads(&self, growth: &Growth) -> Result<(), StoreError> {
        if growth.heads.is_empty() {
            return Ok(());
        }
        let disk = &*self.disk;
        self.heads.write(disk, &growth.heads)?;
        self.heads.flush(disk, FlushPoint::Heads)?;
        if !self.heads.exists() {
            disk.sync_folder(&self.folder, FlushPoint::HeadsName)
                .at(&self.folder)?;
        }
        Ok(())
    }

    /// Counts what was written as committed.
    pub(crate) fn settle(&mut self, growth: Growth) {
        self.checkpoint_waits |= self.checkpoint.is_some() && growth.checkpoint.is_some();
        self.end = self.end.clone().map(|end| end + growth.entries.len() as u64);
        self.edges = growth.edges;
        self.bundles.extend(growth.bundles);
        if growth.checkpoint.is_some() {
            self.checkpoint = growth.checkpoint;
        }
        if !growth.payloads.is_empty() {
            let frames = self.payloads.settle(growth.payloads);
            let frames = frames
                .into_iter()
                .map(|frame| ((frame.index, frame.change), frame));
            self.payload_frames.extend(frames);
        }
        if !growth.heads.is_empty() {
            let frames = self.heads.settle(growth.heads);
            self.head_frames
                .extend(frames.into_iter().map(|frame| (frame.index, frame)));
        }
    }
}
