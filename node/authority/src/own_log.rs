//! What the own log sequences by itself, and how leaves are made.

use std::collections::BTreeSet;

use liaison_federation::store::{LogStore, StoreError};
use liaison_protocol::entry::{Content, Entry, Naming};
use liaison_protocol::statement::{Content as Says, Role};
use liaison_protocol::tlog::{Frontier, leaf_hash};
use liaison_protocol::{Hash, Origin, PublicKey, World};

const PAGE: u64 = 1024;
const PAGE_BYTES: usize = 8 << 20;

/// The own log: what stands in it already, the edge of its tree and the time of its last entry.
#[derive(Debug, Clone)]
pub struct OwnLog {
    origin: Origin,
    stated: BTreeSet<Hash>,
    named: BTreeSet<Hash>,
    frontier: Frontier,
    sequenced_at: u64,
}

impl OwnLog {
    /// Reads what stands in the log.
    pub fn open(origin: Origin, store: &dyn LogStore) -> Result<OwnLog, StoreError> {
        let mut own = OwnLog::new(origin);
        own.catch_up(store)?;
        Ok(own)
    }

    /// A log of which nothing was read yet.
    pub fn new(origin: Origin) -> OwnLog {
        OwnLog {
            origin,
            stated: BTreeSet::new(),
            named: BTreeSet::new(),
            frontier: Frontier::new(),
            sequenced_at: 0,
        }
    }

    /// Reads what stands in the log beyond what was read, as at the start, or what came back from peers after a loss. After
    /// an error it goes on where it stopped.
    pub fn catch_up(&mut self, store: &dyn LogStore) -> Result<(), StoreError> {
        loop {
            let page = store.entries(&self.origin, self.size(), PAGE, PAGE_BYTES)?;
            if page.is_empty() {
                return Ok(());
            }
            for leaf in page {
                let redacted = if leaf.is_empty() {
                    store.node(&self.origin, 0, self.size())?
                } else {
                    None
                };
                self.append(&leaf, redacted.unwrap_or_else(|| leaf_hash(&leaf)));
            }
        }
    }

    /// Takes in the next leaf, which the store holds, and its hash.
    pub fn append(&mut self, leaf: &[u8], hash: Hash) {
        self.frontier.push(hash);
        if let Some(time) = Entry::time_of_update(leaf) {
            self.sequenced_at = self.sequenced_at.max(time);
            return;
        }
        match Entry::from_bytes(leaf) {
            Ok(entry) => self.note(&entry),
            Err(_) => self.sequenced_at = self.sequenced_at.max(Entry::sequenced_at(leaf).unwrap_or(0)),
        }
    }

    fn note(&mut self, entry: &Entry) {
        self.sequenced_at = self.sequenced_at.max(entry.sequenced_at);
        match &entry.content {
            Content::Statement(statement) => self.stated.insert(statement.hash()),
            Content::Naming(naming) => self.named.insert(naming.hash),
            Content::Update(_) => false,
        };
    }

    /// The log.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Number of entries read.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Root over them.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// What the log must carry next by itself: first the mandate of its key, then the charter
    /// version in force, then mandates and rules for this log that its root signed.
    pub fn due(&self, world: &World, log_key: &PublicKey) -> Vec<Content> {
        let code = self.origin.authority();
        let counting = world.statements().of(&code).filter(|s| world.chain().counts(s));
        let mut missing: Vec<_> = counting
            .filter(|s| s.origin.as_ref() == Some(&self.origin) && !self.stated.contains(&s.hash()))
            .filter(|s| match &s.content {
                // Another node's log key is for that node to sequence.
                Says::Mandate(mandate) => mandate.role != Role::Log || mandate.key == *log_key,
                _ => true,
            })
            .collect();
        missing.sort_by_key(|s| (s.mandate(Role::Log).is_none(), s.serial, s.hash()));
        let mut due: Vec<Content> = missing
            .into_iter()
            .map(|s| Content::Statement(s.clone()))
            .collect();
        if self.size() == 0 {
            // What begins there names the end of the epoch before, which may not be held: not built.
            if self.origin.epoch() > 1 {
                return Vec::new();
            }
            let is_log_mandate =
                |c: &Content| matches!(c, Content::Statement(s) if s.mandate(Role::Log).is_some());
            if !due.first().is_some_and(is_log_mandate) {
                return Vec::new();
            }
        }
        let newest = world.chain().newest().hash();
        if !self.named.contains(&newest) {
            let first = usize::from(self.size() == 0);
            due.insert(
                first,
                Content::Naming(Naming {
                    hash: newest,
                    predecessor: None,
                }),
            );
        }
        due
    }

    /// Makes a leaf; time never goes back. `now` is Unix time in milliseconds.
    pub fn leaf(&self, content: Content, now: u64) -> Entry {
        Entry {
            sequenced_at: self.time(now),
            content,
        }
    }

    /// The time that a leaf made now has.
    pub fn time(&self, now: u64) -> u64 {
        now.max(self.sequenced_at)
    }
}

#[cfg(test)]
mod tests;
