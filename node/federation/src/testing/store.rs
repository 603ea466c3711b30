//! A store in memory, without a disk to lose anything.

use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::tlog::{MemoryTree, Nodes, root};
use liaison_protocol::{Hash, Origin};

use crate::api::{PayloadInfo, PayloadPolicy};
use crate::store::{Head, LogStore, PayloadId, StoreError, Write};

#[derive(Default)]
pub(crate) struct MemoryStore {
    logs: BTreeMap<Origin, Stored>,
    payloads: BTreeMap<PayloadId, Vec<u8>>,
    charters: Vec<Vec<u8>>,
    statements: Vec<Vec<u8>>,
    evidence: Vec<Vec<u8>>,
    choices: Vec<Vec<u8>>,
    proposals: Vec<u8>,
    pub(crate) groups: usize,
    /// Logs whose entries do not read.
    pub(crate) unreadable: BTreeSet<Origin>,
}

#[derive(Default)]
struct Stored {
    entries: Vec<Vec<u8>>,
    tree: MemoryTree,
    named: bool,
    checkpoint: Vec<u8>,
    quorums: BTreeMap<u64, Vec<u8>>,
}

impl LogStore for MemoryStore {
    fn logs(&self) -> Vec<Origin> {
        self.logs.keys().cloned().collect()
    }

    fn head(&self, origin: &Origin) -> Option<Head> {
        let log = self.logs.get(origin)?;
        let size = log.entries.len() as u64;
        Some(Head {
            size,
            root: root(size, &log.tree).unwrap(),
            checkpoint: log.checkpoint.clone(),
        })
    }

    fn entries(
        &self,
        origin: &Origin,
        start: u64,
        count: u64,
        max_bytes: usize,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let Some(log) = self.logs.get(origin) else {
            return Ok(Vec::new());
        };
        if self.unreadable.contains(origin) {
            return Err(StoreError::Damaged {
                path: origin.to_string(),
                offset: 0,
                what: "as the test says".to_owned(),
            });
        }
        let mut room = max_bytes;
        let mut page = Vec::new();
        for entry in log.entries.iter().skip(start as usize).take(count as usize) {
            if !page.is_empty() && entry.len() > room {
                break;
            }
            room = room.saturating_sub(entry.len());
            page.push(entry.clone());
        }
        Ok(page)
    }

    fn node(&self, origin: &Origin, level: u32, index: u64) -> Result<Option<Hash>, StoreError> {
        Ok(self
            .logs
            .get(origin)
            .and_then(|log| log.tree.node(level, index).ok()))
    }

    fn payload(&self, id: &PayloadId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.payloads.get(id).cloned())
    }

    fn has_payload(&self, id: &PayloadId) -> bool {
        self.payloads.contains_key(id)
    }

    fn quorum_head_covering(&self, origin: &Origin, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self
            .logs
            .get(origin)
            .and_then(|log| log.quorums.range(size..).next().map(|(_, note)| note.clone())))
    }

    fn newest_quorum_head(&self, origin: &Origin) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self
            .logs
            .get(origin)
            .and_then(|log| log.quorums.last_key_value().map(|(_, note)| note.clone())))
    }

    fn quorum_head_before(&self, origin: &Origin, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let before = |log: &Stored| {
            log.quorums
                .range(..=size)
                .next_back()
                .map(|(_, note)| note.clone())
        };
        Ok(self.logs.get(origin).and_then(before))
    }

    fn charters(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.charters.clone())
    }

    fn statements(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.statements.clone())
    }

    fn evidence(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.evidence.clone())
    }

    fn proposals(&self) -> Result<Vec<u8>, StoreError> {
        Ok(self.proposals.clone())
    }

    fn choices(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.choices.clone())
    }

    fn commit(&mut self, group: &[Write]) -> Result<(), StoreError> {
        self.groups += 1;
        for write in group.iter().cloned() {
            match write {
                Write::Append {
                    origin,
                    start,
                    entries,
                    hashes,
                } => {
                    let log = self.logs.entry(origin).or_default();
                    assert_eq!(start, log.entries.len() as u64, "appends are in order");
                    log.entries.extend(entries);
                    hashes.into_iter().for_each(|hash| log.tree.push(hash));
                    log.checkpoint.clear();
                }
                Write::Checkpoint { origin, note } => {
                    let log = self.logs.entry(origin).or_default();
                    log.checkpoint = note;
                    log.named = true;
                }
                Write::QuorumHead { origin, size, note } => {
                    let log = self.logs.entry(origin).or_default();
                    assert!(log.named, "a quorum head is of a log that has a checkpoint");
                    log.quorums.insert(size, note);
                }
                Write::Payload { id, bytes } => drop(self.payloads.insert(id, bytes)),
                Write::Charter { bytes, .. } => self.charters.push(bytes),
                Write::Statement { bytes, .. } => self.statements.push(bytes),
                Write::Evidence { bytes, .. } => self.evidence.push(bytes),
                Write::Choice { bytes, .. } => self.choices.push(bytes),
                Write::Proposals { envelopes } => self.proposals = envelopes,
            }
        }
        Ok(())
    }
}

/// What effect says of payloads, as a test sets it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Policy(pub(crate) BTreeMap<PayloadId, PayloadInfo>);

impl PayloadPolicy for Policy {
    fn payload(&self, id: &PayloadId) -> Option<PayloadInfo> {
        self.0.get(id).cloned()
    }

    fn lacking(&self, _: &Origin, _: usize) -> Vec<PayloadId> {
        Vec::new()
    }
}
