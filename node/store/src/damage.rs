//! Damage and repairs, as they are kept and shown.

use std::path::{Path, PathBuf};

use liaison_federation::store::StoreError;

/// A place in a file whose bytes are not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) path: PathBuf,
    pub(crate) offset: u64,
    pub(crate) what: String,
}

impl Damage {
    pub(crate) fn new(path: &Path, offset: u64, what: impl Into<String>) -> Damage {
        Damage {
            path: path.to_path_buf(),
            offset,
            what: what.into(),
        }
    }
}

impl From<Damage> for StoreError {
    fn from(damage: Damage) -> StoreError {
        StoreError::Damaged {
            path: damage.path.display().to_string(),
            offset: damage.offset,
            what: damage.what,
        }
    }
}

/// What opening a store did to a file, for the operator to know: an uncommitted tail cut, a file made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The file.
    pub path: PathBuf,
    /// What was done.
    pub what: String,
}

impl Repair {
    pub(crate) fn new(path: &Path, what: impl Into<String>) -> Repair {
        let repair = Repair {
            path: path.to_path_buf(),
            what: what.into(),
        };
        tracing::warn!(path = %repair.path.display(), "{}", repair.what);
        repair
    }
}
