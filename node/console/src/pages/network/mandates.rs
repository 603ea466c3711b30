//! The mandates that charter versions carry for an authority, and the keys that these end.

use liaison_protocol::Code;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::statement::{Content, Mandate};

use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::{Said, When, short};
use crate::texts::Texts;

/// Mandates that are shown: the last ones.
const SHOWN: usize = 100;

/// A mandate.
pub(super) struct Mandated {
    pub(super) role: String,
    pub(super) function: Said,
    pub(super) key: String,
    pub(super) from: When,
    pub(super) until: When,
    /// Whether it holds at this time.
    pub(super) state: String,
}

/// The charter versions in force, oldest first.
pub(super) async fn charters(reader: &Reader) -> Result<Vec<Signed<Charter>>, Fault> {
    let bytes = reader.node().charters().await?;
    Signed::<Charter>::read_chain(&bytes).map_err(|cause| {
        tracing::error!(%cause, "the node's own charter versions cannot be read");
        Fault::Template
    })
}

/// Those of an authority, the last ones first.
pub(super) fn of(charters: &[Signed<Charter>], code: &Code, now: u64, t: Texts) -> Vec<Mandated> {
    let listed = charters
        .iter()
        .filter_map(|charter| charter.value().authorities.get(code));
    let statements: Vec<_> = listed.flat_map(|authority| &authority.statements).collect();
    let is_revoked = |mandate: &Mandate| {
        let mut ended = statements
            .iter()
            .filter_map(|statement| match &statement.content {
                Content::Revocation(revocation) => Some(revocation.key_id),
                _ => None,
            });
        ended.any(|key| key == mandate.key.id())
    };
    let mandates = statements
        .iter()
        .rev()
        .filter_map(|statement| match &statement.content {
            Content::Mandate(mandate) => Some(mandate),
            _ => None,
        });
    mandates
        .take(SHOWN)
        .map(|mandate| Mandated {
            role: t.word("log-role", mandate.role.word()),
            function: Said::plain(&short::line(&mandate.function, 120)),
            key: mandate.key.id().to_string(),
            from: t.moment(mandate.not_before),
            until: t.moment(mandate.not_after),
            state: match mandate {
                mandate if is_revoked(mandate) => t.say("log-mandate-revoked"),
                mandate if now < mandate.not_before => t.say("log-mandate-early"),
                mandate if now >= mandate.not_after => t.say("log-mandate-expired"),
                _ => t.say("log-mandate-valid"),
            }
            .into_owned(),
        })
        .collect()
}
