//! What the entry of a bundle is, for people, and its payloads against their digests.

use super::fault::fault;
use super::log::Log;
use super::report::{Broken, Link, ProvenChange, ProvenEntry, ProvenSigner};
use super::{Bundle, HeldPayload};
use crate::effect::Verdict;
use crate::entry::Content;
use crate::key::KeyId;
use crate::statement::{self, Role, Statement};
use crate::update::{Action, Change, Update, payload_digest};

/// Says what the entry is and verifies the payloads that the bundle brings.
pub(super) fn prove(bundle: &Bundle, log: &Log) -> Result<ProvenEntry, Broken> {
    match (&log.entry.content, &log.verdict) {
        (Content::Update(update), Verdict::Updates(updates)) => Ok(ProvenEntry::Update {
            created_at: update.created_at,
            signers: updates
                .signers
                .iter()
                .filter_map(|key| signer(log, key))
                .collect(),
            changes: changes(bundle, update)?,
        }),
        _ if !bundle.payloads.is_empty() => Err(fault(Link::Payload, "only an update has payloads")),
        (Content::Statement(statement), _) => Ok(ProvenEntry::Statement {
            says: describe(statement),
        }),
        (Content::Naming(naming), _) => Ok(ProvenEntry::Naming { charter: naming.hash }),
        (Content::Update(_), _) => Err(fault(Link::Entry, "an update without effect")),
    }
}

fn signer(log: &Log, key: &KeyId) -> Option<ProvenSigner> {
    let mandate = log.state.mandate_index(key)?;
    let statement = log.statement(mandate)?;
    let function = statement.mandate(Role::Administrator)?.function.clone();
    Some(ProvenSigner {
        key: *key,
        function,
        mandate,
    })
}

// A bundle brings the payload of every put, or the word that it is erased; or no payloads at all.
fn changes(bundle: &Bundle, update: &Update) -> Result<Vec<ProvenChange>, Broken> {
    let is_put = |change: &&(usize, &Change)| matches!(change.1.action, Action::Put { .. });
    let numbered: Vec<(usize, &Change)> = update.changes.iter().enumerate().collect();
    let puts = numbered.iter().filter(is_put).map(|(number, _)| *number);
    let held = bundle.payloads.iter().map(|(number, _)| *number as usize);
    if !bundle.payloads.is_empty() && !held.eq(puts) {
        return Err(fault(
            Link::Payload,
            "the payloads are not one for each put, in the order of the changes",
        ));
    }
    let mut payloads = bundle.payloads.iter().map(|(_, payload)| payload);
    let prove = |(number, change): (usize, &Change)| {
        let held = if is_put(&&(number, change)) {
            payloads.next()
        } else {
            None
        };
        prove_change(change, held)
    };
    numbered.into_iter().map(prove).collect()
}

fn prove_change(change: &Change, held: Option<&HeldPayload>) -> Result<ProvenChange, Broken> {
    let mut proven = ProvenChange {
        action: change.action.word(),
        record: change.record.to_string(),
        audience: None,
        digest: None,
        payload: None,
    };
    let Action::Put {
        audience,
        digest,
        size,
    } = change.action
    else {
        return Ok(proven);
    };
    proven.audience = Some(audience.to_string());
    proven.digest = Some(digest);
    proven.payload = Some(match held {
        None => "absent",
        Some(HeldPayload::Erased) => "erased",
        Some(HeldPayload::Bytes(bytes)) if bytes.len() as u64 == size && payload_digest(bytes) == digest => {
            "verified"
        }
        Some(HeldPayload::Bytes(_)) => {
            let cause = format!("the payload of {} is not the one signed", change.record);
            return Err(fault(Link::Payload, cause));
        }
    });
    Ok(proven)
}

fn describe(statement: &Statement) -> String {
    match &statement.content {
        statement::Content::Mandate(m) => format!("mandate of a {} key, “{}”", m.role, m.function),
        statement::Content::Revocation(r) => format!("revocation of key {}", r.key_id),
        statement::Content::Rules(_) => "rules on how many administrators must sign".to_owned(),
        statement::Content::Order(o) => {
            format!("order about entry {} of {}", o.target.index, o.target.origin)
        }
        statement::Content::Cancel(c) => format!("cancel of the erase at entry {} of {}", c.index, c.origin),
    }
}
