//! The figures: how fast the node's own code is, each beside what the same machine can do at best.
//!
//! A figure alone says as much about the machine as about the code. So every one is measured next to its
//! limit: the bare system calls or signature checks that nothing could do without, in the same run.

mod bare;
mod figure;
mod fold;
mod hold;
mod many;
mod nodes;
pub mod pages;
mod propagate;
mod publish;
pub mod records;
pub(crate) mod sample;

use std::path::{Path, PathBuf};

pub use figure::{Figure, Report};

/// What is measured.
pub struct Options {
    /// Entries of the log that is held and folded.
    pub entries: usize,
    /// Updates that are published one by one, in each of two places.
    pub updates: usize,
    /// The `liaison` binary, for what needs processes.
    pub liaison: PathBuf,
    /// A folder on the disk to be measured; it must exist.
    pub folder: PathBuf,
}

/// Measures all figures; `note` hears what is measured next.
pub fn run(options: &Options, note: &mut dyn FnMut(&str)) -> Report {
    let folder = |name: &str| {
        let folder = options.folder.join(name);
        std::fs::create_dir(&folder).expect("the folder of a measurement is new");
        folder
    };
    let mut figures = Vec::new();
    // What takes a moment comes first: a disk that still writes out what was held would take longer over it.
    note("two processes");
    figures.extend(propagate::measure(
        &options.liaison,
        options.updates,
        &folder("n"),
    ));
    note("publishing");
    figures.push(publish::measure(options.updates, &folder("publish")));
    note("making a log");
    let log = sample::Log::of(options.entries);
    note("holding it");
    figures.extend(hold::measure(&log, &folder("hold")));
    note("folding it");
    figures.push(fold::measure(&log, &folder("fold")));
    Report {
        entries: log.leaves.len(),
        updates: options.updates,
        figures,
    }
}

/// Bytes of all files in a folder and below.
fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let sizes = entries.map(|entry| {
        let entry = entry.expect("the folder can be read");
        let metadata = entry.metadata().expect("the file is there");
        if metadata.is_dir() {
            bytes_in(&entry.path())
        } else {
            metadata.len()
        }
    });
    sizes.sum()
}
