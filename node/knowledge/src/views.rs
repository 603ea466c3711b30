//! Reading what was folded: effects by entry, records, versions.

use liaison_federation::api::PayloadInfo;
use liaison_federation::store::{Index, PayloadId, StoreError, Table};
use liaison_protocol::effect::{RecordState, Updates, Verdict};
use liaison_protocol::update::{Action, Audience, RecordName, Update};
use liaison_protocol::{Code, Hash, KeyId, Origin};
use serde::{Deserialize, Serialize};

use crate::{Folded, coding, keys};

/// The verdict on an entry, as the index keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoredEffect {
    /// A statement or a naming that holds.
    Holds,
    /// An update with effect.
    Updates {
        /// Who signed.
        signers: Vec<KeyId>,
        /// What changed.
        changes: Vec<ChangeEffect>,
        /// Whether a signer is said to have been compromised by then.
        disputed: bool,
    },
    /// No effect.
    Void {
        /// A stable word.
        code: String,
        /// In words.
        reason: String,
    },
    /// Redacted by order.
    Redacted,
}

/// One change of an update with effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeEffect {
    /// kind/slug
    pub record: RecordName,
    /// put, withdraw, erase or cancel.
    pub action: String,
    /// Audience of a put.
    pub audience: Option<Audience>,
    /// Payload digest of a put.
    pub digest: Option<Hash>,
    /// Payload size of a put, in bytes.
    pub size: Option<u64>,
}

/// One version of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Epoch of the log.
    pub epoch: u32,
    /// The entry.
    pub index: u64,
    /// The change within it.
    pub change: u32,
    /// When it was sequenced (Unix, milliseconds).
    pub sequenced_at: u64,
    /// Who signed.
    pub signers: Vec<KeyId>,
    /// Whether a signer is disputed.
    pub disputed: bool,
    /// put, withdraw, erase or cancel.
    pub action: String,
    /// The record's state from then on.
    pub state: RecordState,
}

impl StoredEffect {
    pub(crate) fn new(verdict: &Verdict, update: Option<&Update>) -> StoredEffect {
        match verdict {
            Verdict::Holds => StoredEffect::Holds,
            Verdict::Redacted => StoredEffect::Redacted,
            Verdict::Void(void) => StoredEffect::Void {
                code: void.code().to_owned(),
                reason: void.to_string(),
            },
            Verdict::Updates(Updates {
                signers, disputed, ..
            }) => {
                let changes = update
                    .map(|u| u.changes.iter().map(change_effect).collect())
                    .unwrap_or_default();
                StoredEffect::Updates {
                    signers: signers.clone(),
                    changes,
                    disputed: *disputed,
                }
            }
        }
    }
}

impl StoredEffect {
    /// The line of an entry in the effect digest, as [`Verdict::digest_line`] writes it.
    pub(crate) fn digest_line(&self, index: u64) -> String {
        match self {
            StoredEffect::Holds => format!("{index} holds\n"),
            StoredEffect::Updates { disputed: true, .. } => format!("{index} disputed\n"),
            StoredEffect::Updates { .. } => format!("{index} updates\n"),
            StoredEffect::Void { code, .. } => format!("{index} void {code}\n"),
            StoredEffect::Redacted => format!("{index} redacted\n"),
        }
    }
}

fn change_effect(change: &liaison_protocol::update::Change) -> ChangeEffect {
    let (audience, digest, size) = match change.action {
        Action::Put {
            audience,
            digest,
            size,
        } => (Some(audience), Some(digest), Some(size)),
        _ => (None, None, None),
    };
    let action = change.action.word().to_owned();
    ChangeEffect {
        record: change.record.clone(),
        action,
        audience,
        digest,
        size,
    }
}

/// The verdict on an entry; none when it is not folded yet.
pub fn effect(index: &dyn Index, origin: &Origin, entry: u64) -> Result<Option<StoredEffect>, StoreError> {
    let found = block(index, origin, entry)?
        .into_iter()
        .find(|folded| folded.index == entry);
    Ok(found.map(|folded| folded.effect))
}

/// What is folded of the block that an entry belongs to.
pub(crate) fn block(index: &dyn Index, origin: &Origin, entry: u64) -> Result<Vec<Folded>, StoreError> {
    let bytes = index.get(Table::Effects, &keys::block(origin, entry))?;
    Ok(bytes.and_then(|bytes| coding::decode(&bytes)).unwrap_or_default())
}

/// What effect says of a payload; none where its update is void, unknown or has no such put.
pub fn payload(index: &dyn Index, id: &PayloadId) -> Result<Option<PayloadInfo>, StoreError> {
    let Some(StoredEffect::Updates { changes, .. }) = effect(index, &id.origin, id.index)? else {
        return Ok(None);
    };
    let change = changes.into_iter().nth(id.change as usize);
    Ok(change.and_then(|c| {
        Some(PayloadInfo {
            audience: c.audience?,
            digest: c.digest?,
            size: c.size?,
        })
    }))
}

/// The newest version of a record.
pub fn newest(index: &dyn Index, code: &Code, name: &RecordName) -> Result<Option<Version>, StoreError> {
    let bytes = index.get(Table::Records, &keys::record(code, name))?;
    Ok(bytes.and_then(|bytes| coding::decode(&bytes)))
}

/// A page of the newest versions of an authority's records after `after`, at most `limit`, in order of name.
pub fn records(
    index: &dyn Index,
    code: &Code,
    kind: Option<&str>,
    after: Option<&RecordName>,
    limit: usize,
) -> Result<Vec<(RecordName, Version)>, StoreError> {
    let start = keys::authority(code);
    let prefix = kind.map_or_else(
        || start.clone(),
        |kind| [&start[..], kind.as_bytes(), b"/"].concat(),
    );
    let after = after.map(|name| keys::record(code, name));
    let page = index.scan(Table::Records, &prefix, after.as_deref(), limit)?;
    let read = |(key, value): (Vec<u8>, Vec<u8>)| {
        let name = String::from_utf8(key[start.len()..].to_vec())
            .ok()?
            .parse()
            .ok()?;
        Some((name, coding::decode(&value)?))
    };
    Ok(page.into_iter().filter_map(read).collect())
}

/// A page of a record's versions after the one of that epoch and index, oldest first.
pub fn history(
    index: &dyn Index,
    code: &Code,
    name: &RecordName,
    after: Option<(u32, u64)>,
    limit: usize,
) -> Result<Vec<Version>, StoreError> {
    let key = |(epoch, entry)| keys::version(code, name, epoch, entry);
    let prefix = keys::versions(code, name);
    let page = index.scan(Table::History, &prefix, after.map(key).as_deref(), limit)?;
    let before = page.into_iter().filter_map(|(_, value)| coding::decode(&value));
    let newest = newest(index, code, name)?;
    let newest = newest.filter(|newest| after.is_none_or(|after| after < (newest.epoch, newest.index)));
    Ok(before.chain(newest).take(limit).collect())
}

#[cfg(test)]
mod tests {
    use liaison_protocol::effect::{PayloadRef, Status};
    use liaison_protocol::update::Previous;
    use liaison_store::MemoryIndex;

    use super::*;

    fn version(epoch: u32, index: u64) -> Version {
        let last = Previous {
            epoch,
            index,
            leaf_hash: Hash::of(&index.to_be_bytes()),
        };
        Version {
            epoch,
            index,
            change: 0,
            sequenced_at: index,
            signers: Vec::new(),
            disputed: false,
            action: "put".to_owned(),
            state: RecordState {
                last,
                status: Status::Current,
                audience: Audience::Clear,
                payload: PayloadRef {
                    epoch,
                    index,
                    change: 0,
                    digest: Hash::default(),
                    size: 1,
                },
            },
        }
    }

    #[test]
    fn pages_of_any_length_give_all_versions_once_and_in_order() {
        let code: Code = "FRA".parse().unwrap();
        let name: RecordName = "practice/a".parse().unwrap();
        let all = [(1, 3), (1, 40), (1, 300), (2, 2), (2, 7)].map(|(epoch, index)| version(epoch, index));
        for count in 0..=all.len() {
            let mut index = MemoryIndex::new();
            if let Some((newest, before)) = all[..count].split_last() {
                let put = |v: &Version| {
                    coding::put(Table::History, keys::version(&code, &name, v.epoch, v.index), v)
                };
                let mut writes: Vec<_> = before.iter().map(put).collect();
                writes.push(coding::put(Table::Records, keys::record(&code, &name), newest));
                index.apply(&writes).unwrap();
            }
            for limit in 1..=all.len() + 1 {
                let mut found = Vec::new();
                loop {
                    let after = found.last().map(|v: &Version| (v.epoch, v.index));
                    let page = history(&index, &code, &name, after, limit).unwrap();
                    assert!(page.len() <= limit);
                    if page.is_empty() {
                        break;
                    }
                    found.extend(page);
                }
                assert_eq!(found, all[..count]);
            }
        }
    }
}
