//! Public halves: text that can be read out, mailed and printed.
//!
//! ```text
//! liaison-key-v1 ana 01d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a
//! # key id 5e4ad5e5…
//! ```

use std::path::Path;

use liaison_protocol::key::PublicKey;

use crate::error::{KeyFileError, PublicHalfError};
use crate::files::{self, Access};
use crate::kind::{Kind, PUBLIC_HEAD};
use crate::secret::check_name;

/// The public half of a named key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicHalf {
    /// The key's role or name.
    pub name: String,
    /// The key.
    pub key: PublicKey,
}

const ID_COMMENT: &str = "# key id ";

impl PublicHalf {
    /// The two lines of the text: the key, and a comment with its id for people to compare.
    pub fn to_text(&self) -> String {
        format!(
            "{PUBLIC_HEAD} {} {}\n{ID_COMMENT}{}\n",
            self.name,
            self.key,
            self.key.id()
        )
    }

    /// Writes a new file with these public halves, readable by all.
    pub fn save(path: &Path, halves: &[PublicHalf]) -> Result<(), KeyFileError> {
        let text: String = halves.iter().map(PublicHalf::to_text).collect();
        files::create(path, Access::Anyone, text.as_bytes())
    }

    /// Reads a file with one public half.
    pub fn open(path: &Path) -> Result<PublicHalf, KeyFileError> {
        let mut halves = PublicHalf::open_all(path)?;
        match (halves.pop(), halves.len()) {
            (Some(only), 0) => Ok(only),
            (_, more) => Err(KeyFileError::PublicHalf {
                path: path.to_owned(),
                line: 2 * more + 1,
                reason: PublicHalfError::Several,
            }),
        }
    }

    /// Reads a file with one public half or more, as a node's is.
    pub fn open_all(path: &Path) -> Result<Vec<PublicHalf>, KeyFileError> {
        let bytes = files::read(path, Access::Anyone, Kind::PublicHalf)?;
        let wrong_kind = |found| KeyFileError::WrongKind {
            path: path.to_owned(),
            found,
            needed: Kind::PublicHalf,
        };
        let found = Kind::of(&bytes);
        if found != Kind::PublicHalf {
            return Err(wrong_kind(found));
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| wrong_kind(Kind::Unknown))?;
        PublicHalf::read_all(text).map_err(|(line, reason)| KeyFileError::PublicHalf {
            path: path.to_owned(),
            line,
            reason,
        })
    }

    /// Reads public halves from text. The error has the number of the line, from 1.
    pub fn read_all(text: &str) -> Result<Vec<PublicHalf>, (usize, PublicHalfError)> {
        let mut halves: Vec<PublicHalf> = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim_end();
            if let Some(id) = line.strip_prefix(ID_COMMENT) {
                let same = halves.last().is_some_and(|half| half.key.id().to_string() == id);
                if !same {
                    return Err((number, PublicHalfError::KeyId));
                }
            } else if !line.is_empty() && !line.starts_with('#') {
                halves.push(read_line(line).map_err(|reason| (number, reason))?);
            }
        }
        if halves.is_empty() {
            Err((1, PublicHalfError::Line))
        } else {
            Ok(halves)
        }
    }
}

fn read_line(line: &str) -> Result<PublicHalf, PublicHalfError> {
    let words: Vec<&str> = line.split(' ').collect();
    let [PUBLIC_HEAD, name, key] = words[..] else {
        return Err(PublicHalfError::Line);
    };
    check_name(name).map_err(|_| PublicHalfError::Name(name.to_owned()))?;
    Ok(PublicHalf {
        name: name.to_owned(),
        key: key.parse()?,
    })
}
