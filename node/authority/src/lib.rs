//! The own log of an authority (specification, sections 7 and 10): what is sequenced, the keys
//! that sign behind a guard, the start guard that keeps a node from forking itself; and the drafts of what is to be
//! published.

mod clock;
pub mod drafts;
pub mod files;
mod guard;
mod keys;
mod own_log;

pub use clock::{JUMP, LogClock, median};
pub use guard::{GuardState, Known, StartGuard};
pub use keys::{GuardedKeys, KeyError};
pub use own_log::OwnLog;
