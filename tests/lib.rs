//! Whole-system tests: the simulator, which runs the node's own code on disks in memory, the figures, and
//! the folders that releases left.

// All of this is test code, though its tests are in other files: it stops at the first surprise.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "benchmarks/mod.rs"]
pub mod benchmarks;
#[path = "golden/mod.rs"]
pub mod golden;
#[path = "simulator/mod.rs"]
pub mod simulator;
