//! The layout of a data and a state folder, byte for byte: what one release wrote, every later one must read.

use liaison_federation::store::{SignerJournal, Witnessed};
use liaison_protocol::tlog::encode_bundle;
use liaison_protocol::tlog::tile::encode_tile;

use super::*;
use crate::signer_state::SignerState;

/// Both folders as release 0.1 wrote them.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/schema-1");

// Two logs with all that a log can have, and an object of each kind.
fn written() -> (Arc<MemoryDisk>, [Model; 2]) {
    let disk = memory();
    let mut store = open(&disk, &[]);
    let mut models = [Model::new(origin("FR", 1)), Model::new(origin("COE", 2))];
    let [fr, coe] = &mut models;
    let mut entries: Vec<Vec<u8>> = (0..258).map(|index: u64| index.to_be_bytes().to_vec()).collect();
    entries[7].clear();
    let payload = |index, bytes: &[u8]| Write::Payload {
        id: PayloadId {
            origin: origin("FR", 1),
            index,
            change: 1,
        },
        bytes: bytes.to_vec(),
    };
    let (hash, bytes) = (Hash([7; 32]), b"object".to_vec());
    let objects = [
        Write::Charter {
            hash,
            bytes: bytes.clone(),
        },
        Write::Statement {
            hash,
            bytes: bytes.clone(),
        },
        Write::Evidence { hash, bytes },
    ];
    store.commit(&objects).unwrap();
    store
        .commit(&[
            fr.append(entries),
            payload(3, b"third"),
            payload(4, b"fourth"),
            fr.checkpoint(),
        ])
        .unwrap();
    store
        .commit(&[
            coe.grow(2),
            coe.checkpoint(),
            fr.quorum_head(2),
            payload(5, b"fifth"),
        ])
        .unwrap();
    let mut state = open_state(&disk);
    state.advance_log(&fr.at(2)).unwrap();
    state.advance_log(&fr.position()).unwrap();
    state.advance_witness(&[cosigned(coe)]).unwrap();
    state.set_read_only("two nodes have this key").unwrap();
    (disk, models)
}

fn open_state(disk: &Arc<MemoryDisk>) -> SignerState {
    SignerState::open(disk.clone(), Path::new("state"), Access::Write).unwrap()
}

fn cosigned(model: &Model) -> Witnessed {
    Witnessed {
        position: model.position(),
        time: 1_700_000_000,
    }
}

#[test]
#[ignore = "writes the golden folder of a new schema"]
fn write_golden_folder() {
    let (disk, _) = written();
    let golden = Path::new(FOLDER);
    for (name, bytes) in files(&disk) {
        let path = golden.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

// The golden folders on a disk in memory.
fn golden() -> Arc<MemoryDisk> {
    let disk = memory();
    let mut folders = vec![(std::path::PathBuf::from(FOLDER), std::path::PathBuf::new())];
    while let Some((from, to)) = folders.pop() {
        if to.parent().is_some() {
            disk.create_folder(&to).unwrap();
        }
        for item in RealDisk::default().list(&from).unwrap() {
            let (from, to) = (from.join(&item.name), to.join(&item.name));
            match item.folder {
                true => folders.push((from, to)),
                false => disk.write_at(&to, 0, &std::fs::read(from).unwrap()).unwrap(),
            }
        }
    }
    disk
}

#[test]
fn both_folders_are_written_byte_for_byte_as_they_were() {
    let (disk, _) = written();
    let (found, expected) = (files(&copy(&disk)), files(&golden()));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&found), names(&expected));
    for ((name, found), (_, expected)) in found.iter().zip(&expected) {
        assert!(found == expected, "{name}");
    }
}

#[test]
fn a_data_folder_of_the_first_release_is_read() {
    let (_, models) = written();
    for access in [Access::Read, Access::Write] {
        let disk = golden();
        let mut store = open_as(&disk, access, &[]);
        assert!(store.repairs().is_empty() && store.damage().is_empty());
        for model in &models {
            let entries = store.entries(&model.origin, 0, u64::MAX, usize::MAX).unwrap();
            assert_eq!(entries, model.entries);
            assert_eq!(store.head(&model.origin).unwrap().root, model.position().root);
            assert!(store.check(&model.origin).unwrap().is_empty());
        }
        let payload = |index| {
            let id = PayloadId {
                origin: origin("FR", 1),
                index,
                change: 1,
            };
            store.payload(&id).unwrap()
        };
        assert_eq!(
            [3, 4, 5].map(payload),
            [b"third".as_slice(), b"fourth", b"fifth"].map(|p| Some(p.to_vec()))
        );
        assert_eq!(
            store.newest_quorum_head(&origin("FR", 1)).unwrap(),
            Some(note(&models[0].position(), 2))
        );
        for objects in [store.charters(), store.statements(), store.evidence()] {
            assert_eq!(objects.unwrap(), [b"object".to_vec()]);
        }
        if access == Access::Write {
            let mut longer = models[0].clone();
            store.commit(&[longer.grow(1), longer.checkpoint()]).unwrap();
        }
    }
}

#[test]
fn a_state_folder_of_the_first_release_is_read() {
    let (_, [fr, coe]) = written();
    let state = open_state(&golden());
    assert_eq!(state.log(), Some(fr.position()));
    assert_eq!(state.witness(&coe.origin), Some(cosigned(&coe)));
    assert_eq!(state.read_only().as_deref(), Some("two nodes have this key"));
}

#[test]
fn entries_are_bundles_and_hashes_are_tiles_of_the_standard_end_to_end() {
    let (disk, [fr, _]) = written();
    let bundles = fr
        .entries
        .chunks(256)
        .flat_map(|entries| encode_bundle(entries).unwrap());
    assert_eq!(
        bytes_of(&disk, "data/logs/FR/1/entries"),
        bundles.collect::<Vec<u8>>()
    );
    let nodes = |level, count: u64| -> Vec<Hash> {
        (0..count)
            .map(|index| liaison_protocol::tlog::Nodes::node(&fr.tree, level, index).unwrap())
            .collect()
    };
    assert_eq!(
        bytes_of(&disk, "data/logs/FR/1/hash.0"),
        encode_tile(&nodes(0, 258))
    );
    assert_eq!(
        bytes_of(&disk, "data/logs/FR/1/hash.1"),
        encode_tile(&nodes(8, 1))
    );
}
