//! Seeds of the simulator in the ordinary test run.
//!
//! `LIAISON_SEED=N` runs one seed and prints what it came to, `LIAISON_SEEDS=N` more of them than
//! the ordinary 200. The same is done by `simulate --seed N` and `simulate --seeds N`.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use liaison_tests::simulator::{Outcome, Plan, Sabotage, run};

/// Seeds of the ordinary run.
const SEEDS: u64 = 200;

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs seeds on all cores; those that failed, in order.
fn run_all(seeds: std::ops::RangeInclusive<u64>) -> Vec<Outcome> {
    let next = AtomicU64::new(*seeds.start());
    let failed = Mutex::new(Vec::new());
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > *seeds.end() {
                        return;
                    }
                    let outcome = run(Plan::ordinary(seed));
                    if !outcome.is_good() {
                        failed.lock().unwrap().push(outcome);
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort_by_key(|outcome| outcome.seed);
    failed
}

#[test]
fn every_seed_converges() {
    if let Some(seed) = from_environment("LIAISON_SEED") {
        let outcome = run(Plan::ordinary(seed));
        println!("{outcome:#?}");
        assert!(outcome.is_good());
        return;
    }
    let failed = run_all(1..=from_environment("LIAISON_SEEDS").unwrap_or(SEEDS));
    for outcome in &failed {
        println!(
            "replay with `cargo run --release -p liaison-tests --bin simulate -- --seed {}`:",
            outcome.seed
        );
        println!("{outcome:#?}");
    }
    assert!(
        failed.is_empty(),
        "seeds {:?}",
        failed.iter().map(|outcome| outcome.seed).collect::<Vec<_>>()
    );
}

#[test]
fn one_seed_gives_one_trace_twice_and_another_seed_another() {
    let traces = [7, 7, 8].map(|seed| run(Plan::ordinary(seed)).trace);
    assert_eq!(traces[0], traces[1]);
    assert_ne!(traces[0], traces[2]);
}

#[test]
fn a_calm_network_converges_in_seconds() {
    let outcome = run(Plan::calm(6));
    assert!(outcome.is_good(), "{outcome:#?}");
    assert_eq!(
        (outcome.published, outcome.penalties, outcome.rejected),
        (20, 0, 0)
    );
    assert!(outcome.took < 12_000, "{} ms of simulated time", outcome.took);
}

#[test]
fn two_versions_of_the_protocol_run_side_by_side() {
    let mut plan = Plan::calm(6);
    plan.two_versions = true;
    let outcome = run(plan);
    assert!(outcome.is_good(), "{outcome:#?}");
    assert_eq!(
        (outcome.penalties, outcome.rejected),
        (0, 0),
        "nobody is blamed for what is new"
    );
}

#[test]
fn a_server_that_lies_is_found_and_all_others_converge() {
    let mut found = 0;
    for seed in 1_000..1_005 {
        let mut plan = Plan::ordinary(seed);
        plan.sabotage = Sabotage::Lies;
        let outcome = run(plan);
        assert!(outcome.is_good(), "{outcome:#?}");
        found += outcome.penalties;
    }
    assert!(found > 0, "it was never asked for anything");
}
