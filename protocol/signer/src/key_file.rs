//! The age file that holds secret keys: made, opened, given another passphrase.

use std::path::Path;

use liaison_protocol::key::{Algorithm, Signer};

use crate::content::{self, ContentError};
use crate::error::KeyFileError;
use crate::files::{self, Access};
use crate::kind::Kind;
use crate::passphrase::Passphrase;
use crate::public::PublicHalf;
use crate::seal::{self, MAXIMUM_WORK_FACTOR, SealError, WORK_FACTOR};
use crate::secret::SecretKey;

/// The secret keys of one file, in memory.
#[derive(Debug)]
pub struct KeyFile {
    keys: Vec<SecretKey>,
}

impl KeyFile {
    /// The most keys that one file holds.
    pub const MAXIMUM_KEYS: usize = 16;

    /// Keys that are to lie in one file: 1 to 16, their names distinct.
    pub fn new(keys: Vec<SecretKey>) -> Result<KeyFile, KeyFileError> {
        if keys.is_empty() || keys.len() > KeyFile::MAXIMUM_KEYS {
            return Err(KeyFileError::Count(keys.len()));
        }
        for (index, key) in keys.iter().enumerate() {
            if keys[..index].iter().any(|earlier| earlier.name() == key.name()) {
                return Err(KeyFileError::Repeated(key.name().to_owned()));
            }
        }
        Ok(KeyFile { keys })
    }

    /// Makes new keys by these names, all of one algorithm.
    pub fn generate(names: &[&str], algorithm: Algorithm) -> Result<KeyFile, KeyFileError> {
        KeyFile::new(
            names
                .iter()
                .map(|name| SecretKey::generate(name, algorithm))
                .collect::<Result<_, _>>()?,
        )
    }

    /// Writes a new file for its owner alone (mode 0600), durable when this returns. A file of that name is an
    /// error. `work_factor` is [`WORK_FACTOR`] unless given; the file's readable head says which.
    pub fn save(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        work_factor: Option<u8>,
    ) -> Result<(), KeyFileError> {
        files::create(path, Access::Owner, &self.seal(path, passphrase, work_factor)?)
    }

    /// Opens a file. It must be for its owner alone.
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<KeyFile, KeyFileError> {
        let sealed = read(path)?;
        let plain = seal::unseal(&sealed, passphrase).map_err(|error| seal_error(path, error))?;
        let damaged = |reason: String| KeyFileError::Damaged {
            path: path.to_owned(),
            reason,
        };
        let keys = content::read(&plain).map_err(|error| match error {
            ContentError::Newer(version) => KeyFileError::Newer {
                path: path.to_owned(),
                version,
            },
            ContentError::Line(number) => damaged(format!("line {number} of its content holds no key")),
        })?;
        KeyFile::new(keys).map_err(|error| damaged(error.to_string()))
    }

    /// Gives the file at `path` another passphrase, and a new work factor ([`WORK_FACTOR`] unless given). At any
    /// moment the file opens with the old passphrase or with the new one.
    pub fn reseal(
        path: &Path,
        old: &Passphrase,
        new: &Passphrase,
        work_factor: Option<u8>,
    ) -> Result<(), KeyFileError> {
        let sealed = KeyFile::open(path, old)?.seal(path, new, work_factor)?;
        files::replace(path, Access::Owner, &sealed)
    }

    /// The work factor of the file at `path`, from its readable head.
    pub fn work_factor(path: &Path) -> Result<u8, KeyFileError> {
        let damaged = || KeyFileError::Damaged {
            path: path.to_owned(),
            reason: "its head is not one of age".into(),
        };
        seal::work_factor(&read(path)?).ok_or_else(damaged)
    }

    /// The keys.
    pub fn keys(&self) -> &[SecretKey] {
        &self.keys
    }

    /// The public halves of all keys.
    pub fn public_halves(&self) -> Vec<PublicHalf> {
        self.keys.iter().map(SecretKey::public_half).collect()
    }

    /// The key of that name; `path` is the file, for the message.
    pub fn key(&self, name: &str, path: &Path) -> Result<&SecretKey, KeyFileError> {
        self.keys.iter().find(|key| key.name() == name).ok_or_else(|| {
            let present: Vec<&str> = self.keys.iter().map(SecretKey::name).collect();
            KeyFileError::NoSuchKey {
                path: path.to_owned(),
                name: name.to_owned(),
                present: present.join(", "),
            }
        })
    }

    /// What signs with the key of that name; `path` is the file, for the message.
    pub fn signer(&self, name: &str, path: &Path) -> Result<Box<dyn Signer>, KeyFileError> {
        Ok(self.key(name, path)?.clone().into_signer())
    }

    fn seal(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        factor: Option<u8>,
    ) -> Result<Vec<u8>, KeyFileError> {
        let plain = content::write(&self.keys);
        let factor = factor.unwrap_or(WORK_FACTOR);
        seal::seal(plain.as_bytes(), passphrase, factor).map_err(|error| seal_error(path, error))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, KeyFileError> {
    let sealed = files::read(path, Access::Owner, Kind::KeyFile)?;
    match Kind::of(&sealed) {
        Kind::KeyFile => Ok(sealed.to_vec()),
        found => Err(KeyFileError::WrongKind {
            path: path.to_owned(),
            found,
            needed: Kind::KeyFile,
        }),
    }
}

fn seal_error(path: &Path, error: SealError) -> KeyFileError {
    let path = path.to_owned();
    match error {
        SealError::WorkFactor(factor) => KeyFileError::WorkFactor(factor),
        SealError::TooMuchWork(factor) => KeyFileError::TooMuchWork {
            path,
            factor,
            maximum: MAXIMUM_WORK_FACTOR,
        },
        SealError::WrongPassphrase => KeyFileError::WrongPassphrase(path),
        SealError::Damaged(reason) => KeyFileError::Damaged { path, reason },
    }
}
