//! Positions of a log as arguments: a file with a checkpoint, or 0 for before the first entry.

use std::path::Path;

use liaison_protocol::charter::Chain;
use liaison_protocol::tlog::note::MAX_NOTE_BYTES;
use liaison_protocol::tlog::{SignedCheckpoint, empty_root};
use liaison_protocol::{Code, Position};

use crate::commands::key::log_of;
use crate::failure::Failure;
use crate::files;
use crate::material::Material;

/// The position of an authority's live log that an argument names.
pub(crate) fn of(argument: &str, chain: &Chain, code: &Code) -> Result<Position, Failure> {
    let origin = log_of(chain, code)?;
    if argument == "0" {
        return Ok(Position {
            origin,
            size: 0,
            root: empty_root(),
        });
    }
    let path = Path::new(argument);
    let bytes = files::read(path, MAX_NOTE_BYTES)?;
    let position = SignedCheckpoint::parse(&bytes)
        .and_then(|signed| signed.checkpoint.position())
        .map_err(|cause| Material::Checkpoint.mismatch(path, &bytes, &cause))?;
    if position.origin != origin {
        let problem = format!(
            "it is a checkpoint of {}, not of {origin}, the log of {code}",
            position.origin
        );
        return Err(Failure::in_file(path, problem));
    }
    Ok(position)
}
