//! A record in a file: its name, its content, and what it was made from.

use std::path::{Path, PathBuf};

use liaison_protocol::Code;
use liaison_protocol::update::{PAYLOAD_SIZE_MAX, Previous, RecordName};
use liaison_records::{WireError, check, decode, encode, json, kinds};
use serde_json::Value;

use super::base::Base;
use super::version_file;
use crate::failure::Failure;
use crate::files;
use crate::session::Session;

/// Names of files that hold records end in one of these.
pub(super) const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];

/// A record that is to be published.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) record: RecordName,
    pub(super) value: Value,
    pub(super) base: Option<Base>,
}

impl Source {
    /// Reads and checks a file.
    pub(super) fn read(
        path: &Path,
        record: Option<RecordName>,
        base: Option<Base>,
    ) -> Result<Source, Failure> {
        let source = Source::open(path, record, base)?;
        check(&source.record, &source.value).map_err(|faults| Failure::in_file(path, faults))?;
        let value = as_read(&source.record, source.value).map_err(|cause| Failure::in_file(path, cause))?;
        Ok(Source { value, ..source })
    }

    /// Reads a file that may break rules of its kind. Without a name given, it is called `kind.slug.json` or
    /// `kind.slug.yaml`.
    pub(super) fn open(
        path: &Path,
        record: Option<RecordName>,
        base: Option<Base>,
    ) -> Result<Source, Failure> {
        let bytes = files::read(path, PAYLOAD_SIZE_MAX as usize)?;
        let value = parse(path, &bytes).map_err(|cause| Failure::in_file(path, cause))?;
        let record = match record {
            Some(record) => record,
            None => named_by(path)?,
        };
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
