//! What a node has promised to the outside, and whether its disk still keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use liaison_federation::store::{LogStore, PayloadId, SignerJournal, Witnessed, Write};
use liaison_protocol::{Origin, Position};

use super::node::{open, payload_write};
use crate::disk::MemoryDisk;
use crate::signer_state::SignerState;
use crate::store::Store;
use crate::testing::{Model, origin};

#[derive(Debug)]
pub(super) struct Promises {
    /// All logs as they were meant to be, acknowledged or not.
    logs: BTreeMap<Origin, Model>,
    /// How many entries of each were acknowledged.
    acknowledged: BTreeMap<Origin, u64>,
    /// Payloads by log and entry, acknowledged with their entry.
    payloads: BTreeMap<(Origin, u64), Vec<u8>>,
    /// The newest own position that a signature has left for.
    released: Option<Position>,
    pub(super) cosigned: BTreeMap<Origin, Witnessed>,
    pub(super) objects: BTreeSet<(u64, Vec<u8>)>,
    /// Objects of which the writer does not know whether they are kept.
    pub(super) unfinished: Vec<(u64, Vec<u8>)>,
    /// Pending charter versions that may stand in their file: those kept last, and those being written.
    pub(super) proposals: Vec<Vec<u8>>,
    pub(super) quorum_heads: Vec<Write>,
    /// Why the log is read-only, if it is; none while that is being changed.
    pub(super) read_only: Option<Option<String>>,
    pub(super) time: u64,
}

impl Default for Promises {
    fn default() -> Promises {
        Promises {
            logs: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            payloads: BTreeMap::new(),
            released: None,
            cosigned: BTreeMap::new(),
            objects: BTreeSet::new(),
            unfinished: Vec::new(),
            proposals: vec![Vec::new()],
            quorum_heads: Vec::new(),
            read_only: Some(None),
            time: 0,
        }
    }
}

impl Promises {
    pub(super) fn log(&mut self, origin: &Origin) -> &mut Model {
        self.logs
            .entry(origin.clone())
            .or_insert_with(|| Model::new(origin.clone()))
    }

    pub(super) fn payload(&mut self, origin: &Origin, index: u64, number: u64) -> Write {
        let bytes: Vec<u8> = number
            .to_be_bytes()
            .into_iter()
            .cycle()
            .take(1 + number as usize % 1500)
            .collect();
        self.payloads.insert((origin.clone(), index), bytes.clone());
        payload_write(origin, index, bytes)
    }

    pub(super) fn acknowledge(&mut self, origin: &Origin) {
        let size = self.log(origin).size();
        self.acknowledged.insert(origin.clone(), size);
    }

    pub(super) fn release(&mut self, position: &Position) {
        self.acknowledge(&position.origin);
        self.released = Some(position.clone());
    }

    /// Of the quorum heads whose sizes have the same third only the first is promised any more, and the newest.
    pub(super) fn expect_thinned(&mut self, store: &Store) {
        self.quorum_heads.retain(|write| {
            let Write::QuorumHead { origin, size, note } = write else {
                return false;
            };
            let first = store.quorum_head_covering(origin, size - size % 3);
            let newest = store.newest_quorum_head(origin);
            [first, newest]
                .map(|held| held.ok().flatten())
                .contains(&Some(note.clone()))
        });
    }

    /// Goes on from what a disk holds: what lies past it was never acknowledged, and is forgotten.
    pub(super) fn take_up(&mut self, store: &Store, state: &SignerState) -> Result<(), String> {
        for (origin, model) in &mut self.logs {
            let size = store.head(origin).map_or(0, |head| head.size);
            let mut shorter = Model::new(origin.clone());
            shorter.append(
                model
                    .entries
                    .get(..size as usize)
                    .ok_or("entries from nowhere")?
                    .to_vec(),
            );
            *model = shorter;
            self.payloads
                .retain(|(of, index), _| of != origin || *index < size);
        }
        self.read_only = Some(state.read_only());
        self.proposals = vec![store.proposals().map_err(|error| error.to_string())?];
        Ok(())
    }

    /// Opens what is on the disk and looks for everything that was promised.
    pub(super) fn check(&self, disk: &Arc<MemoryDisk>) -> Result<(), String> {
        let (store, state) = open(disk).map_err(|error| error.to_string())?;
        if let Some(damage) = store.damage().first() {
            return Err(damage.to_string());
        }
        for origin in store.logs() {
            self.check_log(&store, &origin)?;
        }
        for (origin, size) in &self.acknowledged {
            let held = store.head(origin).map_or(0, |head| head.size);
            expect(held >= *size, || {
                format!("{held} of {size} acknowledged entries of {origin}")
            })?;
        }
        self.check_signer_state(&store, &state)?;
        self.check_objects(&store)?;
        for write in &self.quorum_heads {
            if let Write::QuorumHead { origin, size, note } = write {
                let held = store
                    .quorum_head_covering(origin, *size)
                    .map_err(|error| error.to_string())?;
                expect(held.as_ref() == Some(note), || {
                    format!("a quorum head of {origin} is lost")
                })?;
            }
        }
        let said = self.read_only.as_ref();
        expect(said.is_none_or(|said| *said == state.read_only()), || {
            "read-only changed".to_owned()
        })
    }

    fn check_log(&self, store: &Store, origin: &Origin) -> Result<(), String> {
        let damage = store.check(origin).map_err(|error| error.to_string())?;
        expect(damage.is_empty(), || format!("{damage:?}"))?;
        let size = store.head(origin).map_or(0, |head| head.size);
        let entries = store
            .entries(origin, 0, size, usize::MAX)
            .map_err(|error| error.to_string())?;
        let meant = self
            .logs
            .get(origin)
            .map(|model| model.entries.as_slice())
            .unwrap_or_default();
        expect(meant.get(..size as usize) == Some(&entries), || {
            format!("other entries in {origin}")
        })?;
        for index in 0..size {
            let id = PayloadId {
                origin: origin.clone(),
                index,
                change: 0,
            };
            let held = store.payload(&id).map_err(|error| error.to_string())?;
            let meant = self.payloads.get(&(origin.clone(), index));
            let acknowledged = self.acknowledged.get(origin).is_some_and(|size| index < *size);
            let right = held.as_ref() == meant || (held.is_none() && !acknowledged);
            expect(right, || {
                format!("another payload of entry {index} of {origin}, or none")
            })?;
        }
        Ok(())
    }

    fn check_signer_state(&self, store: &Store, state: &SignerState) -> Result<(), String> {
        let behind = store.behind();
        expect(behind.is_empty(), || {
            format!("entries are missing up to {behind:?}")
        })?;
        let log = state.log();
        if let Some(released) = &self.released {
            let size = log.as_ref().map_or(0, |log| log.size);
            expect(size >= released.size, || {
                "the signer state is behind a signature".to_owned()
            })?;
        }
        let positions = log
            .iter()
            .chain(&self.released)
            .chain(self.cosigned.values().map(|head| &head.position));
        for position in positions {
            let root = store
                .root_at(&position.origin, position.size)
                .map_err(|error| error.to_string())?;
            expect(root == Some(position.root), || {
                format!("{position:?} was signed and is contradicted")
            })?;
        }
        for (origin, signed) in &self.cosigned {
            let held = state.witness(origin);
            let kept = held
                .is_some_and(|held| held.position.size >= signed.position.size && held.time >= signed.time);
            expect(kept, || {
                format!("the witness journal is behind a cosignature of {origin}")
            })?;
        }
        // The own log is what the checkpoint or the signer state says, and they agree.
        let own = store.head(&origin("FR", 1)).map_or(0, |head| head.size);
        let named = log.map_or(0, |log| log.size);
        expect(own == named, || {
            format!("{own} own entries, the signer state names {named}")
        })
    }

    fn check_objects(&self, store: &Store) -> Result<(), String> {
        let proposals = store.proposals().map_err(|error| error.to_string())?;
        expect(self.proposals.contains(&proposals), || {
            "the pending charter versions are neither the old ones nor the new".to_owned()
        })?;
        let held = [
            store.charters(),
            store.statements(),
            store.evidence(),
            store.choices(),
        ];
        let held: Vec<_> = held
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())?;
        for (kind, object) in &self.objects {
            expect(held[*kind as usize].contains(object), || {
                format!("an object of kind {kind} is lost")
            })?;
        }
        Ok(())
    }
}

fn expect(right: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if right { Ok(()) } else { Err(what()) }
}
