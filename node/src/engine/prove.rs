//! Bundles: everything that a stranger needs to verify one entry (specification, section 9).

use liaison_federation::store::{PayloadId, StoreError};
use liaison_knowledge::StoredEffect;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::entry::{Content, Entry, Naming};
use liaison_protocol::quorum::{self, Quorum};
use liaison_protocol::statement::{Content as Says, Role, Statement, Statements};
use liaison_protocol::tlog::checkpoint::CheckpointError;
use liaison_protocol::tlog::{Cosignature, SignedCheckpoint, inclusion_proof};
use liaison_protocol::verify::{Bundle, HeldPayload, ProvenLeaf};
use liaison_protocol::{Hash, KeyId, Origin};

use super::{Engine, StoreNodes};

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The log has no such entry.
    #[error("{origin} has no entry {index} here")]
    NoEntry {
        /// The log.
        origin: Origin,
        /// The entry.
        index: u64,
    },
    /// No quorum covers it yet.
    #[error("entry {index} of {origin} is not witnessed yet; try again when it is")]
    NotWitnessed {
        /// The log.
        origin: Origin,
        /// The entry.
        index: u64,
    },
    /// It has no effect, so there is nothing to prove but its presence.
    #[error("entry {index} of {origin} has no effect: {reason}")]
    Void {
        /// The log.
        origin: Origin,
        /// The entry.
        index: u64,
        /// Why.
        reason: String,
    },
    /// A stored head is not a checkpoint.
    #[error("a stored head is damaged: {0}")]
    Head(#[from] CheckpointError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Context {
    leaves: Vec<(u64, Vec<u8>)>,
    named: Vec<Hash>,
}

impl Engine {
    /// The bundle of an entry that a quorum has witnessed.
    pub fn bundle(&self, origin: &Origin, index: u64) -> Result<Bundle, ProveError> {
        let missing = || ProveError::NoEntry {
            origin: origin.clone(),
            index,
        };
        let leaf = self
            .store
            .entries(origin, index, 1, usize::MAX)?
            .into_iter()
            .next()
            .ok_or_else(missing)?;
        let signers = self.signers(origin, index)?;
        let note = self.store.quorum_head_covering(origin, index + 1)?;
        let note = note.ok_or_else(|| ProveError::NotWitnessed {
            origin: origin.clone(),
            index,
        })?;
        let head = SignedCheckpoint::parse(&note)?;
        let size = head.checkpoint.size;
        let context = self.context(origin, index, size, &signers)?;
        let nodes = StoreNodes {
            store: &*self.store,
            origin: origin.clone(),
        };
        let prove = |(index, leaf): (u64, Vec<u8>)| {
            let proof = inclusion_proof(index, size, &nodes)?;
            Ok::<_, StoreError>(ProvenLeaf { index, leaf, proof })
        };
        let checkpoint = self.trimmed(origin, head, &context.named);
        Ok(Bundle {
            charters: self.charters(),
            statements: self.proof_statements(),
            checkpoint: checkpoint.to_bytes(),
            entry: prove((index, leaf.clone()))?,
            context: context.leaves.into_iter().map(prove).collect::<Result<_, _>>()?,
            payloads: self.payloads(origin, index, &leaf)?,
            before: self.before(origin, index, &context.named)?,
        })
    }

    fn charters(&self) -> Vec<Signed<Charter>> {
        self.world()
            .chain()
            .in_force()
            .iter()
            .map(|charter| (**charter).clone())
            .collect()
    }

    fn signers(&self, origin: &Origin, index: u64) -> Result<Vec<KeyId>, ProveError> {
        match liaison_knowledge::views::effect(&*self.index, origin, index)? {
            Some(StoredEffect::Updates { signers, .. }) => Ok(signers),
            Some(StoredEffect::Void { reason, .. }) => Err(ProveError::Void {
                origin: origin.clone(),
                index,
                reason,
            }),
            _ => Ok(Vec::new()),
        }
    }

    // Log mandates and namings up to the head; rules and the signers' mandates below the entry.
    fn context(
        &self,
        origin: &Origin,
        index: u64,
        size: u64,
        signers: &[KeyId],
    ) -> Result<Context, StoreError> {
        let mut context = Context {
            leaves: Vec::new(),
            named: Vec::new(),
        };
        for &at in self.knowledge.context(origin).iter().filter(|at| **at < size) {
            let Some(leaf) = self.store.entries(origin, at, 1, usize::MAX)?.into_iter().next() else {
                continue;
            };
            let needed = match Entry::from_bytes(&leaf).map(|entry| entry.content) {
                Ok(Content::Naming(Naming { hash, .. })) => {
                    context.named.push(hash);
                    true
                }
                Ok(Content::Statement(statement)) => is_needed(&statement, at < index, signers),
                _ => false,
            };
            if needed && at != index {
                context.leaves.push((at, leaf));
            }
        }
        Ok(context)
    }

    // What the charter chain does not carry itself: cosigner mandates, and revocations.
    fn proof_statements(&self) -> Vec<Signed<Statement>> {
        let carried = Statements::from_chain(self.world().chain());
        let known = self.world().statements();
        let all = known.authorities().flat_map(|code| known.of(code));
        let missing = all.filter(|s| !carried.contains(&s.authority, &s.hash()));
        let needed = missing.filter(|s| s.mandate(Role::Cosigner).is_some() || s.revocation().is_some());
        needed.cloned().collect()
    }

    // The head with the log's signature and the cosignatures that count, and nothing else.
    fn trimmed(&self, origin: &Origin, mut head: SignedCheckpoint, named: &[Hash]) -> SignedCheckpoint {
        let Quorum { cosigned, .. } = quorum::count(self.world(), origin, &head, named);
        let counted: Vec<(String, u64)> = cosigned
            .iter()
            .filter_map(|c| Some((self.world().chain().origin(&c.authority)?.cosigner_name(), c.time)))
            .collect();
        let mut seen = std::collections::BTreeSet::new();
        head.note.signatures.retain(|line| {
            let time = Cosignature::from_note_signature(line).ok().map(|c| c.time);
            let counts = counted
                .iter()
                .any(|(name, at)| *name == line.name && Some(*at) == time);
            (line.name == origin.as_str() || counts) && seen.insert(line.name.clone())
        });
        head
    }

    fn payloads(
        &self,
        origin: &Origin,
        index: u64,
        leaf: &[u8],
    ) -> Result<Vec<(u32, HeldPayload)>, StoreError> {
        let Ok(Entry {
            content: Content::Update(update),
            ..
        }) = Entry::from_bytes(leaf)
        else {
            return Ok(Vec::new());
        };
        let mut payloads = Vec::new();
        for (_, change) in update.changes.iter().zip(0..) {
            let id = PayloadId {
                origin: origin.clone(),
                index,
                change,
            };
            if let Some(bytes) = self.store.payload(&id)? {
                payloads.push((change, HeldPayload::Bytes(bytes)));
            }
        }
        Ok(payloads)
    }

    // The newest quorum head without the entry: witnessed time counts from there.
    fn before(&self, origin: &Origin, index: u64, named: &[Hash]) -> Result<Option<Vec<u8>>, ProveError> {
        let Some(note) = self.store.quorum_head_before(origin, index)? else {
            return Ok(None);
        };
        let head = SignedCheckpoint::parse(&note)?;
        let trimmed = self.trimmed(origin, head, named);
        let reached = quorum::count(self.world(), origin, &trimmed, named).is_reached();
        Ok(reached.then(|| trimmed.to_bytes()))
    }
}

fn is_needed(statement: &Statement, below: bool, signers: &[KeyId]) -> bool {
    match &statement.content {
        Says::Mandate(mandate) if mandate.role == Role::Log => true,
        Says::Mandate(mandate) if mandate.role == Role::Administrator => {
            below && signers.contains(&mandate.key.id())
        }
        Says::Rules(_) => below,
        _ => false,
    }
}
