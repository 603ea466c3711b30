//! What must be known of a record before it is relied on, in words.

use liaison_api::model::{Record, RecordStatus, SearchHit};
use liaison_protocol::update::Audience;

use crate::texts::Texts;

/// What is to be known of a hit.
pub(in crate::pages) fn of_hit(hit: &SearchHit, t: Texts) -> Vec<String> {
    let record = &hit.record;
    marks(
        record.audience,
        record.status,
        record.disputed,
        hit.stale_since.as_deref(),
        t,
    )
}

/// What is to be known of a record.
pub(in crate::pages) fn of_record(record: &Record, t: Texts) -> Vec<String> {
    marks(
        record.audience,
        record.status,
        record.disputed,
        record.stale_since.as_deref(),
        t,
    )
}

/// The mark of what not every member of the network may read: it stands beside it wherever it is shown.
pub(in crate::pages) fn of_audience(audience: Audience) -> Option<String> {
    matches!(audience, Audience::Amber | Audience::Red).then(|| audience.to_string())
}

fn marks(
    audience: Audience,
    status: RecordStatus,
    disputed: bool,
    stale_since: Option<&str>,
    t: Texts,
) -> Vec<String> {
    let standing = match status {
        RecordStatus::Current => None,
        RecordStatus::Withdrawn => Some(t.say("list-withdrawn")),
        RecordStatus::Erased => Some(t.say("list-erased")),
    };
    let disputed = disputed.then(|| t.say("list-disputed"));
    let stale = stale_since.map(|day| {
        let written = day.parse().map_or_else(|_| day.to_owned(), |day| t.civil(day));
        t.fill("list-stale", [("day", written)])
    });
    let all = [standing, disputed, stale].into_iter().flatten();
    of_audience(audience)
        .into_iter()
        .chain(all.map(Into::into))
        .collect()
}
