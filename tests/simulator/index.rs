//! An index that loses its newest writes with power, as one that is flushed now and then does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use liaison_federation::store::{Index, IndexWrite, Pairs, StoreError, Table};
use liaison_store::MemoryIndex;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Batches that may be lost.
const AT_RISK: usize = 16;

/// The index of a running node; its clones are the same.
#[derive(Clone, Default)]
pub(crate) struct SimIndex(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    flushed: MemoryIndex,
    since: VecDeque<Vec<IndexWrite>>,
    newest: MemoryIndex,
}

impl SimIndex {
    pub(crate) fn new(index: MemoryIndex) -> SimIndex {
        let state = State {
            flushed: index.clone(),
            since: VecDeque::new(),
            newest: index,
        };
        SimIndex(Arc::new(Mutex::new(state)))
    }

    /// What a power cut leaves: all batches up to one, or now and then nothing at all.
    pub(crate) fn cut(&self, seed: u64) -> MemoryIndex {
        let mut rng = StdRng::seed_from_u64(seed);
        let state = self.lock();
        if rng.random_bool(0.3) {
            return MemoryIndex::new();
        }
        let mut left = state.flushed.clone();
        let kept = rng.random_range(0..=state.since.len());
        for batch in state.since.iter().take(kept) {
            apply(&mut left, batch);
        }
        left
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// Memory takes everything.
fn apply(index: &mut MemoryIndex, batch: &[IndexWrite]) {
    drop(index.apply(batch));
}

impl Index for SimIndex {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.lock().newest.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Pairs, StoreError> {
        self.lock().newest.scan(table, prefix, after, limit)
    }

    fn apply(&mut self, writes: &[IndexWrite]) -> Result<(), StoreError> {
        let mut state = self.lock();
        let state = &mut *state;
        state.since.push_back(writes.to_vec());
        if state.since.len() > AT_RISK
            && let Some(batch) = state.since.pop_front()
        {
            apply(&mut state.flushed, &batch);
        }
        state.newest.apply(writes)
    }
}
