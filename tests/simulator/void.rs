//! Entries without effect in a log: a node whose release sequences what it should have refused.
//!
//! They are written on the disk of a stopped node as its sequencer would have written them, and
//! the head over them is signed. What the network then does about them is its own code's.

use std::path::Path;
use std::sync::Arc;

use liaison_authority::OwnLog;
use liaison_federation::store::{LogStore, PayloadId, SignerJournal, Write};
use liaison_knowledge::{StoredEffect, views};
use liaison_node::engine::{Engine, EngineError};
use liaison_protocol::dsse::Detached;
use liaison_protocol::proto::{self, entry::Content};
use liaison_protocol::tlog::{Checkpoint, SignedCheckpoint, leaf_hash};
use liaison_protocol::update::{Payload, Update, payload_digest};
use liaison_protocol::{Origin, Position, Signer};
use liaison_store::{Access, Disk, MemoryDisk, Options, SignerState, Store};
use prost::Message as _;

use super::sample::{Key, Sample, key};

/// The words of the reasons why the entries have no effect, in their order.
pub const VOID: [&str; 5] = ["stale", "no-mandate", "format", "standing", "stale"];

/// Appends a good update and one entry for each word of [`VOID`] to the log of party `i`, and
/// signs the head over them.
pub(crate) fn write(disk: &Arc<MemoryDisk>, sample: &Sample, i: usize, now: u64) -> Result<(), EngineError> {
    let disk: Arc<dyn Disk> = Arc::clone(disk) as Arc<dyn Disk>;
    let mut state = SignerState::open(Arc::clone(&disk), Path::new("state"), Access::Write)?;
    let options = Options {
        access: Access::Write,
        signed: state.positions(),
    };
    let mut store = Store::open(disk, Path::new("data"), options)?;
    let origin = sample.origins[i].clone();
    let start = store.head(&origin).map_or(0, |head| head.size);
    let mut own = OwnLog::open(origin.clone(), &store)?;
    let entries = leaves(&origin, i, own.time(now));
    let hashes: Vec<_> = entries.iter().map(|leaf| leaf_hash(leaf)).collect();
    entries
        .iter()
        .zip(&hashes)
        .for_each(|(leaf, hash)| own.append(leaf, *hash));
    let position = Position {
        origin: origin.clone(),
        size: own.size(),
        root: own.root(),
    };
    let append = Write::Append {
        origin: origin.clone(),
        start,
        entries,
        hashes,
    };
    // Only the first entry has an effect, so only its payload is ever wanted.
    let payload = Write::Payload {
        id: PayloadId {
            origin: origin.clone(),
            index: start,
            change: 0,
        },
        bytes: payload(),
    };
    store.commit(&[append, payload])?;
    state.advance_log(&position)?;
    let head = SignedCheckpoint::sign(Checkpoint::from(position), &key(Key::Log, i));
    let note = head.expect("a key in memory signs").to_bytes();
    Ok(store.commit(&[Write::Checkpoint { origin, note }])?)
}

/// The entries of a log without effect as a node shows them: index, word and reason.
pub(crate) fn shown(engine: &Engine, origin: &Origin) -> Vec<(u64, String, String)> {
    let size = engine.knowledge().size(origin);
    let effect = |index| views::effect(engine.index(), origin, index).ok().flatten();
    let void = (0..size).filter_map(|index| match effect(index)? {
        StoredEffect::Void { code, reason } => Some((index, code, reason)),
        _ => None,
    });
    void.collect()
}

fn payload() -> Vec<u8> {
    let payload = Payload {
        media_type: "text/plain".to_owned(),
        record: b"base".to_vec(),
        attachments: Vec::new(),
    };
    payload.to_bytes(&[9; 32])
}

fn leaves(origin: &Origin, i: usize, now: u64) -> Vec<Vec<u8>> {
    let put = |record: &str, action: i32| proto::Change {
        action,
        record: record.to_owned(),
        previous: None,
        audience: proto::Audience::Clear.into(),
        digest: payload_digest(&payload()).0.to_vec(),
        size: payload().len() as u64,
    };
    let good = proto::Action::Put.into();
    let by = |whose: usize, changes: Vec<proto::Change>| {
        leaf(origin, &key(Key::Administrator, whose), changes, now)
    };
    vec![
        by(i, vec![put("practice/base", good)]),
        // A stale `previous`: the record has a version already.
        by(i, vec![put("practice/base", good)]),
        // A key that has its mandate in another log.
        by(i + 1, vec![put("practice/foreign", good)]),
        // An action of a later level.
        by(i, vec![put("practice/later", 99)]),
        // A catalogue of the secretariat.
        by(i, vec![put("standard/of-others", good)]),
        // One bad change among good ones.
        by(
            i,
            vec![
                put("practice/another", good),
                put("practice/base", good),
                put("practice/other", good),
            ],
        ),
    ]
}

fn leaf(origin: &Origin, administrator: &dyn Signer, changes: Vec<proto::Change>, now: u64) -> Vec<u8> {
    let update = proto::Update {
        origin: origin.to_string(),
        created_at: now,
        changes,
    };
    let signature = Detached::<Update>::sign(&update, administrator).expect("a key in memory signs");
    let signature = proto::Signature {
        key_id: administrator.public_key().id().0.0.to_vec(),
        signature,
    };
    let envelope = proto::Envelope {
        body: update.encode_to_vec(),
        signatures: vec![signature],
    };
    let entry = proto::Entry {
        sequenced_at: now,
        content: Some(Content::Update(envelope)),
    };
    entry.encode_to_vec()
}
