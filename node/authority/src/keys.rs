//! The log key and the cosigner key, reachable only through a guard that persists, then signs.

use std::collections::BTreeMap;

use liaison_federation::store::{SignerJournal, StoreError, Witnessed};
use liaison_protocol::tlog::checkpoint::CheckpointError;
use liaison_protocol::tlog::cosignature::{self, CosignatureError};
use liaison_protocol::tlog::{Checkpoint, Cosignature, LogSigned, SignedCheckpoint};
use liaison_protocol::{Hash, Origin, Position, PublicKey, Signer};

/// Why a head was not signed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The journal refused or could not be written.
    #[error(transparent)]
    Journal(#[from] StoreError),
    /// The log key did not sign.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The cosigner key did not sign.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
    /// The own log is read-only.
    #[error("the own log is read-only: {0}")]
    ReadOnly(String),
}

/// The node's signing keys behind their journal.
pub struct GuardedKeys {
    log: Box<dyn Signer>,
    cosigner: Box<dyn Signer>,
    journal: Box<dyn SignerJournal>,
}

impl GuardedKeys {
    /// Puts keys behind a journal.
    pub fn new(
        log: Box<dyn Signer>,
        cosigner: Box<dyn Signer>,
        journal: Box<dyn SignerJournal>,
    ) -> GuardedKeys {
        GuardedKeys {
            log,
            cosigner,
            journal,
        }
    }

    /// The public half of the log key.
    pub fn log_key(&self) -> &PublicKey {
        self.log.public_key()
    }

    /// The public half of the cosigner key.
    pub fn cosigner_key(&self) -> &PublicKey {
        self.cosigner.public_key()
    }

    /// What was signed so far.
    pub fn journal(&self) -> &dyn SignerJournal {
        &*self.journal
    }

    /// Makes the own log read-only until an operator ends it.
    pub fn set_read_only(&mut self, reason: &str) -> Result<(), StoreError> {
        self.journal.set_read_only(reason)
    }

    /// Persists, then signs a head of the own log whose entries are durable.
    pub fn sign_head(&mut self, position: &Position) -> Result<LogSigned, KeyError> {
        if let Some(reason) = self.journal.read_only() {
            return Err(KeyError::ReadOnly(reason));
        }
        self.journal.advance_log(position)?;
        Ok(LogSigned::sign(Checkpoint::from(position.clone()), &*self.log)?)
    }

    /// Takes over a mark that others remember of this node's own cosignatures.
    pub fn remember(&mut self, heads: &[Witnessed]) -> Result<(), StoreError> {
        let mut newest: BTreeMap<&Origin, &Witnessed> = BTreeMap::new();
        for head in heads {
            let origin = &head.position.origin;
            let journal = self
                .journal
                .witness(origin)
                .map_or(0, |known| known.position.size);
            let known = newest.get(origin).map_or(journal, |known| known.position.size);
            if head.position.size > known {
                newest.insert(origin, head);
            }
        }
        let newest: Vec<Witnessed> = newest.into_values().cloned().collect();
        if newest.is_empty() {
            Ok(())
        } else {
            self.journal.advance_witness(&newest)
        }
    }

    /// Persists, then cosigns heads whose entries are durable, all with one flush. `now` is Unix
    /// time in seconds; the time of a log's cosignatures never decreases. `root_at` gives the root over
    /// the first entries held of a log. A head behind or beside one that is known to be cosigned, or of
    /// another tree than that, as may be held after a loss, is passed over.
    pub fn cosign(
        &mut self,
        heads: &[SignedCheckpoint],
        name: &str,
        now: u64,
        root_at: &dyn Fn(&Origin, u64) -> Option<Hash>,
    ) -> Result<Vec<(Position, Cosignature)>, KeyError> {
        let mut marks = Vec::with_capacity(heads.len());
        let mut due = Vec::with_capacity(heads.len());
        for head in heads {
            let position = head.checkpoint.position()?;
            let known = self.journal.witness(&position.origin);
            let bars = |known: &Witnessed| {
                let last = &known.position;
                last.size >= position.size && *last != position
                    || root_at(&last.origin, last.size) != Some(last.root)
            };
            if known.as_ref().is_some_and(bars) {
                continue;
            }
            due.push(head);
            marks.push(Witnessed {
                position,
                time: now.max(known.map_or(0, |known| known.time)),
            });
        }
        self.journal.advance_witness(&marks)?;
        let sign = |(head, mark): (&SignedCheckpoint, Witnessed)| {
            let line = cosignature::cosign(&head.checkpoint, name, mark.time, &*self.cosigner)?;
            Ok((mark.position, Cosignature::from_note_signature(&line)?))
        };
        due.into_iter().zip(marks).map(sign).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use liaison_signer::Ed25519Signer;

    use super::*;

    // A journal in memory that refuses what the one on disk refuses.
    #[derive(Default)]
    struct Memory(BTreeMap<Origin, Witnessed>);

    impl SignerJournal for Memory {
        fn log(&self) -> Option<Position> {
            None
        }
        fn advance_log(&mut self, _: &Position) -> Result<(), StoreError> {
            Ok(())
        }
        fn witness(&self, origin: &Origin) -> Option<Witnessed> {
            self.0.get(origin).cloned()
        }
        fn advance_witness(&mut self, heads: &[Witnessed]) -> Result<(), StoreError> {
            for head in heads {
                let held = self.0.insert(head.position.origin.clone(), head.clone());
                if held.is_some_and(|held| held.position.size > head.position.size) {
                    let what = "it goes back".to_owned();
                    return Err(StoreError::Refused { what });
                }
            }
            Ok(())
        }
        fn read_only(&self) -> Option<String> {
            None
        }
        fn set_read_only(&mut self, _: &str) -> Result<(), StoreError> {
            Ok(())
        }
    }

    fn key(byte: u8) -> Box<Ed25519Signer> {
        Box::new(Ed25519Signer::from_bytes(&[byte; 32]).unwrap())
    }

    fn position(size: u64) -> Position {
        let origin = "sample.example/0123456789abcdef0123456789abcdef/de/1"
            .parse()
            .unwrap();
        let root = Hash([size as u8; 32]);
        Position { origin, size, root }
    }

    #[test]
    fn what_others_remember_is_taken_over_newest_first_and_nothing_behind_it_is_cosigned() {
        let mut keys = GuardedKeys::new(key(1), key(2), Box::new(Memory::default()));
        let remembered = [20, 10].map(|size| Witnessed {
            position: position(size),
            time: 5,
        });
        keys.remember(&remembered).unwrap();
        let origin = position(20).origin;
        assert_eq!(keys.journal().witness(&origin).unwrap().position.size, 20);
        keys.remember(&remembered[1..]).unwrap();
        let held = |_: &Origin, size| Some(position(size).root);
        let heads = [10, 30].map(|size| SignedCheckpoint::sign(position(size).into(), &*key(3)).unwrap());
        assert!(keys.cosign(&heads[..1], "witness", 9, &held).unwrap().is_empty());
        let mut beside = position(20);
        beside.root = Hash([7; 32]);
        let beside = SignedCheckpoint::sign(beside.into(), &*key(3)).unwrap();
        assert!(keys.cosign(&[beside], "witness", 9, &held).unwrap().is_empty());
        let made = keys.cosign(&heads, "witness", 9, &held).unwrap();
        assert_eq!(made.iter().map(|(at, _)| at.size).collect::<Vec<_>>(), [30]);
    }

    #[test]
    fn a_larger_head_of_another_tree_than_the_one_that_was_cosigned_is_not_cosigned() {
        let mut keys = GuardedKeys::new(key(1), key(2), Box::new(Memory::default()));
        keys.remember(&[Witnessed {
            position: position(20),
            time: 5,
        }])
        .unwrap();
        let head = SignedCheckpoint::sign(position(30).into(), &*key(3)).unwrap();
        let (other, short) = (Some(Hash([7; 32])), None);
        for held in [other, short] {
            let made = keys.cosign(std::slice::from_ref(&head), "witness", 9, &|_, _| held);
            assert!(made.unwrap().is_empty());
        }
        let same = |_: &Origin, size| Some(position(size).root);
        assert_eq!(keys.cosign(&[head], "witness", 9, &same).unwrap().len(), 1);
    }
}
