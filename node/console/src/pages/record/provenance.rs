//! Where a record comes from: its place in a log, who signed it, who witnessed it, and how anybody verifies that.

use liaison_api::model::Record;
use liaison_protocol::Hash;

use super::download::file_name;
use crate::show::link::query;
use crate::show::{Signers, When, Witnesses};
use crate::texts::Texts;

pub(super) struct Provenance {
    pub(super) origin: String,
    pub(super) epoch: u32,
    pub(super) index: u64,
    pub(super) entry: String,
    pub(super) leaf_hash: String,
    pub(super) sequenced_at: When,
    pub(super) signers: Signers,
    pub(super) disputed: bool,
    pub(super) witnesses: Witnesses,
    /// The network id, in groups.
    pub(super) network: String,
    pub(super) proof: String,
    pub(super) proof_file: String,
    pub(super) raw: Option<String>,
}

impl Provenance {
    pub(super) fn of(record: &Record, network: Hash, path: &str, t: Texts) -> Provenance {
        let log = record.origin_hash;
        let version = format!("{}.{}", record.previous.epoch, record.previous.index);
        // What stood then has content of its own, so its raw form is asked for as of then.
        let at = record.checkpoint.as_ref().map(ToString::to_string);
        let at: Vec<(&str, &str)> = at.as_deref().map(|at| ("as_of", at)).into_iter().collect();
        Provenance {
            origin: record.origin.to_string(),
            epoch: record.previous.epoch,
            index: record.previous.index,
            entry: format!("/entries/{log}/{}", record.previous.index),
            leaf_hash: record.previous.leaf_hash.to_string(),
            sequenced_at: t.moment(record.sequenced_at),
            signers: Signers::of(&record.signers, log, t),
            disputed: record.disputed,
            witnesses: Witnesses::of(record.published, &record.witnessed, record.copies, t),
            network: network.grouped(),
            proof: query(&format!("{path}/proof"), &[("entry", &version)]),
            proof_file: file_name(&record.reference, &version),
            raw: record
                .content
                .as_ref()
                .map(|_| query(&format!("{path}/raw"), &at)),
        }
    }
}
