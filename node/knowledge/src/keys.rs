//! Keys of the index tables that the fold writes.
//!
//! `Effects`: SHA-256 of the origin, number of the block (u64 big-endian): entry / 16. `Records`: authority, 0, record name.
//! `History` and `Voids`: the record's key, 0, epoch (u32), index (u64), both big-endian. `Cursors`: the origin.

use liaison_protocol::update::RecordName;
use liaison_protocol::{Code, Origin};

/// Entries whose effects stand in one value: sled works by the value, whatever its size.
pub(crate) const BLOCK: u64 = 16;

/// The block that an entry belongs to.
pub(crate) fn block(origin: &Origin, entry: u64) -> Vec<u8> {
    [&origin.hash().0[..], &(entry / BLOCK).to_be_bytes()].concat()
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
