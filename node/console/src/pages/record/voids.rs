//! Changes of a record that had no effect, each with the reason.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_api::model::{HistoryQuery, Reference, VersionCursor, VoidChange};
use liaison_protocol::Origin;

use crate::address::read;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::link::query;
use crate::show::{Said, Signers, When};
use crate::texts::Texts;

/// Changes of a page.
const SHOWN: usize = 10;

/// A section of a page.
#[derive(Template)]
#[template(path = "parts/voids.html")]
pub(super) struct Voids {
    t: Texts,
    pub(super) changes: Vec<Vain>,
    /// The first page, where this is another one.
    first: Option<String>,
    next: Option<String>,
}

pub(super) struct Vain {
    name: String,
    entry: String,
    when: When,
    action: String,
    signers: Signers,
    cause: String,
    /// What the node says of it, in English.
    reason: Said,
}

impl HtmlSafe for Voids {}

impl Voids {
    /// Those of a record, which stand in the logs of this origin's authority.
    pub(super) async fn of(
        reader: &Reader,
        reference: &Reference,
        origin: &Origin,
        cursor: Option<&str>,
    ) -> Result<Voids, Fault> {
        let after: Option<VersionCursor> = read(cursor)?;
        let asked = HistoryQuery { after, limit: SHOWN };
        let found = reader.node().voids(reference.clone(), asked).await?;
        let path = format!("/records/{reference}");
        let changes = found.changes.iter().map(|change| vain(reader.t, origin, change));
        let page = |cursor: &str| format!("{}#voids", query(&path, &[("voids", cursor)]));
        Ok(Voids {
            t: reader.t,
            changes: changes.collect(),
            first: after.map(|_| format!("{path}#voids")),
            next: found.next.map(|next| page(&next.to_string())),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.first.is_none()
    }
}

fn vain(t: Texts, origin: &Origin, change: &VoidChange) -> Vain {
    let log = origin.with_epoch(change.epoch).hash();
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
