//! One entry: what it came to, and how far it is known in the network.

use liaison_api::model::{Change, Copies, Entry, PayloadState, Problem, ProblemType, Verdict, Witnessing};
use liaison_federation::store::PayloadId;
use liaison_knowledge::{ChangeEffect, StoredEffect, views};
use liaison_protocol::tlog::{SignedCheckpoint, leaf_hash};
use liaison_protocol::update::Audience;
use liaison_protocol::{Origin, entry, quorum};

use super::failed;
use crate::engine::{Engine, ProveError, may_read};

/// The entry, as of now.
pub(super) fn entry(engine: &Engine, origin: &Origin, index: u64) -> Result<Entry, Problem> {
    let leaf = engine
        .store()
        .entries(origin, index, 1, usize::MAX)
        .map_err(failed)?
        .pop();
    let leaf = leaf.ok_or_else(|| Problem::not_found(format!("{origin} has no entry {index} here")))?;
    let redacted = leaf.is_empty();
    let hash = match redacted {
        true => engine
            .store()
            .node(origin, 0, index)
            .map_err(failed)?
            .unwrap_or_default(),
        false => leaf_hash(&leaf),
    };
    let effect = views::effect(engine.index(), origin, index).map_err(failed)?;
    let copies = match &effect {
        Some(StoredEffect::Updates { changes, .. }) => copies(engine, origin, index, changes),
        _ => None,
    };
    Ok(Entry {
        origin: origin.clone(),
        origin_hash: origin.hash(),
        index,
        sequenced_at: entry::Entry::sequenced_at(&leaf),
        leaf: (!redacted).then_some(liaison_api::model::Base64(leaf)),
        leaf_hash: hash,
        verdict: verdict(engine, origin, index, effect),
        // A node learns of an entry from its own log or from a head that its authority has signed.
        published: true,
        witnessed: witnessing(engine, origin, index)?,
        copies,
    })
}

fn verdict(engine: &Engine, origin: &Origin, index: u64, effect: Option<StoredEffect>) -> Verdict {
    match effect {
        None => Verdict::Pending,
        Some(StoredEffect::Holds) => Verdict::Holds,
        Some(StoredEffect::Redacted) => Verdict::Redacted,
        Some(StoredEffect::Void { code, reason }) => Verdict::Void { code, reason },
        Some(StoredEffect::Updates {
            changes, disputed, ..
        }) => {
            let change = |(change, number): (ChangeEffect, u32)| {
                let id = PayloadId {
                    origin: origin.clone(),
                    index,
                    change: number,
                };
                let payload = change
                    .audience
                    .map_or(PayloadState::None, |a| payload_state(engine, &id, a));
                Change {
                    record: change.record.to_string(),
                    action: change.action,
                    audience: change.audience,
                    digest: change.digest,
                    size: change.size,
                    payload,
                }
            };
            Verdict::Updates {
                changes: changes.into_iter().zip(0..).map(change).collect(),
                disputed,
            }
        }
    }
}

/// Whether a payload is here, wanted, or not for this authority.
pub(super) fn payload_state(engine: &Engine, id: &PayloadId, audience: Audience) -> PayloadState {
    if engine.store().has_payload(id) {
        PayloadState::Held
    } else if engine.may_read(audience) {
        PayloadState::Wanted
    } else {
        PayloadState::NotEntitled
    }
}

/// The cosignatures of the first quorum head that covers an entry, else of the newest head.
pub(super) fn witnessing(engine: &Engine, origin: &Origin, index: u64) -> Result<Witnessing, Problem> {
    let covering = engine
        .store()
        .quorum_head_covering(origin, index + 1)
        .map_err(failed)?;
    let head = match covering {
        Some(note) => SignedCheckpoint::parse(&note).ok(),
        None => engine
            .federation()
            .best_head(origin)
            .filter(|head| head.checkpoint.size > index),
    };
    let (Some(head), Some(prefix)) = (head, engine.federation().prefix(origin)) else {
        return Ok(Witnessing::default());
    };
    let quorum = quorum::count(engine.world(), origin, &head, prefix.namings());
    Ok(Witnessing::of_head(&quorum, head.checkpoint.size))
}

/// How many other nodes hold all payloads of an entry, against min(quorum, entitled nodes).
pub(super) fn copies(
    engine: &Engine,
    origin: &Origin,
    index: u64,
    changes: &[ChangeEffect],
) -> Option<Copies> {
    let puts = changes
        .iter()
        .zip(0..)
        .filter_map(|(change, number)| Some((change.audience?, number)));
    let own = origin.authority();
    let newest = engine.world().chain().newest();
    let counted = puts.map(|(audience, change)| {
        let held = engine.federation().copies(&PayloadId {
            origin: origin.clone(),
            index,
            change,
        });
        let others = newest.authorities.values().filter(|a| a.code != own);
        (held, others.filter(|a| may_read(a.rank, audience)).count())
    });
    let (held, entitled) = counted.min_by_key(|(held, _)| *held)?;
    let quorum = quorum::needed(newest.witnesses_for(&own).count());
    Some(Copies {
        held,
        needed: quorum.min(entitled),
    })
}

/// The bundle of an entry.
pub(super) fn bundle(engine: &Engine, origin: &Origin, index: u64) -> Result<Vec<u8>, Problem> {
    let bundle = engine.bundle(origin, index).map_err(|error| match error {
        ProveError::NoEntry { .. } => Problem::not_found(error.to_string()),
        ProveError::NotWitnessed { .. } => Problem::new(ProblemType::Waiting, error.to_string()),
        ProveError::Void { .. } => Problem::refused(error.to_string()),
        ProveError::Store(error) => failed(error),
        ProveError::Head(_) => Problem::internal(error.to_string()),
    })?;
    Ok(bundle.to_bytes())
}
