//! Where a secret key is that an option names: in a file, or on a token by its `pkcs11:` URI.

use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;

use clap::builder::{TypedValueParser, ValueParserFactory};
use clap::error::ErrorKind;
use clap::{Arg, Command};
use liaison_signer::pkcs11::Uri;

/// A key file, or a key on a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyAt {
    /// The file.
    File(PathBuf),
    /// What names it on its token.
    Token(Box<Uri>),
}

impl KeyAt {
    /// Reads an argument; one that begins with `pkcs11:` is never a file.
    pub(crate) fn parse(text: &OsStr) -> Result<KeyAt, String> {
        match text.to_str() {
            Some("") => Err("a key file or a pkcs11: URI is expected".to_owned()),
            Some(uri) if Uri::is_meant(uri) => {
                let uri = uri
                    .parse()
                    .map_err(|error: liaison_signer::pkcs11::UriError| error.to_string())?;
                Ok(KeyAt::Token(Box::new(uri)))
            }
            _ => Ok(KeyAt::File(text.into())),
        }
    }
}

impl fmt::Display for KeyAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyAt::File(path) => path.display().fmt(f),
            KeyAt::Token(uri) => uri.fmt(f),
        }
    }
}

/// Reads a [`KeyAt`]. The parser's own message would repeat the argument, and with it a PIN that somebody wrote there.
#[derive(Clone)]
pub(crate) struct KeyAtParser;

impl TypedValueParser for KeyAtParser {
    type Value = KeyAt;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<KeyAt, clap::Error> {
        KeyAt::parse(value).map_err(|problem| {
            let place = arg.map(|arg| format!("{arg}: ")).unwrap_or_default();
            clap::Error::raw(ErrorKind::ValueValidation, format!("{place}{problem}\n")).with_cmd(command)
        })
    }
}

impl ValueParserFactory for KeyAt {
    type Parser = KeyAtParser;

    fn value_parser() -> KeyAtParser {
        KeyAtParser
    }
}
