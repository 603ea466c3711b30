//! What a version of the charter may change against the one before it (specification, section 4).

use std::collections::BTreeSet;

use super::{Authority, Charter, Condition, RootChange, RootRotation};
use crate::dsse::{Detached, Signed};
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::origin::{Code, Origin};
use crate::proto;
use crate::statement::{Role, Statement};

/// Which rule a version of the charter breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BreakError {
    /// The first version has a predecessor, authorities or orders.
    #[error("the first charter version names no predecessor and admits nobody")]
    First,
    /// It does not follow the version that it names.
    #[error("version {found} does not follow version {parent}")]
    Version {
        /// Its number.
        found: u64,
        /// Number of the version before.
        parent: u64,
    },
    /// Prefix changed or level went down.
    #[error("the origin prefix is fixed and format_level never decreases")]
    Fixed,
    /// An authority is gone without having withdrawn.
    #[error("{0} is missing; who leaves stays listed as withdrawn")]
    Missing(Code),
    /// Earlier orders are gone.
    #[error("orders of earlier versions must be repeated, in their order, before new ones")]
    Orders,
    /// An admission, a lowering, a raise or a root change is not as it must be.
    #[error("{authority}: {problem}")]
    Authority {
        /// Whose entry.
        authority: Code,
        /// What is wrong.
        problem: &'static str,
    },
    /// Not enough, or foreign, or wrong signatures.
    #[error("signed by {valid} of the {council} council, {needed} are needed")]
    Threshold {
        /// "new" or "previous".
        council: &'static str,
        /// Valid signatures.
        valid: usize,
        /// Signatures needed.
        needed: usize,
    },
    /// A signature that does not verify or is by nobody of either council.
    #[error("{0}")]
    Signature(String),
}

/// Checks the first version: structure and threshold of its own council.
pub(super) fn check_first(first: &Signed<Charter>) -> Result<(), BreakError> {
    check_first_structure(first)?;
    check_signatures(first, None)
}

/// Checks what the first version says, whoever has signed it so far.
pub(super) fn check_first_structure(first: &Charter) -> Result<(), BreakError> {
    let empty = first.authorities.is_empty() && first.orders.is_empty() && first.previous.is_none();
    if empty && first.version == 1 && first.round == 0 {
        Ok(())
    } else {
        Err(BreakError::First)
    }
}

/// Checks a successor of `parent`: structure and both thresholds.
pub(super) fn check_successor(
    network: &Hash,
    parent: &Charter,
    child: &Signed<Charter>,
) -> Result<(), BreakError> {
    // The council first: what it did not sign is not worth the cost of the rest.
    check_signatures(child, Some(parent))?;
    check_structure(network, parent, child)
}

/// Checks what `child` changes against `parent`, whoever has signed it so far.
pub(super) fn check_structure(network: &Hash, parent: &Charter, child: &Charter) -> Result<(), BreakError> {
    if child.version != parent.version + 1 {
        return Err(BreakError::Version {
            found: child.version,
            parent: parent.version,
        });
    }
    if child.prefix != parent.prefix || child.format_level < parent.format_level {
        return Err(BreakError::Fixed);
    }
    if !child.orders.starts_with(&parent.orders) {
        return Err(BreakError::Orders);
    }
    if let Some(gone) = parent
        .authorities
        .keys()
        .find(|code| !child.authorities.contains_key(code))
    {
        return Err(BreakError::Missing(gone.clone()));
    }
    for (code, now) in &child.authorities {
        let checked = match parent.authorities.get(code) {
            None => check_admission(network, &child.prefix, now),
            Some(before) => check_change(network, &child.prefix, before, now),
        };
        checked.map_err(|problem| BreakError::Authority {
            authority: code.clone(),
            problem,
        })?;
    }
    check_roots_distinct(parent, child)
}

// A key is one authority's root, or the council's, and never again anybody else's.
fn check_roots_distinct(parent: &Charter, child: &Charter) -> Result<(), BreakError> {
    let council = parent.council.iter().chain(&child.council).map(PublicKey::id);
    let mut taken: BTreeSet<KeyId> = council.collect();
    for authority in child.authorities.values() {
        let before = authority
            .root_changes
            .iter()
            .map(|change| change.previous_root.id());
        let mut roots: Vec<KeyId> = before.chain([authority.root.id()]).collect();
        // A new epoch may keep the root.
        roots.dedup();
        if !roots.into_iter().all(|root| taken.insert(root)) {
            return Err(BreakError::Authority {
                authority: authority.code.clone(),
                problem: "its root key has another role, or had it once",
            });
        }
    }
    Ok(())
}

fn check_admission(network: &Hash, prefix: &str, now: &Authority) -> Result<(), &'static str> {
    if now.epoch != 1 || !now.root_changes.is_empty() {
        return Err("an authority is admitted with epoch 1 and no root changes");
    }
    if now.lowered_at.is_some() || !now.rank.is_good() {
        return Err("an authority is admitted in good standing");
    }
    check_first_statements(network, prefix, now)
}

// A new node must be known before it connects, and a new log before its first entry.
fn check_first_statements(network: &Hash, prefix: &str, now: &Authority) -> Result<(), &'static str> {
    check_statements(network, prefix, now)?;
    let has = |wanted: Role| now.statements.iter().any(|s| s.mandate(wanted).is_some());
    if has(Role::Log) && has(Role::Node) && has(Role::Cosigner) {
        Ok(())
    } else {
        Err("must bring mandates for log, cosigner and node")
    }
}

fn check_statements(network: &Hash, prefix: &str, now: &Authority) -> Result<(), &'static str> {
    let origin =
        Origin::new(prefix, network, &now.code, now.epoch).map_err(|_| "its origin would be too long")?;
    let valid = |s: &Signed<Statement>| {
        s.network == *network
            && s.authority == now.code
            && s.origin.as_ref().is_none_or(|o| *o == origin)
            && s.verify_single(&now.root).is_ok()
    };
    if now.statements.iter().all(valid) {
        Ok(())
    } else {
        Err("carries a statement that is not its root key's for this network and log")
    }
}

fn check_change(
    network: &Hash,
    prefix: &str,
    before: &Authority,
    now: &Authority,
) -> Result<(), &'static str> {
    let changes = now
        .root_changes
        .strip_prefix(&before.root_changes[..])
        .ok_or("root changes must be repeated")?;
    match changes {
        [] if now.root != before.root || now.epoch != before.epoch => {
            return Err("root key or epoch changed without a root change");
        }
        [] if !now.statements.is_empty() => {
            return Err("statements are carried by the version that admits only");
        }
        [] => {}
        [change] => check_root_change(network, prefix, before, now, change)?,
        _ => return Err("one root change a version"),
    }
    check_rank(network, prefix, before, now)
}

fn check_rank(network: &Hash, prefix: &str, before: &Authority, now: &Authority) -> Result<(), &'static str> {
    if now.epoch != before.epoch {
        return if now.rank.is_good() && now.lowered_at.is_none() {
            Ok(())
        } else {
            Err("a new epoch starts in good standing")
        };
    }
    let withdrawn = |a: &Authority| a.rank.condition == Condition::Withdrawn;
    if withdrawn(before) && !withdrawn(now) {
        return Err("who comes back after a withdrawal starts a new epoch");
    }
    if now.rank.is_lower_than(before.rank) {
        let log = Origin::new(prefix, network, &now.code, now.epoch).ok();
        return match &now.lowered_at {
            Some(at) if Some(&at.origin) == log.as_ref() => Ok(()),
            _ => Err("a lower standing names the position of its log from which it holds"),
        };
    }
    let expected = if now.rank == before.rank {
        &before.lowered_at
    } else {
        &None
    };
    if now.lowered_at == *expected {
        Ok(())
    } else {
        Err("lowered_at stands where the rank was lowered and only there")
    }
}

fn check_root_change(
    network: &Hash,
    prefix: &str,
    before: &Authority,
    now: &Authority,
    change: &RootChange,
) -> Result<(), &'static str> {
    if change.previous_root != before.root
        || change.previous_epoch != before.epoch
        || change.epoch != now.epoch
    {
        return Err("the root change does not continue what was");
    }
    let new_epoch = before.epoch.checked_add(1) == Some(now.epoch);
    if now.epoch != before.epoch && !new_epoch {
        return Err("epochs rise one by one");
    }
    if new_epoch && change.from_size != 0 {
        return Err("in a new epoch the root key counts from size 0");
    }
    if now.root == before.root && (!new_epoch || change.signature.is_none()) {
        return Err("the root change changes no root key");
    }
    match &change.signature {
        None if !new_epoch => return Err("a root that the council replaces starts a new epoch"),
        None => {}
        Some(signature) => {
            let rotation = rotation(network, now, change);
            Detached::<RootRotation>::verify(&rotation, &before.root, signature)
                .map_err(|_| "the old root key's signature over the change is wrong")?;
        }
    }
    if new_epoch {
        check_first_statements(network, prefix, now)
    } else {
        check_statements(network, prefix, now)
    }
}

/// The bytes that an old root signs for `change` of `now`.
pub(super) fn rotation(network: &Hash, now: &Authority, change: &RootChange) -> proto::RootRotation {
    proto::RootRotation {
        network: network.0.to_vec(),
        authority: now.code.to_string(),
        epoch: change.epoch,
        root: now.root.to_bytes(),
        from_size: change.from_size,
        kept: change.kept.iter().map(|hash| hash.0.to_vec()).collect(),
    }
}

fn check_signatures(charter: &Signed<Charter>, parent: Option<&Charter>) -> Result<(), BreakError> {
    let key = |id: KeyId| charter.council_key(id).or_else(|| parent?.council_key(id));
    let signers = charter
        .verify_by(key)
        .map_err(|e| BreakError::Signature(e.to_string()))?;
    check_threshold("new", charter, &signers)?;
    parent.map_or(Ok(()), |parent| check_threshold("previous", parent, &signers))
}

fn check_threshold(council: &'static str, charter: &Charter, signers: &[KeyId]) -> Result<(), BreakError> {
    let valid = signers
        .iter()
        .filter(|id| charter.council_key(**id).is_some())
        .count();
    let needed = charter.threshold();
    if valid >= needed {
        Ok(())
    } else {
        Err(BreakError::Threshold {
            council,
            valid,
            needed,
        })
    }
}
