//! A log of many signed updates, and the parts of nodes that hold it.

use std::path::Path;
use std::sync::Arc;

use liaison_authority::OwnLog;
use liaison_federation::store::{LogStore, Write};
use liaison_federation::transport::Peer;
use liaison_federation::{Config, Limits, PeerRecord, RecordReader, VERSIONS};
use liaison_protocol::charter::Chain;
use liaison_protocol::entry::Content;
use liaison_protocol::tlog::{Checkpoint, Frontier, SignedCheckpoint, leaf_hash};
use liaison_protocol::{Hash, Origin, Position, Signer, World};
use liaison_store::{MemoryDisk, Options, RealDisk, Store};

use rand::RngExt;
use rand::rngs::StdRng;

use crate::simulator::sample::{Key, START, Sample, key};

/// Bytes of the text in each payload.
const PAYLOAD: usize = 200;

/// Different words in texts, the frequent ones first.
pub(super) const WORDS: u32 = 20_000;

/// The log of party 0 in a network of two.
pub(super) struct Log {
    pub(super) network: Arc<Sample>,
    pub(super) leaves: Vec<Vec<u8>>,
    pub(super) hashes: Vec<Hash>,
    pub(super) head: SignedCheckpoint,
}

impl Log {
    /// A log of its first statements and of updates, `count` entries together.
    pub(super) fn of(count: usize) -> Log {
        let network = Sample::of(2, 2);
        let origin = network.origins[0].clone();
        let nothing = open(Arc::new(MemoryDisk::new()), Path::new("data"));
        let own = OwnLog::open(origin.clone(), &nothing).expect("an empty log opens");
        let first = own.due(&world(&network), key(Key::Log, 0).public_key());
        let updates =
            (first.len()..count).map(|n| Content::Update(network.update(0, n, START, PAYLOAD).update));
        let updates: Vec<Content> = updates.collect();
        let leaves = first.into_iter().chain(updates);
        let leaves: Vec<Vec<u8>> = leaves
            .map(|content| own.leaf(content, START).to_bytes())
            .collect();
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let tree: Frontier = hashes.iter().copied().collect();
        let head = Position {
            origin,
            size: tree.size(),
            root: tree.root(),
        };
        let head = SignedCheckpoint::sign(Checkpoint::from(head), &key(Key::Log, 0));
        Log {
            network,
            leaves,
            hashes,
            head: head.expect("a key in memory signs"),
        }
    }

    /// Its name.
    pub(super) fn origin(&self) -> &Origin {
        &self.network.origins[0]
    }

    /// Writes it whole to a store.
    pub(super) fn write(&self, store: &mut dyn LogStore) {
        let origin = self.origin().clone();
        let append = Write::Append {
            origin: origin.clone(),
            start: 0,
            entries: self.leaves.clone(),
            hashes: self.hashes.clone(),
        };
        let note = self.head.to_bytes();
        let checkpoint = Write::Checkpoint { origin, note };
        store.commit(&[append, checkpoint]).expect("the store takes it");
    }
}

/// What all nodes know at the start.
pub(crate) fn world(network: &Sample) -> World {
    World::new(Chain::from_versions(network.versions.clone()).expect("the sample's charters are valid"))
}

/// A store on the machine's disk.
pub(super) fn store_in(folder: &Path) -> Store {
    open(Arc::new(RealDisk::default()), &folder.join("data"))
}

fn open(disk: Arc<dyn liaison_store::Disk>, folder: &Path) -> Store {
    Store::open(disk, folder, Options::default()).expect("a new store opens")
}

/// The settings of a party's federation, without the daily quota.
pub(crate) fn config(network: &Sample, party: usize) -> Config {
    Config {
        me: network.peers[party],
        authority: network.codes[party].clone(),
        instance: [party as u8; 16],
        versions: VERSIONS,
        limits: Limits {
            log_entries_per_day: u64::MAX >> 8,
            log_bytes_per_day: u64::MAX >> 8,
            ..Limits::default()
        },
        records: Arc::new(NoRecords),
        own_record: None,
        bootstrap: Vec::new(),
    }
}

struct NoRecords;

impl RecordReader for NoRecords {
    fn read(&self, _: &[u8]) -> Option<PeerRecord> {
        None
    }

    fn peer_of(&self, _: &str) -> Option<Peer> {
        None
    }
}

/// A word of so many. The square makes small numbers, hence the same words, frequent.
pub(super) fn word(rng: &mut StdRng, most: u32) -> String {
    let share: f64 = rng.random_range(0.0..1.0);
    let number = (share * share * f64::from(most)) as u32;
    let letters = (0..4).map(|place| (b'a' + (number / 12_u32.pow(place) % 12) as u8) as char);
    letters.chain("q".chars()).collect()
}

/// A text of so many words.
pub(super) fn words(rng: &mut StdRng, count: usize) -> String {
    let words: Vec<String> = (0..count).map(|_| word(rng, WORDS)).collect();
    words.join(" ")
}
