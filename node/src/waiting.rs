//! Updates that wait for more signatures than they have. They stand in no log and on no other node: who is to sign next
//! finds here the very bytes that were signed before.

use std::collections::BTreeMap;
use std::io;

use liaison_api::Submission;
use liaison_api::model::{Base64, SubmittedUpdate};
use liaison_authority::files::{Files, Misfit};
use liaison_protocol::Hash;
use liaison_protocol::dsse::Signed;
use liaison_protocol::update::Update;
use serde::{Deserialize, Serialize};

/// Bytes of a file: an update of 8 MiB, the largest that is taken, as base64.
pub(crate) const FILE_SIZE_MAX: usize = 12 << 20;
/// Updates that may wait.
const UPDATES_MAX: usize = 100;
/// Bytes of all their files.
const BYTES_MAX: usize = 256 << 20;

/// An update that waits; its payloads stay on the disk.
pub(crate) struct Held {
    /// The update, with the signatures so far.
    pub(crate) update: Signed<Update>,
    /// How many administrators must sign.
    pub(crate) needed: u32,
    /// Since when it waits (Unix, milliseconds).
    pub(crate) since: u64,
    size: usize,
}

/// Why an update cannot wait, or is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WaitingError {
    #[error("no update {0} waits for signatures; see `liaison draft list`")]
    Unknown(Hash),
    #[error(
        "at most {UPDATES_MAX} updates of together {BYTES_MAX} bytes wait for signatures; sign some, or give them up with \
         `liaison draft reject`"
    )]
    TooMany,
    #[error("the update could not be kept: {0}")]
    Io(#[from] io::Error),
}

/// All updates that wait.
pub(crate) struct Waiting {
    files: Box<dyn Files>,
    held: BTreeMap<Hash, Held>,
}

// What a file holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    since: u64,
    needed: u32,
    submitted: SubmittedUpdate,
}

impl Waiting {
    /// Looks at what is kept.
    pub(crate) fn open(files: Box<dyn Files>) -> io::Result<Waiting> {
        let mut held = BTreeMap::new();
        files.each(&mut |id, bytes| {
            let kept: Kept = serde_json::from_slice(bytes)?;
            let update = Signed::<Update>::from_bytes(&kept.submitted.update.0)
                .map_err(|cause| Misfit::Name(format!("no update: {cause}")))?;
            let hash = update.hash();
            if hash.to_string() != id {
                return Err(Misfit::Name(hash.to_string()));
            }
            let Kept { since, needed, .. } = kept;
            let size = bytes.len();
            held.insert(
                hash,
                Held {
                    update,
                    needed,
                    since,
                    size,
                },
            );
            Ok(())
        })?;
        Ok(Waiting { files, held })
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Hash, &Held)> {
        self.held.iter()
    }

    /// One of them.
    pub(crate) fn get(&self, hash: &Hash) -> Result<&Held, WaitingError> {
        self.held.get(hash).ok_or(WaitingError::Unknown(*hash))
    }

    /// The payloads of one, read from the disk.
    pub(crate) fn payloads(&self, hash: &Hash) -> Result<Vec<Base64>, WaitingError> {
        self.get(hash)?;
        let kept: Kept =
            serde_json::from_slice(&self.files.read(&hash.to_string())?).map_err(io::Error::from)?;
        Ok(kept.submitted.payloads)
    }

    /// Keeps an update whose signatures are verified, together with those that are here already.
    pub(crate) fn keep(
        &mut self,
        submission: &Submission,
        needed: u32,
        now: u64,
    ) -> Result<&Held, WaitingError> {
        let hash = submission.update.hash();
        let mut update = submission.update.clone();
        let mut since = now;
        if let Some(held) = self.held.get(&hash) {
            update.merge(held.update.envelope().signatures.clone());
            since = held.since;
        }
        let kept = Kept {
            since,
            needed,
            submitted: SubmittedUpdate {
                update: Base64(update.to_bytes()),
                payloads: submission.payloads.iter().cloned().map(Base64).collect(),
            },
        };
        let bytes = serde_json::to_vec(&kept).map_err(io::Error::from)?;
        self.has_room(&hash, bytes.len())?;
        self.files.write(&hash.to_string(), &bytes)?;
        let size = bytes.len();
        let held = Held {
            update,
            needed,
            since,
            size,
        };
        Ok(self.held.entry(hash).insert_entry(held).into_mut())
    }

    /// Takes one away.
    pub(crate) fn remove(&mut self, hash: &Hash) -> Result<(), WaitingError> {
        self.get(hash)?;
        self.files.remove(&hash.to_string())?;
        self.held.remove(hash);
        Ok(())
    }

    fn has_room(&self, hash: &Hash, size: usize) -> Result<(), WaitingError> {
        let others = || self.held.iter().filter(|(held, _)| *held != hash);
        let bytes: usize = others().map(|(_, held)| held.size).sum();
        let fits = size <= FILE_SIZE_MAX && bytes + size <= BYTES_MAX && others().count() < UPDATES_MAX;
        fits.then_some(()).ok_or(WaitingError::TooMany)
    }
}

#[cfg(test)]
mod tests;
