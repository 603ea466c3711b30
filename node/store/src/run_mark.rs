//! The run mark: how a log knows that it was merely restarted (specification, section 10).
//!
//! The run folder lies in memory (tmpfs): a boot empties it, and no snapshot or backup restores it. A mark there
//! that names the very positions of the signer state therefore says that nothing happened in between, and the
//! start guard need not ask others. It is never flushed; when in doubt there is none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use liaison_federation::store::StoreError;
use liaison_protocol::{Hash, Position};

use crate::disk::{At, Disk, read_small};

const MAX_BYTES: usize = 512;

/// The mark in a run folder: origin, size and root of the own log, and a digest of what was cosigned, a line each.
pub struct RunMark {
    disk: Arc<dyn Disk>,
    path: PathBuf,
}

impl RunMark {
    /// The mark in `folder`, which is created if it is missing; its parent must exist.
    pub fn open(disk: Arc<dyn Disk>, folder: &Path) -> Result<RunMark, StoreError> {
        disk.create_folder(folder).at(folder)?;
        let path = folder.join("mark");
        Ok(RunMark { disk, path })
    }

    /// Whether the mark names this position and what was cosigned.
    pub fn names(&self, position: &Position, cosigned: &Hash) -> bool {
        let held = read_small(&*self.disk, &self.path, MAX_BYTES).ok().flatten();
        held.is_some_and(|held| held == text(position, cosigned).into_bytes())
    }

    /// Writes the mark over. To be called after the signer state has moved: a mark that lags behind or is half
    /// written does not name it, and costs a question to the others. After an error the mark is to be removed: it may
    /// name a moment of which a backup exists.
    pub fn set(&self, position: &Position, cosigned: &Hash) -> Result<(), StoreError> {
        let text = text(position, cosigned);
        self.disk.write_at(&self.path, 0, text.as_bytes()).at(&self.path)
    }

    /// Removes the mark. That there is none is no error, even in a folder that cannot be written.
    pub fn remove(&self) -> Result<(), StoreError> {
        match self.disk.remove(&self.path) {
            Err(error) if !matches!(self.disk.length(&self.path), Ok(None)) => Err(error).at(&self.path),
            Err(_) | Ok(()) => Ok(()),
        }
    }
}

// With a size of always as many digits, a text that is written over another leaves nothing of it.
fn text(position: &Position, cosigned: &Hash) -> String {
    let Position { origin, size, root } = position;
    format!("{origin}\n{size:020}\n{root}\n{cosigned}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::MemoryDisk;
    use crate::testing::{origin, position};

    #[test]
    fn only_the_very_position_that_was_set_is_named() {
        let disk: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
        let mark = RunMark::open(Arc::clone(&disk), Path::new("run")).unwrap();
        let here = position(&origin("FR", 1), 7, 1);
        let cosigned = Hash([3; 32]);
        assert!(!mark.names(&here, &cosigned));
        mark.set(&position(&origin("FR", 1), 6, 1), &cosigned).unwrap();
        mark.set(&here, &cosigned).unwrap();
        let again = RunMark::open(disk, Path::new("run")).unwrap();
        assert!(again.names(&here, &cosigned));
        assert!(!again.names(&here, &Hash([4; 32])));
        assert!(!mark.names(&position(&origin("FR", 1), 6, 1), &cosigned));
        assert!(!mark.names(&position(&origin("FR", 1), 7, 2), &cosigned));
        assert!(!mark.names(&position(&origin("FR", 2), 7, 1), &cosigned));
        let log = origin("FR", 1);
        for size in [1 << 40, 3] {
            mark.set(&position(&log, size, 1), &cosigned).unwrap();
            assert!(mark.names(&position(&log, size, 1), &cosigned));
        }
    }

    #[test]
    fn a_mark_that_cannot_be_written_can_be_removed_as_long_as_the_folder_can_be() {
        let disk = Arc::new(MemoryDisk::new());
        let mark = RunMark::open(Arc::clone(&disk) as Arc<dyn Disk>, Path::new("run")).unwrap();
        let (here, cosigned) = (position(&origin("FR", 1), 7, 1), Hash([3; 32]));
        disk.stop_after(0);
        mark.remove().unwrap();
        disk.go_on();
        mark.set(&here, &cosigned).unwrap();
        disk.stop_after(0);
        assert!(mark.remove().is_err() && mark.names(&here, &cosigned));
        disk.go_on();
        disk.fill(true);
        assert!(mark.set(&here, &cosigned).is_err());
        mark.remove().unwrap();
        assert!(!mark.names(&here, &cosigned));
    }
}
