//! Where passphrases come from.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Folder;
use crate::{KeyFile, KeyFileError, Passphrase, PassphraseSource};

fn write(path: &Path, content: impl AsRef<[u8]>, mode: u32) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Whether the passphrase from `source` is `right`.
fn opens(source: &PassphraseSource<'_>) -> bool {
    let folder = Folder::new();
    let (_, path) = folder.saved();
    KeyFile::open(&path, &source.get(&path).unwrap()).is_ok()
}

#[test]
fn a_passphrase_is_read_from_a_file_without_its_line_break() {
    let folder = Folder::new();
    let path = folder.path("passphrase");
    for content in ["right", "right\n", "right\r\n"] {
        write(&path, content, 0o600);
        assert!(opens(&PassphraseSource::File(path.clone())), "{content:?}");
    }
    for content in ["right \n", "right\n\n", "wrong"] {
        write(&path, content, 0o400);
        let source = PassphraseSource::File(path.clone());
        assert!(
            source.get(Path::new("")).is_err() || !opens(&source),
            "{content:?}"
        );
    }
}

#[test]
fn a_passphrase_file_that_others_can_read_is_refused() {
    let folder = Folder::new();
    let path = folder.path("passphrase");
    for mode in [0o640, 0o604, 0o620, 0o602, 0o601] {
        // Whatever it holds: this one looks like a public key of OpenSSH.
        write(&path, "ssh-right", mode);
        let error = PassphraseSource::File(path.clone())
            .get(Path::new("node.age"))
            .unwrap_err();
        assert!(
            matches!(error, KeyFileError::Exposed { mode: found, .. } if found == mode),
            "{error}"
        );
    }
}

#[test]
fn a_passphrase_file_holds_one_line_of_text() {
    let folder = Folder::new();
    let path = folder.path("passphrase");
    let long = [b'x'; 1025];
    for content in [b"two\nlines".as_slice(), b"nul\0", b"\xff\xfe", &long] {
        write(&path, content, 0o600);
        let error = PassphraseSource::File(path.clone())
            .get(Path::new("node.age"))
            .unwrap_err();
        assert!(matches!(error, KeyFileError::PassphraseFile(_)), "{error}");
    }
    let error = PassphraseSource::File(folder.path(""))
        .get(Path::new("node.age"))
        .unwrap_err()
        .to_string();
    assert!(
        error.ends_with("is no regular file; a file with the passphrase alone is needed here"),
        "{error}"
    );
    for content in ["", "\n"] {
        write(&path, content, 0o600);
        let error = PassphraseSource::File(path.clone())
            .get(Path::new("node.age"))
            .unwrap_err();
        assert!(matches!(error, KeyFileError::EmptyPassphrase), "{error}");
    }
}

#[test]
fn a_credential_is_read_from_the_service_managers_folder() {
    let folder = Folder::new();
    // The service manager shows a group's permission where an access list names the service's user.
    write(&folder.path("passphrase"), "right\n", 0o440);
    let source = |name: &str| PassphraseSource::Credential {
        directory: folder.path(""),
        name: name.to_owned(),
    };
    assert!(opens(&source("passphrase")));
    let error = source("other")
        .get(Path::new("node.age"))
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "the service manager passed no credential named ‘other’; add LoadCredential=other:FILE to the unit"
    );
}

#[test]
fn a_prompt_is_told_which_file_it_asks_for() {
    assert!(opens(&PassphraseSource::Prompt(&|path| {
        assert!(path.ends_with("node.age"));
        Ok("right".to_owned())
    })));
    let refused = |_: &Path| Err(io::Error::other("no terminal"));
    let error = PassphraseSource::Prompt(&refused)
        .get(Path::new("node.age"))
        .unwrap_err()
        .to_string();
    assert_eq!(error, "no passphrase was given for node.age: no terminal");
}

#[test]
fn an_empty_passphrase_is_refused_and_none_is_printed() {
    assert!(matches!(
        Passphrase::new(String::new()),
        Err(KeyFileError::EmptyPassphrase)
    ));
    let shown = format!("{:?}", Passphrase::new("correct horse".to_owned()));
    assert!(!shown.contains("horse"), "{shown}");
}
