//! `simulate`: runs seeds of the simulator until one fails, or replays one. `tests/soak simulate`
//! starts it.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use liaison_tests::simulator::{Plan, Seeds, run};

const USAGE: &str = "usage: simulate [--seeds N] [--from N] | --seed N";
/// Seeds that are run when their number is not given.
const SEEDS: u64 = 10_000;
/// Seconds between two lines of progress.
const PROGRESS: u64 = 10;

enum Task {
    Many { from: u64, count: u64 },
    One(u64),
}

fn main() -> ExitCode {
    match task(std::env::args().skip(1)) {
        Some(Task::Many { from, count }) => many(from, count),
        Some(Task::One(seed)) => one(seed),
        None => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn many(from: u64, count: u64) -> ExitCode {
    let began = Instant::now();
    let mut told = 0;
    let failed = Seeds::new(from..from.saturating_add(count)).run(|done| {
        let seconds = began.elapsed().as_secs();
        if seconds >= told + PROGRESS || done == count {
            told = seconds;
            println!("{done} of {count} seeds converged, {seconds} s");
            // A pipe that is closed at the other end is no reason to stop.
            drop(std::io::stdout().flush());
        }
    });
    match failed {
        None => ExitCode::SUCCESS,
        Some(outcome) => {
            println!("seed {} failed", outcome.seed);
            println!("{outcome:#?}");
            println!("replay it: {}", outcome.replay());
            ExitCode::FAILURE
        }
    }
}

fn one(seed: u64) -> ExitCode {
    let began = Instant::now();
    let plan = Plan::ordinary(seed);
    println!("{plan:#?}");
    let outcome = run(plan);
    println!("{outcome:#?}");
    let verdict = if outcome.is_good() { "converged" } else { "failed" };
    println!("seed {seed} {verdict}, {} ms", began.elapsed().as_millis());
    ExitCode::from(u8::from(!outcome.is_good()))
}

fn task(mut given: impl Iterator<Item = String>) -> Option<Task> {
    let (mut from, mut count, mut one) = (1, SEEDS, None);
    while let Some(name) = given.next() {
        let value: u64 = given.next()?.parse().ok()?;
        match name.as_str() {
            "--seed" => one = Some(value),
            "--from" => from = value,
            "--seeds" => count = value,
            _ => return None,
        }
    }
    Some(one.map_or(Task::Many { from, count }, Task::One))
}
