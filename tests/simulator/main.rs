//! `simulate`: runs seeds of the simulator, and replays one.

use std::process::ExitCode;
use std::time::Instant;

use liaison_tests::simulator::{Plan, run};

const USAGE: &str = "usage: simulate [--nodes N] [--seed N | --seeds N [--from N]]";

struct Arguments {
    nodes: Option<usize>,
    from: u64,
    count: u64,
}

fn main() -> ExitCode {
    let Some(arguments) = arguments(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut failed = 0;
    for seed in arguments.from..arguments.from + arguments.count {
        let began = Instant::now();
        let outcome = run(arguments
            .nodes
            .map_or_else(|| Plan::ordinary(seed), |nodes| Plan::new(seed, nodes)));
        let verdict = if outcome.is_good() { "converged" } else { "FAILED" };
        println!(
            "seed {seed}: {verdict} after {} ms simulated, {} ms real, {} updates, {} penalties, trace {}",
            outcome.took,
            began.elapsed().as_millis(),
            outcome.published,
            outcome.penalties,
            outcome.trace.short(),
        );
        for cause in outcome.stopped.iter().chain(&outcome.disagreement) {
            println!("  {cause}");
        }
        failed += u64::from(!outcome.is_good());
    }
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Option<Arguments> {
    let mut arguments = Arguments {
        nodes: None,
        from: 1,
        count: 1,
    };
    while let Some(name) = given.next() {
        let value: u64 = given.next()?.parse().ok()?;
        match name.as_str() {
            "--nodes" => {
                arguments.nodes = Some(usize::try_from(value).ok().filter(|n| (4..=200).contains(n))?)
            }
            "--seed" | "--from" => arguments.from = value,
            "--seeds" => arguments.count = value,
            _ => return None,
        }
    }
    Some(arguments)
}
