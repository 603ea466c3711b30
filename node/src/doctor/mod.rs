//! What a node finds when it looks itself over, one line a check.
//!
//! Details of what is all right carry no counts and no times that pass: so one fault changes one line.

mod files;
mod living;
mod peers;

pub(crate) use files::SOON;
pub use files::files;
pub(crate) use living::key_ends;
pub use living::living;
pub(crate) use peers::{CLOCK_TOLERANCE, distance, is_clock_wrong};

use liaison_api::model::{Checkup, Finding};

/// The findings put together, with the next thing to do.
pub fn checkup(findings: Vec<Finding>) -> Checkup {
    Checkup::of(findings, "nothing: all is well")
}
