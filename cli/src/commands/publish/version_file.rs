//! `FILE.version`: which version of which record a file was made from.
//!
//! ```text
//! FR/practice/cameras 1.42 5e4ad5e5…
//! ```

use std::path::{Path, PathBuf};

use liaison_api::model::{Reference, VersionCursor};
use liaison_protocol::update::{Previous, RecordName};
use liaison_protocol::{Code, Hash};

use super::base::Base;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};

/// What a file was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Noted {
    reference: Reference,
    version: VersionCursor,
    leaf_hash: Hash,
    path: PathBuf,
}

/// Notes the version that a file now stands for.
pub(crate) fn write(
    file: &Path,
    code: &Code,
    record: &RecordName,
    version: &Previous,
) -> Result<(), Failure> {
    let reference = Reference {
        authority: code.clone(),
        record: record.clone(),
    };
    let cursor = VersionCursor {
        epoch: version.epoch,
        index: version.index,
    };
    let line = format!("{reference} {cursor} {}\n", version.leaf_hash);
    files::replace(&beside(file), Readers::All, line.as_bytes())
}

/// Reads what was noted beside a file, if anything was.
pub(super) fn read(file: &Path) -> Result<Option<Noted>, Failure> {
    let path = beside(file);
    let bytes = match files::read(&path, 1024) {
        Ok(bytes) => bytes,
        Err(failure) if failure.exit == Exit::NotFound => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let text = String::from_utf8_lossy(&bytes);
    let noted = parse(&text, &path);
    let wrong = || {
        Failure::in_file(
            &path,
            "it does not say ‘AUTHORITY/kind/slug EPOCH.INDEX HASH’; remove it",
        )
    };
    noted.ok_or_else(wrong).map(Some)
}

impl Noted {
    /// The base of a change of `record`; another record's note is an error.
    pub(super) fn base(&self, record: &RecordName) -> Result<Base, Failure> {
        if self.reference.record == *record {
            return Ok(Base::Version(self.version, Some(self.leaf_hash)));
        }
        let problem = format!(
            "it is about {}, not {record}; remove it if the file is another record now",
            self.reference
        );
        Err(Failure::in_file(&self.path, problem))
    }
}

fn parse(text: &str, path: &Path) -> Option<Noted> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [reference, version, leaf_hash] = words[..] else {
        return None;
    };
    Some(Noted {
        reference: reference.parse().ok()?,
        version: version.parse().ok()?,
        leaf_hash: leaf_hash.parse().ok()?,
        path: path.to_owned(),
    })
}

fn beside(file: &Path) -> PathBuf {
    noted_beside(file, ".version")
}

/// The file beside another one that notes something of it.
pub(super) fn noted_beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    file.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_the_base_of_the_next_change() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("practice.cameras.json");
        let record: RecordName = "practice/cameras".parse().unwrap();
        assert_eq!(read(&file).unwrap(), None);
        let version = Previous {
            epoch: 1,
            index: 42,
            leaf_hash: Hash([3; 32]),
        };
        write(&file, &"FR".parse().unwrap(), &record, &version).unwrap();
        let noted = read(&file).unwrap().unwrap();
        let expected = Base::Version("1.42".parse().unwrap(), Some(Hash([3; 32])));
        assert_eq!(noted.base(&record).unwrap(), expected);
        assert!(noted.base(&"practice/other".parse().unwrap()).is_err());
        std::fs::write(beside(&file), "nonsense").unwrap();
        assert!(read(&file).is_err());
    }
}
