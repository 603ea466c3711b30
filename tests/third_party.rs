//! A log as a stranger sees it: checkpoint, tiles, entry bundles and a proof that running nodes serve,
//! read and checked by the independent crates `signed_note` and `tlog_tiles`.

use crate::support::founded::Founded;
use crate::support::{Administrator, Node, authority, exchange};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signed_note::{Note, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::{Checkpoint, Hash, HashReader, Tile, TileHashReader, TileReader};

/// Enough entries for a full tile, one that is not, and a level above.
const UPDATES: u64 = 300;

#[test]
fn an_independent_implementation_reads_a_log_from_a_node_that_mirrors_it() {
    let network = Founded::new(&["FR", "DE"]);
    let nodes = network.start_all(&["FR", "DE"]);
    nodes[0].wait("the own log is live", |status| status["guard"]["state"] == "live");
    let administrator = Administrator::with(&network.path("FR-ana.age"), "FR", &nodes[0]);
    for number in 0..UPDATES {
        let body = administrator.put(&format!("practice/number-{number}"), "x");
        let (code, answer) = exchange(&nodes[0].socket, "POST", "/v1/updates", &body).unwrap();
        assert_eq!(code, 201, "{}", String::from_utf8_lossy(&answer));
    }
    // Another authority's node serves the log like its own.
    let status = nodes[1].wait("it is held and witnessed", |status| {
        let log = authority(status, "FR");
        log["updates"] == UPDATES && log["witnessed"] == log["have"]
    });
    let origin = authority(&status, "FR")["origin_hash"]
        .as_str()
        .unwrap()
        .to_owned();
    let log = Served {
        node: &nodes[1],
        origin,
    };

    let verifiers = log.verifiers();
    let note = Note::from_bytes(&log.get(&format!("/{}/checkpoint", log.origin))).unwrap();
    let (verified, witnesses) = note.verify(&verifiers).unwrap();
    assert_eq!(
        (verified.len(), witnesses.len()),
        (1, 1),
        "the log's signature and a cosignature"
    );
    let head = Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!(authority(&status, "FR")["origin"], head.origin());

    // Every tile that is read is checked against the checkpoint's root by the reader.
    let reader = TileHashReader::new(head.size(), *head.hash(), &log);
    assert_eq!(tlog_tiles::tree_hash(head.size(), &reader).unwrap(), *head.hash());
    let leaves = log.leaves(head.size());
    let indexes: Vec<u64> = (0..head.size())
        .map(|index| tlog_tiles::stored_hash_index(0, index))
        .collect();
    let hashes = reader.read_hashes(&indexes).unwrap();
    let read: Vec<Hash> = leaves.iter().map(|leaf| tlog_tiles::record_hash(leaf)).collect();
    assert_eq!(read, hashes);

    prove(&network, &nodes[1], &verifiers, &leaves);
}

// A proof says the same of an entry as the bundle that holds it.
fn prove(network: &Founded, node: &Node, verifiers: &VerifierList, leaves: &[Vec<u8>]) {
    network.at(
        node,
        "prove FR/practice/number-17 --format tlog-proof -o number.tlog-proof",
    );
    let text = std::fs::read_to_string(network.path("number.tlog-proof")).unwrap();
    let (proof, note) = text.split_once("\n\n").unwrap();
    let mut lines = proof.lines();
    assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
    let leaf = STANDARD
        .decode(lines.next().unwrap().strip_prefix("extra ").unwrap())
        .unwrap();
    let index: u64 = lines
        .next()
        .unwrap()
        .strip_prefix("index ")
        .unwrap()
        .parse()
        .unwrap();
    let hashes: Vec<Hash> = lines.map(|line| Hash::parse_hash(line).unwrap()).collect();
    assert_eq!(leaves[index as usize], leaf);

    let note = Note::from_bytes(note.as_bytes()).unwrap();
    note.verify(verifiers).unwrap();
    let head = Checkpoint::from_bytes(note.text()).unwrap();
    let check = |leaf: &[u8]| {
        let hash = tlog_tiles::record_hash(leaf);
        tlog_tiles::check_record(&hashes, head.size(), *head.hash(), index, hash)
    };
    check(&leaf).unwrap();
    check(&leaves[index as usize + 1]).unwrap_err();
}

/// A log at the HTTP paths of a node.
struct Served<'a> {
    node: &'a Node,
    origin: String,
}

impl Served<'_> {
    fn get(&self, path: &str) -> Vec<u8> {
        let (code, body) = exchange(&self.node.socket, "GET", path, &[]).unwrap();
        assert_eq!(code, 200, "{path}: {}", String::from_utf8_lossy(&body));
        body
    }

    // The log's key, from the policy that the node prints for it.
    fn verifiers(&self) -> VerifierList {
        let policy = String::from_utf8(self.get(&format!("/v1/logs/{}/policy", self.origin))).unwrap();
        let keys = policy.lines().filter_map(|line| line.strip_prefix("log "));
        let verifiers = keys.map(|key| {
            let key = key.split_whitespace().next().unwrap();
            Box::new(StandardVerifier::new(key).unwrap()) as Box<dyn Verifier>
        });
        VerifierList::new(verifiers.collect())
    }

    // All entries, from bundles of 256: each a big-endian length of two bytes, and the entry.
    fn leaves(&self, size: u64) -> Vec<Vec<u8>> {
        let mut leaves = Vec::new();
        for tile in Tile::new_tiles(8, 0, size)
            .into_iter()
            .filter(|tile| tile.level() == 0)
        {
            let bytes = self.get(&self.path(&tile).replace("tile/0/", "tile/entries/"));
            let mut rest = &bytes[..];
            while let Some((length, tail)) = rest.split_first_chunk() {
                let (leaf, tail) = tail.split_at(u16::from_be_bytes(*length).into());
                leaves.push(leaf.to_vec());
                rest = tail;
            }
        }
        assert_eq!(leaves.len() as u64, size);
        leaves
    }

    // Their paths carry the height, those of C2SP do not.
    fn path(&self, tile: &Tile) -> String {
        format!("/{}/{}", self.origin, tile.path().replacen("tile/8/", "tile/", 1))
    }
}

impl TileReader for Served<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        Ok(tiles.iter().map(|tile| self.get(&self.path(tile))).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}
