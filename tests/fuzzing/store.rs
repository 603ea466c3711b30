//! A data folder whose bytes were changed is opened again (specification, section 10).

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use liaison_federation::store::{LogStore, PayloadId, Write};
use liaison_protocol::tlog::note::{Note, NoteSignature};
use liaison_protocol::tlog::{Checkpoint, MemoryTree, leaf_hash, root};
use liaison_protocol::{Hash, Origin, Position};
use liaison_store::{Disk, MemoryDisk, Options, Store};

const ENTRIES: u64 = 300;

/// Files of a store with one log, by path.
type Files = Vec<(PathBuf, Vec<u8>)>;

/// Each edit is: file, kind, place (two bytes), byte. Whatever they do, opening ends, and what is served is what
/// was written.
pub(crate) fn recovery(bytes: &[u8]) {
    let disk = disk_with(files());
    for edit in bytes.chunks_exact(5).take(64) {
        change(&disk, edit);
    }
    let disk: Arc<dyn Disk> = Arc::new(disk);
    for _ in 0..2 {
        if let Ok(store) = open(&disk) {
            check(&store);
        }
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let one_a_file = (0..12u8).flat_map(|file| [[file, 0, 0, 1, 255], [file, 1, 0, 40, 0]]);
    one_a_file.map(Vec::from).chain([Vec::new()]).collect()
}

fn change(disk: &MemoryDisk, edit: &[u8]) {
    let files = files();
    let path = &files[usize::from(edit[0]) % files.len()].0;
    let Ok(Some(length)) = disk.length(path) else {
        return;
    };
    let place = u64::from(u16::from_be_bytes([edit[2], edit[3]]));
    match edit[1] % 4 {
        0 | 1 => disk.write_at(path, place % (length + 1), &edit[4..]).unwrap(),
        2 => disk.truncate(path, place % (length + 1)).unwrap(),
        _ => disk.remove(path).unwrap(),
    }
}

fn check(store: &Store) {
    for origin in store.logs() {
        let Some(head) = store.head(&origin) else {
            continue;
        };
        for index in 0..head.size {
            let Ok(entries) = store.entries(&origin, index, 1, usize::MAX) else {
                continue;
            };
            let served = entries.first().filter(|entry| !entry.is_empty());
            if let Some(entry) = served {
                assert_eq!(entry, &leaf(index), "entry {index} is served as it was written");
            }
        }
        let _ = store.newest_quorum_head(&origin);
        let _ = store.tile(&origin, 0, 0, 256);
        let _ = store.payload(&PayloadId {
            origin,
            index: 2,
            change: 0,
        });
    }
    let _ = (store.charters(), store.statements(), store.evidence());
}

fn open(disk: &Arc<dyn Disk>) -> Result<Store, liaison_federation::store::StoreError> {
    Store::open(Arc::clone(disk), Path::new("data"), Options::default())
}

fn leaf(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

/// The files of a whole store, made once.
fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let disk = Arc::new(MemoryDisk::new());
        let mut store = open(&(Arc::clone(&disk) as Arc<dyn Disk>)).unwrap();
        store.commit(&writes()).unwrap();
        drop(store);
        let mut files = Files::new();
        collect(&disk, Path::new(""), &mut files);
        files
    })
}

fn writes() -> Vec<Write> {
    let origin = Origin::new("policenet.example", &Hash::of(b"n"), &"FR".parse().unwrap(), 1).unwrap();
    let entries: Vec<Vec<u8>> = (0..ENTRIES).map(leaf).collect();
    let hashes: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let mut tree = MemoryTree::new();
    hashes.iter().for_each(|hash| tree.push(*hash));
    let position = Position {
        origin: origin.clone(),
        size: ENTRIES,
        root: root(ENTRIES, &tree).unwrap(),
    };
    let mut note = Note::new(Checkpoint::from(position).text()).unwrap();
    note.signatures.push(NoteSignature {
        name: "signer".to_owned(),
        key_hash: [1; 4],
        signature: vec![1; 64],
    });
    let note = note.to_bytes();
    let shelved = b"shelved".to_vec();
    vec![
        Write::Append {
            origin: origin.clone(),
            start: 0,
            entries,
            hashes,
        },
        Write::Checkpoint {
            origin: origin.clone(),
            note: note.clone(),
        },
        Write::QuorumHead {
            origin: origin.clone(),
            size: ENTRIES,
            note,
        },
        Write::Payload {
            id: PayloadId {
                origin,
                index: 2,
                change: 0,
            },
            bytes: vec![7; 64],
        },
        Write::Charter {
            hash: Hash::of(&shelved),
            bytes: shelved.clone(),
        },
        Write::Statement {
            hash: Hash::of(&shelved),
            bytes: shelved.clone(),
        },
        Write::Evidence {
            hash: Hash::of(&shelved),
            bytes: shelved,
        },
    ]
}

fn collect(disk: &MemoryDisk, folder: &Path, files: &mut Files) {
    for item in disk.list(folder).unwrap() {
        let path = folder.join(&item.name);
        if item.folder {
            collect(disk, &path, files);
            continue;
        }
        let length = disk.length(&path).unwrap().unwrap_or_default();
        let mut bytes = vec![0; length as usize];
        disk.read_at(&path, 0, &mut bytes).unwrap();
        files.push((path, bytes));
    }
}

fn disk_with(files: &Files) -> MemoryDisk {
    let disk = MemoryDisk::new();
    for (path, bytes) in files {
        let mut parents: Vec<&Path> = path.ancestors().skip(1).filter(|p| *p != Path::new("")).collect();
        parents.reverse();
        for parent in parents {
            disk.create_folder(parent).unwrap();
        }
        disk.write_at(path, 0, bytes).unwrap();
    }
    disk
}
