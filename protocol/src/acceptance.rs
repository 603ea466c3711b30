//! The second judgement, *acceptance*: whether a node follows and cosigns a log further
//! (specification, section 8). It adds revocations and suspension to form.

use crate::charter::Condition;
use crate::form::{FormHead, Prefix};
use crate::hash::Hash;
use crate::key::KeyId;
use crate::origin::Origin;
use crate::world::World;

/// How far a head's last entry may lie ahead of the clock, in milliseconds.
pub const AHEAD_MAX: u64 = 5 * 60 * 1000;

/// How long a log may go without naming the newest charter version, in milliseconds.
pub const BEHIND_MAX: u64 = 24 * 60 * 60 * 1000;

/// Why a head of good form is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The log key is revoked at a smaller size.
    #[error("{origin}: log key {key} is revoked at size {size}")]
    Revoked {
        /// The log.
        origin: Origin,
        /// The key.
        key: KeyId,
        /// The last size that counts.
        size: u64,
    },
    /// The authority is suspended or has withdrawn below the head.
    #[error("{origin}: its authority is {condition:?} from size {size} on")]
    Lowered {
        /// The log.
        origin: Origin,
        /// What it is.
        condition: Condition,
        /// From which size on.
        size: u64,
    },
    /// The authority is not listed, or has not come to this epoch.
    #[error("{0}: the charter in force knows no such log")]
    Unlisted(Origin),
}

/// A head that may be followed. Only [`judge`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted(FormHead);

impl Accepted {
    /// The head.
    pub fn head(&self) -> &FormHead {
        &self.0
    }
}

/// Judges a head of good form. A refusal does not bear on heads that have a quorum or lie below an
/// accepted one: that is for the caller, who knows them.
pub fn judge(world: &World, head: FormHead) -> Result<Accepted, Refusal> {
    let position = head.position();
    let origin = &position.origin;
    let key = head.log_key().id();
    if let Some(end) = world.statements().log_end(world.chain(), origin, key)
        && position.size > end.size
    {
        return Err(Refusal::Revoked {
            origin: origin.clone(),
            key,
            size: end.size,
        });
    }
    let code = origin.authority();
    let listed = world
        .chain()
        .newest()
        .authorities
        .get(&code)
        .filter(|a| origin.epoch() <= a.epoch);
    if listed.is_none() {
        return Err(Refusal::Unlisted(origin.clone()));
    }
    let halted = world.chain().halted_at(origin);
    if let Some((condition, size)) = halted.filter(|(_, size)| *size < position.size) {
        return Err(Refusal::Lowered {
            origin: origin.clone(),
            condition,
            size,
        });
    }
    Ok(Accepted(head))
}

/// Points of a log that statements or the charter name with their roots: another root there
/// contradicts them.
pub fn pins(world: &World, origin: &Origin) -> Vec<(u64, Hash)> {
    let code = origin.authority();
    let versions = world.chain().in_force().iter();
    let lowered = versions.filter_map(|c| c.authorities.get(&code)?.lowered_at.as_ref());
    let lowered = lowered
        .filter(|at| at.origin == *origin)
        .filter_map(|at| Some((at.size, at.root?)));
    let statements = world.statements().counting(&code);
    let ends = statements.filter_map(|s| match &s.revocation()?.end {
        crate::statement::End::Log { at, .. } if at.origin == *origin => Some((at.size, at.root)),
        _ => None,
    });
    lowered.chain(ends).collect()
}

/// What a witness remembers of a log that it cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCosigned {
    /// Size of the head.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Why a head is not cosigned now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wait {
    /// Not the current epoch of its authority.
    #[error("{0} is not the live log of its authority")]
    OldEpoch(Origin),
    /// Smaller than, or of another root than, what was cosigned before.
    #[error("{origin} at {size} contradicts or goes back behind the head cosigned at {last}")]
    Contradiction {
        /// The log.
        origin: Origin,
        /// Size of the head.
        size: u64,
        /// Size cosigned before.
        last: u64,
    },
    /// Its last entry is more than 5 minutes ahead of the clock.
    #[error("{origin}: its last entry is {ahead} ms ahead of this node's clock")]
    Ahead {
        /// The log.
        origin: Origin,
        /// By how much, in milliseconds.
        ahead: u64,
    },
    /// The log has not named the newest charter version for over a day.
    #[error("{0} has not named the charter version in force for over a day")]
    Behind(Origin),
}

/// Whether a witness cosigns an accepted head. `charter_known_for` is for how long this node has known
/// the newest charter version (milliseconds), `now` its clock (Unix, milliseconds).
pub fn may_cosign(
    world: &World,
    accepted: &Accepted,
    prefix: &Prefix,
    last: Option<LastCosigned>,
    charter_known_for: u64,
    now: u64,
) -> Result<(), Wait> {
    let position = accepted.head().position();
    let origin = &position.origin;
    if world.chain().origin(&origin.authority()).as_ref() != Some(origin) {
        return Err(Wait::OldEpoch(origin.clone()));
    }
    if let Some(last) = last {
        let contradicts =
            position.size < last.size || position.size == last.size && position.root != last.root;
        if contradicts {
            return Err(Wait::Contradiction {
                origin: origin.clone(),
                size: position.size,
                last: last.size,
            });
        }
    }
    if prefix.sequenced_at() > now.saturating_add(AHEAD_MAX) {
        return Err(Wait::Ahead {
            origin: origin.clone(),
            ahead: prefix.sequenced_at() - now,
        });
    }
    let newest = world.chain().newest().hash();
    let named = prefix.namings().any(|hash| *hash == newest);
    if !named && charter_known_for > BEHIND_MAX {
        return Err(Wait::Behind(origin.clone()));
    }
    Ok(())
}
