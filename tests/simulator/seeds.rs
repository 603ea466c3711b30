//! Many seeds on all cores, until one fails.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;

use super::check::Outcome;
use super::plan::Plan;
use super::run;

/// Seeds to run in the ordinary load.
pub struct Seeds {
    range: Range<u64>,
    threads: usize,
}

impl Seeds {
    /// These seeds, on as many threads as there are cores.
    pub fn new(range: Range<u64>) -> Seeds {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        Seeds { range, threads }
    }

    /// On one thread, for a runner that has the other cores busy with other tests.
    #[must_use]
    pub fn on_one_thread(self) -> Seeds {
        Seeds { threads: 1, ..self }
    }

    /// Runs them; tells after each that converged how many have. The one that failed, if any: then
    /// no further one is begun.
    pub fn run(self, mut converged: impl FnMut(u64)) -> Option<Outcome> {
        let next = AtomicU64::new(self.range.start);
        let failed = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let (ended, outcomes) = mpsc::channel();
            for _ in 0..self.threads {
                let (ended, next, failed, end) = (ended.clone(), &next, &failed, self.range.end);
                scope.spawn(move || {
                    while !failed.load(Ordering::Relaxed) {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= end || ended.send(run(Plan::ordinary(seed))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(ended);
            let mut done = 0;
            let mut worst: Option<Outcome> = None;
            for outcome in outcomes {
                if outcome.is_good() {
                    done += 1;
                    converged(done);
                } else {
                    failed.store(true, Ordering::Relaxed);
                    // Of several the lowest, so that two runs name the same.
                    worst = worst
                        .into_iter()
                        .chain([outcome])
                        .min_by_key(|outcome| outcome.seed);
                }
            }
            worst
        })
    }
}
