//! Roots and right edges against the definition of RFC 6962, section 2.1.

use super::leaf;
use crate::hash::Hash;
use crate::tlog::tree::{
    Frontier, FrontierError, MemoryTree, MissingNode, Nodes, empty_root, frontier, leaf_hash, node_hash,
    root, subtrees,
};

// MTH as the standard defines it, from the leaves alone.
fn definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(b""),
        [leaf] => *leaf,
        _ => {
            let split = 1 << (leaves.len() - 1).ilog2();
            node_hash(&definition(&leaves[..split]), &definition(&leaves[split..]))
        }
    }
}

#[test]
fn leaves_and_nodes_are_hashed_apart() {
    let (left, right) = (leaf(1), leaf(2));
    let joined = [left.0, right.0].concat();
    assert_eq!(leaf_hash(&joined), Hash::of(&[&[0], joined.as_slice()].concat()));
    assert_eq!(
        node_hash(&left, &right),
        Hash::of(&[&[1], joined.as_slice()].concat())
    );
    assert_ne!(leaf_hash(&joined), node_hash(&left, &right));
}

#[test]
fn every_size_to_a_thousand_has_the_root_of_the_definition() {
    let leaves: Vec<Hash> = (0..1000).map(leaf).collect();
    let tree: MemoryTree = leaves.iter().copied().collect();
    let mut edge = Frontier::new();
    for size in 0..=leaves.len() {
        let expected = definition(&leaves[..size]);
        assert_eq!(edge.root(), expected);
        assert_eq!(root(size as u64, &tree), Ok(expected));
        assert_eq!(frontier(size as u64, &tree), Ok(edge.clone()));
        assert_eq!(edge.hashes().len(), edge.size().count_ones() as usize);
        if let Some(leaf) = leaves.get(size) {
            edge.push(*leaf);
        }
    }
    assert_eq!(Frontier::new().root(), empty_root());
}

#[test]
fn an_edge_reads_back_from_its_parts_and_goes_on_the_same() {
    let mut edge: Frontier = (0..77).map(leaf).collect();
    let mut again = Frontier::from_parts(edge.size(), edge.hashes().to_vec()).unwrap();
    let json = serde_json::to_string(&edge).unwrap();
    assert_eq!(serde_json::from_str::<Frontier>(&json).unwrap(), edge);
    for index in 77..200 {
        edge.push(leaf(index));
        again.push(leaf(index));
    }
    assert_eq!(edge, again);
}

#[test]
fn parts_that_do_not_fit_are_no_edge() {
    let hashes = vec![leaf(0); 3];
    let length = FrontierError::Length {
        size: 8,
        expected: 1,
        found: 3,
    };
    assert_eq!(Frontier::from_parts(8, hashes.clone()), Err(length));
    assert_eq!(
        Frontier::from_parts(u64::MAX, vec![leaf(0); 64]),
        Err(FrontierError::Size(u64::MAX))
    );
    let largest = i64::MAX as u64;
    let mut edge = Frontier::from_parts(largest, vec![leaf(0); 63]).unwrap();
    edge.push(leaf(1));
    assert_eq!((edge.size(), edge.hashes().len()), (largest + 1, 1));
    assert!(serde_json::from_str::<Frontier>(r#"{"size":1,"hashes":[]}"#).is_err());
}

#[test]
fn subtrees_cover_a_range_once_in_order_and_are_complete() {
    for start in 0..70u64 {
        for end in 0..140u64 {
            let mut next = start;
            let mut count = 0;
            for (level, index) in subtrees(start, end) {
                assert_eq!(index << level, next, "in order and aligned");
                next += 1 << level;
                count += 1;
            }
            assert_eq!(next, end.max(start));
            // As few as possible: two neighbours of one size never form a larger subtree.
            let list: Vec<(u32, u64)> = subtrees(start, end).collect();
            assert!(
                list.windows(2)
                    .all(|pair| pair[0].0 != pair[1].0 || pair[0].1 % 2 == 1)
            );
            assert_eq!(count, list.len());
        }
    }
    assert_eq!(subtrees(0, u64::MAX).count(), 64);
    assert_eq!(subtrees(1, u64::MAX).count(), 126);
    assert_eq!(subtrees(u64::MAX, u64::MAX).count(), 0);
}

#[test]
fn a_node_that_is_not_complete_is_missing() {
    let tree: MemoryTree = (0..6).map(leaf).collect();
    assert_eq!(tree.size(), 6);
    assert_eq!(tree.node(1, 2), Ok(node_hash(&leaf(4), &leaf(5))));
    for (level, index) in [(0, 6), (1, 3), (2, 1), (3, 0), (64, 0), (0, u64::MAX)] {
        assert_eq!(tree.node(level, index), Err(MissingNode { level, index }));
    }
    assert!(root(7, &tree).is_err());
    assert!(frontier(7, &tree).is_err());
}
