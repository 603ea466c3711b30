//! The effect of an update: all of its changes or none.

use super::{PayloadRef, RecordState, Records, State, Status, Updates, Void, may_publish, signers};
use crate::charter::Standing;
use crate::dsse::Signed;
use crate::hash::Hash;
use crate::update::{Action, Audience, Change, Previous, Update};
use crate::world::World;

const HOUR: u64 = 60 * 60 * 1000;

/// What the entry around an update says of it.
pub(super) struct Place {
    pub(super) sequenced_at: u64,
    pub(super) leaf_hash: Hash,
    /// Whether its signatures are those of the keys which they name.
    pub(super) verified: bool,
}

/// Judges an update that would be the entry `state.size`.
pub(super) fn judge(
    state: &State,
    world: &World,
    records: &dyn Records,
    update: &Signed<Update>,
    place: Place,
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
    let signers = signers::check(state, world, update, &place)?;
    let fold = Fold { state, world, place };
    let applied = update.changes.iter().zip(0..).map(|(change, number)| {
        check_kind(rank.standing, change)?;
        let before = fold.before(change, records.record(&change.record))?;
        let after = fold.apply(change, number, before)?;
        Ok((change.record.clone(), after))
    });
    let records = applied.collect::<Result<_, Void>>()?;
    Ok(Updates {
        signers: signers.ids,
        records,
        disputed: signers.disputed,
    })
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

/// What stood before a change.
enum Before {
    /// The record has no effective change yet.
    Nothing,
    /// Its last effective change is the one that the new one names.
    Known(RecordState),
    /// The new one names a redacted entry above the last effective change still known, if there is
    /// one: what stood then is not known any more, and every action may follow it.
    Redacted(Previous, Option<RecordState>),
}

struct Fold<'a> {
    state: &'a State,
    world: &'a World,
    place: Place,
}

impl Fold<'_> {
    fn before(&self, change: &Change, known: Option<RecordState>) -> Result<Before, Void> {
        let found = known.as_ref().map(|record| record.last);
        let place = |p: &Previous| (p.epoch, p.index);
        match (change.previous, known) {
            (given, Some(known)) if given == Some(known.last) => Ok(Before::Known(known)),
            (None, None) => Ok(Before::Nothing),
            (Some(given), known)
                if self.state.redacted.contains(&given)
                    && found.is_none_or(|found| place(&given) > place(&found)) =>
            {
                Ok(Before::Redacted(given, known))
            }
            (given, _) => Err(Void::Stale {
                record: change.record.clone(),
                given,
                found,
            }),
        }
    }

    fn apply(&self, change: &Change, number: u32, before: Before) -> Result<RecordState, Void> {
        let last = Previous {
            epoch: self.state.origin.epoch(),
            index: self.state.size,
            leaf_hash: self.place.leaf_hash,
        };
        if let Action::Put {
            audience,
            digest,
            size,
        } = change.action
        {
            check_audience(change, audience, &before)?;
            return Ok(RecordState {
                last,
                status: Status::Current,
                audience,
                payload: PayloadRef {
                    epoch: last.epoch,
                    index: last.index,
                    change: number,
                    digest,
                    size,
                },
            });
        }
        let status = self.status(change, number, &before)?;
        let record = match before {
            Before::Known(record) | Before::Redacted(_, Some(record)) => record,
            Before::Redacted(given, None) => unknown(given),
            Before::Nothing => return Err(nothing(change)),
        };
        Ok(RecordState {
            last,
            status,
            ..record
        })
    }

    // The status after anything but a put.
    fn status(&self, change: &Change, number: u32, before: &Before) -> Result<Status, Void> {
        let before = match before {
            Before::Nothing => return Err(nothing(change)),
            Before::Known(record) => Some(record.status),
            Before::Redacted(..) => None,
        };
        match (change.action, before) {
            (Action::Withdraw, Some(Status::Current) | None) => Ok(Status::Withdrawn),
            (Action::Erase, Some(Status::Current) | None) => Ok(self.erase(number, false)),
            (Action::Erase, Some(Status::Withdrawn)) => Ok(self.erase(number, true)),
            (Action::Cancel, None) => Ok(Status::Current),
            (Action::Cancel, Some(Status::Erased { until, withdrawn, .. })) => {
                if self.place.sequenced_at >= until {
                    return Err(Void::TooLate {
                        record: change.record.clone(),
                    });
                }
                Ok(stood(withdrawn))
            }
            _ => Err(nothing(change)),
        }
    }

    fn erase(&self, number: u32, withdrawn: bool) -> Status {
        let State { origin, size, .. } = self.state;
        if self.world.statements().is_cancelled(origin, *size, number) {
            return stood(withdrawn);
        }
        let at = self.place.sequenced_at;
        let quarantine = u64::from(self.state.rules().quarantine_hours) * HOUR;
        Status::Erased {
            at,
            until: at.saturating_add(quarantine),
            withdrawn,
        }
    }
}

// After an erase nothing is left that could be narrowed.
fn check_audience(change: &Change, audience: Audience, before: &Before) -> Result<(), Void> {
    match before {
        Before::Known(record)
            if !matches!(record.status, Status::Erased { .. }) && audience > record.audience =>
        {
            Err(Void::Narrowed {
                record: change.record.clone(),
            })
        }
        _ => Ok(()),
    }
}

fn stood(withdrawn: bool) -> Status {
    if withdrawn {
        Status::Withdrawn
    } else {
        Status::Current
    }
}

// All that is left of a record whose only put is redacted: any audience is a wider one.
fn unknown(redacted: Previous) -> RecordState {
    RecordState {
        last: redacted,
        status: Status::Current,
        audience: Audience::Red,
        payload: PayloadRef {
            epoch: redacted.epoch,
            index: redacted.index,
            change: 0,
            digest: Hash::default(),
            size: 0,
        },
    }
}

fn nothing(change: &Change) -> Void {
    Void::Nothing {
        record: change.record.clone(),
        action: change.action.word(),
    }
}
