//! What a council key signed before that speaks against signing a pending version (specification, section 4).
//!
//! Two successors of one version in one round are evidence. And a version that has a successor in force
//! could still be replaced if keys signed what follows it and, later, what follows its rival: so a key
//! keeps to one line.

use std::collections::BTreeSet;

use super::{Chain, Charter, Pending};
use crate::hash::Hash;
use crate::key::KeyId;

/// Why a key should not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It signed a rival in the same round: both together are evidence.
    SameRound,
    /// It signed a rival in a later round, and so gave up this one.
    LaterRound,
    /// It signed what follows a rival of a version that this one follows.
    OtherLine,
}

/// A version that the key signed, and what that means.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Conflict {
    /// What it means.
    pub reason: Reason,
    /// The version signed.
    pub hash: Hash,
    /// Its number.
    pub version: u64,
    /// Its round.
    pub round: u32,
}

impl Pending {
    /// What `key` signed that speaks against signing this, by the versions that `chain` knows, in force or
    /// not, and by other pending ones.
    pub fn conflicts<'a>(
        &self,
        key: KeyId,
        chain: &Chain,
        others: impl IntoIterator<Item = &'a Pending>,
    ) -> Vec<Conflict> {
        let line = line(self.charter(), chain);
        let valid = chain.all();
        let valid = valid
            .iter()
            .filter(|version| version.signers().any(|signer| signer == key))
            .map(|version| (version.hash(), version.value()));
        let pending = others
            .into_iter()
            .filter(|other| other.signers().contains(&key))
            .map(|other| (other.hash(), other.charter()));
        let conflict = |(hash, other): (Hash, &Charter)| {
            let reason = self.reason(hash, other, &line)?;
            Some(Conflict {
                reason,
                hash,
                version: other.version,
                round: other.round,
            })
        };
        let mut conflicts: Vec<Conflict> = valid.chain(pending).filter_map(conflict).collect();
        conflicts.sort_by_key(|conflict| (conflict.reason, conflict.hash));
        conflicts.dedup();
        conflicts
    }

    fn reason(&self, hash: Hash, other: &Charter, line: &BTreeSet<Hash>) -> Option<Reason> {
        let mine = self.charter();
        let previous = other.previous?;
        if hash == self.hash() || line.contains(&hash) {
            None
        } else if !line.contains(&previous) {
            Some(Reason::OtherLine)
        } else if Some(previous) != mine.previous {
            // A rival of what this one follows, which nothing that the key signed follows.
            None
        } else if other.round == mine.round {
            Some(Reason::SameRound)
        } else {
            (other.round > mine.round).then_some(Reason::LaterRound)
        }
    }
}

// The versions that one follows, up to the first.
fn line(charter: &Charter, chain: &Chain) -> BTreeSet<Hash> {
    let before = |hash: &Hash| chain.known(hash).and_then(|version| version.previous);
    std::iter::successors(charter.previous, before).collect()
}
