//! The cosignatures of one log that are known and verified, by the head that they sign.
//!
//! What is kept is bounded by the number of witnesses: of each its newest head, and a few heads
//! above the newest one that has its quorum.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use liaison_protocol::acceptance::LastCosigned;
use liaison_protocol::tlog::{Cosignature, SignedCheckpoint};
use liaison_protocol::{Code, Hash, Origin, Position};

use crate::limits::{LINES_A_WITNESS, RECENT_HEADS_MAX};
use crate::wire::{unsigned, with_lines};

/// What became of a cosignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Added {
    /// It is kept.
    New,
    /// It was there, or is older than what counts.
    Known,
    /// The witness cosigned another root of the same size: the other one.
    Contradicts(Hash),
}

/// The cosignatures of one head.
#[derive(Debug, Default)]
struct Lines {
    of: BTreeMap<Code, Cosignature>,
    // Made when it is asked for, forgotten when the cosigners change.
    digest: OnceLock<Vec<u8>>,
}

impl Lines {
    fn insert(&mut self, code: Code, line: Cosignature) {
        self.of.insert(code, line);
        self.digest.take();
    }

    fn remove(&mut self, code: &Code) {
        self.of.remove(code);
        self.digest.take();
    }

    // First 8 bytes of SHA-256 over the codes, each with a line break; empty without any.
    fn digest(&self) -> &[u8] {
        self.digest.get_or_init(|| {
            let codes: String = self.of.keys().flat_map(|code| [code.as_str(), "\n"]).collect();
            match codes.is_empty() {
                true => Vec::new(),
                false => Hash::of(codes.as_bytes()).0[..8].to_vec(),
            }
        })
    }
}

/// The cosignatures of one log.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    heads: BTreeMap<(u64, Hash), Lines>,
    newest: BTreeMap<Code, (u64, Hash, Cosignature)>,
    // Heads held that have no quorum yet or are the newest one with it: the log's signature alone.
    recent: BTreeMap<u64, SignedCheckpoint>,
    witnessed: u64,
    /// What this node cosigned last.
    pub(crate) cosigned: Option<LastCosigned>,
    /// When it did, and what was asked for when, in Unix milliseconds.
    pub(crate) cosigned_at: u64,
    pub(crate) asked: Option<(u64, u64)>,
    /// When a peer was last asked for cosignatures that it knows and this node does not.
    pub(crate) fetched_at: Option<u64>,
}

impl Pool {
    /// Adds a verified cosignature of `code`.
    pub(crate) fn add(&mut self, code: &Code, size: u64, root: Hash, line: Cosignature) -> Added {
        let other = self.heads.range((size, Hash([0; 32]))..=(size, Hash([255; 32])));
        let mut other = other.filter(|((_, r), lines)| *r != root && lines.of.contains_key(code));
        if let Some(((_, other), _)) = other.next() {
            return Added::Contradicts(*other);
        }
        let newer = self
            .newest
            .get(code)
            .is_none_or(|(s, _, c)| (*s, c.time) < (size, line.time));
        if newer {
            self.newest.insert(code.clone(), (size, root, line.clone()));
        }
        if size < self.witnessed {
            return if newer { Added::New } else { Added::Known };
        }
        let lines = self.heads.entry((size, root)).or_default();
        let earlier = lines.of.get(code).is_none_or(|held| held.time > line.time);
        if earlier {
            lines.insert(code.clone(), line);
        }
        self.limit(code);
        if earlier || newer {
            Added::New
        } else {
            Added::Known
        }
    }

    /// Remembers a head that is held.
    pub(crate) fn hold(&mut self, size: u64, head: SignedCheckpoint) {
        if size >= self.witnessed {
            self.recent.insert(size, head);
        }
        while self.recent.len() > RECENT_HEADS_MAX {
            self.recent.pop_first();
        }
    }

    /// Sizes of the heads held that wait for their quorum, newest first.
    pub(crate) fn waiting(&self) -> Vec<u64> {
        self.recent
            .keys()
            .rev()
            .filter(|size| **size > self.witnessed)
            .copied()
            .collect()
    }

    /// Whether a cosignature is known.
    pub(crate) fn has(&self, code: &Code, position: &Position, line: &Cosignature) -> bool {
        let lines = self.heads.get(&(position.size, position.root));
        lines.and_then(|lines| lines.of.get(code)) == Some(line)
    }

    /// A head held, without cosignatures.
    pub(crate) fn bare_head(&self, size: u64) -> Option<&SignedCheckpoint> {
        self.recent.get(&size)
    }

    /// A head held, with every cosignature known of it.
    pub(crate) fn head(&self, size: u64) -> Option<SignedCheckpoint> {
        let head = self.recent.get(&size)?;
        let lines = self.lines(size, &head.checkpoint.root);
        let lines = lines.map(|(_, line)| line.to_note_signature());
        Some(with_lines(
            head,
            head.note.signatures.iter().cloned().chain(lines),
        ))
    }

    /// The cosignatures known of a head.
    pub(crate) fn lines(&self, size: u64, root: &Hash) -> impl Iterator<Item = (&Code, &Cosignature)> {
        self.heads
            .get(&(size, *root))
            .into_iter()
            .flat_map(|lines| &lines.of)
    }

    /// A short digest of whose cosignatures of a head are known; empty when none is.
    pub(crate) fn cosigners(&self, size: u64, root: &Hash) -> &[u8] {
        self.heads.get(&(size, *root)).map_or(&[], Lines::digest)
    }

    /// The newest head that a witness cosigned, as a note with that cosignature alone.
    pub(crate) fn newest_of(&self, origin: &Origin, code: &Code) -> Option<SignedCheckpoint> {
        let (size, root, line) = self.newest.get(code)?;
        let head = unsigned(Position {
            origin: origin.clone(),
            size: *size,
            root: *root,
        });
        Some(with_lines(&head, [line.to_note_signature()]))
    }

    /// The newest head that a witness cosigned.
    pub(crate) fn newest_position(&self, code: &Code) -> Option<(u64, Hash)> {
        self.newest.get(code).map(|(size, root, _)| (*size, *root))
    }

    /// The size of what this node cosigned last, by its journal and by what others remember; `me` is its authority.
    pub(crate) fn cosigned_size(&self, me: &Code) -> Option<u64> {
        let remembered = self.newest_position(me).map(|(size, _)| size);
        self.cosigned.map(|last| last.size).max(remembered)
    }

    /// Size of the newest head that has its quorum; 0 for none.
    pub(crate) fn witnessed(&self) -> u64 {
        self.witnessed
    }

    /// A head of this size has its quorum: what is older is no longer needed.
    pub(crate) fn set_witnessed(&mut self, size: u64) {
        self.witnessed = self.witnessed.max(size);
        self.heads = self.heads.split_off(&(self.witnessed, Hash([0; 32])));
        self.recent = self.recent.split_off(&self.witnessed);
    }

    /// The largest head, held or not, whose cosigners satisfy `reached`.
    pub(crate) fn largest(&self, reached: impl Fn(&mut dyn Iterator<Item = &Code>) -> bool) -> Option<u64> {
        self.heads
            .iter()
            .rev()
            .find(|(_, lines)| reached(&mut lines.of.keys()))
            .map(|((size, _), _)| *size)
    }

    /// Drops cosignatures that no longer count.
    pub(crate) fn retain(&mut self, mut counts: impl FnMut(&Code, &Cosignature) -> bool) {
        self.newest.retain(|code, (_, _, line)| counts(code, line));
        for lines in self.heads.values_mut() {
            lines.of.retain(|code, line| counts(code, line));
            lines.digest.take();
        }
        self.heads.retain(|_, lines| !lines.of.is_empty());
    }

    fn limit(&mut self, code: &Code) {
        let of = self
            .heads
            .iter()
            .filter(|(_, lines)| lines.of.contains_key(code))
            .map(|(at, _)| *at);
        let of: BTreeSet<(u64, Hash)> = of.collect();
        // A witness that cosigns what nobody holds pushes out its own lines and no others.
        for at in of.iter().rev().skip(LINES_A_WITNESS) {
            if let Some(lines) = self.heads.get_mut(at) {
                lines.remove(code);
                if lines.of.is_empty() {
                    self.heads.remove(at);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
