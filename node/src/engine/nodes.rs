//! The tree of a stored log, for proofs.

use liaison_federation::store::{LogStore, StoreError};
use liaison_protocol::tlog::Nodes;
use liaison_protocol::{Hash, Origin};

/// The nodes of a stored log's tree.
pub struct StoreNodes<'a> {
    /// The store.
    pub store: &'a dyn LogStore,
    /// The log.
    pub origin: Origin,
}

impl Nodes for StoreNodes<'_> {
    type Error = StoreError;

    fn node(&self, level: u32, index: u64) -> Result<Hash, StoreError> {
        self.store
            .node(&self.origin, level, index)?
            .ok_or_else(|| StoreError::Damaged {
                path: self.origin.to_string(),
                offset: index << level,
                what: format!("the node at level {level} is not held"),
            })
    }
}
