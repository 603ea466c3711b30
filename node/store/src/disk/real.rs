//! The operating system's disk.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::Path;
use std::sync::Arc;

use super::handles::{Handles, open_for_writing};
use super::{Disk, FlushPoint, Item, Lock};

/// Files of the operating system, readable by their owner alone. The ones used last stay open; clones share them.
/// Nobody else may move or replace what is written here.
#[derive(Debug, Clone, Default)]
pub struct RealDisk {
    handles: Arc<Handles>,
}

impl Lock for File {}

impl Disk for RealDisk {
    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        match std::fs::metadata(path) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read_at(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let file = self.handles.read(path)?;
        let mut done = 0;
        while done < buffer.len() {
            match file.read_at(&mut buffer[done..], offset + done as u64) {
                Ok(0) => break,
                Ok(read) => done += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    fn write_at(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.handles.write(path)?.write_all_at(bytes, offset)
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        self.handles.write(path)?.set_len(length)
    }

    fn sync_data(&self, path: &Path, _point: FlushPoint) -> io::Result<()> {
        self.handles.flush(path)?.sync_data()
    }

    fn sync_folder(&self, path: &Path, _point: FlushPoint) -> io::Result<()> {
        File::open(or_here(path))?.sync_all()
    }

    fn create_folder(&self, path: &Path) -> io::Result<bool> {
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Item>> {
        let mut items = Vec::new();
        for entry in std::fs::read_dir(or_here(path))? {
            let entry = entry?;
            // No name of ours is other than ASCII.
            if let Ok(name) = entry.file_name().into_string() {
                let folder = entry.file_type()?.is_dir();
                items.push(Item { name, folder });
            }
        }
        items.sort();
        Ok(items)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.handles.forget(from);
        self.handles.forget(to);
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.handles.forget(path);
        std::fs::remove_file(path)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        let file = open_for_writing(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

// The parent of a relative path of one name is the empty path.
fn or_here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    }
}
