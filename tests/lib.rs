//! Whole-system tests.

#[path = "simulator/mod.rs"]
pub mod simulator;
