//! The records of an export, one after the other: each is read, kept or left out, and forgotten.

use std::vec::IntoIter;

use indicatif::ProgressBar;
use liaison_api::model::{
    Attachment, Data, PayloadState, Record, RecordStatus, RecordSummary, Reference, Signer, VersionCursor,
};
use liaison_protocol::Origin;
use liaison_protocol::update::{Audience, Previous};
use liaison_records::{kinds, topics};
use serde::Serialize;
use serde_json::Value;

use super::Export;
use crate::client::contexts::Connection;
use crate::commands::select::Pages;
use crate::failure::Failure;
use crate::session::Session;

/// The records of an export.
pub(super) struct Records<'s> {
    pub(super) session: &'s Session,
    pub(super) connection: &'s Connection,
    export: &'s Export,
    pages: Pages<'s>,
    page: IntoIter<RecordSummary>,
    progress: ProgressBar,
    /// What was not taken so far.
    pub(super) left_out: LeftOut,
}

/// A record with what an export says beside it.
#[derive(Debug, Serialize)]
pub(super) struct Exported {
    pub(super) reference: Reference,
    pub(super) version: VersionCursor,
    origin: Origin,
    sequenced_at: u64,
    audience: Audience,
    signers: Vec<Signer>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) disputed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stale_since: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    pub(super) record: Value,
    /// What a change of it is made from.
    #[serde(skip)]
    pub(super) previous: Previous,
}

/// How many records were not taken, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct LeftOut {
    personal: u64,
    not_held: u64,
    unreadable: u64,
}

impl<'s> Records<'s> {
    pub(super) fn new(session: &'s Session, connection: &'s Connection, export: &'s Export) -> Records<'s> {
        Records {
            session,
            connection,
            export,
            pages: export.selection.pages(),
            page: Vec::new().into_iter(),
            progress: session.output.progress("Exporting", None),
            left_out: LeftOut::default(),
        }
    }

    /// The next record that is taken; none after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Exported>, Failure> {
        loop {
            let Some(summary) = self.page.next() else {
                match self.pages.next(self.connection).await? {
                    Some(page) => self.page = page.into_iter(),
                    None => return Ok(None),
                }
                continue;
            };
            if let Some(record) = self.take(&summary).await? {
                self.progress.inc(1);
                return Ok(Some(record));
            }
        }
    }

    /// Reads one record, unless it is to be left out.
    pub(super) async fn take(&mut self, summary: &RecordSummary) -> Result<Option<Exported>, Failure> {
        if summary.status != RecordStatus::Current {
            return Ok(None);
        }
        // Not even read, where the kind alone tells.
        let kind = summary.reference.record.kind();
        if !self.export.personal && kinds::is_personal(kind, &Value::Null) {
            self.left_out.personal += 1;
            return Ok(None);
        }
        if summary.payload != PayloadState::Held {
            self.left_out.not_held += 1;
            return Ok(None);
        }
        let path = format!("/v1/records/{}", summary.reference);
        let found = self.connection.client.find::<Record>(&path).await?;
        // It may have been withdrawn since its page was read.
        let found = found.filter(|record| record.status == RecordStatus::Current);
        Ok(found.and_then(|record| self.keep(record)))
    }

    fn keep(&mut self, record: Record) -> Option<Exported> {
        let Some(content) = record.content else {
            self.left_out.not_held += 1;
            return None;
        };
        let Data::Json(value) = content.data else {
            self.left_out.unreadable += 1;
            return None;
        };
        let name = &record.reference.record;
        let topic = self.export.topic.as_deref();
        if topic.is_some_and(|topic| !topics::is_on(name, &value, topic)) {
            return None;
        }
        if !self.export.personal && kinds::is_personal(name.kind(), &value) {
            self.left_out.personal += 1;
            return None;
        }
        Some(Exported {
            version: VersionCursor {
                epoch: record.previous.epoch,
                index: record.previous.index,
            },
            reference: record.reference,
            origin: record.origin,
            sequenced_at: record.sequenced_at,
            audience: record.audience,
            signers: record.signers,
            disputed: record.disputed,
            stale_since: record.stale_since,
            attachments: content.attachments,
            record: value,
            previous: record.previous,
        })
    }
}

impl Exported {
    /// Its reference with the entry that it stands in.
    pub(super) fn entry(&self) -> String {
        format!("{}@{}", self.reference, self.version.index)
    }
}

impl LeftOut {
    /// In words, behind a sentence; nothing when nothing was left out.
    pub(super) fn told(self) -> String {
        let parts = [
            (self.personal, "with personal data (--personal takes them in)"),
            (self.not_held, "whose content is not on this node"),
            (self.unreadable, "in a form that this release cannot read"),
        ];
        let told = parts.into_iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = told.map(|(count, why)| format!("{count} {why}")).collect();
        match told.is_empty() {
            true => String::new(),
            false => format!(" Left out: {}.", told.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_told() {
        assert_eq!(LeftOut::default().told(), "");
        let left_out = LeftOut {
            personal: 2,
            not_held: 0,
            unreadable: 1,
        };
        assert_eq!(
            left_out.told(),
            " Left out: 2 with personal data (--personal takes them in), 1 in a form that this release cannot read."
        );
    }
}
