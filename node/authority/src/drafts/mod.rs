//! Drafts: records that contributors prepare and administrators decide on, until one of them signs. They stand in no
//! log and on no other node.
//!
//! A decision here binds nobody: what counts is the signature, which the administrator makes on a machine of their own,
//! from the draft's words and against the published version that their own program has verified.

mod draft;
mod summary;

use std::collections::BTreeMap;
use std::io;

use liaison_records::{Faults, Reference};

use crate::files::{Files, Misfit};

pub use draft::{Comment, Draft, DraftChange, NewDraft, NextStep, Step};
pub use summary::DraftSummary;

/// Bytes of a draft as it is kept, as JSON: what it says, what was said of it, and who did. What reads drafts and what
/// writes them go by this one limit, so that none is kept that is not read again.
pub const DRAFT_SIZE_MAX: usize = 4 << 20;
/// Drafts that are kept.
const DRAFTS_MAX: usize = 1_000;
/// Bytes of all of them.
const BYTES_MAX: u64 = 256 << 20;

/// Why something cannot be done with a draft.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// It is not there.
    #[error("there is no draft {0}; see `liaison draft list`")]
    Unknown(String),
    /// Somebody else changed it meanwhile.
    #[error(
        "draft {id} was seen at revision {given}, but it stands at {found}; read it again with `liaison draft show {id}`"
    )]
    Stale {
        /// The draft.
        id: String,
        /// What was seen.
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
    /// It names no suggestion.
    #[error("‘suggestion’ names the version of one, as COE/suggestion/slug@42")]
    Suggestion,
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
    #[error("a draft has at most {most} bytes as JSON, with what was said of it; this one would have {size}")]
    TooLarge {
        /// Bytes that it has.
        size: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// There are too many.
    #[error(
        "at most {most} drafts of together {bytes} bytes are kept; published and rejected ones make room, of which there \
         are not enough: publish or reject some"
    )]
    TooMany {
        /// Drafts allowed.
        most: usize,
        /// Bytes allowed.
        bytes: u64,
    },
    /// The disk failed.
    #[error("the draft could not be kept: {0}")]
    Io(#[from] io::Error),
}

/// All drafts of an authority: what they say stays on the disk until somebody asks.
pub struct Drafts {
    files: Box<dyn Files>,
    drafts: BTreeMap<String, DraftSummary>,
}

impl Drafts {
    /// Looks at what is kept.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(files: Box<dyn Files>) -> io::Result<Drafts> {
        let mut drafts = BTreeMap::new();
        files.each(&mut |id, bytes| {
            let draft: Draft = serde_json::from_slice(bytes)?;
            if draft.id != id {
                return Err(Misfit::Name(draft.id));
            }
            drafts.insert(draft.id.clone(), DraftSummary::of(&draft, bytes.len()));
            Ok(())
        })?;
        Ok(Drafts { files, drafts })
    }

    /// All drafts, those last changed first.
    pub fn all(&self) -> Vec<&DraftSummary> {
        let mut all: Vec<&DraftSummary> = self.drafts.values().collect();
        all.sort_by(|one, other| (other.changed_at, &one.id).cmp(&(one.changed_at, &other.id)));
        all
    }

    /// One draft, read from the disk.
    pub fn get(&self, id: &str) -> Result<Draft, DraftError> {
        if !self.drafts.contains_key(id) {
            return Err(DraftError::Unknown(id.to_owned()));
        }
        let bytes = self.files.read(id)?;
        Ok(serde_json::from_slice(&bytes).map_err(io::Error::from)?)
    }

    /// Begins one. `id` is random and new.
    pub fn make(&mut self, id: String, new: NewDraft, by: &str, now: u64) -> Result<Draft, DraftError> {
        if let Some(suggestion) = &new.suggestion
            && !is_suggestion(suggestion)
        {
            return Err(DraftError::Suggestion);
        }
        self.keep(Draft::new(id, new, by, now))
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
    pub fn step(&mut self, id: &str, next: NextStep, by: &str, now: u64) -> Result<Draft, DraftError> {
        self.with(id, |draft| draft.step(next, by, now))
    }

    fn with(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Draft) -> Result<(), DraftError>,
    ) -> Result<Draft, DraftError> {
        let mut draft = self.get(id)?;
        change(&mut draft)?;
        self.keep(draft)
    }

    // In memory once it is on the disk.
    fn keep(&mut self, draft: Draft) -> Result<Draft, DraftError> {
        let bytes = serde_json::to_vec(&draft).map_err(io::Error::from)?;
        if bytes.len() > DRAFT_SIZE_MAX {
            return Err(DraftError::TooLarge {
                size: bytes.len(),
                most: DRAFT_SIZE_MAX,
            });
        }
        let summary = DraftSummary::of(&draft, bytes.len());
        let in_the_way = self.in_the_way_of(&summary)?;
        self.files.write(&draft.id, &bytes)?;
        self.drafts.insert(draft.id.clone(), summary);
        for id in in_the_way {
            self.files.remove(&id)?;
            self.drafts.remove(&id);
        }
        Ok(draft)
    }

    // What makes room for a draft: published ones first, then rejected ones, the oldest first. None does when all of
    // them are not enough.
    fn in_the_way_of(&self, kept: &DraftSummary) -> Result<Vec<String>, DraftError> {
        let others = || self.drafts.values().filter(|draft| draft.id != kept.id);
        let (mut count, mut bytes) = (others().count() + 1, kept.size);
        bytes += others().map(|draft| draft.size).sum::<u64>();
        let mut over: Vec<&DraftSummary> = others().filter(|draft| draft.is_over()).collect();
        over.sort_by_key(|draft| (draft.step == Step::Rejected, draft.changed_at));
        let mut over = over.into_iter();
        let mut removed = Vec::new();
        while count > DRAFTS_MAX || bytes > BYTES_MAX {
            let oldest = over.next().ok_or(DraftError::TooMany {
                most: DRAFTS_MAX,
                bytes: BYTES_MAX,
            })?;
            (count, bytes) = (count - 1, bytes - oldest.size);
            removed.push(oldest.id.clone());
        }
        Ok(removed)
    }
}

fn is_suggestion(text: &str) -> bool {
    let reference: Result<Reference, _> = text.parse();
    reference.is_ok_and(|named| {
        named.index.is_some()
            && named
                .single()
                .is_some_and(|(_, record)| record.kind() == "suggestion")
    })
}

#[cfg(test)]
mod tests;
