//! Where tokens are kept: a file of the node.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::TOKENS_MAX;
use super::secret::SecretHash;
use crate::model::Token;
use crate::private_file::{self, PrivateFileError};

/// The newest form of the file that this release reads and writes; the second knows tokens for feeds.
const SCHEMA: u32 = 2;
/// Far more than [`TOKENS_MAX`] tokens need.
const FILE_MAX: u64 = 4096 * TOKENS_MAX as u64;

/// A token as it is kept: its secret is not in it.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredToken {
    /// What everybody who may list tokens sees.
    #[serde(flatten)]
    pub about: Token,
    /// SHA-256 of its secret.
    #[serde(rename = "secret_sha256")]
    pub secret: SecretHash,
}

/// Where tokens are kept.
pub trait TokenStore: Send + Sync + 'static {
    /// All tokens stored.
    fn load(&self) -> Result<Vec<StoredToken>, TokenStoreError>;

    /// Replaces all tokens; they are on stable storage when this returns.
    fn save(&self, tokens: &[StoredToken]) -> Result<(), TokenStoreError>;
}

/// Why tokens could not be read or stored.
#[derive(Debug, thiserror::Error)]
pub enum TokenStoreError {
    /// The file.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// What stands in the file are no tokens.
    #[error("{path} holds no tokens ({cause}); move it aside, start the node again and make new tokens")]
    Content {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        cause: serde_json::Error,
    },
    /// Written by a newer release.
    #[error(
        "{path} was written by a newer release (schema {found}, this one reads up to {SCHEMA}); use that release"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema number.
        found: u32,
    },
}

/// Tokens in a JSON file with mode 0600.
#[derive(Debug, Clone)]
pub struct TokenFile {
    path: PathBuf,
}

#[derive(Deserialize)]
struct Schema {
    schema: u32,
}

#[derive(Serialize, Deserialize)]
struct File<T> {
    schema: u32,
    tokens: T,
}

impl TokenFile {
    /// Tokens in the file `path`, which need not exist yet; its folder must.
    pub fn new(path: impl Into<PathBuf>) -> TokenFile {
        TokenFile { path: path.into() }
    }
}

impl TokenStore for TokenFile {
    fn load(&self) -> Result<Vec<StoredToken>, TokenStoreError> {
        let Some(bytes) = private_file::read(&self.path, FILE_MAX)? else {
            return Ok(Vec::new());
        };
        let content = |cause| TokenStoreError::Content {
            path: self.path.clone(),
            cause,
        };
        let Schema { schema } = serde_json::from_slice(&bytes).map_err(content)?;
        if schema > SCHEMA {
            return Err(TokenStoreError::Newer {
                path: self.path.clone(),
                found: schema,
            });
        }
        let file: File<Vec<StoredToken>> = serde_json::from_slice(&bytes).map_err(content)?;
        Ok(file.tokens)
    }

    fn save(&self, tokens: &[StoredToken]) -> Result<(), TokenStoreError> {
        let file = File {
            schema: SCHEMA,
            tokens,
        };
        let bytes = serde_json::to_vec_pretty(&file).map_err(|cause| TokenStoreError::Content {
            path: self.path.clone(),
            cause,
        })?;
        Ok(private_file::write(&self.path, &bytes)?)
    }
}
