//! The name of a key on a token, as far as settings know it: the crate that speaks with tokens reads the rest.

/// A `pkcs11:` URI (RFC 7512).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKey(String);

impl TokenKey {
    /// Takes text that begins as such a URI does.
    pub fn new(text: &str) -> Option<TokenKey> {
        let scheme = text.get(..7)?;
        scheme
            .eq_ignore_ascii_case("pkcs11:")
            .then(|| TokenKey(text.to_owned()))
    }

    /// The URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
