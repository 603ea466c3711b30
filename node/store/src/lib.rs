//! The store of a node: log files, signer state and index (specification, section 10).
//!
//! The logs are the truth and are plain files, see [`Store`]. What was signed is kept apart from them, see
//! [`SignerState`]. What can be made anew is in the [`SledIndex`]. Everything but the index is written through a
//! [`Disk`], so that a power cut can be tried out.

mod damage;
mod dice;
mod disk;
mod frames;
mod index;
mod log;
#[cfg(test)]
mod power_cuts;
mod root;
mod run_mark;
mod shelf;
mod signer_state;
mod store;
#[cfg(test)]
mod testing;
mod window;

pub use damage::Repair;
pub use disk::{Disk, FlushPoint, Item, Lock, MemoryDisk, RealDisk};
pub use index::{MemoryIndex, SledIndex, drop_index};
pub use root::SCHEMA;
pub use run_mark::RunMark;
pub use signer_state::SignerState;
pub use store::{Access, Options, Store};
