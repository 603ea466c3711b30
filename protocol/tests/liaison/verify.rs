//! Bundles: what a stranger may believe, and which link breaks.

use liaison_protocol::ceremony;
use liaison_protocol::proto::{self, Action};
use liaison_protocol::statement::Role;
use liaison_protocol::tlog::{Policy, SignedCheckpoint, VerifierKey, cosignature, note::SignatureType};
use liaison_protocol::update::Audience::{Amber, Clear};
use liaison_protocol::verify::{
    Anchor, Bundle, HeldPayload, Link, Outcome, ProvenEntry, Report, Trust, verify_bundle,
};

use crate::support::{Key, Log, NOW, Network, Party, bundle, bundle_at, payload, proven};

const SECOND: u64 = NOW / 1000;

pub(crate) struct Sample {
    pub(crate) network: Network,
    pub(crate) parties: Vec<Party>,
    pub(crate) log: Log,
    /// An update of two changes, the first with the payload of "words".
    pub(crate) index: u64,
}

pub(crate) fn sample() -> Sample {
    let (network, parties) = Network::of(&["FR", "DE", "IT", "COE"]);
    let fr = &parties[0];
    let mut log = fr.start(network.newest());
    log.update(
        vec![log.put("practice/y", "old", Amber, None)],
        &[&fr.administrator],
    );
    let changes = vec![
        log.put("practice/x", "words", Clear, None),
        log.change(Action::Withdraw, "practice/y", Some(3)),
        log.put("practice/z", "other words", Amber, None),
    ];
    let index = log.update(changes, &[&fr.administrator]);
    log.update(
        vec![log.put("practice/w", "later", Amber, None)],
        &[&fr.administrator],
    );
    Sample {
        network,
        parties,
        log,
        index,
    }
}

impl Sample {
    pub(crate) fn head(&self, size: u64, witnesses: &[usize]) -> SignedCheckpoint {
        let witnesses: Vec<&Party> = witnesses.iter().map(|i| &self.parties[*i]).collect();
        self.log
            .head(size, &self.parties[0].log, &witnesses, SECOND + size)
    }

    pub(crate) fn bundle(&self) -> Bundle {
        let payloads = vec![
            (0, HeldPayload::Bytes(payload("words"))),
            (2, HeldPayload::Erased),
        ];
        Bundle {
            before: Some(self.head(4, &[1, 3]).to_bytes()),
            ..bundle(
                &self.network.world,
                &self.log,
                self.index,
                &self.head(6, &[1, 2]),
                payloads,
            )
        }
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust {
            network: Some(self.network.id()),
            ..Default::default()
        }
    }

    fn outcome(&self, bundle: &Bundle) -> Outcome {
        verify_bundle(&bundle.to_bytes(), &self.trust())
    }

    fn broken(&self, bundle: &Bundle) -> (Link, String) {
        broken(self.outcome(bundle))
    }
}

fn broken(outcome: Outcome) -> (Link, String) {
    match outcome {
        Outcome::Invalid(broken) => (broken.link, broken.cause),
        other => panic!("{other:?}"),
    }
}

fn valid(outcome: Outcome) -> Box<Report> {
    match outcome {
        Outcome::Valid(report) => report,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_bundle_is_valid_and_says_what_it_proves() {
    let s = sample();
    let report = valid(s.outcome(&s.bundle()));
    assert_eq!(report.network, s.network.id());
    assert_eq!(
        (report.index, report.size, report.charter_versions),
        (s.index, 6, 2)
    );
    assert_eq!(report.authority.as_str(), "FR");
    assert_eq!(
        (
            report.quorum.witnesses,
            report.quorum.needed,
            report.quorum.cosigned.len()
        ),
        (3, 2, 2)
    );
    assert_eq!(report.witnessed, (Some(SECOND + 4), Some(SECOND + 6)));
    assert_eq!(report.log_key, s.parties[0].log.id());
    assert!(!report.disputed && !report.root_replaced_by_council);
    let ProvenEntry::Update { signers, changes, .. } = &report.entry else {
        panic!("an update");
    };
    assert_eq!(signers[0].key, s.parties[0].administrator.id());
    assert_eq!(
        (signers[0].function.as_str(), signers[0].mandate),
        ("FR administrator desk", 2)
    );
    let payloads: Vec<_> = changes.iter().map(|change| change.payload).collect();
    assert_eq!(payloads, [Some("verified"), None, Some("erased")]);
    assert!(serde_json::to_string(&report).unwrap().contains("TLP:CLEAR"));
}

#[test]
fn without_a_network_id_or_a_policy_nobody_can_decide() {
    let s = sample();
    let bytes = s.bundle().to_bytes();
    assert!(matches!(
        verify_bundle(&bytes, &Trust::default()),
        Outcome::CannotDecide(..)
    ));
    let mut other = s.trust();
    other.network = Some(liaison_protocol::Hash::of(b"other"));
    assert_eq!(broken(verify_bundle(&bytes, &other)).0, Link::Network);
}

#[test]
fn a_policy_is_enough_and_is_held_to() {
    let s = sample();
    let vkey = |name: &str, kind, key: &Key| VerifierKey::new(name, kind, key.public().clone()).unwrap();
    let log = vkey(s.log.origin.as_str(), SignatureType::Ed25519, &s.parties[0].log);
    let witnesses = |of: &[usize]| -> Vec<VerifierKey> {
        let of = of.iter().map(|i| &s.parties[*i]);
        of.map(|p| vkey(&p.origin.cosigner_name(), SignatureType::Cosignature, &p.cosigner))
            .collect()
    };
    let trust = |of: &[usize], threshold| Trust {
        policy: Some(Policy::for_log(log.clone(), witnesses(of), threshold).unwrap()),
        ..Default::default()
    };
    let bytes = s.bundle().to_bytes();
    valid(verify_bundle(&bytes, &trust(&[1, 2], 2)));
    assert_eq!(
        broken(verify_bundle(&bytes, &trust(&[1, 3], 2))).0,
        Link::Checkpoint
    );
}

#[test]
fn anchors_that_the_file_does_not_reach_leave_the_answer_open() {
    let s = sample();
    let bytes = s.bundle().to_bytes();
    let ask = |anchor: Anchor| {
        let mut trust = s.trust();
        trust.anchors.push(anchor);
        verify_bundle(&bytes, &trust)
    };
    valid(ask(Anchor::Charter(s.network.newest())));
    let newer = s.network.propose(0, |c| c.name = "Next".into()).hash();
    assert!(matches!(ask(Anchor::Charter(newer)), Outcome::CannotDecide(..)));
    valid(ask(Anchor::Checkpoint(s.head(6, &[]))));
    assert!(matches!(
        ask(Anchor::Checkpoint(s.head(5, &[]))),
        Outcome::CannotDecide(..)
    ));
    let mut forked = s.log.position(6);
    forked.root.0[0] ^= 1;
    let forked = SignedCheckpoint::sign(forked.into(), &s.parties[0].log).unwrap();
    assert_eq!(broken(ask(Anchor::Checkpoint(forked))).0, Link::Anchor);
}

#[test]
fn every_entry_of_a_log_can_be_proven() {
    let s = sample();
    let head = s.head(6, &[1, 2]);
    for index in 0..6 {
        let report = valid(s.outcome(&bundle_at(&s.network.world, &s.log, index, &head)));
        let kind = match report.entry {
            ProvenEntry::Statement { .. } => 's',
            ProvenEntry::Naming { .. } => 'n',
            ProvenEntry::Update { .. } => 'u',
        };
        assert_eq!(kind, ['s', 'n', 's', 'u', 'u', 'u'][index as usize]);
    }
}

#[test]
fn each_link_breaks_under_its_own_name() {
    let s = sample();
    for (link, expected, bundle) in [broken_trust(&s), broken_log(&s)].concat() {
        let (found, cause) = s.broken(&bundle);
        assert_eq!(found, link, "{expected}: {cause}");
        let named = cause.contains(expected);
        assert!(named, "{link:?}: expected ‘{expected}’, got ‘{cause}’");
    }
}

type Case = (Link, &'static str, Bundle);

impl Sample {
    fn with(&self, change: impl Fn(&mut Bundle)) -> Bundle {
        let mut bundle = self.bundle();
        change(&mut bundle);
        bundle
    }
}

fn broken_trust(s: &Sample) -> Vec<Case> {
    let unrelated = s.parties[1].mandate(9, Role::Node, &Key::new("DE node 2"));
    let stranger = s.network.party("XX").cancel(9, 3, 0);
    let next = s.network.propose(0, |c| c.name = "Next".into());
    let rival = s.network.propose(0, |c| c.name = "Rival".into());
    let foreign = Network::found(5).world.chain().newest().clone();
    let (de, it) = (&s.parties[1], &s.parties[2]);
    let forged = s.log.head(6, &de.log, &[de, it], SECOND);
    vec![
        (
            Link::Charter,
            "carries no charter",
            s.with(|b| b.charters.clear()),
        ),
        (
            Link::Network,
            "not of",
            s.with(|b| b.charters[0] = foreign.clone()),
        ),
        (
            Link::Charter,
            "not in force",
            s.with(|b| b.charters.extend([next.clone(), rival.clone()])),
        ),
        (
            Link::Statements,
            "twice",
            s.with(|b| b.statements = vec![unrelated.clone(); 2]),
        ),
        (
            Link::Statements,
            "not listed",
            s.with(|b| b.statements = vec![stranger.clone()]),
        ),
        (
            Link::Checkpoint,
            "knows no log",
            s.with(|b| b.charters.truncate(1)),
        ),
        (
            Link::Checkpoint,
            "signature",
            s.with(|b| b.checkpoint = forged.to_bytes()),
        ),
        (Link::Checkpoint, "note", s.with(|b| b.checkpoint.truncate(90))),
        (Link::Inclusion, "entry 4", s.with(|b| b.entry.proof[0].0[0] ^= 1)),
        (
            Link::Inclusion,
            "entry 2",
            s.with(|b| b.context[2].leaf = b.context[0].leaf.clone()),
        ),
        (
            Link::Inclusion,
            "entry 0",
            s.with(|b| b.checkpoint = s.head(5, &[1, 2]).to_bytes()),
        ),
    ]
}

fn broken_log(s: &Sample) -> Vec<Case> {
    let head = |size, witnesses: &[usize]| s.head(size, witnesses).to_bytes();
    let (de, it, coe) = (&s.parties[1], &s.parties[2], &s.parties[3]);
    let by_de = s.log.head(4, &de.log, &[], 9).to_bytes();
    let of_de = de
        .start(s.network.newest())
        .head(3, &de.log, &[it, coe], SECOND)
        .to_bytes();
    vec![
        (Link::Mandates, "entry 0", s.with(|b| drop(b.context.remove(0)))),
        (
            Link::Entry,
            "no charter version",
            s.with(|b| drop(b.context.remove(1))),
        ),
        (
            Link::Entry,
            "no administrator's mandate",
            s.with(|b| drop(b.context.remove(2))),
        ),
        (
            Link::Mandates,
            "proves nothing here",
            s.with(|b| b.context.push(proven(&s.log, 5, 6))),
        ),
        (Link::Quorum, "1 of 2", s.with(|b| b.checkpoint = head(6, &[1]))),
        (
            Link::Quorum,
            "not valid",
            s.with(|b| b.checkpoint = head(6, &[0, 1, 2])),
        ),
        (
            Link::Quorum,
            "not valid",
            s.with(|b| b.checkpoint = head(6, &[1, 2, 2])),
        ),
        (
            Link::Payload,
            "not the one signed",
            s.with(|b| b.payloads[0].1 = HeldPayload::Bytes(payload("w"))),
        ),
        (Link::Payload, "one for each put", s.with(|b| b.payloads[1].0 = 1)),
        (
            Link::Payload,
            "one for each put",
            s.with(|b| drop(b.payloads.remove(0))),
        ),
        (
            Link::Payload,
            "one for each put",
            s.with(|b| b.payloads.reverse()),
        ),
        (
            Link::Before,
            "covers the entry",
            s.with(|b| b.before = Some(head(5, &[1, 2]))),
        ),
        (
            Link::Before,
            "needed are valid",
            s.with(|b| b.before = Some(head(4, &[1]))),
        ),
        (
            Link::Before,
            "signature",
            s.with(|b| b.before = Some(by_de.clone())),
        ),
        (
            Link::Before,
            "another log",
            s.with(|b| b.before = Some(of_de.clone())),
        ),
    ]
}

#[test]
fn a_bundle_without_payloads_proves_the_entry_alone() {
    let s = sample();
    let mut bundle = s.bundle();
    // Without one of them the word that another is erased could have been moved there; a payload cannot.
    bundle.payloads.pop();
    valid(s.outcome(&bundle));
    bundle.payloads.clear();
    bundle.before = None;
    let report = valid(s.outcome(&bundle));
    let ProvenEntry::Update { changes, .. } = &report.entry else {
        panic!("an update");
    };
    assert_eq!(changes[0].payload, Some("absent"));
    assert_eq!(report.witnessed.0, None);
    assert!(
        report
            .not_proven
            .iter()
            .any(|line| line.contains("witnessed earlier"))
    );
    let mut naming = bundle_at(&s.network.world, &s.log, 1, &s.head(6, &[1, 2]));
    naming.payloads.push((0, HeldPayload::Erased));
    assert_eq!(s.broken(&naming).0, Link::Payload);
}

#[test]
fn an_update_without_effect_is_not_proven_as_one() {
    let mut s = sample();
    let fr = s.parties[0].clone();
    let stranger = s.log.update(
        vec![s.log.put("practice/q", "x", Amber, None)],
        &[&Key::new("stranger")],
    );
    let kind = s.log.update(
        vec![s.log.put("notice/q", "x", Amber, None)],
        &[&fr.administrator],
    );
    for index in [stranger, kind] {
        let bundle = bundle_at(&s.network.world, &s.log, index, &s.head(8, &[1, 2]));
        let (link, cause) = s.broken(&bundle);
        assert!(link == Link::Entry && cause.contains("no effect"), "{cause}");
    }
    // Suspended below the entry by a version that the file carries.
    s.network.lower(
        &fr.code,
        None,
        Some(proto::Condition::Suspended),
        &s.log.position(4),
    );
    let (link, cause) = s.broken(&s.bundle());
    assert!(link == Link::Entry && cause.contains("suspended"), "{cause}");
}

#[test]
fn a_revocation_in_the_file_counts() {
    let mut s = sample();
    let fr = s.parties[0].clone();
    let mut bundle = s.bundle();
    bundle.statements = vec![fr.revoke_at(9, &fr.administrator, &s.log.position(4), None)];
    let (link, cause) = s.broken(&bundle);
    assert!(link == Link::Entry && cause.contains("revoked"), "{cause}");
    bundle.statements = vec![fr.revoke_at(9, &fr.administrator, &s.log.position(6), Some(2))];
    assert!(valid(s.outcome(&bundle)).disputed);
    // The log key's own revocation never unmakes a head with a quorum.
    bundle.statements = vec![fr.revoke_at(9, &fr.log, &s.log.position(2), None)];
    valid(s.outcome(&bundle));
    s.network.insert(&fr.order(9, s.index, proto::Measure::Redact));
    bundle.statements = vec![fr.order(9, s.index, proto::Measure::Redact)];
    let (link, cause) = s.broken(&bundle);
    assert!(link == Link::Entry && cause.contains("redacted"), "{cause}");
}

#[test]
fn where_no_witness_is_needed_a_revoked_log_key_counts_to_its_end_only() {
    let (network, parties) = Network::of(&["FR"]);
    let fr = &parties[0];
    let mut log = fr.start(network.newest());
    let index = log.update(
        vec![log.put("practice/x", "x", Amber, None)],
        &[&fr.administrator],
    );
    let trust = Trust {
        network: Some(network.id()),
        ..Default::default()
    };
    let mut bundle = bundle_at(&network.world, &log, index, &log.checkpoint(4, &fr.log));
    valid(verify_bundle(&bundle.to_bytes(), &trust));
    bundle.statements = vec![fr.revoke_at(9, &fr.log, &log.position(4), None)];
    valid(verify_bundle(&bundle.to_bytes(), &trust));
    bundle.statements = vec![fr.revoke_at(9, &fr.log, &log.position(3), None)];
    assert_eq!(
        broken(verify_bundle(&bundle.to_bytes(), &trust)).0,
        Link::Checkpoint
    );
}

#[test]
fn the_head_is_judged_by_the_log_key_and_the_witnesses_that_stand_below_its_size() {
    let mut s = sample();
    let fr = s.parties[0].clone();
    let second = Key::new("FR log 2");
    s.log.statement(&fr.mandate(9, Role::Log, &second));
    let it = s.parties[2].code.clone();
    let at = s.parties[2].start(s.network.newest()).position(1);
    let named = s.network.lower(&it, None, Some(proto::Condition::Suspended), &at);
    s.log.name(named);
    let witnesses: Vec<&Party> = [1, 3].iter().map(|i| &s.parties[*i]).collect();
    let by = |key: &Key, witnesses: &[&Party]| {
        let head = s.log.head(8, key, witnesses, SECOND + 9);
        Bundle {
            before: Some(s.head(4, &[1, 2]).to_bytes()),
            ..bundle_at(&s.network.world, &s.log, s.index, &head)
        }
    };
    // The head before it is judged by what stood then: the old key, and IT in good standing.
    valid(s.outcome(&by(&second, &witnesses)));
    assert_eq!(s.broken(&by(&fr.log, &witnesses)).0, Link::Checkpoint);
    assert_eq!(
        s.broken(&by(&second, &[&s.parties[1], &s.parties[2]])).0,
        Link::Quorum
    );
    let mut early = by(&second, &witnesses);
    early.before = Some(s.log.head(4, &second, &witnesses, SECOND).to_bytes());
    assert_eq!(s.broken(&early).0, Link::Before);
    // Nobody can leave the new mandate out: its key signed.
    let mut hidden = by(&second, &witnesses);
    hidden.context.retain(|leaf| leaf.index != 6);
    assert_eq!(s.broken(&hidden).0, Link::Checkpoint);
}

#[test]
fn an_old_log_mandate_above_the_entry_cannot_be_played_again() {
    let mut s = sample();
    let fr = s.parties[0].clone();
    let (second, third) = (Key::new("FR log 2"), Key::new("FR log 3"));
    s.log.statement(&fr.mandate(9, Role::Log, &second));
    s.log.statement(&fr.mandate(8, Role::Log, &third));
    let witnesses: Vec<&Party> = [1, 3].iter().map(|i| &s.parties[*i]).collect();
    let head = s.log.head(8, &third, &witnesses, SECOND + 9);
    let (link, cause) = s.broken(&bundle_at(&s.network.world, &s.log, s.index, &head));
    assert!(
        link == Link::Mandates && cause.contains("does not exceed"),
        "{cause}"
    );
}

#[test]
fn a_log_key_whose_mandate_ended_below_the_newest_entry_shown_signs_no_head() {
    let (network, parties) = Network::of(&["FR", "DE"]);
    let fr = &parties[0];
    let mut log = Log::new(fr.origin.clone());
    log.statement(&fr.mandate_for(1, Role::Log, &fr.log, NOW, NOW + 3000));
    log.name(network.newest());
    log.statement(&fr.mandate(4, Role::Administrator, &fr.administrator));
    let index = log.update(
        vec![log.put("practice/x", "x", Amber, None)],
        &[&fr.administrator],
    );
    let head = log.head(4, &fr.log, &[&parties[1]], SECOND);
    let bundle = bundle_at(&network.world, &log, index, &head);
    let trust = Trust {
        network: Some(network.id()),
        ..Default::default()
    };
    assert_eq!(
        broken(verify_bundle(&bundle.to_bytes(), &trust)).0,
        Link::Mandates
    );
}

#[test]
fn a_root_that_the_council_replaced_shows_in_the_report() {
    let mut s = sample();
    let next = s.network.party_of("FR", 2, "'");
    s.network.enact(|charter| {
        let fr = charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap();
        fr.root_changes.push(proto::RootChange {
            previous_root: fr.root.clone(),
            previous_epoch: 1,
            epoch: 2,
            ..Default::default()
        });
        (fr.epoch, fr.root) = (2, next.root.public().to_bytes());
        fr.statements = next
            .grant()
            .statements
            .iter()
            .map(|s| s.envelope().clone())
            .collect();
    });
    // What the first epoch proved still is proven; the mark shows.
    assert!(valid(s.outcome(&s.bundle())).root_replaced_by_council);
    let mut log = Log::new(next.origin.clone());
    log.statement(&next.mandate(1, Role::Log, &next.log));
    log.name_after(s.network.newest(), s.log.position(6));
    let head = log.head(2, &next.log, &[&s.parties[1], &s.parties[3]], SECOND);
    assert!(valid(s.outcome(&bundle_at(&s.network.world, &log, 1, &head))).root_replaced_by_council);
}

#[test]
fn a_bundle_reads_back_and_has_one_encoding() {
    let s = sample();
    let bundle = s.bundle();
    let bytes = bundle.to_bytes();
    assert_eq!(Bundle::from_bytes(&bytes).unwrap(), bundle);
    let unknown = [0xfa, 0x01, 0x01, b'x'];
    assert!(Bundle::from_bytes(&[&bytes[..], &unknown].concat()).is_err());
    let mut other = bytes.clone();
    other[1] = 2;
    assert!(Bundle::from_bytes(&other).is_err(), "another format number");
}

#[test]
fn a_second_administrators_card_and_a_cosigner_that_changed_are_shown_by_the_file_alone() {
    let (mut network, mut parties) = Network::of(&["FR", "DE"]);
    let second = Key::new("DE cosigner 2");
    let statement = parties[1].mandate(9, Role::Cosigner, &second);
    let mut log = parties[0].start(network.newest());
    let index = log.update(
        vec![log.put("practice/x", "x", Amber, None)],
        &[&parties[0].administrator],
    );
    parties[1].cosigner = second;
    let head = log.head(4, &parties[0].log, &[&parties[1]], SECOND);
    let mut bundle = bundle_at(&network.world, &log, index, &head);
    let trust = Trust {
        network: Some(network.id()),
        ..Default::default()
    };
    assert_eq!(broken(verify_bundle(&bundle.to_bytes(), &trust)).0, Link::Quorum);
    bundle.statements = vec![statement.clone()];
    valid(verify_bundle(&bundle.to_bytes(), &trust));
    network.insert(&statement);
    let name = parties[1].origin.cosigner_name();
    assert!(cosignature::verify(&head.note, &name, parties[1].cosigner.public()).is_ok());
    let admitted = network.party("IT");
    network.enact(|charter| ceremony::admit(charter, &admitted.grant(), proto::Standing::Observer, false));
    bundle.charters = network
        .world
        .chain()
        .in_force()
        .iter()
        .map(|c| (**c).clone())
        .collect();
    valid(verify_bundle(&bundle.to_bytes(), &trust));
}
