//! C2SP tlog-cosignature, Ed25519 `cosignature/v1`: a witness's timestamped signature on a checkpoint.

use std::fmt;
use std::str::FromStr;

use crate::key::{PublicKey, SignatureError, Signer};
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::{Note, NoteError, NoteSignature, SignatureType, check_name, key_hash};

/// The latest time that a cosignature can carry, in seconds since 1970: 2^63 − 1.
pub const MAX_TIME: u64 = i64::MAX as u64;

/// A cosignature by itself, away from the checkpoint that it signs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cosignature {
    /// The name of the cosigner.
    pub name: String,
    /// The key hash of its key.
    pub key_hash: [u8; 4],
    /// When it was made, in seconds since 1970.
    pub time: u64,
    /// The Ed25519 signature over [`message`].
    pub signature: [u8; 64],
}

/// Why a cosignature is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// Not 8 bytes of time and 64 bytes of signature.
    #[error("a cosignature has 72 bytes after its key hash, not {0}")]
    Length(usize),
    /// Later than [`MAX_TIME`].
    #[error("the time {0} of the cosignature is above 2^63 - 1")]
    Time(u64),
    /// The checkpoint has no cosignature of the key.
    #[error("the checkpoint has no cosignature of ‘{0}’ by the key that was given")]
    Missing(String),
    /// The name or key hash is another key's.
    #[error("the cosignature of ‘{0}’ is by another key than the one that was given")]
    OtherKey(String),
    /// The checkpoint has a bad cosignature in the name of the key.
    #[error("the cosignature of ‘{name}’ is bad: {error}")]
    Signature {
        /// The name of the cosigner.
        name: String,
        /// What is wrong with it.
        error: SignatureError,
    },
    /// The signature line, name or key is refused, or the signer did not sign.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// What a cosigner signs: two lines with `cosignature/v1` and the time, then the text of the checkpoint.
pub fn message(time: u64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

/// Cosigns a checkpoint under this name at `time` (seconds since 1970).
pub fn cosign(
    checkpoint: &Checkpoint,
    name: &str,
    time: u64,
    signer: &dyn Signer,
) -> Result<NoteSignature, CosignatureError> {
    check_name(name)?;
    check_time(time)?;
    let key_hash = key_hash(name, SignatureType::Cosignature, signer.public_key())?;
    let signed = signer
        .sign(&message(time, &checkpoint.text()))
        .map_err(NoteError::from)?;
    let signature = signed
        .as_slice()
        .try_into()
        .map_err(|_| CosignatureError::Length(8 + signed.len()))?;
    Ok(Cosignature {
        name: name.to_owned(),
        key_hash,
        time,
        signature,
    }
    .to_note_signature())
}

/// Checks that the key with this name cosigned the checkpoint in `note`, and gives the time. Signatures of
/// other keys are ignored, but a bad one in the name of this key spoils the note. Of several good ones the
/// earliest time counts.
pub fn verify(note: &Note, name: &str, key: &PublicKey) -> Result<u64, CosignatureError> {
    let hash = key_hash(name, SignatureType::Cosignature, key)?;
    let mut earliest = None;
    for line in note.signatures_of(name, hash) {
        let time = Cosignature::from_note_signature(line)?.verify(&note.text, key)?;
        earliest = Some(earliest.map_or(time, |earlier: u64| earlier.min(time)));
    }
    earliest.ok_or_else(|| CosignatureError::Missing(name.to_owned()))
}

impl Cosignature {
    /// Reads the cosignature in a signature line.
    pub fn from_note_signature(line: &NoteSignature) -> Result<Cosignature, CosignatureError> {
        let wrong_length = || CosignatureError::Length(line.signature.len());
        let (time, signature) = line.signature.split_first_chunk::<8>().ok_or_else(wrong_length)?;
        let time = u64::from_be_bytes(*time);
        let signature = signature.try_into().map_err(|_| wrong_length())?;
        check_time(time)?;
        Ok(Cosignature {
            name: line.name.clone(),
            key_hash: line.key_hash,
            time,
            signature,
        })
    }

    /// The signature line to put into a checkpoint.
    pub fn to_note_signature(&self) -> NoteSignature {
        let signature = [&self.time.to_be_bytes(), self.signature.as_slice()].concat();
        NoteSignature {
            name: self.name.clone(),
            key_hash: self.key_hash,
            signature,
        }
    }

    /// Checks that it is this key's cosignature on the checkpoint with this text.
    pub fn verify(&self, text: &str, key: &PublicKey) -> Result<u64, CosignatureError> {
        if key_hash(&self.name, SignatureType::Cosignature, key)? != self.key_hash {
            return Err(CosignatureError::OtherKey(self.name.clone()));
        }
        key.verify(&message(self.time, text), &self.signature)
            .map_err(|error| CosignatureError::Signature {
                name: self.name.clone(),
                error,
            })?;
        Ok(self.time)
    }
}

impl fmt::Display for Cosignature {
    /// The signature line without its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_note_signature().fmt(f)
    }
}

impl FromStr for Cosignature {
    type Err = CosignatureError;

    /// Reads one signature line without its newline.
    fn from_str(line: &str) -> Result<Cosignature, CosignatureError> {
        Cosignature::from_note_signature(&line.parse()?)
    }
}

fn check_time(time: u64) -> Result<(), CosignatureError> {
    if time <= MAX_TIME {
        Ok(())
    } else {
        Err(CosignatureError::Time(time))
    }
}
