//! Keys in files and on tokens: the `Signer`s that a person or a node signs with (specification, section 3).
//!
//! Secret keys lie in passphrase-encrypted age files, `NAME.age`: one key of a person or a root, or all keys of a
//! node, which are then opened together. Public halves lie beside them as text, `NAME.pub`. Nothing here shows a
//! secret: types that hold one print its name alone and overwrite it when they are dropped.

mod content;
mod error;
mod files;
mod key_file;
mod kind;
mod passphrase;
pub mod pkcs11;
mod public;
mod seal;
mod secret;
mod signers;
#[cfg(test)]
mod tests;

pub use error::KeyFileError;
pub use key_file::KeyFile;
pub use kind::Kind;
pub use passphrase::{Passphrase, PassphraseSource};
pub use public::PublicHalf;
pub use seal::{MAXIMUM_WORK_FACTOR, SAMPLE_WORK_FACTOR, WORK_FACTOR};
pub use secret::SecretKey;
pub use signers::{Ed25519Signer, P256Signer};
