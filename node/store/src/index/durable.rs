//! The index on disk, in sled. Nothing that a signature promises rests on it.
//!
//! sled can lose acknowledged data at a power cut, open empty, and panic on a damaged file. So:
//!
//! - its `db` file is flushed here, once a second while cursors move and at its end, at opening its other files
//!   and folders too: what is lost with a killed process is folded again, for a cursor and what it stands for are
//!   written as one;
//! - a panic in it is caught, and ends the use of this index;
//! - a file `MARKER` beside it, written only after the first flush, says which marker must be found inside: an
//!   index that came back empty is not believed;
//! - it keeps anchors, the heads that the logs had when it was opened last: logs that do not contain these any
//!   more are not the ones it was made from.
//!
//! An index that is not believed is moved aside to `index.broken-<n>`, of which the last one is kept to be looked
//! at, and an empty one takes its place, which the fold of the logs then fills.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use liaison_federation::store::{Index, IndexWrite, LogStore, Pairs, StoreError, Table};
use liaison_protocol::tlog::{Nodes, root};
use liaison_protocol::{Hash, Origin};

use super::{full_key, scan_start};
use crate::damage::Damage;
use crate::disk::{At, Disk, RealDisk};
use crate::root::{LOCK_FILE, check};
use crate::store::{Access, Store};

const FOLDER: &str = "index";
const BROKEN: &str = "index.broken-";
const MARKER_FILE: &str = "MARKER";
/// Keys of the index's own: the schema with the marker, and the anchors, each followed by an origin.
const MARKER_KEY: &[u8] = b"\0marker";
const ANCHOR: &[u8] = b"\0anchor\0";
/// Changes whenever the meaning of what is kept changes; an index of another schema is made anew.
const SCHEMA: &str = "4";
/// Memory for sled's cache: an index of this size is small.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;
/// While cursors move they are flushed this often.
const FLUSH_EVERY: Duration = Duration::from_secs(1);
/// sled lets go of its lock on a thread of its own, a moment after it was closed. The folder's lock is held here, so nobody
/// else has it for long.
const CLOSING: Duration = Duration::from_secs(5);

/// The index in the folder of a store.
pub struct SledIndex {
    path: PathBuf,
    /// None once it has failed.
    db: Option<sled::Db>,
    rebuilt: bool,
    flushed_at: Instant,
    /// Whether a cursor moved since.
    behind: bool,
}

impl SledIndex {
    /// Opens the index of a store that is open for writing. One that does not open or does not match the logs
    /// is moved aside, and an empty one takes its place; see [`SledIndex::rebuilt`].
    pub fn open(store: &Store) -> Result<SledIndex, StoreError> {
        if store.access() == Access::Read {
            let what = "an index is opened by its node alone".to_owned();
            return Err(StoreError::Refused { what });
        }
        let path = store.folder().join(FOLDER);
        let mut rebuilt = false;
        if path.exists() {
            match try_open(&path, store) {
                Ok(index) => return Ok(index),
                Err(what) => tracing::warn!(path = %path.display(), "the index is made anew: {what}"),
            }
            move_aside(store.folder(), &path)?;
            rebuilt = true;
        }
        let mut index = SledIndex::create(&path)?;
        index.anchor(store)?;
        index.rebuilt = rebuilt;
        Ok(index)
    }

    /// Whether an index was there and is not believed, so that everything must be folded again.
    pub fn rebuilt(&self) -> bool {
        self.rebuilt
    }

    /// Notes the heads of all logs, which the logs must still contain when the index is opened next.
    pub fn anchor(&mut self, logs: &dyn LogStore) -> Result<(), StoreError> {
        let heads = logs.logs().into_iter().filter_map(|origin| {
            let head = logs.head(&origin)?;
            Some((origin, head))
        });
        let anchors: Vec<(Vec<u8>, Vec<u8>)> = heads
            .map(|(origin, head)| {
                let key = [ANCHOR, origin.as_str().as_bytes()].concat();
                (key, [&head.size.to_be_bytes()[..], head.root.as_bytes()].concat())
            })
            .collect();
        self.run(|db| {
            let mut batch = sled::Batch::default();
            for old in db.scan_prefix(ANCHOR) {
                batch.remove(old?.0);
            }
            anchors
                .into_iter()
                .for_each(|(key, value)| batch.insert(key, value));
            db.apply_batch(batch)
        })?;
        self.flush()
    }

    fn create(path: &Path) -> Result<SledIndex, StoreError> {
        RealDisk::default().create_folder(path).at(path)?;
        let db = open_sled(path).map_err(|what| Damage::new(path, 0, what))?;
        let mut index = SledIndex {
            path: path.to_path_buf(),
            db: Some(db),
            rebuilt: false,
            flushed_at: Instant::now(),
            behind: false,
        };
        let marker = format!("{SCHEMA} {:016x}", RandomState::new().build_hasher().finish());
        index.run(|db| db.insert(MARKER_KEY, marker.as_bytes()).map(drop))?;
        index.flush()?;
        sync_opened(path).at(path)?;
        let marker_file = path.join(MARKER_FILE);
        write_marker(&marker_file, &marker).at(&marker_file)?;
        sync(path).at(path)?;
        Ok(index)
    }

    // Runs something in sled. If that fails or panics this index is not used any more, and the next opening
    // makes a new one.
    fn run<T>(&mut self, action: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, StoreError> {
        let result = self.look(action);
        if result.is_err() {
            self.give_up();
        }
        result
    }

    fn look<T>(&self, action: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, StoreError> {
        let Some(db) = &self.db else {
            return Err(self.failed("it failed before; start the node again to make it anew".to_owned()));
        };
        caught(|| action(db)).map_err(|what| {
            // A missing marker is what keeps the next opening from believing this index.
            let _ = fs::remove_file(self.path.join(MARKER_FILE));
            self.failed(what)
        })
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.run(|db| db.flush().map(drop))?;
        let db = self.path.join("db");
        sync(&db).at(&db)?;
        self.flushed_at = Instant::now();
        self.behind = false;
        Ok(())
    }

    fn failed(&self, what: String) -> StoreError {
        Damage::new(&self.path, 0, what).into()
    }

    fn give_up(&mut self) {
        if let Some(db) = self.db.take() {
            close(db);
        }
    }
}

impl Drop for SledIndex {
    fn drop(&mut self) {
        if self.behind {
            // What is lost now is folded again.
            let _ = self.flush();
        }
        self.give_up();
    }
}

impl Index for SledIndex {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let key = full_key(table, key);
        self.look(|db| Ok(db.get(key)?.map(|value| value.to_vec())))
    }

    fn scan(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Pairs, StoreError> {
        let full_prefix = full_key(table, prefix);
        let start = scan_start(table, prefix, after);
        self.look(|db| {
            let mut pairs = Pairs::new();
            for pair in db.range::<Vec<u8>, _>((start, Bound::Unbounded)).take(limit) {
                let (key, value) = pair?;
                if !key.starts_with(&full_prefix) {
                    break;
                }
                pairs.push((key[1..].to_vec(), value.to_vec()));
            }
            Ok(pairs)
        })
    }

    fn apply(&mut self, writes: &[IndexWrite]) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for write in writes {
            let table = match write {
                IndexWrite::Put { table, key, value } => {
                    batch.insert(full_key(*table, key), value.as_slice());
                    table
                }
                IndexWrite::Delete { table, key } => {
                    batch.remove(full_key(*table, key));
                    table
                }
            };
            self.behind |= *table == Table::Cursors;
        }
        self.run(|db| db.apply_batch(batch))?;
        let due = self.behind && self.flushed_at.elapsed() >= FLUSH_EVERY;
        if due { self.flush() } else { Ok(()) }
    }
}

/// Drops the index of a data folder, and what was moved aside; the next start of the node makes it anew.
///
/// # Errors
/// [`StoreError::Locked`] while a node uses it.
pub fn drop_index(folder: &Path) -> Result<(), StoreError> {
    let disk = RealDisk::default();
    check(&disk, folder)?;
    let lock_file = folder.join(LOCK_FILE);
    let _lock = disk
        .lock(&lock_file)
        .at(&lock_file)?
        .ok_or_else(|| StoreError::Locked {
            path: folder.display().to_string(),
        })?;
    let index = folder.join(FOLDER);
    if index.exists() {
        fs::remove_dir_all(&index).at(&index)?;
    }
    for (_, broken) in broken_ones(folder)? {
        fs::remove_dir_all(&broken).at(&broken)?;
    }
    sync(folder).at(folder)
}

// Opens an index that is there, if it can be believed; else why not.
fn try_open(path: &Path, store: &Store) -> Result<SledIndex, String> {
    let marker = fs::read(path.join(MARKER_FILE)).map_err(|error| format!("its marker: {error}"))?;
    if !marker.starts_with(format!("{SCHEMA} ").as_bytes()) {
        return Err("it has another schema".to_owned());
    }
    let mut index = SledIndex {
        path: path.to_path_buf(),
        db: Some(open_sled(path)?),
        rebuilt: false,
        flushed_at: Instant::now(),
        behind: false,
    };
    let held = index
        .look(|db| db.get(MARKER_KEY))
        .map_err(|error| error.to_string())?;
    if held.as_deref() != Some(marker.as_slice()) {
        return Err("it came back empty".to_owned());
    }
    let anchors = index.look(|db| db.scan_prefix(ANCHOR).collect::<sled::Result<Vec<_>>>());
    for (key, value) in anchors.map_err(|error| error.to_string())? {
        check_anchor(store, &key[ANCHOR.len()..], &value)?;
    }
    sync_opened(path).map_err(|error| error.to_string())?;
    index.anchor(store).map_err(|error| error.to_string())?;
    Ok(index)
}

fn check_anchor(store: &Store, origin: &[u8], anchor: &[u8]) -> Result<(), String> {
    let parse = || -> Option<(Origin, u64, Hash)> {
        let origin = std::str::from_utf8(origin).ok()?.parse().ok()?;
        let (size, root) = anchor.split_first_chunk()?;
        Some((origin, u64::from_be_bytes(*size), Hash::from_slice(root).ok()?))
    };
    let (origin, size, expected) = parse().ok_or("an anchor does not read")?;
    let head = store.head(&origin).map_or(0, |head| head.size);
    let found = (size <= head)
        .then(|| {
            root(
                size,
                &LogNodes {
                    store,
                    origin: &origin,
                },
            )
            .ok()
        })
        .flatten();
    match found {
        Some(found) if found == expected => Ok(()),
        _ => Err(format!("it was made from another log {origin} of {size} entries")),
    }
}

struct LogNodes<'a> {
    store: &'a Store,
    origin: &'a Origin,
}

impl Nodes for LogNodes<'_> {
    type Error = ();

    fn node(&self, level: u32, index: u64) -> Result<Hash, ()> {
        self.store
            .node(self.origin, level, index)
            .ok()
            .flatten()
            .ok_or(())
    }
}

fn open_sled(path: &Path) -> Result<sled::Db, String> {
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
        .flush_every_ms(None);
    let until = Instant::now() + CLOSING;
    loop {
        match caught(|| config.open()) {
            Err(what) if what.contains("could not acquire lock") && Instant::now() < until => {
                std::thread::sleep(CLOSING / 100);
            }
            opened => return opened,
        }
    }
}

// sled panics where it should fail. What it was doing is given up, so nothing half-done is seen.
fn caught<T>(action: impl FnOnce() -> sled::Result<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(action)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("sled panicked".to_owned()),
    }
}

fn close(db: sled::Db) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(db)));
}

fn move_aside(folder: &Path, path: &Path) -> Result<(), StoreError> {
    let broken = broken_ones(folder)?;
    let next = broken.last().map_or(1, |(number, _)| number.saturating_add(1));
    let aside = folder.join(format!("{BROKEN}{next}"));
    fs::rename(path, &aside).at(path)?;
    // Only the last is kept: these are copies of data that may have to be erased.
    for (_, old) in broken {
        fs::remove_dir_all(&old).at(&old)?;
    }
    sync(folder).at(folder)
}

fn broken_ones(folder: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let items = RealDisk::default().list(folder).at(folder)?;
    let numbered = items.iter().filter_map(|item| {
        let number = item.name.strip_prefix(BROKEN)?.parse().ok()?;
        Some((number, folder.join(&item.name)))
    });
    let mut numbered: Vec<(u64, PathBuf)> = numbered.collect();
    numbered.sort();
    Ok(numbered)
}

fn write_marker(path: &Path, marker: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(marker.as_bytes())?;
    file.sync_all()
}

// What sled itself leaves to the operating system when it opens.
fn sync_opened(path: &Path) -> io::Result<()> {
    for name in ["conf", "db", "blobs", ""] {
        sync(&path.join(name))?;
    }
    path.parent().map_or(Ok(()), sync)
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
