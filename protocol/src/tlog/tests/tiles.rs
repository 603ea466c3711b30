//! Tiles, their paths, and entry bundles.

use proptest::prelude::*;

use super::leaf;
use crate::hash::Hash;
use crate::tlog::bundle::{MAX_LEAF_BYTES, decode_bundle, encode_bundle};
use crate::tlog::tile::{
    BundlePath, TileError, TilePath, decode_tile, edge_in_tile, encode_tile, node_in_tile, tile_of_node,
    tile_roots, tiles_between, verify_tile,
};
use crate::tlog::tree::{MemoryTree, Nodes, root, subtrees};

// The hashes of a tile, read from a tree.
fn tile(tree: &MemoryTree, path: TilePath) -> Vec<Hash> {
    let start = path.index() * 256;
    let hashes = start..start + u64::from(path.width());
    hashes
        .map(|index| tree.node(8 * u32::from(path.level()), index).unwrap())
        .collect()
}

#[test]
fn a_path_that_no_log_has_is_refused() {
    assert_eq!(TilePath::new(8, 0, 256), Err(TileError::Level(8)));
    assert_eq!("tile/8/000".parse::<TilePath>(), Err(TileError::Level(8)));
    assert_eq!("tile/300/000".parse::<TilePath>(), Err(TileError::Level(300)));
    assert_eq!(
        TilePath::new(0, 1 << 56, 1),
        Err(TileError::Index {
            level: 0,
            index: 1 << 56
        })
    );
    assert!(TilePath::new(0, (1 << 56) - 1, 1).is_ok());
    assert_eq!(
        TilePath::new(7, 1, 1),
        Err(TileError::Index { level: 7, index: 1 })
    );
    assert_eq!(TilePath::new(0, 0, 0), Err(TileError::Width(0)));
    assert_eq!(BundlePath::new(0, 257), Err(TileError::Width(257)));
    assert!(BundlePath::new(1 << 56, 1).is_err());
    let long = format!("tile/0/{}001", "x001/".repeat(20));
    assert!(matches!(long.parse::<TilePath>(), Err(TileError::Path(text)) if text.len() <= 64));
    for path in [
        "",
        "tile/entries/000",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/0é0",
        "tile/0/000.p/x001",
    ] {
        assert!(path.parse::<TilePath>().is_err(), "{path}");
    }
}

#[test]
fn the_tiles_of_a_tree_rebuild_its_root() {
    let tree: MemoryTree = (0..70_000).map(leaf).collect();
    for size in [1, 255, 256, 257, 1000, 65_535, 65_536, 65_537, 70_000] {
        let tiles: Vec<TilePath> = tiles_between(0, size).collect();
        // Every node that a proof may need is found in one of them.
        let mut found = 0;
        for (level, index) in subtrees(0, size) {
            let (path, height, within) = tile_of_node(level, index, size).unwrap();
            assert!(tiles.contains(&path));
            let node = node_in_tile(&tile(&tree, path), height, within);
            assert_eq!(node, Some(tree.node(level, index).unwrap()));
            found += 1;
        }
        assert_eq!(found, size.count_ones());
        assert_eq!(root(size, &TiledTree(&tree, size)).ok(), root(size, &tree).ok());
    }
}

/// A tree of which only the tiles can be read.
struct TiledTree<'a>(&'a MemoryTree, u64);

impl Nodes for TiledTree<'_> {
    type Error = ();

    fn node(&self, level: u32, index: u64) -> Result<Hash, ()> {
        let (path, height, within) = tile_of_node(level, index, self.1).ok_or(())?;
        node_in_tile(&tile(self.0, path), height, within).ok_or(())
    }
}

#[test]
fn a_tile_is_checked_against_the_level_above_or_the_right_edge() {
    let size = 70_000;
    let tree: MemoryTree = (0..size).map(leaf).collect();
    for path in tiles_between(0, size) {
        let hashes = tile(&tree, path);
        let roots: Vec<Hash> = if path.width() == 256 {
            vec![
                tree.node(8 * (u32::from(path.level()) + 1), path.index())
                    .unwrap(),
            ]
        } else {
            edge_in_tile(path, size)
                .into_iter()
                .map(|(level, index)| tree.node(level, index).unwrap())
                .collect()
        };
        assert_eq!(verify_tile(&hashes, &roots), Ok(()), "{path}");
        let mut altered = hashes.clone();
        altered[hashes.len() / 2].0[0] ^= 1;
        assert_eq!(verify_tile(&altered, &roots), Err(TileError::Root), "{path}");
        assert!(verify_tile(&hashes[1..], &roots).is_err(), "{path}");
    }
    // 273 · 256 = 69,888 leaves lie in full tiles; 112 = 64 + 32 + 16 in the partial one.
    let partial = TilePath::in_tree(0, 273, size).unwrap();
    assert_eq!(edge_in_tile(partial, size), [(6, 1092), (5, 2186), (4, 4374)]);
    assert_eq!(edge_in_tile(TilePath::in_tree(0, 0, size).unwrap(), size), []);
}

#[test]
fn only_new_or_wider_tiles_lie_between_two_sizes() {
    let between = |from, size| {
        tiles_between(from, size)
            .map(|path| path.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(between(300, 300), Vec::<String>::new());
    assert_eq!(between(300, 200), Vec::<String>::new());
    assert_eq!(between(0, 0), Vec::<String>::new());
    assert_eq!(between(300, 301), ["tile/0/001.p/45"]);
    assert_eq!(
        between(255, 257),
        ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]
    );
    assert_eq!(between(256, 257), ["tile/0/001.p/1"]);
}

#[test]
fn the_widths_in_a_tree_follow_its_size() {
    let bundle = |index, size| BundlePath::in_tree(index, size).map(|path| path.to_string());
    assert_eq!(bundle(0, 0), None);
    assert_eq!(bundle(0, 1), Some("tile/entries/000.p/1".into()));
    assert_eq!(bundle(0, 256), Some("tile/entries/000".into()));
    assert_eq!(bundle(1, 256), None);
    assert_eq!(bundle(1, 258), Some("tile/entries/001.p/2".into()));
    assert_eq!(bundle(u64::MAX, u64::MAX), None);
    assert_eq!(
        TilePath::in_tree(7, 0, u64::MAX).map(|path| path.width()),
        Some(255)
    );
    assert_eq!(TilePath::in_tree(8, 0, u64::MAX), None);
    assert_eq!(tile_of_node(64, 0, u64::MAX), None);
    assert_eq!(tile_of_node(1, 1, 3), None, "half of that node is missing");
    assert_eq!(tile_of_node(0, u64::MAX, u64::MAX), None);
}

#[test]
fn a_tile_reads_back_from_its_bytes() {
    let hashes: Vec<Hash> = (0..256).map(leaf).collect();
    assert_eq!(decode_tile(&encode_tile(&hashes)), Ok(hashes.clone()));
    assert_eq!(encode_tile(&hashes).len(), 8192);
    assert_eq!(decode_tile(&[]), Err(TileError::Width(0)));
    assert_eq!(decode_tile(&[0; 33]), Err(TileError::Bytes(33)));
    assert_eq!(decode_tile(&[0; 257 * 32]), Err(TileError::Width(257)));
    assert_eq!(tile_roots(&hashes).unwrap().len(), 1);
    assert_eq!(tile_roots(&hashes[..7]).unwrap().len(), 3);
    assert_eq!(tile_roots(&[]), Err(TileError::Width(0)));
    assert_eq!(node_in_tile(&hashes, 8, 0), Some(tile_roots(&hashes).unwrap()[0]));
    assert_eq!(node_in_tile(&hashes, 8, 1), None);
    assert_eq!(node_in_tile(&hashes, 64, 0), None);
    assert_eq!(node_in_tile(&hashes, 1, u64::MAX), None);
}

#[test]
fn a_bundle_is_lengths_and_leaves() {
    let leaves: [&[u8]; 3] = [b"one", b"", &[7; MAX_LEAF_BYTES]];
    let bundle = encode_bundle(&leaves).unwrap();
    assert_eq!(bundle[..7], [0, 3, b'o', b'n', b'e', 0, 0]);
    assert_eq!(bundle[7..9], [0x40, 0]);
    assert_eq!(decode_bundle(&bundle), Ok(leaves.to_vec()));
    for end in [1, 4, 6, bundle.len() - 1] {
        assert!(
            matches!(decode_bundle(&bundle[..end]), Err(TileError::Truncated(_))),
            "{end}"
        );
    }
}

#[test]
fn a_bundle_beyond_its_limits_is_neither_written_nor_read() {
    let long = vec![0; MAX_LEAF_BYTES + 1];
    let too_long = TileError::Leaf {
        position: 1,
        bytes: long.len(),
    };
    assert_eq!(encode_bundle(&[b"a".as_slice(), &long]), Err(too_long.clone()));
    let bytes = [&[0, 1, b'a', 0x40, 1], long.as_slice()].concat();
    assert_eq!(decode_bundle(&bytes), Err(too_long));
    assert_eq!(encode_bundle(&[b"a"; 257]), Err(TileError::Width(257)));
    assert_eq!(
        decode_bundle(&[0, 1, b'a'].repeat(1000)),
        Err(TileError::Width(257)),
        "reading stops at the limit"
    );
    assert_eq!(decode_bundle(&[0, 1, b'a'].repeat(256)).unwrap().len(), 256);
    assert_eq!(encode_bundle::<&[u8]>(&[]), Err(TileError::Width(0)));
    assert_eq!(decode_bundle(&[]), Err(TileError::Width(0)));
}

proptest! {
    #[test]
    fn a_path_reads_back_as_it_was_written(level in 0u8..8, index: u64, width in 1u16..=256) {
        let index = index >> (8 * (u32::from(level) + 1)).min(63) >> u32::from(level == 7);
        let path = TilePath::new(level, index, width).unwrap();
        prop_assert_eq!(path.to_string().parse(), Ok(path));
        let path = BundlePath::new(index, width).unwrap();
        prop_assert_eq!(path.to_string().parse(), Ok(path));
    }

    #[test]
    fn a_path_that_is_read_is_written_the_same(text in "tile/([0-9]{1,2}|entries)/(x[0-9]{3}/){0,3}[0-9]{2,4}(\\.p/[0-9]{1,3})?") {
        if let Ok(path) = text.parse::<TilePath>() {
            prop_assert_eq!(path.to_string(), text.clone());
        }
        if let Ok(path) = text.parse::<BundlePath>() {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(leaves) = decode_bundle(&bytes) {
            prop_assert_eq!(encode_bundle(&leaves), Ok(bytes.clone()));
        }
        let _ = decode_tile(&bytes);
        let _ = String::from_utf8_lossy(&bytes).parse::<TilePath>();
        let _ = String::from_utf8_lossy(&bytes).parse::<BundlePath>();
    }
}
