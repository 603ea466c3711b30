//! Wherever a fold stops and is taken up again, it comes to the same index.

use std::collections::BTreeMap;
use std::path::Path;

use liaison_federation::store::{Index, IndexWrite, Table};
use liaison_knowledge::{Version, views};
use liaison_protocol::World;
use liaison_store::MemoryDisk;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;

pub(super) const ENTRIES: usize = 300;
const RECORDS: usize = 9;

// Records that are put again and again, now and then on a version that is not their newest.
pub(super) fn writing(network: &Sample, party: usize, rng: &mut StdRng) -> Writing {
    let mut writing = Writing::new(network, party, &store());
    let administrator = key(Key::Administrator, party);
    let mut versions: BTreeMap<usize, Vec<Previous>> = BTreeMap::new();
    while writing.leaves.len() < ENTRIES {
        let record = rng.random_range(0..RECORDS);
        let known = versions.entry(record).or_default();
        let stale = rng.random_bool(0.1);
        let previous = if stale { known.first() } else { known.last() }.copied();
        let has_effect = previous == known.last().copied();
        let version = writing.put(&format!("practice/number-{record}"), previous, &administrator);
        if has_effect {
            known.push(version);
        }
    }
    writing
}

pub(super) fn store() -> Store {
    Store::open(Arc::new(MemoryDisk::new()), Path::new("data"), Options::default()).unwrap()
}

pub(super) fn append(store: &mut Store, party: usize, origin: &Origin, leaves: &[Vec<u8>], end: usize) {
    let start = store.head(origin).map_or(0, |head| head.size);
    let hashes: Vec<_> = leaves[..end].iter().map(|leaf| leaf_hash(leaf)).collect();
    let tree: Frontier = hashes.iter().copied().collect();
    let position = Position {
        origin: origin.clone(),
        size: tree.size(),
        root: tree.root(),
    };
    let head = SignedCheckpoint::sign(Checkpoint::from(position), &key(Key::Log, party)).unwrap();
    let append = Write::Append {
        origin: origin.clone(),
        start,
        entries: leaves[start as usize..end].to_vec(),
        hashes: hashes[start as usize..].to_vec(),
    };
    let checkpoint = Write::Checkpoint {
        origin: origin.clone(),
        note: head.to_bytes(),
    };
    store.commit(&[append, checkpoint]).unwrap();
}

// Folds to the log's end, by a process that has just been started.
fn fold(index: &mut MemoryIndex, store: &Store, network: &Sample, origin: &Origin) {
    let mut knowledge = Knowledge::open(index, store).unwrap();
    fold_on(&mut knowledge, index, store, &world(network), origin);
}

pub(super) fn fold_on(
    knowledge: &mut Knowledge,
    index: &mut MemoryIndex,
    store: &Store,
    world: &World,
    origin: &Origin,
) {
    while !knowledge
        .fold(index, store, world, origin, &mut |_, _| Ok(Vec::new()))
        .unwrap()
        .is_empty()
    {}
}

pub(super) fn contents(index: &MemoryIndex) -> Vec<(Vec<u8>, Vec<u8>)> {
    let tables = [
        Table::Cursors,
        Table::Effects,
        Table::Records,
        Table::History,
        Table::Voids,
    ];
    let pairs = tables.map(|table| index.scan(table, &[], None, usize::MAX).unwrap());
    pairs.concat()
}

// All versions of a record, a page at a time.
fn versions(index: &MemoryIndex, origin: &Origin, record: usize) -> Vec<Version> {
    let name = format!("practice/number-{record}").parse().unwrap();
    let mut versions: Vec<Version> = Vec::new();
    loop {
        let after = versions.last().map(|version| (version.epoch, version.index));
        let page = views::history(index, &origin.authority(), &name, after, 3).unwrap();
        if page.is_empty() {
            return versions;
        }
        versions.extend(page);
    }
}

#[test]
fn a_verdict_that_was_changed_in_the_index_is_folded_again() {
    let network = Sample::of(2, 2);
    let writing = writing(&network, 0, &mut StdRng::seed_from_u64(1));
    let origin = writing.own.origin().clone();
    let (mut store, mut index) = (store(), MemoryIndex::new());
    append(&mut store, 0, &origin, &writing.leaves, ENTRIES);
    fold(&mut index, &store, &network, &origin);
    let good = contents(&index);
    let blocks = index.scan(Table::Effects, &[], None, usize::MAX).unwrap();
    let digest = Knowledge::open(&index, &store).unwrap().digest(&origin);

    let (key, block) = blocks[1].clone();
    for value in [blocks[0].1.clone(), block[..block.len() - 1].to_vec(), Vec::new()] {
        let table = Table::Effects;
        let put = IndexWrite::Put {
            table,
            key: key.clone(),
            value,
        };
        index.apply(&[put]).unwrap();
        assert_eq!(Knowledge::open(&index, &store).unwrap().size(&origin), 0);
        fold(&mut index, &store, &network, &origin);
        assert!(contents(&index) == good);
        assert_eq!(Knowledge::open(&index, &store).unwrap().digest(&origin), digest);
    }
}

#[test]
fn a_fold_that_is_taken_up_again_comes_to_the_same_index() {
    let network = Sample::of(2, 2);
    for seed in 0..12 {
        let mut rng = StdRng::seed_from_u64(seed);
        let writing = writing(&network, 0, &mut rng);
        let origin = writing.own.origin().clone();
        let (mut whole, mut at_once) = (store(), MemoryIndex::new());
        append(&mut whole, 0, &origin, &writing.leaves, ENTRIES);
        fold(&mut at_once, &whole, &network, &origin);

        let (mut growing, mut resumed) = (store(), MemoryIndex::new());
        let mut size = 0;
        while size < ENTRIES {
            size = (size + rng.random_range(1..40)).min(ENTRIES);
            append(&mut growing, 0, &origin, &writing.leaves, size);
            fold(&mut resumed, &growing, &network, &origin);
        }
        assert!(contents(&at_once) == contents(&resumed), "seed {seed}");

        let effects = (0..ENTRIES as u64).map(|entry| views::effect(&resumed, &origin, entry).unwrap());
        assert_eq!(effects.flatten().count(), ENTRIES);
        let versions = (0..RECORDS).flat_map(|record| versions(&resumed, &origin, record));
        let mut indices: Vec<u64> = versions.map(|version| version.index).collect();
        indices.sort_unstable();
        let knowledge = Knowledge::open(&resumed, &growing).unwrap();
        assert_eq!(indices.len() as u64, knowledge.counts(&origin).updates);
        indices.dedup();
        assert_eq!(indices.len() as u64, knowledge.counts(&origin).updates);
        let voids = |record: usize| {
            let name = format!("practice/number-{record}").parse().unwrap();
            views::voids(&resumed, &origin.authority(), &name, None, ENTRIES).unwrap()
        };
        let voids: Vec<_> = (0..RECORDS).flat_map(voids).collect();
        assert!(voids.iter().all(|void| void.code == "stale"));
        assert_eq!(voids.len() as u64, knowledge.counts(&origin).void["stale"]);
    }
}
