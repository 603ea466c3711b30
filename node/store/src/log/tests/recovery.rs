//! What opening commits, cuts, makes anew and leaves alone.

use std::path::Path;

use liaison_federation::store::{LogStore, PayloadId, StoreError, Write};
use liaison_protocol::tlog::empty_root;

use super::assert_same;
use crate::disk::{Disk, MemoryDisk};
use crate::store::{Access, Store};
use crate::testing::{Model, bytes_of, copy, entry, flip, memory, open, open_as, origin, position};

const ENTRIES: &str = "data/logs/FR/1/entries";

// A log whose checkpoint is of 300 entries and whose files have 310.
fn with_tail() -> (std::sync::Arc<MemoryDisk>, Model) {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    let mut store = open(&disk, &[]);
    store.commit(&[model.grow(300), model.checkpoint()]).unwrap();
    store.commit(&[model.grow(10), payload(305)]).unwrap();
    (disk, model)
}

fn id(index: u64) -> PayloadId {
    PayloadId {
        origin: origin("FR", 1),
        index,
        change: 0,
    }
}

fn payload(index: u64) -> Write {
    let bytes = b"payload".to_vec();
    Write::Payload { id: id(index), bytes }
}

fn size(store: &Store) -> u64 {
    store.head(&origin("FR", 1)).map_or(0, |head| head.size)
}

#[test]
fn a_quorum_head_commits_what_stands_below_it() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    let mut store = open(&disk, &[]);
    store.commit(&[model.grow(300), model.checkpoint()]).unwrap();
    store
        .commit(&[model.grow(5), model.checkpoint(), model.quorum_head(3)])
        .unwrap();
    let mut expected = Model::new(origin("FR", 1));
    expected.append(model.entries.clone());
    store.commit(&[model.grow(5), model.checkpoint()]).unwrap();
    drop(store);
    // The file of the checkpoint was never replaced. What was signed further decides first, if it is there.
    for (signed, kept) in [
        (None, 305),
        (Some(model.at(302)), 305),
        (Some(model.at(310)), 310),
    ] {
        let store = open_as(&copy(&disk), Access::Write, signed.as_slice());
        assert_eq!(size(&store), kept);
        assert!(store.damage().is_empty());
        if kept == 305 {
            assert_same(&store, &expected);
        }
    }
    let lost = position(&model.origin, 320, 9);
    let store = open(&copy(&disk), &[lost]);
    assert_eq!(size(&store), 305);
    let entries = store.entries(&model.origin, 0, u64::MAX, usize::MAX).unwrap();
    assert_eq!(entries.len(), 305);
}

#[test]
fn what_a_quorum_head_names_is_not_cut_where_it_is_damaged() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    let mut store = open(&disk, &[]);
    store.commit(&[model.grow(300), model.checkpoint()]).unwrap();
    let last = [
        model.grow(5),
        model.checkpoint(),
        model.quorum_head(3),
        payload(304),
    ];
    store.commit(&last).unwrap();
    drop(store);
    let ends: Vec<u64> = (0..=305)
        .map(|count| {
            model.entries[..count]
                .iter()
                .map(|entry| 2 + entry.len() as u64)
                .sum()
        })
        .collect();
    // The length of an entry, so that those behind it do not read either.
    for damaged in [10, 302] {
        let disk = copy(&disk);
        flip(&disk, ENTRIES, ends[damaged] + 1, 1);
        let before = bytes_of(&disk, ENTRIES);
        let store = open(&disk, &[]);
        assert_eq!(size(&store), 305);
        assert!(!store.damage().is_empty());
        assert!(store.payload(&id(304)).unwrap().is_some());
        assert_eq!(bytes_of(&disk, ENTRIES), before);
    }
    // Without the hashes only the entries could say what the tree was. A length or a byte of one of them:
    for offset in [1, 3] {
        let disk = copy(&disk);
        flip(&disk, ENTRIES, ends[302] + offset, 1);
        flip(&disk, "data/logs/FR/1/hash.0", 304 * 32, 1);
        let files = || [ENTRIES, "data/logs/FR/1/payloads"].map(|file| bytes_of(&disk, file));
        let before = files();
        assert_eq!(size(&open(&disk, &[])), 300);
        assert_eq!(files(), before);
    }
}

#[test]
fn a_tail_that_nothing_names_is_cut() {
    let (disk, model) = with_tail();
    let store = open(&disk, &[]);
    assert_eq!(size(&store), 300);
    assert!(
        store
            .repairs()
            .iter()
            .any(|repair| repair.path == Path::new(ENTRIES))
    );
    assert!(store.damage().is_empty());
    let mut shorter = Model::new(origin("FR", 1));
    shorter.append(model.entries[..300].to_vec());
    assert_same(&store, &shorter);
    drop(store);

    // The entry that comes in its place does not inherit its payload.
    let mut store = open(&disk, &[]);
    store.commit(&[shorter.grow(10)]).unwrap();
    assert_eq!(store.payload(&id(305)).unwrap(), None);
    assert_same(&store, &shorter);
}

#[test]
fn a_tail_that_reproduces_the_root_of_the_signer_state_is_committed() {
    let (disk, model) = with_tail();
    for signed in [model.at(310), model.at(307)] {
        let disk = copy(&disk);
        let mut expected = Model::new(origin("FR", 1));
        expected.append(model.entries[..signed.size as usize].to_vec());
        for access in [Access::Read, Access::Write, Access::Read] {
            let store = open_as(&disk, access, std::slice::from_ref(&signed));
            assert_same(&store, &expected);
            assert!(store.has_payload(&id(305)));
            assert!(store.behind().is_empty());
        }
    }
}

#[test]
fn a_log_that_only_the_signer_state_names_is_committed() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    open(&disk, &[]).commit(&[model.grow(5)]).unwrap();
    assert_same(&open_as(&disk, Access::Read, &[model.position()]), &model);
    assert_same(&open(&disk, &[model.position()]), &model);
    assert_eq!(open(&disk, &[]).head(&model.origin), None);
}

#[test]
fn what_the_signer_state_names_and_the_files_lack_is_reported_and_nothing_is_cut() {
    let (disk, model) = with_tail();
    let mut longer = model.clone();
    longer.grow(5);
    let before = bytes_of(&disk, ENTRIES);
    let mut store = open(&disk, &[longer.position()]);
    assert_eq!(size(&store), 300);
    assert_eq!(store.behind(), [longer.position()]);
    assert_eq!(bytes_of(&disk, ENTRIES), before);

    // Fetched back from others it is whole again.
    let missing = longer.entries[300..].to_vec();
    let mut refetched = Model::new(origin("FR", 1));
    refetched.append(longer.entries[..300].to_vec());
    store
        .commit(&[refetched.append(missing), refetched.checkpoint()])
        .unwrap();
    assert!(store.behind().is_empty());
    drop(store);
    let store = open(&disk, &[longer.position()]);
    assert_same(&store, &longer);
    assert!(store.has_payload(&id(305)));
}

#[test]
fn a_signer_state_of_other_entries_is_named_and_nothing_is_cut() {
    let (disk, model) = with_tail();
    let before = bytes_of(&disk, ENTRIES);
    for signed in [position(&model.origin, 300, 9), position(&model.origin, 200, 9)] {
        let disk = copy(&disk);
        let mut store = open(&disk, std::slice::from_ref(&signed));
        assert_eq!(size(&store), 300);
        assert_eq!(store.damage().len(), 1);
        assert_eq!(store.entries(&model.origin, 7, 1, 1000).unwrap(), [entry(7)]);
        assert_eq!(bytes_of(&disk, ENTRIES), before);
        // What a quorum went on with is followed all the same, over a start too.
        let mut next = Model::new(origin("FR", 1));
        next.append(model.entries[..300].to_vec());
        store.commit(&[next.grow(1), next.checkpoint()]).unwrap();
        store.write_checkpoints().unwrap();
        drop(store);
        let store = open(&disk, &[signed]);
        assert_same(&store, &next);
        assert_eq!(store.damage().len(), 1);
        assert!(!store.is_damaged(&model.origin));
    }
}

#[test]
fn healing_entries_forgets_no_signer_state_of_other_entries() {
    let (disk, model) = with_tail();
    flip(&disk, ENTRIES, 9, 1);
    let mut store = open(&disk, &[position(&model.origin, 200, 9)]);
    let (first, end) = store.damaged_bundle(&model.origin).unwrap().unwrap();
    let good = &model.entries[first as usize..end as usize];
    store.heal(&model.origin, first, good).unwrap();
    assert_eq!(store.damaged_bundle(&model.origin).unwrap(), None);
    assert_eq!(store.damage().len(), 1, "{:?}", store.damage());
}

#[test]
fn entries_that_were_signed_for_and_do_not_reproduce_their_root_are_fetched_again() {
    // A byte of an entry is damaged, and the hashes of the last ones were never flushed.
    let (disk, model) = with_tail();
    let ends: Vec<u64> = (0..=310)
        .map(|count| model.entries[..count].iter().map(|e| 2 + e.len() as u64).sum())
        .collect();
    flip(&disk, ENTRIES, ends[307] + 3, 1);
    disk.truncate(Path::new("data/logs/FR/1/hash.0"), 301 * 32)
        .unwrap();
    let before = bytes_of(&disk, ENTRIES);
    let mut store = open(&disk, &[model.position()]);
    assert_eq!((size(&store), store.behind()), (300, vec![model.position()]));
    assert_eq!(bytes_of(&disk, ENTRIES), before);
    let mut fetched = Model::new(origin("FR", 1));
    fetched.append(model.entries[..300].to_vec());
    for end in [304, 310] {
        let missing = model.entries[fetched.size() as usize..end].to_vec();
        store
            .commit(&[fetched.append(missing), fetched.checkpoint()])
            .unwrap();
        store.write_checkpoints().unwrap();
        drop(store);
        store = open(&disk, &[model.position()]);
        assert_same(&store, &fetched);
    }
    assert!(store.damage().is_empty() && store.behind().is_empty());
}

#[test]
fn entries_below_a_quorum_head_that_do_not_reproduce_its_root_are_fetched_again() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    let mut store = open(&disk, &[]);
    store.commit(&[model.grow(300), model.checkpoint()]).unwrap();
    store
        .commit(&[model.grow(5), model.checkpoint(), model.quorum_head(3)])
        .unwrap();
    drop(store);
    let offset: usize = model.entries[..302].iter().map(|entry| 2 + entry.len()).sum();
    flip(&disk, ENTRIES, offset as u64 + 3, 1);
    disk.truncate(Path::new("data/logs/FR/1/hash.0"), 300 * 32)
        .unwrap();
    let mut store = open(&disk, &[]);
    assert_eq!(size(&store), 300);
    let mut fetched = Model::new(origin("FR", 1));
    fetched.append(model.entries[..300].to_vec());
    let missing = model.entries[300..].to_vec();
    store
        .commit(&[fetched.append(missing), fetched.checkpoint()])
        .unwrap();
    drop(store);
    let store = open(&disk, &[]);
    assert_same(&store, &model);
    assert!(store.damage().is_empty());
}

#[test]
fn zeros_that_a_power_cut_left_of_a_log_are_no_redacted_entries() {
    // The first entries that come back after a loss were not flushed when the power went.
    let mut model = Model::new(origin("FR", 1));
    let back = model.grow(20);
    for access in [Access::Read, Access::Write] {
        let disk = memory();
        drop(open(&disk, &[]));
        let folder = Path::new("data/logs/FR/1");
        disk.create_folder(folder.parent().unwrap()).unwrap();
        disk.create_folder(folder).unwrap();
        disk.write_at(Path::new(ENTRIES), 0, &[0; 1024]).unwrap();
        let store = open_as(&disk, access, &[model.position()]);
        assert!(store.damage().is_empty(), "{:?}", store.damage());
        assert!(!store.is_damaged(&model.origin));
        assert_eq!(store.behind(), [model.position()]);
        assert_eq!(bytes_of(&disk, ENTRIES), [0; 1024]);
        if access == Access::Write {
            let mut store = store;
            store.commit(&[back.clone(), model.checkpoint()]).unwrap();
            drop(store);
            assert_same(&open(&disk, &[model.position()]), &model);
        }
    }
}

#[test]
fn a_lost_checkpoint_is_damage_whatever_the_signer_state_names() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    open(&disk, &[])
        .commit(&[model.grow(5), model.checkpoint(), model.quorum_head(3)])
        .unwrap();
    disk.remove(Path::new("data/logs/FR/1/checkpoint")).unwrap();
    let store = open(&disk, &[position(&model.origin, 9, 9)]);
    assert_eq!(store.damage().len(), 1);
    assert!(store.is_damaged(&model.origin));
    assert_same(&open_as(&disk, Access::Read, &[model.position()]), &model);
}

#[test]
fn lost_hashes_are_made_anew_from_the_entries() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    open(&disk, &[])
        .commit(&[model.grow(700), model.checkpoint()])
        .unwrap();
    let files = ["data/logs/FR/1/hash.0", "data/logs/FR/1/hash.1"];
    let whole = files.map(|file| bytes_of(&disk, file));
    let harms: [&dyn Fn(&str); 4] = [
        &|file| disk.remove(Path::new(file)).unwrap(),
        &|file| disk.truncate(Path::new(file), 20).unwrap(),
        &|file| flip(&disk, file, 3, 1),
        &|file| {
            let last = disk.length(Path::new(file)).unwrap().unwrap() - 1;
            flip(&disk, file, last, 1);
        },
    ];
    for harm in harms {
        for file in files {
            harm(file);
            assert_same(&open_as(&disk, Access::Read, &[]), &model);
            assert_ne!(
                files.map(|file| bytes_of(&disk, file)),
                whole,
                "reading changes no file"
            );
            assert_same(&open(&disk, &[]), &model);
            assert_eq!(files.map(|file| bytes_of(&disk, file)), whole);
        }
    }
}

#[test]
fn the_hash_of_a_redacted_entry_is_kept_when_others_are_made_anew() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    let mut entries: Vec<Vec<u8>> = (0..40).map(entry).collect();
    entries[3].clear();
    entries[39].clear();
    open(&disk, &[])
        .commit(&[model.append(entries), model.checkpoint()])
        .unwrap();
    flip(&disk, "data/logs/FR/1/hash.0", 32 * 20, 1);
    let store = open(&disk, &[]);
    assert!(!store.repairs().is_empty());
    assert_same(&store, &model);
    drop(store);
    // Its own hash, once damaged, is gone: the log is named, not served.
    flip(&disk, "data/logs/FR/1/hash.0", 32 * 3, 1);
    let store = open(&disk, &[]);
    assert_eq!(store.damage().len(), 1);
    assert!(matches!(
        store.entries(&model.origin, 0, 1, 100),
        Err(StoreError::Damaged { .. })
    ));
    assert_eq!(
        bytes_of(&disk, "data/logs/FR/1/checkpoint").len(),
        crate::testing::note(&model.position(), 1).len()
    );
}

#[test]
fn a_lost_checkpoint_is_damage_when_quorum_heads_prove_that_there_was_one() {
    let disk = memory();
    let mut model = Model::new(origin("FR", 1));
    open(&disk, &[])
        .commit(&[model.grow(5), model.checkpoint(), model.quorum_head(3)])
        .unwrap();
    disk.remove(Path::new("data/logs/FR/1/checkpoint")).unwrap();
    let before = bytes_of(&disk, ENTRIES);
    let mut store = open(&disk, &[]);
    assert_eq!(store.damage().len(), 1);
    assert!(matches!(
        store.commit(&[model.grow(1)]),
        Err(StoreError::Damaged { .. })
    ));
    assert_eq!(bytes_of(&disk, ENTRIES), before);
}

#[test]
fn an_empty_log_can_be_named_by_the_signer_state() {
    let disk = memory();
    let nothing = crate::testing::Model::new(origin("FR", 1)).position();
    assert_eq!(nothing.root, empty_root());
    let store = open(&disk, &[nothing]);
    assert!(store.damage().is_empty());
    assert_eq!(size(&store), 0);
}
