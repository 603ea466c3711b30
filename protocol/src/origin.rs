//! Names of logs and parties: authority codes, origins, positions (specification, section 2).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::proto;

/// The short code of an authority: two capital letters for a State (ISO 3166-1 alpha-2), else
/// `[A-Z][A-Z0-9-]{2,15}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

impl Code {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why text is not an authority code or not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not an authority code.
    #[error("‘{0}’ is no authority code: two capital letters, or three to sixteen of A-Z, 0-9 and -")]
    Code(String),
    /// Not an origin prefix.
    #[error("‘{0}’ is no origin prefix: lower-case letters, digits, dots and slashes, at most 180")]
    Prefix(String),
    /// Not an origin.
    #[error("‘{0}’ is no origin: <prefix>/<32 hex digits>/<authority>/<epoch> is expected")]
    Origin(String),
}

impl FromStr for Code {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Code, NameError> {
        let upper = |b: u8| b.is_ascii_uppercase();
        let bytes = text.as_bytes();
        let valid = match bytes {
            [a, b] => upper(*a) && upper(*b),
            [a, rest @ ..] => {
                upper(*a)
                    && (2..=15).contains(&rest.len())
                    && rest.iter().all(|b| upper(*b) || b.is_ascii_digit() || *b == b'-')
            }
            [] => false,
        };
        if valid {
            Ok(Code(text.to_owned()))
        } else {
            Err(NameError::Code(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Code {
    type Error = NameError;

    fn try_from(text: String) -> Result<Code, NameError> {
        text.parse()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> String {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of one log: `<prefix>/<32 hex of the network id>/<authority, lower case>/<epoch>`,
/// `[a-z0-9./-]`, at most 255 bytes. It is the origin line of the log's checkpoints and the name
/// of its keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

impl Origin {
    /// The origin of `authority`'s log of `epoch` (from 1) in the network `network` with `prefix`.
    pub fn new(prefix: &str, network: &Hash, authority: &Code, epoch: u32) -> Result<Origin, NameError> {
        check_prefix(prefix)?;
        format!(
            "{prefix}/{}/{}/{epoch}",
            network.short(),
            authority.as_str().to_ascii_lowercase()
        )
        .parse()
    }

    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The authority whose log this is.
    pub fn authority(&self) -> Code {
        Code(self.parts().1.to_ascii_uppercase())
    }

    /// The epoch, from 1.
    pub fn epoch(&self) -> u32 {
        self.parts().2
    }

    /// The origin of another epoch of the same authority.
    pub fn with_epoch(&self, epoch: u32) -> Origin {
        let (head, _, _) = self.parts();
        Origin(format!("{head}/{epoch}"))
    }

    /// The name under which this authority cosigns: the origin with `witness` for the epoch.
    pub fn cosigner_name(&self) -> String {
        let (head, _, _) = self.parts();
        format!("{head}/witness")
    }

    /// SHA-256 of the origin: the first element of the paths under which a log is served.
    pub fn hash(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }

    /// The first 32 hex digits of the network id.
    pub fn network_short(&self) -> &str {
        let (head, _, _) = self.parts();
        head.rsplit('/').nth(1).unwrap_or_default()
    }

    /// The log of the same epoch number of another authority of the same network.
    pub fn with_authority(&self, authority: &Code) -> Origin {
        let (head, _, epoch) = self.parts();
        let network = head.rsplit_once('/').map_or("", |(network, _)| network);
        Origin(format!("{network}/{}/{epoch}", authority.0.to_ascii_lowercase()))
    }

    // Everything before the epoch, the authority in lower case, the epoch. `from_str` has checked all of it.
    fn parts(&self) -> (&str, &str, u32) {
        let (head, epoch) = self.0.rsplit_once('/').unwrap_or((&self.0, "0"));
        let authority = head.rsplit_once('/').map_or("", |(_, authority)| authority);
        (head, authority, epoch.parse().unwrap_or(0))
    }
}

/// Checks an origin prefix: `[a-z0-9.-]` in one or more parts divided by `/`, none of dots alone, at
/// most 180 bytes.
pub fn check_prefix(prefix: &str) -> Result<(), NameError> {
    let part = |p: &str| {
        p.bytes().any(|b| b != b'.')
            && p.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b))
    };
    if prefix.len() <= 180 && prefix.split('/').all(part) {
        Ok(())
    } else {
        Err(NameError::Prefix(prefix.to_owned()))
    }
}

/// Maps by origin are looked up by text as well: the order is the text's.
impl std::borrow::Borrow<str> for Origin {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Origin, NameError> {
        let invalid = || NameError::Origin(text.to_owned());
        let mut parts = text.rsplitn(4, '/');
        let (Some(epoch), Some(authority), Some(network), Some(prefix)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid());
        };
        // Other alphabets have letters whose capitals are plain A to Z: only ASCII is turned.
        let code = authority.to_ascii_uppercase();
        let canonical = epoch
            .parse::<u32>()
            .is_ok_and(|n| n >= 1 && n.to_string() == epoch)
            && authority.to_ascii_lowercase() == authority
            && code.parse::<Code>().is_ok()
            && network.len() == 32
            && network
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            && check_prefix(prefix).is_ok()
            && text.len() <= 255;
        if canonical {
            Ok(Origin(text.to_owned()))
        } else {
            Err(invalid())
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = NameError;

    fn try_from(text: String) -> Result<Origin, NameError> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> String {
        origin.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A point of a log: the tree of the first `size` entries has the root `root`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The log.
    pub origin: Origin,
    /// Number of entries.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: Hash,
}

impl Position {
    /// The message of the schemas; the root of an empty tree is left out.
    pub fn to_proto(&self) -> proto::Position {
        let root = if self.size == 0 {
            Vec::new()
        } else {
            self.root.0.to_vec()
        };
        proto::Position {
            origin: self.origin.to_string(),
            size: self.size,
            root,
        }
    }
}

#[cfg(test)]
mod tests;
