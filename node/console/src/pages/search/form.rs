//! What is looked for, as the form shows it again.

use liaison_api::model::Network;

use crate::asked::Asked;
use crate::show::{Choice, choice};
use crate::texts::Texts;

/// Fields of the form, filled as they were sent.
pub(super) struct Form {
    pub(super) words: String,
    pub(super) authorities: Vec<Choice>,
    pub(super) kinds: Vec<Choice>,
    pub(super) topics: Vec<(String, Vec<Choice>)>,
    pub(super) standard: String,
    pub(super) period: String,
    pub(super) signer: String,
    /// Whether more than words was asked.
    pub(super) is_narrowed: bool,
}

/// Characters of a field that are sent back.
const FIELD_MAX: usize = 4_000;

impl Form {
    pub(super) fn of(asked: &Asked, network: &Network, t: Texts) -> Form {
        let field = |name: &str| asked.field(name).chars().take(FIELD_MAX).collect();
        let narrower = &super::NAMES[1..];
        Form {
            words: field("q"),
            authorities: choice::authorities(network, asked.field("authority")),
            kinds: t.kinds(asked.field("kind")),
            topics: t.topics(asked.field("topic")),
            standard: field("standard"),
            period: field("period"),
            signer: field("signer"),
            is_narrowed: narrower.iter().any(|name| asked.one(name).is_some()),
        }
    }
}
