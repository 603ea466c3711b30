//! Charter versions that gather signatures of the council: `GET /v1/proposals`.

use liaison_protocol::{Hash, KeyId, charter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Base64;

/// What waits for the council. Whoever signs reads the envelopes, which prove all that is said here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proposals {
    /// The pending versions, by hash.
    pub proposals: Vec<Proposal>,
    /// Valid versions that are not in force, as envelopes: a key that signed one of them is bound by that.
    pub aside: Vec<Base64>,
}

/// A charter version that gathers signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proposal {
    /// SHA-256 of its body: names it, and is the same for everybody who signs.
    #[schema(value_type = String)]
    pub hash: Hash,
    /// Its number, if it comes in force.
    pub version: u64,
    /// The round in which it is proposed.
    pub round: u32,
    /// The version that it follows.
    #[schema(value_type = String)]
    pub previous: Hash,
    /// Whether that is the newest one in force. What follows another one is kept here and passed to nobody.
    pub open: bool,
    /// What it would change, in words.
    pub text: String,
    /// Signatures that it has and needs, by council: one where it names no new one.
    pub signatures: Vec<Tally>,
    /// The envelope with the signatures so far.
    pub envelope: Base64,
}

/// Signatures of one council that a version has and needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tally {
    /// `new` or `previous`.
    #[schema(example = "new")]
    pub council: String,
    /// Keys that signed.
    #[schema(value_type = Vec<String>)]
    pub signed: Vec<KeyId>,
    /// Keys that did not.
    #[schema(value_type = Vec<String>)]
    pub missing: Vec<KeyId>,
    /// Signatures needed.
    pub needed: usize,
}

impl Tally {
    /// Signatures that are missing still.
    pub fn lacking(&self) -> usize {
        self.needed.saturating_sub(self.signed.len())
    }
}

impl From<charter::Tally> for Tally {
    fn from(tally: charter::Tally) -> Tally {
        Tally {
            council: tally.council.to_owned(),
            signed: tally.signed,
            missing: tally.missing,
            needed: tally.needed,
        }
    }
}
