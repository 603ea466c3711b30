//! The `checkpoint` file: the signed note of a committed head.

use std::path::Path;

use liaison_federation::store::StoreError;
use liaison_protocol::Position;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::tlog::note::MAX_NOTE_BYTES;

use crate::damage::Damage;
use crate::disk::{Disk, read_small};

/// The position that a signed note names. No signature is verified here: that is a matter of form.
pub(super) fn position_of(note: &[u8]) -> Result<Position, String> {
    let signed = SignedCheckpoint::parse(note).map_err(|error| error.to_string())?;
    signed.checkpoint.position().map_err(|error| error.to_string())
}

/// Reads the file; none if it is missing.
pub(super) fn read(disk: &dyn Disk, path: &Path) -> Result<Option<(Position, Vec<u8>)>, StoreError> {
    let Some(note) = read_small(disk, path, MAX_NOTE_BYTES)? else {
        return Ok(None);
    };
    match position_of(&note) {
        Ok(position) => Ok(Some((position, note))),
        Err(what) => Err(Damage::new(path, 0, what).into()),
    }
}
