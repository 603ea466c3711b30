//! The want-list: every payload that this node may read and does not hold, until it holds it.

use liaison_federation::api::{Input, PayloadInfo};
use liaison_federation::store::{Index, IndexWrite, LogStore, PayloadId, StoreError, Table};
use liaison_knowledge::{ChangeEffect, Folded, StoredEffect};
use liaison_protocol::Origin;
use liaison_protocol::update::Audience;
use serde::{Deserialize, Serialize};

use super::policy::may_read;
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
pub(crate) fn missing(
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

/// Keeps a want.
pub(crate) fn put(id: &PayloadId) -> IndexWrite {
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

impl Engine {
    /// Wants what was folded and is missing; no longer wants what turned out to be void.
    pub(super) fn want(&mut self, origin: &Origin, folded: &[Folded], now: u64) -> Result<(), EngineError> {
        let missing = missing(&*self.store, origin, folded, |audience| self.may_read(audience));
        let mut writes: Vec<IndexWrite> = missing.iter().map(|(id, _)| put(id)).collect();
        let mut inputs: Vec<Input> = missing
            .into_iter()
            .map(|(id, info)| Input::Want { id, info })
            .collect();
        // A refold may find void what had effect before; nothing is wanted of other entries.
        let emptied = folded
            .iter()
            .filter(|entry| matches!(entry.effect, StoredEffect::Void { .. } | StoredEffect::Redacted));
        for entry in emptied {
            let prefix = [&origin.hash().0[..], &entry.index.to_be_bytes()].concat();
            for id in scan(&*self.index, &prefix, 64)? {
                writes.push(IndexWrite::Delete {
                    table: Table::Wants,
                    key: key(&id),
                });
                inputs.push(Input::Unwant(id));
            }
        }
        if !writes.is_empty() {
            self.index.apply(&writes)?;
        }
        inputs.into_iter().try_for_each(|input| self.tell(input, now))
    }

    /// Whether this node's authority may read what is for this audience.
    pub fn may_read(&self, audience: Audience) -> bool {
        let code = self.own.origin().authority();
        let listed = self.world().chain().newest().authorities.get(&code);
        listed.is_some_and(|authority| may_read(authority.rank, audience))
    }

    /// Wants again what an earlier run still wanted.
    pub(super) fn want_again(&mut self, now: u64) -> Result<(), EngineError> {
        for id in scan(&*self.index, &[], usize::MAX)? {
            let info = liaison_knowledge::views::payload(&*self.index, &id)?;
            match info.filter(|_| !self.store.has_payload(&id)) {
                Some(info) => self.tell(Input::Want { id, info }, now)?,
                None => self.index.apply(&[IndexWrite::Delete {
                    table: Table::Wants,
                    key: key(&id),
                }])?,
            }
        }
        Ok(())
    }

    /// A payload arrived.
    pub(super) fn held(&mut self, id: PayloadId) -> Result<(), EngineError> {
        self.index.apply(&[IndexWrite::Delete {
            table: Table::Wants,
            key: key(&id),
        }])?;
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
