//! How a command fails: an exit code and one sentence saying what, where and what to do.

use std::fmt::Display;
use std::path::Path;

use liaison_protocol::charter::ChainError;
use liaison_protocol::dsse::{FormatError, SignError, VerifyError};
use liaison_protocol::key::SignerError;
use liaison_records::{PrepareError, RenderError};
use liaison_signer::KeyFileError;
use liaison_signer::pkcs11::TokenError;

use crate::exit::Exit;

/// Why a command ended without success.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    message: String,
    /// Whether the answer on standard output has said it already.
    pub(crate) is_answered: bool,
}

impl Failure {
    /// A failure with this code and sentence.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Failure {
        Failure {
            exit,
            message: message.into(),
            is_answered: false,
        }
    }

    /// Refused, or not valid.
    pub(crate) fn refused(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Refused, message)
    }

    /// Wrong usage.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, message)
    }

    /// There is no such thing.
    pub(crate) fn not_found(message: impl Into<String>) -> Failure {
        Failure::new(Exit::NotFound, message)
    }

    /// Something is wrong with a file.
    pub(crate) fn in_file(path: &Path, problem: impl Display) -> Failure {
        Failure::refused(format!("{}: {problem}", path.display()))
    }

    /// An answer that is no success and was printed already.
    pub(crate) fn answered(exit: Exit) -> Failure {
        Failure {
            exit,
            message: String::new(),
            is_answered: true,
        }
    }
}

/// Failures that are refusals and whose sentence stands for itself.
macro_rules! refusals {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Failure {
                Failure::refused(error.to_string())
            }
        }
    )*};
}

refusals!(
    ChainError,
    FormatError,
    SignError,
    SignerError,
    VerifyError,
    PrepareError,
    RenderError
);

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Failure {
        let exit = match &error {
            KeyFileError::Missing(_) => Exit::NotFound,
            KeyFileError::Prompt { .. } | KeyFileError::Name(_) => Exit::Usage,
            _ => Exit::Refused,
        };
        Failure::new(exit, error.to_string())
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Failure {
        let exit = match &error {
            TokenError::MissingModule(_)
            | TokenError::MissingToken { .. }
            | TokenError::MissingKey { .. } => Exit::NotFound,
            TokenError::Uri(_)
            | TokenError::Unknown { .. }
            | TokenError::Kind(_)
            | TokenError::NoModule
            | TokenError::RelativeModule(_)
            | TokenError::NoName
            | TokenError::PinSource
            | TokenError::Prompt { .. } => Exit::Usage,
            _ => Exit::Refused,
        };
        Failure::new(exit, error.to_string())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        let exit = error
            .downcast_ref::<Failure>()
            .map_or(Exit::Refused, |failure| failure.exit);
        Failure::new(exit, format!("{error:#}"))
    }
}

#[cfg(feature = "node")]
impl From<liaison_api::model::Problem> for Failure {
    fn from(problem: liaison_api::model::Problem) -> Failure {
        Failure::new(Exit::of_problem(problem.exit), problem.detail)
    }
}
