//! The set of statements that every node syncs (specification, section 5).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Content, End, Mandate, Revocation, Role, Statement};
use crate::charter::Chain;
use crate::dsse::Signed;
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::origin::{Code, Origin};

/// Statements of one authority that count; revocations first, then by hash.
pub const COUNTED_MAX: usize = 10_000;

/// Why a statement is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InsertError {
    /// For another network.
    #[error("the statement is for another network")]
    OtherNetwork,
    /// The charter in force does not list its authority.
    #[error("{0} is not listed in the charter")]
    Unlisted(Code),
    /// No root key of the authority signed it.
    #[error("the statement is not signed by a root key of {0}")]
    Unsigned(Code),
    /// The authority has 10,000 statements that rank before it.
    #[error("{0} has more statements than count")]
    Full(Code),
}

type Rank = (bool, Hash);

/// All statements known, verified to be by a root key of their authority.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    by_authority: BTreeMap<Code, BTreeMap<Rank, Arc<Signed<Statement>>>>,
}

impl Statements {
    /// The statements that the charter versions in force carry themselves.
    pub fn from_chain(chain: &Chain) -> Statements {
        let mut set = Statements::default();
        set.insert_from_chain(chain);
        set
    }

    /// Takes in the statements that the charter versions in force carry.
    pub fn insert_from_chain(&mut self, chain: &Chain) {
        for authority in chain.in_force().iter().flat_map(|c| c.authorities.values()) {
            for statement in &authority.statements {
                // The chain's rules have verified each of them.
                let _ = self.insert(chain, statement.clone());
            }
        }
    }

    /// Takes in a statement. True when it is new.
    pub fn insert(&mut self, chain: &Chain, statement: Signed<Statement>) -> Result<bool, InsertError> {
        if statement.network != chain.network() {
            return Err(InsertError::OtherNetwork);
        }
        let code = statement.authority.clone();
        if !chain.newest().authorities.contains_key(&code) {
            return Err(InsertError::Unlisted(code));
        }
        let rank = (statement.revocation().is_none(), statement.hash());
        let held = self.by_authority.entry(code.clone()).or_default();
        if held.contains_key(&rank) {
            return Ok(false);
        }
        let roots = chain.roots(&code);
        let signed = roots.all().any(|root| statement.verify_single(root).is_ok());
        if !signed {
            return Err(InsertError::Unsigned(code));
        }
        held.insert(rank, Arc::new(statement));
        if held.len() > COUNTED_MAX && held.pop_last().is_some_and(|(last, _)| last == rank) {
            return Err(InsertError::Full(code));
        }
        Ok(true)
    }

    /// The statements of an authority, revocations first, then by hash.
    pub fn of(&self, code: &Code) -> impl Iterator<Item = &Signed<Statement>> {
        self.by_authority
            .get(code)
            .into_iter()
            .flat_map(|held| held.values().map(|s| &**s))
    }

    /// Authorities that have statements here.
    pub fn authorities(&self) -> impl Iterator<Item = &Code> {
        self.by_authority.keys()
    }

    /// Whether a statement of this hash is held.
    pub fn contains(&self, code: &Code, hash: &Hash) -> bool {
        let held = self.by_authority.get(code);
        held.is_some_and(|h| h.contains_key(&(true, *hash)) || h.contains_key(&(false, *hash)))
    }

    /// SHA-256 over the sorted hashes of an authority's statements.
    pub fn digest(&self, code: &Code) -> Hash {
        let mut hashes: Vec<Hash> = self.of(code).map(Signed::hash).collect();
        hashes.sort_unstable();
        Hash::of(&hashes.iter().flat_map(|h| h.0).collect::<Vec<u8>>())
    }

    /// The live key of `code` in `role` at `time` (Unix, milliseconds), for the roles that hold on
    /// receipt (node, cosigner, sealing). Of several live cosigner mandates the highest serial counts.
    pub fn live_key<'a>(
        &'a self,
        chain: &'a Chain,
        code: &'a Code,
        role: Role,
        time: u64,
    ) -> Option<&'a PublicKey> {
        self.live_mandates(chain, code, role, time)
            .max_by_key(|(serial, m)| (*serial, m.key.id()))
            .map(|(_, m)| &m.key)
    }

    /// All live keys of `code` in `role` at `time`.
    pub fn live_keys<'a>(
        &'a self,
        chain: &'a Chain,
        code: &'a Code,
        role: Role,
        time: u64,
    ) -> Vec<&'a PublicKey> {
        self.live_mandates(chain, code, role, time)
            .map(|(_, m)| &m.key)
            .collect()
    }

    /// Whether the same key also holds a mandate for another role, here or with another authority.
    pub fn has_other_role(&self, key: KeyId, code: &Code, role: Role) -> bool {
        let all = self.by_authority.values().flat_map(|held| held.values());
        let mut mandates = all.filter_map(|s| match &s.content {
            Content::Mandate(m) if m.key.id() == key => Some((&s.authority, m.role)),
            _ => None,
        });
        mandates.any(|(authority, r)| authority != code || r != role)
    }

    /// What ends a log or administrator key in `origin`: the lowest of several revocations.
    pub fn log_end(&self, chain: &Chain, origin: &Origin, key: KeyId) -> Option<LogEnd> {
        let code = origin.authority();
        let ends = self.revocations(chain, &code, key).filter_map(|r| match &r.end {
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

    fn revocations<'a>(
        &'a self,
        chain: &'a Chain,
        code: &Code,
        key: KeyId,
    ) -> impl Iterator<Item = &'a Revocation> {
        let counting = self.of(code).filter(|s| chain.counts(s));
        counting
            .filter_map(|s| s.revocation())
            .filter(move |r| r.key_id == key)
    }

    fn live_mandates<'a>(
        &'a self,
        chain: &'a Chain,
        code: &'a Code,
        role: Role,
        time: u64,
    ) -> impl Iterator<Item = (u64, &'a Mandate)> {
        let counting = self.of(code).filter(|s| chain.counts(s));
        let mandates = counting.filter_map(move |s| s.mandate(role).map(|m| (s.serial, m)));
        mandates.filter(move |(_, m)| {
            let ended = self.revocations(chain, code, m.key.id()).any(|r| match r.end {
                End::Time(end) => end <= time,
                End::Log { .. } => true,
            });
            m.is_valid_at(time) && !ended && !self.has_other_role(m.key.id(), code, role)
        })
    }
}

/// Where a log or administrator key ends in one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEnd {
    /// Entries from this index on no longer count.
    pub size: u64,
    /// Root over the entries before; another root there alarms.
    pub root: Option<Hash>,
    /// Entries from this index on are disputed.
    pub disputed_from: Option<u64>,
}
