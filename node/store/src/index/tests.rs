//! The index: both kinds behave alike; sled's is never believed too much, and never panics out.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use liaison_federation::store::{Index, IndexWrite, LogStore, StoreError, Table};
use proptest::prelude::*;
use tempfile::TempDir;

use super::{MemoryIndex, SledIndex, drop_index};
use crate::dice::Dice;
use crate::disk::RealDisk;
use crate::store::{Access, Options, Store};
use crate::testing::{Model, origin};

// A data folder with a log.
struct Data {
    folder: TempDir,
    model: Model,
}

impl Data {
    fn new() -> Data {
        let data = Data {
            folder: tempfile::tempdir().unwrap(),
            model: Model::new(origin("FR", 1)),
        };
        let mut store = data.open(Access::Write);
        let mut model = data.model.clone();
        store.commit(&[model.grow(10), model.checkpoint()]).unwrap();
        drop(store);
        Data { model, ..data }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn open(&self, access: Access) -> Store {
        let signed = Vec::new();
        Store::open(
            Arc::new(RealDisk::default()),
            &self.path(),
            Options { access, signed },
        )
        .unwrap()
    }

    fn index(&self) -> SledIndex {
        SledIndex::open(&self.open(Access::Write)).unwrap()
    }
}

fn put(table: Table, key: &[u8], value: &[u8]) -> IndexWrite {
    IndexWrite::Put {
        table,
        key: key.to_vec(),
        value: value.to_vec(),
    }
}

fn fill(index: &mut SledIndex, records: u64) {
    for number in 0..records {
        let cursor = put(Table::Cursors, b"fr", &number.to_be_bytes());
        let record = put(Table::Records, &number.to_be_bytes(), &[number as u8; 300]);
        index.apply(&[record, cursor]).unwrap();
    }
}

fn broken(data: &Path) -> Vec<String> {
    let names = fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("index.broken-")).collect()
}

fn writes() -> impl Strategy<Value = Vec<Vec<IndexWrite>>> {
    let table = prop::sample::select(vec![Table::Cursors, Table::Records, Table::Prefixes]);
    let key = prop::collection::vec(0u8..3, 0..4);
    let value = prop::option::of(prop::collection::vec(any::<u8>(), 0..40));
    let write = (table, key, value).prop_map(|(table, key, value)| match value {
        Some(value) => IndexWrite::Put { table, key, value },
        None => IndexWrite::Delete { table, key },
    });
    prop::collection::vec(prop::collection::vec(write, 1..6), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn both_indexes_answer_alike_and_sled_does_after_it_was_opened_again(
        groups in writes(),
        prefix in prop::collection::vec(0u8..3, 0..2),
        after in prop::option::of(prop::collection::vec(0u8..3, 0..4)),
        limit in 0usize..6,
    ) {
        let data = Data::new();
        let mut memory = MemoryIndex::new();
        let mut sled = data.index();
        for (number, group) in groups.iter().enumerate() {
            memory.apply(group).unwrap();
            sled.apply(group).unwrap();
            if number == groups.len() / 2 {
                drop(sled);
                sled = data.index();
                prop_assert!(!sled.rebuilt());
            }
        }
        for table in [Table::Cursors, Table::Records, Table::Effects, Table::Prefixes] {
            let scan = |index: &dyn Index, limit| index.scan(table, &prefix, after.as_deref(), limit).unwrap();
            prop_assert_eq!(scan(&sled, limit), scan(&memory, limit));
            prop_assert_eq!(scan(&sled, usize::MAX), scan(&memory, usize::MAX));
            for (key, value) in memory.scan(table, &[], None, usize::MAX).unwrap() {
                prop_assert_eq!(sled.get(table, &key).unwrap(), Some(value));
            }
            prop_assert_eq!(sled.get(table, b"none").unwrap(), None);
        }
    }
}

#[test]
fn a_page_begins_after_the_key_given_and_keeps_to_the_prefix() {
    let mut index = MemoryIndex::new();
    let keys: [&[u8]; 5] = [b"a", b"ab", b"ac", b"ad", b"b"];
    index
        .apply(&keys.map(|key| put(Table::Records, key, key)))
        .unwrap();
    index
        .apply(&[put(Table::History, b"ab", b"another table")])
        .unwrap();
    let scan = |prefix: &[u8], after: Option<&[u8]>, limit| {
        let pairs = index.scan(Table::Records, prefix, after, limit).unwrap();
        pairs
            .into_iter()
            .map(|(key, _)| String::from_utf8(key).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(scan(b"a", None, 9), ["a", "ab", "ac", "ad"]);
    assert_eq!(scan(b"a", Some(b"ab"), 9), ["ac", "ad"]);
    assert_eq!(scan(b"a", Some(b"ab"), 1), ["ac"]);
    assert_eq!(scan(b"b", Some(b"a"), 9), ["b"]);
    assert_eq!(scan(b"", Some(b"b"), 9), Vec::<String>::new());
}

#[test]
fn an_index_that_came_back_empty_is_not_believed() {
    let data = Data::new();
    fill(&mut data.index(), 20);
    let index = data.path().join("index");
    for name in ["db", "conf"] {
        fs::remove_file(index.join(name)).unwrap();
    }
    let index = data.index();
    assert!(index.rebuilt());
    assert_eq!(index.get(Table::Cursors, b"fr").unwrap(), None);
    assert_eq!(broken(&data.path()), ["index.broken-1"]);
    drop(index);
    assert!(!data.index().rebuilt());
}

#[test]
fn an_index_without_its_marker_or_of_another_schema_is_not_believed() {
    let data = Data::new();
    fill(&mut data.index(), 3);
    let marker = data.path().join("index/MARKER");
    fs::remove_file(&marker).unwrap();
    assert!(data.index().rebuilt());
    let text = fs::read_to_string(&marker).unwrap();
    fs::write(&marker, format!("0{text}")).unwrap();
    assert!(data.index().rebuilt());
    // The last one that was moved aside is kept, and no other.
    assert_eq!(broken(&data.path()), ["index.broken-2"]);
}

#[test]
fn an_index_of_other_logs_is_not_believed() {
    let data = Data::new();
    fill(&mut data.index(), 3);
    // A log that grew is still the log that the index was made from.
    let mut model = data.model.clone();
    let mut store = data.open(Access::Write);
    store.commit(&[model.grow(10), model.checkpoint()]).unwrap();
    drop(store);
    assert!(!data.index().rebuilt());

    // One that is shorter, or another, is not.
    for entries in [5u8, 30] {
        fs::remove_dir_all(data.path().join("logs/FR")).unwrap();
        let mut other = Model::new(origin("FR", 1));
        let mut store = data.open(Access::Write);
        let write = other.append((0..entries).map(|number| vec![number ^ entries; 9]).collect());
        store.commit(&[write, other.checkpoint()]).unwrap();
        drop(store);
        assert!(data.index().rebuilt());
        assert!(!data.index().rebuilt());
    }
}

#[test]
fn a_flipped_bit_or_a_cut_tail_never_panics_out_and_leaves_a_usable_index() {
    let data = Data::new();
    fill(&mut data.index(), 60);
    let files: Vec<PathBuf> = fs::read_dir(data.path().join("index"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    let pristine: Vec<(PathBuf, Vec<u8>)> = files
        .into_iter()
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect();
    assert!(pristine.len() >= 3);
    let mut dice = Dice::new(7);
    let mut rebuilt = 0;
    for round in 0..40 {
        let folder = data.path().join("index");
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir_all(folder.join("blobs")).unwrap();
        for (path, bytes) in &pristine {
            fs::write(path, bytes).unwrap();
        }
        let (path, bytes) = &pristine[round % pristine.len()];
        let mut bytes = bytes.clone();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) as u64 + 1;
        let place = dice.below(used) as usize;
        match round % 2 {
            0 => bytes[place] ^= 1 << dice.below(8),
            _ => bytes.truncate(place),
        }
        fs::write(path, bytes).unwrap();
        let mut index = data.index();
        rebuilt += u32::from(index.rebuilt());
        // What it says may be old, but not wrong; if it fails, the next opening makes it anew.
        match use_it(&mut index) {
            Ok(()) => {}
            Err(StoreError::Damaged { .. }) => {
                drop(index);
                let mut index = data.index();
                assert!(index.rebuilt());
                use_it(&mut index).unwrap();
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(rebuilt > 5);
}

fn use_it(index: &mut SledIndex) -> Result<(), StoreError> {
    for (key, value) in index.scan(Table::Records, &[], None, usize::MAX)? {
        let number = u64::from_be_bytes(key.try_into().unwrap());
        assert_eq!(value, [number as u8; 300]);
    }
    index.apply(&[
        put(Table::Wants, b"key", b"value"),
        put(Table::Cursors, b"de", b"1"),
    ])?;
    assert_eq!(index.get(Table::Wants, b"key")?, Some(b"value".to_vec()));
    Ok(())
}

#[test]
fn an_index_is_dropped_only_while_no_node_uses_it() {
    let data = Data::new();
    let store = data.open(Access::Write);
    let index = SledIndex::open(&store).unwrap();
    assert!(matches!(drop_index(&data.path()), Err(StoreError::Locked { .. })));
    drop((index, store));
    fs::create_dir(data.path().join("index.broken-4")).unwrap();
    drop_index(&data.path()).unwrap();
    assert!(!data.path().join("index").exists());
    assert!(broken(&data.path()).is_empty());
    drop_index(&data.path()).unwrap();
    assert!(!data.index().rebuilt());
    let store = data.open(Access::Read);
    assert_eq!(store.head(&data.model.origin).unwrap().size, 10);
}

#[test]
fn a_tool_that_only_reads_opens_no_index() {
    let data = Data::new();
    let reader = data.open(Access::Read);
    assert!(matches!(
        SledIndex::open(&reader).err(),
        Some(StoreError::Refused { .. })
    ));
}
