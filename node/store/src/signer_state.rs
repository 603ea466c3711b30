//! What the node's log key and cosigner key have signed, outside the data folder (specification, section 10).
//!
//! A position is on stable storage here before it is signed, and never goes back. So whatever becomes of the
//! data folder, the node knows what it has promised.
//!
//! ```text
//! LOCK        held by the one process that signs
//! SCHEMA      the number of this layout
//! log         journal: the newest position of the own log
//! witness     journal: the newest cosigned position of every log, with the time of the cosignature
//! read-only   why the own log is not written any more; its presence is what counts
//! ```

mod journal;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use liaison_federation::store::{SignerJournal, StoreError, Witnessed};
use liaison_protocol::{Hash, Origin, Position};

use crate::disk::{At, Disk, FlushPoint, Lock, read_small, replace};
use crate::root::{self, RootPoints};
use crate::store::Access;

use journal::Journal;

const POINTS: RootPoints = RootPoints {
    parent: FlushPoint::StateParent,
    schema: FlushPoint::StateSchema,
    folder: FlushPoint::StateFolder,
};
/// Bytes from which on a journal is written anew without its old records: seldom, since a signature waits for it.
const COMPACT_ABOVE: u64 = 1024 * 1024;
/// The longest reason for being read-only, in bytes.
const MAX_REASON: usize = 4096;

/// The signer state of a node.
pub struct SignerState {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    access: Access,
    log_journal: Journal,
    witness_journal: Journal,
    log: Option<Position>,
    witnessed: BTreeMap<Origin, Witnessed>,
    read_only: Option<String>,
    _lock: Option<Box<dyn Lock>>,
}

impl SignerState {
    /// Opens the signer state in `folder`, whose parent must exist; for writing it is created if missing.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process signs with it, [`StoreError::Newer`] if a newer release wrote
    /// it, [`StoreError::Damaged`] if a record that was once flushed does not read: then nothing may be signed.
    pub fn open(disk: Arc<dyn Disk>, folder: &Path, access: Access) -> Result<SignerState, StoreError> {
        SignerState::open_compacting(disk, folder, access, COMPACT_ABOVE)
    }

    pub(crate) fn open_compacting(
        disk: Arc<dyn Disk>,
        folder: &Path,
        access: Access,
        compact_above: u64,
    ) -> Result<SignerState, StoreError> {
        let lock = match access {
            Access::Write => Some(root::open(&*disk, folder, &[], &POINTS)?),
            Access::Read => {
                root::check(&*disk, folder)?;
                None
            }
        };
        let journal = |name: &str, point| {
            Journal::open(Arc::clone(&disk), folder.join(name), point, access, compact_above)
        };
        let (log_journal, log_records) = journal("log", FlushPoint::LogJournal)?;
        let (witness_journal, witness_records) = journal("witness", FlushPoint::WitnessJournal)?;
        let witnessed = witness_records
            .into_iter()
            .map(|record| (record.position.origin.clone(), record));
        let reason = read_small(&*disk, &folder.join("read-only"), MAX_REASON)?;
        Ok(SignerState {
            folder: folder.to_path_buf(),
            access,
            log_journal,
            witness_journal,
            log: log_records.into_iter().last().map(|record| record.position),
            witnessed: witnessed.collect(),
            read_only: reason.map(|reason| String::from_utf8_lossy(&reason).trim_end().to_owned()),
            _lock: lock,
            disk,
        })
    }

    /// All positions that were signed: the own log's and the cosigned ones. The store takes entries up to
    /// there for committed.
    pub fn positions(&self) -> Vec<Position> {
        self.log.iter().chain(self.cosigned()).cloned().collect()
    }

    /// The newest cosigned position of every log, whether anything of that log is held or not.
    pub fn cosigned(&self) -> impl Iterator<Item = &Position> {
        self.witnessed.values().map(|witnessed| &witnessed.position)
    }

    /// A digest of what was cosigned last of every log, and when.
    pub fn cosigned_digest(&self) -> Hash {
        let line = |Witnessed { position, time }: &Witnessed| {
            let Position { origin, size, root } = position;
            format!("{origin} {size} {root} {time}\n")
        };
        let lines: String = self.witnessed.values().map(line).collect();
        Hash::of(lines.as_bytes())
    }

    /// The latest time of all cosignatures, Unix time in seconds: the next is not to be earlier.
    pub fn latest_time(&self) -> u64 {
        self.witnessed
            .values()
            .map(|witnessed| witnessed.time)
            .max()
            .unwrap_or(0)
    }

    /// Ends the state of being read-only, on an operator's word.
    pub fn clear_read_only(&mut self) -> Result<(), StoreError> {
        self.check_writable()?;
        if self.read_only.is_some() {
            let path = self.folder.join("read-only");
            self.disk.remove(&path).at(&path)?;
            self.disk
                .sync_folder(&self.folder, FlushPoint::ReadOnlyCleared)
                .at(&self.folder)?;
            self.read_only = None;
        }
        Ok(())
    }

    fn check_writable(&self) -> Result<(), StoreError> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => Err(refused(format!(
                "{} is open for reading only",
                self.folder.display()
            ))),
        }
    }
}

impl SignerJournal for SignerState {
    fn log(&self) -> Option<Position> {
        self.log.clone()
    }

    fn advance_log(&mut self, position: &Position) -> Result<(), StoreError> {
        self.check_writable()?;
        if let Some(reason) = &self.read_only {
            return Err(refused(format!("the log is read-only: {reason}")));
        }
        if self.log.as_ref() == Some(position) {
            return Ok(());
        }
        if let Some(held) = &self.log {
            check_forward(held, position)?;
        }
        let record = Witnessed {
            position: position.clone(),
            time: 0,
        };
        self.log_journal.append(std::slice::from_ref(&record))?;
        self.log = Some(record.position);
        self.log_journal.compact(self.log.iter().map(|log| (log, 0)))
    }

    fn witness(&self, origin: &Origin) -> Option<Witnessed> {
        self.witnessed.get(origin).cloned()
    }

    fn advance_witness(&mut self, heads: &[Witnessed]) -> Result<(), StoreError> {
        self.check_writable()?;
        let mut moved: BTreeMap<Origin, Witnessed> = BTreeMap::new();
        for head in heads {
            let origin = &head.position.origin;
            if let Some(held) = moved.get(origin).or_else(|| self.witnessed.get(origin)) {
                check_witness(held, head)?;
            }
            moved.insert(origin.clone(), head.clone());
        }
        moved.retain(|origin, head| self.witnessed.get(origin) != Some(head));
        if moved.is_empty() {
            return Ok(());
        }
        let records: Vec<Witnessed> = moved.values().cloned().collect();
        self.witness_journal.append(&records)?;
        self.witnessed.append(&mut moved);
        let live = self
            .witnessed
            .values()
            .map(|witnessed| (&witnessed.position, witnessed.time));
        self.witness_journal.compact(live)
    }

    fn read_only(&self) -> Option<String> {
        self.read_only.clone()
    }

    fn set_read_only(&mut self, reason: &str) -> Result<(), StoreError> {
        self.check_writable()?;
        // From here on nothing is signed, whatever the disk does.
        let reason: String = reason.chars().take(MAX_REASON / 4 - 1).collect();
        self.read_only = Some(reason.clone());
        let path = self.folder.join("read-only");
        let text = format!("{reason}\n");
        replace(
            &*self.disk,
            &path,
            text.as_bytes(),
            Some(FlushPoint::ReadOnlyFile),
        )?;
        self.disk
            .sync_folder(&self.folder, FlushPoint::ReadOnlyName)
            .at(&self.folder)
    }
}

// A new epoch begins a new tree; within one the size grows.
fn check_forward(held: &Position, next: &Position) -> Result<(), StoreError> {
    let forward = if next.origin == held.origin {
        next.size > held.size
    } else {
        next.origin.epoch() > held.origin.epoch()
            && next.origin.with_epoch(held.origin.epoch()) == held.origin
    };
    if forward {
        return Ok(());
    }
    Err(refused(format!(
        "{} entries of {} with root {} do not follow the {} of {} with root {} that the log key has signed",
        next.size, next.origin, next.root, held.size, held.origin, held.root
    )))
}

fn check_witness(held: &Witnessed, next: &Witnessed) -> Result<(), StoreError> {
    let (old, new) = (&held.position, &next.position);
    let forward = new.size > old.size || (new.size == old.size && new.root == old.root);
    if forward && next.time >= held.time {
        return Ok(());
    }
    Err(refused(format!(
        "{}: {} entries with root {} at {} do not follow the {} with root {} cosigned at {}",
        new.origin, new.size, new.root, next.time, old.size, old.root, held.time
    )))
}

fn refused(what: String) -> StoreError {
    StoreError::Refused { what }
}
