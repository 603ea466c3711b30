//! Changes of a record that had no effect, each with the reason.

use liaison_api::model::{HistoryQuery, Record, VersionCursor, VoidChange};

use crate::address::read;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::link::query;
use crate::show::{Said, Signers, When};

/// Changes of a page.
const SHOWN: usize = 10;

pub(super) struct Voids {
    pub(super) changes: Vec<Vain>,
    /// The first page, where this is another one.
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

pub(super) struct Vain {
    pub(super) name: String,
    pub(super) entry: String,
    pub(super) when: When,
    pub(super) action: String,
    pub(super) signers: Signers,
    pub(super) cause: String,
    /// What the node says of it, in English.
    pub(super) reason: Said,
}

impl Voids {
    pub(super) async fn of(reader: &Reader, record: &Record, cursor: Option<&str>) -> Result<Voids, Fault> {
        let after: Option<VersionCursor> = read(cursor)?;
        let asked = HistoryQuery { after, limit: SHOWN };
        let found = reader.node().voids(record.reference.clone(), asked).await?;
        let path = format!("/records/{}", record.reference);
        let changes = found.changes.iter().map(|change| vain(reader, record, change));
        let page = |cursor: &str| format!("{}#voids", query(&path, &[("voids", cursor)]));
        Ok(Voids {
            changes: changes.collect(),
            first: after.map(|_| format!("{path}#voids")),
            next: found.next.map(|next| page(&next.to_string())),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.first.is_none()
    }
}

fn vain(reader: &Reader, record: &Record, change: &VoidChange) -> Vain {
    let t = reader.t;
    let log = record.origin.with_epoch(change.epoch).hash();
    Vain {
        name: format!("{}.{}", change.epoch, change.index),
        entry: format!("/entries/{log}/{}", change.index),
        when: t.moment(change.sequenced_at),
        action: t.word("action", &change.action),
        signers: Signers::of(&change.signers, log, t),
        cause: t.word("void", &change.code),
        reason: Said::of("en", &change.reason),
    }
}
