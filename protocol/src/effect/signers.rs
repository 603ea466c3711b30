//! Who signed an update, under which mandates.

use super::update::Place;
use super::{Delegation, State, Void};
use crate::dsse::{Signed, VerifyError};
use crate::key::KeyId;
use crate::statement::Rules;
use crate::update::{Change, Update};
use crate::world::World;

/// The administrators who signed, and whether one of them is disputed here.
pub(super) struct Signers {
    pub(super) ids: Vec<KeyId>,
    pub(super) disputed: bool,
}

/// Checks all signatures of an update, and that enough administrators of the right scope signed.
pub(super) fn check(
    state: &State,
    world: &World,
    update: &Signed<Update>,
    place: &Place,
) -> Result<Signers, Void> {
    let ids: Vec<KeyId> = update.signers().collect();
    let mut disputed = false;
    for id in &ids {
        let delegation = state.administrators.get(id).ok_or(Void::NoMandate { key: *id })?;
        disputed |= check_delegation(state, world, *id, delegation, place.sequenced_at)?;
        for change in &update.changes {
            check_scope(*id, delegation, change)?;
        }
    }
    if !place.verified {
        verify(state, update)?;
    }
    check_rules(&state.rules(), update, ids.len())?;
    Ok(Signers { ids, disputed })
}

fn verify(state: &State, update: &Signed<Update>) -> Result<(), Void> {
    let verified = update.verify_by(|id| state.administrator(id));
    verified.map(drop).map_err(|error| match error {
        VerifyError::Unknown(key) => Void::NoMandate {
            key: key.unwrap_or(KeyId(update.hash())),
        },
        VerifyError::Wrong { key, .. } => Void::Signature { key },
    })
}

// True when the key is said to have been compromised by now.
fn check_delegation(
    state: &State,
    world: &World,
    key: KeyId,
    delegation: &Delegation,
    sequenced_at: u64,
) -> Result<bool, Void> {
    if state.log_keys.contains(&key) {
        return Err(Void::SecondRole { key });
    }
    if !(delegation.not_before..delegation.not_after).contains(&sequenced_at) {
        return Err(Void::MandateTime { key });
    }
    let end = world.statements().log_end(world.chain(), &state.origin, key);
    match end {
        Some(end) if end.size <= state.size => Err(Void::Revoked { key, from: end.size }),
        Some(end) => Ok(end.disputed_from.is_some_and(|from| from <= state.size)),
        None => Ok(false),
    }
}

fn check_scope(key: KeyId, delegation: &Delegation, change: &Change) -> Result<(), Void> {
    let covered = |change: &Change| {
        let mut scope = delegation.scope.iter();
        scope.any(|s| s.covers(change.record.kind(), change.action.number()))
    };
    if delegation.scope.is_empty() || covered(change) {
        Ok(())
    } else {
        Err(Void::Scope {
            key,
            action: change.action.word(),
            record: change.record.clone(),
        })
    }
}

fn check_rules(rules: &Rules, update: &Update, signed: usize) -> Result<(), Void> {
    for change in &update.changes {
        let needed = rules.administrators(change.record.kind(), change.action.number());
        if signed < needed as usize {
            let (action, record) = (change.action.word(), change.record.clone());
            return Err(Void::Rules {
                action,
                record,
                needed,
                signed,
            });
        }
    }
    Ok(())
}
