//! One version of a record, proven rather than told: the node's bundle is verified here.

use liaison_api::model::Content;
use liaison_protocol::update::{Payload, Previous, RecordName};
use liaison_protocol::verify::{Bundle, HeldPayload, ProvenChange, ProvenEntry};
use liaison_protocol::{Code, Hash, Origin, tlog};
use liaison_records::study::Witnessed;

use crate::client::contexts::Connection;
use crate::client::trust::live_log;
use crate::failure::Failure;

/// What an entry of an authority's log made of a record.
pub(super) struct Version {
    /// The change.
    pub(super) change: ProvenChange,
    /// What it holds; none where it was erased or is no put.
    pub(super) content: Option<Content>,
    /// The entry.
    pub(super) entry: Previous,
    /// When it was sequenced (Unix, milliseconds).
    pub(super) sequenced_at: u64,
    /// When it was witnessed.
    pub(super) witnessed: Witnessed,
    /// Whether a signer is said to have been compromised by then.
    pub(super) disputed: bool,
}

impl Version {
    /// Fetches and verifies the version that an entry of the authority's log made, of the live epoch unless another is
    /// named.
    pub(super) async fn fetch(
        connection: &Connection,
        code: &Code,
        record: &RecordName,
        epoch: Option<u32>,
        index: u64,
    ) -> Result<Version, Failure> {
        let chain = connection.chain().await?;
        let live = live_log(&chain, code)?;
        let origin = epoch.map_or_else(|| live.clone(), |epoch| live.with_epoch(epoch));
        Version::prove(connection, chain.network(), &origin, record, index).await
    }

    /// The same in a log of a network that is known already.
    pub(super) async fn prove(
        connection: &Connection,
        network: Hash,
        origin: &Origin,
        record: &RecordName,
        index: u64,
    ) -> Result<Version, Failure> {
        let (bytes, report) = connection.bundle(network, origin, index).await?;
        let bundle = Bundle::from_bytes(&bytes)?;
        let ProvenEntry::Update { changes, .. } = &report.entry else {
            return Err(Failure::not_found(format!(
                "entry {index} of {origin} is no update"
            )));
        };
        let place = changes
            .iter()
            .position(|change| change.record == record.to_string());
        let place = place.ok_or_else(|| {
            Failure::not_found(format!("entry {index} of {origin} does not change {record}"))
        })?;
        let held = bundle
            .payloads
            .iter()
            .find(|(number, _)| *number as usize == place);
        let content = match held.map(|(_, held)| held) {
            Some(HeldPayload::Bytes(bytes)) => Some(Content::new(record, Payload::from_bytes(bytes)?)),
            Some(HeldPayload::Erased) | None => None,
        };
        let entry = Previous {
            epoch: origin.epoch(),
            index,
            leaf_hash: tlog::leaf_hash(&bundle.entry.leaf),
        };
        Ok(Version {
            change: changes[place].clone(),
            content,
            entry,
            sequenced_at: report.sequenced_at,
            witnessed: Witnessed {
                after: report.witnessed.0,
                until: report.witnessed.1,
            },
            disputed: report.disputed,
        })
    }
}
