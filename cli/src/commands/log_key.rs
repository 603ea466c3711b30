//! The log key of a node where it is on a token: opened once, when the node starts or when it is made.

use std::io;
use std::path::Path;
use std::sync::Arc;

use liaison_protocol::Signer;
use liaison_protocol::key::Algorithm;
use liaison_signer::pkcs11::{Access, Person, PinSource, TokenError, TokenSigner, Uri};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::prompt::{AtTerminal, has_terminal};

/// Whoever runs a node: reads its log, and is at a terminal at most when it starts.
struct Operator;

impl Person for Operator {
    fn pin(&self, token: &str, key: &str) -> io::Result<String> {
        match has_terminal() {
            true => AtTerminal.pin(token, key),
            false => Err(io::Error::other(
                "there is no terminal to ask at; name a file by the setting ‘pin_file’, or pass the credential ‘pin’",
            )),
        }
    }

    fn tell(&self, what: &str) {
        tracing::warn!("{what}");
    }
}

/// Opens the log key of a node that starts.
///
/// A PIN that is refused ends the node as a stop for safety does: were it started again, the token would lock.
pub(crate) fn for_node(uri: &Uri, pin_file: Option<&Path>) -> Result<TokenSigner, Failure> {
    let pin = pin_file.map(|file| PinSource::File(file.to_owned()));
    let access = Access {
        pin: pin
            .or_else(|| PinSource::credential("pin"))
            .unwrap_or(PinSource::Prompt),
        person: Arc::new(Operator),
    };
    open(uri, &access).map_err(|error| match error {
        TokenError::WrongPin { .. }
        | TokenError::Locked(_)
        | TokenError::LastTry(_)
        | TokenError::NoPin(_) => Failure::new(Exit::Stopped, format!("the log key: {error}")),
        error => {
            let failure = Failure::from(error);
            Failure::new(failure.exit, format!("the log key: {failure}"))
        }
    })
}

/// Opens a key that is to be the log key of a node.
pub(crate) fn open(uri: &Uri, access: &Access) -> Result<TokenSigner, TokenError> {
    let signer = TokenSigner::open(uri, access)?;
    match signer.public_key().algorithm() {
        Algorithm::Ed25519 => Ok(signer),
        Algorithm::P256 => Err(TokenError::NotEd25519 {
            token: signer.token(),
            key: signer.label().to_owned(),
        }),
    }
}
