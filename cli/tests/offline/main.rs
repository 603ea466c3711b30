//! The commands that need no node, run as people run them: in a folder, with files, by the binary.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod ceremony;
mod charters;
mod fixture;
mod grammar;
mod hostile;
mod keys;
#[cfg(feature = "node")]
mod roots;
mod run;
mod verify;
