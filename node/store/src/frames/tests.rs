//! Frames read back, tails are cut, damage is named, and nothing that was never written is ever read.

use std::path::{Path, PathBuf};

use super::*;
use crate::damage::Repair;
use crate::disk::MemoryDisk;
use crate::testing::{bytes_of, flip};

fn path() -> PathBuf {
    PathBuf::from("frames")
}

// Writes one group of contents, numbered from `first` on.
fn append(disk: &MemoryDisk, file: &mut Frames, first: u64, contents: &[&[u8]]) -> Vec<Frame> {
    let mut group = file.group();
    for (index, content) in (first..).zip(contents) {
        group.push(index, 7, &[content]).unwrap();
    }
    file.write(disk, &group).unwrap();
    file.settle(group)
}

fn three_groups() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let mut file = Frames::new(path());
    append(&disk, &mut file, 0, &[b"zero", b"one"]);
    append(&disk, &mut file, 2, &[b"two", b"", b"four"]);
    append(&disk, &mut file, 5, &[b"five", b"six"]);
    disk
}

fn contents(disk: &MemoryDisk, opened: &Opened) -> Vec<(u64, Vec<u8>)> {
    let read = |frame: &Frame| Some((frame.index, opened.file.read(disk, frame).ok()?));
    opened.frames.iter().filter_map(read).collect()
}

fn recover(disk: &MemoryDisk) -> (Opened, Vec<Repair>) {
    let mut repairs = Vec::new();
    let opened = Frames::recover(disk, path(), FlushPoint::OpenedFrames, |_| true, &mut repairs).unwrap();
    (opened, repairs)
}

#[test]
fn frames_read_back_in_order() {
    let disk = three_groups();
    let (opened, repairs) = recover(&disk);
    let found = contents(&disk, &opened);
    let expected: Vec<(u64, Vec<u8>)> = (0..)
        .zip([b"zero".as_slice(), b"one", b"two", b"", b"four", b"five", b"six"])
        .map(|(index, content)| (index, content.to_vec()))
        .collect();
    assert_eq!(found, expected);
    assert!(opened.frames.iter().all(|frame| frame.change == 7));
    assert!(repairs.is_empty() && opened.damage.is_empty());
    assert_eq!(Some(opened.file.length()), disk.length(&path()).unwrap());
}

#[test]
fn a_file_cut_anywhere_gives_the_frames_before_the_cut_and_takes_more() {
    let whole = three_groups();
    let length = whole.length(&path()).unwrap().unwrap();
    for cut in 0..=length {
        let disk = three_groups();
        disk.truncate(&path(), cut).unwrap();
        let (opened, repairs) = recover(&disk);
        let before = contents(&whole, &recover(&whole).0);
        let found = contents(&disk, &opened);
        assert!(before.starts_with(&found));
        assert!(opened.damage.is_empty());
        assert_eq!(repairs.len(), usize::from(opened.file.length() < cut));
        let mut file = opened.file;
        append(&disk, &mut file, 9, &[b"more"]);
        let again = contents(&disk, &recover(&disk).0);
        assert_eq!(again, [found, vec![(9, b"more".to_vec())]].concat());
    }
}

#[test]
fn a_flipped_byte_hides_one_frame_at_most_and_never_shows_another() {
    let whole = three_groups();
    let all = contents(&whole, &recover(&whole).0);
    let last_group = recover(&whole).0.frames[5].offset;
    for offset in 0..whole.length(&path()).unwrap().unwrap() {
        for mask in [1, 0x80] {
            let disk = three_groups();
            flip(&disk, "frames", offset, mask);
            let before = bytes_of(&disk, "frames");
            let (opened, _) = recover(&disk);
            let found = contents(&disk, &opened);
            assert!(found.iter().all(|frame| all.contains(frame)), "byte {offset}");
            if offset < last_group {
                // What lies before the last group was committed: all the rest is there, and no byte is cut.
                assert!(found.len() + 1 >= all.len(), "byte {offset}");
                assert_eq!(bytes_of(&disk, "frames"), before);
                let unread = opened.frames.len() > found.len();
                assert!(
                    unread || !opened.damage.is_empty() || found.len() == all.len(),
                    "byte {offset}"
                );
            }
        }
    }
}

#[test]
fn a_flipped_check_never_makes_a_frame_look_blank() {
    let disk = three_groups();
    let (opened, _) = recover(&disk);
    let frame = opened.frames[1];
    flip(&disk, "frames", frame.offset + 32, 0xff);
    let error = opened.file.read(&disk, &frame).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { offset, .. } if offset == frame.offset));
}

#[test]
fn a_blanked_frame_is_gone_and_so_are_its_bytes() {
    let disk = three_groups();
    let wanted = |frame: &Frame| frame.index != 4 && frame.index != 6;
    let mut repairs = Vec::new();
    let opened = Frames::recover(&disk, path(), FlushPoint::OpenedFrames, wanted, &mut repairs).unwrap();
    assert_eq!(repairs.len(), 2);
    assert_eq!(opened.frames.len(), 5);
    let bytes = bytes_of(&disk, "frames");
    for word in [b"four".as_slice(), b"six"] {
        assert!(!bytes.windows(word.len()).any(|window| window == word));
    }
    let (again, repairs) = recover(&disk);
    assert!(repairs.is_empty());
    let indexes: Vec<u64> = again.frames.iter().map(|frame| frame.index).collect();
    assert_eq!(indexes, [0, 1, 2, 3, 5]);
}

#[test]
fn content_that_looks_like_a_frame_is_not_taken_for_one() {
    let disk = MemoryDisk::new();
    let mut file = Frames::new(path());
    let mut forged = Frames::new(path()).group();
    forged.push(99, 0, &[b"forged"]).unwrap();
    append(&disk, &mut file, 0, &[forged.bytes()]);
    append(&disk, &mut file, 1, &[b"good"]);
    append(&disk, &mut file, 2, &[b"good"]);
    // The header before it is damaged, so that what follows is searched for a frame.
    flip(&disk, "frames", 5, 1);
    let (opened, _) = recover(&disk);
    let indexes: Vec<u64> = opened.frames.iter().map(|frame| frame.index).collect();
    assert_eq!(indexes, [1, 2]);
    assert_eq!(opened.damage.len(), 1);
    assert_eq!(opened.damage[0].offset, 0);
}

#[test]
fn content_over_the_limit_is_refused() {
    let mut group = Frames::new(path()).group();
    assert!(matches!(
        group.push(0, 0, &[&vec![0; MAX_CONTENT + 1]]),
        Err(StoreError::Refused { .. })
    ));
    assert!(group.is_empty());
    group.push(0, 0, &[&vec![0; MAX_CONTENT]]).unwrap();
}

#[test]
fn reading_alone_changes_nothing() {
    let disk = three_groups();
    let length = disk.length(&path()).unwrap().unwrap();
    disk.truncate(&path(), length - 1).unwrap();
    let opened = Frames::scan(&disk, path()).unwrap();
    assert_eq!(opened.frames.len(), 6);
    assert_eq!(disk.length(Path::new("frames")).unwrap(), Some(length - 1));
}
