//! What the network knows: effects folded into records (specification, section 8).
//!
//! [`Knowledge`] drives `protocol::effect::step` over each log and keeps verdicts, records and
//! their history in the index; [`views`] reads them. [`search`] finds records by their words. All of it can be made
//! anew from the logs. [`analyse`] computes over records as they stood at a checkpoint of each log.

mod ahead;
pub mod analyse;
mod block;
mod coding;
mod fold;
mod keys;
mod newest;
pub mod search;
pub mod views;

pub use fold::{Beside, Counts, FoldError, Folded, Knowledge, Preview};
pub use views::{ChangeEffect, StoredEffect, Version, VoidChange};
