//! Trees and proofs against the reference trees of Certificate Transparency and a log of 961,984,013 leaves.

use liaison_protocol::hash::Hash;
use liaison_protocol::tlog::{
    Frontier, MemoryTree, consistency_proof, empty_root, inclusion_proof, leaf_hash, prefix_nodes, root,
    roots_from_prefix_nodes, verify_consistency, verify_inclusion,
};
use serde_json::Value;

use crate::{bytes, hash, number, rows, text, unhex, vectors};

fn hashes(value: &Value, list: &str) -> Vec<Hash> {
    value[list].as_array().unwrap().iter().map(hash).collect()
}

#[test]
fn the_reference_trees_have_the_reference_roots() {
    let file = vectors("rfc6962-trees.json");
    let roots = hashes(&file, "roots");
    let leaves = rows(&file, "leaves")
        .iter()
        .map(|leaf| leaf_hash(&unhex(leaf.as_str().unwrap())));
    let (mut frontier, mut tree) = (Frontier::new(), MemoryTree::new());
    assert_eq!((roots.len(), roots[0]), (9, empty_root()));
    for (leaf, expected) in leaves.zip(&roots[1..]) {
        frontier.push(leaf);
        tree.push(leaf);
        assert_eq!(frontier.root(), *expected);
        assert_eq!(root(tree.size(), &tree), Ok(*expected));
    }
    let pair = &file["hashes"]["leaf"];
    assert_eq!(leaf_hash(&unhex(pair[0].as_str().unwrap())), hash(&pair[1]));
    assert_eq!(leaf_hash(b""), hash(&file["hashes"]["empty_leaf"]));
}

// A digest of another length is refused where it is read.
fn digest(value: &Value, field: &str) -> Option<Hash> {
    Hash::from_slice(&bytes(value, field)).ok()
}

#[test]
fn the_reference_inclusion_proofs_are_judged_as_by_their_authors() {
    let file = vectors("rfc6962-proofs.json");
    for row in rows(&file, "inclusion") {
        let judged = || {
            let (leaf, root) = (digest(row, "leaf_hash")?, digest(row, "root")?);
            let proof = row["proof"]
                .as_array()?
                .iter()
                .map(|hash| Hash::from_slice(&unhex(hash.as_str()?)).ok());
            let proof: Vec<Hash> = proof.collect::<Option<_>>()?;
            verify_inclusion(number(row, "index"), number(row, "size"), &leaf, &proof, &root).ok()
        };
        assert_eq!(
            judged().is_some(),
            row["valid"].as_bool().unwrap(),
            "{}",
            text(row, "name")
        );
    }
}

#[test]
fn the_reference_consistency_proofs_are_judged_as_by_their_authors() {
    let file = vectors("rfc6962-proofs.json");
    for row in rows(&file, "consistency") {
        let judged = || {
            let (root_from, root_to) = (digest(row, "root_from")?, digest(row, "root_to")?);
            let proof = row["proof"]
                .as_array()?
                .iter()
                .map(|hash| Hash::from_slice(&unhex(hash.as_str()?)).ok());
            let proof: Vec<Hash> = proof.collect::<Option<_>>()?;
            verify_consistency(
                number(row, "from"),
                number(row, "to"),
                &root_from,
                &root_to,
                &proof,
            )
            .ok()
        };
        assert_eq!(
            judged().is_some(),
            row["valid"].as_bool().unwrap(),
            "{}",
            text(row, "name")
        );
    }
}

#[test]
fn the_reference_proofs_are_those_that_we_make() {
    let leaves = vectors("rfc6962-trees.json");
    let leaves = rows(&leaves, "leaves")
        .iter()
        .map(|leaf| leaf_hash(&unhex(leaf.as_str().unwrap())));
    let tree: MemoryTree = leaves.collect();
    let file = vectors("rfc6962-proofs.json");
    let ours = |row: &&Value| row["valid"] == true && !text(row, "name").contains("single-entry");
    for row in rows(&file, "inclusion").iter().filter(ours) {
        let proof = inclusion_proof(number(row, "index"), number(row, "size"), &tree).unwrap();
        assert_eq!(proof, hashes(row, "proof"), "{}", text(row, "name"));
    }
    for row in rows(&file, "consistency").iter().filter(ours) {
        let (from, to) = (number(row, "from"), number(row, "to"));
        assert_eq!(
            consistency_proof(from, to, &tree).unwrap(),
            hashes(row, "proof"),
            "{}",
            text(row, "name")
        );
        let nodes = prefix_nodes(from, to, &tree).unwrap();
        let roots = (hash(&row["root_from"]), hash(&row["root_to"]));
        assert_eq!(roots_from_prefix_nodes(from, to, &nodes), Ok(roots));
    }
}

#[test]
fn the_proofs_of_a_log_of_almost_a_billion_leaves_hold() {
    let file = vectors("ct-argon2020.json");
    let (size, root) = (number(&file, "size"), hash(&file["root"]));
    let leaf = leaf_hash(&bytes(&file, "leaf"));
    let (index, inclusion) = (number(&file, "index"), hashes(&file, "inclusion"));
    assert_eq!(verify_inclusion(index, size, &leaf, &inclusion, &root), Ok(()));
    assert!(verify_inclusion(index + 1, size, &leaf, &inclusion, &root).is_err());
    let (earlier, earlier_root) = (number(&file, "earlier_size"), hash(&file["earlier_root"]));
    let consistency = hashes(&file, "consistency");
    assert_eq!(
        verify_consistency(earlier, size, &earlier_root, &root, &consistency),
        Ok(())
    );
    assert!(verify_consistency(earlier - 1, size, &earlier_root, &root, &consistency).is_err());
}
