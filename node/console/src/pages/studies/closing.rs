//! Since when a study is closed.

use liaison_api::model::{AsOf, HISTORY_PAGE_MAX, HistoryQuery, Record, RecordVersion, Reference};
use liaison_records::study::{Limit, Witnessed};

use super::super::lists::content;
use crate::fault::Fault;
use crate::reader::Reader;

/// Pages of its history that are read, and versions that are looked at.
const PAGES: usize = 5;
const VERSIONS: usize = 20;

/// When a study ends and ended.
pub(super) struct End {
    /// None where nobody can tell.
    pub(super) limit: Option<Limit>,
    /// When the version was witnessed that closed it; none while it is open, or where that is not known.
    pub(super) closing: Option<Witnessed>,
}

/// When a study ends: at its deadline, or once the first version was witnessed since which it is closed.
pub(super) async fn end(reader: &Reader, study: &Record) -> Result<End, Fault> {
    if content(study)["closed"] != true {
        return Ok(End {
            limit: Limit::of(content(study), None),
            closing: None,
        });
    }
    let closing = closing(reader, study).await?;
    Ok(End {
        limit: closing.and_then(|closing| Limit::of(content(study), Some(closing))),
        closing,
    })
}

async fn closing(reader: &Reader, study: &Record) -> Result<Option<Witnessed>, Fault> {
    let Some(versions) = versions(reader, &study.reference).await? else {
        return Ok(None);
    };
    let mut closing = until(study);
    for version in versions.iter().rev().skip(1).take(VERSIONS) {
        let origin = study.origin.with_epoch(version.epoch);
        let as_of = AsOf::Checkpoints(vec![(origin, version.index + 1)]);
        let before = reader.node().record(study.reference.clone(), Some(as_of)).await?;
        if content(&before)["closed"] != true {
            return Ok(Some(closing));
        }
        closing = until(&before);
    }
    Ok(Some(closing).filter(|_| versions.len() <= VERSIONS + 1))
}

// A closing holds from when a quorum has seen it: how much earlier it was made does not matter.
fn until(version: &Record) -> Witnessed {
    Witnessed {
        after: None,
        until: version.witnessed.time.filter(|_| version.witnessed.reached),
    }
}

// All versions, oldest first; nothing when they are too many to be read for a page.
async fn versions(reader: &Reader, study: &Reference) -> Result<Option<Vec<RecordVersion>>, Fault> {
    let mut versions = Vec::new();
    let mut after = None;
    for _ in 0..PAGES {
        let query = HistoryQuery {
            after,
            limit: HISTORY_PAGE_MAX,
        };
        let page = reader.node().history(study.clone(), query).await?;
        versions.extend(page.versions);
        after = page.next;
        if after.is_none() {
            return Ok(Some(versions));
        }
    }
    Ok(None)
}
