//! Files that stay open.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hashlink::LruCache;

/// Files that stay open at a time: those of some dozen logs that grow. A process may often have no more than
/// 1,024, sockets included.
const OPEN_MAX: usize = 128;

/// The files used last. To open and close a file for each write makes a flush half as slow again on ext4.
#[derive(Debug)]
pub(super) struct Handles(Mutex<LruCache<PathBuf, Handle>>);

#[derive(Debug, Clone)]
struct Handle {
    file: Arc<File>,
    writable: bool,
}

impl Default for Handles {
    fn default() -> Handles {
        Handles(Mutex::new(LruCache::new(OPEN_MAX)))
    }
}

impl Handles {
    /// A file to read from.
    pub(super) fn read(&self, path: &Path) -> io::Result<Arc<File>> {
        self.get(path, false, || File::open(path))
    }

    /// A file to write to; made when it does not exist.
    pub(super) fn write(&self, path: &Path) -> io::Result<Arc<File>> {
        self.get(path, true, || open_for_writing(path))
    }

    /// A file to flush, which some systems do not do for one that is open for reading alone.
    pub(super) fn flush(&self, path: &Path) -> io::Result<Arc<File>> {
        self.get(path, true, || {
            OpenOptions::new().read(true).write(true).open(path)
        })
    }

    fn get(
        &self,
        path: &Path,
        writable: bool,
        open: impl FnOnce() -> io::Result<File>,
    ) -> io::Result<Arc<File>> {
        let mut handles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = handles.get(path).filter(|handle| handle.writable || !writable) {
            return Ok(handle.file.clone());
        }
        let file = Arc::new(open()?);
        let handle = Handle {
            file: file.clone(),
            writable,
        };
        handles.insert(path.to_owned(), handle);
        Ok(file)
    }

    /// What a path names is about to be something else: it, and what lies under it, is closed.
    pub(super) fn forget(&self, path: &Path) {
        let mut handles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        handles.retain(|open, _| !open.starts_with(path));
    }
}

/// Opens a file for reading and writing; made when it does not exist, readable by its owner alone.
pub(super) fn open_for_writing(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}
