//! What became of a record: its versions, what was tried in vain, and under which mandates.

use liaison_api::model::{
    History, HistoryQuery, Problem, RecordVersion, Reference, Signer, VersionCursor, VoidChange, VoidChanges,
};
use liaison_knowledge::{Version, views};
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::statement::{Mandate, Role};
use liaison_protocol::{Code, KeyId, Origin};

use super::failed;
use super::records::{origin_of, status};
use crate::engine::Engine;

/// Statements of a log that are read to find the mandate under which an older version was signed: beyond them it is not
/// told. A log may hold any number.
const WALK_MAX: usize = 16;

/// A page of a record's versions, oldest first.
pub(super) fn versions(
    engine: &Engine,
    reference: Reference,
    query: HistoryQuery,
) -> Result<History, Problem> {
    let code = &reference.authority;
    let after = query.after.map(|cursor| (cursor.epoch, cursor.index));
    let found =
        views::history(engine.index(), code, &reference.record, after, query.limit + 1).map_err(failed)?;
    if found.is_empty() && after.is_none() {
        return Err(Problem::not_found(format!("{reference} is not known here")));
    }
    let more = found.len() > query.limit;
    let versions: Vec<RecordVersion> = found
        .into_iter()
        .take(query.limit)
        .map(|version| shown(engine, code, version))
        .collect();
    let next = versions.last().filter(|_| more).map(|last| VersionCursor {
        epoch: last.epoch,
        index: last.index,
    });
    Ok(History {
        versions,
        next,
        reference,
    })
}

/// A page of a record's changes that had no effect, oldest first.
pub(super) fn voids(
    engine: &Engine,
    reference: Reference,
    query: HistoryQuery,
) -> Result<VoidChanges, Problem> {
    let code = &reference.authority;
    let after = query.after.map(|cursor| (cursor.epoch, cursor.index));
    let found =
        views::voids(engine.index(), code, &reference.record, after, query.limit + 1).map_err(failed)?;
    let more = found.len() > query.limit;
    let changes = found.into_iter().take(query.limit).map(|void| VoidChange {
        signers: signers_in(engine, code, void.epoch, void.index, &void.signers),
        epoch: void.epoch,
        index: void.index,
        change: void.change,
        sequenced_at: void.sequenced_at,
        action: void.action,
        code: void.code,
        reason: void.reason,
    });
    let changes: Vec<VoidChange> = changes.collect();
    let next = changes.last().filter(|_| more).map(|last| VersionCursor {
        epoch: last.epoch,
        index: last.index,
    });
    Ok(VoidChanges {
        changes,
        next,
        reference,
    })
}

fn shown(engine: &Engine, code: &Code, version: Version) -> RecordVersion {
    RecordVersion {
        signers: signers_in(engine, code, version.epoch, version.index, &version.signers),
        epoch: version.epoch,
        index: version.index,
        change: version.change,
        leaf_hash: version.state.last.leaf_hash,
        sequenced_at: version.sequenced_at,
        action: version.action,
        audience: version.state.audience,
        digest: version.state.payload.digest,
        size: version.state.payload.size,
        disputed: version.disputed,
        status: status(&version.state),
    }
}

fn signers_in(engine: &Engine, code: &Code, epoch: u32, index: u64, keys: &[KeyId]) -> Vec<Signer> {
    let origin = origin_of(engine, code, epoch);
    origin.map_or_else(Vec::new, |origin| signers(engine, &origin, keys, index))
}

/// Who signed an entry, with the mandates that held there: function and place are read from the log itself.
pub(crate) fn signers(engine: &Engine, origin: &Origin, keys: &[KeyId], entry: u64) -> Vec<Signer> {
    let signer = |key: &KeyId| {
        let mandate = mandate(engine, origin, key, entry);
        Signer {
            key_id: *key,
            mandate: mandate.as_ref().map(|(index, _)| *index),
            function: mandate.map(|(_, mandate)| mandate.function),
        }
    };
    keys.iter().map(signer).collect()
}

// The newest mandate of an administrator before an entry. As a rule that is the newest of all, which the fold knows.
fn mandate(engine: &Engine, origin: &Origin, key: &KeyId, entry: u64) -> Option<(u64, Mandate)> {
    let knowledge = engine.knowledge();
    let newest = knowledge.mandate_index(origin, key)?;
    let read = |index: u64| {
        let leaf = engine.store().entries(origin, index, 1, usize::MAX).ok()?.pop()?;
        let Content::Statement(statement) = Entry::from_bytes(&leaf).ok()?.content else {
            return None;
        };
        let mandate = statement.mandate(Role::Administrator)?;
        (mandate.key.id() == *key).then(|| (index, mandate.clone()))
    };
    if newest < entry {
        return read(newest);
    }
    let context = knowledge.context(origin);
    let earlier = context.partition_point(|index| *index < entry);
    let mut nearest = context.iter().take(earlier).rev().take(WALK_MAX);
    nearest.find_map(|index| read(*index))
}
