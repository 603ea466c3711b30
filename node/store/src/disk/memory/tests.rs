//! The disk in memory forgets what it may forget, and both disks behave alike otherwise.

use std::collections::BTreeSet;
use std::path::Path;

use super::MemoryDisk;
use crate::disk::{Disk, FlushPoint, Item, RealDisk};
use crate::testing::bytes_of;

const CUTS: std::ops::Range<u64> = 0..200;

fn write(disk: &MemoryDisk, name: &str, bytes: &[u8]) {
    disk.write_at(Path::new(name), 0, bytes).unwrap();
}

fn sync_name(disk: &MemoryDisk) {
    disk.sync_folder(Path::new(""), FlushPoint::DataParent).unwrap();
}

fn sync(disk: &MemoryDisk, name: &str) {
    disk.sync_data(Path::new(name), FlushPoint::Entries).unwrap();
}

// What cuts with different seeds leave of a file.
fn outcomes(disk: &MemoryDisk, name: &str) -> BTreeSet<Option<Vec<u8>>> {
    let look = |seed| {
        let cut = disk.cut(seed);
        let exists = cut.length(Path::new(name)).unwrap().is_some();
        exists.then(|| bytes_of(&cut, name))
    };
    CUTS.map(look).collect()
}

#[test]
fn what_was_flushed_survives_every_cut() {
    let disk = MemoryDisk::new();
    write(&disk, "a", b"kept");
    sync(&disk, "a");
    sync_name(&disk);
    assert_eq!(outcomes(&disk, "a"), [Some(b"kept".to_vec())].into());
}

#[test]
fn a_write_that_was_not_flushed_may_be_kept_or_lost_or_torn() {
    let disk = MemoryDisk::new();
    write(&disk, "a", b"start");
    sync(&disk, "a");
    sync_name(&disk);
    disk.write_at(Path::new("a"), 5, &[7; 2000]).unwrap();
    let outcomes = outcomes(&disk, "a");
    let whole = [b"start".as_slice(), &[7; 2000]].concat();
    assert!(outcomes.contains(&Some(b"start".to_vec())));
    assert!(outcomes.contains(&Some(whole.clone())));
    let torn = |found: &&Option<Vec<u8>>| {
        found
            .as_ref()
            .is_some_and(|bytes| bytes.len() > 5 && *bytes != whole)
    };
    assert!(outcomes.iter().filter(torn).count() > 3);
    assert!(outcomes.iter().flatten().all(|bytes| bytes.starts_with(b"start")));
}

#[test]
fn a_flush_of_a_file_does_not_keep_its_name() {
    let disk = MemoryDisk::new();
    write(&disk, "a", b"kept");
    sync(&disk, "a");
    assert_eq!(outcomes(&disk, "a"), [None, Some(b"kept".to_vec())].into());
}

#[test]
fn a_rename_that_was_not_flushed_leaves_the_old_file_or_the_new_one() {
    let disk = MemoryDisk::new();
    write(&disk, "a", b"old");
    sync(&disk, "a");
    sync_name(&disk);
    write(&disk, "b", b"new");
    sync(&disk, "b");
    disk.rename(Path::new("b"), Path::new("a")).unwrap();
    assert_eq!(bytes_of(&disk, "a"), b"new");
    assert_eq!(
        outcomes(&disk, "a"),
        [Some(b"old".to_vec()), Some(b"new".to_vec())].into()
    );
    sync_name(&disk);
    assert_eq!(outcomes(&disk, "a"), [Some(b"new".to_vec())].into());
}

#[test]
fn a_folder_whose_name_is_lost_takes_its_files_with_it() {
    let disk = MemoryDisk::new();
    disk.create_folder(Path::new("f")).unwrap();
    write(&disk, "f/a", b"kept");
    sync(&disk, "f/a");
    disk.sync_folder(Path::new("f"), FlushPoint::LogFiles).unwrap();
    assert_eq!(outcomes(&disk, "f/a"), [None, Some(b"kept".to_vec())].into());
}

#[test]
fn an_ignored_flush_is_counted_and_keeps_nothing() {
    let disk = MemoryDisk::new();
    disk.ignore(FlushPoint::Entries);
    write(&disk, "a", b"lost");
    sync(&disk, "a");
    sync_name(&disk);
    assert!(outcomes(&disk, "a").len() > 1);
    assert_eq!(disk.flushes()[&FlushPoint::Entries], 1);
    assert_eq!(disk.flushes()[&FlushPoint::DataParent], 1);
}

#[test]
fn a_stopped_disk_changes_nothing_until_it_goes_on() {
    let disk = MemoryDisk::new();
    disk.stop_after(1);
    write(&disk, "a", b"one");
    assert!(disk.write_at(Path::new("a"), 0, b"two").is_err());
    assert!(disk.sync_data(Path::new("a"), FlushPoint::Entries).is_err());
    assert!(disk.rename(Path::new("a"), Path::new("b")).is_err());
    assert!(disk.remove(Path::new("a")).is_err());
    assert_eq!(bytes_of(&disk, "a"), b"one");
    disk.go_on();
    write(&disk, "a", b"two");
    assert_eq!(bytes_of(&disk, "a"), b"two");
}

#[test]
fn a_seed_cuts_the_same_way_every_time() {
    let disk = MemoryDisk::new();
    write(&disk, "a", &[1; 5000]);
    sync_name(&disk);
    let cut = |seed| bytes_of(&disk.cut(seed), "a");
    assert!(CUTS.into_iter().all(|seed| cut(seed) == cut(seed)));
}

#[test]
fn both_disks_read_write_and_name_files_alike() {
    let memory = MemoryDisk::new();
    let folder = tempfile::tempdir().unwrap();
    behaves_as_a_disk(&memory, Path::new(""));
    behaves_as_a_disk(&RealDisk::default(), folder.path());
}

fn behaves_as_a_disk(disk: &dyn Disk, base: &Path) {
    let (folder, file, other) = (base.join("f"), base.join("f/a"), base.join("f/b"));
    assert!(disk.write_at(&file, 0, b"x").is_err(), "the folder is missing");
    assert!(disk.create_folder(&folder).unwrap());
    assert!(!disk.create_folder(&folder).unwrap());
    assert_eq!(disk.length(&file).unwrap(), None);
    assert!(disk.read_at(&file, 0, &mut [0]).is_err());
    disk.write_at(&file, 2, b"cd").unwrap();
    disk.write_at(&file, 0, b"a").unwrap();
    let mut buffer = [9; 6];
    assert_eq!(disk.read_at(&file, 0, &mut buffer).unwrap(), 4);
    assert_eq!(&buffer, b"a\0cd\x09\x09");
    assert_eq!(disk.read_at(&file, 9, &mut buffer).unwrap(), 0);
    disk.truncate(&file, 3).unwrap();
    assert_eq!(disk.length(&file).unwrap(), Some(3));
    disk.sync_data(&file, FlushPoint::Entries).unwrap();
    disk.sync_folder(&folder, FlushPoint::LogFiles).unwrap();
    disk.truncate(&other, 0).unwrap();
    let names = |items: Vec<Item>| items.into_iter().map(|item| item.name).collect::<Vec<_>>();
    assert_eq!(names(disk.list(&folder).unwrap()), ["a", "b"]);
    assert!(disk.list(base).unwrap().contains(&Item {
        name: "f".to_owned(),
        folder: true
    }));
    disk.rename(&file, &other).unwrap();
    assert_eq!(names(disk.list(&folder).unwrap()), ["b"]);
    assert_eq!(disk.length(&other).unwrap(), Some(3));
    assert_eq!(disk.read_at(&other, 0, &mut buffer).unwrap(), 3);
    // Each name is of the file that has it now.
    disk.write_at(&file, 0, b"new").unwrap();
    assert_eq!(disk.read_at(&other, 0, &mut buffer).unwrap(), 3);
    assert_eq!(&buffer[..3], b"a\0c");
    disk.rename(&file, &other).unwrap();
    assert_eq!(disk.read_at(&other, 0, &mut buffer).unwrap(), 3);
    assert_eq!(&buffer[..3], b"new");
    disk.remove(&other).unwrap();
    assert!(disk.remove(&other).is_err());
    assert!(disk.read_at(&other, 0, &mut buffer).is_err());
    assert!(disk.sync_data(&other, FlushPoint::Entries).is_err());
    disk.write_at(&other, 0, b"x").unwrap();
    assert_eq!(disk.length(&other).unwrap(), Some(1));
    disk.remove(&other).unwrap();
    assert!(disk.list(&file).is_err());

    let lock = disk.lock(&base.join("LOCK")).unwrap();
    assert!(lock.is_some());
    assert!(disk.lock(&base.join("LOCK")).unwrap().is_none());
    drop(lock);
    assert!(disk.lock(&base.join("LOCK")).unwrap().is_some());
}
