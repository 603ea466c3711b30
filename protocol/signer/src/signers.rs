//! Signers that hold their key in memory.

use std::fmt;

use ed25519_dalek::Signer as _;
use liaison_protocol::key::{Algorithm, PublicKey, Signer, SignerError};
use p256::ecdsa;
use zeroize::Zeroizing;

/// Signs with an Ed25519 key (RFC 8032).
#[derive(Clone)]
pub struct Ed25519Signer {
    key: ed25519_dalek::SigningKey,
    public: PublicKey,
}

/// Signs with an ECDSA key on P-256 with SHA-256: r‖s, the nonce by RFC 6979, s in the lower half.
#[derive(Clone)]
pub struct P256Signer {
    key: ecdsa::SigningKey,
    public: PublicKey,
}

impl Ed25519Signer {
    /// The signer of the key with this seed.
    pub fn from_bytes(seed: &[u8; 32]) -> Option<Ed25519Signer> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = public_key(Algorithm::Ed25519, key.verifying_key().as_bytes())?;
        Some(Ed25519Signer { key, public })
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes())
    }
}

impl P256Signer {
    /// The signer of the key with this scalar, big-endian; none if it is zero or not below the group order.
    pub fn from_bytes(scalar: &[u8; 32]) -> Option<P256Signer> {
        let key = ecdsa::SigningKey::from_slice(scalar).ok()?;
        let point = key.verifying_key().to_sec1_point(false);
        let public = public_key(Algorithm::P256, point.as_bytes())?;
        Some(P256Signer { key, public })
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes().into())
    }
}

impl Signer for Ed25519Signer {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature = self
            .key
            .try_sign(message)
            .map_err(|error| SignerError::Other(error.to_string()))?;
        Ok(signature.to_bytes().to_vec())
    }
}

impl Signer for P256Signer {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature: ecdsa::Signature = self
            .key
            .try_sign(message)
            .map_err(|error| SignerError::Other(error.to_string()))?;
        // Half of all signatures come with a high s, which verifiers refuse: each has a twin.
        Ok(signature.normalize_s().to_bytes().to_vec())
    }
}

impl fmt::Debug for Ed25519Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519Signer({})", self.public.id())
    }
}

impl fmt::Debug for P256Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P256Signer({})", self.public.id())
    }
}

fn public_key(algorithm: Algorithm, key: &[u8]) -> Option<PublicKey> {
    PublicKey::from_bytes(&[&[algorithm as u8], key].concat()).ok()
}
