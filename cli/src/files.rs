//! Reading and writing the files of commands: within limits, never over an existing file unless a
//! command says so, secret ones for their owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::failure::Failure;

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whoever the umask lets.
    All,
    /// Its owner alone.
    Owner,
}

/// Reads a file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let failed = |error| failure(path, &error);
    // Opening a pipe would wait for somebody to write to it.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Failure::in_file(path, "it is no regular file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() > limit {
        return Err(Failure::in_file(
            path,
            format!("it is larger than the {limit} bytes that are read here"),
        ));
    }
    Ok(bytes)
}

/// Writes a new file, durable when this returns. A file of that name is an error.
pub(crate) fn create(path: &Path, readers: Readers, bytes: &[u8]) -> Result<(), Failure> {
    let mode = if readers == Readers::Owner { 0o600 } else { 0o644 };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(path),
            _ => failure(path, &error),
        })?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| failure(path, &error))
}

/// Writes over a file whose command says so: at any moment the old or the new content is there.
pub(crate) fn replace(path: &Path, readers: Readers, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    create(&temporary, readers, bytes)?;
    fs::rename(&temporary, path).map_err(|error| {
        // What cannot be moved is not left lying about; the reason is told below.
        let _ = fs::remove_file(&temporary);
        failure(path, &error)
    })
}

/// Refuses if one of these exists already, before anything is made.
pub(crate) fn must_be_new<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<(), Failure> {
    let existing = paths.into_iter().find(|path| fs::symlink_metadata(path).is_ok());
    existing.map_or(Ok(()), |path| Err(exists(path)))
}

/// Makes a folder and those above it.
pub(crate) fn create_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| failure(path, &error))
}

/// Why the system would not read or write a file.
pub(crate) fn failure(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::new(Exit::NotFound, format!("there is no file {}", path.display()))
        }
        _ => Failure::in_file(path, error),
    }
}

fn exists(path: &Path) -> Failure {
    let advice = "exists already and is not overwritten; move it away or choose another name with -o";
    Failure::refused(format!("{} {advice}", path.display()))
}
