//! Known answers from outside: what the standards, their reference implementations and published edge cases
//! say, against what this crate answers. The files and their sources: `tests/vectors/standards/README.md`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may panic as tests do"
)]

mod envelopes;
mod keys;
mod notes;
mod tiles;
mod trees;

use std::path::Path;

use ed25519_dalek::Signer as _;
use liaison_protocol::hash::Hash;
use liaison_protocol::key::{PublicKey, Signer, SignerError};
use serde_json::Value;

/// The text of a file of vectors.
fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/standards");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// A file of vectors.
fn vectors(name: &str) -> Value {
    serde_json::from_str(&file(name)).unwrap()
}

/// The rows of a list, which must not be empty: a misspelt name would otherwise test nothing.
fn rows<'a>(value: &'a Value, list: &str) -> &'a [Value] {
    let rows = value[list].as_array().unwrap();
    assert!(!rows.is_empty(), "no rows in {list}");
    rows
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text {field} in {value}"))
}

fn number(value: &Value, field: &str) -> u64 {
    value[field]
        .as_u64()
        .unwrap_or_else(|| panic!("no number {field} in {value}"))
}

fn unhex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn bytes(value: &Value, field: &str) -> Vec<u8> {
    unhex(text(value, field))
}

fn hash(value: &Value) -> Hash {
    value.as_str().unwrap().parse().unwrap()
}

/// Signs with the Ed25519 key of a seed.
struct SeedSigner {
    key: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl SeedSigner {
    fn new(seed: &[u8]) -> SeedSigner {
        let key = ed25519_dalek::SigningKey::from_bytes(seed.try_into().unwrap());
        let public = PublicKey::from_bytes(&[&[1], key.verifying_key().as_bytes().as_slice()].concat());
        SeedSigner {
            key,
            public: public.unwrap(),
        }
    }
}

impl Signer for SeedSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.key.sign(message).to_bytes().to_vec())
    }
}
