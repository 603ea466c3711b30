//! A disk in memory that knows what a power cut would leave of it.
//!
//! It is stricter than real ones, which makes what holds here hold there: bytes and names that were not
//! flushed are kept or lost one by one, in any combination, and a flush of a file does not keep its name.

mod cut;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, FlushPoint, Item, Lock};

/// A disk in memory. It starts with an empty root folder, the empty path. Beside being a [`Disk`] it can
/// fail, forget and count, for tests.
#[derive(Debug, Default)]
pub struct MemoryDisk {
    state: Mutex<State>,
    locked: Arc<Mutex<BTreeSet<PathBuf>>>,
}

#[derive(Debug, Default)]
struct State {
    names: BTreeMap<PathBuf, Node>,
    durable_names: BTreeMap<PathBuf, Node>,
    /// Changes of names that no flush has made durable, in order.
    pending_names: Vec<NameChange>,
    ignored: BTreeSet<FlushPoint>,
    flushes: BTreeMap<FlushPoint, u64>,
    /// How many changes are left before the power goes; none: no end.
    left: Option<u64>,
    full: bool,
}

#[derive(Debug, Clone)]
enum Node {
    Folder,
    File(Arc<Mutex<Contents>>),
}

#[derive(Debug, Clone)]
enum NameChange {
    Put(PathBuf, Node),
    Rename(PathBuf, PathBuf, Node),
    Remove(PathBuf),
}

#[derive(Debug, Clone, Default)]
struct Contents {
    current: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl MemoryDisk {
    /// An empty disk.
    pub fn new() -> MemoryDisk {
        MemoryDisk::default()
    }

    /// A disk as it may look after a power cut now, which of the many ways by the seed: what was flushed is
    /// there; of what was not, some is lost, some torn and some kept.
    pub fn cut(&self, seed: u64) -> MemoryDisk {
        cut::cut(&self.state(), seed)
    }

    /// From now on flushes at this point do nothing, and report success.
    pub fn ignore(&self, point: FlushPoint) {
        self.state().ignored.insert(point);
    }

    /// After this many more changes (writes, new names, flushes) each one fails, as in a process that is
    /// stopped there. [`MemoryDisk::go_on`] ends that.
    pub fn stop_after(&self, changes: u64) {
        self.state().left = Some(changes);
    }

    /// Ends what [`MemoryDisk::stop_after`] began, as when the process starts again: nothing is lost.
    pub fn go_on(&self) {
        self.state().left = None;
    }

    /// From now on, or no longer, the disk takes in no more bytes. Names can still be removed.
    pub fn fill(&self, full: bool) {
        self.state().full = full;
    }

    /// How often each flush was made, ignored ones too.
    pub fn flushes(&self) -> BTreeMap<FlushPoint, u64> {
        self.state().flushes.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk for MemoryDisk {
    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        match self.state().names.get(path) {
            Some(Node::File(contents)) => Ok(Some(hold(contents).current.len() as u64)),
            Some(Node::Folder) => Err(io::ErrorKind::IsADirectory.into()),
            None => Ok(None),
        }
    }

    fn read_at(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let contents = self.state().file(path)?;
        let contents = hold(&contents);
        let start = as_index(offset)?.min(contents.current.len());
        let read = buffer.len().min(contents.current.len() - start);
        buffer[..read].copy_from_slice(&contents.current[start..start + read]);
        Ok(read)
    }

    fn write_at(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.change(path, Change::Write(as_index(offset)?, bytes.to_vec()))
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        self.change(path, Change::Length(as_index(length)?))
    }

    fn sync_data(&self, path: &Path, point: FlushPoint) -> io::Result<()> {
        let mut state = self.state();
        state.spend()?;
        let contents = state.file(path)?;
        if state.flush(point) {
            hold(&contents).flush();
        }
        Ok(())
    }

    fn sync_folder(&self, path: &Path, point: FlushPoint) -> io::Result<()> {
        let mut state = self.state();
        state.spend()?;
        state.folder(path)?;
        if state.flush(point) {
            state.flush_names(path);
        }
        Ok(())
    }

    fn create_folder(&self, path: &Path) -> io::Result<bool> {
        let mut state = self.state();
        state.spend()?;
        match state.names.get(path) {
            Some(Node::Folder) => return Ok(false),
            Some(Node::File(_)) => return Err(io::ErrorKind::AlreadyExists.into()),
            None => {}
        }
        state.put(path, Node::Folder)?;
        Ok(true)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Item>> {
        let state = self.state();
        state.folder(path)?;
        let inside = state.names.range(path.to_path_buf()..);
        let inside = inside.take_while(|(name, _)| name.starts_with(path));
        let mut items = Vec::new();
        for (name, node) in inside.filter(|(name, _)| name.parent() == Some(path)) {
            if let Some(name) = name.file_name().and_then(|name| name.to_str()) {
                let folder = matches!(node, Node::Folder);
                let name = name.to_owned();
                items.push(Item { name, folder });
            }
        }
        Ok(items)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.spend()?;
        let node = Node::File(state.file(from)?);
        let change = NameChange::Rename(from.to_path_buf(), to.to_path_buf(), node);
        change.apply(&mut state.names);
        state.pending_names.push(change);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.spend()?;
        state.file(path)?;
        let change = NameChange::Remove(path.to_path_buf());
        change.apply(&mut state.names);
        state.pending_names.push(change);
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        if !hold(&self.locked).insert(path.to_path_buf()) {
            return Ok(None);
        }
        let path = path.to_path_buf();
        let locked = Arc::clone(&self.locked);
        Ok(Some(Box::new(MemoryLock { path, locked })))
    }
}

impl MemoryDisk {
    fn change(&self, path: &Path, change: Change) -> io::Result<()> {
        let mut state = self.state();
        state.spend()?;
        if state.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        if !state.names.contains_key(path) {
            state.put(path, Node::File(Arc::default()))?;
        }
        let contents = state.file(path)?;
        let mut contents = hold(&contents);
        change.apply(&mut contents.current);
        contents.pending.push(change);
        Ok(())
    }
}

impl State {
    fn file(&self, path: &Path) -> io::Result<Arc<Mutex<Contents>>> {
        match self.names.get(path) {
            Some(Node::File(contents)) => Ok(Arc::clone(contents)),
            Some(Node::Folder) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn folder(&self, path: &Path) -> io::Result<()> {
        match self.names.get(path) {
            Some(Node::Folder) => Ok(()),
            None if path.as_os_str().is_empty() => Ok(()),
            Some(Node::File(_)) => Err(io::ErrorKind::NotADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn put(&mut self, path: &Path, node: Node) -> io::Result<()> {
        self.folder(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
        let change = NameChange::Put(path.to_path_buf(), node);
        change.apply(&mut self.names);
        self.pending_names.push(change);
        Ok(())
    }

    fn flush_names(&mut self, folder: &Path) {
        let pending = std::mem::take(&mut self.pending_names);
        for change in pending {
            if change.path().parent() == Some(folder) {
                change.apply(&mut self.durable_names);
            } else {
                self.pending_names.push(change);
            }
        }
    }

    // Counts a flush; whether it is to be made.
    fn flush(&mut self, point: FlushPoint) -> bool {
        *self.flushes.entry(point).or_default() += 1;
        !self.ignored.contains(&point)
    }

    fn spend(&mut self) -> io::Result<()> {
        match &mut self.left {
            Some(0) => Err(io::Error::other("the power is off")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl NameChange {
    fn path(&self) -> &Path {
        match self {
            NameChange::Put(path, _) | NameChange::Rename(path, _, _) | NameChange::Remove(path) => path,
        }
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, Node>) {
        match self {
            NameChange::Put(path, node) => drop(names.insert(path.clone(), node.clone())),
            NameChange::Rename(from, to, node) => {
                names.remove(from);
                names.insert(to.clone(), node.clone());
            }
            NameChange::Remove(path) => drop(names.remove(path)),
        }
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Write(offset, new) => {
                let end = offset + new.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*offset..end].copy_from_slice(new);
            }
            Change::Length(length) => bytes.resize(*length, 0),
        }
    }
}

impl Contents {
    fn flush(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            change.apply(&mut self.durable);
        }
    }
}

#[derive(Debug)]
struct MemoryLock {
    path: PathBuf,
    locked: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Lock for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        hold(&self.locked).remove(&self.path);
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn as_index(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge.into())
}
