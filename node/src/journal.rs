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
}

impl MarkedJournal {
    /// Joins the two; without a run folder there is no mark and no exemption from the start guard.
    pub(crate) fn new(state: SignerState, mark: Option<RunMark>) -> MarkedJournal {
        let cosigned = state.cosigned_digest();
        MarkedJournal {
            state,
            mark,
            cosigned,
        }
    }

    /// Whether this is a plain restart: the mark names the very head and the very cosignatures that the journals name, and
    /// the store holds the head.
    pub(crate) fn is_plain_restart(&self, store: &dyn LogStore) -> bool {
        let mark = self.mark.as_ref();
        let marked = |position: &Position| mark.is_some_and(|mark| mark.names(position, &self.cosigned));
        let held = |position: &Position| {
            let head = store.head(&position.origin);
            head.is_some_and(|head| head.size >= position.size)
        };
        self.state
            .log()
            .is_some_and(|position| marked(&position) && held(&position))
    }

    fn set_mark(&self) {
        let (Some(mark), Some(position)) = (&self.mark, self.state.log()) else {
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
