//! Thins old quorum heads: of those before a time the first of every minute is kept, and the newest of all.

use liaison_federation::store::StoreError;

use super::Log;
use crate::disk::{At, FlushPoint, replace};
use crate::frames::Frames;

const MINUTE: u64 = 60;

impl Log {
    /// Writes the file of quorum heads anew without those that are not kept. `time` reads the time of a head, Unix
    /// time in seconds; one without is kept. A file with damage is left as it is.
    pub(crate) fn thin_heads(
        &mut self,
        before: u64,
        time: &dyn Fn(&[u8]) -> Option<u64>,
    ) -> Result<(), StoreError> {
        // What does not read may be a head of which nothing is known; written anew, the file would say that it is whole.
        if self.damage.iter().any(|damage| damage.path == self.heads.path()) {
            return Ok(());
        }
        let disk = &*self.disk;
        let newest = self.head_frames.last_key_value().map(|(size, _)| *size);
        let mut thinned = Frames::new(self.heads.path().to_path_buf());
        let mut kept = thinned.group();
        let mut minute_before = None;
        for (size, frame) in &self.head_frames {
            let note = match self.heads.read(disk, frame) {
                Ok(note) => note,
                Err(StoreError::Damaged { .. }) => return Ok(()),
                Err(error) => return Err(error),
            };
            let old = time(&note).filter(|time| *time < before && Some(*size) != newest);
            let minute = old.map(|time| time / MINUTE);
            if minute.is_none() || minute != minute_before {
                kept.push(*size, 0, &[&note])?;
            }
            minute_before = minute;
        }
        if kept.frames().len() == self.head_frames.len() {
            return Ok(());
        }
        replace(disk, thinned.path(), kept.bytes(), Some(FlushPoint::ThinnedHeads))?;
        disk.sync_folder(&self.folder, FlushPoint::ThinnedHeadsName)
            .at(&self.folder)?;
        let frames = thinned.settle(kept);
        self.heads = thinned;
        self.head_frames = frames.into_iter().map(|frame| (frame.index, frame)).collect();
        Ok(())
    }
}
