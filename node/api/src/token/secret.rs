//! The secret part of a token, and its hash.

use std::fmt::Write;

use liaison_protocol::Hash;
use serde::{Deserialize, Serialize};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

const PREFIX: &str = "liaison_";
const ID_DIGITS: usize = 16;
const SECRET_DIGITS: usize = 64;

/// The secret of a token: 32 random bytes.
pub struct Secret(Zeroizing<[u8; 32]>);

/// The SHA-256 of a [`Secret`]. It cannot be compared but in constant time, by [`SecretHash::matches`]:
///
/// ```compile_fail
/// fn same(a: &liaison_api::SecretHash, b: &liaison_api::SecretHash) -> bool {
///     a == b
/// }
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(Hash);

impl Secret {
    /// A new secret.
    pub fn random() -> Secret {
        let mut secret = Zeroizing::new([0; 32]);
        rand::fill(&mut secret[..]);
        Secret(secret)
    }

    /// Its hash, which is all that is kept.
    pub fn hash(&self) -> SecretHash {
        SecretHash(Hash::of(&self.0[..]))
    }

    /// The text of the token `id` with this secret.
    pub(super) fn text(&self, id: &str) -> String {
        format!("{PREFIX}{id}_{}", hex(&self.0[..]))
    }
}

impl SecretHash {
    /// Whether this is the hash of `secret`. Takes the same time whatever the answer.
    pub fn matches(&self, secret: &Secret) -> bool {
        self.compare(secret).into()
    }

    fn compare(&self, secret: &Secret) -> Choice {
        self.0.0.ct_eq(&secret.hash().0.0)
    }
}

/// A random id of a token.
pub(super) fn random_id() -> String {
    let mut id = [0; ID_DIGITS / 2];
    rand::fill(&mut id);
    hex(&id)
}

/// Id and secret of a token's text; none when it is no token's text.
pub(super) fn parse(text: &str) -> Option<(&str, Secret)> {
    let rest = text.strip_prefix(PREFIX)?;
    let (id, secret) = rest.split_once('_')?;
    let lower_hex = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let formed = id.len() == ID_DIGITS && secret.len() == SECRET_DIGITS && lower_hex(id) && lower_hex(secret);
    if !formed {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(secret.as_bytes().chunks(2)) {
        *byte = digit(pair[0]) << 4 | digit(pair[1]);
    }
    Some((id, Secret(bytes)))
}

fn digit(hex: u8) -> u8 {
    match hex {
        b'a'..=b'f' => hex - b'a' + 10,
        _ => hex - b'0',
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
