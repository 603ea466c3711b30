//! What the independent crates `signed_note` and `tlog_tiles` make of what we write, and we of what they write.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may panic as tests do"
)]

use ed25519_dalek::Signer as _;
use liaison_protocol::hash::Hash;
use liaison_protocol::key::{PublicKey, Signer, SignerError};
use liaison_protocol::tlog::note::{Note, SignatureType, VerifierKey};
use liaison_protocol::tlog::tile::{TilePath, encode_tile, tile_of_node, tile_roots, tiles_between};
use liaison_protocol::tlog::{
    Checkpoint, MemoryTree, Nodes, SignedCheckpoint, consistency_proof, inclusion_proof, leaf_hash, root,
    verify_consistency, verify_inclusion,
};
use signed_note::{Signer as _, StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::HashReader;

const NAME: &str = "policenet.example/0123456789abcdef0123456789abcdef/fr/1";
/// The key pair of the tests of golang.org/x/mod/sumdb/note.
const SIGNER_KEY: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const VERIFIER_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

struct LogKey(ed25519_dalek::SigningKey, PublicKey);

impl LogKey {
    fn new() -> LogKey {
        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let public = [&[1], key.verifying_key().as_bytes().as_slice()].concat();
        LogKey(key, PublicKey::from_bytes(&public).unwrap())
    }
}

impl Signer for LogKey {
    fn public_key(&self) -> &PublicKey {
        &self.1
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

fn leaf(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn tree(size: u64) -> MemoryTree {
    (0..size).map(|index| leaf_hash(&leaf(index))).collect()
}

fn theirs(hash: Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

/// Our tree behind their interface.
struct Reader<'a>(&'a MemoryTree);

impl HashReader for Reader<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let node = |stored: &u64| {
            let (level, index) = tlog_tiles::split_stored_hash_index(*stored);
            theirs(self.0.node(u32::from(level), index).unwrap())
        };
        Ok(indexes.iter().map(node).collect())
    }
}

#[test]
fn a_checkpoint_that_we_sign_is_read_and_verified_by_them() {
    let key = LogKey::new();
    let head = Checkpoint {
        origin: NAME.into(),
        size: 1000,
        root: root(1000, &tree(1000)).unwrap(),
        extensions: vec![],
    };
    let signed = SignedCheckpoint::sign(head.clone(), &key).unwrap();
    let vkey = VerifierKey::new(NAME, SignatureType::Ed25519, key.public_key().clone()).unwrap();
    let verifier = StandardVerifier::new(&vkey.to_string()).unwrap();
    let note = signed_note::Note::from_bytes(&signed.to_bytes()).unwrap();
    let (verified, others) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!((verified.len(), others.len()), (1, 0));
    let read = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!(
        (read.origin(), read.size(), read.hash().0),
        (NAME, 1000, head.root.0)
    );
    assert_eq!(read.extension(), "");
}

#[test]
fn a_note_that_they_sign_is_read_and_verified_by_us() {
    let signer = StandardSigner::new(SIGNER_KEY).unwrap();
    let mut note = signed_note::Note::new("one\n\ntwo\n".as_bytes(), &[]).unwrap();
    note.add_sigs(&[&signer as &dyn signed_note::Signer]).unwrap();
    let vkey: VerifierKey = VERIFIER_KEY.parse().unwrap();
    assert_eq!(u32::from_be_bytes(vkey.key_hash()), signer.key_id());
    let read = Note::parse(&note.to_bytes()).unwrap();
    assert_eq!(read.text, "one\n\ntwo\n");
    assert_eq!(read.verify(vkey.name(), vkey.key()), Ok(()));
    assert_eq!(read.to_bytes(), note.to_bytes());
}

#[test]
fn roots_and_proofs_agree_for_every_size_to_three_hundred() {
    let tree = tree(300);
    let reader = Reader(&tree);
    for size in 1..=300 {
        let head = root(size, &tree).unwrap();
        assert_eq!(tlog_tiles::tree_hash(size, &reader).unwrap(), theirs(head));
        for index in [0, size / 3, size / 2, size - 1] {
            let ours: Vec<_> = inclusion_proof(index, size, &tree)
                .unwrap()
                .into_iter()
                .map(theirs)
                .collect();
            assert_eq!(tlog_tiles::prove_record(size, index, &reader).unwrap(), ours);
            let hash = tlog_tiles::record_hash(&leaf(index));
            tlog_tiles::check_record(&ours, size, theirs(head), index, hash).unwrap();
            let proof: Vec<Hash> = ours.iter().map(|hash| Hash(hash.0)).collect();
            verify_inclusion(index, size, &Hash(hash.0), &proof, &head).unwrap();
        }
        for from in [1, size / 3, size / 2, size - 1] {
            if from == 0 {
                continue;
            }
            let earlier = root(from, &tree).unwrap();
            let ours = consistency_proof(from, size, &tree).unwrap();
            verify_consistency(from, size, &earlier, &head, &ours).unwrap();
            let ours: Vec<_> = ours.into_iter().map(theirs).collect();
            assert_eq!(tlog_tiles::prove_tree(size, from, &reader).unwrap(), ours);
            tlog_tiles::check_tree(&ours, size, theirs(head), from, theirs(earlier)).unwrap();
        }
    }
}

#[test]
fn tiles_have_the_same_names_bytes_and_roots() {
    let tree = tree(70_000);
    let reader = Reader(&tree);
    // Their paths carry the height, ours are those of tlog-tiles.
    let named: Vec<String> = tlog_tiles::Tile::new_tiles(8, 0, 70_000)
        .iter()
        .map(|tile| tile.path().replace("tile/8/", "tile/"))
        .collect();
    let ours: Vec<TilePath> = tiles_between(0, 70_000).collect();
    assert_eq!(ours.iter().map(TilePath::to_string).collect::<Vec<_>>(), named);
    for path in ours {
        let bottom = 8 * u32::from(path.level());
        let start = path.index() * 256;
        let hashes: Vec<Hash> = (start..start + u64::from(path.width()))
            .map(|index| tree.node(bottom, index).unwrap())
            .collect();
        let tile = tlog_tiles::Tile::new(8, path.level(), path.index(), u32::from(path.width()), false);
        assert_eq!(tile.read_data(&reader).unwrap(), encode_tile(&hashes));
        if path.width() == 256 {
            let subtree = tlog_tiles::Tile::subtree_hash(&encode_tile(&hashes));
            assert_eq!(tile_roots(&hashes).unwrap(), vec![Hash(subtree.0)]);
        }
    }
}

#[test]
fn a_node_is_found_in_the_same_tile() {
    for (level, index) in [
        (0, 0),
        (0, 69_999),
        (3, 17),
        (7, 500),
        (8, 272),
        (11, 33),
        (15, 1),
        (16, 0),
    ] {
        let stored = tlog_tiles::stored_hash_index(level, index);
        let tile = tlog_tiles::Tile::from_index(8, stored);
        let (path, _, _) = tile_of_node(u32::from(level), index, 70_000).unwrap();
        assert_eq!((path.level(), path.index()), (tile.level(), tile.level_index()));
    }
}
