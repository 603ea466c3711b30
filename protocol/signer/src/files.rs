//! Reads and writes small files of which the secret ones are for their owner alone.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::KeyFileError;
use crate::kind::Kind;

/// The most that is read of any file here: sixteen keys need 2 KiB.
const LIMIT: u64 = 64 << 10;

/// Who may use a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Its owner alone; anything wider is refused.
    Owner,
    /// Whoever the system lets.
    Anyone,
}

/// Reads a file of the kind `needed` whole.
pub(crate) fn read(path: &Path, access: Access, needed: Kind) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let failed = |source| failure(path, source);
    let wrong_kind = |found| KeyFileError::WrongKind {
        path: path.to_owned(),
        found,
        needed,
    };
    // Opening a pipe would wait for somebody to write to it.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(wrong_kind(Kind::NotAFile));
    }
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.len() > LIMIT {
        return Err(wrong_kind(Kind::Unknown));
    }
    // Room for all of it, so that growing leaves no copy of a secret behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(metadata.len() as usize + 1));
    file.take(LIMIT).read_to_end(&mut bytes).map_err(failed)?;
    let mode = metadata.permissions().mode() & 0o7777;
    // A public half that was taken for the key file is told as such, not that its mode is wrong.
    let mixed_up = needed == Kind::KeyFile && !matches!(Kind::of(&bytes), Kind::KeyFile | Kind::Unknown);
    if access == Access::Owner && mode & 0o077 != 0 && !mixed_up {
        return Err(KeyFileError::Exposed {
            path: path.to_owned(),
            mode,
        });
    }
    Ok(bytes)
}

/// Writes a new file, durable when this returns; it is never there in part. A file of that name is an error.
pub(crate) fn create(path: &Path, access: Access, bytes: &[u8]) -> Result<(), KeyFileError> {
    // Taking the name first makes "exists" sure; the content then comes whole by renaming.
    open_new(path, access).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
        _ => failure(path, source),
    })?;
    replace(path, access, bytes).inspect_err(|_| {
        // Best effort: the name alone is left, and reading it says that it is empty.
        let _ = fs::remove_file(path);
    })
}

/// Writes over a file, durable when this returns; at any moment the old or the new content is there.
pub(crate) fn replace(path: &Path, access: Access, bytes: &[u8]) -> Result<(), KeyFileError> {
    let temporary = beside(path);
    let written = write_durably(&temporary, path, access, bytes);
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(|source| failure(path, source))
}

fn write_durably(temporary: &Path, path: &Path, access: Access, bytes: &[u8]) -> io::Result<()> {
    let mut file = open_new(temporary, access)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(temporary, path)?;
    File::open(folder(path))?.sync_all()
}

fn open_new(path: &Path, access: Access) -> io::Result<File> {
    let mode = if access == Access::Owner { 0o600 } else { 0o644 };
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    // The umask may have taken bits; what is meant for all should not depend on it.
    file.set_permissions(Permissions::from_mode(mode))?;
    Ok(file)
}

// A name of this process in the same folder, so that renaming stays within one file system.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    folder(path).join(format!(".{name}.{}.new", std::process::id()))
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn failure(path: &Path, source: io::Error) -> KeyFileError {
    match source.kind() {
        io::ErrorKind::NotFound => KeyFileError::Missing(path.to_owned()),
        _ => KeyFileError::Io {
            path: path.to_owned(),
            source,
        },
    }
}
