//! The want-list: every payload that this node may read and does not hold, until it holds it.

use liaison_federation::Time;
use liaison_federation::api::{Input, PayloadInfo};
use liaison_federation::store::{Index, IndexWrite, LogStore, PayloadId, StoreError, Table};
use liaison_knowledge::{ChangeEffect, Folded, StoredEffect};
use liaison_protocol::Origin;
use liaison_protocol::update::Audience;
use serde::{Deserialize, Serialize};

use super::policy::may_read_as;
use super::{Engine, EngineError, Told};

#[derive(Serialize, Deserialize)]
struct Want {
    origin: Origin,
    index: u64,
    change: u32,
}

fn key(id: &PayloadId) -> Vec<u8> {
    [
        &id.origin.hash().0[..],
        &id.index.to_be_bytes(),
        &id.change.to_be_bytes(),
    ]
    .concat()
}

/// The wants of a log.
pub(super) fn of_log(index: &dyn Index, origin: &Origin, limit: usize) -> Result<Vec<PayloadId>, StoreError> {
    scan(index, &origin.hash().0, limit)
}

fn scan(index: &dyn Index, prefix: &[u8], limit: usize) -> Result<Vec<PayloadId>, StoreError> {
    let page = index.scan(Table::Wants, prefix, None, limit)?;
    let read = |(_, value): (Vec<u8>, Vec<u8>)| serde_json::from_slice::<Want>(&value).ok();
    let wants = page.into_iter().filter_map(read);
    Ok(wants
        .map(|w| PayloadId {
            origin: w.origin,
            index: w.index,
            change: w.change,
        })
        .collect())
}

/// The payloads of folded entries that are readable and not held.
fn missing(
    store: &dyn LogStore,
    origin: &Origin,
    folded: &[Folded],
    readable: impl Fn(Audience) -> bool,
) -> Vec<(PayloadId, PayloadInfo)> {
    let mut missing = Vec::new();
    for entry in folded {
        let StoredEffect::Updates { changes, .. } = &entry.effect else {
            continue;
        };
        for (change, number) in changes.iter().zip(0..) {
            let id = PayloadId {
                origin: origin.clone(),
                index: entry.index,
                change: number,
            };
            let wanted = info(change).filter(|info| readable(info.audience) && !store.has_payload(&id));
            missing.extend(wanted.map(|info| (id, info)));
        }
    }
    missing
}

fn info(change: &ChangeEffect) -> Option<PayloadInfo> {
    Some(PayloadInfo {
        audience: change.audience?,
        digest: change.digest?,
        size: change.size?,
    })
}

fn put(id: &PayloadId) -> IndexWrite {
    let want = Want {
        origin: id.origin.clone(),
        index: id.index,
        change: id.change,
    };
    IndexWrite::Put {
        table: Table::Wants,
        key: key(id),
        value: serde_json::to_vec(&want).unwrap_or_default(),
    }
}

fn delete(id: &PayloadId) -> IndexWrite {
    IndexWrite::Delete {
        table: Table::Wants,
        key: key(id),
    }
}

/// What a part that was folded changes in the want-list. It is written together with the fold's cursor: what
/// is folded and missing would otherwise be forgotten with a process that is killed in between.
pub(crate) struct Changes {
    wanted: Vec<(PayloadId, PayloadInfo)>,
    // A refold may find void what had effect before; nothing is wanted of other entries.
    unwanted: Vec<PayloadId>,
}

impl Changes {
    pub(crate) fn of(
        index: &dyn Index,
        store: &dyn LogStore,
        origin: &Origin,
        folded: &[Folded],
        readable: impl Fn(Audience) -> bool,
    ) -> Result<Changes, StoreError> {
        let mut unwanted = Vec::new();
        let emptied = folded
            .iter()
            .filter(|entry| matches!(entry.effect, StoredEffect::Void { .. } | StoredEffect::Redacted));
        for entry in emptied {
            let prefix = [&origin.hash().0[..], &entry.index.to_be_bytes()].concat();
            unwanted.extend(scan(index, &prefix, 64)?);
        }
        let wanted = missing(store, origin, folded, readable);
        Ok(Changes { wanted, unwanted })
    }

    pub(crate) fn writes(&self) -> Vec<IndexWrite> {
        let puts = self.wanted.iter().map(|(id, _)| put(id));
        puts.chain(self.unwanted.iter().map(delete)).collect()
    }

    /// What the federation is to be told.
    pub(super) fn inputs(self) -> impl Iterator<Item = Input> {
        let wants = self.wanted.into_iter().map(|(id, info)| Input::Want { id, info });
        wants.chain(self.unwanted.into_iter().map(Input::Unwant))
    }
}

impl Engine {
    /// Whether this node's authority may read what is for this audience.
    pub fn may_read(&self, audience: Audience) -> bool {
        may_read_as(self.world(), &self.own.origin().authority(), audience)
    }

    /// Wants again what an earlier run still wanted, unless its entry was lost: that is fetched and folded anew.
    pub(super) fn want_again(&mut self, now: Time) -> Result<(), EngineError> {
        for id in scan(&*self.index, &[], usize::MAX)? {
            let info = liaison_knowledge::views::payload(&*self.index, &id)?;
            let size = self.store.head(&id.origin).map_or(0, |head| head.size);
            let is_open = id.index < size && !self.store.has_payload(&id);
            match info.filter(|_| is_open) {
                Some(info) => self.tell(Input::Want { id, info }, now)?,
                None => self.index.apply(&[delete(&id)])?,
            }
        }
        Ok(())
    }

    /// A payload arrived.
    pub(super) fn held(&mut self, id: PayloadId) -> Result<(), EngineError> {
        self.index.apply(&[delete(&id)])?;
        self.told(Told::Payload {
            origin: id.origin,
            index: id.index,
            change: id.change,
        });
        Ok(())
    }

    /// Payloads of a log that are still wanted, at most `limit`.
    pub fn open_wants(&self, origin: &Origin, limit: usize) -> Result<Vec<PayloadId>, StoreError> {
        of_log(&*self.index, origin, limit)
    }
}
