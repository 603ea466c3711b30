//! The effect of an update: all of its changes or none.

use super::{PayloadRef, RecordState, Records, State, Status, Updates, Void, may_publish, signers};
use crate::charter::Standing;
use crate::dsse::Signed;
use crate::hash::Hash;
use crate::update::{Action, Audience, Change, Previous, RecordName, Update};
use crate::world::World;

const HOUR: u64 = 60 * 60 * 1000;

/// Judges an update that would be the entry `state.size`, with this leaf hash.
pub(super) fn judge(
    state: &State,
    world: &World,
    records: &dyn Records,
    update: &Signed<Update>,
    leaf_hash: Hash,
) -> Result<Updates, Void> {
    let named = state.named.ok_or(Void::NoCharter)?;
    if update.origin != state.origin {
        return Err(Void::OtherLog);
    }
    let rank = world
        .chain()
        .rank_at(&state.origin, &named, state.size)
        .ok_or(Void::Unlisted)?;
    if !rank.is_good() {
        return Err(Void::NotInGoodStanding);
    }
    let signers = signers::check(state, world, update)?;
    let last = Previous {
        epoch: state.origin.epoch(),
        index: state.size,
        leaf_hash,
    };
    let applied = update.changes.iter().zip(0..).map(|(change, number)| {
        check_kind(rank.standing, change)?;
        let before = records.record(&change.record);
        check_previous(change, before.as_ref())?;
        let after = apply(state, change, before, PlaceOf { last, change: number })?;
        Ok((change.record.clone(), after))
    });
    let records = applied.collect::<Result<_, Void>>()?;
    Ok(Updates {
        signers: signers.ids,
        records,
        disputed: signers.disputed,
    })
}

struct PlaceOf {
    last: Previous,
    change: u32,
}

fn check_kind(standing: Standing, change: &Change) -> Result<(), Void> {
    let record = || change.record.clone();
    if !may_publish(standing, change.record.kind()) {
        return Err(Void::Standing {
            standing,
            record: record(),
        });
    }
    match change.action {
        Action::Put { audience, .. } if (audience == Audience::Red) != (change.record.kind() == "sealed") => {
            Err(Void::Sealed { record: record() })
        }
        _ => Ok(()),
    }
}

fn check_previous(change: &Change, before: Option<&RecordState>) -> Result<(), Void> {
    let found = before.map(|state| state.last);
    if change.previous == found {
        Ok(())
    } else {
        Err(Void::Stale {
            record: change.record.clone(),
            given: change.previous,
            found,
        })
    }
}

fn apply(
    state: &State,
    change: &Change,
    before: Option<RecordState>,
    place: PlaceOf,
) -> Result<RecordState, Void> {
    if let Action::Put {
        audience,
        digest,
        size,
    } = change.action
    {
        return put(change, before, place, audience, PutPayload { digest, size });
    }
    let nothing = || Void::Nothing {
        record: change.record.clone(),
        action: change.action.word(),
    };
    let before = before.ok_or_else(nothing)?;
    let status = match (change.action, before.status) {
        (Action::Withdraw, Status::Current) => Status::Withdrawn,
        (Action::Erase, Status::Current) => Status::Erased {
            at: state.sequenced_at,
            withdrawn: false,
        },
        (Action::Erase, Status::Withdrawn) => Status::Erased {
            at: state.sequenced_at,
            withdrawn: true,
        },
        (Action::Cancel, Status::Erased { at, withdrawn }) => {
            let until = at.saturating_add(u64::from(state.rules().quarantine_hours) * HOUR);
            if state.sequenced_at >= until {
                return Err(Void::TooLate {
                    record: change.record.clone(),
                });
            }
            if withdrawn {
                Status::Withdrawn
            } else {
                Status::Current
            }
        }
        _ => return Err(nothing()),
    };
    Ok(RecordState {
        last: place.last,
        status,
        ..before
    })
}

struct PutPayload {
    digest: Hash,
    size: u64,
}

fn put(
    change: &Change,
    before: Option<RecordState>,
    place: PlaceOf,
    audience: Audience,
    payload: PutPayload,
) -> Result<RecordState, Void> {
    // After an erase nothing is left that could be narrowed.
    let standing = before.filter(|b| !matches!(b.status, Status::Erased { .. }));
    if standing.is_some_and(|b| audience > b.audience) {
        return Err(Void::Narrowed {
            record: record(change),
        });
    }
    let payload = PayloadRef {
        epoch: place.last.epoch,
        index: place.last.index,
        change: place.change,
        digest: payload.digest,
        size: payload.size,
    };
    Ok(RecordState {
        last: place.last,
        status: Status::Current,
        audience,
        payload,
    })
}

fn record(change: &Change) -> RecordName {
    change.record.clone()
}
