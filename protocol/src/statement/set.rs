//! The set of statements that every node syncs (specification, section 5).
//!
//! Two sorts are held of each authority: those that count by the charter in force, and those that a
//! root key signed which has been replaced and that were not kept. The second sort may count again
//! under another charter; it has its own limit, so that whoever holds an old root key cannot crowd
//! out what the new one says.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::Index;
use super::{Content, End, Statement};
use crate::charter::Chain;
use crate::dsse::Signed;
use crate::hash::Hash;
use crate::origin::{Code, Origin};

/// Statements of one authority that count; revocations first, then by hash.
pub const COUNTED_MAX: usize = 10_000;

/// Why a statement is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InsertError {
    /// For another network, or about a log that is none of its authority's in this one.
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

/// Revocations first, then by hash: all nodes keep the same.
type Rank = (bool, Hash);

type Ranked = BTreeMap<Rank, Arc<Signed<Statement>>>;

#[derive(Debug, Clone, Default)]
struct Held {
    counting: Ranked,
    others: Ranked,
}

/// All statements known, verified to be by a root key of their authority.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    by_authority: BTreeMap<Code, Held>,
    pub(super) index: Index,
}

impl Statements {
    /// The statements that the charter versions in force carry themselves.
    pub fn from_chain(chain: &Chain) -> Statements {
        let mut set = Statements::default();
        set.insert_from_chain(chain);
        set
    }

    /// Takes in the statements that the charter versions in force carry, and asks anew which count.
    /// To be called whenever the versions in force have changed.
    pub fn insert_from_chain(&mut self, chain: &Chain) {
        self.sort_again(chain);
        for authority in chain.in_force().iter().flat_map(|c| c.authorities.values()) {
            for statement in &authority.statements {
                // The chain's rules have verified each of them; only a full set can refuse it.
                let _ = self.hold(chain, statement.clone());
            }
        }
    }

    /// Takes in a statement. True when it is new.
    pub fn insert(&mut self, chain: &Chain, statement: Signed<Statement>) -> Result<bool, InsertError> {
        let code = &statement.authority;
        if !chain.newest().authorities.contains_key(code) {
            return Err(InsertError::Unlisted(code.clone()));
        }
        if statement.network != chain.network() || !names_own_logs(chain, &statement) {
            return Err(InsertError::OtherNetwork);
        }
        if self.contains(code, &statement.hash()) {
            return Ok(false);
        }
        let roots = chain.roots(code);
        let signed = roots.all().any(|root| statement.verify_single(root).is_ok());
        if !signed {
            return Err(InsertError::Unsigned(code.clone()));
        }
        self.hold(chain, statement)
    }

    /// The statements of an authority: those that count first, revocations first among them, then
    /// by hash.
    pub fn of<'a>(&'a self, code: &Code) -> impl Iterator<Item = &'a Signed<Statement>> + use<'a> {
        let held = self.by_authority.get(code).into_iter();
        held.flat_map(|held| held.counting.values().chain(held.others.values()))
            .map(|s| &**s)
    }

    /// Those of [`Statements::of`] that count.
    pub fn counting<'a>(&'a self, code: &Code) -> impl Iterator<Item = &'a Signed<Statement>> + use<'a> {
        let held = self.by_authority.get(code).into_iter();
        held.flat_map(|held| held.counting.values()).map(|s| &**s)
    }

    /// Authorities that have statements here.
    pub fn authorities(&self) -> impl Iterator<Item = &Code> {
        self.by_authority.keys()
    }

    /// Whether a statement of this hash is held.
    pub fn contains(&self, code: &Code, hash: &Hash) -> bool {
        let has =
            |ranked: &Ranked| ranked.contains_key(&(true, *hash)) || ranked.contains_key(&(false, *hash));
        let held = self.by_authority.get(code);
        held.is_some_and(|held| has(&held.counting) || has(&held.others))
    }

    /// SHA-256 over the sorted hashes of an authority's statements.
    pub fn digest(&self, code: &Code) -> Hash {
        let mut hashes: Vec<Hash> = self.of(code).map(Signed::hash).collect();
        hashes.sort_unstable();
        Hash::of(&hashes.iter().flat_map(|h| h.0).collect::<Vec<u8>>())
    }

    // Holds a statement that a root key of its authority is known to have signed.
    fn hold(&mut self, chain: &Chain, statement: Signed<Statement>) -> Result<bool, InsertError> {
        let code = statement.authority.clone();
        if self.contains(&code, &statement.hash()) {
            return Ok(false);
        }
        let rank = rank(&statement);
        let counts = chain.counts(&statement);
        let statement = Arc::new(statement);
        let held = self.by_authority.entry(code.clone()).or_default();
        let ranked = if counts {
            &mut held.counting
        } else {
            &mut held.others
        };
        ranked.insert(rank, statement.clone());
        let last = if ranked.len() > COUNTED_MAX {
            ranked.pop_last()
        } else {
            None
        };
        match last {
            Some((last, _)) if last == rank => return Err(InsertError::Full(code)),
            Some(_) if counts => self.index_again(),
            _ if counts => self.index.insert(&statement),
            _ => {}
        }
        Ok(true)
    }

    fn sort_again(&mut self, chain: &Chain) {
        for held in self.by_authority.values_mut() {
            let all = std::mem::take(held);
            for (rank, statement) in all.counting.into_iter().chain(all.others) {
                let counts = chain.counts(&statement);
                let ranked = if counts {
                    &mut held.counting
                } else {
                    &mut held.others
                };
                ranked.insert(rank, statement);
            }
            for ranked in [&mut held.counting, &mut held.others] {
                while ranked.len() > COUNTED_MAX {
                    ranked.pop_last();
                }
            }
        }
        self.index_again();
    }

    fn index_again(&mut self) {
        self.index = Index::default();
        for held in self.by_authority.values() {
            held.counting.values().for_each(|s| self.index.insert(s));
        }
    }
}

fn rank(statement: &Signed<Statement>) -> Rank {
    (statement.revocation().is_none(), statement.hash())
}

// A log named with another prefix or network would match none here, and pass for an earlier epoch.
fn names_own_logs(chain: &Chain, statement: &Statement) -> bool {
    let about = match &statement.content {
        Content::Revocation(revocation) => match &revocation.end {
            End::Log { at, .. } => Some(&at.origin),
            End::Time(_) => None,
        },
        Content::Order(order) => Some(&order.target.origin),
        Content::Cancel(erase) => Some(&erase.origin),
        Content::Mandate(_) | Content::Rules(_) => None,
    };
    let prefix = &chain.newest().prefix;
    let own = |origin: &Origin| {
        let expected = Origin::new(prefix, &chain.network(), &statement.authority, origin.epoch());
        expected.is_ok_and(|expected| expected == *origin)
    };
    statement.origin.iter().chain(about).all(own)
}
