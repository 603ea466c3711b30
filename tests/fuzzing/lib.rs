//! A fuzz target for each thing that reads bytes which somebody else wrote.
//!
//! A target takes any bytes and panics when a property is broken: reading never panics, and what was read is
//! written the same again. `tests/fuzz` runs them with libFuzzer; the test beside this file replays what was
//! once found, and starts from the same seeds, in every ordinary run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests may panic as tests do"
)]

mod federation;
mod files;
mod http;
mod names;
mod notes;
mod objects;
mod proofs;
mod seeds;
mod store;
mod world;

/// What reads bytes, and what to begin with.
pub struct Target {
    /// Its name: the folder of its inputs.
    pub name: &'static str,
    /// Reads the bytes; panics when a property is broken.
    pub run: fn(&[u8]),
    /// Inputs to begin with, most of them well-formed.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target {
        name: "charter",
        run: objects::charter,
        seeds: seeds::charters,
    },
    Target {
        name: "charter-chain",
        run: objects::charter_chain,
        seeds: seeds::charter_chains,
    },
    Target {
        name: "statement",
        run: objects::statement,
        seeds: seeds::statements,
    },
    Target {
        name: "update",
        run: objects::update,
        seeds: seeds::updates,
    },
    Target {
        name: "entry",
        run: objects::entry,
        seeds: seeds::entries,
    },
    Target {
        name: "payload",
        run: objects::payload,
        seeds: seeds::payloads,
    },
    Target {
        name: "ceremony",
        run: objects::ceremony,
        seeds: seeds::ceremony,
    },
    Target {
        name: "wire-scan",
        run: objects::wire_scan,
        seeds: seeds::wire,
    },
    Target {
        name: "record",
        run: objects::record,
        seeds: seeds::records,
    },
    Target {
        name: "names",
        run: names::names,
        seeds: seeds::names,
    },
    Target {
        name: "checkpoint",
        run: notes::checkpoint,
        seeds: seeds::notes,
    },
    Target {
        name: "cosignature",
        run: notes::cosignature,
        seeds: seeds::lines,
    },
    Target {
        name: "tiles",
        run: notes::tiles,
        seeds: seeds::tiles,
    },
    Target {
        name: "tlog-proof",
        run: proofs::tlog_proof,
        seeds: seeds::tlog_proofs,
    },
    Target {
        name: "tlog-policy",
        run: proofs::policy,
        seeds: seeds::policies,
    },
    Target {
        name: "bundle",
        run: proofs::bundle,
        seeds: seeds::bundles,
    },
    Target {
        name: "evidence",
        run: proofs::evidence,
        seeds: seeds::evidence,
    },
    Target {
        name: "form",
        run: proofs::form,
        seeds: seeds::leaves,
    },
    Target {
        name: "federation",
        run: federation::peer,
        seeds: federation::seeds,
    },
    Target {
        name: "peer-record",
        run: notes::peer_record,
        seeds: notes::peer_record_seeds,
    },
    Target {
        name: "posted",
        run: http::posted,
        seeds: http::posted_seeds,
    },
    Target {
        name: "answered",
        run: http::answered,
        seeds: http::answered_seeds,
    },
    Target {
        name: "key-file",
        run: files::key_file,
        seeds: files::key_file_seeds,
    },
    Target {
        name: "public-half",
        run: files::public_half,
        seeds: files::public_half_seeds,
    },
    Target {
        name: "settings",
        run: files::settings,
        seeds: files::settings_seeds,
    },
    Target {
        name: "store",
        run: store::recovery,
        seeds: store::seeds,
    },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
