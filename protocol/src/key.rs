//! Public keys, the one rule for signatures, and the `Signer` trait (specification, section 3).
//!
//! A key that is not canonical, not in the prime-order subgroup or of small order cannot be held: every
//! [`PublicKey`] was checked when it was made. Signatures are judged by one rule, [`PublicKey::verify`].

pub mod memo;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash as StdHash, Hasher};
use std::str::FromStr;

use curve25519_dalek::edwards::CompressedEdwardsY;
use p256::ecdsa::signature::Verifier as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::hash::{Hash, HashError};

/// The signature algorithms, by the byte that stands before a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Ed25519 of RFC 8032: keys of 32 bytes, signatures of 64.
    Ed25519 = 1,
    /// ECDSA on P-256 with SHA-256: keys of 65 bytes (SEC1 uncompressed), signatures r‖s of 64, low s.
    P256 = 2,
}

/// A public key, checked when it was made.
///
/// Its bytes are the algorithm's byte and the key; its text is their lower-case hex digits.
#[derive(Clone)]
pub struct PublicKey {
    encoded: Box<[u8]>,
    verifier: Verifier,
}

#[derive(Clone)]
enum Verifier {
    Ed25519(ed25519_dalek::VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
}

/// The identifier of a key: SHA-256 over the algorithm's byte and the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub Hash);

/// Why bytes or text are not a public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No byte at all.
    #[error("a public key cannot be empty")]
    Empty,
    /// The first byte names no algorithm.
    #[error("a public key begins with 1 (Ed25519) or 2 (P-256), not with {0}")]
    Algorithm(u8),
    /// The key has the wrong number of bytes for its algorithm.
    #[error("a key of {algorithm:?} has {expected} bytes after the first one, not {found}")]
    Length {
        /// The algorithm that the first byte names.
        algorithm: Algorithm,
        /// Bytes that its keys have.
        expected: usize,
        /// Bytes that were given.
        found: usize,
    },
    /// The bytes are no point of the curve.
    #[error("the public key is no point of its curve")]
    NotOnCurve,
    /// The bytes are a second way to write a point.
    #[error("the public key is not in its canonical encoding")]
    NotCanonical,
    /// The point has an order of at most 8: it would accept a signature over any message.
    #[error("the public key is of small order; nobody can have made it honestly")]
    SmallOrder,
    /// The point has a part outside the prime-order subgroup, on which verifiers disagree.
    #[error("the public key has a torsion part; nobody can have made it honestly")]
    MixedOrder,
    /// The text is not made of pairs of hex digits.
    #[error("a public key is written in pairs of hex digits")]
    Hex,
}

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// All signatures have 64 bytes; this many were given.
    #[error("a signature has 64 bytes, not {0}")]
    Length(usize),
    /// An ECDSA signature with s in the upper half: it has a twin, and signers must write the lower one.
    #[error("the ECDSA signature has a high s; its signer must write the low one")]
    HighS,
    /// The signature is not one of this key over this message.
    #[error("the signature is not one of this key over this message")]
    Invalid,
}

/// Something that holds a private key and signs with it: a key in memory, a guard, a token.
pub trait Signer: Send + Sync {
    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// A signature over `message` that [`PublicKey::verify`] of the public half accepts.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError>;
}

/// Why a signer did not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The token with the key is not there.
    #[error("the token ‘{0}’ is not there; insert it and try again")]
    MissingToken(String),
    /// The token refused the PIN.
    #[error("the token refused the PIN; look how many tries it leaves before trying again")]
    WrongPin,
    /// The token or the key cannot make the signature that is needed.
    #[error("the key cannot sign with {0}")]
    UnsupportedMechanism(String),
    /// A guard or a person said no.
    #[error("signing was refused: {0}")]
    Refused(String),
    /// Anything else.
    #[error("signing failed: {0}")]
    Other(String),
}

impl PublicKey {
    /// Reads and checks a key: the algorithm's byte, then 32 bytes (Ed25519, RFC 8032) or 65 bytes
    /// (P-256, SEC1 uncompressed).
    pub fn from_bytes(bytes: &[u8]) -> Result<PublicKey, KeyError> {
        match memo::kept() {
            Some(memo) => memo.key(bytes, || PublicKey::check(bytes)),
            None => PublicKey::check(bytes),
        }
    }

    fn check(bytes: &[u8]) -> Result<PublicKey, KeyError> {
        let (first, key) = bytes.split_first().ok_or(KeyError::Empty)?;
        let verifier = match *first {
            1 => Verifier::Ed25519(check_ed25519(key)?),
            2 => Verifier::P256(check_p256(key)?),
            other => return Err(KeyError::Algorithm(other)),
        };
        Ok(PublicKey {
            encoded: bytes.into(),
            verifier,
        })
    }

    /// The algorithm's byte and the key.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encoded.to_vec()
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match self.verifier {
            Verifier::Ed25519(_) => Algorithm::Ed25519,
            Verifier::P256(_) => Algorithm::P256,
        }
    }

    /// The identifier by which signatures and mandates name the key.
    pub fn id(&self) -> KeyId {
        KeyId(Hash::of(&self.encoded))
    }

    /// The 32 bytes of an Ed25519 key, as RFC 8032 writes them.
    pub fn ed25519(&self) -> Option<&[u8; 32]> {
        match &self.verifier {
            Verifier::Ed25519(key) => Some(key.as_bytes()),
            Verifier::P256(_) => None,
        }
    }

    /// Judges a signature of 64 bytes over `message`.
    ///
    /// Ed25519: RFC 8032 without the cofactor; S below the group order; R byte-equal to the recomputed one
    /// and not of small order. P-256: ECDSA over SHA-256, r‖s, s in the lower half.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let bytes: &[u8; 64] = signature
            .try_into()
            .map_err(|_| SignatureError::Length(signature.len()))?;
        match memo::kept() {
            Some(memo) => memo.signature(self, message, bytes, || self.judge(message, bytes)),
            None => self.judge(message, bytes),
        }
    }

    fn judge(&self, message: &[u8], bytes: &[u8; 64]) -> Result<(), SignatureError> {
        match &self.verifier {
            Verifier::Ed25519(key) => {
                // The lax and the batch functions of the library accept other signatures than this one does.
                let signature = ed25519_dalek::Signature::from_bytes(bytes);
                key.verify_strict(message, &signature)
                    .map_err(|_| SignatureError::Invalid)
            }
            Verifier::P256(key) => {
                let signature =
                    p256::ecdsa::Signature::from_slice(bytes).map_err(|_| SignatureError::Invalid)?;
                if signature.normalize_s() != signature {
                    return Err(SignatureError::HighS);
                }
                key.verify(message, &signature)
                    .map_err(|_| SignatureError::Invalid)
            }
        }
    }
}

fn check_ed25519(key: &[u8]) -> Result<ed25519_dalek::VerifyingKey, KeyError> {
    let bytes: &[u8; 32] = key.try_into().map_err(|_| KeyError::Length {
        algorithm: Algorithm::Ed25519,
        expected: 32,
        found: key.len(),
    })?;
    let point = CompressedEdwardsY(*bytes)
        .decompress()
        .ok_or(KeyError::NotOnCurve)?;
    if point.compress().as_bytes() != bytes {
        return Err(KeyError::NotCanonical);
    }
    if point.is_small_order() {
        return Err(KeyError::SmallOrder);
    }
    if !point.is_torsion_free() {
        return Err(KeyError::MixedOrder);
    }
    ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotOnCurve)
}

fn check_p256(key: &[u8]) -> Result<p256::ecdsa::VerifyingKey, KeyError> {
    if key.len() != 65 {
        return Err(KeyError::Length {
            algorithm: Algorithm::P256,
            expected: 65,
            found: key.len(),
        });
    }
    // SEC1 has further forms (compressed, hybrid); one key must have one identifier.
    if key[0] != 4 {
        return Err(KeyError::NotCanonical);
    }
    p256::ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(|_| KeyError::NotOnCurve)
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &PublicKey) -> bool {
        self.encoded == other.encoded
    }
}

impl Eq for PublicKey {}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &PublicKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &PublicKey) -> Ordering {
        self.encoded.cmp(&other.encoded)
    }
}

impl StdHash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.encoded.hash(state);
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.encoded.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    /// Reads the hex digits of [`PublicKey::to_bytes`], in either case.
    fn from_str(text: &str) -> Result<PublicKey, KeyError> {
        let digits: Vec<u8> = text
            .chars()
            .map(|c| c.to_digit(16).map(|digit| digit as u8))
            .collect::<Option<_>>()
            .ok_or(KeyError::Hex)?;
        let pairs = digits.chunks_exact(2);
        if !pairs.remainder().is_empty() {
            return Err(KeyError::Hex);
        }
        let bytes: Vec<u8> = pairs.map(|pair| pair[0] << 4 | pair[1]).collect();
        PublicKey::from_bytes(&bytes)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PublicKey, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for KeyId {
    type Err = HashError;

    fn from_str(text: &str) -> Result<KeyId, HashError> {
        text.parse().map(KeyId)
    }
}

#[cfg(test)]
mod tests;
