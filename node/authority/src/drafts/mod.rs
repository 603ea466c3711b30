//! Drafts: records that contributors prepare and administrators decide on, until one of them signs. They stand in no
//! log and on no other node.
//!
//! A decision here binds nobody: what counts is the signature, which the administrator makes on a machine of their own,
//! from the draft's words and against the published version that their own program has verified.

mod draft;

use std::collections::BTreeMap;
use std::io;

use liaison_records::Faults;

pub use draft::{Comment, Draft, DraftChange, NewDraft, Step};

/// Drafts that are kept; the oldest published ones make room.
const DRAFTS_MAX: usize = 1_000;

/// Where drafts are kept: each write is durable when it returns.
pub trait DraftFiles: Send {
    /// All that are there.
    fn all(&self) -> io::Result<Vec<Vec<u8>>>;
    /// Keeps one in the place of what it was.
    fn write(&mut self, id: &str, bytes: &[u8]) -> io::Result<()>;
    /// Removes one.
    fn remove(&mut self, id: &str) -> io::Result<()>;
}

/// Why something cannot be done with a draft.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// It is not there.
    #[error("there is no draft {0}; see `liaison draft list`")]
    Unknown(String),
    /// Somebody else changed it meanwhile.
    #[error(
        "draft {id} was changed from revision {given}, but it stands at {found}; read it again and repeat the change"
    )]
    Stale {
        /// The draft.
        id: String,
        /// What was changed.
        given: u64,
        /// What stands.
        found: u64,
    },
    /// It is not its turn.
    #[error("draft {id} is {}, so it cannot become {}", .from.word(), .to.word())]
    Step {
        /// The draft.
        id: String,
        /// Where it is.
        from: Step,
        /// Where it was to go.
        to: Step,
    },
    /// It breaks rules of its kind.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// Nobody would know why.
    #[error("say why it is rejected")]
    Reason,
    /// A remark is empty or too long.
    #[error("a remark has 1 to {most} characters")]
    Comment {
        /// Characters allowed.
        most: usize,
    },
    /// There are too many remarks.
    #[error("a draft has at most {most} remarks")]
    Comments {
        /// Remarks allowed.
        most: usize,
    },
    /// It is too large.
    #[error("a draft's content has at most {most} bytes as JSON, this one has {size}")]
    TooLarge {
        /// Bytes that it has.
        size: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// There are too many.
    #[error("at most {most} drafts are kept; publish or reject some")]
    TooMany {
        /// Drafts allowed.
        most: usize,
    },
    /// The disk failed.
    #[error("the draft could not be kept: {0}")]
    Io(#[from] io::Error),
}

/// All drafts of an authority.
pub struct Drafts {
    files: Box<dyn DraftFiles>,
    drafts: BTreeMap<String, Draft>,
}

impl Drafts {
    /// Reads what is kept. What does not read is left alone and told of.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(files: Box<dyn DraftFiles>) -> io::Result<Drafts> {
        let mut drafts = BTreeMap::new();
        for bytes in files.all()? {
            if let Ok(draft) = serde_json::from_slice::<Draft>(&bytes) {
                drafts.insert(draft.id.clone(), draft);
            }
        }
        Ok(Drafts { files, drafts })
    }

    /// All drafts, those last changed first.
    pub fn all(&self) -> Vec<Draft> {
        let mut all: Vec<Draft> = self.drafts.values().cloned().collect();
        all.sort_by(|one, other| (other.changed_at, &one.id).cmp(&(one.changed_at, &other.id)));
        all
    }

    /// One draft.
    pub fn get(&self, id: &str) -> Result<&Draft, DraftError> {
        self.drafts
            .get(id)
            .ok_or_else(|| DraftError::Unknown(id.to_owned()))
    }

    /// Begins one. `id` is random and new.
    pub fn make(&mut self, id: String, new: NewDraft, by: &str, now: u64) -> Result<Draft, DraftError> {
        let draft = Draft::new(id, new, by, now)?;
        self.make_room()?;
        self.keep(draft)
    }

    /// Changes what one says.
    pub fn change(&mut self, id: &str, change: DraftChange, by: &str, now: u64) -> Result<Draft, DraftError> {
        self.with(id, |draft| draft.change(change, by, now))
    }

    /// Adds a remark.
    pub fn comment(&mut self, id: &str, text: String, by: &str, now: u64) -> Result<Draft, DraftError> {
        self.with(id, |draft| draft.comment(text, by, now))
    }

    /// Takes a step.
    pub fn step(
        &mut self,
        id: &str,
        step: Step,
        reason: Option<String>,
        by: &str,
        now: u64,
    ) -> Result<Draft, DraftError> {
        self.with(id, |draft| draft.step(step, reason, by, now))
    }

    fn with(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Draft) -> Result<(), DraftError>,
    ) -> Result<Draft, DraftError> {
        let mut draft = self.get(id)?.clone();
        change(&mut draft)?;
        self.keep(draft)
    }

    // In memory once it is on the disk.
    fn keep(&mut self, draft: Draft) -> Result<Draft, DraftError> {
        let bytes = serde_json::to_vec_pretty(&draft).map_err(io::Error::from)?;
        self.files.write(&draft.id, &bytes)?;
        self.drafts.insert(draft.id.clone(), draft.clone());
        Ok(draft)
    }

    fn make_room(&mut self) -> Result<(), DraftError> {
        if self.drafts.len() < DRAFTS_MAX {
            return Ok(());
        }
        let published = self.drafts.values().filter(|draft| draft.step == Step::Published);
        let oldest = published
            .min_by_key(|draft| draft.changed_at)
            .map(|draft| draft.id.clone());
        let id = oldest.ok_or(DraftError::TooMany { most: DRAFTS_MAX })?;
        self.files.remove(&id)?;
        self.drafts.remove(&id);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
