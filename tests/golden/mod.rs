//! A whole node's folders as a release left them: how they were made, and what a later release finds in them.

#[cfg(test)]
mod arrival;
#[cfg(test)]
mod folding;

use std::path::Path;
use std::sync::Arc;

use liaison_authority::OwnLog;
use liaison_federation::api::{PayloadInfo, PayloadPolicy, View};
use liaison_federation::store::{LogStore, PayloadId, SignerJournal, StoreError, Witnessed, Write};
use liaison_federation::{Federation, Recovered};
use liaison_knowledge::Knowledge;
use liaison_node::start::open_world;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::tlog::{Checkpoint, Frontier, SignedCheckpoint, leaf_hash};
use liaison_protocol::update::{Payload, Previous, Update, payload_digest};
use liaison_protocol::{Origin, Position, Signer, proto};
use liaison_store::{Access, MemoryIndex, Options, RealDisk, SignerState, Store};

use crate::benchmarks::sample::{config, world};
use crate::simulator::sample::{Key, START, Sample, key};

/// Writes the folders of a node: party 0's of a network of two, with its own log and the other's.
pub fn write(folder: &Path) {
    let network = Sample::of(2, 2);
    std::fs::write(
        folder.join("network.charter"),
        Signed::write_chain(&network.versions),
    )
    .expect("the charter can be written");
    let mut state = SignerState::open(
        Arc::new(RealDisk::default()),
        &folder.join("state"),
        Access::Write,
    )
    .expect("a new signer state opens");
    let mut store = open_store(folder, Access::Write, &state).expect("a new store opens");
    let statement = &network.statement;
    let arrived = Write::Statement {
        hash: statement.hash(),
        bytes: statement.to_bytes(),
    };
    store.commit(&[arrived]).expect("the store takes it");
    let own = Writing::new(&network, 0, &store).with_updates();
    let position = own.commit(&mut store);
    state.advance_log(&position).expect("it is the first head");
    let position = Writing::new(&network, 1, &store).commit(&mut store);
    let witnessed = Witnessed {
        position,
        time: START / 1000,
    };
    state.advance_witness(&[witnessed]).expect("it is the first head");
    store.write_checkpoints().expect("the disk has room");
}

/// What folders of a node hold: a line for each log with its size, root and effect digest, after all of it was
/// read and verified.
///
/// # Errors
/// When the folders do not open.
pub fn read(folder: &Path) -> Result<String, StoreError> {
    let state = SignerState::open(
        Arc::new(RealDisk::default()),
        &folder.join("state"),
        Access::Write,
    )?;
    let store = open_store(folder, Access::Write, &state)?;
    let chain = std::fs::read(folder.join("network.charter")).expect("the charter is there");
    let chain = Signed::<Charter>::read_chain(&chain).expect("the charter is well-formed");
    let world = open_world(chain, &store).expect("the store is of this network");
    let view = View {
        store: &store,
        payloads: &NoPayloads,
    };
    // Opening it verifies the form of all entries and heads.
    let network = Sample::of(2, 2);
    let federation = Federation::open(config(&network, 0), world, Recovered::default(), 1, &view, START)?;
    let (mut knowledge, mut index) = (Knowledge::default(), MemoryIndex::new());
    let mut lines = format!(
        "signed {:?}, read-only {:?}\n",
        state.positions().len(),
        state.read_only()
    );
    for origin in store.logs() {
        assert!(
            federation.best_head(&origin).is_some(),
            "{origin} has a head of good form"
        );
        let damage = store.check(&origin)?;
        assert!(damage.is_empty() && store.repairs().is_empty(), "{damage:?}");
        let head = store.head(&origin).expect("it was listed");
        while knowledge.size(&origin) < head.size {
            let folded = knowledge.fold(&mut index, &store, federation.world(), &origin, &mut |_, _| {
                Ok(Vec::new())
            });
            folded.expect("this release folds it");
        }
        let payloads = (0..head.size).filter(|index| store.has_payload(&payload(&origin, *index)));
        let (payloads, digest) = (payloads.count(), knowledge.digest(&origin));
        let void: Vec<String> = knowledge.counts(&origin).void.into_keys().collect();
        lines += &format!(
            "{origin}: {} entries, root {}, effects {digest}, ",
            head.size, head.root
        );
        lines += &format!("{payloads} payloads, void for {}\n", void.join(" "));
    }
    Ok(lines)
}

fn open_store(folder: &Path, access: Access, state: &SignerState) -> Result<Store, StoreError> {
    let signed = state.positions();
    Store::open(
        Arc::new(RealDisk::default()),
        &folder.join("data"),
        Options { access, signed },
    )
}

fn payload(origin: &Origin, index: u64) -> PayloadId {
    PayloadId {
        origin: origin.clone(),
        index,
        change: 0,
    }
}

/// A log that is being written.
struct Writing {
    party: usize,
    own: OwnLog,
    leaves: Vec<Vec<u8>>,
    payloads: Vec<(u64, Vec<u8>)>,
}

impl Writing {
    /// A log of what every log carries first.
    fn new(network: &Sample, party: usize, store: &dyn LogStore) -> Writing {
        let own = OwnLog::open(network.origins[party].clone(), store).expect("an empty log opens");
        let first = own.due(&world(network), key(Key::Log, party).public_key());
        let mut writing = Writing {
            party,
            own,
            leaves: Vec::new(),
            payloads: Vec::new(),
        };
        for content in first {
            writing.push(content);
        }
        writing
    }

    /// With an update of each action, and with entries that have no effect.
    fn with_updates(mut self) -> Writing {
        let administrator = key(Key::Administrator, self.party);
        let first = self.put("practice/first", None, &administrator);
        self.put("practice/second", None, &administrator);
        let second = self.put("practice/first", Some(first), &administrator);
        self.put("practice/first", Some(first), &administrator);
        self.put("practice/third", None, &key(Key::Administrator, 1 - self.party));
        self.leaves.push(b"no entry".to_vec());
        let withdrawn = self.change(proto::Action::Withdraw, Some(second), &administrator);
        let erased = self.change(proto::Action::Erase, Some(withdrawn), &administrator);
        self.change(proto::Action::Cancel, Some(erased), &administrator);
        self
    }

    fn put(&mut self, record: &str, previous: Option<Previous>, signer: &dyn Signer) -> Previous {
        let payload = Payload {
            media_type: "application/json".to_owned(),
            record: format!("{{\"sample\":{}}}", self.leaves.len()).into_bytes(),
            attachments: Vec::new(),
        };
        let payload = payload.to_bytes(&[self.leaves.len() as u8; 32]);
        let change = proto::Change {
            action: proto::Action::Put.into(),
            record: record.to_owned(),
            previous: previous.map(Previous::to_proto),
            audience: proto::Audience::Green.into(),
            digest: payload_digest(&payload).0.to_vec(),
            size: payload.len() as u64,
        };
        self.payloads.push((self.leaves.len() as u64, payload));
        self.update(change, signer)
    }

    fn change(&mut self, action: proto::Action, previous: Option<Previous>, signer: &dyn Signer) -> Previous {
        let change = proto::Change {
            action: action.into(),
            record: "practice/first".to_owned(),
            previous: previous.map(Previous::to_proto),
            ..proto::Change::default()
        };
        self.update(change, signer)
    }

    fn update(&mut self, change: proto::Change, signer: &dyn Signer) -> Previous {
        let update = proto::Update {
            origin: self.own.origin().to_string(),
            created_at: START,
            changes: vec![change],
        };
        let update = Signed::<Update>::sign(&update, &[signer]).expect("the update is well-formed");
        self.push(Content::Update(update))
    }

    fn push(&mut self, content: Content) -> Previous {
        let index = self.leaves.len() as u64;
        let leaf = Entry {
            sequenced_at: START + index,
            content,
        };
        self.leaves.push(leaf.to_bytes());
        Previous {
            epoch: 1,
            index,
            leaf_hash: leaf_hash(&self.leaves[index as usize]),
        }
    }

    /// Writes it to a store with its checkpoint, which stands for a quorum head too; its position.
    fn commit(self, store: &mut Store) -> Position {
        let origin = self.own.origin().clone();
        let hashes: Vec<_> = self.leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let tree: Frontier = hashes.iter().copied().collect();
        let position = Position {
            origin: origin.clone(),
            size: tree.size(),
            root: tree.root(),
        };
        let head = SignedCheckpoint::sign(Checkpoint::from(position.clone()), &key(Key::Log, self.party));
        let note = head.expect("a key in memory signs").to_bytes();
        let mut group = vec![
            Write::Append {
                origin: origin.clone(),
                start: 0,
                entries: self.leaves,
                hashes,
            },
            Write::Checkpoint {
                origin: origin.clone(),
                note: note.clone(),
            },
            Write::QuorumHead {
                origin: origin.clone(),
                size: position.size,
                note,
            },
        ];
        let payloads = self.payloads.into_iter().map(|(index, bytes)| Write::Payload {
            id: payload(&origin, index),
            bytes,
        });
        group.extend(payloads);
        store.commit(&group).expect("the store takes it");
        position
    }
}

/// Payloads are looked at by the test itself.
struct NoPayloads;

impl PayloadPolicy for NoPayloads {
    fn payload(&self, _: &PayloadId) -> Option<PayloadInfo> {
        None
    }

    fn lacking(&self, _: &Origin, _: usize) -> Vec<PayloadId> {
        Vec::new()
    }
}
