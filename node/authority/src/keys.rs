//! The log key and the cosigner key, reachable only through a guard that persists, then signs.

use liaison_federation::store::{SignerJournal, StoreError, Witnessed};
use liaison_protocol::tlog::checkpoint::CheckpointError;
use liaison_protocol::tlog::cosignature::{self, CosignatureError};
use liaison_protocol::tlog::{Checkpoint, Cosignature, LogSigned, SignedCheckpoint};
use liaison_protocol::{Position, PublicKey, Signer};

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
        let newer = |head: &&Witnessed| {
            let known = self.journal.witness(&head.position.origin);
            known.is_none_or(|known| head.position.size > known.position.size)
        };
        let newer: Vec<Witnessed> = heads.iter().filter(newer).cloned().collect();
        if newer.is_empty() {
            Ok(())
        } else {
            self.journal.advance_witness(&newer)
        }
    }

    /// Persists, then cosigns heads whose entries are durable, all with one flush. `now` is Unix
    /// time in seconds; the time of a log's cosignatures never decreases.
    pub fn cosign(
        &mut self,
        heads: &[SignedCheckpoint],
        name: &str,
        now: u64,
    ) -> Result<Vec<(Position, Cosignature)>, KeyError> {
        let mut marks = Vec::with_capacity(heads.len());
        for head in heads {
            let position = head.checkpoint.position()?;
            let before = self
                .journal
                .witness(&position.origin)
                .map_or(0, |known| known.time);
            marks.push(Witnessed {
                position,
                time: now.max(before),
            });
        }
        self.journal.advance_witness(&marks)?;
        let sign = |(head, mark): (&SignedCheckpoint, Witnessed)| {
            let line = cosignature::cosign(&head.checkpoint, name, mark.time, &*self.cosigner)?;
            Ok((mark.position, Cosignature::from_note_signature(&line)?))
        };
        heads.iter().zip(marks).map(sign).collect()
    }
}
