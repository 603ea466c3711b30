//! An index in memory, for the simulator and for tests.

use std::collections::BTreeMap;
use std::ops::Bound;

use liaison_federation::store::{Index, IndexWrite, Pairs, StoreError, Table};

use super::{full_key, scan_start};

/// An index that is gone with its process.
#[derive(Debug, Clone, Default)]
pub struct MemoryIndex(BTreeMap<Vec<u8>, Vec<u8>>);

impl MemoryIndex {
    /// An empty index.
    pub fn new() -> MemoryIndex {
        MemoryIndex::default()
    }
}

impl Index for MemoryIndex {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(&full_key(table, key)).cloned())
    }

    fn scan(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Pairs, StoreError> {
        let full_prefix = full_key(table, prefix);
        let pairs = self.0.range((scan_start(table, prefix, after), Bound::Unbounded));
        let pairs = pairs
            .take_while(|(key, _)| key.starts_with(&full_prefix))
            .take(limit);
        Ok(pairs
            .map(|(key, value)| (key[1..].to_vec(), value.clone()))
            .collect())
    }

    fn apply(&mut self, writes: &[IndexWrite]) -> Result<(), StoreError> {
        for write in writes {
            match write {
                IndexWrite::Put { table, key, value } => {
                    drop(self.0.insert(full_key(*table, key), value.clone()))
                }
                IndexWrite::Delete { table, key } => drop(self.0.remove(&full_key(*table, key))),
            }
        }
        Ok(())
    }
}
