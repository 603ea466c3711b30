//! The network adapter over real sockets of the loopback interface, among honest nodes and against others.
//!
//! Every wait has a deadline far beyond what it takes; none of them asserts how long something took.

// The helpers of tests may fail like the tests themselves.
#![allow(clippy::expect_used, clippy::panic)]

mod admission;
mod adversary;
mod connections;
mod exchange;
mod gossip;
mod limits;
mod metrics;
mod node;
mod raw;
mod restart;
mod silence;
mod wire;
