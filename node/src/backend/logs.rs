//! The C2SP read paths: checkpoints, tiles, entry bundles, policies.

use liaison_api::model::Problem;
use liaison_protocol::charter::Charter;
use liaison_protocol::statement::Role;
use liaison_protocol::tlog::note::SignatureType;
use liaison_protocol::tlog::{BundlePath, Policy, TilePath, VerifierKey};
use liaison_protocol::{Hash, Origin};

use super::failed;
use crate::engine::Engine;

/// The newest checkpoint held, with its cosignatures.
pub(super) fn checkpoint(engine: &Engine, origin: &Origin) -> Result<Vec<u8>, Problem> {
    let head = engine.federation().best_head(origin).map(|head| head.to_bytes());
    head.ok_or_else(|| Problem::not_found(format!("{origin} has no signed checkpoint yet")))
}

/// The hashes of a tile.
pub(super) fn tile(engine: &Engine, origin: &Origin, tile: &TilePath) -> Result<Vec<Hash>, Problem> {
    let level = u32::from(tile.level()) * 8;
    let first = tile.index() * 256;
    let node = |index| {
        let hash = engine.store().node(origin, level, index).map_err(failed)?;
        hash.ok_or_else(|| Problem::not_found(format!("{origin} has no such tile")))
    };
    (first..first + u64::from(tile.width())).map(node).collect()
}

/// The leaves of an entry bundle.
pub(super) fn leaves(engine: &Engine, origin: &Origin, bundle: &BundlePath) -> Result<Vec<Vec<u8>>, Problem> {
    let (start, width) = (bundle.index() * 256, u64::from(bundle.width()));
    let leaves = engine
        .store()
        .entries(origin, start, width, usize::MAX)
        .map_err(failed)?;
    if leaves.len() as u64 == width {
        Ok(leaves)
    } else {
        Err(Problem::not_found(format!("{origin} has no such entry bundle")))
    }
}

/// The tlog-policy of a log, by the charter version that it names.
pub(super) fn policy(engine: &Engine, origin: &Origin) -> Result<String, Problem> {
    let missing = || Problem::not_found(format!("{origin} names no charter version in force"));
    let prefix = engine.federation().prefix(origin).ok_or_else(missing)?;
    let world = engine.world();
    let charter: &Charter = world.chain().newest_named(prefix.namings()).ok_or_else(missing)?;
    let key = prefix.log_key().ok_or_else(missing)?.clone();
    let invalid = |e: &dyn std::fmt::Display| Problem::internal(e.to_string());
    let log = VerifierKey::new(origin.as_str(), SignatureType::Ed25519, key).map_err(|e| invalid(&e))?;
    let now = crate::runtime::now();
    let mut witnesses = Vec::new();
    for code in charter.witnesses_for(&origin.authority()) {
        let live = world
            .statements()
            .live_key(world.chain(), code, Role::Cosigner, now);
        let name = world.chain().origin(code).map(|origin| origin.cosigner_name());
        if let (Some(live), Some(name)) = (live, name) {
            let key =
                VerifierKey::new(&name, SignatureType::Cosignature, live.clone()).map_err(|e| invalid(&e))?;
            witnesses.push(key);
        }
    }
    let needed = liaison_protocol::quorum::needed(charter.witnesses_for(&origin.authority()).count());
    let policy = Policy::for_log(log, witnesses, needed).map_err(|e| invalid(&e))?;
    Ok(policy.to_string())
}
