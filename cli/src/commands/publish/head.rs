//! The newest version of a record, verified by its receipt rather than believed.

use std::fmt;

use liaison_api::model::{Entry as Told, Record, VersionCursor};
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::tlog::leaf_hash;
use liaison_protocol::update::{Audience, Previous, RecordName};
use liaison_protocol::verify::{Bundle, ProvenEntry};
use liaison_records::text::time;

use super::OwnLog;
use crate::client::contexts::Connection;
use crate::commands::show::signer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// The newest version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// What the next change must name.
    pub(super) previous: Previous,
    /// Who may read the record now.
    pub(super) audience: Audience,
    /// When and by whom it was signed.
    pub(super) described: String,
}

impl Head {
    /// Fetches and verifies the newest version; none when the record is new.
    pub(super) async fn fetch(
        session: &Session,
        connection: &Connection,
        log: &OwnLog,
        record: &RecordName,
    ) -> Result<Option<Head>, Failure> {
        let path = format!("/v1/records/{}/{record}", log.origin.authority());
        let Some(told) = connection.client.find::<Record>(&path).await? else {
            return Ok(None);
        };
        if told.origin.with_epoch(1) != log.origin.with_epoch(1) || told.origin.epoch() != told.previous.epoch
        {
            let (origin, own) = (&told.origin, &log.origin);
            return Err(Failure::refused(format!(
                "the node says that {record} stands in {origin}, not in {own}"
            )));
        }
        verify(session, connection, log, record, &told).await?;
        let signers: Vec<String> = told.signers.iter().map(signer).collect();
        let described = format!("{}, signed by {}", time(told.sequenced_at), signers.join(" and "));
        Ok(Some(Head {
            previous: told.previous,
            audience: told.audience,
            described,
        }))
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = VersionCursor {
            epoch: self.previous.epoch,
            index: self.previous.index,
        };
        write!(f, "version {version} ({})", self.described)
    }
}

// With a receipt the whole chain is verified; before there is one, the entry itself.
async fn verify(
    session: &Session,
    connection: &Connection,
    log: &OwnLog,
    record: &RecordName,
    told: &Record,
) -> Result<(), Failure> {
    let Previous {
        index,
        leaf_hash: named,
        ..
    } = told.previous;
    let leaf = match connection.bundle(log.network, &told.origin, index).await {
        Ok((bytes, report)) => {
            let changes_it = match &report.entry {
                ProvenEntry::Update { changes, .. } => changes.iter().any(|c| c.record == record.to_string()),
                _ => false,
            };
            if !changes_it {
                return Err(mismatch(record, index));
            }
            Bundle::from_bytes(&bytes)?.entry.leaf
        }
        // The quorum is still missing.
        Err(failure) if failure.exit == Exit::WaitedInVain => {
            session.output.note(&format!(
                "{record}: its newest version is not witnessed yet, so no receipt proves it."
            ));
            let path = format!("/v1/entries/{}/{index}", told.origin.hash());
            let entry: Told = connection.client.get(&path).await?;
            let leaf = entry.leaf.map(|leaf| leaf.0).unwrap_or_default();
            let changes_it = matches!(Entry::from_bytes(&leaf).map(|entry| entry.content),
                Ok(Content::Update(update)) if update.changes.iter().any(|change| change.record == *record));
            if !changes_it {
                return Err(mismatch(record, index));
            }
            leaf
        }
        Err(failure) => return Err(failure),
    };
    if leaf_hash(&leaf) == named {
        Ok(())
    } else {
        Err(mismatch(record, index))
    }
}

fn mismatch(record: &RecordName, index: u64) -> Failure {
    Failure::refused(format!(
        "the node names entry {index} as the newest version of {record}, which it is not"
    ))
}
