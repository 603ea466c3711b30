//! Passphrases and where they come from: a prompt, a file, a credential of the service manager. Never an
//! argument or a variable, which other processes and logs can see.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;

use crate::error::KeyFileError;
use crate::files::{self, Access};
use crate::kind::Kind;

/// A passphrase, overwritten in memory when it is dropped, never printed.
#[derive(Clone)]
pub struct Passphrase(SecretString);

/// Where a passphrase comes from.
pub enum PassphraseSource<'a> {
    /// A person, asked for the passphrase of the given file.
    Prompt(&'a dyn Fn(&Path) -> io::Result<String>),
    /// A file for its owner alone; one line break at the end does not count.
    File(PathBuf),
    /// A file that the service manager lays for this service alone.
    Credential {
        /// The folder of credentials, `$CREDENTIALS_DIRECTORY`.
        directory: PathBuf,
        /// Which one.
        name: String,
    },
}

impl Passphrase {
    /// Takes any text but the empty one.
    pub fn new(text: String) -> Result<Passphrase, KeyFileError> {
        if text.is_empty() {
            Err(KeyFileError::EmptyPassphrase)
        } else {
            Ok(Passphrase(SecretString::from(text)))
        }
    }

    pub(crate) fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

impl PassphraseSource<'_> {
    /// The credential `name`, if the service manager passed any to this process.
    pub fn credential(name: &str) -> Option<PassphraseSource<'static>> {
        let directory = std::env::var_os("CREDENTIALS_DIRECTORY")?.into();
        Some(PassphraseSource::Credential {
            directory,
            name: name.to_owned(),
        })
    }

    /// The passphrase of the key file `of`.
    pub fn get(&self, of: &Path) -> Result<Passphrase, KeyFileError> {
        match self {
            PassphraseSource::Prompt(ask) => {
                let failed = |source| KeyFileError::Prompt {
                    path: of.to_owned(),
                    source,
                };
                Passphrase::new(ask(of).map_err(failed)?)
            }
            PassphraseSource::File(path) => read(path, Access::Owner),
            // Its mode may show a group that an access list names; the service manager guards the folder.
            PassphraseSource::Credential { directory, name } => read(&directory.join(name), Access::Anyone)
                .map_err(|error| match error {
                    KeyFileError::Missing(_) => KeyFileError::NoCredential(name.clone()),
                    other => other,
                }),
        }
    }
}

fn read(path: &Path, access: Access) -> Result<Passphrase, KeyFileError> {
    const LONGEST: usize = 1024;
    let bytes = files::read(path, access, Kind::Passphrase)?;
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let wrong = || KeyFileError::PassphraseFile(path.to_owned());
    if line.len() > LONGEST || line.iter().any(|byte| *byte == b'\n' || *byte == 0) {
        return Err(wrong());
    }
    Passphrase::new(std::str::from_utf8(line).map_err(|_| wrong())?.to_owned())
}
