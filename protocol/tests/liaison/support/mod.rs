//! A sample network in memory: keys from names, a council, authorities that enter by the ceremony's
//! own functions, logs with their heads, and what can be proven from them.

mod bundle;
mod keys;
mod log;
mod network;
mod story;

pub(crate) use bundle::{bundle, bundle_at, proven};
pub(crate) use keys::{Curve, Key};
pub(crate) use log::{Fold, Log, fold, lines, payload};
pub(crate) use network::{Network, Party, rotation_signature};
pub(crate) use story::{Story, story};

use liaison_protocol::Signer;

/// When the sample network lives: Unix time in milliseconds.
pub(crate) const NOW: u64 = 1_800_000_000_000;

/// Milliseconds of a day.
pub(crate) const DAY: u64 = 86_400_000;

/// Signers as the protocol takes them.
pub(crate) fn signers<'k>(keys: impl IntoIterator<Item = &'k Key>) -> Vec<&'k dyn Signer> {
    keys.into_iter().map(|key| key as &dyn Signer).collect()
}
