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
    /// the store holds the head. A mark that does not is removed.
    pub(crate) fn is_plain_restart(&mut self, store: &dyn LogStore) -> Result<bool, StoreError> {
        let mark = self.mark.as_ref();
        let marked = |position: &Position| mark.is_some_and(|mark| mark.names(position, &self.cosigned));
        let held = |position: &Position| {
            let head = store.head(&position.origin);
            head.is_some_and(|head| head.size >= position.size)
        };
        let own = self.state.log();
        self.sets_mark = own.is_some_and(|position| marked(&position) && held(&position));
        match mark.filter(|_| !self.sets_mark) {
            Some(mark) => mark.remove().map(|()| false),
            None => Ok(self.sets_mark),
        }
    }

    // To be called before what the journals name is signed. A mark of an earlier moment that stays behind would exempt a
    // backup of that moment from asking the witnesses: it goes, and while it cannot even go, nothing is signed.
    fn set_mark(&self) -> Result<(), StoreError> {
        let (Some(mark), Some(position), true) = (&self.mark, self.state.log(), self.sets_mark) else {
            return Ok(());
        };
        let Err(error) = mark.set(&position, &self.cosigned) else {
            return Ok(());
        };
        tracing::warn!(%error, "the run mark was not set and is removed: the next start will ask the witnesses");
        mark.remove()
    }
}

impl SignerJournal for MarkedJournal {
    fn log(&self) -> Option<Position> {
        self.state.log()
    }

    fn advance_log(&mut self, position: &Position) -> Result<(), StoreError> {
        self.state.advance_log(position)?;
        self.sets_mark = true;
        self.set_mark()
    }

    fn witness(&self, origin: &Origin) -> Option<Witnessed> {
        self.state.witness(origin)
    }

    fn advance_witness(&mut self, heads: &[Witnessed]) -> Result<(), StoreError> {
        self.state.advance_witness(heads)?;
        self.cosigned = self.state.cosigned_digest();
        self.set_mark()
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

    use liaison_store::{Access, Disk, MemoryDisk, Options, Store};

    use super::*;

    /// The disk of the state folder, and the memory of the run folder.
    #[derive(Default)]
    struct Machine {
        state: Arc<MemoryDisk>,
        run: Arc<MemoryDisk>,
    }

    impl Machine {
        fn open(&self) -> MarkedJournal {
            let state = Arc::clone(&self.state) as Arc<dyn Disk>;
            let state = SignerState::open(state, Path::new("state"), Access::Write).unwrap();
            MarkedJournal::new(state, Some(self.mark()))
        }

        fn mark(&self) -> RunMark {
            RunMark::open(Arc::clone(&self.run) as Arc<dyn Disk>, Path::new("run")).unwrap()
        }
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
        let machine = Machine::default();
        let mut journal = machine.open();
        journal.advance_log(&head("fr", 5)).unwrap();
        assert!(is_marked(&journal));
        cosign(&mut journal, 3);
        assert!(is_marked(&journal));
        // It starts again and is not known to be a plain restart: what the witnesses remember of its cosignatures
        // comes first, and must not exempt the start after it.
        drop(journal);
        let mut journal = machine.open();
        cosign(&mut journal, 7);
        assert!(!is_marked(&journal));
        journal.advance_log(&head("fr", 6)).unwrap();
        cosign(&mut journal, 9);
        assert!(is_marked(&journal));
    }

    // Whether a backup of the state folder would be taken for a plain restart.
    fn exempts(machine: &Machine, (own, cosigned): &(Position, Hash)) -> bool {
        machine.mark().names(own, cosigned)
    }

    #[test]
    fn a_mark_that_cannot_be_set_does_not_stay_behind() {
        let machine = Machine::default();
        let mut journal = machine.open();
        journal.advance_log(&head("fr", 5)).unwrap();
        let backup = (head("fr", 5), journal.cosigned);
        assert!(exempts(&machine, &backup));
        machine.run.fill(true);
        journal.advance_log(&head("fr", 6)).unwrap();
        assert!(!exempts(&machine, &backup) && !is_marked(&journal));
        machine.run.fill(false);
        cosign(&mut journal, 3);
        let backup = (head("fr", 6), journal.cosigned);
        assert!(exempts(&machine, &backup));
        machine.run.fill(true);
        cosign(&mut journal, 4);
        assert!(!exempts(&machine, &backup));
    }

    #[test]
    fn while_a_mark_can_neither_be_set_nor_removed_nothing_is_signed() {
        let machine = Machine::default();
        let mut journal = machine.open();
        journal.advance_log(&head("fr", 5)).unwrap();
        machine.run.stop_after(0);
        assert!(journal.advance_log(&head("fr", 6)).is_err());
        let position = head("de", 3);
        assert!(
            journal
                .advance_witness(&[Witnessed { position, time: 3 }])
                .is_err()
        );
        machine.run.go_on();
        journal.advance_log(&head("fr", 7)).unwrap();
        assert!(is_marked(&journal));
    }

    #[test]
    fn a_mark_that_names_another_moment_is_gone_after_the_start() {
        let machine = Machine::default();
        let mut journal = machine.open();
        journal.advance_log(&head("fr", 5)).unwrap();
        let backup = (head("fr", 5), journal.cosigned);
        // The process ends before the mark follows.
        journal.state.advance_log(&head("fr", 6)).unwrap();
        drop(journal);
        let mut journal = machine.open();
        let store: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
        let store = Store::open(store, Path::new("data"), Options::default()).unwrap();
        assert!(!journal.is_plain_restart(&store).unwrap());
        assert!(!exempts(&machine, &backup));
        machine.mark().set(&backup.0, &backup.1).unwrap();
        machine.run.stop_after(0);
        assert!(journal.is_plain_restart(&store).is_err());
    }
}
