//! Charter versions that gather signatures: what each would change and who must still sign.

use liaison_api::model::{Proposal, Tally};

use super::charter::TEXT_MAX;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::short;
use crate::texts::Texts;

/// Pending versions that are shown.
const SHOWN_MAX: usize = 8;

/// A version that gathers signatures.
pub(super) struct Pending {
    pub(super) number: String,
    pub(super) round: u32,
    pub(super) hash: String,
    pub(super) councils: Vec<Council>,
    /// Made of text alone, as [`super::charter`] shows it.
    pub(super) text: String,
    pub(super) cut: bool,
}

/// What one council has signed.
pub(super) struct Council {
    /// Its signatures against those needed.
    pub(super) said: String,
    /// Ids of keys, of which so many more must sign.
    pub(super) missing: Vec<String>,
    pub(super) more: Option<String>,
}

/// The versions that can come in force, and how many more there are than are shown.
pub(super) async fn pending(reader: &Reader) -> Result<(Vec<Pending>, usize), Fault> {
    let t = reader.t;
    let listed = reader.node().proposals().await?.proposals;
    let open: Vec<Proposal> = listed.into_iter().filter(|proposal| proposal.open).collect();
    let more = open.len().saturating_sub(SHOWN_MAX);
    let shown = open.into_iter().take(SHOWN_MAX);
    Ok((shown.map(|proposal| of(&proposal, t)).collect(), more))
}

fn of(proposal: &Proposal, t: Texts) -> Pending {
    let is_alone = proposal.signatures.len() == 1;
    Pending {
        number: t.number(proposal.version),
        round: proposal.round,
        hash: proposal.hash.to_string(),
        councils: proposal
            .signatures
            .iter()
            .map(|tally| council(tally, is_alone, t))
            .collect(),
        cut: proposal.text.chars().count() > TEXT_MAX,
        text: short::line(&proposal.text, TEXT_MAX),
    }
}

fn council(tally: &Tally, is_alone: bool, t: Texts) -> Council {
    let message = match (is_alone, tally.council.as_str()) {
        (true, _) => "charter-pending-council",
        (false, "new") => "charter-pending-new",
        (false, _) => "charter-pending-previous",
    };
    let signed = t.number(tally.signed.len() as u64);
    let needed = t.number(tally.needed as u64);
    let said = t.fill(
        message,
        [("signatures", signed.as_str()), ("needed", needed.as_str())],
    );
    let lacking = tally.lacking() as u64;
    Council {
        said: said.into_owned(),
        missing: tally.missing.iter().map(ToString::to_string).collect(),
        more: (lacking > 0).then(|| t.count("charter-pending-missing", lacking).into_owned()),
    }
}
