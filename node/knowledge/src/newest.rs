//! The newest version of each of an authority's records, as the entries folded so far leave it. The table
//! `Records` has these and `History` the versions before them, so that most entries write one value. `Voids` has what was
//! tried in vain.

use std::cell::RefCell;
use std::collections::BTreeMap;

use liaison_federation::store::{Index, IndexWrite, StoreError, Table};
use liaison_protocol::Origin;
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::{RecordState, Records, Verdict, Void};
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::update::{RecordName, Update};

use crate::views::{self, Version, VoidChange};
use crate::{coding, keys};

/// The index with what the running part has changed over it.
pub(crate) struct Newest<'a> {
    index: &'a dyn Index,
    origin: Origin,
    seen: RefCell<BTreeMap<RecordName, Option<Version>>>,
    failed: RefCell<Option<StoreError>>,
}

impl<'a> Newest<'a> {
    pub(crate) fn new(index: &'a dyn Index, origin: Origin) -> Newest<'a> {
        Newest {
            index,
            origin,
            seen: RefCell::default(),
            failed: RefCell::default(),
        }
    }

    /// What was in the way of reading: then no verdict since the last call can be believed.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Takes in the verdict on an entry, and says what it changes in the index.
    pub(crate) fn keep(&mut self, index: u64, verdict: &Verdict, entry: &Entry) -> Vec<IndexWrite> {
        let (updates, update) = match (verdict, &entry.content) {
            (Verdict::Updates(updates), Content::Update(update)) => (updates, update),
            (Verdict::Void(void), Content::Update(update)) => {
                return self.attempts(index, void, update, entry.sequenced_at);
            }
            _ => return Vec::new(),
        };
        let code = self.origin.authority();
        let mut writes = Vec::new();
        let changes = update.changes.iter().zip(&updates.records).zip(0..);
        for ((change, (name, state)), number) in changes {
            let version = Version {
                epoch: self.origin.epoch(),
                index,
                change: number,
                sequenced_at: entry.sequenced_at,
                signers: updates.signers.clone(),
                disputed: updates.disputed,
                action: change.action.word().to_owned(),
                state: state.clone(),
            };
            writes.push(coding::put(Table::Records, keys::record(&code, name), &version));
            if let Some(before) = self.replace(name, version) {
                let key = keys::version(&code, name, before.epoch, before.index);
                writes.push(coding::put(Table::History, key, &before));
            }
        }
        writes
    }

    // What an update without effect would have changed.
    fn attempts(
        &self,
        index: u64,
        void: &Void,
        update: &Signed<Update>,
        sequenced_at: u64,
    ) -> Vec<IndexWrite> {
        // Its records are another authority's.
        if update.origin != self.origin {
            return Vec::new();
        }
        let code = self.origin.authority();
        let changes = update.changes.iter().zip(0..).map(|(change, number)| {
            let attempt = VoidChange {
                epoch: self.origin.epoch(),
                index,
                change: number,
                sequenced_at,
                signers: update.signers().collect(),
                action: change.action.word().to_owned(),
                code: void.code().to_owned(),
                reason: void.to_string(),
            };
            let key = keys::version(&code, &change.record, attempt.epoch, index);
            coding::put(Table::Voids, key, &attempt)
        });
        changes.collect()
    }

    fn replace(&mut self, name: &RecordName, version: Version) -> Option<Version> {
        self.record(name);
        self.seen.get_mut().insert(name.clone(), Some(version)).flatten()
    }
}

impl Records for Newest<'_> {
    fn record(&self, name: &RecordName) -> Option<RecordState> {
        let mut seen = self.seen.borrow_mut();
        let newest = seen.entry(name.clone()).or_insert_with(|| {
            let read = views::newest(self.index, &self.origin.authority(), name);
            read.unwrap_or_else(|error| {
                self.failed.replace(Some(error));
                None
            })
        });
        newest.as_ref().map(|version| version.state.clone())
    }
}
