//! Proofs: all of small trees, random ones of trees to 2^40 leaves, and everything that must be refused.

use proptest::prelude::*;

use super::{flips, leaf};
use crate::hash::Hash;
use crate::tlog::proof::{
    ProofError, consistency_proof, inclusion_proof, prefix_nodes, root_from_inclusion,
    roots_from_prefix_nodes, verify_consistency, verify_inclusion,
};
use crate::tlog::tree::{MemoryTree, MissingNode, Nodes, leaf_hash, node_hash, root};

/// A tree of up to 2^40 leaves: 2^12 blocks of 2^28 leaves, those of one block all alike.
struct Blocks {
    // Of each block, the hashes of its subtrees by level.
    blocks: Vec<Vec<Hash>>,
    above: MemoryTree,
}

const BLOCK_LEVEL: u32 = 28;
const BLOCKS: u64 = 1 << 12;

impl Blocks {
    fn new() -> Blocks {
        let block = |number: u64| {
            let mut hashes = vec![leaf(number)];
            for level in 0..BLOCK_LEVEL as usize {
                hashes.push(node_hash(&hashes[level], &hashes[level]));
            }
            hashes
        };
        let blocks: Vec<Vec<Hash>> = (0..BLOCKS).map(block).collect();
        let above = blocks.iter().map(|block| block[BLOCK_LEVEL as usize]).collect();
        Blocks { blocks, above }
    }
}

impl Nodes for Blocks {
    type Error = MissingNode;

    fn node(&self, level: u32, index: u64) -> Result<Hash, MissingNode> {
        match BLOCK_LEVEL.checked_sub(level) {
            Some(below) => {
                let block = self.blocks.get((index >> below) as usize);
                Ok(block.ok_or(MissingNode { level, index })?[level as usize])
            }
            None => self.above.node(level - BLOCK_LEVEL, index),
        }
    }
}

fn small_tree(size: u64) -> MemoryTree {
    (0..size).map(leaf).collect()
}

#[test]
fn every_leaf_of_every_size_to_three_hundred_is_proven() {
    let tree = small_tree(300);
    for size in 1..=300 {
        let head = root(size, &tree).unwrap();
        for index in 0..size {
            let proof = inclusion_proof(index, size, &tree).unwrap();
            assert_eq!(verify_inclusion(index, size, &leaf(index), &proof, &head), Ok(()));
        }
    }
}

#[test]
fn every_size_to_three_hundred_continues_every_smaller_one() {
    let tree = small_tree(300);
    let roots: Vec<Hash> = (0..=300).map(|size| root(size, &tree).unwrap()).collect();
    for to in 0..=300 {
        for from in 0..=to {
            let (root_from, root_to) = (&roots[from as usize], &roots[to as usize]);
            let proof = consistency_proof(from, to, &tree).unwrap();
            assert_eq!(
                verify_consistency(from, to, root_from, root_to, &proof),
                Ok(()),
                "{from} to {to}"
            );
            let nodes = prefix_nodes(from, to, &tree).unwrap();
            assert_eq!(
                roots_from_prefix_nodes(from, to, &nodes),
                Ok((*root_from, *root_to))
            );
        }
    }
}

#[test]
fn every_size_to_a_thousand_has_proofs() {
    let tree = small_tree(1000);
    let roots: Vec<Hash> = (0..=1000).map(|size| root(size, &tree).unwrap()).collect();
    for size in 301..=1000u64 {
        let head = &roots[size as usize];
        // Spread over the tree, and the places where its shape changes.
        let split = 1 << (size - 1).ilog2();
        let spread = (0..20).map(|step| (step * 7919 + size * 31) % size);
        for index in spread.chain([0, split - 1, split, size - 2, size - 1]) {
            let proof = inclusion_proof(index, size, &tree).unwrap();
            assert_eq!(verify_inclusion(index, size, &leaf(index), &proof, head), Ok(()));
            let proof = consistency_proof(index, size, &tree).unwrap();
            assert_eq!(
                verify_consistency(index, size, &roots[index as usize], head, &proof),
                Ok(())
            );
            let nodes = prefix_nodes(index, size, &tree).unwrap();
            assert_eq!(
                roots_from_prefix_nodes(index, size, &nodes),
                Ok((roots[index as usize], *head))
            );
        }
    }
}

#[test]
fn an_inclusion_proof_holds_for_its_leaf_index_and_tree_alone() {
    let tree = small_tree(42);
    for size in 1..=40u64 {
        let head = root(size, &tree).unwrap();
        for index in 0..size {
            let proof = inclusion_proof(index, size, &tree).unwrap();
            for other in 0..size + 2 {
                let other_leaf = verify_inclusion(index, size, &leaf(other), &proof, &head);
                let other_index = verify_inclusion(other, size, &leaf(index), &proof, &head);
                assert_eq!(
                    (other_leaf.is_ok(), other_index.is_ok()),
                    (other == index, other == index)
                );
                let other_head = root(other, &tree).unwrap();
                let other_size = verify_inclusion(index, other, &leaf(index), &proof, &other_head);
                assert_eq!(other_size.is_ok(), other == size);
            }
            let length = |proof: &[Hash]| root_from_inclusion(index, size, &leaf(index), proof);
            let longer = [proof.as_slice(), &[leaf(0)]].concat();
            assert!(matches!(length(&longer), Err(ProofError::Length { .. })));
            if let Some((_, shorter)) = proof.split_last() {
                assert!(matches!(length(shorter), Err(ProofError::Length { .. })));
            }
        }
    }
}

#[test]
fn a_consistency_proof_holds_for_its_two_trees_alone() {
    let tree = small_tree(42);
    let roots: Vec<Hash> = (0..=42).map(|size| root(size, &tree).unwrap()).collect();
    let verify = |from: u64, to: u64, proof: &[Hash]| {
        verify_consistency(from, to, &roots[from as usize], &roots[to as usize], proof)
    };
    for to in 1..=40u64 {
        for from in 1..to {
            let proof = consistency_proof(from, to, &tree).unwrap();
            for other in 0..=42u64 {
                // Whatever the tree, nothing is needed from the empty one, nor to the same one.
                assert_eq!(verify(other, to, &proof).is_ok(), other == from);
                assert_eq!(verify(from, other, &proof).is_ok(), other == to);
            }
            let longer = [proof.as_slice(), &[leaf(0)]].concat();
            assert!(matches!(
                verify(from, to, &longer),
                Err(ProofError::Length { .. })
            ));
            assert!(matches!(
                verify(from, to, &proof[1..]),
                Err(ProofError::Length { .. })
            ));
            let swapped = verify_consistency(from, to, &roots[to as usize], &roots[from as usize], &proof);
            assert!(swapped.is_err());
        }
    }
}

#[test]
fn trees_of_equal_size_are_consistent_if_their_roots_are_equal() {
    let (one, other) = (leaf(1), leaf(2));
    assert_eq!(verify_consistency(5, 5, &one, &one, &[]), Ok(()));
    assert_eq!(
        verify_consistency(5, 5, &one, &other, &[]),
        Err(ProofError::Root(5))
    );
    assert!(verify_consistency(5, 5, &one, &one, &[one]).is_err());
    let empty = Hash::of(b"");
    assert_eq!(verify_consistency(0, 0, &empty, &empty, &[]), Ok(()));
    assert_eq!(verify_consistency(0, 5, &empty, &one, &[]), Ok(()));
    assert_eq!(
        verify_consistency(0, 0, &empty, &one, &[]),
        Err(ProofError::Root(0))
    );
    assert_eq!(
        verify_consistency(0, 5, &one, &one, &[]),
        Err(ProofError::Root(0))
    );
    assert_eq!(
        verify_consistency(6, 5, &one, &one, &[]),
        Err(ProofError::Sizes { from: 6, to: 5 })
    );
    assert_eq!(
        roots_from_prefix_nodes(6, 5, &[]),
        Err(ProofError::Sizes { from: 6, to: 5 })
    );
    assert_eq!(roots_from_prefix_nodes(0, 0, &[]), Ok((empty, empty)));
}

#[test]
fn what_no_tree_has_is_refused_and_not_proven() {
    let tree = small_tree(10);
    assert_eq!(inclusion_proof(10, 10, &tree), Ok(Vec::new()));
    assert_eq!(inclusion_proof(0, 0, &tree), Ok(Vec::new()));
    assert!(inclusion_proof(0, 11, &tree).is_err());
    assert!(consistency_proof(3, 11, &tree).is_err());
    assert!(prefix_nodes(3, 11, &tree).is_err());
    assert_eq!(consistency_proof(11, 10, &tree), Ok(Vec::new()));
    let index = Err(ProofError::Index { index: 3, size: 3 });
    assert_eq!(verify_inclusion(3, 3, &leaf(3), &[], &leaf(3)), index);
    assert!(verify_inclusion(0, 0, &leaf(0), &[], &leaf(0)).is_err());
}

#[test]
fn prefix_nodes_that_are_missing_or_too_many_are_refused() {
    let tree = small_tree(30);
    for (from, to) in [(0, 30), (7, 30), (16, 17), (30, 30)] {
        let nodes = prefix_nodes(from, to, &tree).unwrap();
        let longer = [nodes.as_slice(), &[leaf(0)]].concat();
        for wrong in [&nodes[1..], longer.as_slice(), &[]] {
            let answer = roots_from_prefix_nodes(from, to, wrong);
            let (expected, found) = (nodes.len(), wrong.len());
            assert_eq!(answer, Err(ProofError::Length { expected, found }));
        }
    }
}

// As many hashes as the message of a refusal asks for.
fn filler(answer: Result<(), ProofError>) -> Vec<Hash> {
    match answer {
        Err(ProofError::Length { expected, .. }) => vec![leaf(0); expected],
        _ => Vec::new(),
    }
}

#[test]
fn the_largest_sizes_do_not_overflow() {
    let one = leaf(1);
    let largest = u64::MAX;
    for near in [largest, largest - 1, 1 << 63, (1 << 63) - 1, (1 << 63) + 1] {
        for other in [0, 1, 2, near / 2, near - 1, near] {
            let proof = filler(verify_inclusion(other, near, &one, &[one; 100], &one));
            assert!(proof.len() <= 64);
            assert!(verify_inclusion(other, near, &one, &proof, &one).is_err());
            let proof = filler(verify_consistency(other, near, &one, &leaf(2), &[one; 200]));
            assert!(proof.len() <= 65);
            assert!(verify_consistency(other, near, &one, &leaf(2), &proof).is_err());
            let nodes = filler(roots_from_prefix_nodes(other, near, &[one; 200]).map(|_| ()));
            assert!(nodes.len() <= 190);
            let roots = roots_from_prefix_nodes(other, near, &nodes);
            assert!(roots.is_ok(), "{other} {near} {roots:?}");
        }
    }
}

#[test]
fn random_places_of_huge_trees_are_proven_and_no_flipped_bit_is_taken() {
    let tree = Blocks::new();
    let runner = &mut proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    let sizes = (1u32..=40).prop_flat_map(|bits| 1u64 << (bits - 1)..=1u64 << bits);
    let strategy = (sizes, any::<u64>(), any::<u64>(), any::<prop::sample::Index>());
    let answer = runner.run(&strategy, |(size, index, from, bit)| {
        let (index, from) = (index % size, from % size);
        let head = root(size, &tree).unwrap();
        let leaf = tree.node(0, index).unwrap();
        let proof = inclusion_proof(index, size, &tree).unwrap();
        prop_assert_eq!(verify_inclusion(index, size, &leaf, &proof, &head), Ok(()));
        let earlier = root(from, &tree).unwrap();
        let consistency = consistency_proof(from, size, &tree).unwrap();
        prop_assert_eq!(
            verify_consistency(from, size, &earlier, &head, &consistency),
            Ok(())
        );
        let nodes = prefix_nodes(from, size, &tree).unwrap();
        prop_assert_eq!(roots_from_prefix_nodes(from, size, &nodes), Ok((earlier, head)));

        let flip = |hashes: &[Hash]| {
            let mut hashes = hashes.to_vec();
            if !hashes.is_empty() {
                let bit = bit.index(hashes.len() * 256);
                hashes[bit / 256].0[bit % 256 / 8] ^= 1 << (bit % 8);
            }
            hashes
        };
        if !proof.is_empty() {
            prop_assert!(verify_inclusion(index, size, &leaf, &flip(&proof), &head).is_err());
        }
        if !consistency.is_empty() {
            prop_assert!(verify_consistency(from, size, &earlier, &head, &flip(&consistency)).is_err());
        }
        prop_assert_ne!(
            roots_from_prefix_nodes(from, size, &flip(&nodes)),
            Ok((earlier, head))
        );
        // A leaf of another block stands elsewhere.
        let elsewhere = (index + (1 << BLOCK_LEVEL)) % (BLOCKS << BLOCK_LEVEL);
        prop_assert!(verify_inclusion(elsewhere, size, &leaf, &proof, &head).is_err());
        Ok(())
    });
    answer.unwrap();
}

#[test]
fn any_flipped_bit_of_a_small_proof_its_leaf_or_its_root_is_refused() {
    let tree = small_tree(13);
    let head = root(13, &tree).unwrap();
    let proof = inclusion_proof(9, 13, &tree).unwrap();
    let bytes = [vec![leaf(9), head], proof]
        .concat()
        .iter()
        .flat_map(|hash| hash.0)
        .collect::<Vec<u8>>();
    for flipped in flips(&bytes) {
        let hashes: Vec<Hash> = flipped
            .chunks(32)
            .map(|hash| Hash::from_slice(hash).unwrap())
            .collect();
        assert_eq!(
            verify_inclusion(9, 13, &hashes[0], &hashes[2..], &hashes[1]),
            Err(ProofError::Root(13))
        );
    }
    let earlier = root(6, &tree).unwrap();
    let proof = consistency_proof(6, 13, &tree).unwrap();
    let bytes = [vec![earlier, head], proof]
        .concat()
        .iter()
        .flat_map(|hash| hash.0)
        .collect::<Vec<u8>>();
    for flipped in flips(&bytes) {
        let hashes: Vec<Hash> = flipped
            .chunks(32)
            .map(|hash| Hash::from_slice(hash).unwrap())
            .collect();
        let answer = verify_consistency(6, 13, &hashes[0], &hashes[1], &hashes[2..]);
        assert!(matches!(answer, Err(ProofError::Root(_))));
    }
}

proptest! {
    #[test]
    fn arbitrary_numbers_and_hashes_are_answered_without_a_panic(
        a in any::<u64>(), b in any::<u64>(), hashes in prop::collection::vec(any::<[u8; 32]>(), 0..130),
    ) {
        let hashes: Vec<Hash> = hashes.into_iter().map(Hash).collect();
        let one = leaf_hash(b"one");
        prop_assert!(verify_inclusion(a, b, &one, &hashes, &one).is_err());
        prop_assert!(verify_consistency(a, b, &one, &leaf(7), &hashes).is_err());
        let _ = roots_from_prefix_nodes(a, b, &hashes);
    }
}
