//! The network that is simulated: keys, charter and administrators, the same for every seed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use liaison_federation::transport::Peer;
use liaison_node::engine::Submission;
use liaison_protocol::ceremony::{
    Grant, Request, RequestedKey, Terms, admit, first_charter, mandate, successor,
};
use liaison_protocol::charter::{Chain, Charter};
use liaison_protocol::dsse::Signed;
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::update::{Payload, Update, payload_digest};
use liaison_protocol::{Code, Hash, Origin, Signer, World, proto};
use liaison_signer::Ed25519Signer;

/// When a simulation begins: Unix time in milliseconds.
pub(crate) const START: u64 = 1_800_000_000_000;

const PREFIX: &str = "sample.example";

/// Something for each number of nodes and of witnesses among them.
pub(crate) type BySize<T> = BTreeMap<(usize, usize), Arc<T>>;

/// A network of a number of authorities.
pub(crate) struct Sample {
    pub(crate) codes: Vec<Code>,
    pub(crate) origins: Vec<Origin>,
    pub(crate) peers: Vec<Peer>,
    pub(crate) versions: Vec<Signed<Charter>>,
    /// What everybody knows at first.
    pub(crate) world: World,
    /// A third version of the charter, which renames the network.
    pub(crate) third: Signed<Charter>,
    /// A version that gathers signatures, in the round after the third one's.
    proposed: proto::Charter,
    /// A statement of party 0 that no charter carries.
    pub(crate) statement: Signed<Statement>,
}

/// Whose key: the first byte of its seed.
#[derive(Clone, Copy)]
pub(crate) enum Key {
    Council = 1,
    Root = 2,
    Log = 3,
    Cosigner = 4,
    Node = 5,
    Administrator = 6,
    Sealing = 7,
}

/// The key of party `i`.
pub(crate) fn key(key: Key, i: usize) -> Ed25519Signer {
    Ed25519Signer::from_bytes(&seed(key, i)).expect("any seed is one of an Ed25519 key")
}

/// What it is made from.
pub(crate) fn seed(key: Key, i: usize) -> [u8; 32] {
    let mut seed = [42; 32];
    seed[0] = key as u8;
    seed[1] = i as u8;
    seed
}

impl Sample {
    /// The network of `count` authorities: members, and the last one the secretariat; the first `witnesses`
    /// of them are witnesses. It is made once for each size.
    pub(crate) fn of(count: usize, witnesses: usize) -> Arc<Sample> {
        static MADE: OnceLock<Mutex<BySize<Sample>>> = OnceLock::new();
        let made = MADE.get_or_init(Mutex::default);
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(
            made.entry((count, witnesses))
                .or_insert_with(|| Arc::new(Sample::found(count, witnesses))),
        )
    }

    fn found(count: usize, witnesses: usize) -> Sample {
        let council: Vec<Ed25519Signer> = (0..4).map(|i| key(Key::Council, i)).collect();
        let signers: Vec<&dyn Signer> = council.iter().map(|key| key as &dyn Signer).collect();
        let keys: Vec<_> = council.iter().map(|key| key.public_key().clone()).collect();
        let first = first_charter("Simulated network", PREFIX, &keys, START);
        let first = Signed::sign(&first, &signers).expect("the first charter is well-formed");
        let mut chain = Chain::new(first).expect("the first charter is valid");
        let network = chain.network();
        let mut proposal = successor(&chain, 0, START).expect("a successor can be proposed");
        let (mut codes, mut origins, mut peers) = (Vec::new(), Vec::new(), Vec::new());
        for i in 0..count {
            let code = code(i, count);
            let origin = Origin::new(PREFIX, &network, &code, 1).expect("the origin is short enough");
            let standing = if i + 1 == count {
                proto::Standing::Secretariat
            } else {
                proto::Standing::Member
            };
            admit(
                &mut proposal,
                &grant(&network, &origin, i),
                standing,
                i < witnesses,
            );
            codes.push(code);
            origins.push(origin);
            peers.push(Peer::from_key(key(Key::Node, i).public_key()).expect("node keys are Ed25519"));
        }
        let second = Signed::sign(&proposal, &signers).expect("the second charter is well-formed");
        chain.insert(second).expect("the second charter is valid");
        let versions = chain
            .in_force()
            .iter()
            .map(|version| (**version).clone())
            .collect();
        let mut third = successor(&chain, 0, START).expect("a successor can be proposed");
        third.name = "Renamed network".to_owned();
        let mut proposed = successor(&chain, 1, START).expect("a successor can be proposed");
        proposed.name = "Network to be renamed".to_owned();
        Sample {
            third: Signed::sign(&third, &signers).expect("the third charter is well-formed"),
            proposed,
            statement: sealing_mandate(&network, &origins[0]),
            codes,
            origins,
            peers,
            versions,
            world: World::new(chain),
        }
    }

    /// The pending version, signed by these keys of the council.
    pub(crate) fn pending(&self, keys: &[usize]) -> Signed<Charter> {
        let keys: Vec<Ed25519Signer> = keys.iter().map(|i| key(Key::Council, *i)).collect();
        let keys: Vec<&dyn Signer> = keys.iter().map(|key| key as &dyn Signer).collect();
        Signed::sign(&self.proposed, &keys).expect("the version is well-formed")
    }

    /// The node of a peer.
    pub(crate) fn index(&self, peer: &Peer) -> Option<usize> {
        self.peers.iter().position(|known| known == peer)
    }

    /// An update of party `i` that puts its record number `n`.
    pub(crate) fn update(&self, i: usize, n: usize, created_at: u64, bytes: usize) -> Submission {
        let mut salt = [n as u8; 32];
        salt[31] = i as u8;
        let payload = Payload {
            media_type: "text/plain".to_owned(),
            record: vec![b'a' + (n % 26) as u8; bytes],
            attachments: Vec::new(),
        };
        let payload = payload.to_bytes(&salt);
        let change = proto::Change {
            action: proto::Action::Put.into(),
            record: format!("practice/number-{n}"),
            previous: None,
            audience: proto::Audience::Amber.into(),
            digest: payload_digest(&payload).0.to_vec(),
            size: payload.len() as u64,
        };
        let update = proto::Update {
            origin: self.origins[i].to_string(),
            created_at,
            changes: vec![change],
        };
        let update = Signed::<Update>::sign(&update, &[&key(Key::Administrator, i)])
            .expect("the update is well-formed");
        Submission {
            update,
            payloads: vec![payload],
        }
    }
}

fn code(i: usize, count: usize) -> Code {
    let letter = |n: usize| (b'A' + n as u8) as char;
    let code = if i + 1 == count {
        "COE".to_owned()
    } else {
        format!("{}{}", letter(i / 26), letter(i % 26))
    };
    code.parse().expect("it is an authority code")
}

fn grant(network: &Hash, origin: &Origin, i: usize) -> Grant {
    let asked = |role: Role, name: Key| {
        RequestedKey::sign(network, origin, role, &key(name, i)).expect("a key in memory signs")
    };
    let keys = vec![
        asked(Role::Log, Key::Log),
        asked(Role::Cosigner, Key::Cosigner),
        asked(Role::Node, Key::Node),
    ];
    let request = Request::new(*network, PREFIX, origin.clone(), keys);
    let root = key(Key::Root, i);
    let desk = asked(Role::Administrator, Key::Administrator);
    let statements = request.keys.iter().chain([&desk]).zip(1..).map(|(key, serial)| {
        let terms = Terms {
            serial,
            not_before: 0,
            not_after: u64::MAX,
            function: "simulated".to_owned(),
            scope: Vec::new(),
        };
        mandate(network, origin, key, &terms, &root).expect("the root signs")
    });
    Grant::sign(&request, statements.collect(), &root).expect("the grant is well-formed")
}

fn sealing_mandate(network: &Hash, origin: &Origin) -> Signed<Statement> {
    let asked = RequestedKey {
        role: Role::Sealing,
        key: key(Key::Sealing, 0).public_key().clone(),
        possession: Vec::new(),
    };
    let terms = Terms {
        serial: 50,
        not_before: 0,
        not_after: u64::MAX,
        function: "simulated".to_owned(),
        scope: Vec::new(),
    };
    mandate(network, origin, &asked, &terms, &key(Key::Root, 0)).expect("the root signs")
}
