//! What this process has found valid before, for simulations that play many nodes in one.
//!
//! A network of 46 nodes verifies each signature 46 times. A simulation of it may do so once, without anything
//! being judged otherwise: only what [`PublicKey::verify`] and [`PublicKey::from_bytes`] accepted is kept,
//! under the very bytes that they accepted. Nodes and verifiers never call [`remember`].

use std::collections::{HashMap, HashSet};
use std::sync::{OnceLock, PoisonError, RwLock};

use super::{KeyError, PublicKey, SignatureError};
use crate::Hash;

/// Most signatures, and most keys, that are kept; then all are forgotten.
const LIMIT: usize = 1 << 20;

static MEMO: OnceLock<Memo> = OnceLock::new();

#[derive(Default)]
pub(super) struct Memo {
    // SHA-256 over key, SHA-256 of the message, and signature.
    signatures: RwLock<HashSet<Hash>>,
    keys: RwLock<HashMap<Box<[u8]>, PublicKey>>,
}

/// From now on this process remembers which keys and signatures it has found valid: about 32 bytes a
/// signature, at most some 100 MiB.
pub fn remember() {
    MEMO.get_or_init(Memo::default);
}

/// The memo, where one is kept.
pub(super) fn kept() -> Option<&'static Memo> {
    MEMO.get()
}

impl Memo {
    /// Whether a signature is valid, by memory or else by `verify`.
    pub(super) fn signature(
        &self,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
        verify: impl FnOnce() -> Result<(), SignatureError>,
    ) -> Result<(), SignatureError> {
        let name = Hash::of_parts(&[&key.encoded, &Hash::of(message).0, signature]);
        let known = self.signatures.read().unwrap_or_else(PoisonError::into_inner);
        if known.contains(&name) {
            return Ok(());
        }
        drop(known);
        verify()?;
        let mut known = self.signatures.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= LIMIT {
            known.clear();
        }
        known.insert(name);
        Ok(())
    }

    /// The key with these bytes, by memory or else by `check`.
    pub(super) fn key(
        &self,
        bytes: &[u8],
        check: impl FnOnce() -> Result<PublicKey, KeyError>,
    ) -> Result<PublicKey, KeyError> {
        let known = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = known.get(bytes) {
            return Ok(key.clone());
        }
        drop(known);
        let key = check()?;
        let mut known = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= LIMIT {
            known.clear();
        }
        known.insert(bytes.into(), key.clone());
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_valid_is_not_verified_again_and_what_was_not_always_is() {
        let memo = Memo::default();
        let key = PublicKey::from_bytes(
            &[
                &[1][..],
                curve25519_dalek::constants::ED25519_BASEPOINT_COMPRESSED.as_bytes(),
            ]
            .concat(),
        )
        .expect("the base point is a key");
        let judge = |signature: &[u8], verdict| memo.signature(&key, b"message", signature, || verdict);
        for _ in 0..2 {
            assert_eq!(
                judge(&[1; 64], Err(SignatureError::Invalid)),
                Err(SignatureError::Invalid),
                "a refusal is not kept"
            );
        }
        assert_eq!(judge(&[2; 64], Ok(())), Ok(()));
        assert_eq!(
            judge(&[2; 64], Err(SignatureError::Invalid)),
            Ok(()),
            "not verified again"
        );
        for (message, signature) in [(&b"massage"[..], [2; 64]), (b"message", [3; 64])] {
            let judged = memo.signature(&key, message, &signature, || Err(SignatureError::Invalid));
            assert_eq!(judged, Err(SignatureError::Invalid), "every byte counts");
        }
        let refused = memo.key(b"", || Err(KeyError::Empty));
        assert_eq!(refused, Err(KeyError::Empty));
    }
}
