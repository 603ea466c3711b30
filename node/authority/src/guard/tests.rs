//! What answers and heads on offer come to.

use liaison_protocol::ceremony::{
    Grant, Request, RequestedKey, Terms, admit, first_charter, mandate, successor,
};
use liaison_protocol::charter::Chain;
use liaison_protocol::dsse::Signed;
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::{Origin, Signer, proto};
use liaison_signer::Ed25519Signer;

use super::*;

const NAMES: [&str; 4] = ["AA", "AB", "AC", "AD"];
const ROOT: u8 = 1;
const OLD: u8 = 2;
const NEW: u8 = 3;

fn key(role: u8, party: u8) -> Ed25519Signer {
    let mut bytes = [7; 32];
    bytes[..2].copy_from_slice(&[role, party]);
    Ed25519Signer::from_bytes(&bytes).unwrap()
}

/// A log of `AA` among four witnesses, whose old key ended where a quorum had cosigned 15 entries.
struct Sample {
    world: World,
    origin: Origin,
    ends: Signed<Statement>,
}

fn terms(serial: u64) -> Terms {
    Terms {
        serial,
        not_before: 0,
        not_after: u64::MAX,
        function: "node".into(),
        scope: vec![],
    }
}

impl Sample {
    fn new() -> Sample {
        let council: Vec<Ed25519Signer> = (0..4).map(|i| key(9, i)).collect();
        let council: Vec<&dyn Signer> = council.iter().map(|key| key as &dyn Signer).collect();
        let keys: Vec<_> = council.iter().map(|key| key.public_key().clone()).collect();
        let first = Signed::sign(&first_charter("Sample", "sample.example", &keys, 1), &council).unwrap();
        let mut chain = Chain::new(first).unwrap();
        let network = chain.network();
        let origin_of =
            |name: &str| Origin::new("sample.example", &network, &name.parse().unwrap(), 1).unwrap();
        let mut proposal = successor(&chain, 0, 2).unwrap();
        for (name, party) in NAMES.iter().zip(0..) {
            let origin = origin_of(name);
            let roles = [(Role::Log, OLD), (Role::Cosigner, 4), (Role::Node, 5)];
            let keys =
                roles.map(|(role, n)| RequestedKey::sign(&network, &origin, role, &key(n, party)).unwrap());
            let request = Request::new(network, "sample.example", origin.clone(), keys.to_vec());
            let root = key(ROOT, party);
            let statements = request.keys.iter().zip(1..);
            let statements = statements
                .map(|(key, serial)| mandate(&network, &origin, key, &terms(serial), &root).unwrap());
            let grant = Grant::sign(&request, statements.collect(), &root).unwrap();
            admit(&mut proposal, &grant, proto::Standing::Member, true);
        }
        chain.insert(Signed::sign(&proposal, &council).unwrap()).unwrap();
        let mut world = World::new(chain);
        let origin = origin_of(NAMES[0]);
        let new = RequestedKey::sign(&network, &origin, Role::Log, &key(NEW, 0)).unwrap();
        let new = mandate(&network, &origin, &new, &terms(10), &key(ROOT, 0)).unwrap();
        world.insert_statement(new).unwrap();
        let revocation = proto::Revocation {
            key_id: key(OLD, 0).public_key().id().0.0.to_vec(),
            reason: proto::Reason::Retired.into(),
            at: Some(proto::Position {
                origin: origin.to_string(),
                size: 15,
                root: vec![15; 32],
            }),
            compromised_since: 0,
            time: 0,
        };
        let ends = proto::Statement {
            network: network.0.to_vec(),
            authority: NAMES[0].into(),
            serial: 11,
            origin: String::new(),
            content: Some(proto::statement::Content::Revocation(revocation)),
        };
        let ends = Signed::sign(&ends, &[&key(ROOT, 0)]).unwrap();
        Sample { world, origin, ends }
    }

    fn position(&self, size: u64) -> Position {
        Position {
            origin: self.origin.clone(),
            size,
            root: Hash([size as u8; 32]),
        }
    }

    fn head(&self, size: u64, by: u8) -> SignedCheckpoint {
        SignedCheckpoint::sign(self.position(size).into(), &key(by, 0)).unwrap()
    }

    // A head of four entries that are not those of the log.
    fn other_tree(&self, by: u8) -> SignedCheckpoint {
        let mut other = self.position(4);
        other.root = Hash([9; 32]);
        SignedCheckpoint::sign(other.into(), &key(by, 0)).unwrap()
    }

    // A guard that three of four have answered, all with these heads.
    fn answered(&self, heads: &[SignedCheckpoint]) -> StartGuard {
        let mut guard = StartGuard::new(false);
        for name in &NAMES[1..] {
            let answer = GuardAnswer {
                authority: name.parse().unwrap(),
                heads: heads.to_vec(),
                own_cosignatures: Vec::new(),
                clock: 5,
                charter: self.world.chain().newest().hash(),
            };
            guard.answer(answer, Time::from(5));
        }
        guard
    }

    // The judgement of a node that came back with five entries.
    fn judge(&self, guard: &mut StartGuard, quorum: u64, offered: &[SignedCheckpoint]) -> GuardState {
        guard.judge(&Known {
            world: &self.world,
            own: &self.position(5),
            prefix: None,
            log_key: key(NEW, 0).public_key(),
            root_at: &|size| (size <= 5).then(|| self.position(size).root),
            has_quorum: &|head| head.size == quorum,
            offered,
        })
    }
}

fn recovering(seen: u64) -> GuardState {
    GuardState::Recovering { size: 5, seen }
}

#[test]
fn a_head_above_the_end_of_its_key_hides_no_other() {
    let mut sample = Sample::new();
    let heads = [sample.head(50, OLD), sample.head(20, NEW)];
    let mut guard = sample.answered(&heads);
    assert_eq!(sample.judge(&mut guard, 0, &[]), recovering(50));
    let ends = sample.ends.clone();
    sample.world.insert_statement(ends).unwrap();
    assert_eq!(sample.judge(&mut guard, 0, &[]), recovering(20));
    let mut alone = sample.answered(&heads[..1]);
    assert_eq!(sample.judge(&mut alone, 0, &[]), GuardState::Live);
}

#[test]
fn a_head_that_a_quorum_cosigned_counts_above_the_end_of_its_key() {
    let mut sample = Sample::new();
    let ends = sample.ends.clone();
    sample.world.insert_statement(ends).unwrap();
    let mut guard = sample.answered(&[sample.head(20, OLD)]);
    assert_eq!(sample.judge(&mut guard, 20, &[]), recovering(20));
}

#[test]
fn a_head_that_is_offered_without_an_answer_counts_too() {
    let sample = Sample::new();
    let mut guard = sample.answered(&[sample.head(5, OLD)]);
    assert_eq!(sample.judge(&mut guard, 0, &[sample.head(7, NEW)]), recovering(7));
    let foreign = SignedCheckpoint::sign(sample.position(7).into(), &key(NEW, 1)).unwrap();
    assert_eq!(sample.judge(&mut guard, 0, &[foreign]), GuardState::Live);
}

#[test]
fn another_tree_at_a_size_that_is_held_stops_the_log() {
    let sample = Sample::new();
    let mut guard = sample.answered(&[sample.other_tree(OLD)]);
    let state = sample.judge(&mut guard, 0, &[]);
    assert!(matches!(state, GuardState::ReadOnly { .. }), "{state:?}");
}

#[test]
fn whoever_stole_a_key_that_has_ended_does_not_stop_the_log() {
    let mut sample = Sample::new();
    let ends = sample.ends.clone();
    sample.world.insert_statement(ends).unwrap();
    let mut guard = sample.answered(&[sample.other_tree(OLD)]);
    assert_eq!(sample.judge(&mut guard, 0, &[]), GuardState::Live);
    for (by, quorum) in [(OLD, 4), (NEW, 0)] {
        let mut guard = sample.answered(&[sample.other_tree(by)]);
        let state = sample.judge(&mut guard, quorum, &[]);
        assert!(matches!(state, GuardState::ReadOnly { .. }), "{state:?}");
    }
}
