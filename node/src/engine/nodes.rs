//! The tree of a stored log, for proofs.

use liaison_federation::store::{LogStore, StoreError};
use liaison_protocol::tlog::{Nodes, root};
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

/// The root over the first entries of a log; none if they are not all held or do not read.
pub(crate) fn root_at(store: &dyn LogStore, origin: &Origin, size: u64) -> Option<Hash> {
    let nodes = StoreNodes {
        store,
        origin: origin.clone(),
    };
    root(size, &nodes).ok()
}
