//! C2SP tlog-proof: a file that proves, offline, that an entry stands in a log.

use std::fmt;

use crate::hash::Hash;
use crate::tlog::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::tlog::note::MAX_NOTE_BYTES;
use crate::tlog::proof::{ProofError, verify_inclusion};
use crate::tlog::text::{decimal, decode_base64, decode_hash, encode_base64};

/// The most hashes in a proof: enough for 2^63 leaves.
pub const MAX_PROOF_HASHES: usize = 63;
/// The most extra data, in bytes.
pub const MAX_EXTRA_BYTES: usize = 64 * 1024;
/// The longest file, in bytes: the first line, extra data in base64, index, hashes, checkpoint.
pub const MAX_PROOF_BYTES: usize = MAX_EXTRA_BYTES / 3 * 4 + MAX_PROOF_HASHES * 45 + MAX_NOTE_BYTES + 128;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// An entry's index, its inclusion proof and the checkpoint that the proof leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// What the application added; nothing authenticates it. Never empty.
    pub extra: Option<Vec<u8>>,
    /// The index of the entry.
    pub index: u64,
    /// The inclusion proof, the sibling of the leaf first.
    pub hashes: Vec<Hash>,
    /// The checkpoint with its signatures.
    pub checkpoint: SignedCheckpoint,
}

/// Why a file is no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// The file is longer than [`MAX_PROOF_BYTES`] or not UTF-8.
    #[error("a tlog-proof is UTF-8 text within its limit of size")]
    Text,
    /// The first line is another one.
    #[error("a tlog-proof begins with the line ‘c2sp.org/tlog-proof@v1’")]
    Header,
    /// The extra data are empty, too long or not base64.
    #[error("the ‘extra’ line of a tlog-proof is 1 to 65536 bytes in base64")]
    Extra,
    /// There is no index line, or it is malformed.
    #[error("a tlog-proof has a line ‘index’ with a decimal without leading zeros")]
    Index,
    /// A hash, counted from 1, is malformed, or there are more than [`MAX_PROOF_HASHES`].
    #[error("hash {0} of the tlog-proof is not 32 bytes in base64, or is beyond the limit of 63")]
    Hash(usize),
    /// No empty line follows the hashes.
    #[error("a tlog-proof has an empty line and a checkpoint after its hashes")]
    Form,
    /// The checkpoint is refused.
    #[error("the checkpoint of the tlog-proof: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The hashes do not lead from the leaf to the checkpoint.
    #[error("the inclusion proof of the tlog-proof: {0}")]
    Proof(#[from] ProofError),
}

impl TlogProof {
    /// Reads a proof. Nothing is verified: [`TlogProof::verify_inclusion`] does the hashes,
    /// [`crate::tlog::policy::Policy::satisfied`] the signatures.
    pub fn parse(bytes: &[u8]) -> Result<TlogProof, TlogProofError> {
        if bytes.len() > MAX_PROOF_BYTES {
            return Err(TlogProofError::Text);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| TlogProofError::Text)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(TlogProofError::Form)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(TlogProofError::Header);
        }
        let extra = lines
            .next_if(|line| line.starts_with("extra "))
            .map(parse_extra)
            .transpose()?;
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(decimal).ok_or(TlogProofError::Index)?;
        let mut hashes = Vec::new();
        for (position, line) in lines.enumerate() {
            let hash = decode_hash(line).filter(|_| position < MAX_PROOF_HASHES);
            hashes.push(hash.ok_or(TlogProofError::Hash(position + 1))?);
        }
        let checkpoint = SignedCheckpoint::parse(checkpoint.as_bytes())?;
        Ok(TlogProof {
            extra,
            index,
            hashes,
            checkpoint,
        })
    }

    /// The bytes of the proof: what [`TlogProof::parse`] read, byte for byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    /// Checks that the hashes lead from the leaf with this hash to the root in the checkpoint. Whether the
    /// checkpoint's signatures suffice is another question.
    pub fn verify_inclusion(&self, leaf_hash: &Hash) -> Result<(), TlogProofError> {
        let head = &self.checkpoint.checkpoint;
        Ok(verify_inclusion(
            self.index,
            head.size,
            leaf_hash,
            &self.hashes,
            &head.root,
        )?)
    }
}

fn parse_extra(line: &str) -> Result<Vec<u8>, TlogProofError> {
    let extra = line.strip_prefix("extra ").and_then(decode_base64);
    let within = |extra: &Vec<u8>| (1..=MAX_EXTRA_BYTES).contains(&extra.len());
    extra.filter(within).ok_or(TlogProofError::Extra)
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", encode_base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", encode_base64(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint.note)
    }
}
