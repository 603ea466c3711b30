//! Keys that follow from their names.

use ed25519_dalek::Signer as _;
use liaison_protocol::key::{PublicKey, Signer, SignerError};
use liaison_protocol::{Hash, KeyId};

/// A key pair: Ed25519, or P-256 for administrators with a smart card.
#[derive(Clone)]
pub(crate) struct Key {
    secret: Secret,
    public: PublicKey,
}

#[derive(Clone)]
enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
}

/// The curve of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    Ed25519,
    P256,
}

impl Key {
    /// The Ed25519 key of this name: its seed is SHA-256 of "liaison sample key " and the name.
    pub(crate) fn new(name: &str) -> Key {
        Key::on(Curve::Ed25519, name)
    }

    /// The key of this name on a curve.
    pub(crate) fn on(curve: Curve, name: &str) -> Key {
        let seed = Hash::of_parts(&[b"liaison sample key ", name.as_bytes()]).0;
        let (secret, public) = match curve {
            Curve::Ed25519 => {
                let key = ed25519_dalek::SigningKey::from_bytes(&seed);
                let public = [&[1], key.verifying_key().as_bytes().as_slice()].concat();
                (Secret::Ed25519(Box::new(key)), public)
            }
            Curve::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(&seed).unwrap();
                let point = key.verifying_key().to_sec1_point(false);
                let public = [&[2], point.as_bytes()].concat();
                (Secret::P256(Box::new(key)), public)
            }
        };
        let public = PublicKey::from_bytes(&public).unwrap();
        Key { secret, public }
    }

    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn id(&self) -> KeyId {
        self.public.id()
    }
}

impl Signer for Key {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(match &self.secret {
            Secret::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().to_vec()
            }
        })
    }
}
