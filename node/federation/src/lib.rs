//! Replication between nodes: pure, without I/O, clock or async.

pub mod store;
pub mod transport;
