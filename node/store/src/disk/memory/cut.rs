//! What a power cut leaves: everything flushed, and any part of the rest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::{Change, Contents, MemoryDisk, Node, State, hold};
use crate::dice::Dice;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

pub(super) fn cut(state: &State, seed: u64) -> MemoryDisk {
    let mut dice = Dice::new(seed);
    let mut names = state.durable_names.clone();
    let keep = dice.below(5);
    for change in &state.pending_names {
        if dice.below(4) < keep {
            change.apply(&mut names);
        }
    }
    let names = drop_lost_folders(names);
    let names: BTreeMap<PathBuf, Node> = names
        .into_iter()
        .map(|(path, node)| (path, settle(&node, &mut dice)))
        .collect();
    MemoryDisk {
        state: Mutex::new(State {
            durable_names: names.clone(),
            names,
            ignored: state.ignored.clone(),
            flushes: state.flushes.clone(),
            ..State::default()
        }),
        ..MemoryDisk::default()
    }
}

// A folder whose own name is lost takes with it what is inside.
fn drop_lost_folders(names: BTreeMap<PathBuf, Node>) -> BTreeMap<PathBuf, Node> {
    let mut kept: BTreeMap<PathBuf, Node> = BTreeMap::new();
    // Paths are in order: a folder comes before what it holds.
    for (path, node) in names {
        let parent = path.parent().unwrap_or(Path::new(""));
        if parent.as_os_str().is_empty() || matches!(kept.get(parent), Some(Node::Folder)) {
            kept.insert(path, node);
        }
    }
    kept
}

fn settle(node: &Node, dice: &mut Dice) -> Node {
    let Node::File(contents) = node else {
        return Node::Folder;
    };
    let contents = hold(contents);
    let mut bytes = contents.durable.clone();
    let keep = dice.below(5);
    for change in &contents.pending {
        match change {
            Change::Write(offset, new) => write(&mut bytes, *offset, new, keep, dice),
            Change::Length(length) if dice.below(4) < keep => bytes.resize(*length, 0),
            Change::Length(_) => {}
        }
    }
    Node::File(Arc::new(Mutex::new(Contents {
        current: bytes.clone(),
        durable: bytes,
        pending: Vec::new(),
    })))
}

// A write that was not flushed is there, is lost, or is torn by sectors; what it should have filled past the
// end of the file may have become part of it, with zeros or anything else.
fn write(bytes: &mut Vec<u8>, offset: usize, new: &[u8], keep: u64, dice: &mut Dice) {
    if dice.below(3) > 0 {
        if dice.below(4) < keep {
            Change::Write(offset, new.to_vec()).apply(bytes);
        }
        return;
    }
    let mut done = 0;
    while done < new.len() {
        let at = offset + done;
        let part = (SECTOR - at % SECTOR).min(new.len() - done);
        if dice.below(4) < keep {
            Change::Write(at, new[done..done + part].to_vec()).apply(bytes);
        } else if at + part > bytes.len() && dice.below(2) == 0 {
            let garbage = if dice.below(2) == 0 {
                0
            } else {
                dice.below(256) as u8
            };
            bytes.resize(bytes.len().max(at), 0);
            bytes.resize(at + part, garbage);
        }
        done += part;
    }
}
