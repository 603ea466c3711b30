//! A small network for the tests of this crate: parties with keys, a store in memory, nodes, and a
//! transport that delivers everything in order.

mod net;
mod sample;
mod store;

pub(crate) use net::{Liar, Net, Node, leaf, naming};
pub(crate) use sample::{NOW, Sample, council_key};
pub(crate) use store::{MemoryStore, Policy};
