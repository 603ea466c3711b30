//! The newest changes of all logs: taken from their ends, the newest of them first.

use std::collections::BinaryHeap;

use liaison_api::model::{Entry, Reference, Status, Verdict};
use liaison_protocol::{Code, Hash};

use super::super::lists::marks;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::{Said, When, heading};

/// Changes that are shown.
const SHOWN: usize = 15;
/// Entries that are looked at for them: statements and what had no effect are passed over.
const LOOKED_AT: usize = 150;

/// One change.
pub(super) struct News {
    pub(super) reference: Reference,
    pub(super) heading: Said,
    /// What was done, as the log has it.
    pub(super) action: String,
    pub(super) kind: String,
    pub(super) when: When,
    pub(super) marks: Vec<String>,
}

// The last entry of a log that was not looked at yet; the latest is the greatest.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct End {
    sequenced_at: u64,
    index: u64,
    log: Hash,
}

/// The newest changes that are held here.
pub(super) async fn newest(reader: &Reader, status: &Status) -> Result<Vec<News>, Fault> {
    let mut ends = BinaryHeap::new();
    let mut entries = std::collections::BTreeMap::new();
    for log in status.authorities.iter().filter(|log| log.verified > 0) {
        look(reader, log.origin_hash, log.verified - 1, &mut ends, &mut entries).await?;
    }
    let mut news = Vec::new();
    let mut looked_at = 0;
    while let Some(End {
        log,
        index,
        sequenced_at,
    }) = ends.pop()
    {
        looked_at += 1;
        if let Some(entry) = entries.remove(&(log, index)) {
            for (record, action) in changes(&entry) {
                let code = entry.origin.authority();
                if let Some(one) = told(reader, &code, record, action, sequenced_at).await? {
                    news.push(one);
                }
                if news.len() == SHOWN {
                    return Ok(news);
                }
            }
        }
        if looked_at == LOOKED_AT {
            break;
        }
        if let Some(before) = index.checked_sub(1) {
            look(reader, log, before, &mut ends, &mut entries).await?;
        }
    }
    Ok(news)
}

async fn look(
    reader: &Reader,
    log: Hash,
    index: u64,
    ends: &mut BinaryHeap<End>,
    entries: &mut std::collections::BTreeMap<(Hash, u64), Entry>,
) -> Result<(), Fault> {
    let entry = reader.node().entry(log, index).await?;
    ends.push(End {
        // What is redacted has no time; those before it are looked at all the same.
        sequenced_at: entry.sequenced_at.unwrap_or(u64::MAX),
        index,
        log,
    });
    entries.insert((log, index), entry);
    Ok(())
}

fn changes(entry: &Entry) -> Vec<(&str, &str)> {
    match &entry.verdict {
        Verdict::Updates { changes, .. } => {
            let changes = changes.iter().rev();
            changes
                .map(|change| (change.record.as_str(), change.action.as_str()))
                .collect()
        }
        _ => Vec::new(),
    }
}

async fn told(
    reader: &Reader,
    code: &Code,
    record: &str,
    action: &str,
    sequenced_at: u64,
) -> Result<Option<News>, Fault> {
    let Ok(record) = record.parse() else {
        return Ok(None);
    };
    let reference = Reference {
        authority: code.clone(),
        record,
    };
    let found = reader.node().record(reference.clone(), None).await?;
    Ok(Some(News {
        heading: heading::of(reader, &reference, found.content.as_ref()).await,
        action: reader.t.word("action", action),
        kind: reader.t.kind(reference.record.kind()),
        when: reader.t.moment(sequenced_at),
        marks: marks::of_record(&found, reader.t),
        reference,
    }))
}
