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

// A payload speaks for itself by its digest. The word that one is erased does not: where it stands, every
// put has its payload or the word, so that it cannot be moved to another.
fn changes(bundle: &Bundle, update: &Update) -> Result<Vec<ProvenChange>, Broken> {
    let puts = update.changes.iter().zip(0u32..);
    let puts = puts.filter(|(change, _)| matches!(change.action, Action::Put { .. }));
    let puts: Vec<u32> = puts.map(|(_, number)| number).collect();
    let held: Vec<u32> = bundle.payloads.iter().map(|(number, _)| *number).collect();
    let erased = bundle
        .payloads
        .iter()
        .any(|(_, payload)| *payload == HeldPayload::Erased);
    let fits = held.is_sorted_by(|a, b| a < b) && held.iter().all(|number| puts.contains(number));
    if !fits || erased && held != puts {
        return Err(fault(
            Link::Payload,
            "the payloads are not one for each put, in the order of the changes",
        ));
    }
    let payload = |number| {
        bundle
            .payloads
            .iter()
            .find(|(held, _)| *held == number)
            .map(|(_, p)| p)
    };
    let changes = update.changes.iter().zip(0u32..);
    changes
        .map(|(change, number)| prove_change(change, payload(number)))
        .collect()
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
