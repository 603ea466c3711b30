//! Names as text, and keys (specification, sections 2 and 3).

use std::fmt::Display;
use std::str::FromStr;

use liaison_protocol::tlog::note::VerifierKey;
use liaison_protocol::tlog::tile::{BundlePath, TilePath};
use liaison_protocol::update::RecordName;
use liaison_protocol::{Code, Hash, Origin, PublicKey};

pub(crate) fn names(bytes: &[u8]) {
    if let Ok(key) = PublicKey::from_bytes(bytes) {
        assert_eq!(key.to_bytes(), bytes, "a key has one encoding");
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    same::<Code>(text);
    same::<Origin>(text);
    same::<RecordName>(text);
    same::<TilePath>(text);
    same::<BundlePath>(text);
    read_again::<VerifierKey>(text);
    read_again::<PublicKey>(text);
    read_again::<Hash>(text);
}

/// A name is written as it was read.
fn same<T: FromStr + Display>(text: &str) {
    if let Ok(name) = text.parse::<T>() {
        assert_eq!(name.to_string(), text);
    }
}

/// What is written means what was read.
fn read_again<T: FromStr + Display + PartialEq + std::fmt::Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string().parse::<T>().ok(), Some(value));
    }
}
