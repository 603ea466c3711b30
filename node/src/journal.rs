//! The signer's journal with the run mark behind it.

use liaison_federation::store::{LogStore, SignerJournal, StoreError, Witnessed};
use liaison_protocol::{Origin, Position};
use liaison_store::{RunMark, SignerState};

/// The signer state; the run mark follows each head of the own log.
pub(crate) struct MarkedJournal {
    state: SignerState,
    mark: Option<RunMark>,
}

impl MarkedJournal {
    /// Joins the two; without a run folder there is no mark and no exemption from the start guard.
    pub(crate) fn new(state: SignerState, mark: Option<RunMark>) -> MarkedJournal {
        MarkedJournal { state, mark }
    }

    /// Whether this is a plain restart: the mark names the very head that the journal names, and the store holds it.
    pub(crate) fn is_plain_restart(&self, store: &dyn LogStore) -> bool {
        let marked = |position: &Position| self.mark.as_ref().is_some_and(|mark| mark.names(position));
        let held = |position: &Position| {
            let head = store.head(&position.origin);
            head.is_some_and(|head| head.size >= position.size)
        };
        self.state
            .log()
            .is_some_and(|position| marked(&position) && held(&position))
    }
}

impl SignerJournal for MarkedJournal {
    fn log(&self) -> Option<Position> {
        self.state.log()
    }

    fn advance_log(&mut self, position: &Position) -> Result<(), StoreError> {
        self.state.advance_log(position)?;
        if let Some(mark) = &self.mark
            && let Err(error) = mark.set(position)
        {
            tracing::warn!(%error, "the run mark was not set: the next start will ask the witnesses");
        }
        Ok(())
    }

    fn witness(&self, origin: &Origin) -> Option<Witnessed> {
        self.state.witness(origin)
    }

    fn advance_witness(&mut self, heads: &[Witnessed]) -> Result<(), StoreError> {
        self.state.advance_witness(heads)
    }

    fn read_only(&self) -> Option<String> {
        self.state.read_only()
    }

    fn set_read_only(&mut self, reason: &str) -> Result<(), StoreError> {
        self.state.set_read_only(reason)
    }
}
