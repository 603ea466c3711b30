//! Housekeeping of heads: checkpoints whose file may wait, and quorum heads that grow old.

use liaison_authority::OwnLog;
use liaison_federation::Time;
use liaison_federation::store::{Head, LogStore};
use liaison_protocol::tlog::{Cosignature, SignedCheckpoint};

use super::{Engine, EngineError};

/// How long the file of a checkpoint may wait, in milliseconds.
const CHECKPOINTS_EVERY: u64 = 1_000;
/// How often old quorum heads are thinned, in milliseconds.
const THIN_EVERY: u64 = 60 * 60 * 1000;
/// How old those are, in milliseconds.
const OLD: u64 = 24 * 60 * 60 * 1000;

/// When what is due next.
#[derive(Debug, Default)]
pub(super) struct Due {
    checkpoints: u64,
    thinning: u64,
}

impl Engine {
    /// Does what is due.
    pub(super) fn keep_house(&mut self, now: Time) -> Result<(), EngineError> {
        // Nothing rests on these files while the node runs.
        if self.due.checkpoints <= now.steady {
            self.due.checkpoints = now.steady + CHECKPOINTS_EVERY;
            self.store.write_checkpoints()?;
        }
        if self.due.thinning <= now.steady {
            self.due.thinning = now.steady + THIN_EVERY;
            let before = now.date.saturating_sub(OLD) / 1000;
            self.store.thin_quorum_heads(before, &time_of_head)?;
        }
        Ok(())
    }

    /// Writes what may wait. To be called at the end; a kill costs a little work at the next start.
    pub fn close(&mut self) -> Result<(), EngineError> {
        Ok(self.store.write_checkpoints()?)
    }
}

/// Whether the store lacks the signed checkpoint of the own head, as after a kill.
pub(super) fn is_unsigned(store: &dyn LogStore, own: &OwnLog) -> bool {
    let signed = |head: Head| SignedCheckpoint::parse(&head.checkpoint).map_or(0, |c| c.checkpoint.size);
    store.head(own.origin()).map_or(0, signed) != own.size()
}

/// The time of a quorum head that is kept: the lower median of its cosignatures', which were verified before.
pub(crate) fn time_of_head(note: &[u8]) -> Option<u64> {
    let signed = SignedCheckpoint::parse(note).ok()?;
    let lines = signed.note.signatures.iter();
    let mut times: Vec<u64> = lines
        .filter_map(|line| Some(Cosignature::from_note_signature(line).ok()?.time))
        .collect();
    times.sort_unstable();
    times.get(times.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use liaison_protocol::tlog::note::{Note, NoteSignature};

    use super::time_of_head;

    fn head(times: &[u64]) -> Vec<u8> {
        let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let mut note = Note::new(format!("policenet.example/{:032x}/FR/1\n0\n{root}\n", 7))
            .unwrap_or_else(|e| unreachable!("{e}"));
        let line = |signature| NoteSignature {
            name: "signer".to_owned(),
            key_hash: [0; 4],
            signature,
        };
        note.signatures.push(line(vec![1; 64]));
        let times = times
            .iter()
            .map(|time| line([&time.to_be_bytes()[..], &[1; 64]].concat()));
        note.signatures.extend(times);
        note.to_bytes()
    }

    #[test]
    fn the_time_of_a_head_is_the_lower_median_of_its_cosignatures() {
        assert_eq!(time_of_head(&head(&[])), None);
        assert_eq!(time_of_head(&head(&[9, 5])), Some(5));
        assert_eq!(time_of_head(&head(&[9, 5, 7])), Some(7));
    }
}
