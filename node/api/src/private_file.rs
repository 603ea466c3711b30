//! Small files that only the node's user may read: written whole, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Why a private file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PrivateFileError {
    /// The operating system refused.
    #[error("{path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        cause: std::io::Error,
    },
    /// Others may read or write it.
    #[error(
        "{path} has mode {mode:03o}: others may read or change it; run chmod 600 on it after checking it"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is larger than anything written there.
    #[error("{path} has more than {limit} bytes; this is not a file of the node")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
}

/// Reads a file of at most `limit` bytes; none when there is no such file.
pub fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, PrivateFileError> {
    let io = |cause| PrivateFileError::Io {
        path: path.to_owned(),
        cause,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(io(cause)),
    };
    let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(PrivateFileError::Open {
            path: path.to_owned(),
            mode,
        });
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > limit {
        return Err(PrivateFileError::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(Some(bytes))
}

/// Replaces a file: written beside it with mode 0600, flushed, renamed, and the folder flushed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), PrivateFileError> {
    let io = |cause| PrivateFileError::Io {
        path: path.to_owned(),
        cause,
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // A leftover of a crash may have another mode.
    match fs::remove_file(&beside) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(io(cause)),
        _ => {}
    }
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.sync_all().map_err(io)?;
    fs::rename(&beside, path).map_err(io)?;
    flush_folder(path).map_err(io)
}

/// Removes a file, and flushes the folder.
pub fn remove(path: &Path) -> Result<(), PrivateFileError> {
    let io = |cause| PrivateFileError::Io {
        path: path.to_owned(),
        cause,
    };
    fs::remove_file(path).map_err(io)?;
    flush_folder(path).map_err(io)
}

fn flush_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
