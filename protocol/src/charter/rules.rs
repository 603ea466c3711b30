//! What a version of the charter may change against the one before it (specification, section 4).

use super::{Authority, Charter, Condition, RootChange, RootRotation};
use crate::dsse::{Detached, Signed};
use crate::hash::Hash;
use crate::key::KeyId;
use crate::origin::{Code, Origin};
use crate::proto;
use crate::statement::{Content, Role, Statement};

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
    let empty = first.authorities.is_empty() && first.orders.is_empty() && first.previous.is_none();
    if !empty || first.version != 1 || first.round != 0 {
        return Err(BreakError::First);
    }
    check_signatures(first, None)
}

/// Checks a successor of `parent`: structure and both thresholds.
pub(super) fn check_successor(
    network: &Hash,
    parent: &Charter,
    child: &Signed<Charter>,
) -> Result<(), BreakError> {
    check_structure(network, parent, child)?;
    check_signatures(child, Some(parent))
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
    check_roots_distinct(child)
}

fn check_roots_distinct(child: &Charter) -> Result<(), BreakError> {
    let mut roots: Vec<(KeyId, &Code)> = child
        .authorities
        .values()
        .map(|a| (a.root.id(), &a.code))
        .collect();
    roots.sort();
    let council = child.council.iter().map(|key| key.id());
    let shared = roots
        .windows(2)
        .find(|pair| pair[0].0 == pair[1].0)
        .map(|pair| pair[1].1);
    let taken = shared.or_else(|| {
        council
            .filter_map(|id| roots.iter().find(|r| r.0 == id))
            .map(|r| r.1)
            .next()
    });
    match taken {
        Some(code) => Err(BreakError::Authority {
            authority: code.clone(),
            problem: "its root key has another role already",
        }),
        None => Ok(()),
    }
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
    let origin =
        Origin::new(prefix, network, &now.code, now.epoch).map_err(|_| "its origin would be too long")?;
    let valid = |s: &Signed<Statement>| {
        s.network == *network
            && s.authority == now.code
            && s.origin.as_ref().is_none_or(|o| *o == origin)
            && s.verify_single(&now.root).is_ok()
    };
    if !now.statements.iter().all(valid) {
        return Err("carries a statement that is not its root key's for this network and log");
    }
    let has = |wanted: Role| {
        now.statements
            .iter()
            .any(|s| matches!(&s.content, Content::Mandate(m) if m.role == wanted))
    };
    if has(Role::Log) && has(Role::Node) && has(Role::Cosigner) {
        Ok(())
    } else {
        Err("must bring mandates for log, cosigner and node")
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
    check_rank(before, now)
}

fn check_rank(before: &Authority, now: &Authority) -> Result<(), &'static str> {
    if before.rank.condition == Condition::Withdrawn && now.rank.is_good() && now.epoch == before.epoch {
        return Err("who comes back after a withdrawal starts a new epoch");
    }
    if now.epoch != before.epoch {
        return if now.rank.is_good() && now.lowered_at.is_none() {
            Ok(())
        } else {
            Err("a new epoch starts in good standing")
        };
    }
    if now.rank.is_lower_than(before.rank) {
        let position = now
            .lowered_at
            .as_ref()
            .filter(|p| p.origin.authority() == now.code);
        return match position.filter(|p| p.origin.epoch() == now.epoch) {
            Some(_) if now.lowered_at != before.lowered_at => Ok(()),
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
    let Some(signature) = &change.signature else {
        if now.epoch != before.epoch + 1 || change.from_size != 0 {
            return Err("a root that the council replaces starts a new epoch");
        }
        return check_first_statements(network, prefix, now);
    };
    if now.epoch != before.epoch && now.epoch != before.epoch + 1 {
        return Err("epochs rise one by one");
    }
    let rotation = rotation(network, now, change);
    Detached::<RootRotation>::verify(&rotation, &before.root, signature)
        .map_err(|_| "the old root key's signature over the change is wrong")?;
    if now.epoch == before.epoch {
        Ok(())
    } else {
        check_first_statements(network, prefix, now)
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
