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
/// A head of this size is known to be of another tree than the log.
const BESIDE: u64 = 99;

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

    fn root_ends_the_old_key(&mut self) {
        self.world.insert_statement(self.ends.clone()).unwrap();
    }

    // What a witness says that knows all that is known here, of these heads and of what it cosigned last.
    fn answer(&self, name: &str, heads: &[SignedCheckpoint], cosigned: Option<u64>) -> GuardAnswer {
        GuardAnswer {
            authority: name.parse().unwrap(),
            heads: heads.to_vec(),
            own_cosignatures: Vec::new(),
            clock: 5,
            charter: self.world.chain().newest().hash(),
            ends: self.world.statements().log_ends_digest(&self.origin),
            cosigned: cosigned.map(|size| (size, self.position(size).root)),
        }
    }

    // A guard that three of three witnesses have answered, all with these heads.
    fn answered(&self, heads: &[SignedCheckpoint]) -> StartGuard {
        guard(NAMES[1..].iter().map(|name| self.answer(name, heads, None)))
    }

    // The judgement of a node that holds so many entries.
    fn judge(&self, guard: &mut StartGuard, size: u64) -> GuardState {
        self.judge_all(guard, size, 0, &[])
    }

    // The same where a quorum is known to have cosigned a head of a size, and others offer heads.
    fn judge_all(
        &self,
        guard: &mut StartGuard,
        size: u64,
        quorum: u64,
        offered: &[SignedCheckpoint],
    ) -> GuardState {
        guard.judge(&Known {
            world: &self.world,
            own: &self.position(size),
            prefix: None,
            log_key: key(NEW, 0).public_key(),
            root_at: &|at| (at <= size).then(|| self.position(at).root),
            contradicts: &|head| head.size == BESIDE,
            has_quorum: &|head| head.size == quorum,
            offered,
        })
    }
}

fn guard(answers: impl IntoIterator<Item = GuardAnswer>) -> StartGuard {
    let mut guard = StartGuard::new(false);
    for answer in answers {
        guard.answer(answer, Time::from(5));
    }
    guard
}

fn recovering(size: u64, seen: u64) -> GuardState {
    GuardState::Recovering { size, seen }
}

fn waiting(answered: &[&str], waiting_for: &[&str], needed: usize) -> GuardState {
    let codes = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
    GuardState::Waiting {
        answered: codes(answered),
        waiting_for: codes(waiting_for),
        needed,
    }
}

fn is_read_only(state: &GuardState) -> bool {
    matches!(state, GuardState::ReadOnly { .. })
}

#[test]
fn a_head_above_the_end_of_its_key_hides_no_other() {
    let mut sample = Sample::new();
    let heads = [sample.head(50, OLD), sample.head(20, NEW)];
    assert_eq!(sample.judge(&mut sample.answered(&heads), 15), recovering(15, 50));
    sample.root_ends_the_old_key();
    assert_eq!(sample.judge(&mut sample.answered(&heads), 15), recovering(15, 20));
    assert_eq!(
        sample.judge(&mut sample.answered(&heads[..1]), 15),
        GuardState::Live
    );
}

#[test]
fn a_head_that_a_quorum_cosigned_counts_above_the_end_of_its_key() {
    let mut sample = Sample::new();
    sample.root_ends_the_old_key();
    let mut guard = sample.answered(&[sample.head(20, OLD)]);
    assert_eq!(sample.judge_all(&mut guard, 15, 20, &[]), recovering(15, 20));
}

#[test]
fn a_new_machine_goes_on_from_the_very_tree_at_which_the_root_ended_the_old_key() {
    let mut sample = Sample::new();
    assert_eq!(sample.judge(&mut sample.answered(&[]), 5), GuardState::Live);
    sample.root_ends_the_old_key();
    for size in [0, 5, 14] {
        assert_eq!(
            sample.judge(&mut sample.answered(&[]), size),
            recovering(size, 15)
        );
    }
    // As large, and another tree.
    let other = |at: u64| (at <= 16).then_some(Hash([at as u8 + 1; 32]));
    let mut own = sample.position(16);
    own.root = Hash([17; 32]);
    let state = sample.answered(&[]).judge(&Known {
        world: &sample.world,
        own: &own,
        prefix: None,
        log_key: key(NEW, 0).public_key(),
        root_at: &other,
        contradicts: &|_| false,
        has_quorum: &|_| false,
        offered: &[],
    });
    assert_eq!(state, recovering(14, 15));
    for size in [15, 16] {
        assert_eq!(sample.judge(&mut sample.answered(&[]), size), GuardState::Live);
    }
}

#[test]
fn only_who_knows_the_end_of_the_old_key_has_answered() {
    let mut sample = Sample::new();
    let before = NAMES.map(|name| sample.answer(name, &[], None));
    sample.root_ends_the_old_key();
    let after = NAMES.map(|name| sample.answer(name, &[], None));
    let mut guard = guard(before[1..].to_vec());
    assert_eq!(sample.judge(&mut guard, 15), waiting(&[], &["AB", "AC", "AD"], 2));
    guard.answer(after[2].clone(), Time::from(6));
    assert_eq!(sample.judge(&mut guard, 15), waiting(&["AC"], &["AB", "AD"], 1));
    guard.answer(after[1].clone(), Time::from(7));
    assert_eq!(sample.judge(&mut guard, 15), GuardState::Live);
    // Nor has who knows of one that is not known here.
    let unaware = Sample::new();
    let mut guard = self::guard(after[1..].to_vec());
    assert_eq!(
        unaware.judge(&mut guard, 15),
        waiting(&[], &["AB", "AC", "AD"], 2)
    );
}

#[test]
fn a_head_above_the_end_is_waited_for_while_it_may_have_a_quorum() {
    let mut sample = Sample::new();
    sample.root_ends_the_old_key();
    let heads = [sample.head(20, OLD)];
    let cosigned = |last| {
        let first = sample.answer("AB", &heads, Some(last));
        guard([first, sample.answer("AC", &[], Some(15))])
    };
    assert_eq!(
        sample.judge(&mut cosigned(15), 15),
        GuardState::Live,
        "nobody cosigned it, and one is too few"
    );
    for last in [20, 25] {
        let mut guard = cosigned(last);
        assert_eq!(
            sample.judge(&mut guard, 15),
            waiting(&["AB", "AC"], &["AD"], 1),
            "AD may have cosigned it too"
        );
        guard.answer(sample.answer("AD", &heads, Some(15)), Time::from(6));
        assert_eq!(sample.judge(&mut guard, 15), GuardState::Live);
    }
    let mut guard = cosigned(20);
    guard.answer(sample.answer("AD", &heads, Some(25)), Time::from(6));
    assert_eq!(
        sample.judge(&mut guard, 15),
        recovering(15, 25),
        "two cosigned as much"
    );
}

#[test]
fn what_was_cosigned_above_the_end_is_waited_for_though_a_larger_head_alone_is_shown() {
    let mut sample = Sample::new();
    sample.root_ends_the_old_key();
    let first = sample.answer("AB", &[sample.head(25, OLD)], Some(20));
    let mut guard = guard([first, sample.answer("AC", &[], Some(15))]);
    assert_eq!(sample.judge(&mut guard, 15), waiting(&["AB", "AC"], &["AD"], 1));
    guard.answer(sample.answer("AD", &[], Some(15)), Time::from(6));
    assert_eq!(sample.judge(&mut guard, 15), GuardState::Live);
}

#[test]
fn who_cosigned_the_own_tree_further_did_not_cosign_another_before() {
    let mut sample = Sample::new();
    sample.root_ends_the_old_key();
    let mut beside = sample.position(20);
    beside.root = Hash([9; 32]);
    let beside = SignedCheckpoint::sign(beside.into(), &key(OLD, 0)).unwrap();
    let answers =
        |last| ["AB", "AC"].map(|name| sample.answer(name, std::slice::from_ref(&beside), Some(last)));
    assert_eq!(sample.judge(&mut guard(answers(25)), 30), GuardState::Live);
    // Of what is not held nobody knows of which tree it is: the log waits, and is not stopped.
    assert_eq!(
        sample.judge(&mut guard(answers(40)), 30),
        waiting(&["AB", "AC"], &["AD"], 1)
    );
}

#[test]
fn a_head_that_is_offered_without_an_answer_counts_too() {
    let sample = Sample::new();
    let mut guard = sample.answered(&[sample.head(5, OLD)]);
    assert_eq!(
        sample.judge_all(&mut guard, 5, 0, &[sample.head(7, NEW)]),
        recovering(5, 7)
    );
    let foreign = SignedCheckpoint::sign(sample.position(7).into(), &key(NEW, 1)).unwrap();
    assert_eq!(sample.judge_all(&mut guard, 5, 0, &[foreign]), GuardState::Live);
}

#[test]
fn another_tree_stops_the_log_whether_it_is_larger_or_not() {
    let sample = Sample::new();
    for head in [sample.other_tree(OLD), sample.head(BESIDE, NEW)] {
        let state = sample.judge(&mut sample.answered(&[head]), 5);
        assert!(is_read_only(&state), "{state:?}");
    }
}

#[test]
fn whoever_stole_a_key_that_has_ended_does_not_stop_the_log() {
    let mut sample = Sample::new();
    sample.root_ends_the_old_key();
    let mut guard = sample.answered(&[sample.other_tree(OLD)]);
    assert_eq!(sample.judge(&mut guard, 15), GuardState::Live);
    for (by, quorum) in [(OLD, 4), (NEW, 0)] {
        let mut guard = sample.answered(&[sample.other_tree(by)]);
        let state = sample.judge_all(&mut guard, 15, quorum, &[]);
        assert!(is_read_only(&state), "{state:?}");
    }
}
