//! The store: all logs of a data folder and what travels beside them (specification, section 10).
//!
//! ```text
//! LOCK          held by the one process that writes
//! SCHEMA        the number of this layout
//! logs/FR/1/    the log of authority FR, epoch 1
//! charters      frames, see `shelf`
//! statements    the same
//! evidence      the same
//! choices       the same
//! proposals     pending charter versions: envelopes, each after its length; replaced as a whole
//! index/        what can be made anew; not part of the store
//! ```

mod commit;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use liaison_federation::store::{Head, LogStore, PayloadId, StoreError, Write};
use liaison_protocol::{Code, Hash, Origin, Position};

use crate::damage::{Damage, Repair};
use crate::disk::{At, Disk, FlushPoint, Lock, read_small};
use crate::log::{self, Log, Opening};
use crate::root::{self, RootPoints};
use crate::shelf::Shelf;

const LOGS: &str = "logs";
const PROPOSALS: &str = "proposals";
/// Far above what the federation keeps.
const PROPOSALS_MAX: usize = 64 << 20;
const POINTS: RootPoints = RootPoints {
    parent: FlushPoint::DataParent,
    schema: FlushPoint::DataSchema,
    folder: FlushPoint::DataFolder,
};

/// What a store is opened for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// By its node: locks it, recovers it, writes to it.
    #[default]
    Write,
    /// By a tool, perhaps while the node runs: takes no lock and changes nothing.
    Read,
}

/// How a store is opened.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What for.
    pub access: Access,
    /// The positions that the signer state names: the own log's, and those that were cosigned.
    pub signed: Vec<Position>,
}

/// The logs of a data folder.
pub struct Store {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    access: Access,
    signed: Vec<Position>,
    logs: BTreeMap<Place, Result<Log, Damage>>,
    charters: Shelf,
    statements: Shelf,
    evidence: Shelf,
    choices: Shelf,
    repairs: Vec<Repair>,
    /// Why nothing is written any more.
    stopped: Option<String>,
    _lock: Option<Box<dyn Lock>>,
}

/// Which folder a log has: authority and epoch.
type Place = (Code, u32);

impl Store {
    /// Opens the store in `folder`, whose parent must exist. For writing it is created if it is missing, and
    /// recovered: what was never committed is cut, lost hashes are made anew. A damaged log does not keep the
    /// others from being used; see [`Store::damage`].
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process writes to it, [`StoreError::Newer`] if a newer release did,
    /// [`StoreError::Damaged`] if the schema number cannot be read, [`StoreError::Io`].
    pub fn open(disk: Arc<dyn Disk>, folder: &Path, options: Options) -> Result<Store, StoreError> {
        let writable = options.access == Access::Write;
        let lock = if writable {
            Some(root::open(&*disk, folder, &[LOGS], &POINTS)?)
        } else {
            root::check(&*disk, folder)?;
            None
        };
        let mut repairs = Vec::new();
        let mut shelf = |name: &str| Shelf::open(&*disk, folder.join(name), writable, &mut repairs);
        let (charters, statements) = (shelf("charters")?, shelf("statements")?);
        let (evidence, choices) = (shelf("evidence")?, shelf("choices")?);
        let mut store = Store {
            folder: folder.to_path_buf(),
            access: options.access,
            signed: options.signed,
            logs: BTreeMap::new(),
            charters,
            statements,
            evidence,
            choices,
            repairs,
            stopped: None,
            _lock: lock,
            disk,
        };
        store.open_logs()?;
        Ok(store)
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it was opened for.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The newest signed checkpoint of a log, which may be of a smaller size than its head.
    pub fn checkpoint(&self, origin: &Origin) -> Option<&[u8]> {
        self.find(origin).ok().flatten().and_then(Log::checkpoint)
    }

    /// The root of the first `size` entries of a log; none if it does not have as many.
    pub fn root_at(&self, origin: &Origin, size: u64) -> Result<Option<Hash>, StoreError> {
        self.find(origin)?.map_or(Ok(None), |log| log.root_at(size))
    }

    /// Positions that the signer state names and the files do not reach: entries that were signed for and
    /// must be fetched back from others before anything else is appended.
    pub fn behind(&self) -> Vec<Position> {
        let short = |signed: &&Position| {
            self.head(&signed.origin)
                .is_none_or(|head| head.size < signed.size)
        };
        self.signed.iter().filter(short).cloned().collect()
    }

    /// What opening cut or made anew.
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// The damage that is known without reading everything, each as [`StoreError::Damaged`].
    pub fn damage(&self) -> Vec<StoreError> {
        let mut damage = Vec::new();
        for log in self.logs.values() {
            match log {
                Ok(log) => damage.extend(log.known_damage().cloned()),
                Err(error) => damage.push(error.clone()),
            }
        }
        for shelf in [&self.charters, &self.statements, &self.evidence, &self.choices] {
            damage.extend(shelf.known_damage().cloned());
        }
        damage.into_iter().map(StoreError::from).collect()
    }

    /// Reads all of a log; every damage in it.
    pub fn check(&self, origin: &Origin) -> Result<Vec<StoreError>, StoreError> {
        self.find(origin)?.map_or(Ok(Vec::new()), Log::check)
    }

    fn open_logs(&mut self) -> Result<(), StoreError> {
        let logs = self.folder.join(LOGS);
        if self.access == Access::Read && !self.folder_exists(LOGS)? {
            return Ok(());
        }
        for (authority, folder) in self.folders::<Code>(&logs)? {
            for (epoch, folder) in self.folders::<u32>(&folder)? {
                self.open_log(authority.clone(), epoch, &folder)?;
            }
        }
        self.refuse_strangers();
        Ok(())
    }

    // The logs of a folder are of one network. A checkpoint that names another one than most do is damaged.
    fn refuse_strangers(&mut self) {
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        let origins = self.logs.values().flatten().map(|log| &log.origin);
        for origin in origins.chain(self.signed.iter().map(|signed| &signed.origin)) {
            *votes.entry(network_of(origin)).or_default() += 1;
        }
        let Some(network) = votes
            .iter()
            .max_by_key(|(_, votes)| **votes)
            .map(|(name, _)| (*name).to_owned())
        else {
            return;
        };
        for log in self.logs.values_mut() {
            if let Ok(stranger) = log
                && network_of(&stranger.origin) != network
            {
                let what = format!("{} is of another network than the other logs", stranger.origin);
                *log = Err(Damage::new(&stranger.checkpoint_file(), 0, what));
            }
        }
    }

    fn open_log(&mut self, authority: Code, epoch: u32, folder: &Path) -> Result<(), StoreError> {
        self.sync_opened(folder)?;
        let place = (authority, epoch);
        let named = |position: &&Position| self::place(&position.origin) == place;
        let mut opening = Opening {
            disk: &self.disk,
            writable: self.access == Access::Write,
            signed: self.signed.iter().find(named),
            repairs: &mut self.repairs,
        };
        match log::open(&mut opening, folder, &place.0, place.1) {
            Ok(Some(log)) => drop(self.logs.insert(place, Ok(log))),
            Ok(None) => {}
            Err(StoreError::Damaged { path, offset, what }) => {
                let damage = Damage::new(Path::new(&path), offset, what);
                self.logs.insert(place, Err(damage));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    // The folders in a folder whose names are what they should be.
    fn folders<T: std::str::FromStr + ToString>(
        &self,
        within: &Path,
    ) -> Result<Vec<(T, PathBuf)>, StoreError> {
        self.sync_opened(within)?;
        let items = self.disk.list(within).at(within)?;
        let folders = items.into_iter().filter(|item| item.folder).filter_map(|item| {
            let named: T = item.name.parse().ok()?;
            (named.to_string() == item.name).then(|| (named, within.join(&item.name)))
        });
        Ok(folders.collect())
    }

    fn sync_opened(&self, folder: &Path) -> Result<(), StoreError> {
        match self.access {
            Access::Write => self
                .disk
                .sync_folder(folder, FlushPoint::OpenedFolders)
                .at(folder),
            Access::Read => Ok(()),
        }
    }

    fn folder_exists(&self, name: &str) -> Result<bool, StoreError> {
        let items = self.disk.list(&self.folder).at(&self.folder)?;
        Ok(items.iter().any(|item| item.folder && item.name == name))
    }

    // The log, if it is known; the damage if it cannot be used at all.
    fn find(&self, origin: &Origin) -> Result<Option<&Log>, StoreError> {
        match self.logs.get(&place(origin)) {
            Some(Ok(log)) if log.origin == *origin => Ok(Some(log)),
            Some(Err(damage)) => Err(damage.clone().into()),
            _ => Ok(None),
        }
    }

    // Should the disk fail, nothing more is written until the store is opened again.
    fn each_writable_log(
        &mut self,
        step: impl FnMut(&mut Log) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.check_writable()?;
        let done = self.logs.values_mut().flatten().try_for_each(step);
        if let Err(error) = &done {
            self.stopped = Some(error.to_string());
        }
        done
    }

    fn check_writable(&self) -> Result<(), StoreError> {
        if self.access == Access::Read {
            let what = format!("{} is open for reading only", self.folder.display());
            return Err(StoreError::Refused { what });
        }
        match &self.stopped {
            Some(what) => Err(StoreError::Stopped {
                path: self.folder.display().to_string(),
                what: what.clone(),
            }),
            None => Ok(()),
        }
    }
}

impl LogStore for Store {
    fn logs(&self) -> Vec<Origin> {
        self.logs
            .values()
            .flatten()
            .map(|log| log.origin.clone())
            .collect()
    }

    fn head(&self, origin: &Origin) -> Option<Head> {
        self.find(origin).ok().flatten().map(Log::head)
    }

    fn entries(
        &self,
        origin: &Origin,
        start: u64,
        count: u64,
        max_bytes: usize,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let log = self.find(origin)?;
        log.map_or(Ok(Vec::new()), |log| log.entries(start, count, max_bytes))
    }

    fn node(&self, origin: &Origin, level: u32, index: u64) -> Result<Option<Hash>, StoreError> {
        let log = self.find(origin)?;
        log.map_or(Ok(None), |log| log.node_hash(level, index))
    }

    fn tile(
        &self,
        origin: &Origin,
        level: u8,
        index: u64,
        width: u16,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        let log = self.find(origin)?;
        log.map_or(Ok(None), |log| log.tile_hashes(level, index, width))
    }

    fn payload(&self, id: &PayloadId) -> Result<Option<Vec<u8>>, StoreError> {
        let log = self.find(&id.origin)?;
        log.map_or(Ok(None), |log| log.payload(id.index, id.change))
    }

    fn has_payload(&self, id: &PayloadId) -> bool {
        let log = self.find(&id.origin).ok().flatten();
        log.is_some_and(|log| log.has_payload(id.index, id.change))
    }

    fn quorum_head_before(&self, origin: &Origin, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.find(origin)?
            .map_or(Ok(None), |log| log.quorum_head_before(size))
    }

    fn quorum_head_covering(&self, origin: &Origin, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.find(origin)?
            .map_or(Ok(None), |log| log.quorum_head_covering(size))
    }

    fn newest_quorum_head(&self, origin: &Origin) -> Result<Option<Vec<u8>>, StoreError> {
        self.find(origin)?.map_or(Ok(None), Log::newest_quorum_head)
    }

    fn charters(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.charters.all(&*self.disk)
    }

    fn statements(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.statements.all(&*self.disk)
    }

    fn evidence(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.evidence.all(&*self.disk)
    }

    fn proposals(&self) -> Result<Vec<u8>, StoreError> {
        let path = self.folder.join(PROPOSALS);
        let held = read_small(&*self.disk, &path, PROPOSALS_MAX)?;
        Ok(held.unwrap_or_default())
    }

    fn choices(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.choices.all(&*self.disk)
    }

    fn commit(&mut self, group: &[Write]) -> Result<(), StoreError> {
        self.check_writable()?;
        self.commit_group(group)
    }

    fn write_checkpoints(&mut self) -> Result<(), StoreError> {
        self.each_writable_log(Log::write_waiting_checkpoint)
    }

    fn is_damaged(&self, origin: &Origin) -> bool {
        match self.find(origin) {
            Ok(log) => log.is_some_and(Log::hides_its_end),
            Err(_) => true,
        }
    }

    fn damaged_bundle(&self, origin: &Origin) -> Result<Option<(u64, u64)>, StoreError> {
        self.find(origin)?.map_or(Ok(None), Log::damaged_bundle)
    }

    fn heal(&mut self, origin: &Origin, start: u64, entries: &[Vec<u8>]) -> Result<(), StoreError> {
        self.check_writable()?;
        match self.logs.get_mut(&place(origin)) {
            Some(Ok(log)) if log.origin == *origin => log.heal(start, entries),
            Some(Err(damage)) => Err(damage.clone().into()),
            _ => Ok(()),
        }
    }

    fn thin_quorum_heads(
        &mut self,
        before: u64,
        time: &dyn Fn(&[u8]) -> Option<u64>,
    ) -> Result<(), StoreError> {
        self.each_writable_log(|log| log.thin_heads(before, time))
    }
}

// What all origins of a network begin with: prefix and network id.
fn network_of(origin: &Origin) -> &str {
    origin.as_str().rsplitn(3, '/').last().unwrap_or_default()
}

fn place(origin: &Origin) -> Place {
    (origin.authority(), origin.epoch())
}
