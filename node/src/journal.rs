//! The signer's journal with the run mark behind it.

use liaison_federation::store::{LogStore, SignerJournal, StoreError, Witnessed};
use liaison_protocol::{Hash, Origin, Position};
use liaison_store::{RunMark, SignerState};

/// The signer state; the run mark follows each head of the own log and all that is cosigned.
pub(crate) struct MarkedJournal {
    state: SignerState,
    mark: Option<RunMark>,
    // It is the same at each head of the own log until something is cosigned again.
    cosigned: Hash,
    // Whether this process may set the mark: after a plain restart, or once it signed a head of the own log. Before
    // that the witnesses may still tell of newer ones, and a mark would exempt the next start from asking them.
    sets_mark: bool,
}

impl MarkedJournal {
    /// Joins the two; without a run folder there is no mark and no exemption from the start guard.
    pub(crate) fn new(state: SignerState, mark: Option<RunMark>) -> MarkedJournal {
        let cosigned = state.cosigned_digest();
        MarkedJournal {
            state,
            mark,
            cosigned,
            sets_mark: false,
        }
    }

    /// Whether this is a plain restart: the mark names the very head and the very cosignatures that the journals name, and
    /// the store holds the head.
    pub(crate) fn is_plain_restart(&mut self, store: &dyn LogStore) -> bool {
        let mark = self.mark.as_ref();
        let marked = |position: &Position| mark.is_some_and(|mark| mark.names(position, &self.cosigned));
        let held = |position: &Position| {
            let head = store.head(&position.origin);
            head.is_some_and(|head| head.size >= position.size)
        };
        let own = self.state.log();
        self.sets_mark = own.is_some_and(|position| marked(&position) && held(&position));
        self.sets_mark
    }

    fn set_mark(&self) {
        let (Some(mark), Some(position), true) = (&self.mark, self.state.log(), self.sets_mark) else {
            return;
        };
        if let Err(error) = mark.set(&position, &self.cosigned) {
            tracing::warn!(%error, "the run mark was not set: the next start will ask the witnesses");
        }
    }
}

impl SignerJournal for MarkedJournal {
    fn log(&self) -> Option<Position> {
        self.state.log()
    }

    fn advance_log(&mut self, position: &Position) -> Result<(), StoreError> {
        self.state.advance_log(position)?;
        self.sets_mark = true;
        self.set_mark();
        Ok(())
    }

    fn witness(&self, origin: &Origin) -> Option<Witnessed> {
        self.state.witness(origin)
    }

    fn advance_witness(&mut self, heads: &[Witnessed]) -> Result<(), StoreError> {
        self.state.advance_witness(heads)?;
        self.cosigned = self.state.cosigned_digest();
        self.set_mark();
        Ok(())
    }

    fn read_only(&self) -> Option<String> {
        self.state.read_only()
    }

    fn set_read_only(&mut self, reason: &str) -> Result<(), StoreError> {
        self.state.set_read_only(reason)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use liaison_store::{Access, Disk, MemoryDisk};

    use super::*;

    fn open(disk: &Arc<dyn Disk>) -> MarkedJournal {
        let state = SignerState::open(Arc::clone(disk), Path::new("state"), Access::Write).unwrap();
        let mark = RunMark::open(Arc::clone(disk), Path::new("run")).unwrap();
        MarkedJournal::new(state, Some(mark))
    }

    fn head(authority: &str, size: u64) -> Position {
        let origin = format!("policenet.example/{}/{authority}/1", "ab".repeat(16));
        Position {
            origin: origin.parse().unwrap(),
            size,
            root: Hash([size as u8; 32]),
        }
    }

    fn cosign(journal: &mut MarkedJournal, size: u64) {
        let position = head("de", size);
        journal
            .advance_witness(&[Witnessed { position, time: size }])
            .unwrap();
    }

    // Whether the next start would be taken for a plain one, if the store holds the own head.
    fn is_marked(journal: &MarkedJournal) -> bool {
        let (mark, own) = (journal.mark.as_ref().unwrap(), journal.log().unwrap());
        mark.names(&own, &journal.state.cosigned_digest())
    }

    #[test]
    fn only_who_signed_a_head_of_the_own_log_marks_what_is_cosigned() {
        let disk: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
        let mut journal = open(&disk);
        journal.advance_log(&head("fr", 5)).unwrap();
        assert!(is_marked(&journal));
        cosign(&mut journal, 3);
        assert!(is_marked(&journal));
        // It starts again and is not known to be a plain restart: what the witnesses remember of its cosignatures
        // comes first, and must not exempt the start after it.
        drop(journal);
        let mut journal = open(&disk);
        cosign(&mut journal, 7);
        assert!(!is_marked(&journal));
        journal.advance_log(&head("fr", 6)).unwrap();
        cosign(&mut journal, 9);
        assert!(is_marked(&journal));
    }
}
