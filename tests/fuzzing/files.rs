//! Files of a node's own machine: key files, public halves, settings (specification, section 3; guides).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::OnceLock;

use liaison_config::Loader;
use liaison_protocol::key::Algorithm;
use liaison_signer::{KeyFile, Passphrase, PublicHalf, SAMPLE_WORK_FACTOR};

/// Each process has one file of a name, for its owner alone, and writes its inputs there.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().unwrap());
    let path = folder
        .path()
        .join(format!("{name}.{:?}", std::thread::current().id()));
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

pub(crate) fn key_file(bytes: &[u8]) {
    let path = file("key.age", bytes);
    // A file may ask for a second and a gigabyte; that is its holder's choice and nothing to find out here.
    if KeyFile::work_factor(&path).is_ok_and(|factor| factor <= 10) {
        let passphrase = Passphrase::new("sample".to_owned()).unwrap();
        if let Ok(keys) = KeyFile::open(&path, &passphrase) {
            assert!((1..=KeyFile::MAXIMUM_KEYS).contains(&keys.keys().len()));
        }
    }
}

pub(crate) fn key_file_seeds() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = Passphrase::new("sample".to_owned()).unwrap();
    let sealed = [Algorithm::Ed25519, Algorithm::P256].map(|algorithm| {
        let path = folder.path().join(format!("{algorithm:?}.age"));
        let keys = KeyFile::generate(&["log", "node"], algorithm).unwrap();
        keys.save(&path, &passphrase, Some(SAMPLE_WORK_FACTOR)).unwrap();
        fs::read(path).unwrap()
    });
    sealed.into()
}

pub(crate) fn public_half(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(halves) = PublicHalf::read_all(text) {
        let written: String = halves.iter().map(|half| half.to_text()).collect();
        assert_eq!(PublicHalf::read_all(&written).ok(), Some(halves));
    }
}

pub(crate) fn public_half_seeds() -> Vec<Vec<u8>> {
    let keys = KeyFile::generate(&["log", "ana"], Algorithm::Ed25519).unwrap();
    let text: String = keys
        .public_halves()
        .iter()
        .map(|half| half.to_text() + "# a remark\n")
        .collect();
    vec![text.into_bytes()]
}

pub(crate) fn settings(bytes: &[u8]) {
    if let Err(error) = Loader::new().file(file("node.toml", bytes)).load() {
        assert!(!error.to_string().is_empty(), "an error says what is wrong");
    }
}

pub(crate) fn settings_seeds() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../../config/examples/node.toml").to_vec(),
        br#"authority = "FR"
listen = ["/ip4/0.0.0.0/udp/4620/quic-v1"]
[api]
listen = "127.0.0.1:8443"
[limits]
bytes_in_flight = "64 MiB"
frame_time = "10 s"
"#
        .to_vec(),
    ]
}
