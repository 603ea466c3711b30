//! A node: the parts wired together and run.
//!
//! [`engine`] is the node's whole behaviour without sockets, threads or clock; [`runtime`] gives it
//! a thread, [`start`] its disk and its network.

mod addresses;
pub mod backend;
pub mod doctor;
pub mod engine;
mod folder;
pub mod interface;
mod journal;
pub mod keys;
pub mod logging;
mod metrics;
mod peer_test;
pub mod rebuild;
mod records;
pub mod runtime;
mod search;
pub mod start;
mod waiting;

pub use keys::NodeKeys;
pub use records::Records;
pub use start::{Node, Options, StartError};
