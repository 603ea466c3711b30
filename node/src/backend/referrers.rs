//! Records that name another one.

use liaison_api::model::{Problem, Reference, ReferrerPage, ReferrerQuery};
use liaison_knowledge::views;
use liaison_protocol::effect::{RecordState, Status};
use liaison_records::kinds::kind;
use liaison_records::refers::refers;

use super::{failed, records};
use crate::engine::Engine;

/// Records that one question looks at: the node stands still meanwhile.
const LOOKED_AT_MAX: usize = 500;
/// Bytes of content that one question looks at, but for its last record.
const BYTES_MAX: u64 = 4 << 20;

/// A page of the records of a kind that name this one. A page ends at what was looked at as well, so that it may be
/// empty and have a next.
pub(super) fn page(
    engine: &Engine,
    reference: &Reference,
    query: &ReferrerQuery,
) -> Result<ReferrerPage, Problem> {
    let mut page = ReferrerPage {
        records: Vec::new(),
        unread: 0,
        next: None,
    };
    let wanted = reference.to_string();
    let (mut looked_at, mut bytes) = (0, 0);
    let start = query.after.as_ref();
    let codes = engine.world().chain().newest().authorities.keys();
    for code in codes.filter(|code| start.is_none_or(|start| **code >= start.authority)) {
        let mut after = start
            .filter(|start| start.authority == *code)
            .map(|start| start.record.clone());
        loop {
            let found = views::records(
                engine.index(),
                code,
                Some(&query.kind),
                after.as_ref(),
                LOOKED_AT_MAX,
            )
            .map_err(failed)?;
            let Some((last, _)) = found.last() else { break };
            after = Some(last.clone());
            for (name, newest) in found {
                let candidate = Reference {
                    authority: code.clone(),
                    record: name,
                };
                looked_at += 1;
                // What is looked at takes as long as what is given.
                bytes += newest.state.payload.size;
                match names(engine, &candidate, &newest.state, &wanted)? {
                    Some(true) => page
                        .records
                        .push(records::record(engine, candidate.clone(), None)?),
                    Some(false) => {}
                    None => page.unread += 1,
                }
                if looked_at >= LOOKED_AT_MAX || page.records.len() >= query.limit || bytes >= BYTES_MAX {
                    page.next = Some(candidate);
                    return Ok(page);
                }
            }
        }
    }
    Ok(page)
}

// Whether a record that stands names the wanted one; nothing when its content is not here.
fn names(
    engine: &Engine,
    candidate: &Reference,
    state: &RecordState,
    wanted: &str,
) -> Result<Option<bool>, Problem> {
    if !matches!(state.status, Status::Current) {
        return Ok(Some(false));
    }
    let Some(payload) = records::held_payload(engine, candidate, state)? else {
        return Ok(None);
    };
    let content = liaison_records::record(&candidate.record, &payload).ok();
    let kind = kind(candidate.record.kind());
    Ok(Some(
        kind.zip(content)
            .is_some_and(|(kind, content)| refers(kind, &content, wanted)),
    ))
}
