//! The sample network of the vectors, as nodes and verifiers know it.

use std::sync::OnceLock;

use liaison_protocol::World;
use liaison_protocol::charter::Chain;
use liaison_protocol::dsse::Signed;
use serde_json::Value;

use crate::seeds::{cases, unhex};

/// Charter versions and statements of the first case of the effect vectors.
pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let case = &cases("effect.json")[0];
        let envelopes = |field: &str| -> Vec<Vec<u8>> {
            let list = case[field].as_array().into_iter().flatten();
            list.filter_map(Value::as_str).filter_map(unhex).collect()
        };
        let versions = envelopes("charters")
            .into_iter()
            .map(|bytes| Signed::from_bytes(&bytes).unwrap());
        let mut world = World::new(Chain::from_versions(versions).unwrap());
        for bytes in envelopes("statements") {
            world
                .insert_statement(Signed::from_bytes(&bytes).unwrap())
                .unwrap();
        }
        world
    })
}

/// Splits bytes into frames, each behind its length in two bytes; the last may be short.
pub(crate) fn frames(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
        let (frame, rest) = rest.split_at(length);
        bytes = rest;
        Some(frame)
    })
}
