//! Healing of logs: what does not read any more is fetched from peers again, bundle by bundle, while the node runs.

use std::collections::BTreeMap;

use liaison_authority::OwnLog;
use liaison_federation::Time;
use liaison_federation::api::Input;
use liaison_federation::store::{LogStore, StoreError};
use liaison_protocol::Origin;

use super::{Engine, EngineError, heads};

/// A log in which damage was met is read whole at most so often, in milliseconds.
const LOOK_EVERY: u64 = 60_000;

/// Logs in which damage was met, and when each is read next to find all of it.
pub(super) type Suspects = BTreeMap<Origin, u64>;

/// Reads the own log as far as it reads: the entries that are damaged come back from peers while the node runs. Where more
/// than entries is damaged only an operator can help.
pub(super) fn open_own(origin: Origin, store: &dyn LogStore) -> Result<OwnLog, StoreError> {
    let mut own = OwnLog::new(origin);
    match own.catch_up(store) {
        Err(StoreError::Damaged { .. }) if store.head(own.origin()).is_some() => {}
        read => read?,
    }
    Ok(own)
}

impl Engine {
    /// Logs of which some did not read, until peers have put them right.
    pub fn suspected(&self) -> impl Iterator<Item = &Origin> {
        self.suspects.keys()
    }

    /// Some of a log did not read.
    pub(super) fn suspect(&mut self, origin: &Origin) {
        self.suspects.entry(origin.clone()).or_default();
    }

    /// Reads the logs in which damage was met, and asks for the first bundle of each that is damaged. A log without any
    /// goes on.
    pub(super) fn look_for_damage(&mut self, now: Time) -> Result<(), EngineError> {
        let due = |(origin, at): (&Origin, &u64)| (*at <= now.steady).then(|| origin.clone());
        for origin in self.suspects.iter().filter_map(due).collect::<Vec<_>>() {
            match self.store.damaged_bundle(&origin) {
                Ok(Some(bundle)) => {
                    self.suspects.insert(origin.clone(), now.steady + LOOK_EVERY);
                    self.tell(Input::Damaged { origin, bundle }, now)?;
                }
                Ok(None) => {
                    self.suspects.remove(&origin);
                    self.stuck.remove(&origin);
                    self.to_fold.insert(origin.clone());
                    self.tell(Input::Healed(origin.clone()), now)?;
                    self.own_healed(&origin)?;
                }
                // More than entries: that needs an operator.
                Err(StoreError::Damaged { .. }) => {
                    self.suspects.remove(&origin);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    // The own log was read up to its damage; what is behind it counts from now on.
    fn own_healed(&mut self, origin: &Origin) -> Result<(), EngineError> {
        if origin == self.own.origin() && !self.is_read() {
            self.own.catch_up(&*self.store)?;
            self.own_head_unsigned = heads::is_unsigned(&*self.store, &self.own);
            self.look_again();
        }
        Ok(())
    }

    /// Whether all entries of the own log were read. Until then nothing is sequenced.
    pub(super) fn is_read(&self) -> bool {
        self.own.size() >= self.own_position().size
    }

    /// Damaged entries came from a peer.
    pub(super) fn heal(
        &mut self,
        origin: Origin,
        start: u64,
        entries: &[Vec<u8>],
    ) -> Result<(), EngineError> {
        match self.store.heal(&origin, start, entries) {
            Ok(()) => {
                let count = entries.len();
                tracing::warn!(%origin, start, count, "damaged entries were fetched from a peer and written again");
                // There may be more of it.
                self.suspects.insert(origin, 0);
            }
            Err(error @ (StoreError::Refused { .. } | StoreError::Damaged { .. })) => {
                tracing::warn!(%origin, start, %error, "damaged entries could not be written again");
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
