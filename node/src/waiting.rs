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
            let (since, size) = (kept.since, bytes.len());
            held.insert(hash, Held { update, since, size });
            Ok(())
        })?;
        Ok(Waiting { files, held })
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Held> {
        self.held.values()
    }

    /// One of them.
    pub(crate) fn get(&self, hash: &Hash) -> Result<&Held, WaitingError> {
        self.held.get(hash).ok_or(WaitingError::Unknown(*hash))
    }

    /// One of them with its payloads, if it is here.
    pub(crate) fn find(&self, hash: &Hash) -> Result<Option<Submission>, WaitingError> {
        let Some(held) = self.held.get(hash) else {
            return Ok(None);
        };
        let payloads = self.payloads(hash)?.into_iter();
        Ok(Some(Submission {
            update: held.update.clone(),
            payloads: payloads.map(|payload| payload.0).collect(),
        }))
    }

    /// The payloads of one, read from the disk.
    pub(crate) fn payloads(&self, hash: &Hash) -> Result<Vec<Base64>, WaitingError> {
        self.get(hash)?;
        let kept: Kept =
            serde_json::from_slice(&self.files.read(&hash.to_string())?).map_err(io::Error::from)?;
        Ok(kept.submitted.payloads)
    }

    /// Keeps an update whose signatures count, in the place of what it was: its payloads stay those that came first.
    pub(crate) fn keep(&mut self, submission: &Submission, now: u64) -> Result<&Held, WaitingError> {
        let hash = submission.update.hash();
        let (since, payloads) = match self.held.get(&hash) {
            Some(held) => (held.since, self.payloads(&hash)?),
            None => (now, submission.payloads.iter().cloned().map(Base64).collect()),
        };
        let kept = Kept {
            since,
            submitted: SubmittedUpdate {
                update: Base64(submission.update.to_bytes()),
                payloads,
            },
        };
        let bytes = serde_json::to_vec(&kept).map_err(io::Error::from)?;
        self.has_room(&hash, bytes.len())?;
        self.files.write(&hash.to_string(), &bytes)?;
        let held = Held {
            update: submission.update.clone(),
            since,
            size: bytes.len(),
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
