//! Keys on tokens: smart cards, USB tokens and hardware security modules, spoken to by PKCS#11 (version 2.40 and
//! 3.x). A key is named by a `pkcs11:` URI (RFC 7512). It never leaves the token: what is signed goes in, a
//! signature comes out. A PIN is tried once.

mod error;
mod find;
mod generate;
mod list;
mod module;
mod percent;
mod pin;
mod point;
mod signer;
mod token;
mod uri;
mod waiting;

pub use error::{Left, TokenError, UriError};
pub use generate::generate;
pub use list::{ListedKey, ListedToken, list};
pub use pin::{Access, Person, PinSource};
pub use signer::TokenSigner;
pub use uri::{ObjectKind, Uri};

#[cfg(test)]
pub(crate) use point::{Unusable, read as read_point};
