//! What the counting statements say, by the questions that are asked often.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Content, Measure, Revocation, Role, Statement};
use crate::dsse::Signed;
use crate::hash::Hash;
use crate::key::KeyId;
use crate::origin::{Code, Origin};

/// A mandate whose key showed that its holder wants the role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) authority: Code,
    pub(super) role: Role,
    pub(super) serial: u64,
    pub(super) hash: Hash,
}

/// A mandate, with the id of its key.
type Mandated = (KeyId, Arc<Signed<Statement>>);

#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    mandates: BTreeMap<(Code, Role), Vec<Mandated>>,
    claims: BTreeMap<KeyId, Vec<Claim>>,
    revocations: BTreeMap<(Code, KeyId), Vec<Arc<Signed<Statement>>>>,
    redacted: BTreeMap<Origin, BTreeSet<u64>>,
    cancelled: BTreeMap<Origin, BTreeSet<(u64, u32)>>,
}

impl Index {
    pub(super) fn insert(&mut self, statement: &Arc<Signed<Statement>>) {
        let code = statement.authority.clone();
        match &statement.content {
            Content::Mandate(mandate) => {
                let key = mandate.key.id();
                let held = self.mandates.entry((code.clone(), mandate.role)).or_default();
                held.push((key, statement.clone()));
                // Anybody can name a sealing key without asking its holder: that takes no other role away.
                if mandate.role != Role::Sealing {
                    self.claims.entry(key).or_default().push(Claim {
                        authority: code,
                        role: mandate.role,
                        serial: statement.serial,
                        hash: statement.hash(),
                    });
                }
            }
            Content::Revocation(revocation) => {
                let held = self.revocations.entry((code, revocation.key_id)).or_default();
                held.push(statement.clone());
            }
            Content::Order(order) if order.measure == Measure::Redact => {
                let entries = self.redacted.entry(order.target.origin.clone()).or_default();
                entries.insert(order.target.index);
            }
            Content::Cancel(erase) => {
                let changes = self.cancelled.entry(erase.origin.clone()).or_default();
                changes.insert((erase.index, erase.change));
            }
            Content::Order(_) | Content::Rules(_) => {}
        }
    }

    pub(super) fn mandates(&self, code: &Code, role: Role) -> &[Mandated] {
        let held = self.mandates.get(&(code.clone(), role));
        held.map(|held| &held[..]).unwrap_or_default()
    }

    pub(super) fn claims(&self, key: &KeyId) -> &[Claim] {
        self.claims.get(key).map(|claims| &claims[..]).unwrap_or_default()
    }

    pub(super) fn revocations(&self, code: &Code, key: KeyId) -> impl Iterator<Item = &Revocation> {
        let held = self.revocations.get(&(code.clone(), key));
        held.into_iter().flatten().filter_map(|s| s.revocation())
    }

    pub(super) fn is_redacted(&self, origin: &Origin, index: u64) -> bool {
        let entries = self.redacted.get(origin);
        entries.is_some_and(|entries| entries.contains(&index))
    }

    pub(super) fn is_cancelled(&self, origin: &Origin, index: u64, change: u32) -> bool {
        let changes = self.cancelled.get(origin);
        changes.is_some_and(|changes| changes.contains(&(index, change)))
    }
}
