//! What can be wrong with a URI, a token, its module, its PIN or a key on it.

use std::io;
use std::path::PathBuf;

use liaison_protocol::key::{KeyError, SignerError};

use crate::error::KeyFileError;

/// Why text is no URI of a key on a token. It never repeats a value: one of them may be a PIN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// Another scheme, or none.
    #[error("a key on a token is named as pkcs11:token=TOKEN;object=KEY")]
    Scheme,
    /// A part without a name or without an equals sign.
    #[error("part {0} of the pkcs11: URI is not NAME=VALUE")]
    Attribute(usize),
    /// An attribute stands twice.
    #[error("the pkcs11: URI says ‘{0}’ twice")]
    Repeated(String),
    /// A character that must be encoded.
    #[error("in ‘{attribute}’ of the pkcs11: URI ‘{character}’ is to be written {written}")]
    Character {
        /// The attribute.
        attribute: String,
        /// The character.
        character: char,
        /// How it is written.
        written: String,
    },
    /// A percent sign without two hex digits.
    #[error("in ‘{0}’ of the pkcs11: URI two hex digits must follow each %; a percent sign itself is %25")]
    Percent(String),
    /// Bytes that are no text.
    #[error("‘{0}’ of the pkcs11: URI is not UTF-8")]
    Text(String),
    /// A value of another form.
    #[error("‘{attribute}’ of the pkcs11: URI is {expected}")]
    Value {
        /// The attribute.
        attribute: String,
        /// What is expected.
        expected: &'static str,
    },
    /// A PIN stands in the URI.
    #[error(
        "a PIN does not stand in a pkcs11: URI, where others can read it: take ‘pin-value’ out, change that PIN, and \
         name a file by pin-source=file:/PATH or let it be asked for"
    )]
    PinValue,
}

/// Why a key on a token could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The URI is malformed.
    #[error(transparent)]
    Uri(#[from] UriError),
    /// The URI says something that is not known here.
    #[error("{uri} says ‘{attribute}’, which is not known here, so it names no key; leave that out")]
    Unknown {
        /// The URI.
        uri: String,
        /// The attribute.
        attribute: String,
    },
    /// The URI names another kind of object.
    #[error("{0} does not name a key pair; leave ‘type’ out or say type=private")]
    Kind(String),
    /// No module is named and the system has none.
    #[error(
        "which PKCS#11 module speaks with the token is not known: add ?module-path=/PATH/MODULE.so to the pkcs11: URI"
    )]
    NoModule,
    /// There is no such module.
    #[error("there is no PKCS#11 module {0}; install it, or name its file by module-path")]
    MissingModule(String),
    /// A path that depends on where the command runs.
    #[error("module-path must begin with a slash, not be ‘{}’", .0.display())]
    RelativeModule(PathBuf),
    /// The file is no module, or does not start.
    #[error("the PKCS#11 module {} cannot be used: {reason}", path.display())]
    Module {
        /// The module.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// No token fits.
    #[error("no token is there that {uri} fits; insert it and try again. {present}")]
    MissingToken {
        /// The URI.
        uri: String,
        /// What is there.
        present: String,
    },
    /// Several tokens fit.
    #[error("{uri} fits several tokens: {found}; add ;serial= to say which")]
    SeveralTokens {
        /// The URI.
        uri: String,
        /// They.
        found: String,
    },
    /// The token has no such key.
    #[error("the token ‘{token}’ holds no key that {uri} fits{present}")]
    MissingKey {
        /// The token's label.
        token: String,
        /// The URI.
        uri: String,
        /// The keys that were seen, as the end of the sentence.
        present: String,
    },
    /// Several keys fit.
    #[error("{uri} fits several keys on the token ‘{token}’: {found}; say which by ;object= or ;id=")]
    SeveralKeys {
        /// The token's label.
        token: String,
        /// The URI.
        uri: String,
        /// They.
        found: String,
    },
    /// The private key's public half is not on the token.
    #[error(
        "the token ‘{token}’ holds the private key ‘{key}’ without its public key, which is needed beside it"
    )]
    NoPublicKey {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
    /// A key of another type.
    #[error("the key ‘{key}’ on the token ‘{token}’ is {found}; an Ed25519 or a P-256 key is needed")]
    WrongType {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
        /// What it is.
        found: String,
    },
    /// A P-256 key where only an Ed25519 key counts.
    #[error("the key ‘{key}’ on the token ‘{token}’ is a P-256 key; a log is signed with an Ed25519 key")]
    NotEd25519 {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
    /// The public key is none that anybody may name.
    #[error("the key ‘{key}’ on the token ‘{token}’ is not usable: {reason}")]
    Key {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
        /// Why.
        reason: KeyError,
    },
    /// The key may not sign.
    #[error("the token ‘{token}’ does not let the key ‘{key}’ sign (CKA_SIGN is false); make one that may")]
    NotForSigning {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
    /// The token lacks a mechanism.
    #[error("the token ‘{token}’ does not have {mechanism}{advice}")]
    Mechanism {
        /// The token's label.
        token: String,
        /// The mechanism.
        mechanism: &'static str,
        /// What to do, as the end of the sentence.
        advice: &'static str,
    },
    /// A key of that name is there.
    #[error("the token ‘{token}’ holds something named ‘{key}’ already; choose another name")]
    Exists {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
    /// A new key must have a name.
    #[error(
        "say by ;object= what the new key is called: 1 to 64 of A-Z, a-z, 0-9, dot, hyphen and underscore"
    )]
    NoName,
    /// The token made a key that can be taken from it.
    #[error("the token ‘{0}’ made a key that could leave it, so it was removed; use another token")]
    Exportable(String),
    /// The token refused the PIN. It is not tried again.
    #[error("the token ‘{token}’ refused the PIN, which was tried once and is not tried again; {left}")]
    WrongPin {
        /// The token's label.
        token: String,
        /// How many tries may be left.
        left: Left,
    },
    /// The PIN is locked.
    #[error("the PIN of the token ‘{0}’ is locked; unlock it with the token's own tool")]
    Locked(String),
    /// The next wrong PIN would lock the token, and nobody is there to be asked.
    #[error(
        "one try is left before the PIN of the token ‘{0}’ is locked, so the PIN of a file is not tried; enter it at a \
         terminal"
    )]
    LastTry(String),
    /// Nobody has chosen a PIN yet.
    #[error(
        "the token ‘{0}’ has no PIN yet, or one that must be changed first; set it with the token's own tool"
    )]
    NoPin(String),
    /// The PIN cannot be read.
    #[error("the PIN of the token ‘{token}’ cannot be had: {source}")]
    PinFile {
        /// The token's label.
        token: String,
        /// Why.
        source: KeyFileError,
    },
    /// The URI names a PIN source that is none here.
    #[error(
        "pin-source is file: with the path of a file that holds the PIN, as pin-source=file:/etc/liaison/pin"
    )]
    PinSource,
    /// The person at the prompt gave none.
    #[error("no PIN was given for the token ‘{token}’: {source}")]
    Prompt {
        /// The token's label.
        token: String,
        /// Why.
        source: io::Error,
    },
    /// The token failed.
    #[error("the token ‘{token}’ failed: {reason}")]
    Failed {
        /// The token's label.
        token: String,
        /// Its reason.
        reason: String,
    },
    /// The system's random numbers are not to be had.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    /// The key does not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
}

/// How many tries a token leaves, as far as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// The token says nothing.
    Unknown,
    /// A wrong PIN was entered since the last right one.
    Low,
    /// The next wrong one locks it.
    One,
    /// It is locked.
    None,
}

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Left::Unknown => "it does not say how many tries are left",
            Left::Low => "it says that few tries are left (USER_PIN_COUNT_LOW)",
            Left::One => "one try is left before it locks (USER_PIN_FINAL_TRY)",
            Left::None => "it is locked now (USER_PIN_LOCKED): unlock it with the token's own tool",
        })
    }
}
