//! Key files and public halves on disk.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use liaison_protocol::key::Algorithm;

use super::{Folder, passphrase};
use crate::seal::{seal, work_factor};
use crate::{KeyFile, KeyFileError, PublicHalf, SAMPLE_WORK_FACTOR, SecretKey};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Writes bytes with the mode of a key file.
fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

fn open_error(path: &Path) -> KeyFileError {
    KeyFile::open(path, &passphrase("right")).unwrap_err()
}

#[test]
fn keys_come_back_from_their_file_as_they_were() {
    let folder = Folder::new();
    let ana = SecretKey::generate("ana", Algorithm::P256).unwrap();
    let log = SecretKey::generate("log", Algorithm::Ed25519).unwrap();
    let saved = KeyFile::new(vec![log, ana]).unwrap();
    let path = folder.path("some.age");
    saved
        .save(&path, &passphrase("right"), Some(SAMPLE_WORK_FACTOR))
        .unwrap();
    let opened = KeyFile::open(&path, &passphrase("right")).unwrap();
    assert_eq!(opened.public_halves(), saved.public_halves());
    for (opened, saved) in opened.keys().iter().zip(saved.keys()) {
        assert_eq!(opened.to_bytes(), saved.to_bytes());
        let signature = opened.clone().into_signer().sign(b"m").unwrap();
        assert_eq!(saved.public_key().verify(b"m", &signature), Ok(()));
    }
    assert_eq!(KeyFile::work_factor(&path).unwrap(), SAMPLE_WORK_FACTOR);
    assert_eq!(mode(&path), 0o600);
    let content = fs::read(&path).unwrap();
    assert!(content.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    assert_eq!(
        fs::read_dir(folder.path("")).unwrap().count(),
        1,
        "nothing else is left in the folder"
    );
}

#[test]
fn a_wrong_passphrase_is_said_to_be_wrong() {
    let folder = Folder::new();
    let (_, path) = folder.saved();
    let error = KeyFile::open(&path, &passphrase("wrong")).unwrap_err();
    assert!(matches!(error, KeyFileError::WrongPassphrase(_)), "{error}");
    let message = error.to_string();
    assert!(message.starts_with("the passphrase does not open "), "{message}");
    assert!(
        message.ends_with("node.age; if it is the right one, the file was changed"),
        "{message}"
    );
}

#[test]
fn any_changed_byte_is_refused() {
    let folder = Folder::new();
    let (_, path) = folder.saved();
    let good = fs::read(&path).unwrap();
    for position in 0..good.len() {
        for flip in [0x01, 0x80] {
            let mut bad = good.clone();
            bad[position] ^= flip;
            write(&path, &bad);
            assert!(
                KeyFile::open(&path, &passphrase("right")).is_err(),
                "byte {position} ^ {flip:#x}"
            );
        }
    }
    write(&path, &good);
    assert!(KeyFile::open(&path, &passphrase("right")).is_ok());
}

#[test]
fn a_cut_or_lengthened_file_is_refused() {
    let folder = Folder::new();
    let (_, path) = folder.saved();
    let good = fs::read(&path).unwrap();
    for length in [1, 22, 30, 100, good.len() - 17, good.len() - 1] {
        write(&path, &good[..length]);
        assert!(
            KeyFile::open(&path, &passphrase("right")).is_err(),
            "{length} bytes"
        );
    }
    write(&path, &[good.as_slice(), b"x"].concat());
    assert!(matches!(open_error(&path), KeyFileError::Damaged { .. }));
}

#[test]
fn a_key_file_that_others_can_use_is_refused() {
    let folder = Folder::new();
    let (_, path) = folder.saved();
    for open_mode in [0o644, 0o640, 0o620, 0o601, 0o602] {
        fs::set_permissions(&path, Permissions::from_mode(open_mode)).unwrap();
        let error = open_error(&path);
        assert!(
            matches!(error, KeyFileError::Exposed { mode, .. } if mode == open_mode),
            "{error}"
        );
        let message = error.to_string();
        let expected = format!("can be used by others (mode {open_mode:04o}); run: chmod 600 ");
        assert!(message.contains(&expected), "{message}");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
    assert!(KeyFile::open(&path, &passphrase("right")).is_ok());
}

#[test]
fn a_key_file_is_never_overwritten() {
    let folder = Folder::new();
    let (first, path) = folder.saved();
    let second = KeyFile::generate(&["log"], Algorithm::Ed25519).unwrap();
    let error = second.save(&path, &passphrase("right"), Some(1)).unwrap_err();
    assert!(matches!(error, KeyFileError::Exists(_)), "{error}");
    let opened = KeyFile::open(&path, &passphrase("right")).unwrap();
    assert_eq!(opened.public_halves(), first.public_halves());
    let error = first
        .save(&folder.path("no/folder/x.age"), &passphrase("right"), Some(1))
        .unwrap_err();
    assert!(matches!(error, KeyFileError::Missing(_)), "{error}");
}

#[test]
fn a_new_passphrase_replaces_the_old_one() {
    let folder = Folder::new();
    let (keys, path) = folder.saved();
    let (right, new) = (passphrase("right"), passphrase("new"));
    assert!(KeyFile::reseal(&path, &passphrase("wrong"), &new, Some(1)).is_err());
    assert!(KeyFile::open(&path, &right).is_ok());
    KeyFile::reseal(&path, &right, &new, Some(2)).unwrap();
    assert!(matches!(open_error(&path), KeyFileError::WrongPassphrase(_)));
    assert_eq!(
        KeyFile::open(&path, &new).unwrap().public_halves(),
        keys.public_halves()
    );
    assert_eq!((KeyFile::work_factor(&path).unwrap(), mode(&path)), (2, 0o600));
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1);
}

#[test]
fn the_wrong_kind_of_file_is_named() {
    let folder = Folder::new();
    let path = folder.path("given");
    let id = "12D3KooW";
    let kinds: [(&[u8], &str); 13] = [
        (
            b"liaison-key-v1 ana 01ab\n",
            "is the public half of a key; the secret key is needed here, NAME.age",
        ),
        (
            b"liaison-keys-v1\nlog ed25519 00\n",
            "is a key file without encryption; whoever could read it has the keys",
        ),
        (
            b"ssh-ed25519 AAAA ana@example",
            "is a public key of OpenSSH; a key file made by `liaison key new`",
        ),
        (b"ecdsa-sha2-nistp256 AAAA", "is a public key of OpenSSH;"),
        (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\n",
            "is a private key of OpenSSH;",
        ),
        (b"-----BEGIN EC PRIVATE KEY-----\n", "is a private key in PEM;"),
        (
            b"-----BEGIN CERTIFICATE-----\nPRIVATE KEY",
            "is a certificate or public key in PEM;",
        ),
        (b"AGE-SECRET-KEY-1QQQ", "is a secret key of age itself;"),
        (
            b"-----BEGIN AGE ENCRYPTED FILE-----\n",
            "is an age file in its text form; decode it to the binary form",
        ),
        (
            b"age-encryption.org/v1\n-> X25519 abc\n",
            "is an age file encrypted to recipients, not with a passphrase;",
        ),
        (b"", "is an empty file;"),
        (b"\x0a\x20", "is a file of an unknown kind;"),
        (id.as_bytes(), "is a file of an unknown kind;"),
    ];
    for (bytes, message) in kinds {
        write(&path, bytes);
        let error = open_error(&path).to_string();
        assert!(error.contains(message), "{error}");
        assert!(matches!(open_error(&path), KeyFileError::WrongKind { .. }));
    }
    // Readable by all, as public files are: the mix-up counts, not the mode.
    fs::write(&path, "liaison-key-v1 ana 01ab\n").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    assert!(
        open_error(&path)
            .to_string()
            .contains("is the public half of a key")
    );
    assert!(
        open_error(&folder.path(""))
            .to_string()
            .contains("is no regular file;")
    );
    write(&path, &vec![b'x'; (64 << 10) + 1]);
    assert!(
        open_error(&path)
            .to_string()
            .contains("is a file of an unknown kind;")
    );
    assert!(matches!(
        open_error(&folder.path("none")),
        KeyFileError::Missing(_)
    ));
    assert!(
        open_error(&folder.path("none"))
            .to_string()
            .starts_with("there is no file ")
    );
}

#[test]
fn too_much_work_is_refused_before_it_is_done() {
    let folder = Folder::new();
    let (keys, path) = folder.saved();
    let text = fs::read(&path).unwrap();
    assert_eq!(work_factor(&text), Some(1));
    // The head is readable and names the work; a hostile file could ask for terabytes.
    let line_end = 22 + text[22..].iter().position(|byte| *byte == b'\n').unwrap();
    let hostile = [&text[..line_end - 1], b"40", &text[line_end..]].concat();
    write(&path, &hostile);
    let error = open_error(&path);
    assert!(
        matches!(
            error,
            KeyFileError::TooMuchWork {
                factor: 40,
                maximum: 20,
                ..
            }
        ),
        "{error}"
    );
    for factor in [0, 21, 64, 255] {
        let error = keys
            .save(&folder.path("x.age"), &passphrase("right"), Some(factor))
            .unwrap_err();
        assert!(
            matches!(error, KeyFileError::WorkFactor(found) if found == factor),
            "{error}"
        );
    }
    assert!(!folder.path("x.age").exists());
}

#[test]
fn content_that_no_release_wrote_is_refused() {
    let folder = Folder::new();
    let path = folder.path("odd.age");
    let secret = "11".repeat(32);
    let zeros = "00".repeat(32);
    let opened = |content: &str| {
        write(&path, &seal(content.as_bytes(), &passphrase("right"), 1).unwrap());
        KeyFile::open(&path, &passphrase("right"))
    };
    assert!(opened(&format!("liaison-keys-v1\nlog ed25519 {secret}\n")).is_ok());
    let error = opened(&format!("liaison-keys-v2\nlog ml-dsa-44 {secret}\n"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("holds keys in a format of a newer release (liaison-keys-v2)"),
        "{error}"
    );
    let odd = [
        String::new(),
        "liaison-keys-v1".to_owned(),
        "liaison-keys-v1\n".to_owned(),
        format!("liaison-keys-v1\nlog ed25519 {secret}"),
        format!("liaison-keys-v1\nlog ed25519 {secret} x\n"),
        format!(
            "liaison-keys-v1\nlog ed25519 {}\n",
            secret.to_uppercase().replace('1', "A")
        ),
        format!("liaison-keys-v1\nlog ed25519 {}\n", &secret[2..]),
        format!("liaison-keys-v1\nlog ed448 {secret}\n"),
        format!("liaison-keys-v1\nlog p256 {zeros}\n"),
        format!("liaison-keys-v1\n../log ed25519 {secret}\n"),
        format!("liaison-keys-v1\nlog ed25519 {secret}\nlog ed25519 {secret}\n"),
    ];
    for content in odd {
        let error = opened(&content).unwrap_err();
        assert!(
            matches!(error, KeyFileError::Damaged { .. }),
            "{content}: {error}"
        );
        assert!(!error.to_string().contains("1111"), "no secret in a message");
    }
}

#[test]
fn names_and_numbers_of_keys_are_checked() {
    for name in ["", ".", "-x", "a b", "a/b", "ä", "a\n", &"x".repeat(65)] {
        assert!(
            matches!(
                SecretKey::generate(name, Algorithm::Ed25519),
                Err(KeyFileError::Name(_))
            ),
            "{name:?}"
        );
    }
    let names: Vec<String> = (0..17).map(|number| format!("k{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let made = |names: &[&str]| KeyFile::generate(names, Algorithm::Ed25519);
    assert!(made(&names[..16]).is_ok());
    assert!(matches!(made(&names), Err(KeyFileError::Count(17))));
    assert!(matches!(made(&[]), Err(KeyFileError::Count(0))));
    assert!(matches!(made(&["log", "log"]), Err(KeyFileError::Repeated(_))));
    let keys = made(&["log", "node"]).unwrap();
    assert!(keys.signer("log", Path::new("n.age")).is_ok());
    let error = keys
        .signer("root", Path::new("n.age"))
        .map(|_| ())
        .unwrap_err()
        .to_string();
    assert_eq!(error, "n.age holds no key named ‘root’; it holds log, node");
}

#[test]
fn a_public_half_comes_back_from_its_file() {
    let folder = Folder::new();
    let ana = SecretKey::generate("ana", Algorithm::P256).unwrap().public_half();
    let path = folder.path("ana.pub");
    PublicHalf::save(&path, std::slice::from_ref(&ana)).unwrap();
    assert_eq!(PublicHalf::open(&path).unwrap(), ana);
    assert_eq!(mode(&path), 0o644);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        format!("liaison-key-v1 ana {}\n# key id {}\n", ana.key, ana.key.id())
    );
    let windows = text.replace('\n', "\r\n") + "# a remark\r\n\r\n";
    assert_eq!(PublicHalf::read_all(&windows).unwrap(), [ana]);
    let (keys, _) = folder.saved();
    let node = folder.path("node.pub");
    PublicHalf::save(&node, &keys.public_halves()).unwrap();
    assert_eq!(PublicHalf::open_all(&node).unwrap(), keys.public_halves());
    let error = PublicHalf::open(&node).unwrap_err().to_string();
    assert!(
        error.ends_with("node.pub, line 5: a file with one key is needed, this one has more"),
        "{error}"
    );
    assert!(matches!(
        PublicHalf::save(&node, &[]),
        Err(KeyFileError::Exists(_))
    ));
}

#[test]
fn what_is_no_public_half_is_named() {
    let folder = Folder::new();
    let (keys, path) = folder.saved();
    let error = PublicHalf::open(&path).unwrap_err().to_string();
    assert!(
        error.ends_with("node.age is a key file; its public half, NAME.pub, is needed here"),
        "{error}"
    );
    let given = folder.path("given");
    fs::write(&given, "ssh-ed25519 AAAA").unwrap();
    let error = PublicHalf::open(&given).unwrap_err().to_string();
    assert!(
        error.ends_with("is a public key of OpenSSH; the public half of a key is needed here, NAME.pub"),
        "{error}"
    );
    let [first, second, _] = &keys.public_halves()[..] else {
        panic!("three keys")
    };
    let lines = [
        (
            format!("liaison-key-v1 log {}\n# key id {}\n", first.key, second.key.id()),
            "line 2: the key id in the comment",
        ),
        (
            "liaison-key-v1 log\n".to_owned(),
            "line 1: ‘liaison-key-v1 NAME KEY’ is expected",
        ),
        (
            format!("liaison-key-v1 l/g {}\n", first.key),
            "line 1: ‘l/g’ is no name of a key",
        ),
        (
            format!("liaison-key-v1 log {}00\n", first.key),
            "line 1: a key of Ed25519 has 32 bytes",
        ),
        (
            format!("liaison-key-v1 log 01{}\n", "00".repeat(32)),
            "line 1: the public key is of small order",
        ),
        (
            format!("liaison-key-v1 log {} x\n", first.key),
            "line 1: ‘liaison-key-v1 NAME KEY’ is expected",
        ),
        (
            "liaison-key-v1\n".to_owned(),
            "line 1: ‘liaison-key-v1 NAME KEY’ is expected",
        ),
    ];
    for (text, message) in lines {
        fs::write(&given, text).unwrap();
        let error = PublicHalf::open(&given).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
