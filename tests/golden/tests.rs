//! Folders of a node that release 0.1 wrote open, verify and fold to what they did then.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::path::{Path, PathBuf};

use liaison_tests::golden::{read, write};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/0.1")
}

// A copy that may be written to.
fn copy() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&golden(), copy.path());
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.metadata().unwrap().is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
#[ignore = "writes the golden folders of a new release"]
fn write_golden_folders() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    for name in ["data/LOCK", "state/LOCK"] {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    std::fs::create_dir_all(golden()).unwrap();
    copy_folder(folder.path(), &golden());
    std::fs::write(golden().join("found"), read(copy().path()).unwrap()).unwrap();
}

#[test]
fn folders_of_the_first_release_open_verify_and_fold_to_what_they_did() {
    let recorded = std::fs::read_to_string(golden().join("found")).unwrap();
    assert_eq!(read(copy().path()).unwrap(), recorded);
}

#[test]
fn a_folder_that_a_newer_release_wrote_is_refused_with_what_to_do() {
    for name in ["data", "state"] {
        let copy = copy();
        std::fs::write(copy.path().join(name).join("SCHEMA"), "2\n").unwrap();
        let refused = read(copy.path()).unwrap_err().to_string();
        let expected = "was written by a newer release (schema 2, this one reads up to 1); use that release";
        assert!(refused.ends_with(expected), "{refused}");
    }
}

#[test]
fn a_changed_byte_in_any_file_of_a_log_is_not_read_over() {
    let recorded = std::fs::read_to_string(golden().join("found")).unwrap();
    for name in ["entries", "checkpoint", "payloads", "heads"] {
        let copy = copy();
        let file = copy.path().join("data/logs/AA/1").join(name);
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        let found = std::panic::catch_unwind(|| read(copy.path()));
        assert!(!matches!(found, Ok(Ok(found)) if found == recorded), "{name}");
    }
}
