//! Every target on its seeds, on small changes of them, and on all inputs that were once found to break it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may panic as tests do"
)]

use std::fs;
use std::path::{Path, PathBuf};

use liaison_fuzzing::{TARGETS, Target};

/// Changes of one seed: enough to reach each field of a short input.
const CHANGES: usize = 48;

#[test]
fn every_target_holds_on_its_seeds_and_on_small_changes_of_them() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} has no seed", target.name);
        for seed in seeds.iter().take(24) {
            (target.run)(seed);
            changes(seed).for_each(|bytes| (target.run)(&bytes));
        }
    }
}

#[test]
fn every_input_that_was_once_found_is_read_without_a_finding() {
    for target in TARGETS {
        for path in kept(target) {
            let bytes = fs::read(&path).unwrap();
            println!("{}", path.display());
            (target.run)(&bytes);
        }
    }
}

#[test]
fn every_kept_input_belongs_to_a_target() {
    for item in fs::read_dir(folder()).unwrap() {
        let name = item.unwrap().file_name().into_string().unwrap();
        let known = TARGETS.iter().any(|target| target.name == name) || name == "README.md";
        assert!(known, "there is no target named {name}");
    }
}

/// Cut short, with a bit changed, with bytes doubled: at places that are spread over the seed.
fn changes(seed: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let step = (seed.len() / CHANGES).max(1);
    let places = (0..seed.len()).step_by(step);
    places.flat_map(move |place| {
        let mut flipped = seed.to_vec();
        flipped[place] ^= 1 << (place % 8);
        let mut doubled = seed.to_vec();
        doubled.insert(place, seed[place]);
        [seed[..place].to_vec(), flipped, doubled]
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/fuzz")
}

fn kept(target: &Target) -> Vec<PathBuf> {
    let Ok(items) = fs::read_dir(folder().join(target.name)) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = items.map(|item| item.unwrap().path()).collect();
    paths.sort();
    paths
}
