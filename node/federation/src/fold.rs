//! A log's entries, folded to what heads depend on: the form of its checkpoints, and which charter
//! versions it has named.

use liaison_protocol::Hash;
use liaison_protocol::charter::Roots;
use liaison_protocol::entry::Leaf;
use liaison_protocol::form::{FormError, Prefix};
use liaison_protocol::{Origin, World};
use serde::{Deserialize, Serialize};

use crate::federation::{StoredTree, Unreadable};
use crate::store::{LogStore, StoreError};
use liaison_protocol::tlog::Nodes;

/// Entries and bytes read from the store at a time.
const PAGE: (u64, usize) = (4096, 4 << 20);

/// The fold of a log's first entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fold {
    prefix: Prefix,
}

impl Fold {
    /// The fold of no entries.
    pub(crate) fn new(origin: Origin) -> Fold {
        Fold {
            prefix: Prefix::new(origin),
        }
    }

    /// Appends a leaf of good form; nothing changes when it is refused.
    pub(crate) fn push(&mut self, roots: &Roots, leaf: Leaf<'_>) -> Result<(), FormError> {
        self.push_hashed(roots, leaf, leaf.hash())
    }

    /// The same for a leaf whose hash was compared already.
    pub(crate) fn push_hashed(&mut self, roots: &Roots, leaf: Leaf<'_>, hash: Hash) -> Result<(), FormError> {
        self.prefix.push_hashed(roots, leaf, hash)
    }

    /// The same for the leaves of a full tile, whose root was compared already. After an error the fold is of no use.
    pub(crate) fn push_tile<'a>(
        &mut self,
        roots: &Roots,
        leaves: impl Iterator<Item = Leaf<'a>>,
        root: Hash,
    ) -> Result<(), FormError> {
        self.prefix.push_tile(roots, leaves, root)
    }

    /// The prefix.
    pub(crate) fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// Number of entries.
    pub(crate) fn size(&self) -> u64 {
        self.prefix.size()
    }

    /// Root over the entries.
    pub(crate) fn root(&self) -> Hash {
        self.prefix.root()
    }

    /// Hashes of the charter versions named in the first `size` entries.
    pub(crate) fn named(&self, size: u64) -> impl Iterator<Item = &Hash> {
        self.prefix.namings_below(size)
    }

    /// Folds what a store holds beyond, up to `size`.
    ///
    /// # Errors
    /// When the store cannot be read or holds what is not of the log's form.
    pub(crate) fn extend(
        &mut self,
        world: &World,
        store: &dyn LogStore,
        size: u64,
    ) -> Result<(), StoreError> {
        let origin = self.prefix.origin().clone();
        let roots = world.chain().roots(&origin.authority());
        let tree = StoredTree {
            store,
            origin: &origin,
        };
        while self.size() < size {
            let count = (size - self.size()).min(PAGE.0);
            let entries = store.entries(&origin, self.size(), count, PAGE.1)?;
            if entries.is_empty() {
                return Err(self.damaged("the log ends before its head"));
            }
            for entry in entries {
                let pushed = if entry.is_empty() {
                    let hash = tree
                        .node(0, self.size())
                        .map_err(|Unreadable| self.damaged("a hash is missing"))?;
                    self.push(&roots, Leaf::Redacted(hash))
                } else {
                    self.push(&roots, Leaf::Bytes(&entry))
                };
                pushed.map_err(|cause| self.damaged(&cause.to_string()))?;
            }
        }
        Ok(())
    }

    fn damaged(&self, what: &str) -> StoreError {
        let path = format!("the log {}", self.prefix.origin());
        StoreError::Damaged {
            path,
            offset: self.size(),
            what: what.to_owned(),
        }
    }
}
