//! The targets under libFuzzer. `LIAISON_FUZZ_TARGET` names the one that is run; without it the seeds of all are
//! written into the folder `LIAISON_FUZZ_CORPUS`, and their names are printed.

#![no_main]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests may panic as tests do"
)]

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use liaison_fuzzing::{TARGETS, Target, target};

static CHOSEN: OnceLock<&Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(init: choose(), |bytes: &[u8]| {
    (CHOSEN.get().expect("a target is chosen").run)(bytes);
});

fn choose() {
    if let Ok(name) = std::env::var("LIAISON_FUZZ_TARGET") {
        let chosen = target(&name).expect("a target of this name");
        let _ = CHOSEN.set(chosen);
        return;
    }
    let corpus = std::env::var("LIAISON_FUZZ_CORPUS").expect("a target or a folder for seeds is named");
    for target in TARGETS {
        let folder = Path::new(&corpus).join(target.name);
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (number, seed) in (target.seeds)().iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed).expect("the seed can be written");
        }
        println!("{}", target.name);
    }
    std::process::exit(0);
}
