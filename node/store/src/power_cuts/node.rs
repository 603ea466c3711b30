//! A node that works in the order that the guarantees ask for, as far as its disk lets it.

use std::path::Path;
use std::sync::Arc;

use liaison_federation::store::{LogStore, PayloadId, SignerJournal, StoreError, Witnessed, Write};
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Hash, Origin};

use super::promises::Promises;
use crate::dice::Dice;
use crate::disk::{Disk, MemoryDisk};
use crate::signer_state::SignerState;
use crate::store::{Access, Options, Store};
use crate::testing::{Model, note, origin};

const COMPACT_ABOVE: u64 = 600;
const OTHERS: [&str; 6] = ["AT", "BE", "COE", "DE", "ES", "FI"];

pub(super) struct Node {
    store: Store,
    state: SignerState,
}

/// Opens the signer state and the store of a disk.
pub(super) fn open(disk: &Arc<MemoryDisk>) -> Result<(Store, SignerState), StoreError> {
    let disk: Arc<dyn Disk> = disk.clone();
    let state =
        SignerState::open_compacting(disk.clone(), Path::new("var/state"), Access::Write, COMPACT_ABOVE)?;
    let signed = state.positions();
    let access = Access::Write;
    let store = Store::open(disk, Path::new("srv/data"), Options { access, signed })?;
    Ok((store, state))
}

// None if the disk stopped.
fn unless_stopped<T>(result: Result<T, StoreError>) -> Result<Option<T>, String> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(StoreError::Io { source, .. }) if source.to_string() == "the power is off" => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

impl Node {
    /// Starts, takes up what is there, and does again what may not have been finished.
    pub(super) fn start(disk: &Arc<MemoryDisk>, promises: &mut Promises) -> Result<Option<Node>, String> {
        let Some((store, state)) = unless_stopped(open(disk))? else {
            return Ok(None);
        };
        let mut node = Node { store, state };
        promises.take_up(&node.store, &node.state)?;
        // What the signer state names is signed now if it was not before.
        if let Some(position) = node.state.log()
            && promises.read_only == Some(None)
        {
            if unless_stopped(node.state.advance_log(&position))?.is_none() {
                return Ok(None);
            }
            promises.release(&position);
        }
        for (kind, bytes) in std::mem::take(&mut promises.unfinished) {
            if !node.put_object(promises, kind, bytes)? {
                return Ok(None);
            }
        }
        Ok(Some(node))
    }

    /// Does one thing; false if the disk stopped.
    pub(super) fn step(&mut self, promises: &mut Promises, dice: &mut Dice) -> Result<bool, String> {
        match dice.below(13) {
            0..=3 if promises.read_only == Some(None) => self.publish(promises, dice),
            0..=5 => self.follow(promises, dice),
            6 => self.cosign(promises),
            7 => self.put_object(
                promises,
                dice.below(4),
                dice.below(u64::MAX).to_be_bytes().to_vec(),
            ),
            8 => self.keep_quorum_head(promises),
            9 => self.write_checkpoints(promises),
            10 => self.thin_quorum_heads(promises),
            11 => self.keep_proposals(promises, dice),
            _ => self.toggle_read_only(promises, dice),
        }
    }

    fn publish(&mut self, promises: &mut Promises, dice: &mut Dice) -> Result<bool, String> {
        let own = origin("FR", 1);
        let model = promises.log(&own);
        let mut group = vec![grow(model, dice, false)];
        let index = model.size() - 1;
        if dice.below(2) == 0 {
            group.push(promises.payload(&own, index, dice.below(u64::MAX)));
        }
        if unless_stopped(self.store.commit(&group))?.is_none() {
            return Ok(false);
        }
        let position = promises.log(&own).position();
        if unless_stopped(self.state.advance_log(&position))?.is_none() {
            return Ok(false);
        }
        promises.acknowledge(&own);
        promises.release(&position);
        if dice.below(2) == 0 {
            let checkpoint = promises.log(&own).checkpoint();
            return Ok(unless_stopped(self.store.commit(&[checkpoint]))?.is_some());
        }
        Ok(true)
    }

    // Takes over entries of others' logs: with a checkpoint, which may wait, or cosigned at once.
    fn follow(&mut self, promises: &mut Promises, dice: &mut Dice) -> Result<bool, String> {
        let mut group = Vec::new();
        let mut origins = Vec::new();
        let mut heads = Vec::new();
        let with_checkpoint = dice.below(3) > 0;
        for _ in 0..=dice.below(2) {
            let origin = origin(OTHERS[dice.below(6) as usize], 1 + dice.below(2) as u32);
            if origins.contains(&origin) {
                continue;
            }
            let model = promises.log(&origin);
            group.push(grow(model, dice, true));
            let index = model.size() - 1;
            if with_checkpoint {
                group.push(model.checkpoint());
            }
            if with_checkpoint && dice.below(4) == 0 {
                heads.push(model.quorum_head(3));
            }
            if dice.below(3) == 0 {
                group.push(promises.payload(&origin, index, dice.below(u64::MAX)));
            }
            origins.push(origin);
        }
        group.extend(heads.iter().cloned());
        if unless_stopped(self.store.commit(&group))?.is_none() {
            return Ok(false);
        }
        for head in heads {
            if let Write::QuorumHead { origin, .. } = &head {
                promises.acknowledge(origin);
            }
            promises.quorum_heads.push(head);
        }
        match with_checkpoint {
            true if dice.below(3) == 0 => Ok(true),
            true => self.write_checkpoints(promises),
            false => self.cosign_these(promises, &origins),
        }
    }

    // From then on all that has a checkpoint is there to stay.
    fn write_checkpoints(&mut self, promises: &mut Promises) -> Result<bool, String> {
        if unless_stopped(self.store.write_checkpoints())?.is_none() {
            return Ok(false);
        }
        for origin in self.store.logs() {
            if self.has_checkpoint(&origin, promises) {
                promises.acknowledge(&origin);
            }
        }
        Ok(true)
    }

    // Whether the newest checkpoint of a log is of its head.
    fn has_checkpoint(&self, origin: &Origin, promises: &mut Promises) -> bool {
        let position = promises.log(origin).position();
        self.store.checkpoint(origin) == Some(note(&position, 1).as_slice())
    }

    fn cosign(&mut self, promises: &mut Promises) -> Result<bool, String> {
        let own = origin("FR", 1);
        let origins: Vec<Origin> = self
            .store
            .logs()
            .into_iter()
            .filter(|origin| *origin != own)
            .collect();
        self.cosign_these(promises, &origins)
    }

    fn cosign_these(&mut self, promises: &mut Promises, origins: &[Origin]) -> Result<bool, String> {
        promises.time += 1;
        let time = promises.time;
        let heads = origins.iter().map(|origin| {
            let position = promises.log(origin).position();
            Witnessed { position, time }
        });
        let heads: Vec<Witnessed> = heads.collect();
        if unless_stopped(self.state.advance_witness(&heads))?.is_none() {
            return Ok(false);
        }
        for head in heads {
            promises.acknowledge(&head.position.origin);
            promises.cosigned.insert(head.position.origin.clone(), head);
        }
        Ok(true)
    }

    fn put_object(&mut self, promises: &mut Promises, kind: u64, bytes: Vec<u8>) -> Result<bool, String> {
        let (hash, object) = (Hash::of(&bytes), bytes.clone());
        let write = match kind {
            0 => Write::Charter { hash, bytes },
            1 => Write::Statement { hash, bytes },
            2 => Write::Evidence { hash, bytes },
            _ => Write::Choice { hash, bytes },
        };
        if unless_stopped(self.store.commit(&[write]))?.is_none() {
            promises.unfinished.push((kind, object));
            return Ok(false);
        }
        promises.objects.insert((kind, object));
        Ok(true)
    }

    fn keep_proposals(&mut self, promises: &mut Promises, dice: &mut Dice) -> Result<bool, String> {
        let envelopes = vec![dice.below(256) as u8; dice.below(400) as usize];
        promises.proposals.push(envelopes.clone());
        let write = Write::Proposals {
            envelopes: envelopes.clone(),
        };
        if unless_stopped(self.store.commit(&[write]))?.is_none() {
            return Ok(false);
        }
        promises.proposals = vec![envelopes];
        Ok(true)
    }

    fn keep_quorum_head(&mut self, promises: &mut Promises) -> Result<bool, String> {
        let Some(origin) = self.store.logs().into_iter().find(|origin| {
            let held = self.store.newest_quorum_head(origin).unwrap_or_default();
            let newest = note(&promises.log(origin).position(), 3);
            held != Some(newest) && self.has_checkpoint(origin, promises)
        }) else {
            return Ok(true);
        };
        let head = promises.log(&origin).quorum_head(3);
        if unless_stopped(self.store.commit(std::slice::from_ref(&head)))?.is_none() {
            return Ok(false);
        }
        promises.acknowledge(&origin);
        promises.quorum_heads.push(head);
        Ok(true)
    }

    // Of three sizes one head is kept. Whether that comes to its end or not, the others are no longer promised.
    fn thin_quorum_heads(&mut self, promises: &mut Promises) -> Result<bool, String> {
        let size_of = |note: &[u8]| Some(SignedCheckpoint::parse(note).ok()?.checkpoint.size);
        let time = |note: &[u8]| size_of(note).map(|size| size / 3 * 60);
        promises.expect_thinned(&self.store);
        Ok(unless_stopped(self.store.thin_quorum_heads(u64::MAX, &time))?.is_some())
    }

    fn toggle_read_only(&mut self, promises: &mut Promises, dice: &mut Dice) -> Result<bool, String> {
        let set = self.state.read_only().is_none() && dice.below(3) == 0;
        promises.read_only = None;
        let result = match set {
            true => self.state.set_read_only("two nodes have this key"),
            false => self.state.clear_read_only(),
        };
        let done = unless_stopped(result)?.is_some();
        promises.read_only = done.then(|| self.state.read_only());
        Ok(done)
    }
}

// One to three entries more, of random bytes so that no two lives write the same.
fn grow(model: &mut Model, dice: &mut Dice, redactions: bool) -> Write {
    let entries = (0..=dice.below(3)).map(|_| {
        if redactions && dice.below(4) == 0 {
            return Vec::new();
        }
        let bytes = dice.below(u64::MAX).to_be_bytes();
        bytes
            .into_iter()
            .cycle()
            .take(1 + dice.below(900) as usize)
            .collect()
    });
    model.append(entries.collect())
}

/// The write that keeps a payload.
pub(super) fn payload_write(origin: &Origin, index: u64, bytes: Vec<u8>) -> Write {
    let id = PayloadId {
        origin: origin.clone(),
        index,
        change: 0,
    };
    Write::Payload { id, bytes }
}
