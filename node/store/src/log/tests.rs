//! Logs against a tree in memory; recovery; damage.

mod damage;
mod recovery;

use liaison_federation::store::{LogStore, PayloadId, StoreError};
use liaison_protocol::tlog::{Nodes, SignedCheckpoint, leaf_hash, root};
use proptest::prelude::*;

use crate::disk::FlushPoint;
use crate::store::{Access, Store};
use crate::testing::{Model, bytes_of, entry, memory, open, open_as, origin};

// All that a store says of a log is what the model says.
fn assert_same(store: &Store, model: &Model) {
    let head = store.head(&model.origin).unwrap();
    let position = model.position();
    assert_eq!((head.size, head.root), (position.size, position.root));
    let entries = store.entries(&model.origin, 0, u64::MAX, usize::MAX).unwrap();
    assert!(entries == model.entries);
    for level in 0..20 {
        let count = model.size() >> level;
        for index in [
            0,
            count / 3,
            count / 2,
            count.saturating_sub(2),
            count.saturating_sub(1),
            count,
        ] {
            let node = store.node(&model.origin, level, index).unwrap();
            assert_eq!(
                node,
                model.tree.node(level, index).ok(),
                "node {index} at level {level}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_log_is_what_was_appended_whatever_the_groups(
        groups in prop::collection::vec((0u64..400, any::<bool>(), any::<bool>()), 1..8)
    ) {
        let disk = memory();
        let mut store = open(&disk, &[]);
        let mut model = Model::new(origin("FR", 1));
        for (count, redacted, reopen) in groups {
            let mut entries: Vec<Vec<u8>> = (model.size()..model.size() + count).map(entry).collect();
            if redacted && let Some(last) = entries.last_mut() {
                last.clear();
            }
            let append = model.append(entries);
            store.commit(&[append, model.checkpoint()]).unwrap();
            if reopen {
                store.write_checkpoints().unwrap();
                drop(store);
                store = open(&disk, &[]);
                prop_assert!(store.repairs().is_empty());
            }
            assert_same(&store, &model);
        }
    }

    #[test]
    fn pages_of_entries_keep_to_both_limits(start in 0u64..700, count in 0u64..700, max_bytes in 0usize..40_000) {
        let disk = memory();
        let mut store = open(&disk, &[]);
        let mut model = Model::new(origin("FR", 1));
        store.commit(&[model.grow(600)]).unwrap();
        let page = store.entries(&model.origin, start, count, max_bytes).unwrap();
        let asked = model.entries.iter().skip(start as usize).take(count as usize);
        let mut bytes = 0;
        let expected = asked.enumerate().take_while(|(at, entry)| {
            bytes += entry.len();
            *at == 0 || bytes <= max_bytes
        });
        let expected: Vec<Vec<u8>> = expected.map(|(_, entry)| entry.clone()).collect();
        prop_assert_eq!(page, expected);
    }
}

#[test]
fn three_levels_of_tiles_are_kept_and_read() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    let mut store = open(&disk, &[]);
    for _ in 0..7 {
        let entries = (model.size()..model.size() + 10_000).map(|index| index.to_be_bytes().to_vec());
        let entries = entries.collect();
        let append = model.append(entries);
        store.commit(&[append, model.checkpoint()]).unwrap();
    }
    store.write_checkpoints().unwrap();
    drop(store);
    let store = open_as(&disk, Access::Read, &[]);
    assert_same(&store, &model);
    for size in [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000] {
        let expected = root(size, &model.tree).unwrap();
        assert_eq!(store.root_at(&model.origin, size).unwrap(), Some(expected));
    }
    assert_eq!(store.root_at(&model.origin, 70_001).unwrap(), None);
    for (level, index, width) in [(0, 0, 256), (0, 273, 112), (1, 0, 7), (1, 1, 17), (2, 0, 1)] {
        let tile = store.tile(&model.origin, level, index, width).unwrap().unwrap();
        let node = |at: u16| {
            model
                .tree
                .node(8 * u32::from(level), index * 256 + u64::from(at))
                .unwrap()
        };
        assert_eq!(tile, (0..width).map(node).collect::<Vec<_>>());
    }
    for (level, index, width) in [
        (0, 273, 113),
        (2, 0, 2),
        (3, 0, 1),
        (0, 0, 0),
        (0, 0, 257),
        (0, u64::MAX, 1),
    ] {
        assert_eq!(store.tile(&model.origin, level, index, width).unwrap(), None);
    }
}

#[test]
fn payloads_are_kept_by_entry_and_change() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut model = Model::new(origin("FR", 1));
    let id = |index, change| PayloadId {
        origin: origin("FR", 1),
        index,
        change,
    };
    let write = |id: &PayloadId, bytes: &[u8]| liaison_federation::store::Write::Payload {
        id: id.clone(),
        bytes: bytes.to_vec(),
    };
    let (first, second) = (id(0, 0), id(0, 1));
    store
        .commit(&[
            write(&first, b"first"),
            model.grow(2),
            model.checkpoint(),
            write(&second, b"second"),
        ])
        .unwrap();
    let length = store
        .commit(&[write(&first, b"first")])
        .map(|()| disk.flushes()[&FlushPoint::Payloads])
        .unwrap();
    assert_eq!(length, 1, "a payload that is held already is not written again");
    for store in [store, open_as(&disk, Access::Read, &[])] {
        assert_eq!(
            store.payload(&first).unwrap().as_deref(),
            Some(b"first".as_slice())
        );
        assert_eq!(
            store.payload(&second).unwrap().as_deref(),
            Some(b"second".as_slice())
        );
        assert!(store.has_payload(&first) && !store.has_payload(&id(1, 0)));
        assert_eq!(store.payload(&id(1, 0)).unwrap(), None);
    }
    let mut store = open(&disk, &[]);
    let refused = store.commit(&[write(&id(2, 0), b"too early")]);
    assert!(matches!(refused, Err(StoreError::Refused { .. })));
}

#[test]
fn the_smallest_quorum_head_that_covers_a_size_is_found() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut model = Model::new(origin("FR", 1));
    let mut notes = Vec::new();
    for signatures in [3, 4, 5] {
        let group = [model.grow(10), model.checkpoint(), model.quorum_head(signatures)];
        store.commit(&group).unwrap();
        notes.push(crate::testing::note(&model.position(), signatures));
    }
    // A head that comes again with more cosignatures takes the place of the first.
    store.commit(&[model.quorum_head(9)]).unwrap();
    notes[2] = crate::testing::note(&model.position(), 9);
    for store in [store, open_as(&disk, Access::Read, &[])] {
        let covering = |size| store.quorum_head_covering(&model.origin, size).unwrap();
        assert_eq!(covering(0).as_ref(), Some(&notes[0]));
        assert_eq!(covering(10).as_ref(), Some(&notes[0]));
        assert_eq!(covering(11).as_ref(), Some(&notes[1]));
        assert_eq!(covering(30).as_ref(), Some(&notes[2]));
        assert_eq!(covering(31), None);
        assert_eq!(
            store.newest_quorum_head(&model.origin).unwrap().as_ref(),
            Some(&notes[2])
        );
    }
}

#[test]
fn the_newest_checkpoint_stays_that_of_a_head_without_one() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut model = Model::new(origin("FR", 1));
    store.commit(&[model.grow(3), model.checkpoint()]).unwrap();
    let note = store.head(&model.origin).unwrap().checkpoint;
    assert_eq!(note, crate::testing::note(&model.position(), 1));
    store.commit(&[model.grow(1)]).unwrap();
    let head = store.head(&model.origin).unwrap();
    assert_eq!((head.size, &head.checkpoint), (4, &note));
    assert_eq!(store.checkpoint(&model.origin), Some(&*head.checkpoint));
}

#[test]
fn a_checkpoint_waits_for_its_file_unless_it_is_the_first() {
    const FILE: &str = "data/logs/FR/1/checkpoint";
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut model = Model::new(origin("FR", 1));
    let first = [model.grow(1), model.checkpoint()];
    store.commit(&first).unwrap();
    let written = bytes_of(&disk, FILE);
    assert_eq!(store.checkpoint(&model.origin), Some(written.as_slice()));
    let second = [model.grow(1), model.checkpoint()];
    store.commit(&second).unwrap();
    assert_ne!(store.checkpoint(&model.origin), Some(written.as_slice()));
    assert_eq!(bytes_of(&disk, FILE), written);
    store.write_checkpoints().unwrap();
    assert_eq!(store.checkpoint(&model.origin), Some(&*bytes_of(&disk, FILE)));
    let written = bytes_of(&disk, FILE);
    let third = [model.grow(1), model.checkpoint()];
    store.commit(&third).unwrap();
    store.commit(&[model.quorum_head(3)]).unwrap();
    assert_eq!(bytes_of(&disk, FILE), written);
    store.write_checkpoints().unwrap();
    assert_eq!(store.checkpoint(&model.origin), Some(&*bytes_of(&disk, FILE)));
}

#[test]
fn old_quorum_heads_are_thinned_to_the_first_of_a_minute_and_the_newest_stays() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut model = Model::new(origin("FR", 1));
    for _ in 0..8 {
        let group = [model.grow(1), model.checkpoint(), model.quorum_head(3)];
        store.commit(&group).unwrap();
    }
    // Sizes 1 to 8 are of the times 20, 40 … 160 s; those before 110 s are old.
    let time = |note: &[u8]| Some(SignedCheckpoint::parse(note).ok()?.checkpoint.size * 20);
    store.thin_quorum_heads(110, &time).unwrap();
    let kept = |store: &Store| -> Vec<u64> {
        let notes = (1..=8).filter_map(|size| store.quorum_head_covering(&model.origin, size).unwrap());
        let mut sizes: Vec<u64> = notes.filter_map(|note| Some(time(&note)? / 20)).collect();
        sizes.dedup();
        sizes
    };
    assert_eq!(kept(&store), [1, 3, 6, 7, 8]);
    store.thin_quorum_heads(u64::MAX, &time).unwrap();
    assert_eq!(kept(&store), [1, 3, 6, 8]);
    drop(store);
    let store = open(&disk, &[]);
    assert!(store.repairs().is_empty());
    assert_eq!(kept(&store), [1, 3, 6, 8]);
}

#[test]
fn quorum_heads_beside_damage_are_not_thinned() {
    const FILE: &str = "data/logs/FR/1/heads";
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut model = Model::new(origin("FR", 1));
    for _ in 0..8 {
        let group = [model.grow(1), model.checkpoint(), model.quorum_head(3)];
        store.commit(&group).unwrap();
    }
    drop(store);
    // The header of the second frame: nothing tells any more whose it was.
    let second = bytes_of(&disk, FILE).len() as u64 / 8;
    crate::testing::flip(&disk, FILE, second + 1, 1);
    let mut store = open(&disk, &[]);
    assert_eq!(store.damage().len(), 1);
    let before = bytes_of(&disk, FILE);
    let time = |note: &[u8]| Some(SignedCheckpoint::parse(note).ok()?.checkpoint.size);
    store.thin_quorum_heads(u64::MAX, &time).unwrap();
    assert_eq!(bytes_of(&disk, FILE), before);
}

#[test]
fn a_leaf_hash_that_does_not_belong_to_its_entry_is_noticed_when_the_entry_is_read() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let write = liaison_federation::store::Write::Append {
        origin: origin("FR", 1),
        start: 0,
        entries: vec![b"one".to_vec(), b"two".to_vec()],
        hashes: vec![leaf_hash(b"one"), leaf_hash(b"other")],
    };
    store.commit(&[write]).unwrap();
    assert_eq!(
        store.entries(&origin("FR", 1), 0, 2, 1000).unwrap(),
        [b"one".to_vec()]
    );
    assert!(matches!(
        store.entries(&origin("FR", 1), 1, 1, 1000),
        Err(StoreError::Damaged { .. })
    ));
}
