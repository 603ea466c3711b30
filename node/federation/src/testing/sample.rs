//! Parties with keys, and the charter that admits them.

use liaison_protocol::ceremony::{
    Grant, Request, RequestedKey, Terms, admit, first_charter, mandate, successor,
};
use liaison_protocol::charter::{Chain, Charter};
use liaison_protocol::dsse::Signed;
use liaison_protocol::entry::{Content, Entry, Naming};
use liaison_protocol::proto;
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::tlog::{Checkpoint, Cosignature, SignedCheckpoint, cosignature};
use liaison_protocol::{Code, Hash, Origin, Position, PublicKey, Signer, World};
use liaison_signer::Ed25519Signer;

use crate::transport::Peer;

/// When the tests begin (Unix, milliseconds).
pub(crate) const NOW: u64 = 1_800_000_000_000;

/// A network of authorities that are admitted by the second charter version.
pub(crate) struct Sample {
    pub(crate) codes: Vec<Code>,
    pub(crate) versions: Vec<Signed<Charter>>,
}

/// The key of one role of party `i`.
pub(crate) fn key(role: u8, i: usize) -> Ed25519Signer {
    Ed25519Signer::from_bytes(&[
        role + 1,
        i as u8,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
        7,
    ])
    .unwrap()
}

/// A key of the council, which has the first four; or one that is none of it.
pub(crate) fn council_key(i: usize) -> Ed25519Signer {
    key(COUNCIL, i)
}

const COUNCIL: u8 = 0;
const ROOT: u8 = 1;
const LOG: u8 = 2;
const COSIGNER: u8 = 3;
const NODE: u8 = 4;

impl Sample {
    /// Members `AA`, `AB`, …
    pub(crate) fn members(count: usize) -> Sample {
        Sample::of(&vec![proto::Standing::Member; count])
    }

    /// Authorities of these standings.
    pub(crate) fn of(standings: &[proto::Standing]) -> Sample {
        let council: Vec<Ed25519Signer> = (0..4).map(|i| key(COUNCIL, i)).collect();
        let council: Vec<&dyn Signer> = council.iter().map(|key| key as &dyn Signer).collect();
        let keys: Vec<_> = council.iter().map(|key| key.public_key().clone()).collect();
        let first = Signed::sign(&first_charter("Sample", "sample.example", &keys, NOW), &council).unwrap();
        let mut chain = Chain::new(first).unwrap();
        let mut sample = Sample {
            codes: Vec::new(),
            versions: Vec::new(),
        };
        let mut proposal = successor(&chain, 0, NOW).unwrap();
        for (i, standing) in standings.iter().enumerate() {
            let code: Code = format!("A{}", (b'A' + i as u8) as char).parse().unwrap();
            sample.codes.push(code.clone());
            let origin = Origin::new("sample.example", &chain.network(), &code, 1).unwrap();
            let role =
                |role: Role, n: u8| RequestedKey::sign(&chain.network(), &origin, role, &key(n, i)).unwrap();
            let keys = vec![
                role(Role::Log, LOG),
                role(Role::Cosigner, COSIGNER),
                role(Role::Node, NODE),
            ];
            let request = Request::new(chain.network(), "sample.example", origin.clone(), keys);
            let root = key(ROOT, i);
            let statements = request.keys.iter().zip(1..).map(|(key, serial)| {
                let terms = Terms {
                    serial,
                    not_before: 0,
                    not_after: u64::MAX,
                    function: "node".into(),
                    scope: vec![],
                };
                mandate(&chain.network(), &origin, key, &terms, &root).unwrap()
            });
            let grant = Grant::sign(&request, statements.collect(), &root).unwrap();
            admit(&mut proposal, &grant, *standing, true);
        }
        chain.insert(Signed::sign(&proposal, &council).unwrap()).unwrap();
        sample.versions = chain
            .in_force()
            .iter()
            .map(|version| (**version).clone())
            .collect();
        sample
    }

    /// A further version, changed by `change` and signed by the council.
    pub(crate) fn next_version(&self, change: impl FnOnce(&mut proto::Charter)) -> Signed<Charter> {
        let mut proposal = successor(self.world().chain(), 0, NOW).unwrap();
        change(&mut proposal);
        self.sign(&proposal)
    }

    /// A version signed by the council.
    pub(crate) fn sign(&self, proposal: &proto::Charter) -> Signed<Charter> {
        let council: Vec<Ed25519Signer> = (0..4).map(|i| key(COUNCIL, i)).collect();
        Signed::sign(
            proposal,
            &council.iter().map(|key| key as &dyn Signer).collect::<Vec<_>>(),
        )
        .unwrap()
    }

    pub(crate) fn world(&self) -> World {
        World::new(Chain::from_versions(self.versions.clone()).unwrap())
    }

    pub(crate) fn network(&self) -> Hash {
        self.versions[0].hash()
    }

    pub(crate) fn origin(&self, i: usize) -> Origin {
        Origin::new("sample.example", &self.network(), &self.codes[i], 1).unwrap()
    }

    pub(crate) fn peer(&self, i: usize) -> Peer {
        Peer::from_key(key(NODE, i).public_key()).unwrap()
    }

    /// A statement that revokes the node key of party `i` at `time`.
    pub(crate) fn node_revocation(&self, i: usize, time: u64) -> Signed<Statement> {
        self.revocation(i, &key(NODE, i), time)
    }

    /// A statement that revokes the cosigner key of party `i` at `time`.
    pub(crate) fn cosigner_revocation(&self, i: usize, time: u64) -> Signed<Statement> {
        self.revocation(i, &key(COSIGNER, i), time)
    }

    /// A statement that ends the log key of party `i` at a size of its log.
    pub(crate) fn log_revocation(&self, i: usize, size: u64, root: Hash) -> Signed<Statement> {
        let at = proto::Position {
            origin: self.origin(i).to_string(),
            size,
            root: root.0.to_vec(),
        };
        self.revoke(i, &key(LOG, i), Some(at), 0)
    }

    fn revocation(&self, i: usize, key: &Ed25519Signer, time: u64) -> Signed<Statement> {
        self.revoke(i, key, None, time)
    }

    fn revoke(
        &self,
        i: usize,
        key: &Ed25519Signer,
        at: Option<proto::Position>,
        time: u64,
    ) -> Signed<Statement> {
        let revocation = proto::Revocation {
            key_id: key.public_key().id().0.0.to_vec(),
            reason: proto::Reason::Retired.into(),
            at,
            compromised_since: 0,
            time,
        };
        self.statement(i, 100, proto::statement::Content::Revocation(revocation))
    }

    /// A statement of party `i`.
    pub(crate) fn statement(
        &self,
        i: usize,
        serial: u64,
        content: proto::statement::Content,
    ) -> Signed<Statement> {
        let statement = proto::Statement {
            network: self.network().0.to_vec(),
            authority: self.codes[i].to_string(),
            serial,
            origin: String::new(),
            content: Some(content),
        };
        Signed::sign(&statement, &[&key(ROOT, i)]).unwrap()
    }

    /// The first two entries of a log: the mandate of its key, the naming of the charter.
    pub(crate) fn first_entries(&self, i: usize) -> Vec<Vec<u8>> {
        let world = self.world();
        let mandate = world
            .statements()
            .of(&self.codes[i])
            .find(|s| s.mandate(Role::Log).is_some())
            .unwrap()
            .clone();
        let naming = Naming {
            hash: self.versions[1].hash(),
            predecessor: None,
        };
        let entry = |content| {
            Entry {
                sequenced_at: NOW,
                content,
            }
            .to_bytes()
        };
        vec![entry(Content::Statement(mandate)), entry(Content::Naming(naming))]
    }

    /// The key of party `i`'s log.
    pub(crate) fn log_key(&self, i: usize) -> PublicKey {
        key(LOG, i).public_key().clone()
    }

    /// A head of party `i`'s log.
    pub(crate) fn head(&self, i: usize, size: u64, root: Hash) -> SignedCheckpoint {
        let position = Position {
            origin: self.origin(i),
            size,
            root,
        };
        SignedCheckpoint::sign(Checkpoint::from(position), &key(LOG, i)).unwrap()
    }

    /// Party `i`'s cosignature of a head.
    pub(crate) fn cosign(&self, i: usize, head: &SignedCheckpoint, now: u64) -> Cosignature {
        let name = self.origin(i).cosigner_name();
        let line = cosignature::cosign(&head.checkpoint, &name, now / 1000, &key(COSIGNER, i)).unwrap();
        Cosignature::from_note_signature(&line).unwrap()
    }
}
