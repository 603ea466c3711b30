//! A record in a file: its name, its content, and what it was made from.

use std::path::{Path, PathBuf};

use liaison_protocol::Code;
use liaison_protocol::update::{Previous, RecordName};
use liaison_records::{Faults, WireError, check, decode, encode, json, kinds};
use serde_json::Value;

use super::base::Base;
use super::version_file;
use crate::failure::Failure;
use crate::files;
use crate::session::Session;

/// Bytes that are read of a file. No record may have so many, but what is too long in it can be named.
const FILE_SIZE_MAX: usize = 16 << 20;
/// Names of files that hold records end in one of these.
pub(super) const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];

/// A record that is to be published.
pub(crate) struct Source {
    pub(super) path: PathBuf,
    pub(crate) record: RecordName,
    pub(crate) value: Value,
    pub(super) base: Option<Base>,
}

impl Source {
    /// Reads and checks a file. Without a name given, it is called `kind.slug.json` or `kind.slug.yaml`.
    pub(crate) fn read(
        path: &Path,
        record: Option<RecordName>,
        base: Option<Base>,
    ) -> Result<Source, Failure> {
        Source::open(path, record, base)?.checked(check)
    }

    /// Reads a file that may break rules of its kind.
    pub(super) fn open(
        path: &Path,
        record: Option<RecordName>,
        base: Option<Base>,
    ) -> Result<Source, Failure> {
        let value = Source::content(path)?;
        let record = match record {
            Some(record) => record,
            None => named_by(path)?,
        };
        Source::of(path, record, value, base)
    }

    /// The content of a file, before anything is checked.
    pub(crate) fn content(path: &Path) -> Result<Value, Failure> {
        let bytes = files::read(path, FILE_SIZE_MAX)?;
        parse(path, &bytes).map_err(|cause| Failure::in_file(path, cause))
    }

    /// A record of this name, with the content of a file.
    pub(crate) fn of(
        path: &Path,
        record: RecordName,
        value: Value,
        base: Option<Base>,
    ) -> Result<Source, Failure> {
        let base = match base {
            Some(base) => Some(base),
            None => version_file::read(path)?
                .map(|noted| noted.base(&record))
                .transpose()?,
        };
        Ok(Source {
            path: path.to_owned(),
            record,
            value,
            base,
        })
    }

    /// The same, once its content holds what `check` asks.
    pub(crate) fn checked(
        self,
        check: impl FnOnce(&RecordName, &Value) -> Result<(), Faults>,
    ) -> Result<Source, Failure> {
        let path = &self.path;
        check(&self.record, &self.value).map_err(|faults| Failure::in_file(path, faults))?;
        let value = as_read(&self.record, self.value).map_err(|cause| Failure::in_file(path, cause))?;
        Ok(Source { value, ..self })
    }

    /// A record that a command made; where something is wrong with it, it is named in place of a file.
    pub(crate) fn made(record: RecordName, value: Value, base: Base) -> Source {
        Source {
            path: PathBuf::from(record.to_string()),
            record,
            value,
            base: Some(base),
        }
    }

    /// Notes beside the file which version it now stands for.
    pub(super) fn note(&self, session: &Session, code: &Code, version: &Previous) {
        let noted = version_file::write(&self.path, code, &self.record, version);
        if let Err(failure) = noted {
            session
                .output
                .note(&format!("The version was not noted beside the file: {failure}"));
        }
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Value, String> {
    if path.extension().is_none_or(|ending| ending == ENDINGS[0]) {
        return json::parse(bytes).map_err(|cause| cause.to_string());
    }
    // By YAML 1.2: NO is a State, and no way to say false.
    let options = serde_saphyr::options! { strict_booleans: true };
    let read = serde_saphyr::from_slice_with_options(bytes, options);
    let json::Strict(value) = read.map_err(|cause| format!("not YAML: {cause}"))?;
    Ok(value)
}

// As it is read again once it is published: 24.0 is 24 then.
fn as_read(record: &RecordName, value: Value) -> Result<Value, WireError> {
    match kinds::kind(record.kind()) {
        Some(kind) => decode(kind, &encode(kind, &value)),
        None => Ok(value),
    }
}

fn named_by(path: &Path) -> Result<RecordName, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name
        .rsplit_once('.')
        .filter(|(_, ending)| ENDINGS.contains(ending));
    let named = stem.and_then(|(stem, _)| stem.split_once('.'));
    let record = named.and_then(|(kind, slug)| format!("{kind}/{slug}").parse().ok());
    record.ok_or_else(|| {
        let advice =
            "its name is not kind.slug.json, as practice.cameras.json; name the record with --record";
        Failure::usage(format!("{}: {advice}", path.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_read_as_strictly_as_json() {
        let yaml = Path::new("notice.a.yaml");
        let json = json::parse(br#"{"a": [1, 2.5, "x", true], "b": {"c": "NO"}}"#).unwrap();
        assert_eq!(parse(yaml, b"a: [1, 2.5, x, true]\nb:\n  c: NO\n").unwrap(), json);
        for bad in ["a: 1\na: 2\n", "a: 9007199254740993\n", "a: [1\n", "a: .inf\n"] {
            assert!(parse(yaml, bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_name_of_a_file_is_that_of_its_record() {
        for (file, record) in [
            ("x/practice.cameras.json", "practice/cameras"),
            ("implementation.coe-cpe:61.yaml", "implementation/coe-cpe:61"),
            ("study.a.b.yml", "study/a.b"),
        ] {
            assert_eq!(named_by(Path::new(file)).unwrap().to_string(), record);
        }
        for file in ["cameras.json", "practice.cameras.txt", "practice.json", ".json"] {
            assert!(named_by(Path::new(file)).is_err(), "{file}");
        }
    }
}
