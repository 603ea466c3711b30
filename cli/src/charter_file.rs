//! `network.charter`: the chain of charter versions, and behind it at most one version that still
//! gathers the council's signatures (specification, section 4).

use std::path::Path;

use liaison_protocol::charter::{
    BreakError, CHAIN_SIZE_MAX, Chain, ChainError, Charter, Pending, PendingError, Tally,
};
use liaison_protocol::dsse::{FormatError, Signed, decode};
use liaison_protocol::{Hash, Signer, proto};
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

/// Why bytes are no charter file, or cannot become one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CharterFileError {
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Pending(#[from] PendingError),
    #[error("it is cut short, or no charter at all")]
    Cut,
    #[error("version {0} stands in it twice")]
    Twice(u64),
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
        let pending = Pending::unsigned(version, self.chain.as_ref())?;
        self.pending = Some(self.follows_newest(pending)?);
        Ok(())
    }

    /// The file's bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let chain = self.chain.as_ref().map(Chain::all).unwrap_or_default();
        let mut bytes = Signed::write_chain(chain);
        if let Some(pending) = &self.pending {
            bytes.extend(pending.envelope().encode_length_delimited_to_vec());
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
        let parent = self.newest().map(Signed::value);
        let tallies = self.pending.as_ref().map(|pending| pending.tallies(parent));
        tallies.unwrap_or_default()
    }

    /// Adds a signature to the pending version. True when that puts it in force.
    pub(crate) fn sign(&mut self, signer: &dyn Signer) -> Result<bool, CharterFileError> {
        let parent = self.chain.as_ref().map(|chain| chain.newest().value());
        if let Some(pending) = &mut self.pending {
            pending.sign(signer, parent)?;
        }
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
            (Some(ours), Some(theirs)) if ours.hash() == theirs.hash() => {
                ours.merge(&theirs);
            }
            (Some(_), Some(_)) => return Err(CharterFileError::Other),
            (None, Some(theirs)) => {
                let theirs = Pending::new(theirs.envelope().clone(), self.chain.as_ref())?;
                self.pending = Some(self.follows_newest(theirs)?);
            }
        }
        Ok(self.settle()? || changed)
    }

    fn read(&mut self, envelope: proto::Envelope) -> Result<(), CharterFileError> {
        if envelope.signatures.is_empty() {
            return self.read_pending(envelope);
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
            })) => self.read_pending(envelope),
            other => other.map(drop),
        }
    }

    fn read_pending(&mut self, envelope: proto::Envelope) -> Result<(), CharterFileError> {
        let pending = Pending::new(envelope, self.chain.as_ref())?;
        self.pending = Some(self.follows_newest(pending)?);
        Ok(())
    }

    // What follows an older version could never be in force any more.
    fn follows_newest(&self, pending: Pending) -> Result<Pending, ChainError> {
        let newest = self.newest().map(Signed::hash);
        match pending.charter().previous {
            previous if previous == newest => Ok(pending),
            previous => Err(ChainError::Orphan(previous.unwrap_or_default())),
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
        let parent = self.chain.as_ref().map(|chain| chain.newest().value());
        match self.pending.take_if(|pending| pending.is_complete(parent)) {
            Some(pending) => self.insert(pending.signed()?),
            None => Ok(false),
        }
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
