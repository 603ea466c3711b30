//! Folding behind everything else: effects, and what they make wanted.

use liaison_federation::Time;
use liaison_federation::store::{Index, StoreError};
use liaison_knowledge::{FoldError, Folded};
use liaison_protocol::Origin;

use super::policy::may_read_as;
use super::wants::Changes;
use super::{Engine, EngineError, EngineOutput};

/// Entries after which folding makes room for what else there is to do.
const FOLDED_AT_ONCE: usize = 1024;

impl Engine {
    /// Folds what is held and not folded yet, the own log first and then a part of the others: the effects follow
    /// behind, so that nothing waits for them. To be called again while [`Engine::is_behind`].
    pub fn fold(&mut self, now: impl Into<Time>) -> Result<Vec<EngineOutput>, EngineError> {
        let now = now.into();
        self.fold_own(now)?;
        let mut folded = 0;
        while folded < FOLDED_AT_ONCE
            && let Some(origin) = self.to_fold.first().cloned()
        {
            folded += self.fold_next(&origin, now)?;
        }
        self.settle(now)
    }

    /// Whether [`Engine::fold`] has something to do.
    pub fn is_behind(&self) -> bool {
        !self.to_fold.is_empty()
    }

    // Folds all of the own log: what is published next is judged by it.
    pub(super) fn fold_own(&mut self, now: Time) -> Result<(), EngineError> {
        let own = self.own.origin().clone();
        while self.to_fold.contains(&own) {
            self.fold_next(&own, now)?;
        }
        Ok(())
    }

    // Folds the next stretch of a log; how many entries it has.
    fn fold_next(&mut self, origin: &Origin, now: Time) -> Result<usize, EngineError> {
        let world = self.federation.world();
        let (store, me) = (&*self.store, self.own.origin().authority());
        let mut changes = Vec::new();
        let mut beside = |index: &dyn Index, folded: &[Folded]| {
            let readable = |audience| may_read_as(world, &me, audience);
            let part = Changes::of(index, store, origin, folded, readable)?;
            let writes = part.writes();
            changes.push(part);
            Ok(writes)
        };
        let folded = self
            .knowledge
            .fold(&mut *self.index, store, world, origin, &mut beside);
        let stuck = match folded {
            Ok(folded) => {
                self.stuck.remove(origin);
                let held = self.store.head(origin).map_or(0, |head| head.size);
                if folded.is_empty() || self.knowledge.size(origin) >= held {
                    self.to_fold.remove(origin);
                }
                for input in changes.into_iter().flat_map(Changes::inputs) {
                    self.tell(input, now)?;
                }
                return Ok(folded.len());
            }
            // It holds and cosigns such a log all the same.
            Err(FoldError::Step(cause)) => cause.to_string(),
            Err(FoldError::Store(cause @ StoreError::Damaged { .. })) => {
                self.suspect(origin);
                cause.to_string()
            }
            Err(FoldError::Store(cause)) => return Err(cause.into()),
        };
        self.to_fold.remove(origin);
        self.stuck.insert(origin.clone(), stuck);
        Ok(0)
    }
}
