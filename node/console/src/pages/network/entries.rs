//! The entries of a log, the last ones first.

use liaison_api::model::{AuthorityStatus, Entry, Verdict};
use liaison_protocol::entry::{Content as Sequenced, Entry as Leaf};
use liaison_protocol::statement::Content;

use super::REASON_MAX;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::{Said, When, short};
use crate::texts::Texts;

/// Entries of a page.
const PAGE: u64 = 25;
/// Changes of an entry that are shown.
const CHANGES: usize = 8;

/// One entry.
pub(super) struct Line {
    pub(super) index: u64,
    pub(super) shown: String,
    pub(super) when: Option<When>,
    pub(super) verdict: String,
    pub(super) disputed: bool,
    /// Why it has no effect, in the node's words.
    pub(super) reason: Option<Said>,
    /// What a statement says.
    pub(super) says: Option<String>,
    pub(super) changes: Vec<Changed>,
    pub(super) more: usize,
    /// A quorum covers it.
    pub(super) witnessed: bool,
}

/// What an entry changed.
pub(super) struct Changed {
    pub(super) record: String,
    pub(super) action: String,
}

/// The entries before this one, and where those before them end.
pub(super) async fn before(
    reader: &Reader,
    log: &AuthorityStatus,
    before: Option<u64>,
) -> Result<(Vec<Line>, Option<u64>), Fault> {
    let end = before.map_or(log.have, |before| before.min(log.have));
    let start = end.saturating_sub(PAGE);
    let mut lines = Vec::new();
    for index in (start..end).rev() {
        let entry = reader.node().entry(log.origin_hash, index).await?;
        lines.push(line(&entry, reader.t));
    }
    Ok((lines, (start > 0).then_some(start)))
}

fn line(entry: &Entry, t: Texts) -> Line {
    let (word, changes, disputed, reason): (_, &[_], _, _) = match &entry.verdict {
        Verdict::Pending => (t.say("log-verdict-pending"), &[], false, None),
        Verdict::Holds => (t.say("log-verdict-holds"), &[], false, None),
        Verdict::Updates { changes, disputed } => (t.say("log-verdict-updates"), changes, *disputed, None),
        Verdict::Void { reason, .. } => (t.say("log-verdict-void"), &[], false, Some(reason)),
        Verdict::Redacted => (t.say("log-verdict-redacted"), &[], false, None),
    };
    Line {
        index: entry.index,
        shown: t.number(entry.index),
        when: entry.sequenced_at.map(|at| t.moment(at)),
        verdict: word.into_owned(),
        disputed,
        reason: reason.map(|reason| Said::of("en", &short::line(reason, REASON_MAX))),
        says: says(entry, t),
        changes: changes
            .iter()
            .take(CHANGES)
            .map(|change| Changed {
                record: change.record.clone(),
                action: t.word("action", &change.action),
            })
            .collect(),
        more: changes.len().saturating_sub(CHANGES),
        witnessed: entry.witnessed.reached,
    }
}

// What a statement is about; an update says it by its changes.
fn says(entry: &Entry, t: Texts) -> Option<String> {
    let leaf = Leaf::from_bytes(&entry.leaf.as_ref()?.0).ok()?;
    let said = match leaf.content {
        Sequenced::Update(_) => return None,
        Sequenced::Naming(naming) => t.fill("log-says-naming", [("hash", naming.hash.short())]),
        Sequenced::Statement(statement) => match &statement.content {
            Content::Mandate(mandate) => {
                let role = t.word("log-role", mandate.role.word());
                t.fill("log-says-mandate", [("role", role)])
            }
            Content::Revocation(_) => t.say("log-says-revocation"),
            Content::Rules(_) => t.say("log-says-rules"),
            Content::Order(_) => t.say("log-says-order"),
            Content::Cancel(_) => t.say("log-says-cancel"),
        },
    };
    Some(said.into_owned())
}
