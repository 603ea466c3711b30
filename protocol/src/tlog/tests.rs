//! Tests of trees, proofs and the C2SP formats; the known answers of others are in the crate's `tests/`.

mod checkpoints;
mod notes;
mod policies;
mod proofs;
mod tiles;
mod trees;

use ed25519_dalek::Signer as _;

use crate::hash::Hash;
use crate::key::{PublicKey, Signer, SignerError};
use crate::tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::tlog::tree::leaf_hash;

/// The origin of the logs in these tests.
const ORIGIN: &str = "policenet.example/0123456789abcdef0123456789abcdef/fr/1";

/// An Ed25519 key in memory.
struct TestSigner {
    secret: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl TestSigner {
    fn new(seed: u8) -> TestSigner {
        let secret = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let public = [&[1], secret.verifying_key().as_bytes().as_slice()].concat();
        TestSigner {
            secret,
            public: PublicKey::from_bytes(&public).unwrap(),
        }
    }
}

impl Signer for TestSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.secret.sign(message).to_bytes().to_vec())
    }
}

/// A P-256 key, with which no note can be signed.
struct OtherSigner(PublicKey);

impl OtherSigner {
    fn new() -> OtherSigner {
        let secret = p256::ecdsa::SigningKey::from_slice(&[3; 32]).unwrap();
        let public = [&[2], secret.verifying_key().to_sec1_point(false).as_bytes()].concat();
        OtherSigner(PublicKey::from_bytes(&public).unwrap())
    }
}

impl Signer for OtherSigner {
    fn public_key(&self) -> &PublicKey {
        &self.0
    }

    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, SignerError> {
        Err(SignerError::UnsupportedMechanism("ECDSA".into()))
    }
}

fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

fn head(size: u64, root: Hash) -> Checkpoint {
    Checkpoint {
        origin: ORIGIN.into(),
        size,
        root,
        extensions: Vec::new(),
    }
}

fn signed_head(size: u64, root: Hash) -> SignedCheckpoint {
    SignedCheckpoint::sign(head(size, root), &TestSigner::new(1)).unwrap()
}

/// Every variant of `bytes` with one bit flipped.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}
