//! The name of a record in the network.

use std::fmt;
use std::str::FromStr;

use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};

/// Names a record: `AUTHORITY/kind/slug`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference {
    /// Whose record it is.
    pub authority: Code,
    /// Its name there.
    pub record: RecordName,
}

/// Why text names no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("‘{0}’ names no record: AUTHORITY/kind/slug is expected, as in FR/practice/body-worn-cameras")]
pub struct ReferenceError(String);

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Reference, ReferenceError> {
        let invalid = || ReferenceError(text.chars().take(128).collect());
        let (authority, record) = text.split_once('/').ok_or_else(invalid)?;
        Ok(Reference {
            authority: authority.parse().map_err(|_| invalid())?,
            record: record.parse().map_err(|_| invalid())?,
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.authority, self.record)
    }
}

impl TryFrom<String> for Reference {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Reference, ReferenceError> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> String {
        reference.to_string()
    }
}

impl utoipa::PartialSchema for Reference {
    fn schema() -> RefOr<Schema> {
        super::text("AUTHORITY/kind/slug", "FR/practice/body-worn-cameras")
    }
}

impl utoipa::ToSchema for Reference {}
