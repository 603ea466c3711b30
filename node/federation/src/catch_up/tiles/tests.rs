use liaison_protocol::Hash;
use liaison_protocol::tlog::{MemoryTree, Nodes, TilePath, leaf_hash, root};

use super::{TileTree, Wrong};

fn tree(size: u64) -> MemoryTree {
    (0..size).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

fn tile(tree: &MemoryTree, path: TilePath) -> Vec<Hash> {
    let first = path.index() * 256;
    let level = u32::from(path.level()) * 8;
    (0..u64::from(path.width()))
        .map(|i| tree.node(level, first + i).unwrap())
        .collect()
}

fn with_edge(size: u64, nodes: &MemoryTree) -> TileTree {
    let mut tiles = TileTree::new(size, root(size, nodes).unwrap());
    let edge = tiles
        .edge()
        .into_iter()
        .map(|path| (path, tile(nodes, path)))
        .collect();
    tiles.take_edge(edge).unwrap();
    tiles
}

#[test]
fn tiles_are_taken_from_the_top_down_for_every_size() {
    let nodes = tree(70_000);
    for size in (1..600).chain([65_535, 65_536, 65_537, 66_000, 70_000]) {
        let mut tiles = with_edge(size, &nodes);
        for index in [0, size / 512, (size - 1) / 256] {
            while let Some(path) = tiles.missing(index) {
                tiles.take(path, tile(&nodes, path)).unwrap();
            }
            let first = tiles.leaves(index).unwrap()[0];
            assert_eq!(
                first,
                nodes.node(0, index * 256).unwrap(),
                "size {size}, tile {index}"
            );
        }
    }
}

#[test]
fn any_other_hash_on_the_right_edge_is_wrong() {
    let nodes = tree(66_000);
    for size in [1, 255, 256, 300, 65_536, 66_000] {
        let tiles = TileTree::new(size, root(size, &nodes).unwrap());
        let edge: Vec<_> = tiles
            .edge()
            .into_iter()
            .map(|path| (path, tile(&nodes, path)))
            .collect();
        for at in 0..edge.len() {
            let mut wrong = edge.clone();
            wrong[at].1.last_mut().unwrap().0[0] ^= 1;
            assert_eq!(TileTree::new(size, tiles.root).take_edge(wrong), Err(Wrong));
            let mut short = edge.clone();
            short[at].1.pop();
            assert_eq!(TileTree::new(size, tiles.root).take_edge(short), Err(Wrong));
        }
    }
}

#[test]
fn any_other_hash_in_a_full_tile_is_wrong_and_the_tile_stays_missing() {
    let nodes = tree(600);
    let mut tiles = with_edge(600, &nodes);
    let path = tiles.missing(0).unwrap();
    for at in [0, 100, 255] {
        let mut wrong = tile(&nodes, path);
        wrong[at].0[31] ^= 1;
        assert_eq!(tiles.take(path, wrong), Err(Wrong));
    }
    assert_eq!(tiles.take(path, tile(&nodes, path)[..255].to_vec()), Err(Wrong));
    assert_eq!(tiles.missing(0), Some(path));
    let second = tiles.missing(1).unwrap();
    assert_eq!(
        tiles.take(second, tile(&nodes, path)),
        Err(Wrong),
        "a right tile in another's place"
    );
}

#[test]
fn a_tile_whose_parent_is_not_here_is_not_taken() {
    let nodes = tree(66_000);
    let mut tiles = with_edge(66_000, &nodes);
    let leaf = TilePath::new(0, 0, 256).unwrap();
    assert_eq!(tiles.take(leaf, tile(&nodes, leaf)), Err(Wrong));
    assert_eq!(tiles.missing(0).unwrap().level(), 1, "the parent comes first");
}
