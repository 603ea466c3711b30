//! Replication between nodes: pure, without I/O, clock or async (specification, section 11).
//!
//! [`Federation::handle`] takes what happened ([`api::Input`]) and gives what is to be done about
//! it ([`api::Effect`]). libp2p and the disks run it in production, the simulator in tests: the
//! same inputs give the same effects.
//!
//! Nothing is stored or passed on before its form is verified, nothing counts as held before its
//! write is reported durable, and nothing that was accepted is ever rolled back.

mod allow;
mod anti_entropy;
pub mod api;
mod append;
mod bucket;
mod catch_up;
mod charters;
mod config;
mod cosign;
mod evidence;
mod federation;
mod fold;
mod gossip;
mod guard;
mod heads;
mod heal;
mod keys;
pub mod limits;
mod log;
mod outbox;
mod peers;
mod proposals;
mod requests;
mod serve;
mod statements;
mod status;
pub mod store;
mod time;
pub mod transport;
mod wants;
mod wire;

#[cfg(test)]
mod testing;

pub use config::{Config, PeerRecord, RecordReader, Recovered, VERSIONS};
pub use evidence::Evidence;
pub use federation::Federation;
pub use limits::Limits;
pub use status::{LogReport, PeerReport, Report};
pub use time::Time;
