//! Keys of the index tables that the fold writes.
//!
//! `Effects`: SHA-256 of the origin, index (u64 big-endian). `Records`: authority, 0, record name.
//! `History`: the record's key, 0, epoch (u32), index (u64), both big-endian. `Cursors`: the origin.

use liaison_protocol::update::RecordName;
use liaison_protocol::{Code, Origin};

pub(crate) fn effect(origin: &Origin, index: u64) -> Vec<u8> {
    [&origin.hash().0[..], &index.to_be_bytes()].concat()
}

pub(crate) fn authority(code: &Code) -> Vec<u8> {
    [code.as_str().as_bytes(), &[0]].concat()
}

pub(crate) fn record(code: &Code, name: &RecordName) -> Vec<u8> {
    [authority(code), name.to_string().into_bytes()].concat()
}

pub(crate) fn versions(code: &Code, name: &RecordName) -> Vec<u8> {
    [record(code, name), vec![0]].concat()
}

pub(crate) fn version(code: &Code, name: &RecordName, epoch: u32, index: u64) -> Vec<u8> {
    [
        versions(code, name),
        epoch.to_be_bytes().to_vec(),
        index.to_be_bytes().to_vec(),
    ]
    .concat()
}

pub(crate) fn cursor(origin: &Origin) -> Vec<u8> {
    origin.as_str().as_bytes().to_vec()
}
