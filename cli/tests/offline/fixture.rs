//! A witnessed update of a network of three, made in memory by the ceremony's own functions.

use liaison_protocol::ceremony::{self, Grant, Request, RequestedKey, Terms};
use liaison_protocol::charter::{Chain, Charter};
use liaison_protocol::dsse::Signed;
use liaison_protocol::entry::{Content, Entry, Naming};
use liaison_protocol::key::Algorithm;
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::tlog::note::SignatureType;
use liaison_protocol::tlog::{
    Checkpoint, MemoryTree, Policy, SignedCheckpoint, TlogProof, VerifierKey, cosignature, inclusion_proof,
    leaf_hash,
};
use liaison_protocol::update::{Audience, Update, payload_digest};
use liaison_protocol::verify::{Bundle, HeldPayload, ProvenLeaf};
use liaison_protocol::{Origin, Position, Signer, evidence, proto};
use liaison_signer::SecretKey;

const NOW: u64 = 1_790_000_000_000;
const PREFIX: &str = "policenet.example";

pub(crate) struct Fixture {
    pub(crate) chain: Chain,
    council: Vec<Box<dyn Signer>>,
    pub(crate) bundle: Bundle,
    pub(crate) proof: TlogProof,
    pub(crate) policy: Policy,
}

struct Party {
    origin: Origin,
    log: Box<dyn Signer>,
    cosigner: Box<dyn Signer>,
    administrator: Box<dyn Signer>,
    statements: Vec<Signed<Statement>>,
}

fn key(name: &str) -> Box<dyn Signer> {
    SecretKey::generate(name, Algorithm::Ed25519)
        .unwrap()
        .into_signer()
}

fn signers(keys: &[Box<dyn Signer>]) -> Vec<&dyn Signer> {
    keys.iter().map(|key| &**key).collect()
}

impl Party {
    fn enter(chain: &Chain, code: &str, charter: &mut proto::Charter) -> Party {
        let network = chain.network();
        let origin = Origin::new(PREFIX, &network, &code.parse().unwrap(), 1).unwrap();
        let (log, cosigner, node) = (key("log"), key("cosigner"), key("node"));
        let (root, administrator) = (key("root"), key("ana"));
        let roles = [
            (Role::Log, &log),
            (Role::Cosigner, &cosigner),
            (Role::Node, &node),
            (Role::Administrator, &administrator),
        ];
        let asked: Vec<RequestedKey> = roles
            .iter()
            .map(|(role, key)| RequestedKey::sign(&network, &origin, *role, &***key).unwrap())
            .collect();
        let request = Request::new(network, PREFIX, origin.clone(), asked[..3].to_vec());
        let mandate = |(key, serial): (&RequestedKey, u64)| {
            let function = "duty desk".to_owned();
            let terms = Terms {
                serial,
                not_before: NOW,
                not_after: NOW * 2,
                function,
                scope: Vec::new(),
            };
            ceremony::mandate(&network, &origin, key, &terms, &*root).unwrap()
        };
        let statements: Vec<_> = asked.iter().zip(1..).map(mandate).collect();
        let grant = Grant::sign(&request, statements.clone(), &*root).unwrap();
        ceremony::admit(charter, &grant, proto::Standing::Member, true);
        Party {
            origin,
            log,
            cosigner,
            administrator,
            statements,
        }
    }
}

impl Fixture {
    pub(crate) fn new() -> Fixture {
        let council: Vec<_> = (0..4).map(|_| key("council")).collect();
        let keys: Vec<_> = council.iter().map(|key| key.public_key().clone()).collect();
        let first = ceremony::first_charter("Network", PREFIX, &keys, NOW);
        let mut chain = Chain::new(Signed::<Charter>::sign(&first, &signers(&council)).unwrap()).unwrap();
        let mut second = ceremony::successor(&chain, 0, NOW).unwrap();
        let parties: Vec<Party> = ["DE", "ES", "FR"]
            .iter()
            .map(|code| Party::enter(&chain, code, &mut second))
            .collect();
        chain
            .insert(Signed::<Charter>::sign(&second, &signers(&council)).unwrap())
            .unwrap();

        let fr = &parties[2];
        let record = serde_json::json!({
            "about": { "language": "en" },
            "title": { "en": "Cameras" },
            "category": "practice",
        });
        let payload =
            liaison_records::prepare(&"practice/cameras".parse().unwrap(), &record, &[7; 32]).unwrap();
        let leaves = leaves(fr, &chain, &payload);
        let mut tree = MemoryTree::new();
        leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
        let size = leaves.len() as u64;
        let root = liaison_protocol::tlog::root(size, &tree).unwrap();
        let position = Position {
            origin: fr.origin.clone(),
            size,
            root,
        };
        let mut checkpoint = SignedCheckpoint::sign(Checkpoint::from(position), &*fr.log).unwrap();
        for witness in &parties[..2] {
            let name = witness.origin.cosigner_name();
            let line = cosignature::cosign(&checkpoint.checkpoint, &name, NOW / 1000 + 9, &*witness.cosigner)
                .unwrap();
            checkpoint.note.signatures.push(line);
        }
        let proven = |index: u64| ProvenLeaf {
            index,
            leaf: leaves[index as usize].clone(),
            proof: inclusion_proof(index, size, &tree).unwrap(),
        };
        let entry = proven(size - 1);
        let proof = TlogProof {
            extra: Some(entry.leaf.clone()),
            index: entry.index,
            hashes: entry.proof.clone(),
            checkpoint: checkpoint.clone(),
        };
        let bundle = Bundle {
            charters: chain
                .in_force()
                .iter()
                .map(|charter| (**charter).clone())
                .collect(),
            statements: Vec::new(),
            checkpoint: checkpoint.to_bytes(),
            entry,
            context: (0..size - 1).map(proven).collect(),
            payloads: vec![(0, HeldPayload::Bytes(payload))],
            before: None,
        };
        let log_key = VerifierKey::new(
            fr.origin.as_str(),
            SignatureType::Ed25519,
            fr.log.public_key().clone(),
        );
        let witness = |party: &Party| {
            let (name, key) = (party.origin.cosigner_name(), party.cosigner.public_key().clone());
            VerifierKey::new(&name, SignatureType::Cosignature, key).unwrap()
        };
        let witnesses = parties[..2].iter().map(witness).collect();
        let policy = Policy::for_log(log_key.unwrap(), witnesses, 2).unwrap();
        Fixture {
            chain,
            council,
            bundle,
            proof,
            policy,
        }
    }

    pub(crate) fn charter(&self) -> Vec<u8> {
        Signed::<Charter>::write_chain(self.chain.all())
    }

    /// Two successors of the newest version that the whole council signed in one round.
    pub(crate) fn evidence(&self) -> Vec<u8> {
        let successor = |time: u64| {
            let body = ceremony::successor(&self.chain, 0, time).unwrap();
            Signed::<Charter>::sign(&body, &signers(&self.council)).unwrap()
        };
        evidence::of_successors(&successor(NOW + 1), &successor(NOW + 2))
    }
}

// The log of FR: the mandates of its log key and its administrator, the charter, the update.
fn leaves(fr: &Party, chain: &Chain, payload: &[u8]) -> Vec<Vec<u8>> {
    let change = proto::Change {
        action: proto::Action::Put.into(),
        record: "practice/cameras".into(),
        previous: None,
        audience: Audience::Green.to_proto().into(),
        digest: payload_digest(payload).0.to_vec(),
        size: payload.len() as u64,
    };
    let update = proto::Update {
        origin: fr.origin.to_string(),
        created_at: NOW,
        changes: vec![change],
    };
    let update = Signed::<Update>::sign(&update, &[&*fr.administrator]).unwrap();
    let contents = [
        Content::Statement(fr.statements[0].clone()),
        Content::Naming(Naming {
            hash: chain.newest().hash(),
            predecessor: None,
        }),
        Content::Statement(fr.statements[3].clone()),
        Content::Update(update),
    ];
    let entry = |(content, n): (Content, u64)| {
        Entry {
            sequenced_at: NOW + n,
            content,
        }
        .to_bytes()
    };
    contents.into_iter().zip(1..).map(entry).collect()
}
