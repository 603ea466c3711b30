//! The network adapter: carries the federation's commands and events over libp2p (specification, section 11).
//!
//! Nothing outside this crate knows libp2p, and nothing inside looks into the bytes it carries. A node
//! reaches others over TCP with TLS 1.3 and over QUIC; only peers that the federation allows get past the
//! handshake; small announcements are gossiped, everything else is asked for on streams.
//!
//! [`start`] gives a [`Handle`] to send commands to, and [`Events`] to read from. All limits are in
//! [`Limits`], all refusals and delays are counted in [`Counters`].

mod admission;
mod behaviour;
mod bucket;
mod command;
mod config;
mod connections;
mod error;
mod gossip;
mod handle;
mod metrics;
mod peer;
mod probe;
mod record;
mod swarm;
mod sync;
mod transport;

pub use config::{Config, Limits};
pub use error::NetworkError;
pub use handle::{Events, Handle, start};
pub use metrics::Counters;
pub use peer::{peer_of, with_peer};
pub use probe::Probed;
pub use record::{Record, RecordError, read_record, sign_record};
