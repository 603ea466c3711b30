//! What a change was made from, against the record's newest version: so that nobody overwrites what
//! they have not seen.

use std::fmt;
use std::path::Path;

use liaison_api::model::VersionCursor;
use liaison_protocol::update::{Previous, RecordName};
use liaison_protocol::{Hash, Origin};

use super::head::Head;
use crate::exit::Exit;
use crate::failure::Failure;

/// What a change was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    /// Nothing: the record is meant to be new.
    Nothing,
    /// This version; its leaf hash is known when it was noted beside a file.
    Version(VersionCursor, Option<Hash>),
}

/// Reads `EPOCH.INDEX` or `none`.
pub(super) fn parse(text: &str) -> Result<Base, String> {
    match text {
        "none" => Ok(Base::Nothing),
        text => Ok(Base::Version(text.parse()?, None)),
    }
}

/// Refuses a change that was made from another version than the newest, naming both.
pub(super) fn check(
    origin: &Origin,
    record: &RecordName,
    base: Option<Base>,
    head: Option<&Head>,
) -> Result<(), Failure> {
    let Some(base) = base else { return Ok(()) };
    if is_newest(base, head.map(|head| &head.previous)) {
        return Ok(());
    }
    let newest = head.map_or_else(
        || "has no version here".to_owned(),
        |head| format!("stands at {head}"),
    );
    let reference = format!("{}/{record}", origin.authority());
    let advice = format!("read the newest with `liaison get {reference}` and make the change again");
    Err(Failure::new(
        Exit::Stale,
        format!("{reference} was changed from {base}, but {newest}; {advice}"),
    ))
}

/// That a file does not say what it was made from, though its record stands.
pub(super) fn unknown(path: &Path, record: &RecordName, head: &Head) -> Failure {
    let advice = "read it with `liaison get REF -o FILE`, or say with --previous that you have";
    let file = path.display();
    Failure::new(
        Exit::Stale,
        format!("{record} stands at {head}, and nothing says from which version {file} was made; {advice}"),
    )
}

/// Why a file must not be published over what stands, if it was not made from it.
pub(super) fn conflict(record: &RecordName, base: Option<Base>, newest: Option<&Previous>) -> Option<String> {
    let stands = newest.map_or_else(
        || "has no version here".to_owned(),
        |newest| format!("stands at version {}.{}", newest.epoch, newest.index),
    );
    match base {
        Some(base) if is_newest(base, newest) => None,
        Some(base) => Some(format!("{record} was changed from {base}, but {stands}")),
        None => {
            newest.map(|_| format!("{record} {stands}, which the file does not say that it was made from"))
        }
    }
}

/// Whether a file was made from the newest version.
pub(super) fn is_newest(base: Base, newest: Option<&Previous>) -> bool {
    match (base, newest) {
        (Base::Nothing, None) => true,
        (Base::Version(version, leaf), Some(previous)) => {
            let same = version.epoch == previous.epoch && version.index == previous.index;
            same && leaf.is_none_or(|leaf| leaf == previous.leaf_hash)
        }
        _ => false,
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Base::Nothing => f.write_str("nothing, as a new record"),
            Base::Version(version, _) => write!(f, "version {version}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use liaison_protocol::update::Audience;

    use super::*;

    fn head(epoch: u32, index: u64) -> Head {
        Head {
            previous: Previous {
                epoch,
                index,
                leaf_hash: Hash([1; 32]),
            },
            audience: Audience::Amber,
            described: String::new(),
        }
    }

    fn checked(base: &str, head: Option<&Head>) -> Result<(), Failure> {
        let origin = format!("policenet.example/{}/fr/1", "ab".repeat(16))
            .parse()
            .unwrap();
        check(
            &origin,
            &"practice/cameras".parse().unwrap(),
            Some(parse(base).unwrap()),
            head,
        )
    }

    #[test]
    fn only_the_newest_version_is_a_base() {
        assert!(checked("1.42", Some(&head(1, 42))).is_ok());
        assert!(checked("none", None).is_ok());
        for (base, head) in [
            ("1.42", Some(head(1, 57))),
            ("1.42", Some(head(2, 42))),
            ("1.42", None),
            ("none", Some(head(1, 42))),
        ] {
            let failure = checked(base, head.as_ref()).unwrap_err();
            assert_eq!(failure.exit, Exit::Stale, "{failure}");
        }
    }

    #[test]
    fn a_stale_change_names_both_versions() {
        let failure = checked("1.42", Some(&head(1, 57))).unwrap_err().to_string();
        assert!(
            failure.contains("version 1.42") && failure.contains("version 1.57"),
            "{failure}"
        );
    }

    #[test]
    fn a_noted_leaf_of_another_branch_is_no_base() {
        let version = "1.42".parse().unwrap();
        assert!(is_newest(
            Base::Version(version, Some(Hash([1; 32]))),
            Some(&head(1, 42).previous)
        ));
        assert!(!is_newest(
            Base::Version(version, Some(Hash([2; 32]))),
            Some(&head(1, 42).previous)
        ));
    }
}
