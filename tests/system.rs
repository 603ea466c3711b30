//! Whole-system tests: real processes of the program, on real sockets and disks, and what the documents show.
//!
//! They are one binary, because each of them would link a node of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests may panic as tests do"
)]

#[allow(dead_code, reason = "the tests of the records use more of it")]
#[path = "../protocol/records/tests/broken/mod.rs"]
mod broken;
mod support;
mod transcripts;

mod addresses;
mod admission;
mod analysing;
mod asking;
mod ceremony;
mod console;
mod crash;
mod demo;
mod doctor;
mod exporting;
mod flushes;
mod governing;
mod guides;
mod importing;
mod lost;
mod one_key;
mod operator;
mod publishing;
mod reading;
mod restore;
mod searching;
mod shipped;
mod signing;
mod studies;
mod third_party;
mod token;
