//! One secret key with its name.

use std::fmt;

use liaison_protocol::key::{Algorithm, PublicKey, Signer};
use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use crate::error::KeyFileError;
use crate::public::PublicHalf;
use crate::signers::{Ed25519Signer, P256Signer};

/// A named secret key of 32 bytes: the seed of an Ed25519 key (RFC 8032) or the scalar of a P-256 key,
/// big-endian. It is overwritten in memory when it is dropped.
#[derive(Clone)]
pub struct SecretKey {
    name: String,
    key: Key,
}

#[derive(Clone)]
enum Key {
    Ed25519(Ed25519Signer),
    P256(P256Signer),
}

impl SecretKey {
    /// Makes a new key from the system's random numbers. `name` is a role, such as `log`, or what its holder is
    /// called by: 1 to 64 of `A-Z a-z 0-9 . - _`.
    pub fn generate(name: &str, algorithm: Algorithm) -> Result<SecretKey, KeyFileError> {
        check_name(name)?;
        loop {
            let mut secret = Zeroizing::new([0; 32]);
            SysRng
                .try_fill_bytes(&mut *secret)
                .map_err(|error| KeyFileError::Random(error.to_string()))?;
            // One in 2³² draws is no scalar of P-256.
            if let Some(key) = SecretKey::from_bytes(name, algorithm, &secret) {
                return Ok(key);
            }
        }
    }

    /// A key from its secret bytes; none if these are no secret of the algorithm, or `name` is none of a key.
    pub fn from_bytes(name: &str, algorithm: Algorithm, secret: &[u8; 32]) -> Option<SecretKey> {
        check_name(name).ok()?;
        let key = match algorithm {
            Algorithm::Ed25519 => Key::Ed25519(Ed25519Signer::from_bytes(secret)?),
            Algorithm::P256 => Key::P256(P256Signer::from_bytes(secret)?),
        };
        Some(SecretKey {
            name: name.to_owned(),
            key,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its public half, with the name.
    pub fn public_half(&self) -> PublicHalf {
        PublicHalf {
            name: self.name.clone(),
            key: self.public_key().clone(),
        }
    }

    /// Its public key.
    pub fn public_key(&self) -> &PublicKey {
        match &self.key {
            Key::Ed25519(signer) => signer.public_key(),
            Key::P256(signer) => signer.public_key(),
        }
    }

    /// The secret bytes, for a transport that must hold the key itself. Everything else takes the [`Signer`].
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        match &self.key {
            Key::Ed25519(signer) => signer.to_bytes(),
            Key::P256(signer) => signer.to_bytes(),
        }
    }

    /// What signs with the key.
    pub fn into_signer(self) -> Box<dyn Signer> {
        match self.key {
            Key::Ed25519(signer) => Box::new(signer),
            Key::P256(signer) => Box::new(signer),
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({}, {})", self.name, self.public_key().id())
    }
}

/// Refuses what could not stand as one word in a file or in a file's name.
pub(crate) fn check_name(name: &str) -> Result<(), KeyFileError> {
    let first = name
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    let rest = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    if first && rest && name.len() <= 64 {
        Ok(())
    } else {
        Err(KeyFileError::Name(name.to_owned()))
    }
}
