//! The signer state moves forward only, survives, and refuses to guess.

use std::path::Path;
use std::sync::Arc;

use liaison_federation::store::{SignerJournal, StoreError, Witnessed};
use liaison_protocol::{Origin, Position};

use super::SignerState;
use crate::disk::{Disk, MemoryDisk};
use crate::store::Access;
use crate::testing::{bytes_of, flip, memory, origin, position};

fn open(disk: &Arc<MemoryDisk>) -> SignerState {
    try_open(disk, Access::Write).unwrap()
}

fn try_open(disk: &Arc<MemoryDisk>, access: Access) -> Result<SignerState, StoreError> {
    SignerState::open_compacting(disk.clone(), Path::new("state"), access, 1000)
}

fn at(size: u64, root: u8) -> Position {
    position(&origin("FR", 1), size, root)
}

fn witnessed(origin: &Origin, size: u64, root: u8, time: u64) -> Witnessed {
    let position = position(origin, size, root);
    Witnessed { position, time }
}

fn is_refused(result: Result<(), StoreError>) -> bool {
    matches!(result, Err(StoreError::Refused { .. }))
}

#[test]
fn the_own_log_moves_forward_only() {
    let disk = memory();
    let mut state = open(&disk);
    assert_eq!(state.log(), None);
    state.advance_log(&at(5, 1)).unwrap();
    state.advance_log(&at(5, 1)).unwrap();
    assert!(is_refused(state.advance_log(&at(5, 2))));
    assert!(is_refused(state.advance_log(&at(4, 1))));
    state.advance_log(&at(9, 3)).unwrap();
    for _ in 0..2 {
        assert_eq!(state.log(), Some(at(9, 3)));
        assert!(is_refused(state.advance_log(&at(5, 1))));
        drop(state);
        state = open(&disk);
    }
}

#[test]
fn a_new_epoch_of_the_same_log_begins_again_and_no_other_log_does() {
    let disk = memory();
    let mut state = open(&disk);
    let of = |authority, epoch| position(&origin(authority, epoch), 2, 1);
    state.advance_log(&position(&origin("FR", 2), 90, 1)).unwrap();
    assert!(is_refused(state.advance_log(&of("FR", 1))));
    assert!(is_refused(state.advance_log(&of("DE", 3))));
    state.advance_log(&of("FR", 3)).unwrap();
    drop(state);
    assert_eq!(open(&disk).log(), Some(of("FR", 3)));
}

#[test]
fn cosigned_heads_move_forward_only_and_their_times_do_not_decrease() {
    let disk = memory();
    let mut state = open(&disk);
    let (de, es) = (origin("DE", 1), origin("ES", 1));
    state
        .advance_witness(&[witnessed(&de, 5, 1, 100), witnessed(&es, 7, 1, 90)])
        .unwrap();
    for bad in [
        witnessed(&de, 4, 1, 200),
        witnessed(&de, 5, 2, 200),
        witnessed(&de, 6, 1, 99),
    ] {
        // The good one beside it does not count either.
        assert!(is_refused(
            state.advance_witness(&[witnessed(&es, 8, 1, 200), bad])
        ));
        assert_eq!(state.witness(&es), Some(witnessed(&es, 7, 1, 90)));
    }
    assert!(is_refused(state.advance_witness(&[
        witnessed(&es, 9, 1, 300),
        witnessed(&es, 8, 1, 300)
    ])));
    state.advance_witness(&[witnessed(&de, 5, 1, 150)]).unwrap();
    assert_eq!(state.latest_time(), 150);
    drop(state);
    let state = open(&disk);
    assert_eq!(state.witness(&de), Some(witnessed(&de, 5, 1, 150)));
    assert_eq!(state.witness(&es), Some(witnessed(&es, 7, 1, 90)));
    assert_eq!(state.witness(&origin("IT", 1)), None);
    assert_eq!(state.positions(), [position(&de, 5, 1), position(&es, 7, 1)]);
    assert_eq!(state.latest_time(), 150);
}

#[test]
fn one_flush_does_for_a_batch_and_what_does_not_move_needs_none() {
    let disk = memory();
    let mut state = open(&disk);
    let heads = ["AT", "BE", "DE"].map(|authority| witnessed(&origin(authority, 1), 5, 1, 100));
    state.advance_witness(&heads[..1]).unwrap();
    let before: u64 = disk.flushes().values().sum();
    state.advance_witness(&heads).unwrap();
    assert_eq!(disk.flushes().values().sum::<u64>(), before + 1);
    state.advance_witness(&heads).unwrap();
    assert_eq!(disk.flushes().values().sum::<u64>(), before + 1);
}

#[test]
fn journals_stay_short_and_forget_nothing_that_counts() {
    let disk = memory();
    let mut state = open(&disk);
    for size in 1..200 {
        state.advance_log(&at(size, 1)).unwrap();
        let authority = ["AT", "BE", "DE"][size as usize % 3];
        state
            .advance_witness(&[witnessed(&origin(authority, 1), size, 1, size)])
            .unwrap();
        assert!(bytes_of(&disk, "state/log").len() < 1300);
        assert!(bytes_of(&disk, "state/witness").len() < 1300);
    }
    drop(state);
    let state = open(&disk);
    assert_eq!(state.log(), Some(at(199, 1)));
    for (authority, size) in [("AT", 198), ("BE", 199), ("DE", 197)] {
        let origin = origin(authority, 1);
        assert_eq!(state.witness(&origin), Some(witnessed(&origin, size, 1, size)));
    }
}

#[test]
fn read_only_stays_over_restarts_until_it_is_cleared() {
    let disk = memory();
    let mut state = open(&disk);
    state.advance_log(&at(5, 1)).unwrap();
    assert_eq!(state.read_only(), None);
    state.set_read_only("two nodes have this key").unwrap();
    for _ in 0..2 {
        assert_eq!(state.read_only().as_deref(), Some("two nodes have this key"));
        assert!(is_refused(state.advance_log(&at(6, 1))));
        assert_eq!(state.log(), Some(at(5, 1)));
        drop(state);
        state = open(&disk);
    }
    state.clear_read_only().unwrap();
    state.clear_read_only().unwrap();
    state.advance_log(&at(6, 1)).unwrap();
    drop(state);
    assert_eq!(open(&disk).read_only(), None);
}

#[test]
fn a_reason_of_any_length_makes_it_read_only() {
    let disk = memory();
    let mut state = open(&disk);
    state.set_read_only(&"ü".repeat(100_000)).unwrap();
    drop(state);
    assert!(
        open(&disk)
            .read_only()
            .is_some_and(|reason| reason.starts_with("üü"))
    );
}

#[test]
fn a_flipped_byte_of_a_journal_is_refused_or_cost_the_last_record_alone() {
    let disk = memory();
    let mut state = open(&disk);
    (1..5).for_each(|size| state.advance_log(&at(size, size as u8)).unwrap());
    drop(state);
    let length = bytes_of(&disk, "state/log").len() as u64;
    for offset in 0..length {
        flip(&disk, "state/log", offset, 0x41);
        let copy = crate::testing::copy(&disk);
        flip(&disk, "state/log", offset, 0x41);
        match try_open(&copy, Access::Write) {
            Ok(state) => {
                assert!(offset >= length / 4 * 3, "byte {offset}");
                assert_eq!(state.log(), Some(at(3, 3)));
            }
            Err(StoreError::Damaged { .. }) => assert!(offset < length / 4 * 3, "byte {offset}"),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn one_process_signs_and_others_may_read() {
    let disk = memory();
    let mut state = open(&disk);
    state.advance_log(&at(5, 1)).unwrap();
    assert!(matches!(
        try_open(&disk, Access::Write).err(),
        Some(StoreError::Locked { .. })
    ));
    let mut reader = try_open(&disk, Access::Read).unwrap();
    assert_eq!(reader.log(), Some(at(5, 1)));
    assert!(is_refused(reader.advance_log(&at(6, 1))));
    assert!(is_refused(reader.set_read_only("x")));
    assert!(is_refused(reader.clear_read_only()));
    assert!(is_refused(reader.advance_witness(&[witnessed(
        &origin("DE", 1),
        1,
        1,
        1
    )])));
}

#[test]
fn signer_state_of_a_newer_release_is_refused() {
    let disk = memory();
    drop(open(&disk));
    disk.write_at(Path::new("state/SCHEMA"), 0, b"9\n").unwrap();
    assert!(matches!(
        try_open(&disk, Access::Write).err(),
        Some(StoreError::Newer { found: 9, .. })
    ));
}

#[test]
fn after_a_write_that_failed_nothing_is_signed_until_it_is_opened_again() {
    let disk = memory();
    let mut state = open(&disk);
    state.advance_log(&at(5, 1)).unwrap();
    disk.stop_after(1);
    assert!(matches!(state.advance_log(&at(6, 1)), Err(StoreError::Io { .. })));
    disk.go_on();
    assert!(matches!(
        state.advance_log(&at(6, 2)),
        Err(StoreError::Stopped { .. })
    ));
    drop(state);
    // The record was written: what it names may have been promised.
    let mut state = open(&disk);
    assert_eq!(state.log(), Some(at(6, 1)));
    assert!(is_refused(state.advance_log(&at(6, 2))));
}
