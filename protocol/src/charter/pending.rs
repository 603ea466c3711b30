//! A version that still gathers signatures of the council (specification, section 4).

use std::collections::BTreeSet;

use prost::Message;

use super::{BreakError, Chain, ChainError, Charter, rules};
use crate::dsse::{Body, FormatError, SignError, Signed, VerifyError, decode};
use crate::hash::Hash;
use crate::key::{KeyId, Signer};
use crate::proto;

/// A version of which everything is checked but whether enough have signed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    envelope: proto::Envelope,
    hash: Hash,
    charter: Charter,
}

/// Signatures of one council that a pending version has and needs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// `new` or `previous`.
    pub council: &'static str,
    /// Keys that signed.
    pub signed: Vec<KeyId>,
    /// Keys that did not.
    pub missing: Vec<KeyId>,
    /// Signatures needed.
    pub needed: usize,
}

/// Why bytes are no pending version, or cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum PendingError {
    /// Not readable.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// It follows no version known, or breaks a rule.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A signature is wrong, or by a key of neither council.
    #[error("the pending version: {0}")]
    Signature(#[from] VerifyError),
    /// The key refused.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Nobody could be shown all of it.
    #[error("the pending version holds fields that this release does not know and cannot show")]
    Unknown,
    /// A signature that would not count.
    #[error("key {0} is in neither council, so its signature would not count")]
    Foreign(KeyId),
    /// A signature that is there.
    #[error("key {0} has signed it already")]
    Again(KeyId),
}

impl Pending {
    /// Checks a version and the signatures that it has. It follows one that `chain` knows, in force or
    /// not; without a chain it is the first of a network.
    ///
    /// # Errors
    /// [`ChainError::Orphan`] when the version before it is not known; see [`PendingError`].
    pub fn new(envelope: proto::Envelope, chain: Option<&Chain>) -> Result<Pending, PendingError> {
        let message: proto::Charter = decode(Charter::MESSAGE, &envelope.body, Charter::SIZE_MAX)?;
        if message.encode_to_vec() != envelope.body {
            return Err(PendingError::Unknown);
        }
        let charter = Charter::from_proto(message)?;
        let parent = match chain {
            Some(chain) => Some(chain.parent_of(&charter)?),
            None => None,
        };
        // The council first: what it did not sign is not worth the cost of the rest.
        if !envelope.signatures.is_empty() {
            let signed = Signed::<Charter>::from_envelope(envelope.clone())?;
            signed.verify_by(|id| charter.council_key(id).or_else(|| parent?.council_key(id)))?;
        }
        match chain {
            Some(chain) => chain.check_proposal(&charter, envelope.body.len())?,
            None => rules::check_first_structure(&charter).map_err(|cause| broken(&charter, cause))?,
        }
        Ok(Pending {
            hash: Hash::of(&envelope.body),
            envelope,
            charter,
        })
    }

    /// An unsigned version.
    ///
    /// # Errors
    /// As [`Pending::new`].
    pub fn unsigned(message: &proto::Charter, chain: Option<&Chain>) -> Result<Pending, PendingError> {
        let envelope = proto::Envelope {
            body: message.encode_to_vec(),
            signatures: Vec::new(),
        };
        Pending::new(envelope, chain)
    }

    /// The version, as its bytes say it.
    pub fn charter(&self) -> &Charter {
        &self.charter
    }

    /// The version as a message, to be changed further while nobody has signed it.
    ///
    /// # Errors
    /// None that [`Pending::new`] would not have given.
    pub fn message(&self) -> Result<proto::Charter, FormatError> {
        decode(Charter::MESSAGE, &self.envelope.body, Charter::SIZE_MAX)
    }

    /// The envelope; it may have no signature yet.
    pub fn envelope(&self) -> &proto::Envelope {
        &self.envelope
    }

    /// SHA-256 of its body.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// What it takes up at most, whichever of its possible signatures are there.
    pub fn size(&self) -> usize {
        super::chain::size(self.envelope.body.len())
    }

    /// Who has signed it.
    pub fn signers(&self) -> BTreeSet<KeyId> {
        let ids = self
            .envelope
            .signatures
            .iter()
            .map(|s| Hash::from_slice(&s.key_id));
        ids.filter_map(|id| id.ok().map(KeyId)).collect()
    }

    /// Signatures that it has and needs, by council; `parent` is the version before it.
    pub fn tallies(&self, parent: Option<&Charter>) -> Vec<Tally> {
        let signers = self.signers();
        let new = Tally::of("new", &self.charter, &signers);
        let previous = parent.map(|parent| Tally::of("previous", parent, &signers));
        // One council that stays the same is counted once.
        match previous {
            Some(previous) if previous.signed == new.signed && previous.missing == new.missing => vec![new],
            previous => [Some(new), previous].into_iter().flatten().collect(),
        }
    }

    /// Whether it has all signatures that it needs.
    pub fn is_complete(&self, parent: Option<&Charter>) -> bool {
        self.tallies(parent).iter().all(|tally| tally.lacking() == 0)
    }

    /// Adds a signature.
    ///
    /// # Errors
    /// [`PendingError::Foreign`], [`PendingError::Again`], or that the key refused.
    pub fn sign(&mut self, signer: &dyn Signer, parent: Option<&Charter>) -> Result<(), PendingError> {
        let id = signer.public_key().id();
        let council_key = self.charter.council_key(id).or_else(|| parent?.council_key(id));
        if council_key.is_none() {
            return Err(PendingError::Foreign(id));
        }
        if self.signers().contains(&id) {
            return Err(PendingError::Again(id));
        }
        let signed = if self.envelope.signatures.is_empty() {
            Signed::<Charter>::sign(&self.message()?, &[signer])?
        } else {
            let mut signed = self.signed()?;
            signed.add_signature(signer)?;
            signed
        };
        self.envelope = signed.envelope().clone();
        Ok(())
    }

    /// Takes in the signatures of a copy of the same version. True when some were missing.
    pub fn merge(&mut self, other: &Pending) -> bool {
        let before = self.envelope.signatures.len();
        if other.hash == self.hash {
            // Both were verified when they were read.
            for signature in &other.envelope.signatures {
                let held = &mut self.envelope.signatures;
                if held.iter().all(|s| s.key_id != signature.key_id) {
                    held.push(signature.clone());
                }
            }
            self.envelope.signatures.sort_by(|a, b| a.key_id.cmp(&b.key_id));
        }
        self.envelope.signatures.len() > before
    }

    /// It as a signed version, once anybody has signed it.
    ///
    /// # Errors
    /// [`FormatError::Signatures`] before that.
    pub fn signed(&self) -> Result<Signed<Charter>, FormatError> {
        Signed::from_envelope(self.envelope.clone())
    }
}

impl Tally {
    fn of(council: &'static str, charter: &Charter, signers: &BTreeSet<KeyId>) -> Tally {
        let ids = charter.council.iter().map(|key| key.id());
        let (signed, missing) = ids.partition(|id| signers.contains(id));
        Tally {
            council,
            signed,
            missing,
            needed: charter.threshold(),
        }
    }

    /// Signatures that are missing still.
    pub fn lacking(&self) -> usize {
        self.needed.saturating_sub(self.signed.len())
    }
}

fn broken(charter: &Charter, cause: BreakError) -> ChainError {
    ChainError::Broken {
        version: charter.version,
        cause,
    }
}
