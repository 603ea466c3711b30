//! What a file turns out to be, so that a mix-up is named instead of "not valid".

use std::fmt;
use std::path::Path;

use liaison_protocol::ceremony::{Grant, Request};
use liaison_protocol::tlog::{Policy, SignedCheckpoint, TlogProof};
use liaison_protocol::verify::Bundle;
use liaison_protocol::{dsse, proto};

use crate::charter_file::CharterFile;
use crate::failure::Failure;

/// The kinds of files that commands read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Material {
    Empty,
    KeyFile,
    PublicHalf,
    TlogProof,
    Checkpoint,
    Policy,
    Charter,
    Request,
    Grant,
    Statements,
    Bundle,
    Evidence,
    Json,
    Unknown,
}

impl Material {
    /// What these bytes are.
    pub(crate) fn of(bytes: &[u8]) -> Material {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        if bytes.is_empty() {
            Material::Empty
        } else if text.starts_with("age-encryption.org/") || bytes.starts_with(b"age-encryption.org/") {
            Material::KeyFile
        } else if text.starts_with("liaison-key-v") {
            Material::PublicHalf
        } else if text.starts_with("c2sp.org/tlog-proof@") || TlogProof::parse(bytes).is_ok() {
            Material::TlogProof
        } else if SignedCheckpoint::parse(bytes).is_ok() {
            Material::Checkpoint
        } else if Policy::parse(bytes).is_ok() {
            Material::Policy
        } else if CharterFile::from_bytes(bytes).is_ok() {
            Material::Charter
        } else if Request::from_bytes(bytes).is_ok() {
            Material::Request
        } else if Grant::from_bytes(bytes).is_ok() {
            Material::Grant
        } else if Bundle::from_bytes(bytes).is_ok() {
            Material::Bundle
        } else if is_evidence(bytes) {
            Material::Evidence
        } else if crate::commands::mandate::statements::read(bytes).is_ok() {
            Material::Statements
        } else if liaison_records::json::parse(bytes).is_ok() {
            Material::Json
        } else {
            Material::Unknown
        }
    }

    /// Says that a file is not the one that is needed: what it is, if that is known, else what is
    /// wrong with it.
    pub(crate) fn mismatch(self, path: &Path, bytes: &[u8], cause: &dyn fmt::Display) -> Failure {
        match Material::of(bytes) {
            Material::Unknown => Failure::in_file(path, format!("it is not {self}: {cause}")),
            found if found == self => Failure::in_file(path, cause),
            found => Failure::in_file(path, format!("it is {found}; {self} is needed here")),
        }
    }
}

impl fmt::Display for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Material::Empty => "an empty file",
            Material::KeyFile => "a key file",
            Material::PublicHalf => "the public half of a key",
            Material::TlogProof => "a tlog-proof",
            Material::Checkpoint => "a checkpoint",
            Material::Policy => "a tlog-policy",
            Material::Charter => "a charter",
            Material::Request => "a request",
            Material::Grant => "a grant",
            Material::Statements => "a file of statements",
            Material::Bundle => "a bundle",
            Material::Evidence => "evidence",
            Material::Json => "JSON",
            Material::Unknown => "a file of an unknown kind",
        })
    }
}

/// Whether bytes have the form of evidence; whether it proves anything is another question.
pub(crate) fn is_evidence(bytes: &[u8]) -> bool {
    let limit = liaison_protocol::charter::CHAIN_SIZE_MAX;
    let decoded: Result<proto::Evidence, _> = dsse::decode("Evidence", bytes, limit);
    decoded.is_ok_and(|evidence| {
        let whole = prost::Message::encode_to_vec(&evidence) == bytes;
        whole && evidence.content.is_some()
    })
}
