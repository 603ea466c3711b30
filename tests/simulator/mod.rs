//! The deterministic simulator: whole nodes, their disks and a network that loses, delays,
//! repeats and reorders, all under simulated time and all drawn from one seed.
//!
//! Most seeds begin with a network that is up: its nodes start on the disks that an earlier, calm
//! simulation left; some begin with its founding.
//!
//! Each node is the engine that production runs, on a disk in memory that forgets at a power cut
//! what was not flushed. One seed gives one trace: a failure is replayed by its number.

mod check;
mod events;
mod index;
mod node;
mod plan;
pub(crate) mod sample;
mod seeds;
#[cfg(test)]
mod sockets;
mod transport;
mod void;
mod world;

pub use check::Outcome;
pub use plan::{Errand, Jump, Plan, Proposal, Sabotage};
pub use seeds::Seeds;
pub use void::VOID;
pub use world::Simulation;

/// Runs one plan to its end.
pub fn run(plan: Plan) -> Outcome {
    Simulation::new(plan).run()
}
