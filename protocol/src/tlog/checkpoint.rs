//! C2SP tlog-checkpoint: the signed tree head of a log.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;
use crate::key::{PublicKey, Signer};
use crate::origin::{NameError, Origin, Position};
use crate::tlog::note::{Note, NoteError, SignatureType, key_hash, sign_note};
use crate::tlog::text::{decimal, decode_hash, encode_base64, has_control};
use crate::tlog::tree::empty_root;

/// A tree head: what the text of a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checkpoint {
    /// The first line: which log.
    pub origin: String,
    /// The second line: the number of leaves.
    pub size: u64,
    /// The third line: the RFC 6962 root over them.
    pub root: Hash,
    /// Further lines. Liaison's logs have none and refuse them, see [`Checkpoint::position`].
    pub extensions: Vec<String>,
}

/// A checkpoint as its signatures carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What the text says.
    pub checkpoint: Checkpoint,
    /// The text and its signatures, the log's and the cosignatures.
    pub note: Note,
}

/// A checkpoint whose log signature was verified or just made, with the key of it and no other signature: whoever
/// passes a note on can add lines that nobody verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSigned {
    checkpoint: SignedCheckpoint,
    key: PublicKey,
}

impl LogSigned {
    /// Checks that the log signed with this key under its origin's name.
    pub fn verify(mut checkpoint: SignedCheckpoint, key: &PublicKey) -> Result<LogSigned, CheckpointError> {
        checkpoint.verify_log(key)?;
        let name = checkpoint.checkpoint.origin.as_str();
        let hash = key_hash(name, SignatureType::Ed25519, key)?;
        let signatures = &mut checkpoint.note.signatures;
        signatures.retain(|line| line.name == name && line.key_hash == hash);
        signatures.truncate(1);
        Ok(LogSigned {
            checkpoint,
            key: key.clone(),
        })
    }

    /// Signs a checkpoint with the log's key, as [`SignedCheckpoint::sign`].
    pub fn sign(checkpoint: Checkpoint, signer: &dyn Signer) -> Result<LogSigned, CheckpointError> {
        Ok(LogSigned {
            checkpoint: SignedCheckpoint::sign(checkpoint, signer)?,
            key: signer.public_key().clone(),
        })
    }

    /// The signed checkpoint.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// The key by which the log signed it.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// A line is missing, empty, without its newline, or holds a control character.
    #[error("a checkpoint is at least three lines of text, none empty, each with its newline")]
    Form,
    /// The second line is not a number as the standard writes it.
    #[error("the second line of a checkpoint is its size, a decimal below 2^64 without leading zeros")]
    Size,
    /// The third line is not a digest in base64.
    #[error("the third line of a checkpoint is its root, 32 bytes in base64")]
    Root,
    /// It has lines after the third.
    #[error("checkpoints of this network have no extension lines")]
    Extensions,
    /// The fields were changed after the note was read or signed.
    #[error("the checkpoint is not what its signed text says")]
    Altered,
    /// An empty tree has only one root.
    #[error("the checkpoint gives an empty tree a root that is not the empty one")]
    EmptyRoot,
    /// The origin is not one of this network's logs.
    #[error("the first line of the checkpoint: {0}")]
    Origin(#[from] NameError),
    /// The note around it is refused.
    #[error("the checkpoint's note: {0}")]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// The text that is signed, with its last newline. Reading it back gives the same checkpoint.
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// The position in a log of this network: the origin is one of its origins, there are no extension
    /// lines, and size 0 has the root of the empty tree.
    pub fn position(&self) -> Result<Position, CheckpointError> {
        if !self.extensions.is_empty() {
            return Err(CheckpointError::Extensions);
        }
        if self.size == 0 && self.root != empty_root() {
            return Err(CheckpointError::EmptyRoot);
        }
        let origin: Origin = self.origin.parse()?;
        Ok(Position {
            origin,
            size: self.size,
            root: self.root,
        })
    }
}

impl From<Position> for Checkpoint {
    fn from(position: Position) -> Checkpoint {
        Checkpoint {
            origin: position.origin.into(),
            size: position.size,
            root: position.root,
            extensions: Vec::new(),
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = encode_base64(self.root.as_bytes());
        writeln!(f, "{}\n{}\n{root}", self.origin, self.size)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// Reads the text of a checkpoint, with its last newline.
    fn from_str(text: &str) -> Result<Checkpoint, CheckpointError> {
        if has_control(text) {
            return Err(CheckpointError::Form);
        }
        let lines = text.strip_suffix('\n').ok_or(CheckpointError::Form)?;
        let lines: Vec<&str> = lines.split('\n').collect();
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(CheckpointError::Form);
        };
        if lines.iter().any(|line| line.is_empty()) {
            return Err(CheckpointError::Form);
        }
        Ok(Checkpoint {
            origin: (*origin).to_owned(),
            size: decimal(size).ok_or(CheckpointError::Size)?,
            root: decode_hash(root).ok_or(CheckpointError::Root)?,
            extensions: extensions.iter().map(|line| (*line).to_owned()).collect(),
        })
    }
}

impl SignedCheckpoint {
    /// Reads a signed checkpoint. No signature is verified.
    pub fn parse(bytes: &[u8]) -> Result<SignedCheckpoint, CheckpointError> {
        let note = Note::parse(bytes)?;
        Ok(SignedCheckpoint {
            checkpoint: note.text.parse()?,
            note,
        })
    }

    /// Signs a checkpoint with the log's key; the origin names the key.
    pub fn sign(checkpoint: Checkpoint, signer: &dyn Signer) -> Result<SignedCheckpoint, CheckpointError> {
        let mut note = Note::new(checkpoint.text())?;
        // Fields can be set freely: what is signed must read back as the same.
        if note.text.parse::<Checkpoint>()? != checkpoint {
            return Err(CheckpointError::Form);
        }
        note.signatures
            .push(sign_note(&note.text, &checkpoint.origin, signer)?);
        Ok(SignedCheckpoint { checkpoint, note })
    }

    /// The bytes of the note: what [`SignedCheckpoint::parse`] read, byte for byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.note.to_bytes()
    }

    /// Checks that the log signed with this key under its origin's name.
    pub fn verify_log(&self, key: &PublicKey) -> Result<(), CheckpointError> {
        self.check_text()?;
        Ok(self.note.verify(&self.checkpoint.origin, key)?)
    }
    // Signatures are over the text; whoever trusts the fields because of them must have the same.
    pub(super) fn check_text(&self) -> Result<(), CheckpointError> {
        if self.note.text == self.checkpoint.text() {
            Ok(())
        } else {
            Err(CheckpointError::Altered)
        }
    }
}
