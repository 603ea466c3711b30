//! Verifying evidence: that a key signed two things that contradict each other.

use std::path::Path;

use liaison_protocol::World;
use liaison_protocol::charter::Chain;
use liaison_protocol::evidence::{self, Proven};
use liaison_protocol::verify::{BUNDLE_SIZE_MAX, Bundle};
use serde_json::json;

use super::Verify;
use crate::charter_file::CharterFile;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::material::Material;
use crate::session::Session;

/// Verifies evidence against the charter that was given.
pub(super) fn verify(verify: &Verify, session: &Session, bytes: &[u8]) -> Result<(), Failure> {
    let Some(path) = &verify.charter else {
        let why = "evidence is held against the charter of its network; name a charter file or a bundle \
                   with --charter";
        return cannot_decide(session, why);
    };
    let world = open_world(path)?;
    let known = world.chain().network();
    match verify.network()? {
        None => {
            let why = format!(
                "the charter given is of network {}; name the network id that you trust with --network",
                known.grouped()
            );
            return cannot_decide(session, &why);
        }
        Some(network) if network != known => {
            let problem = format!(
                "it is of network {}, not of {}",
                known.grouped(),
                network.grouped()
            );
            return Err(Failure::in_file(path, problem));
        }
        Some(_) => {}
    }
    match evidence::verify(bytes, &world) {
        Ok(proven) => session
            .output
            .answer(&json!({ "outcome": "valid", "proven": proven }), |paint| {
                format!("{}: {}\n", paint.good("valid"), describe(&proven))
            }),
        Err(cause) => {
            let answer = json!({ "outcome": "invalid", "why": cause.to_string() });
            session.output.answer(&answer, |paint| {
                format!("{}: it proves nothing: {cause}\n", paint.bad("not valid"))
            })?;
            Err(Failure::answered(Exit::Refused))
        }
    }
}

fn cannot_decide(session: &Session, why: &str) -> Result<(), Failure> {
    let answer = json!({ "outcome": "cannot-decide", "why": why });
    session.output.answer(&answer, |paint| {
        format!("{}: {why}\n", paint.bad("cannot decide"))
    })?;
    Err(Failure::answered(Exit::CannotDecide))
}

fn open_world(path: &Path) -> Result<World, Failure> {
    let bytes = files::read(path, BUNDLE_SIZE_MAX)?;
    if let Ok(bundle) = Bundle::from_bytes(&bytes) {
        let chain = Chain::from_versions(bundle.charters).map_err(|cause| Failure::in_file(path, cause))?;
        let mut world = World::new(chain);
        for statement in bundle.statements {
            world
                .insert_statement(statement)
                .map_err(|cause| Failure::in_file(path, cause))?;
        }
        return Ok(world);
    }
    let file =
        CharterFile::from_bytes(&bytes).map_err(|cause| Material::Charter.mismatch(path, &bytes, &cause))?;
    Ok(World::new(file.in_force(path)?.clone()))
}

fn describe(proven: &Proven) -> String {
    match proven {
        Proven::Checkpoints {
            origin,
            sizes: (first, second),
            keys: (a, b),
        } => {
            let keys = if a == b {
                format!("key {a}")
            } else {
                format!("keys {a} and {b}")
            };
            format!(
                "{keys} signed two heads of {origin} that contradict each other, at sizes {first} and {second}"
            )
        }
        Proven::Cosignatures {
            authority,
            origin,
            sizes: (first, second),
        } => format!(
            "{authority} cosigned two heads of {origin} that contradict each other, at sizes {first} and {second}"
        ),
        Proven::Successors {
            parent,
            rivals: (first, second),
            keys,
        } => {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            format!(
                "council keys {} signed two successors of charter version {parent} in one round: {first} and {second}",
                keys.join(", ")
            )
        }
    }
}
