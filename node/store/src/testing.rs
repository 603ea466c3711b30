//! What the tests of this crate share: origins, entries and checkpoints that are well-formed and signed by nobody.
use std::path::Path;
use std::sync::Arc;

use liaison_federation::store::Write;
use liaison_protocol::tlog::note::{Note, NoteSignature};
use liaison_protocol::tlog::{Checkpoint, MemoryTree, leaf_hash, root};
use liaison_protocol::{Hash, Origin, Position};

use crate::disk::{Disk, MemoryDisk};
use crate::store::{Access, Options, Store};

pub(crate) fn origin(authority: &str, epoch: u32) -> Origin {
    let authority = authority.parse().unwrap();
    Origin::new("policenet.example", &Hash::of(b"network"), &authority, epoch).unwrap()
}

pub(crate) fn position(origin: &Origin, size: u64, root: u8) -> Position {
    Position {
        origin: origin.clone(),
        size,
        root: Hash([root; 32]),
    }
}

/// A log as it should be, to compare with.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) origin: Origin,
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) tree: MemoryTree,
}

impl Model {
    pub(crate) fn new(origin: Origin) -> Model {
        Model {
            origin,
            entries: Vec::new(),
            tree: MemoryTree::new(),
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The position of the first `size` entries.
    pub(crate) fn at(&self, size: u64) -> Position {
        Position {
            origin: self.origin.clone(),
            size,
            root: root(size, &self.tree).unwrap(),
        }
    }

    pub(crate) fn position(&self) -> Position {
        self.at(self.size())
    }

    /// Takes entries in, and gives the write that appends them. An empty one is redacted.
    pub(crate) fn append(&mut self, entries: Vec<Vec<u8>>) -> Write {
        let start = self.size();
        let hashes: Vec<Hash> = (start..)
            .zip(&entries)
            .map(|(index, entry)| hash_of(index, entry))
            .collect();
        hashes.iter().for_each(|hash| self.tree.push(*hash));
        self.entries.extend(entries.iter().cloned());
        Write::Append {
            origin: self.origin.clone(),
            start,
            entries,
            hashes,
        }
    }

    /// Appends `count` entries of varied lengths, none redacted.
    pub(crate) fn grow(&mut self, count: u64) -> Write {
        let start = self.size();
        self.append((start..start + count).map(entry).collect())
    }

    pub(crate) fn checkpoint(&self) -> Write {
        Write::Checkpoint {
            origin: self.origin.clone(),
            note: note(&self.position(), 1),
        }
    }

    pub(crate) fn quorum_head(&self, signatures: u8) -> Write {
        Write::QuorumHead {
            origin: self.origin.clone(),
            size: self.size(),
            note: note(&self.position(), signatures),
        }
    }
}

/// The leaf hash of an entry; of one that is redacted, what it was.
pub(crate) fn hash_of(index: u64, entry: &[u8]) -> Hash {
    match entry {
        [] => leaf_hash(format!("redacted {index}").as_bytes()),
        entry => leaf_hash(entry),
    }
}

/// An entry of a length and with bytes that depend on its index.
pub(crate) fn entry(index: u64) -> Vec<u8> {
    let length = 1 + (index as usize * 37) % 300;
    format!("entry {index} ")
        .into_bytes()
        .into_iter()
        .cycle()
        .take(length)
        .collect()
}

/// A note with this many signatures that nobody made.
pub(crate) fn note(position: &Position, signatures: u8) -> Vec<u8> {
    let mut note = Note::new(Checkpoint::from(position.clone()).text()).unwrap();
    note.signatures
        .extend((0..signatures).map(|number| NoteSignature {
            name: format!("signer-{number}"),
            key_hash: [number; 4],
            signature: vec![number; 64],
        }));
    note.to_bytes()
}

pub(crate) fn memory() -> Arc<MemoryDisk> {
    Arc::new(MemoryDisk::new())
}

pub(crate) fn open(disk: &Arc<MemoryDisk>, signed: &[Position]) -> Store {
    open_as(disk, Access::Write, signed)
}

pub(crate) fn open_as(disk: &Arc<MemoryDisk>, access: Access, signed: &[Position]) -> Store {
    let disk: Arc<dyn Disk> = disk.clone();
    let signed = signed.to_vec();
    Store::open(disk, Path::new("data"), Options { access, signed }).unwrap()
}

/// All bytes of a file; none if it is missing.
pub(crate) fn bytes_of(disk: &MemoryDisk, path: &str) -> Vec<u8> {
    let length = disk.length(Path::new(path)).unwrap().unwrap_or_default();
    let mut bytes = vec![0; length as usize];
    if length > 0 {
        disk.read_at(Path::new(path), 0, &mut bytes).unwrap();
    }
    bytes
}

/// Changes one byte of a file.
pub(crate) fn flip(disk: &MemoryDisk, path: &str, offset: u64, mask: u8) {
    let path = Path::new(path);
    let mut byte = [0];
    assert_eq!(disk.read_at(path, offset, &mut byte).unwrap(), 1);
    disk.write_at(path, offset, &[byte[0] ^ mask]).unwrap();
}

/// Another disk with the same files, flushed or not.
pub(crate) fn copy(disk: &MemoryDisk) -> Arc<MemoryDisk> {
    let copy = MemoryDisk::new();
    copy_folder(disk, &copy, Path::new(""));
    Arc::new(copy)
}

fn copy_folder(from: &dyn Disk, to: &dyn Disk, folder: &Path) {
    for item in from.list(folder).unwrap() {
        let path = folder.join(&item.name);
        if item.folder {
            to.create_folder(&path).unwrap();
            copy_folder(from, to, &path);
        } else {
            let length = from.length(&path).unwrap().unwrap();
            let mut bytes = vec![0; length as usize];
            from.read_at(&path, 0, &mut bytes).unwrap();
            to.write_at(&path, 0, &bytes).unwrap();
        }
    }
}
