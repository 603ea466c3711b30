//! The chain of charter versions in force (specification, section 4).
//!
//! Which versions are in force is a pure function of the set of valid versions known and of the
//! operator's choices, never of the order in which they came.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::rules::{self, BreakError};
use super::{Authority, Charter, Condition, Rank};
use crate::dsse::{Body, Signed};
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::origin::{Code, Origin};
use crate::statement::{Measure, Statement};

/// Why a version is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Its predecessor is not known (yet).
    #[error("charter version {0} names a predecessor that is not known here")]
    Orphan(Hash),
    /// Another network's first charter.
    #[error("this is the first charter of another network ({0})")]
    OtherNetwork(Hash),
    /// It breaks a rule.
    #[error("charter version {version}: {cause}")]
    Broken {
        /// Its number.
        version: u64,
        /// The rule.
        cause: BreakError,
    },
    /// The chain would exceed 16 MiB.
    #[error("the charter chain would exceed 16 MiB")]
    TooLarge,
}

/// Two valid successors of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rivalry {
    /// The version that both follow.
    pub parent: Hash,
    /// The rivals, in order of hash.
    pub rivals: Vec<Hash>,
    /// The one that counts; none while the operator must decide.
    pub chosen: Option<Hash>,
}

/// All valid charter versions known and the chain of those in force.
#[derive(Debug, Clone)]
pub struct Chain {
    network: Hash,
    all: BTreeMap<Hash, Arc<Signed<Charter>>>,
    children: BTreeMap<Hash, BTreeSet<Hash>>,
    /// Bytes of the chain that ends in a version.
    sizes: BTreeMap<Hash, usize>,
    /// The operator's choices, the latest last.
    resolved: Vec<Hash>,
    in_force: Vec<Arc<Signed<Charter>>>,
    derived: Derived,
}

/// What follows from the versions in force and is asked often.
#[derive(Debug, Clone, Default)]
struct Derived {
    reserved: BTreeSet<KeyId>,
    redacted: BTreeMap<Origin, BTreeSet<u64>>,
}

impl Chain {
    /// The chain of the network whose first charter version this is.
    pub fn new(first: Signed<Charter>) -> Result<Chain, ChainError> {
        rules::check_first(&first).map_err(|cause| ChainError::Broken {
            version: first.version,
            cause,
        })?;
        let network = first.hash();
        let sizes = BTreeMap::from([(network, size(first.body().len()))]);
        let first = Arc::new(first);
        let in_force = vec![first.clone()];
        Ok(Chain {
            network,
            all: BTreeMap::from([(network, first)]),
            children: BTreeMap::new(),
            sizes,
            resolved: Vec::new(),
            derived: Derived::of(&in_force),
            in_force,
        })
    }

    /// Builds a chain from versions in order; each must follow from those before it.
    pub fn from_versions(versions: impl IntoIterator<Item = Signed<Charter>>) -> Result<Chain, ChainError> {
        let mut versions = versions.into_iter();
        let first = versions.next().ok_or(ChainError::Orphan(Hash::default()))?;
        let mut chain = Chain::new(first)?;
        for version in versions {
            chain.insert(version)?;
        }
        Ok(chain)
    }

    /// Takes in a version whose predecessor is known. True when the versions in force changed.
    pub fn insert(&mut self, charter: Signed<Charter>) -> Result<bool, ChainError> {
        if self.all.contains_key(&charter.hash()) {
            return Ok(false);
        }
        let parent_hash = charter.previous.ok_or(ChainError::OtherNetwork(charter.hash()))?;
        let parent = self
            .all
            .get(&parent_hash)
            .ok_or(ChainError::Orphan(parent_hash))?;
        rules::check_successor(&self.network, parent, &charter).map_err(|cause| ChainError::Broken {
            version: charter.version,
            cause,
        })?;
        let size = self.size_after(&parent_hash, charter.body().len())?;
        let hash = charter.hash();
        self.sizes.insert(hash, size);
        self.children.entry(parent_hash).or_default().insert(hash);
        self.all.insert(hash, Arc::new(charter));
        Ok(self.choose_again())
    }

    /// The version that one names as the one before it, in force or not.
    ///
    /// # Errors
    /// [`ChainError::Orphan`] when it is not known.
    pub fn parent_of(&self, version: &Charter) -> Result<&Signed<Charter>, ChainError> {
        let previous = version.previous.unwrap_or_default();
        self.known(&previous).ok_or(ChainError::Orphan(previous))
    }

    /// Checks what a pending version with a body of so many bytes changes, whoever has signed it.
    pub(super) fn check_proposal(&self, pending: &Charter, bytes: usize) -> Result<(), ChainError> {
        let parent = self.parent_of(pending)?;
        rules::check_structure(&self.network, parent, pending).map_err(|cause| ChainError::Broken {
            version: pending.version,
            cause,
        })?;
        self.size_after(&parent.hash(), bytes).map(drop)
    }

    // Rivals do not add up: whether a version fits must not depend on what else is known.
    fn size_after(&self, parent: &Hash, bytes: usize) -> Result<usize, ChainError> {
        let size = self.sizes.get(parent).copied().unwrap_or(0) + size(bytes);
        if size > super::CHAIN_SIZE_MAX {
            return Err(ChainError::TooLarge);
        }
        Ok(size)
    }

    /// The operator's choice between rivals, whatever their rounds; a later choice replaces an earlier one.
    /// It decides nothing against a rival that already has a successor.
    pub fn resolve(&mut self, chosen: Hash) -> bool {
        self.resolved.retain(|hash| *hash != chosen);
        self.resolved.push(chosen);
        self.choose_again()
    }

    /// The operator's newest choice.
    pub fn newest_choice(&self) -> Option<Hash> {
        self.resolved.last().copied()
    }

    /// The network id.
    pub fn network(&self) -> Hash {
        self.network
    }

    /// The versions in force, oldest first; there is always a first.
    pub fn in_force(&self) -> &[Arc<Signed<Charter>>] {
        &self.in_force
    }

    /// The newest version in force.
    pub fn newest(&self) -> &Signed<Charter> {
        &self.in_force[self.in_force.len() - 1]
    }

    /// A version in force by its hash.
    pub fn version(&self, hash: &Hash) -> Option<&Signed<Charter>> {
        self.in_force.iter().find(|c| c.hash() == *hash).map(|c| &**c)
    }

    /// Any valid version known, in force or not.
    pub fn known(&self, hash: &Hash) -> Option<&Signed<Charter>> {
        self.all.get(hash).map(|c| &**c)
    }

    /// All valid versions known, parents before children.
    pub fn all(&self) -> Vec<&Signed<Charter>> {
        let mut all: Vec<&Signed<Charter>> = self.all.values().map(|c| &**c).collect();
        all.sort_by_key(|c| (c.version, c.hash()));
        all
    }

    /// Versions with more than one valid successor.
    pub fn rivalries(&self) -> Vec<Rivalry> {
        let rivals = self.children.iter().filter(|(_, rivals)| rivals.len() > 1);
        rivals
            .map(|(parent, rivals)| Rivalry {
                parent: *parent,
                chosen: rivals.iter().find(|hash| self.version(hash).is_some()).copied(),
                rivals: rivals.iter().copied().collect(),
            })
            .collect()
    }

    /// The origin of an authority's live log, by the newest version.
    pub fn origin(&self, code: &Code) -> Option<Origin> {
        let authority = self.newest().authorities.get(code)?;
        Origin::new(&self.newest().prefix, &self.network, code, authority.epoch).ok()
    }

    /// The root keys of an authority, for judging the form of its logs.
    pub fn roots(&self, code: &Code) -> Roots {
        let Some(now) = self.newest().authorities.get(code) else {
            return Roots::default();
        };
        let first = now.root_changes.first();
        let mut spans = vec![match first {
            Some(change) => (change.previous_epoch, 0, change.previous_root.clone()),
            None => (now.epoch, 0, now.root.clone()),
        }];
        for (i, change) in now.root_changes.iter().enumerate() {
            let root = now
                .root_changes
                .get(i + 1)
                .map_or(&now.root, |next| &next.previous_root);
            spans.push((change.epoch, change.from_size, root.clone()));
        }
        Roots {
            network: self.network,
            spans,
        }
    }

    /// Whether a statement counts outside logs: signed by the root in force, or kept when its root
    /// was changed. It must be known to be by a root of its authority: [`crate::statement::Statements`]
    /// takes in no other.
    pub fn counts(&self, statement: &Signed<Statement>) -> bool {
        let Some(now) = self.newest().authorities.get(&statement.authority) else {
            return false;
        };
        statement.signers().all(|id| id == now.root.id())
            || now
                .root_changes
                .iter()
                .any(|change| change.kept.binary_search(&statement.hash()).is_ok())
    }

    /// The rank under which entry `index` of `origin` stands when its log names the version
    /// `named`: that version's, lowered by what later versions lower at or below this index.
    pub fn rank_at(&self, origin: &Origin, named: &Hash, index: u64) -> Option<Rank> {
        let code = origin.authority();
        let at = self.in_force.iter().position(|c| c.hash() == *named)?;
        let authority = self.in_force[at].authorities.get(&code)?;
        if authority.epoch != origin.epoch() {
            return None;
        }
        let later = self.in_force[at + 1..].iter().filter_map(|version| {
            let authority = version.authorities.get(&code)?;
            let lowered = authority.lowered_at.as_ref()?;
            (lowered.origin == *origin && lowered.size <= index).then_some(authority.rank)
        });
        Some(later.fold(authority.rank, Rank::lower))
    }

    /// The newest of the versions that a log has named; none when it has named none in force.
    pub fn newest_named<'h>(&self, named: impl IntoIterator<Item = &'h Hash>) -> Option<&Signed<Charter>> {
        let versions = named.into_iter().filter_map(|hash| self.version(hash));
        versions.max_by_key(|charter| charter.version)
    }

    /// From which size of a log on its authority is not in good standing by the newest version: the
    /// lowest that versions since the last good one name. None while it is in good standing.
    pub fn halted_at(&self, origin: &Origin) -> Option<(Condition, u64)> {
        let code = origin.authority();
        let newest_first = self.in_force.iter().rev();
        let listed = newest_first.map_while(|version| version.authorities.get(&code));
        let halted: Vec<&Authority> = listed.take_while(|a| !a.rank.is_good()).collect();
        let condition = halted.first()?.rank.condition;
        let positions = halted.iter().filter_map(|a| a.lowered_at.as_ref());
        let sizes = positions.filter(|at| at.origin == *origin).map(|at| at.size);
        sizes.min().map(|size| (condition, size))
    }

    /// Whether a key is, or ever was, a root key or one of the council: it can have no other role.
    pub fn is_reserved(&self, key: &KeyId) -> bool {
        self.derived.reserved.contains(key)
    }

    /// Whether the council ordered the redaction of an entry.
    pub fn is_redacted(&self, origin: &Origin, index: u64) -> bool {
        let entries = self.derived.redacted.get(origin);
        entries.is_some_and(|entries| entries.contains(&index))
    }

    fn choose_again(&mut self) -> bool {
        let mut chain = vec![self.in_force[0].clone()];
        while let Some(next) = self.choose_successor(&chain[chain.len() - 1].hash()) {
            chain.push(next);
        }
        let changed = chain != self.in_force;
        if changed {
            self.derived = Derived::of(&chain);
            self.in_force = chain;
        }
        changed
    }

    // A rival that has a successor itself is in force for good; else the operator's choice; else
    // the higher round; in equal rounds nobody.
    fn choose_successor(&self, parent: &Hash) -> Option<Arc<Signed<Charter>>> {
        let rivals = self
            .children
            .get(parent)?
            .iter()
            .filter_map(|hash| self.all.get(hash));
        let (settled, open): (Vec<_>, Vec<_>) =
            rivals.partition(|rival| self.children.contains_key(&rival.hash()));
        let candidates = if settled.is_empty() { open } else { settled };
        let choice = |rival: &&Arc<Signed<Charter>>| {
            let choices = self.resolved.iter();
            choices.clone().position(|hash| *hash == rival.hash())
        };
        let chosen = candidates.iter().filter(|rival| choice(rival).is_some());
        if let Some(chosen) = chosen.max_by_key(|rival| choice(rival)) {
            return Some((*chosen).clone());
        }
        let round = candidates.iter().map(|rival| rival.round).max()?;
        match candidates
            .iter()
            .filter(|rival| rival.round == round)
            .collect::<Vec<_>>()[..]
        {
            [only] => Some((*only).clone()),
            _ => None,
        }
    }
}

impl Derived {
    fn of(in_force: &[Arc<Signed<Charter>>]) -> Derived {
        let mut derived = Derived::default();
        for version in in_force {
            derived.reserved.extend(version.council.iter().map(PublicKey::id));
            derived
                .reserved
                .extend(version.authorities.values().map(|a| a.root.id()));
        }
        let orders = in_force
            .last()
            .map(|newest| &newest.orders[..])
            .unwrap_or_default();
        for order in orders.iter().filter(|order| order.measure == Measure::Redact) {
            let entries = derived.redacted.entry(order.target.origin.clone()).or_default();
            entries.insert(order.target.index);
        }
        derived
    }
}

// What a version takes up at most, whichever of its possible signatures a node holds: all nodes
// must agree on what fits.
pub(super) fn size(body: usize) -> usize {
    body + Charter::SIGNATURES_MAX * 128
}

/// The root keys of an authority through its epochs: (epoch, from which size on, key); and the network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roots {
    network: Hash,
    spans: Vec<(u32, u64, PublicKey)>,
}

impl Roots {
    /// The root key whose log mandates count at entry `index` of the log of `epoch`.
    pub fn at(&self, epoch: u32, index: u64) -> Option<&PublicKey> {
        let spans = self.spans.iter().rev();
        spans
            .filter(|(e, from, _)| *e == epoch && *from <= index)
            .map(|(_, _, key)| key)
            .next()
    }

    /// The network in which they stand.
    pub fn network(&self) -> Hash {
        self.network
    }

    /// All root keys that ever stood.
    pub fn all(&self) -> impl Iterator<Item = &PublicKey> {
        self.spans.iter().map(|(_, _, key)| key)
    }
}
