//! What the search index is to know, read from the engine.

use std::collections::{BTreeMap, BTreeSet};

use liaison_federation::store::{PayloadId, StoreError};
use liaison_knowledge::search::{Document, Name, Reached};
use liaison_knowledge::{StoredEffect, views};
use liaison_protocol::effect::{RecordState, Status};
use liaison_protocol::update::Payload;
use liaison_protocol::{Code, KeyId, Origin};

use crate::backend::signers;
use crate::engine::Engine;

/// Entries looked at with one question.
const ENTRIES: u64 = 128;
/// Bytes of payloads after which a question ends with the entry that it is at.
const BYTES: usize = 4 << 20;

/// What is to be done next.
pub(super) enum Part {
    /// The effects of an authority's logs are others than they were: nothing of them is believed.
    Forget {
        code: Code,
        /// How often each of its logs has been folded from its start.
        refolds: BTreeMap<Origin, u64>,
    },
    /// Records changed by the next entries of a log, as they stand now.
    Changed(Origin, Reached, Vec<Standing>),
}

/// How a record stands.
pub(super) struct Standing {
    pub(super) name: Name,
    /// None when it stands no longer.
    pub(super) content: Option<Content>,
}

/// What there is to be found of a record.
pub(super) struct Content {
    // As the store has it; none when it is not here.
    payload: Option<Vec<u8>>,
    pending: bool,
    signers: Vec<String>,
}

impl Content {
    /// The same for the index; what this release cannot read is found by its name.
    pub(super) fn document(self, name: Name) -> Document {
        let payload = self.payload.and_then(|bytes| Payload::from_bytes(&bytes).ok());
        Document {
            content: payload.and_then(|payload| liaison_records::record(&name.1, &payload).ok()),
            pending: self.pending,
            signers: self.signers,
            name,
        }
    }
}

/// The next part that is folded and not indexed; none when all is.
pub(super) fn next(
    engine: &Engine,
    reached: &BTreeMap<Origin, Reached>,
    refolds: &BTreeMap<Origin, u64>,
) -> Result<Option<Part>, StoreError> {
    let knowledge = engine.knowledge();
    for origin in engine.store().logs() {
        let (size, fingerprint) = (knowledge.size(&origin), knowledge.fingerprint(&origin));
        let indexed = reached.get(&origin).copied().unwrap_or_default();
        let is_other = indexed.fingerprint != fingerprint || indexed.size > size;
        let refolded = knowledge.refolds(&origin) != refolds.get(&origin).copied().unwrap_or_default();
        if refolded || (indexed.size > 0 && is_other) {
            let code = origin.authority();
            let logs = engine.store().logs().into_iter();
            let logs = logs.filter(|log| log.authority() == code);
            return Ok(Some(Part::Forget {
                refolds: logs.map(|log| (log.clone(), knowledge.refolds(&log))).collect(),
                code,
            }));
        }
        if indexed.size < size {
            let (end, records) = changed(engine, &origin, indexed.size, size)?;
            let reached = Reached {
                size: end,
                fingerprint,
            };
            return Ok(Some(Part::Changed(origin, reached, records)));
        }
    }
    Ok(None)
}

// The records that entries from one on changed, up to where there is enough of them.
fn changed(
    engine: &Engine,
    origin: &Origin,
    start: u64,
    size: u64,
) -> Result<(u64, Vec<Standing>), StoreError> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut reader = Reader::new(engine);
    let end = size.min(start + ENTRIES);
    for folded in views::effects(engine.index(), origin, start..end)? {
        if let StoredEffect::Updates { changes, .. } = folded.effect {
            for change in changes {
                if seen.insert(change.record.clone()) {
                    found.push(reader.standing((origin.authority(), change.record))?);
                }
            }
        }
        if reader.bytes >= BYTES {
            return Ok((folded.index + 1, found));
        }
    }
    Ok((end, found))
}

/// How these records stand.
pub(super) fn standing(engine: &Engine, names: Vec<Name>) -> Result<Vec<Standing>, StoreError> {
    let mut reader = Reader::new(engine);
    names.into_iter().map(|name| reader.standing(name)).collect()
}

/// The records whose payloads these are.
pub(super) fn named(engine: &Engine, payloads: &BTreeSet<PayloadId>) -> Result<Vec<Name>, StoreError> {
    let mut names = Vec::new();
    for id in payloads {
        let effect = views::effect(engine.index(), &id.origin, id.index)?;
        if let Some(StoredEffect::Updates { changes, .. }) = effect {
            let change = changes.into_iter().nth(id.change as usize);
            names.extend(change.map(|change| (id.origin.authority(), change.record)));
        }
    }
    Ok(names)
}

struct Reader<'e> {
    engine: &'e Engine,
    signers: BTreeMap<(Origin, Vec<KeyId>), Vec<String>>,
    bytes: usize,
}

impl<'e> Reader<'e> {
    fn new(engine: &'e Engine) -> Reader<'e> {
        Reader {
            engine,
            signers: BTreeMap::new(),
            bytes: 0,
        }
    }

    fn standing(&mut self, name: Name) -> Result<Standing, StoreError> {
        let (code, record) = &name;
        let newest = views::newest(self.engine.index(), code, record)?;
        let newest = newest.filter(|newest| newest.state.status == Status::Current);
        let origin = self.engine.world().chain().origin(code);
        let content = match newest.zip(origin) {
            Some((newest, origin)) => {
                let origin = origin.with_epoch(newest.epoch);
                let signers = self.signers(origin.clone(), newest.signers);
                let payload = self.payload(&origin, &newest.state)?;
                let may_read = self.engine.may_read(newest.state.audience);
                Some(Content {
                    pending: payload.is_none() && may_read,
                    payload,
                    signers,
                })
            }
            None => None,
        };
        Ok(Standing { name, content })
    }

    fn payload(&mut self, origin: &Origin, state: &RecordState) -> Result<Option<Vec<u8>>, StoreError> {
        let id = PayloadId {
            origin: origin.with_epoch(state.payload.epoch),
            index: state.payload.index,
            change: state.payload.change,
        };
        let payload = match self.engine.store().payload(&id) {
            // As one that is not here: the rest is found all the same.
            Err(StoreError::Damaged { .. }) => None,
            read => read?,
        };
        self.bytes += payload.as_ref().map_or(0, Vec::len);
        Ok(payload)
    }

    // Ids and functions; few keys sign most records.
    fn signers(&mut self, origin: Origin, keys: Vec<KeyId>) -> Vec<String> {
        let engine = self.engine;
        let known = self.signers.entry((origin, keys));
        let of = |(origin, keys): &(Origin, Vec<KeyId>)| {
            let signers = signers(engine, origin, keys, u64::MAX).into_iter();
            signers
                .flat_map(|signer| [Some(signer.key_id.to_string()), signer.function])
                .flatten()
                .collect()
        };
        known.or_insert_with_key(of).clone()
    }
}
