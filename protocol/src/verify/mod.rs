//! Verification without a node and without a network (specification, section 9).
//!
//! [`verify_bundle`] walks from what the verifier trusts to the payload and names the first link
//! that breaks. Without a network id or a policy the answer is *cannot decide*, never *valid*.

mod bundle;
mod chain;
mod entry;
mod fault;
mod log;
mod report;

pub use bundle::{BUNDLE_FORMAT, BUNDLE_SIZE_MAX, Bundle, HeldPayload, ProvenLeaf};
pub use report::{Broken, Link, Outcome, ProvenChange, ProvenEntry, ProvenSigner, Report};

use crate::hash::Hash;
use crate::tlog::{Policy, SignedCheckpoint};

/// What a verifier trusts beforehand.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The network id, from a source that the verifier believes.
    pub network: Option<Hash>,
    /// A C2SP tlog-policy.
    pub policy: Option<Policy>,
    /// Newer things that the verifier knows.
    pub anchors: Vec<Anchor>,
}

/// Something newer that the verifier knows, which the file must reach.
#[derive(Debug, Clone)]
pub enum Anchor {
    /// Hash of a charter version in force.
    Charter(Hash),
    /// A checkpoint of the same log.
    Checkpoint(SignedCheckpoint),
}

/// Verifies a bundle.
pub fn verify_bundle(bytes: &[u8], trust: &Trust) -> Outcome {
    let checked = chain::check(bytes, trust);
    let (report, bundle_chain) = match checked {
        Ok(checked) => checked,
        Err(broken) => return Outcome::Invalid(broken),
    };
    let report = Box::new(report);
    if trust.network.is_none() && trust.policy.is_none() {
        let why = "the chain holds, but no network id and no policy was given to hold it against";
        return Outcome::CannotDecide(report, why.to_owned());
    }
    for anchor in &trust.anchors {
        match chain::check_anchor(&bundle_chain, anchor) {
            Ok(None) => {}
            Ok(Some(why)) => return Outcome::CannotDecide(report, why),
            Err(broken) => return Outcome::Invalid(broken),
        }
    }
    Outcome::Valid(report)
}
