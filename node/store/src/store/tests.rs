//! Groups are all or nothing; the lock, the schema, and the layout of a data folder.

mod golden;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use liaison_federation::store::{LogStore, PayloadId, StoreError, Write};
use liaison_protocol::{Hash, Origin};

use super::{Access, Options, Store};
use crate::disk::{Disk, FlushPoint, MemoryDisk, RealDisk};
use crate::testing::{Model, bytes_of, copy, memory, note, open, open_as, origin, position};

fn statement(number: u8, bytes: &[u8]) -> Write {
    let hash = Hash([number; 32]);
    let bytes = bytes.to_vec();
    Write::Statement { hash, bytes }
}

// Every file of a disk and its bytes.
fn files(disk: &MemoryDisk) -> Vec<(String, Vec<u8>)> {
    fn collect(disk: &MemoryDisk, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for item in disk.list(folder).unwrap() {
            let path = folder.join(&item.name);
            match item.folder {
                true => collect(disk, &path, found),
                false => found.push((path.display().to_string(), bytes_of(disk, path.to_str().unwrap()))),
            }
        }
    }
    let mut found = Vec::new();
    collect(disk, Path::new(""), &mut found);
    found
}

#[test]
fn a_group_that_is_refused_has_written_nothing() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut fr = Model::new(origin("FR", 1));
    let mut de = Model::new(origin("DE", 1));
    store.commit(&[fr.grow(3), fr.checkpoint()]).unwrap();
    let before = files(&disk);
    let good = [
        de.grow(2),
        de.checkpoint(),
        statement(1, b"statement"),
        fr.clone().grow(1),
    ];
    let append = |start, entries: Vec<Vec<u8>>, hashes| Write::Append {
        origin: fr.origin.clone(),
        start,
        entries,
        hashes,
    };
    let checkpoint = |note| Write::Checkpoint {
        origin: fr.origin.clone(),
        note,
    };
    let payload = |index| Write::Payload {
        id: PayloadId {
            origin: fr.origin.clone(),
            index,
            change: 0,
        },
        bytes: b"payload".to_vec(),
    };
    let head = |origin: &Origin, size, note| Write::QuorumHead {
        origin: origin.clone(),
        size,
        note,
    };
    let stranger = Origin::new("other.example", &Hash::of(b"network"), &fr.origin.authority(), 1).unwrap();
    let unknown = origin("ES", 1);
    let hash = Hash([1; 32]);
    let bad = [
        append(2, vec![b"gap".to_vec()], vec![hash]),
        append(5, vec![b"gap".to_vec()], vec![hash]),
        append(4, vec![b"one".to_vec(), b"two".to_vec()], vec![hash]),
        append(4, vec![vec![0; 16_385]], vec![hash]),
        checkpoint(note(&fr.position(), 1)),
        checkpoint(note(&position(&fr.origin, 4, 1), 1)),
        checkpoint(note(&de.position(), 1)),
        checkpoint(b"no note".to_vec()),
        payload(4),
        head(&fr.origin, 4, note(&fr.position(), 1)),
        head(&fr.origin, 3, note(&position(&de.origin, 3, 1), 1)),
        head(&unknown, 3, note(&position(&unknown, 3, 1), 1)),
        Model::new(stranger).grow(1),
    ];
    for write in bad {
        let group = [good.as_slice(), std::slice::from_ref(&write)].concat();
        let error = store.commit(&group).unwrap_err();
        let refused = matches!(
            error,
            StoreError::Refused { .. } | StoreError::NotContiguous { .. }
        );
        assert!(refused, "{write:?}: {error}");
        assert_eq!(files(&disk), before, "{write:?}");
        assert_eq!(store.logs(), [fr.origin.clone()]);
    }
    store.commit(&good).unwrap();
    assert_eq!(store.head(&fr.origin).unwrap().size, 4);
    assert_eq!(store.logs(), [de.origin, fr.origin]);
}

#[test]
fn each_file_of_a_group_is_flushed_once() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut models = ["DE", "ES", "FR"].map(|authority| Model::new(origin(authority, 1)));
    for model in &mut models {
        store.commit(&[model.grow(300), model.checkpoint()]).unwrap();
    }
    let before = disk.flushes();
    let mut group = Vec::new();
    for model in &mut models {
        group.extend([model.grow(1), model.grow(300), model.checkpoint()]);
    }
    group.extend([statement(1, b"one"), statement(2, b"two")]);
    store.commit(&group).unwrap();
    let grouped = disk.flushes();
    let expected = [
        (FlushPoint::Entries, 3),
        (FlushPoint::Statements, 1),
        (FlushPoint::ShelfNames, 1),
    ];
    assert_eq!(more(&before, &grouped), expected);
    store.write_checkpoints().unwrap();
    let waited = [(FlushPoint::CheckpointFile, 3), (FlushPoint::CheckpointName, 3)];
    assert_eq!(more(&grouped, &disk.flushes()), waited);
}

// The flushes that were made since.
fn more(before: &BTreeMap<FlushPoint, u64>, after: &BTreeMap<FlushPoint, u64>) -> Vec<(FlushPoint, u64)> {
    let made = |point| after.get(&point).copied().unwrap_or(0) - before.get(&point).copied().unwrap_or(0);
    let points = FlushPoint::ALL.into_iter().map(|point| (point, made(point)));
    points.filter(|(_, made)| *made > 0).collect()
}

#[test]
fn after_a_write_that_failed_half_way_nothing_is_written_until_the_store_is_opened_again() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut model = Model::new(origin("FR", 1));
    store.commit(&[model.grow(3), model.checkpoint()]).unwrap();
    let mut longer = model.clone();
    let group = [longer.grow(2), longer.checkpoint()];
    disk.stop_after(2);
    assert!(matches!(store.commit(&group), Err(StoreError::Io { .. })));
    disk.go_on();
    assert!(matches!(store.commit(&group), Err(StoreError::Stopped { .. })));
    assert_eq!(store.head(&model.origin).unwrap().size, 3);
    drop(store);
    let mut store = open(&disk, &[]);
    store.commit(&group).unwrap();
    assert_eq!(store.head(&model.origin).unwrap().size, 5);
}

#[test]
fn objects_come_in_order_of_arrival_and_the_newest_bytes_of_each() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    store
        .commit(&[statement(2, b"two"), statement(1, b"one")])
        .unwrap();
    store
        .commit(&[statement(3, b"three"), statement(2, b"two, signed more")])
        .unwrap();
    let flushes = disk.flushes();
    store.commit(&[statement(3, b"three")]).unwrap();
    assert_eq!(disk.flushes(), flushes, "what is held is not written again");
    let expected = [b"two, signed more".to_vec(), b"one".to_vec(), b"three".to_vec()];
    assert_eq!(store.statements().unwrap(), expected);
    assert!(store.charters().unwrap().is_empty() && store.evidence().unwrap().is_empty());
    drop(store);
    assert_eq!(open(&disk, &[]).statements().unwrap(), expected);
}

#[test]
fn a_damaged_object_is_an_error_until_it_comes_again() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    store.commit(&[statement(1, b"revocation")]).unwrap();
    store.commit(&[statement(2, b"mandate")]).unwrap();
    drop(store);
    crate::testing::flip(&disk, "data/statements", 75, 1);
    let mut store = open(&disk, &[]);
    assert!(matches!(
        store.statements(),
        Err(StoreError::Damaged { offset: 0, .. })
    ));
    assert_eq!(store.damage().len(), 1);
    store.commit(&[statement(1, b"revocation")]).unwrap();
    let expected = [b"mandate".to_vec(), b"revocation".to_vec()];
    assert_eq!(store.statements().unwrap(), expected);
    drop(store);
    let store = open(&disk, &[]);
    assert_eq!(store.statements().unwrap(), expected);
    assert!(store.damage().is_empty());
}

#[test]
fn one_process_writes_and_others_may_read() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut model = Model::new(origin("FR", 1));
    store.commit(&[model.grow(3), model.checkpoint()]).unwrap();
    let again = Store::open(disk.clone(), Path::new("data"), Options::default());
    assert!(matches!(again.err(), Some(StoreError::Locked { .. })));

    let before = files(&disk);
    let mut reader = open_as(&disk, Access::Read, &[]);
    assert_eq!(reader.head(&model.origin).unwrap().size, 3);
    assert!(matches!(
        reader.commit(&[model.clone().grow(1)]),
        Err(StoreError::Refused { .. })
    ));
    assert_eq!(files(&disk), before);
    drop(store);
    open(&disk, &[]);
}

#[test]
fn one_process_writes_on_a_real_disk_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let open = || Store::open(Arc::new(RealDisk::default()), &data, Options::default());
    let mut store = open().unwrap();
    assert!(matches!(open().err(), Some(StoreError::Locked { .. })));
    let mut model = Model::new(origin("FR", 1));
    store
        .commit(&[
            model.grow(700),
            model.checkpoint(),
            model.quorum_head(3),
            statement(1, b"one"),
        ])
        .unwrap();
    drop(store);
    let store = open().unwrap();
    assert_eq!(
        store.entries(&model.origin, 0, 700, usize::MAX).unwrap(),
        model.entries
    );
    assert_eq!(store.statements().unwrap(), [b"one".to_vec()]);
    assert!(store.repairs().is_empty() && store.damage().is_empty());
}

#[test]
fn what_a_newer_release_wrote_is_refused() {
    let disk = memory();
    drop(open(&disk, &[]));
    for access in [Access::Write, Access::Read] {
        disk.write_at(Path::new("data/SCHEMA"), 0, b"2\n").unwrap();
        let options = Options {
            access,
            ..Options::default()
        };
        let error = Store::open(disk.clone(), Path::new("data"), options.clone())
            .err()
            .unwrap();
        assert!(matches!(
            error,
            StoreError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ));
        disk.write_at(Path::new("data/SCHEMA"), 0, b"x\n").unwrap();
        let error = Store::open(disk.clone(), Path::new("data"), options)
            .err()
            .unwrap();
        assert!(matches!(error, StoreError::Damaged { .. }));
    }
}

#[test]
fn a_folder_that_lost_its_schema_number_is_refused_and_an_empty_one_is_not() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut model = Model::new(origin("FR", 1));
    store.commit(&[model.grow(1), model.checkpoint()]).unwrap();
    drop(store);
    disk.remove(Path::new("data/SCHEMA")).unwrap();
    let opened = Store::open(disk.clone(), Path::new("data"), Options::default());
    assert!(matches!(opened.err(), Some(StoreError::Damaged { .. })));

    let disk = memory();
    disk.create_folder(Path::new("data")).unwrap();
    assert!(open_as(&disk, Access::Read, &[]).logs().is_empty());
    assert!(open(&disk, &[]).logs().is_empty());
}

#[test]
fn a_checkpoint_of_another_network_than_most_is_damage() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    for authority in ["DE", "ES", "FR"] {
        let mut model = Model::new(origin(authority, 1));
        store.commit(&[model.grow(1), model.checkpoint()]).unwrap();
    }
    drop(store);
    crate::testing::flip(&disk, "data/logs/ES/1/checkpoint", 0, 1);
    let store = open(&disk, &[]);
    assert_eq!(store.logs(), [origin("DE", 1), origin("FR", 1)]);
    assert!(
        matches!(store.damage().as_slice(), [StoreError::Damaged { path, .. }] if path.ends_with("ES/1/checkpoint"))
    );
    assert!(matches!(
        store.entries(&origin("ES", 1), 0, 1, 100),
        Err(StoreError::Damaged { .. })
    ));
}

#[test]
fn pending_charter_versions_are_replaced_as_a_whole_and_a_folder_of_before_has_none() {
    let disk = memory();
    let mut store = open(&disk, &[]);
    assert_eq!(store.proposals().unwrap(), b"");
    for envelopes in [&b"one and another"[..], b"another", b""] {
        let envelopes = envelopes.to_vec();
        let write = Write::Proposals {
            envelopes: envelopes.clone(),
        };
        store.commit(&[write, statement(1, b"statement")]).unwrap();
        drop(store);
        store = open(&disk, &[]);
        assert_eq!(store.proposals().unwrap(), envelopes);
    }
}
