//! Damage is named and never given out; the rest of the log, and other logs, are as usable as before.

use std::path::Path;
use std::sync::Arc;

use liaison_federation::store::{LogStore, PayloadId, StoreError, Write};

use super::assert_same;
use crate::disk::{Disk, MemoryDisk};
use crate::store::{Access, Store};
use crate::testing::{Model, bytes_of, copy, entry, flip, memory, open, open_as, origin};

fn payload() -> Write {
    let id = payload_id();
    let bytes = b"salt and payload".to_vec();
    Write::Payload { id, bytes }
}

fn payload_id() -> PayloadId {
    PayloadId {
        origin: origin("FR", 1),
        index: 3,
        change: 0,
    }
}

// Two logs, the first with everything that a log can have.
fn two_logs(count: u64) -> (Arc<MemoryDisk>, [Model; 2]) {
    let disk = memory();
    let mut models = [Model::new(origin("FR", 1)), Model::new(origin("DE", 1))];
    let mut store = open(&disk, &[]);
    let mut entries: Vec<Vec<u8>> = (0..count).map(entry).collect();
    entries[5].clear();
    let last = entries.len() - 1;
    entries[last].truncate(64);
    let [fr, de] = &mut models;
    let group = [
        fr.append(entries),
        fr.checkpoint(),
        fr.quorum_head(3),
        payload(),
        de.grow(9),
        de.checkpoint(),
    ];
    store.commit(&group).unwrap();
    store.commit(&[fr.quorum_head(4)]).unwrap();
    let mut other = Model::new(origin("ES", 1));
    store.commit(&[other.grow(2), other.checkpoint()]).unwrap();
    (disk, models)
}

// Whatever the store gives out of the damaged log is right, and the other log is whole.
fn assert_nothing_wrong(store: &Store, [fr, de]: &[Model; 2], place: &str) {
    assert_same(store, de);
    if let Some(head) = store.head(&fr.origin) {
        assert_eq!((head.size, head.root), (fr.size(), fr.position().root), "{place}");
    }
    for index in 0..fr.size() {
        match store.entries(&fr.origin, index, 1, usize::MAX) {
            Ok(found) => assert_eq!(
                found,
                [fr.entries[index as usize].clone()],
                "{place}, entry {index}"
            ),
            Err(StoreError::Damaged { .. }) => {}
            Err(error) => panic!("{place}: {error}"),
        }
        if let Ok(Some(node)) = store.node(&fr.origin, 0, index) {
            let expected = crate::testing::hash_of(index, &fr.entries[index as usize]);
            assert_eq!(node, expected, "{place}, node {index}");
        }
    }
    if let Ok(Some(bytes)) = store.payload(&payload_id()) {
        assert_eq!(bytes, b"salt and payload", "{place}");
    }
}

#[test]
fn no_flipped_byte_of_any_file_of_a_log_is_ever_given_out_or_makes_opening_cut_anything() {
    let (disk, models) = two_logs(12);
    let pristine = copy(&disk);
    for name in ["entries", "hash.0", "payloads", "heads", "checkpoint"] {
        let file = format!("data/logs/FR/1/{name}");
        let bytes = bytes_of(&pristine, &file);
        for (offset, byte) in bytes.iter().enumerate() {
            // A byte of 0 in a length can make an entry look redacted.
            for mask in [1, 0x80, *byte].into_iter().filter(|mask| *mask != 0) {
                let place = format!("{file}, byte {offset} ^ {mask}");
                let disk = copy(&pristine);
                flip(&disk, &file, offset as u64, mask);
                let store = open(&disk, &[]);
                assert_nothing_wrong(&store, &models, &place);
                if name == "entries" {
                    let damaged = store.damaged_bundle(&models[0].origin).unwrap();
                    assert_eq!(damaged, Some((0, 12)), "{place}");
                    assert_eq!(bytes_of(&disk, &file).len(), bytes.len(), "{place}");
                }
                drop(store);
                // What was damaged is still all there.
                if name == "entries" {
                    flip(&disk, &file, offset as u64, mask);
                    assert_same(&open(&disk, &[]), &models[0]);
                }
            }
        }
    }
}

#[test]
fn entries_that_hold_what_looks_like_entries_deceive_nobody() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    let nested: Vec<u8> = [0, 1, 7].into_iter().cycle().take(30).collect();
    let write = model.append(vec![nested.clone(), nested.clone(), nested]);
    open(&disk, &[]).commit(&[write, model.checkpoint()]).unwrap();
    let file = "data/logs/FR/1/entries";
    let whole = bytes_of(&disk, file);
    // The length of entry 0 is damaged: to 0 it looks redacted, to 3 like another one; the log seems to end soon.
    for mask in [30, 30 ^ 3] {
        flip(&disk, file, 1, mask);
        for access in [Access::Read, Access::Write] {
            let mut store = open_as(&disk, access, &[]);
            for index in 0..3 {
                assert!(matches!(
                    store.entries(&model.origin, index, 1, 100),
                    Err(StoreError::Damaged { .. })
                ));
            }
            assert_eq!(store.damage().len(), 1);
            assert!(store.commit(&[model.clone().grow(1)]).is_err());
        }
        flip(&disk, file, 1, mask);
        assert_eq!(bytes_of(&disk, file), whole, "nothing is cut");
        assert_same(&open(&disk, &[]), &model);
    }
}

#[test]
fn a_file_of_entries_that_was_cut_gives_what_is_left_and_names_the_rest() {
    let (disk, models) = two_logs(300);
    let file = "data/logs/FR/1/entries";
    let length = bytes_of(&disk, file).len() as u64;
    for cut in [0, 1, 700, length / 2, length - 2, length - 1] {
        let disk = copy(&disk);
        disk.truncate(Path::new(file), cut).unwrap();
        let store = open(&disk, &[]);
        assert_nothing_wrong(&store, &models, &format!("cut at {cut}"));
        assert_eq!(store.head(&models[0].origin).unwrap().size, 300);
        assert_eq!(store.damage().len(), 1);
        assert!(!store.check(&models[0].origin).unwrap().is_empty());
        assert!(store.check(&models[1].origin).unwrap().is_empty());
    }
}

#[test]
fn a_damaged_entry_is_named_by_file_and_byte_and_the_log_still_grows() {
    let (disk, [mut fr, _]) = two_logs(30);
    // A byte within entry 1.
    flip(&disk, "data/logs/FR/1/entries", 6, 1);
    let mut store = open(&disk, &[]);
    let Err(StoreError::Damaged { path, offset, what }) = store.entries(&fr.origin, 1, 1, 1000) else {
        panic!("entry 1 was given out");
    };
    assert_eq!((path.as_str(), offset), ("data/logs/FR/1/entries", 3));
    assert_eq!(what, "entry 1 does not match its leaf hash");
    assert_eq!(store.entries(&fr.origin, 0, 30, usize::MAX).unwrap().len(), 1);
    assert_eq!(store.entries(&fr.origin, 2, 30, usize::MAX).unwrap().len(), 28);
    store.commit(&[fr.grow(3), fr.checkpoint()]).unwrap();
    assert_eq!(store.entries(&fr.origin, 2, 40, usize::MAX).unwrap().len(), 31);
}

#[test]
fn a_damaged_entry_does_not_keep_lost_hashes_from_being_made_anew() {
    let (disk, [fr, _]) = two_logs(700);
    let file = "data/logs/FR/1/hash.0";
    flip(&disk, "data/logs/FR/1/entries", 6, 1);
    let whole = bytes_of(&disk, file);
    // As after a power cut: the end of the hashes was never flushed.
    disk.truncate(Path::new(file), 600 * 32).unwrap();
    let store = open(&disk, &[]);
    assert_eq!(store.head(&fr.origin).unwrap().root, fr.position().root);
    assert_eq!(bytes_of(&disk, file), whole);
    assert_eq!(store.entries(&fr.origin, 2, 698, usize::MAX).unwrap().len(), 698);
    assert_eq!(store.damaged_bundle(&fr.origin).unwrap(), Some((0, 256)));
}

#[test]
fn a_damaged_tile_is_made_anew_when_it_is_read() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    open(&disk, &[])
        .commit(&[model.grow(1000), model.checkpoint()])
        .unwrap();
    let file = "data/logs/FR/1/hash.0";
    let whole = bytes_of(&disk, file);
    let store = open(&disk, &[]);
    flip(&disk, file, 8192 + 100, 1);
    let reader = open_as(&disk, Access::Read, &[]);
    assert_same(&reader, &model);
    assert_ne!(bytes_of(&disk, file), whole);
    assert_same(&store, &model);
    assert_eq!(bytes_of(&disk, file), whole);
}

#[test]
fn a_damaged_tile_over_damaged_entries_is_an_error() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    open(&disk, &[])
        .commit(&[model.grow(1000), model.checkpoint()])
        .unwrap();
    flip(&disk, "data/logs/FR/1/hash.0", 100, 1);
    flip(&disk, "data/logs/FR/1/entries", 6, 1);
    let store = open(&disk, &[]);
    assert!(matches!(
        store.node(&model.origin, 0, 0),
        Err(StoreError::Damaged { .. })
    ));
    assert!(matches!(
        store.entries(&model.origin, 0, 1, 1000),
        Err(StoreError::Damaged { .. })
    ));
    assert_eq!(store.entries(&model.origin, 256, 1, 1000).unwrap(), [entry(256)]);
    assert_eq!(store.head(&model.origin).unwrap().root, model.position().root);
}

#[test]
fn a_damaged_bundle_is_healed_by_the_same_entries_and_by_no_others() {
    let (pristine, [fr, _]) = two_logs(700);
    let file = "data/logs/FR/1/entries";
    let whole = bytes_of(&pristine, file);
    // Of bundle 1: a length, a byte of an entry, the end of the log; and the last bundle cut off.
    let start: usize = fr.entries[..256].iter().map(|entry| entry.len() + 2).sum();
    let harms: [&dyn Fn(&MemoryDisk); 4] = [
        &|disk| flip(disk, file, start as u64, 0x3f),
        &|disk| flip(disk, file, start as u64 + 9, 0x10),
        &|disk| flip(disk, file, whole.len() as u64 - 1, 1),
        &|disk| disk.truncate(Path::new(file), start as u64 + 400).unwrap(),
    ];
    for harm in harms {
        let disk = copy(&pristine);
        harm(&disk);
        let mut store = open(&disk, &[]);
        while let Some((first, end)) = store.damaged_bundle(&fr.origin).unwrap() {
            let good = fr.entries[first as usize..end as usize].to_vec();
            let mut other = good.clone();
            other[7][0] ^= 1;
            for bad in [&other, &good[1..].to_vec()] {
                assert!(matches!(
                    store.heal(&fr.origin, first, bad),
                    Err(StoreError::Refused { .. })
                ));
            }
            let elsewhere = if first == 0 { 256 } else { 0 };
            assert!(matches!(
                store.heal(&fr.origin, elsewhere, &good),
                Err(StoreError::Refused { .. })
            ));
            store.heal(&fr.origin, first, &good).unwrap();
            assert_ne!(store.damaged_bundle(&fr.origin).unwrap(), Some((first, end)));
        }
        assert_eq!(bytes_of(&disk, file), whole);
        assert_same(&store, &fr);
        assert!(store.damage().is_empty());
        let mut longer = fr.clone();
        store.commit(&[longer.grow(2)]).unwrap();
        assert_same(&store, &longer);
    }
}

#[test]
fn entries_that_are_redacted_elsewhere_heal_only_where_they_fit() {
    let (disk, [fr, _]) = two_logs(300);
    flip(&disk, "data/logs/FR/1/entries", 6, 1);
    let mut store = open(&disk, &[]);
    let mut more_redacted = fr.entries[..256].to_vec();
    more_redacted[9].clear();
    assert!(matches!(
        store.heal(&fr.origin, 0, &more_redacted),
        Err(StoreError::Refused { .. })
    ));
    // Entry 5 is redacted here as well.
    assert!(fr.entries[5].is_empty());
    store.heal(&fr.origin, 0, &fr.entries[..256]).unwrap();
    assert_same(&store, &fr);
}

#[test]
fn a_damaged_payload_can_be_written_again() {
    let (disk, [fr, _]) = two_logs(30);
    let length = bytes_of(&disk, "data/logs/FR/1/payloads").len() as u64;
    let mut store = open(&disk, &[]);
    flip(&disk, "data/logs/FR/1/payloads", length - 1, 1);
    assert!(matches!(
        store.payload(&payload_id()),
        Err(StoreError::Damaged { .. })
    ));
    assert_eq!(store.check(&fr.origin).unwrap().len(), 1);
    store.commit(&[payload()]).unwrap();
    assert!(store.payload(&payload_id()).unwrap().is_some());
    assert!(store.check(&fr.origin).unwrap().is_empty());
    drop(store);
    assert!(open(&disk, &[]).payload(&payload_id()).unwrap().is_some());
}
