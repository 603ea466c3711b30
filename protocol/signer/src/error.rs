//! What can be wrong with a key file, its passphrase or a public half.

use std::io;
use std::path::PathBuf;

use liaison_protocol::key::KeyError;

use crate::kind::Kind;

/// Why a key file, a passphrase or a public half could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is no such file.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// The file exists already; a key is never overwritten.
    #[error("{} exists already; a key file is never overwritten, choose another name", .0.display())]
    Exists(PathBuf),
    /// Others than the owner may read or write the file.
    #[error("{} can be used by others (mode {mode:04o}); run: chmod 600 {}", path.display(), path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is of another kind than the one that is needed.
    #[error("{} is {found}; {}", path.display(), found.advice(*needed))]
    WrongKind {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: Kind,
        /// What is needed.
        needed: Kind,
    },
    /// The passphrase does not open the file.
    #[error("the passphrase does not open {}; if it is the right one, the file was changed", .0.display())]
    WrongPassphrase(PathBuf),
    /// The file was changed or cut after it was written.
    #[error("{} was changed or cut after it was written: {reason}; restore it from a copy", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// Opening the file would take more work than any file of ours does.
    #[error("{} asks for a work factor of {factor}; at most {maximum} is accepted", path.display())]
    TooMuchWork {
        /// The file.
        path: PathBuf,
        /// Its work factor, the base-2 logarithm of scrypt's N.
        factor: u8,
        /// The most that is accepted.
        maximum: u8,
    },
    /// A work factor that no file can be written with.
    #[error("a work factor of {0} is not possible; 1 to 20 is")]
    WorkFactor(u8),
    /// The file was written by a newer release.
    #[error("{} holds keys in a format of a newer release ({version}); use that release", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The format that it names.
        version: String,
    },
    /// The file holds no key of that name.
    #[error("{} holds no key named ‘{name}’; it holds {present}", path.display())]
    NoSuchKey {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        name: String,
        /// The names that are there.
        present: String,
    },
    /// A name that no key can have.
    #[error("‘{0}’ is no name of a key: 1 to 64 of A-Z, a-z, 0-9, dot, hyphen and underscore are possible")]
    Name(String),
    /// Two keys of one file have the same name.
    #[error("two keys of a file cannot both be named ‘{0}’")]
    Repeated(String),
    /// A file holds one to sixteen keys.
    #[error("a key file holds 1 to 16 keys, not {0}")]
    Count(usize),
    /// The public half does not hold a key.
    #[error("{}, line {line}: {reason}", path.display())]
    PublicHalf {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What does not fit.
        reason: PublicHalfError,
    },
    /// The passphrase is empty.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// A passphrase file holds something else than one line of text.
    #[error("{} must hold the passphrase alone, as one line of text of at most 1,024 bytes", .0.display())]
    PassphraseFile(PathBuf),
    /// The service manager passed no credential of that name.
    #[error("the service manager passed no credential named ‘{0}’; add LoadCredential={0}:FILE to the unit")]
    NoCredential(String),
    /// The person at the prompt gave none.
    #[error("no passphrase was given for {}: {source}", path.display())]
    Prompt {
        /// The file that it was asked for.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system's random numbers are not to be had.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// What does not fit in a line of a public half.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicHalfError {
    /// Not three words of which the first names the format.
    #[error("‘liaison-key-v1 NAME KEY’ is expected")]
    Line,
    /// No name of a key.
    #[error("‘{0}’ is no name of a key")]
    Name(String),
    /// Not a public key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The comment with the key id belongs to another key.
    #[error("the key id in the comment belongs to another key; the file was changed")]
    KeyId,
    /// One key is needed.
    #[error("a file with one key is needed, this one has more")]
    Several,
}
