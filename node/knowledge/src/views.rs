//! Reading what was folded: effects by entry, records, versions.

use std::ops::Range;

use liaison_federation::api::PayloadInfo;
use liaison_federation::store::{Index, PayloadId, StoreError, Table};
use liaison_protocol::effect::{RecordState, Status, Updates, Verdict};
use liaison_protocol::update::{Action, Audience, RecordName, Update};
use liaison_protocol::{Code, Hash, KeyId, Origin};
use serde::{Deserialize, Serialize};

use crate::keys::BLOCK;
use crate::{Folded, block, coding, keys};

/// Versions of a record that are read at once.
const HISTORY_PAGE: usize = 64;

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

/// A change that had no effect: its whole update had none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoidChange {
    /// Epoch of the log.
    pub epoch: u32,
    /// The entry.
    pub index: u64,
    /// The change within it.
    pub change: u32,
    /// When it was sequenced (Unix, milliseconds).
    pub sequenced_at: u64,
    /// The keys that it names as its signers: that they signed it is not said.
    pub signers: Vec<KeyId>,
    /// put, withdraw, erase or cancel.
    pub action: String,
    /// Why, as a stable word.
    pub code: String,
    /// Why, in words.
    pub reason: String,
}

impl Version {
    /// Whether it stood already when the log had `size` entries in `epoch`.
    fn is_before(&self, epoch: u32, size: u64) -> bool {
        (self.epoch, self.index) < (epoch, size)
    }
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
    let found = block_of(index, origin, entry)?;
    Ok(found.and_then(|bytes| block::one(&bytes, entry)))
}

/// The verdicts on entries that follow one another, as far as they are folded.
pub fn effects(index: &dyn Index, origin: &Origin, entries: Range<u64>) -> Result<Vec<Folded>, StoreError> {
    let mut found = Vec::new();
    let mut next = entries.start;
    while next < entries.end {
        let effects = block_of(index, origin, next)?.map_or_else(Vec::new, |bytes| block::all(&bytes));
        found.extend(
            effects
                .into_iter()
                .filter(|folded| entries.contains(&folded.index)),
        );
        next = (next / BLOCK + 1) * BLOCK;
    }
    Ok(found)
}

/// The block of effects that an entry belongs to.
pub(crate) fn block_of(
    index: &dyn Index,
    origin: &Origin,
    entry: u64,
) -> Result<Option<Vec<u8>>, StoreError> {
    index.get(Table::Effects, &keys::block(origin, entry))
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

/// The version of a record that stood when its authority's log had `size` entries in `epoch`; none where the record
/// was not there yet.
pub fn as_of(
    index: &dyn Index,
    code: &Code,
    name: &RecordName,
    (epoch, size): (u32, u64),
) -> Result<Option<Version>, StoreError> {
    match newest(index, code, name)? {
        Some(newest) if !newest.is_before(epoch, size) => before(index, code, name, (epoch, size)),
        newest => Ok(newest),
    }
}

// The last of the versions before the newest that stood by then.
fn before(
    index: &dyn Index,
    code: &Code,
    name: &RecordName,
    (epoch, size): (u32, u64),
) -> Result<Option<Version>, StoreError> {
    let prefix = keys::versions(code, name);
    let (mut found, mut after): (Option<Version>, Option<Vec<u8>>) = (None, None);
    loop {
        let page = index.scan(Table::History, &prefix, after.as_deref(), HISTORY_PAGE)?;
        let Some((last, _)) = page.last() else {
            return Ok(found);
        };
        after = Some(last.clone());
        for version in page
            .iter()
            .filter_map(|(_, value)| coding::decode::<Version>(value))
        {
            if !version.is_before(epoch, size) {
                return Ok(found);
            }
            found = Some(version);
        }
    }
}

/// The same for a page of an authority's records: each by its name, also where it was not there yet.
pub fn records_as_of(
    index: &dyn Index,
    code: &Code,
    kind: Option<&str>,
    after: Option<&RecordName>,
    limit: usize,
    (epoch, size): (u32, u64),
) -> Result<Vec<(RecordName, Option<Version>)>, StoreError> {
    let page = records(index, code, kind, after, limit)?;
    let stood = page.into_iter().map(|(name, newest)| {
        let version = match newest.is_before(epoch, size) {
            true => Some(newest),
            false => before(index, code, &name, (epoch, size))?,
        };
        Ok((name, version))
    });
    stood.collect()
}

/// Whether what a version of a record holds was erased by a later one, and that was not cancelled.
pub fn is_erased_since(
    index: &dyn Index,
    code: &Code,
    name: &RecordName,
    version: &Version,
) -> Result<bool, StoreError> {
    let mut erased = matches!(version.state.status, Status::Erased { .. });
    let mut after = (version.epoch, version.index);
    loop {
        let page = history(index, code, name, Some(after), HISTORY_PAGE)?;
        let Some(last) = page.last() else {
            return Ok(erased);
        };
        after = (last.epoch, last.index);
        for (place, later) in page.iter().enumerate() {
            // Only the very next change can cancel it.
            let next = match page.get(place + 1) {
                Some(next) => Some(next.clone()),
                None => history(index, code, name, Some(after), 1)?.pop(),
            };
            let is_cancelled = next.is_some_and(|next| next.action == Action::Cancel.word());
            erased |= matches!(later.state.status, Status::Erased { .. }) && !is_cancelled;
        }
    }
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

/// A page of the changes of a record that had no effect, after the one of that epoch and index, oldest first.
pub fn voids(
    index: &dyn Index,
    code: &Code,
    name: &RecordName,
    after: Option<(u32, u64)>,
    limit: usize,
) -> Result<Vec<VoidChange>, StoreError> {
    let after = after.map(|(epoch, entry)| keys::version(code, name, epoch, entry));
    let page = index.scan(Table::Voids, &keys::versions(code, name), after.as_deref(), limit)?;
    let changes = page.into_iter().filter_map(|(_, value)| coding::decode(&value));
    Ok(changes.collect())
}

#[cfg(test)]
mod tests {
    use liaison_protocol::effect::PayloadRef;
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
    fn as_of_a_size_stands_the_last_version_below_it() {
        let code: Code = "FR".parse().unwrap();
        let name: RecordName = "practice/a".parse().unwrap();
        let early: Vec<_> = (0..200).map(|number| version(1, 3 * number)).collect();
        let late = [version(2, 5), version(2, 9)];
        let mut index = MemoryIndex::new();
        let before = early.iter().chain(&late[..1]);
        let put = |v: &Version| coding::put(Table::History, keys::version(&code, &name, v.epoch, v.index), v);
        let mut writes: Vec<_> = before.map(put).collect();
        writes.push(coding::put(Table::Records, keys::record(&code, &name), &late[1]));
        index.apply(&writes).unwrap();
        for (epoch, size, wanted) in [
            (1, 0, None),
            (1, 1, Some((1, 0))),
            (1, 300, Some((1, 297))),
            (1, 301, Some((1, 300))),
            (1, 10_000, Some((1, 597))),
            (2, 5, Some((1, 597))),
            (2, 6, Some((2, 5))),
            (2, 9, Some((2, 5))),
            (2, 10, Some((2, 9))),
        ] {
            let found = as_of(&index, &code, &name, (epoch, size)).unwrap();
            assert_eq!(found.map(|v| (v.epoch, v.index)), wanted, "{epoch}, {size}");
        }
        let other: RecordName = "practice/b".parse().unwrap();
        assert_eq!(as_of(&index, &code, &other, (2, 10)).unwrap(), None);
    }

    #[test]
    fn what_was_erased_since_is_known_unless_that_was_cancelled() {
        let code: Code = "FR".parse().unwrap();
        let name: RecordName = "practice/a".parse().unwrap();
        let of = |index: u64, action: &str| {
            let mut version = version(1, index);
            version.action = action.to_owned();
            if action == "erase" {
                version.state.status = Status::Erased {
                    at: 0,
                    until: 0,
                    withdrawn: false,
                };
            }
            version
        };
        for (actions, erased) in [
            (&["put"][..], false),
            (&["put", "put", "withdraw"], false),
            (&["put", "erase"], true),
            (&["put", "erase", "put"], true),
            (&["put", "erase", "cancel"], false),
            (&["put", "erase", "put", "erase", "cancel"], true),
        ] {
            let versions: Vec<Version> = (0..)
                .zip(actions)
                .map(|(index, action)| of(index, action))
                .collect();
            let mut index = MemoryIndex::new();
            let (newest, before) = versions.split_last().unwrap();
            let put =
                |v: &Version| coding::put(Table::History, keys::version(&code, &name, v.epoch, v.index), v);
            let mut writes: Vec<_> = before.iter().map(put).collect();
            writes.push(coding::put(Table::Records, keys::record(&code, &name), newest));
            index.apply(&writes).unwrap();
            let found = is_erased_since(&index, &code, &name, &versions[0]).unwrap();
            assert_eq!(found, erased, "{actions:?}");
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
