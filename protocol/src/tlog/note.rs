//! C2SP signed-note: a text and the lines that sign it, and the keys that verify them.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;
use crate::key::{Algorithm, KeyError, PublicKey, SignatureError, Signer, SignerError};
use crate::tlog::text::{decode_base64, encode_base64, has_control};

/// The largest note, in bytes: room for sixteen signatures of every assigned type, as the standard asks.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;
/// The most signatures in a note.
pub const MAX_NOTE_SIGNATURES: usize = 128;

/// What stands before the name in a signature line.
const SIGNATURE_PREFIX: &str = "— ";

/// A text and its signatures, none of them verified by reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text that is signed, with its last newline.
    pub text: String,
    /// The signature lines, in their order.
    pub signatures: Vec<NoteSignature>,
}

/// One signature line: `— <name> base64(key hash ‖ signature)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The key hash, which the standard calls key ID: what [`key_hash`] gives for our types.
    pub key_hash: [u8; 4],
    /// What follows the key hash; at least one byte.
    pub signature: Vec<u8>,
}

/// The types of signatures that are verified here, by the byte that identifies them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureType {
    /// Ed25519 over the text.
    Ed25519 = 0x01,
    /// Timestamped Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature).
    Cosignature = 0x04,
}

/// A verifier key: `<name>+<key hash in hex>+base64(type ‖ key)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifierKey {
    name: String,
    kind: SignatureType,
    key: PublicKey,
    key_hash: [u8; 4],
}

/// Why a note, a signature line or a verifier key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Larger than [`MAX_NOTE_BYTES`].
    #[error("a note has at most 131072 bytes, not {0}")]
    Size(usize),
    /// More than [`MAX_NOTE_SIGNATURES`].
    #[error("a note has at most 128 signatures")]
    Signatures,
    /// Not UTF-8, or with a control character other than the newline.
    #[error("a note is UTF-8 text without control characters")]
    Characters,
    /// There is no empty line with signatures after it.
    #[error("a note is a text that ends in a newline, an empty line, then signature lines")]
    Form,
    /// A signature line, counted from 1, is malformed.
    #[error("line {0} of the signatures is not ‘— <name> <base64>’")]
    Line(usize),
    /// The name of a key is empty or has a space, a plus sign or a control character.
    #[error("{0:?} cannot name a key: spaces, plus signs and control characters are not allowed")]
    Name(String),
    /// The text is not a verifier key.
    #[error("a verifier key is written <name>+<8 hex digits>+<base64>")]
    VerifierKey,
    /// The key hash in a verifier key is not that of its name, type and key.
    #[error("the key hash in the verifier key of ‘{0}’ does not belong to its name and key")]
    KeyHash(String),
    /// The type of signature is not one that is verified here.
    #[error("signatures of type {0} are not supported; 1 and 4 are")]
    Type(u8),
    /// The key is not one that a note can be signed with.
    #[error("notes are signed with Ed25519 keys")]
    Algorithm,
    /// The key in a verifier key is bad.
    #[error("the verifier key of ‘{name}’ holds a bad key: {error}")]
    Key {
        /// The name of the key.
        name: String,
        /// What is wrong with it.
        error: KeyError,
    },
    /// The note has no signature of the key.
    #[error("the note has no signature of ‘{0}’ by the key that was given")]
    Missing(String),
    /// The note has a bad signature in the name of the key.
    #[error("the signature of ‘{name}’ on the note is bad: {error}")]
    Signature {
        /// The name of the key.
        name: String,
        /// What is wrong with it.
        error: SignatureError,
    },
    /// The signer did not sign.
    #[error("the note could not be signed: {0}")]
    Signer(#[from] SignerError),
}

impl Note {
    /// A note without signatures; the text must end in a newline and have no other control character.
    pub fn new(text: String) -> Result<Note, NoteError> {
        if has_control(&text) {
            return Err(NoteError::Characters);
        }
        if !text.ends_with('\n') {
            return Err(NoteError::Form);
        }
        Ok(Note {
            text,
            signatures: Vec::new(),
        })
    }

    /// Reads a note with at least one signature. Nothing is verified.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::Size(bytes.len()));
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::Characters)?;
        if has_control(note) {
            return Err(NoteError::Characters);
        }
        let (text, _) = note.rsplit_once("\n\n").ok_or(NoteError::Form)?;
        let (text, lines) = note.split_at(text.len() + 1);
        let lines = lines
            .strip_prefix('\n')
            .and_then(|lines| lines.strip_suffix('\n'));
        let lines = lines.ok_or(NoteError::Form)?;
        let mut signatures = Vec::new();
        for (position, line) in lines.split('\n').enumerate() {
            if position == MAX_NOTE_SIGNATURES {
                return Err(NoteError::Signatures);
            }
            signatures.push(parse_line(line).ok_or(NoteError::Line(position + 1))?);
        }
        Ok(Note {
            text: text.to_owned(),
            signatures,
        })
    }

    /// The bytes of the note: what [`Note::parse`] read, byte for byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    /// The signatures by the key with this name and key hash. A note may repeat one.
    pub fn signatures_of(&self, name: &str, key_hash: [u8; 4]) -> impl Iterator<Item = &NoteSignature> {
        self.signatures
            .iter()
            .filter(move |line| line.name == name && line.key_hash == key_hash)
    }

    /// Checks that the key with this name signed the text (type 1). Signatures of other keys are ignored,
    /// but a bad one in the name of this key spoils the note, even beside a good one.
    pub fn verify(&self, name: &str, key: &PublicKey) -> Result<(), NoteError> {
        let hash = key_hash(name, SignatureType::Ed25519, key)?;
        let mut found = false;
        for line in self.signatures_of(name, hash) {
            key.verify(self.text.as_bytes(), &line.signature)
                .map_err(|error| NoteError::Signature {
                    name: name.to_owned(),
                    error,
                })?;
            found = true;
        }
        if found {
            Ok(())
        } else {
            Err(NoteError::Missing(name.to_owned()))
        }
    }
}

/// Signs a text with the signer's key under this name (type 1). The text must be what [`Note::new`] takes.
pub fn sign_note(text: &str, name: &str, signer: &dyn Signer) -> Result<NoteSignature, NoteError> {
    check_name(name)?;
    Note::new(text.to_owned())?;
    let key_hash = key_hash(name, SignatureType::Ed25519, signer.public_key())?;
    let signature = signer.sign(text.as_bytes())?;
    Ok(NoteSignature {
        name: name.to_owned(),
        key_hash,
        signature,
    })
}

/// The first four bytes of SHA-256(name ‖ newline ‖ type ‖ 32 bytes of the Ed25519 key).
pub fn key_hash(name: &str, kind: SignatureType, key: &PublicKey) -> Result<[u8; 4], NoteError> {
    let key = key.ed25519().ok_or(NoteError::Algorithm)?;
    let digest = Hash::of_parts(&[name.as_bytes(), b"\n", &[kind as u8], key]);
    let [a, b, c, d, ..] = digest.0;
    Ok([a, b, c, d])
}

/// Checks the name of a key: not empty, without Unicode spaces, plus signs and control characters.
pub fn check_name(name: &str) -> Result<(), NoteError> {
    let bad = |c: char| c.is_whitespace() || c == '+' || (c as u32) < 0x20;
    if name.is_empty() || name.contains(bad) {
        return Err(NoteError::Name(name.to_owned()));
    }
    Ok(())
}

fn parse_line(line: &str) -> Option<NoteSignature> {
    let (name, encoded) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
    check_name(name).ok()?;
    let bytes = decode_base64(encoded)?;
    let (key_hash, signature) = bytes.split_first_chunk::<4>()?;
    if signature.is_empty() {
        return None;
    }
    Some(NoteSignature {
        name: name.to_owned(),
        key_hash: *key_hash,
        signature: signature.to_vec(),
    })
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl fmt::Display for NoteSignature {
    /// The line without its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key_hash, self.signature.as_slice()].concat();
        write!(f, "{SIGNATURE_PREFIX}{} {}", self.name, encode_base64(&bytes))
    }
}

impl FromStr for NoteSignature {
    type Err = NoteError;

    /// Reads one line without its newline.
    fn from_str(line: &str) -> Result<NoteSignature, NoteError> {
        if line.len() > MAX_NOTE_BYTES {
            return Err(NoteError::Size(line.len()));
        }
        parse_line(line).ok_or(NoteError::Line(1))
    }
}

impl VerifierKey {
    /// The verifier key of a name, a type and an Ed25519 key.
    pub fn new(name: &str, kind: SignatureType, key: PublicKey) -> Result<VerifierKey, NoteError> {
        check_name(name)?;
        let key_hash = key_hash(name, kind, &key)?;
        Ok(VerifierKey {
            name: name.to_owned(),
            kind,
            key,
            key_hash,
        })
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of signatures that it verifies.
    pub fn kind(&self) -> SignatureType {
        self.kind
    }

    /// The key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The key hash.
    pub fn key_hash(&self) -> [u8; 4] {
        self.key_hash
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.ed25519().map_or(&[] as &[u8], |key| key);
        let encoded = encode_base64(&[&[self.kind as u8], key].concat());
        write!(
            f,
            "{}+{:08x}+{encoded}",
            self.name,
            u32::from_be_bytes(self.key_hash)
        )
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<VerifierKey, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::VerifierKey);
        };
        let bytes = decode_base64(encoded).ok_or(NoteError::VerifierKey)?;
        let (kind, key) = bytes.split_first().ok_or(NoteError::VerifierKey)?;
        let kind = match *kind {
            0x01 => SignatureType::Ed25519,
            0x04 => SignatureType::Cosignature,
            other => return Err(NoteError::Type(other)),
        };
        let key = PublicKey::from_bytes(&[&[Algorithm::Ed25519 as u8], key].concat()).map_err(|error| {
            NoteError::Key {
                name: name.to_owned(),
                error,
            }
        })?;
        let verifier = VerifierKey::new(name, kind, key)?;
        if format!("{:08x}", u32::from_be_bytes(verifier.key_hash)) != hash {
            return Err(NoteError::KeyHash(name.to_owned()));
        }
        Ok(verifier)
    }
}
