//! Power cuts and kills at random moments of a node's work: whatever was acknowledged is there afterwards, and
//! no signature is contradicted. Leaving out any one flush shows.

mod node;
mod promises;

use std::path::Path;
use std::sync::Arc;

use crate::dice::Dice;
use crate::disk::{Disk, FlushPoint, MemoryDisk};
use node::Node;
use promises::Promises;

/// How often a node is started in one run.
const LIVES: u64 = 4;
/// Power cuts in the ordinary run.
const CUTS: u64 = 1_000;
/// Runs after which a flush that nobody misses counts as needless.
const RUNS: u64 = 20_000;

#[test]
fn nothing_acknowledged_is_lost_and_nothing_signed_is_contradicted_over_a_thousand_power_cuts() {
    let mut cuts = 0;
    for seed in 0.. {
        match run(seed, None) {
            Ok(more) => cuts += more,
            Err(what) => panic!("seed {seed}: {what}"),
        }
        if cuts >= CUTS {
            return;
        }
    }
}

#[test]
fn leaving_out_any_one_flush_loses_or_contradicts_what_was_promised() {
    for point in FlushPoint::ALL {
        let found = (0..RUNS).find(|seed| run(*seed, Some(point)).is_err());
        assert!(found.is_some(), "nobody misses the flush {point:?}");
        let seed = found.unwrap_or_default();
        assert_eq!(
            run(seed, None).err(),
            None,
            "seed {seed} fails with {point:?} too"
        );
    }
}

// Some lives of one node on one disk; the number of power cuts, or which promise was broken.
fn run(seed: u64, ignored: Option<FlushPoint>) -> Result<u64, String> {
    let mut dice = Dice::new(seed);
    let mut disk = Arc::new(installed());
    if let Some(point) = ignored {
        disk.ignore(point);
    }
    let mut promises = Promises::default();
    let mut cuts = 0;
    for _ in 0..LIVES {
        // Many a life ends while it begins.
        let lifetime = if dice.below(2) == 0 {
            dice.below(80)
        } else {
            dice.below(500)
        };
        disk.stop_after(lifetime);
        live(&disk, &mut promises, &mut dice)?;
        disk.go_on();
        if dice.below(5) < 3 {
            disk = Arc::new(disk.cut(dice.below(u64::MAX)));
            cuts += 1;
        }
        promises.check(&disk)?;
    }
    Ok(cuts)
}

// A disk with the folders that an installation made.
fn installed() -> MemoryDisk {
    let disk = MemoryDisk::new();
    for folder in ["srv", "var"] {
        disk.create_folder(Path::new(folder)).unwrap();
    }
    disk.sync_folder(Path::new(""), FlushPoint::DataParent).unwrap();
    disk
}

// Works until the disk stops, or until the node has had enough.
fn live(disk: &Arc<MemoryDisk>, promises: &mut Promises, dice: &mut Dice) -> Result<(), String> {
    let Some(mut node) = Node::start(disk, promises)? else {
        return Ok(());
    };
    for _ in 0..dice.below(60) {
        if !node.step(promises, dice)? {
            return Ok(());
        }
    }
    Ok(())
}
