//! Key files, passphrases and public halves as people meet them.

mod files;
mod passphrases;
mod pkcs11;
mod signatures;

use std::path::PathBuf;

use liaison_protocol::key::Algorithm;
use tempfile::TempDir;

use crate::{KeyFile, Passphrase};

/// A folder that is gone after the test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A node's key file with the least work, and its path.
    fn saved(&self) -> (KeyFile, PathBuf) {
        let keys = KeyFile::generate(&["log", "cosigner", "node"], Algorithm::Ed25519).unwrap();
        let path = self.path("node.age");
        keys.save(&path, &passphrase("right"), Some(1)).unwrap();
        (keys, path)
    }
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}
