//! The one way to stable storage: everything in the data, state and run folders is read and written through
//! [`Disk`] (specification, section 10).
//!
//! A disk keeps nothing for certain until it is told to flush, and then only what that flush names: the bytes
//! of one file, or the names in one folder. [`RealDisk`] is the operating system's; [`MemoryDisk`] forgets at a
//! power cut what was not flushed, which shows whether every flush is where it must be.

mod flush_point;
mod handles;
mod memory;
mod real;

use std::io;
use std::path::Path;

use liaison_federation::store::StoreError;

pub use flush_point::FlushPoint;
pub use memory::MemoryDisk;
pub use real::RealDisk;

/// A name in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The name, without its folder.
    pub name: String,
    /// Whether it is a folder itself.
    pub folder: bool,
}

/// Holds a lock until it is dropped.
pub trait Lock: Send + Sync {}

/// Files and folders. Errors are the operating system's; a file that is asked for and missing is
/// [`io::ErrorKind::NotFound`].
pub trait Disk: Send + Sync {
    /// The length of a file in bytes; none if there is no such file.
    fn length(&self, path: &Path) -> io::Result<Option<u64>>;

    /// Reads from `offset` on until the buffer is full or the file ends; the number of bytes read.
    fn read_at(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes all bytes from `offset` on; creates the file if it is missing.
    fn write_at(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes a file this long: cuts what lies past it, or adds zeros. Creates the file if it is missing.
    fn truncate(&self, path: &Path, length: u64) -> io::Result<()>;

    /// Returns once the bytes and the length of a file are on stable storage.
    fn sync_data(&self, path: &Path, point: FlushPoint) -> io::Result<()>;

    /// Returns once the names in a folder are on stable storage.
    fn sync_folder(&self, path: &Path, point: FlushPoint) -> io::Result<()>;

    /// Creates a folder, whose parent must exist; false if it is there already.
    fn create_folder(&self, path: &Path) -> io::Result<bool>;

    /// What is in a folder, by name.
    fn list(&self, path: &Path) -> io::Result<Vec<Item>>;

    /// Gives a file another name in the same folder, in place of the one that may have it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Locks a file, created if it is missing, for one process; none if it is locked already.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>>;
}

/// Reads a whole file of at most `limit` bytes; none if there is no such file.
pub(crate) fn read_small(disk: &dyn Disk, path: &Path, limit: usize) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(length) = disk.length(path).at(path)? else {
        return Ok(None);
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > limit {
        let what = format!("the file has {length} bytes, more than the {limit} that it can need");
        return Err(StoreError::Damaged {
            path: path.display().to_string(),
            offset: limit as u64,
            what,
        });
    }
    let mut bytes = vec![0; length];
    let read = disk.read_at(path, 0, &mut bytes).at(path)?;
    bytes.truncate(read);
    Ok(Some(bytes))
}

/// Replaces a whole small file in one step: writes it beside, flushes, and renames. The new name is durable
/// only after a flush of the folder, which is left to the caller.
pub(crate) fn replace(
    disk: &dyn Disk,
    path: &Path,
    bytes: &[u8],
    point: Option<FlushPoint>,
) -> Result<(), StoreError> {
    let beside = path.with_extension("new");
    disk.truncate(&beside, 0).at(&beside)?;
    disk.write_at(&beside, 0, bytes).at(&beside)?;
    if let Some(point) = point {
        disk.sync_data(&beside, point).at(&beside)?;
    }
    disk.rename(&beside, path).at(path)
}

/// Names the file or folder that the operating system complains about.
pub(crate) trait At<T> {
    /// The result, with the path in its error.
    fn at(self, path: &Path) -> Result<T, StoreError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Io {
            path: path.display().to_string(),
            source,
        })
    }
}
