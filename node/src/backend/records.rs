//! Records and their versions.

use liaison_api::model::{
    AsOf, Content, PayloadState, Problem, Record, RecordPage, RecordQuery, RecordStatus, RecordSummary,
    Reference,
};
use liaison_federation::store::PayloadId;
use liaison_knowledge::{StoredEffect, Version, views};
use liaison_protocol::effect::{PayloadRef, RecordState, Status};
use liaison_protocol::update::{Payload, RecordName};
use liaison_protocol::{Code, Origin};

use super::history::signers;
use super::{as_of, entries, failed};
use crate::engine::Engine;

/// Records that one question looks at, those wanted among them or not: the node stands still meanwhile.
const LOOKED_AT_MAX: usize = 1_000;

/// A page of records, by reference. A page ends at what was looked at as well, so that it may be empty and have a next.
pub(super) fn page(engine: &Engine, query: &RecordQuery) -> Result<RecordPage, Problem> {
    let mut records = Vec::new();
    let mut looked_at = 0;
    let checkpoints = match &query.as_of {
        Some(as_of) => Some(as_of::all(engine, as_of)?),
        None => None,
    };
    let start = query.after.as_ref().map(|after| after.authority.clone());
    let codes = engine.world().chain().newest().authorities.keys();
    let codes = codes.filter(|code| query.authority.as_ref().is_none_or(|wanted| wanted == *code));
    for code in codes.filter(|code| start.as_ref().is_none_or(|start| *code >= start)) {
        let mut after = query
            .after
            .as_ref()
            .filter(|after| after.authority == *code)
            .map(|after| after.record.clone());
        let at = match &checkpoints {
            None => None,
            Some(chosen) => match chosen.get(code) {
                Some(checkpoint) => Some((checkpoint.origin.epoch(), checkpoint.size)),
                // Nothing of its log stood by then.
                None => continue,
            },
        };
        while records.len() <= query.limit {
            let kind = query.kind.as_deref();
            // As of no checkpoint: as of any size.
            let size = at.unwrap_or((u32::MAX, u64::MAX));
            let found =
                views::records_as_of(engine.index(), code, kind, after.as_ref(), query.limit + 1, size)
                    .map_err(failed)?;
            let Some((last, _)) = found.last() else { break };
            after = Some(last.clone());
            looked_at += found.len();
            let wanted = found.into_iter().filter(|(name, _)| {
                query
                    .prefix
                    .as_ref()
                    .is_none_or(|prefix| name.slug().starts_with(prefix.as_str()))
            });
            let stood = wanted.filter_map(|(name, version)| Some((name, version?)));
            for (name, version) in stood {
                records.push(match at {
                    None => summary(engine, code, name, version),
                    Some(_) => summary_as_of(engine, code, name, version)?,
                });
            }
            if looked_at >= LOOKED_AT_MAX && records.len() <= query.limit {
                let reference = |record| Reference {
                    authority: code.clone(),
                    record,
                };
                return Ok(RecordPage {
                    records,
                    next: after.map(reference),
                    checkpoints: checkpoints.unwrap_or_default().into_values().collect(),
                });
            }
        }
    }
    let more = records.len() > query.limit;
    records.truncate(query.limit);
    let next = records.last().filter(|_| more).map(|last| last.reference.clone());
    let checkpoints = checkpoints.unwrap_or_default().into_values().collect();
    Ok(RecordPage {
        records,
        next,
        checkpoints,
    })
}

// What was erased since is not here, whatever the version that stood then holds.
fn summary_as_of(
    engine: &Engine,
    code: &Code,
    name: RecordName,
    version: Version,
) -> Result<RecordSummary, Problem> {
    let is_erased = views::is_erased_since(engine.index(), code, &name, &version).map_err(failed)?;
    let summary = summary(engine, code, name, version);
    let payload = match is_erased {
        true => PayloadState::None,
        false => summary.payload,
    };
    Ok(RecordSummary { payload, ..summary })
}

pub(super) fn summary(engine: &Engine, code: &Code, name: RecordName, newest: Version) -> RecordSummary {
    let state = &newest.state;
    RecordSummary {
        reference: Reference {
            authority: code.clone(),
            record: name,
        },
        status: status(state),
        audience: state.audience,
        payload: payload(engine, code, state),
        epoch: newest.epoch,
        index: newest.index,
        sequenced_at: newest.sequenced_at,
        disputed: newest.disputed,
    }
}

/// The state of a record: as of then, or the current one.
pub(super) fn record(engine: &Engine, reference: Reference, as_of: Option<&AsOf>) -> Result<Record, Problem> {
    let missing = || Problem::not_found(format!("{reference} is not known here"));
    let code = &reference.authority;
    let checkpoint = as_of.map(|as_of| as_of::one(engine, as_of, code)).transpose()?;
    let found = match &checkpoint {
        None => views::newest(engine.index(), code, &reference.record),
        Some(at) => views::as_of(
            engine.index(),
            code,
            &reference.record,
            (at.origin.epoch(), at.size),
        ),
    };
    let newest = found.map_err(failed)?.ok_or_else(|| match &checkpoint {
        None => missing(),
        Some(at) => Problem::not_found(format!("{reference} did not exist as of {at}")),
    })?;
    let is_erased =
        views::is_erased_since(engine.index(), code, &reference.record, &newest).map_err(failed)?;
    let state = newest.state;
    let origin = origin_of(engine, code, newest.epoch).ok_or_else(missing)?;
    let effect = views::effect(engine.index(), &origin, newest.index).map_err(failed)?;
    let changes = match effect {
        Some(StoredEffect::Updates { changes, .. }) => changes,
        _ => Vec::new(),
    };
    let held = match is_erased {
        true => None,
        false => held_payload(engine, &reference, &state)?,
    };
    let content = held.map(|payload| Content::new(&reference.record, payload));
    Ok(Record {
        status: status(&state),
        audience: state.audience,
        payload: match is_erased {
            true => PayloadState::None,
            false => payload(engine, code, &state),
        },
        stale_since: content
            .as_ref()
            .and_then(|content| content.stale_since(crate::runtime::now())),
        content,
        origin_hash: origin.hash(),
        previous: state.last,
        sequenced_at: newest.sequenced_at,
        signers: signers(engine, &origin, &newest.signers, newest.index),
        disputed: newest.disputed,
        published: true,
        witnessed: entries::witnessing(engine, &origin, newest.index)?,
        copies: entries::copies(engine, &origin, newest.index, &changes),
        checkpoint,
        origin,
        reference,
    })
}

/// The payload of a record, when it is here and was not erased.
pub(super) fn held_payload(
    engine: &Engine,
    reference: &Reference,
    state: &RecordState,
) -> Result<Option<Payload>, Problem> {
    let origin = origin_of(engine, &reference.authority, state.payload.epoch);
    let Some(origin) = origin.filter(|_| !matches!(state.status, Status::Erased { .. })) else {
        return Ok(None);
    };
    let id = payload_id(&origin, &state.payload);
    let bytes = engine.store().payload(&id).map_err(failed)?;
    Ok(bytes.and_then(|bytes| Payload::from_bytes(&bytes).ok()))
}

pub(super) fn status(state: &RecordState) -> RecordStatus {
    match state.status {
        Status::Current => RecordStatus::Current,
        Status::Withdrawn => RecordStatus::Withdrawn,
        Status::Erased { .. } => RecordStatus::Erased,
    }
}

pub(super) fn payload(engine: &Engine, code: &Code, state: &RecordState) -> PayloadState {
    if matches!(state.status, Status::Erased { .. }) {
        return PayloadState::None;
    }
    let id = origin_of(engine, code, state.payload.epoch).map(|origin| payload_id(&origin, &state.payload));
    id.map_or(PayloadState::None, |id| {
        entries::payload_state(engine, &id, state.audience)
    })
}

fn payload_id(origin: &Origin, payload: &PayloadRef) -> PayloadId {
    PayloadId {
        origin: origin.with_epoch(payload.epoch),
        index: payload.index,
        change: payload.change,
    }
}

pub(super) fn origin_of(engine: &Engine, code: &Code, epoch: u32) -> Option<Origin> {
    engine
        .world()
        .chain()
        .origin(code)
        .map(|origin| origin.with_epoch(epoch))
}
