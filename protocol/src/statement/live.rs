//! Which keys are live, by the statements that count (specification, section 5).

use std::collections::BTreeSet;

use super::{End, LogEnd, Mandate, Revocation, Role, Statement, Statements};
use crate::charter::Chain;
use crate::dsse::Signed;
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::origin::{Code, Origin};

impl Statements {
    /// The live key of `code` in `role` at `time` (Unix, milliseconds), for the roles that hold on
    /// receipt (node, cosigner, sealing). Of several live mandates the highest serial counts.
    ///
    /// There is none for `log` and `administrator`: these hold from the entry of the authority's
    /// own log that carries them, whatever this set holds.
    pub fn live_key<'a>(
        &'a self,
        chain: &'a Chain,
        code: &'a Code,
        role: Role,
        time: u64,
    ) -> Option<&'a PublicKey> {
        self.live_mandates(chain, code, role, time)
            .max_by_key(|(serial, key, _)| (*serial, *key))
            .map(|(_, _, mandate)| &mandate.key)
    }

    /// All live keys of `code` in `role` at `time`, for the roles that hold on receipt.
    pub fn live_keys<'a>(
        &'a self,
        chain: &'a Chain,
        code: &'a Code,
        role: Role,
        time: u64,
    ) -> Vec<&'a PublicKey> {
        self.live_mandates(chain, code, role, time)
            .map(|(_, _, mandate)| &mandate.key)
            .collect()
    }

    /// Whether the key that `statement` mandates has another role already, so that the mandate does
    /// not hold. A public key has one role, ever:
    ///
    /// - a root key and a key of the council can be mandated for nothing;
    /// - of two mandates of one authority for different roles the one of lower serial holds, so that
    ///   a later statement takes nothing back;
    /// - mandates of two authorities end each other where they hold on receipt (node, cosigner,
    ///   sealing), since nobody could tell who speaks. Mandates of `log` and `administrator` stand in
    ///   their own log only, and what another authority says never unmakes entries there;
    /// - a sealing mandate, which needs no word of the key's holder, yields and ends nothing.
    pub fn is_role_taken(&self, chain: &Chain, statement: &Signed<Statement>) -> bool {
        let super::Content::Mandate(mandate) = &statement.content else {
            return false;
        };
        let (key, role) = (mandate.key.id(), mandate.role);
        let earlier = (statement.serial, statement.hash());
        chain.is_reserved(&key)
            || self.index.claims(&key).iter().any(|claim| {
                if claim.authority != statement.authority {
                    return role.holds_on_receipt();
                }
                claim.role != role && (role == Role::Sealing || (claim.serial, claim.hash) < earlier)
            })
    }

    /// What ends a log or administrator key in `origin`: the lowest of several revocations. One that
    /// names a time and no log does not: effect knows no clock.
    pub fn log_end(&self, _chain: &Chain, origin: &Origin, key: KeyId) -> Option<LogEnd> {
        let code = origin.authority();
        let ends = self.index.revocations(&code, key).filter_map(|r| match &r.end {
            End::Log {
                at,
                compromised_since,
            } => Some((at, compromised_since)),
            End::Time(_) => None,
        });
        // A revocation in one epoch holds for the later ones: there it ends the key at 0.
        let ends: Vec<LogEnd> = ends
            .filter(|(at, _)| at.origin.epoch() <= origin.epoch())
            .map(|(at, since)| match at.origin == *origin {
                true => LogEnd {
                    size: at.size,
                    root: Some(at.root),
                    disputed_from: *since,
                },
                false => LogEnd {
                    size: 0,
                    root: None,
                    disputed_from: None,
                },
            })
            .collect();
        let disputed_from = ends.iter().filter_map(|end| end.disputed_from).min();
        ends.into_iter()
            .min_by_key(|end| end.size)
            .map(|end| LogEnd { disputed_from, ..end })
    }

    /// Every key that a root ever mandated for the log `origin`, with the serial of the mandate.
    pub fn log_keys(&self, origin: &Origin) -> impl Iterator<Item = (u64, &PublicKey)> {
        let of_log = self.of(&origin.authority());
        let of_log = of_log.filter(move |statement| statement.origin.as_ref() == Some(origin));
        of_log.filter_map(|statement| Some((statement.serial, &statement.mandate(Role::Log)?.key)))
    }

    /// Names what is known of the ends of a log's keys: SHA-256 over the ascending hashes of the revocations that end any
    /// of them in it, end to end. None when none does.
    pub fn log_ends_digest(&self, origin: &Origin) -> Option<Hash> {
        let keys: BTreeSet<KeyId> = self.log_keys(origin).map(|(_, key)| key.id()).collect();
        let in_log = |end: &End| matches!(end, End::Log { at, .. } if at.origin.epoch() <= origin.epoch());
        let ends = |revocation: &Revocation| keys.contains(&revocation.key_id) && in_log(&revocation.end);
        // Revocations stand first there, by hash.
        let counting = self.counting(&origin.authority());
        let ending = counting.filter(|statement| statement.revocation().is_some_and(ends));
        let hashes: Vec<u8> = ending.flat_map(|statement| statement.hash().0).collect();
        (!hashes.is_empty()).then(|| Hash::of(&hashes))
    }

    /// Whether the authority's root ordered the redaction of an entry of its log.
    pub fn is_redacted(&self, origin: &Origin, index: u64) -> bool {
        self.index.is_redacted(origin, index)
    }

    /// Whether the authority's root took back the erase that this change of its log makes.
    pub fn is_cancelled(&self, origin: &Origin, index: u64, change: u32) -> bool {
        self.index.is_cancelled(origin, index, change)
    }

    fn live_mandates<'a>(
        &'a self,
        chain: &'a Chain,
        code: &'a Code,
        role: Role,
        time: u64,
    ) -> impl Iterator<Item = (u64, KeyId, &'a Mandate)> {
        let mandates = match role.holds_on_receipt() {
            true => self.index.mandates(code, role),
            false => &[],
        };
        mandates.iter().filter_map(move |(key, statement)| {
            let mandate = statement.mandate(role)?;
            let ended = self.index.revocations(code, *key).any(|r| match r.end {
                End::Time(end) => end <= time,
                End::Log { .. } => true,
            });
            let live = mandate.is_valid_at(time) && !ended && !self.is_role_taken(chain, statement);
            live.then_some((statement.serial, *key, mandate))
        })
    }
}
