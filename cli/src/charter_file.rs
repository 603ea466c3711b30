//! `network.charter`: the chain of charter versions, and behind it at most one version that still
//! gathers the council's signatures (specification, section 4).

use std::collections::BTreeSet;
use std::path::Path;

use liaison_protocol::charter::{BreakError, CHAIN_SIZE_MAX, Chain, ChainError, Charter};
use liaison_protocol::dsse::{Body, FormatError, SignError, Signed, VerifyError, decode};
use liaison_protocol::{Hash, KeyId, Signer, proto};
use prost::Message;

use crate::failure::Failure;
use crate::files;
use crate::material::Material;

/// A charter file that was read.
#[derive(Debug, Clone)]
pub(crate) struct CharterFile {
    /// The versions in force; none while the first one is pending.
    pub(crate) chain: Option<Chain>,
    /// The version that gathers signatures.
    pub(crate) pending: Option<Pending>,
}

/// A version that gathers signatures.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    envelope: proto::Envelope,
    charter: Charter,
}

/// Signatures of one council that a pending version has and needs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Tally {
    /// `new` or `previous`.
    pub(crate) council: &'static str,
    /// Keys that signed.
    pub(crate) signed: Vec<KeyId>,
    /// Keys that did not.
    pub(crate) missing: Vec<KeyId>,
    /// Signatures needed.
    pub(crate) needed: usize,
}

/// Why bytes are no charter file, or cannot become one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CharterFileError {
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error("the pending version: {0}")]
    Signature(#[from] VerifyError),
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error("it is cut short, or no charter at all")]
    Cut,
    #[error("version {0} stands in it twice")]
    Twice(u64),
    #[error("the first version names no predecessor and admits nobody")]
    First,
    #[error("the pending version holds fields that this release does not know and cannot show")]
    Unknown,
    #[error("key {0} is in neither council, so its signature would not count")]
    Foreign(KeyId),
    #[error("key {0} has signed it already")]
    Again(KeyId),
    #[error("the two files hold different pending versions; sign one of them")]
    Other,
}

impl CharterFile {
    /// Reads a file.
    pub(crate) fn open(path: &Path) -> Result<CharterFile, Failure> {
        let bytes = files::read(path, CHAIN_SIZE_MAX)?;
        CharterFile::from_bytes(&bytes).map_err(|cause| Material::Charter.mismatch(path, &bytes, &cause))
    }

    /// Reads a file's bytes and verifies every version and every signature.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<CharterFile, CharterFileError> {
        let mut file = CharterFile {
            chain: None,
            pending: None,
        };
        for envelope in split(bytes)? {
            if file.pending.is_some() {
                return Err(CharterFileError::Cut);
            }
            file.read(envelope)?;
        }
        if file.chain.is_none() && file.pending.is_none() {
            return Err(CharterFileError::Cut);
        }
        Ok(file)
    }

    /// A file whose only version is the pending first one.
    pub(crate) fn founding(first: &proto::Charter) -> Result<CharterFile, CharterFileError> {
        let mut file = CharterFile {
            chain: None,
            pending: None,
        };
        file.propose(first)?;
        Ok(file)
    }

    /// Puts an unsigned version behind the chain.
    pub(crate) fn propose(&mut self, version: &proto::Charter) -> Result<(), CharterFileError> {
        let envelope = proto::Envelope {
            body: version.encode_to_vec(),
            signatures: Vec::new(),
        };
        self.pending = Some(Pending::new(envelope, self.chain.as_ref())?);
        Ok(())
    }

    /// The file's bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let chain = self.chain.as_ref().map(Chain::all).unwrap_or_default();
        let mut bytes = Signed::write_chain(chain);
        if let Some(pending) = &self.pending {
            bytes.extend(pending.envelope.encode_length_delimited_to_vec());
        }
        bytes
    }

    /// The network id: the hash of the first version, be it pending or in force.
    pub(crate) fn network(&self) -> Hash {
        match (&self.chain, &self.pending) {
            (Some(chain), _) => chain.network(),
            (None, Some(pending)) => pending.hash(),
            (None, None) => Hash::default(),
        }
    }

    /// The chain in force; `path` is for the message when there is none yet.
    pub(crate) fn in_force(&self, path: &Path) -> Result<&Chain, Failure> {
        let advice = "its first version still gathers signatures; continue with `liaison network sign`";
        self.chain.as_ref().ok_or_else(|| Failure::in_file(path, advice))
    }

    /// The newest version in force.
    pub(crate) fn newest(&self) -> Option<&Signed<Charter>> {
        self.chain.as_ref().map(Chain::newest)
    }

    /// Signatures that the pending version has and needs, by council.
    pub(crate) fn tallies(&self) -> Vec<Tally> {
        let Some(pending) = &self.pending else {
            return Vec::new();
        };
        let signers = pending.signers();
        let new = Tally::of("new", &pending.charter, &signers);
        let previous = self
            .newest()
            .map(|newest| Tally::of("previous", newest, &signers));
        // One council that stays the same is counted once.
        match previous {
            Some(previous) if previous.signed == new.signed && previous.missing == new.missing => vec![new],
            previous => [Some(new), previous].into_iter().flatten().collect(),
        }
    }

    /// Adds a signature to the pending version. True when that puts it in force.
    pub(crate) fn sign(&mut self, signer: &dyn Signer) -> Result<bool, CharterFileError> {
        let id = signer.public_key().id();
        let newest = self.chain.as_ref().map(Chain::newest);
        let Some(pending) = &mut self.pending else {
            return Ok(false);
        };
        let in_a_council = pending
            .charter
            .council_key(id)
            .or_else(|| newest?.council_key(id));
        if in_a_council.is_none() {
            return Err(CharterFileError::Foreign(id));
        }
        if pending.signers().contains(&id) {
            return Err(CharterFileError::Again(id));
        }
        pending.sign(signer)?;
        self.settle()
    }

    /// Takes in what another file holds: versions, and signatures of the same pending version. True
    /// when the versions in force changed.
    pub(crate) fn merge(&mut self, other: CharterFile) -> Result<bool, CharterFileError> {
        let mut changed = false;
        if let Some(chain) = other.chain {
            for version in chain.all() {
                changed |= self.insert(version.clone())?;
            }
        }
        let known =
            |hash: Hash, chain: &Option<Chain>| chain.as_ref().is_some_and(|c| c.known(&hash).is_some());
        if self
            .pending
            .as_ref()
            .is_some_and(|pending| known(pending.hash(), &self.chain))
        {
            self.pending = None;
        }
        match (&mut self.pending, other.pending) {
            (_, None) => {}
            (_, Some(theirs)) if known(theirs.hash(), &self.chain) => {}
            (Some(ours), Some(theirs)) if ours.hash() == theirs.hash() => ours.merge(theirs),
            (Some(_), Some(_)) => return Err(CharterFileError::Other),
            (None, Some(theirs)) => {
                self.pending = Some(Pending::new(theirs.envelope, self.chain.as_ref())?);
            }
        }
        Ok(self.settle()? || changed)
    }

    fn read(&mut self, envelope: proto::Envelope) -> Result<(), CharterFileError> {
        if envelope.signatures.is_empty() {
            self.pending = Some(Pending::new(envelope, self.chain.as_ref())?);
            return Ok(());
        }
        let version = Signed::<Charter>::from_envelope(envelope.clone())?;
        let is_known = self
            .chain
            .as_ref()
            .is_some_and(|chain| chain.known(&version.hash()).is_some());
        if is_known {
            return Err(CharterFileError::Twice(version.version));
        }
        match self.insert(version) {
            Err(CharterFileError::Chain(ChainError::Broken {
                cause: BreakError::Threshold { .. },
                ..
            })) => {
                self.pending = Some(Pending::new(envelope, self.chain.as_ref())?);
                Ok(())
            }
            other => other.map(drop),
        }
    }

    fn insert(&mut self, version: Signed<Charter>) -> Result<bool, CharterFileError> {
        match &mut self.chain {
            Some(chain) => Ok(chain.insert(version)?),
            None => {
                self.chain = Some(Chain::new(version)?);
                Ok(true)
            }
        }
    }

    // Puts the pending version in force when it has its signatures.
    fn settle(&mut self) -> Result<bool, CharterFileError> {
        let complete = self
            .tallies()
            .iter()
            .all(|tally| tally.signed.len() >= tally.needed);
        match self.pending.take_if(|_| complete) {
            Some(pending) => self.insert(Signed::from_envelope(pending.envelope)?),
            None => Ok(false),
        }
    }
}

impl Pending {
    // Checks everything about a version but whether enough have signed it.
    fn new(envelope: proto::Envelope, chain: Option<&Chain>) -> Result<Pending, CharterFileError> {
        let message: proto::Charter = decode(Charter::MESSAGE, &envelope.body, Charter::SIZE_MAX)?;
        if message.encode_to_vec() != envelope.body {
            return Err(CharterFileError::Unknown);
        }
        let charter = Charter::from_proto(message)?;
        match chain {
            Some(chain) => chain.check_proposal(&charter)?,
            None => {
                let empty = charter.authorities.is_empty() && charter.orders.is_empty();
                if !empty || charter.version != 1 || charter.round != 0 || charter.previous.is_some() {
                    return Err(CharterFileError::First);
                }
            }
        }
        if !envelope.signatures.is_empty() {
            let parent = chain.map(Chain::newest);
            let signed = Signed::<Charter>::from_envelope(envelope.clone())?;
            signed.verify_by(|id| signed.council_key(id).or_else(|| parent?.council_key(id)))?;
        }
        Ok(Pending { envelope, charter })
    }

    /// The version, as its bytes say it.
    pub(crate) fn charter(&self) -> &Charter {
        &self.charter
    }

    /// The version as a message, to be changed further while nobody has signed it.
    pub(crate) fn message(&self) -> Result<proto::Charter, FormatError> {
        decode(Charter::MESSAGE, &self.envelope.body, Charter::SIZE_MAX)
    }

    /// SHA-256 of its body.
    pub(crate) fn hash(&self) -> Hash {
        Hash::of(&self.envelope.body)
    }

    /// Who has signed it.
    pub(crate) fn signers(&self) -> BTreeSet<KeyId> {
        let ids = self
            .envelope
            .signatures
            .iter()
            .map(|s| Hash::from_slice(&s.key_id));
        ids.filter_map(|id| id.ok().map(KeyId)).collect()
    }

    fn sign(&mut self, signer: &dyn Signer) -> Result<(), CharterFileError> {
        let signed = if self.envelope.signatures.is_empty() {
            Signed::<Charter>::sign(&self.message()?, &[signer])?
        } else {
            let mut signed = Signed::<Charter>::from_envelope(self.envelope.clone())?;
            signed.add_signature(signer)?;
            signed
        };
        self.envelope = signed.envelope().clone();
        Ok(())
    }

    // Both were verified when they were read.
    fn merge(&mut self, other: Pending) {
        for signature in other.envelope.signatures {
            let held = &mut self.envelope.signatures;
            if held.iter().all(|s| s.key_id != signature.key_id) {
                held.push(signature);
            }
        }
        self.envelope.signatures.sort_by(|a, b| a.key_id.cmp(&b.key_id));
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
    pub(crate) fn lacking(&self) -> usize {
        self.needed.saturating_sub(self.signed.len())
    }
}

fn split(bytes: &[u8]) -> Result<Vec<proto::Envelope>, CharterFileError> {
    let mut rest = bytes;
    let mut envelopes = Vec::new();
    while !rest.is_empty() {
        let length = prost::decode_length_delimiter(&mut rest).map_err(|_| CharterFileError::Cut)?;
        let (envelope, tail) = rest.split_at_checked(length).ok_or(CharterFileError::Cut)?;
        envelopes.push(decode::<proto::Envelope>("Envelope", envelope, CHAIN_SIZE_MAX)?);
        rest = tail;
    }
    let written = envelopes.iter().flat_map(Message::encode_length_delimited_to_vec);
    // One encoding only, so that nothing in the file goes unread.
    if written.eq(bytes.iter().copied()) {
        Ok(envelopes)
    } else {
        Err(CharterFileError::Cut)
    }
}
