//! Effect, rule by rule: what an entry changes, and why it does not.

use liaison_protocol::effect::{State, Status, StepError, step};
use liaison_protocol::entry::Leaf;
use liaison_protocol::proto::{self, Action, Standing};
use liaison_protocol::statement::Role;
use liaison_protocol::update::{Audience, Previous};
use liaison_protocol::{Hash, ceremony};

use crate::support::{Curve, DAY, Fold, Key, Log, NOW, Network, Party, fold, lines};

use Audience::{Amber, Clear, Green, Red};

/// FR with its log, in a network with DE and COE.
struct Sample {
    network: Network,
    fr: Party,
    log: Log,
}

fn sample() -> Sample {
    let (network, parties) = Network::of(&["FR", "DE", "COE"]);
    let fr = parties[0].clone();
    let log = fr.start(network.newest());
    Sample { network, fr, log }
}

impl Sample {
    fn put(&mut self, record: &str, words: &str, audience: Audience, previous: Option<u64>) -> u64 {
        let change = self.log.put(record, words, audience, previous);
        self.log.update(vec![change], &[&self.fr.administrator])
    }

    fn change(&mut self, action: Action, record: &str, previous: Option<u64>) -> u64 {
        let change = self.log.change(action, record, previous);
        self.log.update(vec![change], &[&self.fr.administrator])
    }

    fn fold(&self) -> Fold {
        fold(&self.network.world, &self.log)
    }

    /// The words from the fourth entry on: before it stands what starts the log.
    fn words(&self) -> Vec<String> {
        self.fold().words()[3..]
            .iter()
            .map(|word| (*word).to_owned())
            .collect()
    }
}

#[test]
fn a_record_is_put_changed_withdrawn_and_put_again() {
    let mut s = sample();
    let first = s.put("practice/x", "one", Amber, None);
    let second = s.put("practice/x", "two", Green, Some(first));
    let third = s.change(Action::Withdraw, "practice/x", Some(second));
    let fourth = s.put("practice/x", "three", Clear, Some(third));
    assert_eq!(s.words(), ["updates"; 4]);
    let fold = s.fold();
    let record = fold.record("practice/x").unwrap();
    assert_eq!(record.last, s.log.previous(fourth));
    assert_eq!((record.status, record.audience), (Status::Current, Clear));
    assert_eq!(
        (record.payload.index, record.payload.change, record.payload.epoch),
        (fourth, 0, 1)
    );
}

#[test]
fn an_administrator_may_sign_with_a_smart_card() {
    let (network, parties) = Network::of(&["FR", "DE"]);
    let fr = parties[0].clone().with_card();
    assert!(matches!(
        fr.administrator.public().algorithm(),
        liaison_protocol::key::Algorithm::P256
    ));
    let mut log = fr.start(network.newest());
    log.update(
        vec![log.put("practice/x", "x", Amber, None)],
        &[&fr.administrator],
    );
    assert_eq!(
        fold(&network.world, &log).words(),
        ["holds", "holds", "holds", "updates"]
    );
}

#[test]
fn a_previous_that_is_not_the_last_effective_change_is_stale() {
    let mut s = sample();
    let first = s.put("practice/x", "one", Amber, None);
    let second = s.put("practice/x", "two", Amber, Some(first));
    s.put("practice/x", "three", Amber, Some(first));
    s.put("practice/x", "four", Amber, None);
    s.put("practice/y", "five", Amber, Some(second));
    let leaf = s.log.leaves[second as usize].clone();
    s.log.push(leaf);
    assert_eq!(
        s.words(),
        ["updates", "updates", "stale", "stale", "stale", "time-backwards"]
    );
    // The same signed update again, sequenced later: replayed.
    let signed = s.log.signed(
        vec![s.log.put("practice/z", "z", Amber, None)],
        &[&s.fr.administrator],
    );
    for _ in 0..2 {
        s.log
            .entry(liaison_protocol::entry::Content::Update(signed.clone()));
    }
    assert_eq!(s.words()[6..], ["updates", "stale"]);
    // The right entry by another leaf hash.
    let mut change = s.log.put("practice/x", "six", Amber, Some(second));
    change.previous.as_mut().unwrap().leaf_hash[0] ^= 1;
    s.log.update(vec![change], &[&s.fr.administrator]);
    // A void change is nobody's previous.
    s.put("practice/x", "seven", Amber, Some(5));
    assert_eq!(s.words()[8..], ["stale", "stale"]);
}

#[test]
fn one_void_change_voids_its_whole_update() {
    let mut s = sample();
    let good = s.log.put("practice/x", "x", Amber, None);
    let bad = s.log.change(Action::Withdraw, "practice/y", None);
    s.log.update(vec![good, bad], &[&s.fr.administrator]);
    assert_eq!(s.words(), ["nothing"]);
    assert!(s.fold().records.is_empty());
}

#[test]
fn record_history_goes_on_in_the_next_epoch_and_mandates_do_not() {
    let mut s = sample();
    let first = s.put("practice/x", "one", Amber, None);
    let before = s.fold();

    let next = s.network.party_of("FR", 2, "'");
    let mut again = next.clone();
    again.root = s.fr.root.clone();
    s.network.enact(|charter| {
        let fr = charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap();
        let mut change = proto::RootChange {
            previous_root: fr.root.clone(),
            previous_epoch: 1,
            epoch: 2,
            ..Default::default()
        };
        change.signature =
            crate::support::rotation_signature(&s.fr.network, &s.fr.code, &change, &s.fr.root, &s.fr.root);
        fr.epoch = 2;
        fr.statements = again
            .grant()
            .statements
            .iter()
            .map(|s| s.envelope().clone())
            .collect();
        fr.root_changes.push(change);
    });
    let mut log = Log::new(again.origin.clone());
    log.time = s.log.time;
    log.statement(&again.mandate(30, Role::Log, &again.log));
    log.name_after(s.network.newest(), s.log.position(s.log.size()));
    let by_old = log.signed(
        vec![log.put("practice/y", "y", Amber, None)],
        &[&s.fr.administrator],
    );
    log.entry(liaison_protocol::entry::Content::Update(by_old));
    log.statement(&again.mandate(31, Role::Administrator, &again.administrator));
    log.update(
        vec![log.put("practice/x", "stale", Amber, None)],
        &[&again.administrator],
    );
    let mut change = log.put("practice/x", "two", Amber, None);
    change.previous = Some(s.log.previous(first).to_proto());
    log.update(vec![change.clone()], &[&again.administrator]);
    log.update(vec![change], &[&again.administrator]);

    let mut fold = Fold::new(log.origin.clone());
    fold.state = State::after(log.origin.clone(), &before.state);
    fold.records = before.records;
    for leaf in &log.leaves {
        fold.step(&s.network.world, Leaf::Bytes(leaf));
    }
    assert_eq!(
        fold.words(),
        [
            "holds",
            "holds",
            "no-mandate",
            "holds",
            "stale",
            "updates",
            "stale"
        ]
    );
    assert_eq!(fold.record("practice/x").unwrap().last.epoch, 2);
    // An update for the first epoch is void in the second.
    let mut other = fold;
    other.step(&s.network.world, Leaf::Bytes(&s.log.leaves[first as usize]));
    assert_eq!(other.word(7), "time-backwards");
}

#[test]
fn an_update_for_another_log_is_void() {
    let mut s = sample();
    let de = s.network.party("DE").start(s.network.newest());
    let foreign = de.signed(
        vec![de.put("practice/x", "x", Amber, None)],
        &[&s.fr.administrator],
    );
    s.log.entry(liaison_protocol::entry::Content::Update(foreign));
    assert_eq!(s.words(), ["other-log"]);
}

#[test]
fn an_audience_is_widened_never_narrowed_unless_nothing_is_left() {
    let mut s = sample();
    let first = s.put("practice/x", "one", Amber, None);
    let wide = s.put("practice/x", "one", Clear, Some(first));
    s.put("practice/x", "one", Green, Some(wide));
    let withdrawn = s.change(Action::Withdraw, "practice/x", Some(wide));
    s.put("practice/x", "two", Amber, Some(withdrawn));
    let erased = s.change(Action::Erase, "practice/x", Some(withdrawn));
    s.put("practice/x", "two", Amber, Some(erased));
    assert_eq!(
        s.words(),
        [
            "updates", "updates", "narrowed", "updates", "narrowed", "updates", "updates"
        ]
    );
}

#[test]
fn red_is_for_sealed_and_sealed_is_red() {
    let mut s = sample();
    s.put("practice/x", "x", Red, None);
    s.put("sealed/0f1e2d3c", "x", Amber, None);
    let sealed = s.put("sealed/0f1e2d3c", "x", Red, None);
    s.change(Action::Withdraw, "sealed/0f1e2d3c", Some(sealed));
    assert_eq!(s.words(), ["sealed", "sealed", "updates", "updates"]);
}

#[test]
fn each_standing_publishes_what_the_table_says() {
    const KINDS: [&str; 13] = [
        "profile",
        "practice",
        "sealed",
        "exchange",
        "answer",
        "contribution",
        "suggestion",
        "standard",
        "indicator",
        "topic",
        "study",
        "event",
        "notice",
    ];
    let table = [
        (Standing::Member, "1111111000010"),
        (Standing::Secretariat, "1110001111111"),
        (Standing::Partner, "0000010000011"),
        (Standing::Observer, "0000010000000"),
    ];
    for (standing, expected) in table {
        let mut network = Network::found(4);
        let party = network.party("XX");
        network.enact(|charter| ceremony::admit(charter, &party.grant(), standing, false));
        let mut log = party.start(network.newest());
        for kind in KINDS {
            let audience = if kind == "sealed" { Red } else { Green };
            log.update(
                vec![log.put(&format!("{kind}/x"), "x", audience, None)],
                &[&party.administrator],
            );
        }
        let fold = fold(&network.world, &log);
        for (index, (kind, allowed)) in (3..).zip(KINDS.iter().zip(expected.chars())) {
            let word = if allowed == '1' { "updates" } else { "standing" };
            assert_eq!(fold.word(index), word, "{standing:?} {kind}");
        }
    }
}

#[test]
fn signatures_must_be_by_live_mandated_keys_and_right() {
    let mut s = sample();
    let stranger = Key::new("stranger");
    let change = |s: &Sample| vec![s.log.put("practice/x", "x", Amber, None)];
    s.log.update(change(&s), &[&stranger]);
    s.log.update(change(&s), &[&s.fr.administrator, &stranger]);
    s.log.update(change(&s), &[&s.fr.root]);
    s.log.update(change(&s), &[&s.fr.node]);
    s.log.update(change(&s), &[&s.fr.log]);
    let mut envelope = s
        .log
        .signed(change(&s), &[&s.fr.administrator])
        .envelope()
        .clone();
    envelope.signatures[0].signature[5] ^= 1;
    let wrong = liaison_protocol::dsse::Signed::from_envelope(envelope).unwrap();
    s.log.entry(liaison_protocol::entry::Content::Update(wrong));
    assert_eq!(
        s.words(),
        [
            "no-mandate",
            "no-mandate",
            "no-mandate",
            "no-mandate",
            "no-mandate",
            "signature"
        ]
    );
}

#[test]
fn a_mandate_holds_from_its_entry_for_its_time_by_the_logs_own_clock() {
    let mut s = sample();
    let other = Key::new("FR administrator 2");
    let change = |s: &Sample, record: &str| vec![s.log.put(record, "x", Amber, None)];
    s.log.update(change(&s, "practice/a"), &[&other]);
    let (from, to) = (s.log.time + 2000, s.log.time + 5000);
    s.log
        .statement(&s.fr.mandate_for(9, Role::Administrator, &other, from, to));
    for record in [
        "practice/b",
        "practice/c",
        "practice/d",
        "practice/e",
        "practice/f",
    ] {
        s.log.update(change(&s, record), &[&other]);
    }
    assert_eq!(
        s.words(),
        [
            "no-mandate",
            "holds",
            "mandate-time",
            "updates",
            "updates",
            "updates",
            "mandate-time"
        ]
    );
}

#[test]
fn the_scope_of_every_signer_covers_every_change() {
    let mut s = sample();
    let scope = |kind: &str, action: Action| proto::Scope {
        kind: kind.into(),
        action: action.into(),
    };
    let (a, b) = (Key::new("FR a"), Key::new("FR b"));
    s.log.statement(
        &s.fr
            .mandate_scoped(9, &a, vec![scope("practice", Action::Unspecified)]),
    );
    s.log.statement(&s.fr.mandate_scoped(
        10,
        &b,
        vec![scope("", Action::Put), scope("event", Action::Withdraw)],
    ));
    let practice = s
        .log
        .update(vec![s.log.put("practice/x", "x", Amber, None)], &[&a]);
    let event = s.log.update(vec![s.log.put("event/x", "x", Amber, None)], &[&b]);
    s.log.update(vec![s.log.put("event/y", "x", Amber, None)], &[&a]);
    s.log.update(
        vec![s.log.change(Action::Withdraw, "practice/x", Some(practice))],
        &[&b],
    );
    s.log.update(
        vec![s.log.change(Action::Withdraw, "practice/x", Some(practice))],
        &[&s.fr.administrator, &b],
    );
    s.log.update(
        vec![s.log.change(Action::Withdraw, "event/x", Some(event))],
        &[&b],
    );
    s.log.update(
        vec![s.log.change(Action::Withdraw, "practice/x", Some(practice))],
        &[&a],
    );
    assert_eq!(
        s.words()[2..],
        [
            "updates", "updates", "scope", "scope", "scope", "updates", "updates"
        ]
    );
}

#[test]
fn rules_say_how_many_must_sign_from_their_entry_on() {
    let mut s = sample();
    let (a, b) = (s.fr.administrator.clone(), Key::on(Curve::P256, "FR b"));
    s.log.statement(&s.fr.mandate(9, Role::Administrator, &b));
    s.put("practice/x", "x", Amber, None);
    s.log
        .statement(&s.fr.rules(10, &[("practice", 2), ("event", 3)], None));
    let put = |s: &Sample, record: &str| vec![s.log.put(record, "x", Amber, None)];
    s.log.update(put(&s, "practice/y"), &[&a]);
    s.log.update(put(&s, "practice/y"), &[&a, &b]);
    s.log.update(put(&s, "event/x"), &[&a, &b]);
    s.log.update(put(&s, "technique/x"), &[&a]);
    // One change that asks for more asks it of the update.
    let both = [put(&s, "technique/y"), put(&s, "practice/z")].concat();
    s.log.update(both, &[&a]);
    assert_eq!(
        s.words()[1..],
        [
            "updates", "holds", "rules", "updates", "rules", "updates", "rules"
        ]
    );
    // New rules replace all earlier ones; older ones cannot be played again.
    s.log.statement(&s.fr.rules(12, &[], None));
    s.log.statement(&s.fr.rules(11, &[("", 8)], None));
    s.log.statement(&s.fr.rules(12, &[("", 8)], None));
    s.log.update(put(&s, "event/x"), &[&a]);
    assert_eq!(s.words()[8..], ["holds", "replayed", "replayed", "updates"]);
}

#[test]
fn an_old_mandate_cannot_be_played_again() {
    let mut s = sample();
    let wide = s.fr.mandate(4, Role::Administrator, &s.fr.administrator);
    let narrow = vec![proto::Scope {
        kind: "event".into(),
        action: 0,
    }];
    s.log
        .statement(&s.fr.mandate_scoped(20, &s.fr.administrator, narrow));
    s.log.statement(&wide);
    s.put("practice/x", "x", Amber, None);
    // Another key's mandate has serials of its own; a log mandate too.
    s.log
        .statement(&s.fr.mandate(5, Role::Administrator, &Key::new("FR b")));
    s.log
        .statement(&s.fr.mandate(3, Role::Log, &Key::new("FR log 2")));
    s.log.statement(&s.fr.mandate(1, Role::Log, &s.fr.log));
    assert_eq!(
        s.words(),
        ["holds", "replayed", "scope", "holds", "holds", "replayed"]
    );
}

#[test]
fn a_revoked_administrator_counts_below_the_end_and_is_disputed_since_the_compromise() {
    let mut s = sample();
    for record in ["a", "b", "c", "d"] {
        s.put(&format!("practice/{record}"), "x", Amber, None);
    }
    let at = s.log.position(6);
    let mut plain = s.network.clone();
    plain.insert(&s.fr.revoke_at(9, &s.fr.administrator, &at, None));
    assert_eq!(
        fold(&plain.world, &s.log).words()[3..],
        ["updates", "updates", "updates", "revoked"]
    );
    s.network
        .insert(&s.fr.revoke_at(9, &s.fr.administrator, &at, Some(5)));
    assert_eq!(s.words(), ["updates", "updates", "disputed", "revoked"]);
    // A new mandate of the same key does not bring it back.
    s.log
        .statement(&s.fr.mandate(10, Role::Administrator, &s.fr.administrator));
    s.put("practice/e", "x", Amber, None);
    assert_eq!(s.words()[4..], ["holds", "revoked"]);
}

#[test]
fn a_suspension_voids_what_follows_until_the_log_names_the_version_that_ends_it() {
    let mut s = sample();
    s.put("practice/a", "x", Amber, None);
    let at = s.log.position(s.log.size());
    s.put("practice/b", "x", Amber, None);
    assert_eq!(s.words(), ["updates", "updates"]);
    let suspended = s
        .network
        .lower(&s.fr.code, None, Some(proto::Condition::Suspended), &at);
    assert_eq!(
        s.words(),
        ["updates", "not-in-good-standing"],
        "later entries stay and are void"
    );
    s.put("practice/c", "x", Amber, None);
    s.log.name(suspended);
    s.put("practice/d", "x", Amber, None);
    let code = s.fr.code.clone();
    let good = s
        .network
        .enact(|charter| assert!(ceremony::reinstate(charter, &code)));
    s.put("practice/e", "x", Amber, None);
    s.log.name(good);
    s.put("practice/f", "x", Amber, None);
    assert_eq!(
        s.words(),
        [
            "updates",
            "not-in-good-standing",
            "not-in-good-standing",
            "holds",
            "not-in-good-standing",
            "not-in-good-standing",
            "holds",
            "updates"
        ]
    );
}

#[test]
fn a_suspension_at_size_zero_voids_the_whole_log() {
    let mut s = sample();
    s.put("practice/a", "x", Amber, None);
    s.network.lower(
        &s.fr.code,
        None,
        Some(proto::Condition::Suspended),
        &s.log.position(0),
    );
    assert_eq!(s.words(), ["not-in-good-standing"]);
}

#[test]
fn a_lower_standing_holds_from_its_position_and_a_higher_one_when_named() {
    let mut s = sample();
    s.put("practice/a", "x", Green, None);
    let at = s.log.position(s.log.size());
    s.network.lower(&s.fr.code, Some(Standing::Observer), None, &at);
    s.put("practice/b", "x", Green, None);
    s.put("contribution/b", "x", Green, None);
    let partner = s.network.enact(|charter| {
        let fr = charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap();
        fr.standing = Standing::Partner.into();
        fr.lowered_at = None;
    });
    s.put("event/a", "x", Green, None);
    s.log.name(partner);
    s.put("event/a", "x", Green, None);
    s.put("practice/c", "x", Green, None);
    assert_eq!(
        s.words(),
        [
            "updates", "standing", "updates", "standing", "holds", "updates", "standing"
        ]
    );
}

#[test]
fn charter_versions_are_named_upwards_and_only_those_in_force() {
    let mut s = sample();
    let first = s.network.id();
    s.log.name(first);
    s.log.name(s.network.newest());
    let next = s.network.propose(0, |c| c.name = "Next".into());
    s.log.name(next.hash());
    s.put("practice/a", "x", Amber, None);
    assert_eq!(
        s.words(),
        ["older-charter", "older-charter", "unknown-charter", "updates"]
    );
    s.network.world.insert_charter(next).unwrap();
    assert_eq!(s.words()[2..], ["holds", "updates"]);
}

#[test]
fn a_log_that_names_a_version_which_does_not_list_it_says_nothing() {
    let (mut network, _) = Network::of(&["DE"]);
    let fr = network.party("FR");
    let mut log = fr.start(network.newest());
    log.update(
        vec![log.put("practice/x", "x", Amber, None)],
        &[&fr.administrator],
    );
    network.enact(|charter| ceremony::admit(charter, &fr.grant(), Standing::Member, true));
    log.update(
        vec![log.put("practice/x", "x", Amber, None)],
        &[&fr.administrator],
    );
    log.name(network.newest());
    log.update(
        vec![log.put("practice/x", "x", Amber, None)],
        &[&fr.administrator],
    );
    let words = fold(&network.world, &log);
    assert_eq!(words.words()[3..], ["unlisted", "unlisted", "holds", "updates"]);
    let mut bare = Log::new(fr.origin.clone());
    bare.statement(&fr.mandate(4, Role::Administrator, &fr.administrator));
    bare.update(
        vec![bare.put("practice/x", "x", Amber, None)],
        &[&fr.administrator],
    );
    assert_eq!(fold(&network.world, &bare).words(), ["holds", "no-charter"]);
}

#[test]
fn a_level_that_this_release_lacks_stops_the_fold_and_changes_nothing() {
    let mut s = sample();
    let next = s.network.enact(|charter| charter.format_level = 2);
    s.put("practice/a", "x", Amber, None);
    s.log.name(next);
    let mut fold = Fold::new(s.log.origin.clone());
    for leaf in &s.log.leaves[..4] {
        fold.step(&s.network.world, Leaf::Bytes(leaf));
    }
    let before = fold.state.clone();
    let stopped = step(
        &mut fold.state,
        &s.network.world,
        &fold.records,
        Leaf::Bytes(&s.log.leaves[4]),
    );
    assert!(matches!(stopped, Err(StepError::Level { level: 2, .. })));
    assert_eq!(fold.state, before);
}

#[test]
fn statements_of_others_and_by_others_are_void() {
    let mut s = sample();
    let de = s.network.party("DE");
    s.log
        .statement(&de.mandate(9, Role::Node, &Key::new("DE node 2")));
    let mut forged = s.fr.clone();
    forged.root = de.root.clone();
    s.log
        .statement(&forged.mandate(9, Role::Administrator, &Key::new("x")));
    let mut elsewhere = s.fr.clone();
    elsewhere.origin = s.fr.origin.with_epoch(2);
    s.log
        .statement(&elsewhere.mandate(9, Role::Administrator, &Key::new("x")));
    let mut abroad = s.fr.clone();
    abroad.network = Hash::of(b"another network with the same root keys");
    s.log
        .statement(&abroad.mandate(9, Role::Node, &Key::new("FR node 2")));
    s.log
        .statement(&s.fr.mandate(9, Role::Node, &Key::new("FR node 2")));
    assert_eq!(
        s.words(),
        [
            "foreign-statement",
            "not-by-root",
            "foreign-statement",
            "foreign-statement",
            "holds"
        ]
    );
}

#[test]
fn a_log_without_a_root_in_the_charter_has_no_statements() {
    let (network, _) = Network::of(&["DE"]);
    let fr = network.party("FR");
    let log = fr.start(network.newest());
    assert_eq!(
        fold(&network.world, &log).words(),
        ["no-root", "holds", "no-root"]
    );
}

#[test]
fn an_administrators_key_has_no_other_role() {
    let mut s = sample();
    let put = |s: &Sample, record: &str| vec![s.log.put(record, "x", Amber, None)];
    // The node's key, mandated on receipt with a lower serial; a root; a council key; the log's key.
    for (serial, key) in [
        (9, &s.fr.node),
        (10, &s.fr.root),
        (11, &Key::new("council 1")),
        (12, &s.fr.log),
    ] {
        s.log.statement(&s.fr.mandate(serial, Role::Administrator, key));
    }
    assert_eq!(s.words(), ["second-role"; 4]);
    // A later role on receipt takes nothing back.
    s.log.update(put(&s, "practice/a"), &[&s.fr.administrator]);
    s.network
        .insert(&s.fr.mandate(20, Role::Node, &s.fr.administrator));
    assert_eq!(s.words()[4..], ["updates"]);
    // Form knows no roles: a key that becomes the log's is the log's from there on.
    s.log.statement(&s.fr.mandate(21, Role::Log, &s.fr.administrator));
    s.log.update(put(&s, "practice/b"), &[&s.fr.administrator]);
    assert_eq!(s.words()[4..], ["updates", "holds", "second-role"]);
    // Also when nothing but the log has said so.
    let second = Key::new("FR log 2");
    s.log.statement(&s.fr.mandate(22, Role::Log, &second));
    s.log.statement(&s.fr.mandate(23, Role::Administrator, &second));
    assert_eq!(s.words()[7..], ["holds", "second-role"]);
}

#[test]
fn what_another_authority_says_of_a_key_unmakes_nothing_in_this_log() {
    let mut s = sample();
    s.put("practice/a", "x", Amber, None);
    let before = lines(&s.network.world, &s.log);
    let de = s.network.party("DE");
    s.network
        .insert(&de.mandate(1, Role::Administrator, &s.fr.administrator));
    s.network.insert(&de.mandate(0, Role::Node, &s.fr.administrator));
    assert_eq!(lines(&s.network.world, &s.log), before);
}

#[test]
fn an_erase_is_taken_back_while_its_quarantine_lasts_by_the_rules_of_its_time() {
    let mut s = sample();
    const HOUR: u64 = 3_600_000;
    let erase = |s: &mut Sample, record: &str| {
        let put = s.put(record, "x", Amber, None);
        s.change(Action::Erase, record, Some(put))
    };
    let a = erase(&mut s, "practice/a");
    let b = erase(&mut s, "practice/b");
    let erased_at = s.log.time - 1000;
    // Rules that come later do not shorten or stretch it.
    s.log.statement(&s.fr.rules(9, &[], Some(0)));
    s.log.time = erased_at + 72 * HOUR - 1;
    s.change(Action::Cancel, "practice/b", Some(b));
    s.log.time = erased_at + 72 * HOUR;
    s.change(Action::Cancel, "practice/a", Some(a));
    // In a log without quarantine an erase cannot be taken back.
    let c = erase(&mut s, "practice/c");
    s.log.time -= 1000;
    s.change(Action::Cancel, "practice/c", Some(c));
    assert_eq!(
        s.words()[4..],
        ["holds", "updates", "too-late", "updates", "updates", "too-late"]
    );
    let fold = s.fold();
    assert_eq!(fold.record("practice/b").unwrap().status, Status::Current);
    let Status::Erased { at, until, .. } = fold.record("practice/a").unwrap().status else {
        panic!("a is erased");
    };
    assert_eq!(until - at, 72 * HOUR);
}

#[test]
fn a_cancel_brings_back_what_stood_and_only_after_an_erase() {
    let mut s = sample();
    let put = s.put("practice/a", "x", Amber, None);
    s.change(Action::Cancel, "practice/a", Some(put));
    let withdrawn = s.change(Action::Withdraw, "practice/a", Some(put));
    s.change(Action::Withdraw, "practice/a", Some(withdrawn));
    let erased = s.change(Action::Erase, "practice/a", Some(withdrawn));
    s.change(Action::Erase, "practice/a", Some(erased));
    let cancelled = s.change(Action::Cancel, "practice/a", Some(erased));
    assert_eq!(
        s.words(),
        [
            "updates", "nothing", "updates", "nothing", "updates", "nothing", "updates"
        ]
    );
    let fold = s.fold();
    let record = fold.record("practice/a").unwrap();
    assert_eq!((record.status, record.last.index), (Status::Withdrawn, cancelled));
}

#[test]
fn a_roots_cancel_takes_an_erase_back_on_receipt() {
    let mut s = sample();
    let put = s.put("practice/a", "x", Amber, None);
    let erased = s.change(Action::Erase, "practice/a", Some(put));
    s.change(Action::Withdraw, "practice/a", Some(erased));
    assert_eq!(s.words(), ["updates", "updates", "nothing"]);
    s.network.insert(&s.fr.cancel(9, erased, 1));
    assert_eq!(s.words()[2..], ["nothing"], "it names another change");
    s.network.insert(&s.fr.cancel(10, erased, 0));
    assert_eq!(s.words()[2..], ["updates"]);
}

#[test]
fn time_never_goes_back_and_what_does_is_void_with_everything_in_it() {
    let mut s = sample();
    s.put("practice/a", "x", Amber, None);
    let time = s.log.time - 1000;
    for step in [0, 1] {
        s.log.time = time - step;
        s.put(&format!("practice/b{step}"), "x", Amber, None);
    }
    s.log.time = time - 1;
    s.log.statement(&s.fr.rules(9, &[("", 8)], None));
    s.log.time = time;
    s.put("practice/c", "x", Amber, None);
    assert_eq!(
        s.words(),
        [
            "updates",
            "updates",
            "time-backwards",
            "time-backwards",
            "updates"
        ]
    );
}

#[test]
fn what_cannot_be_read_is_void_and_its_time_counts() {
    let mut s = sample();
    s.log.push(b"not an entry".to_vec());
    // An unknown action, and a time.
    let mut change = s.log.put("practice/a", "x", Amber, None);
    change.action = 9;
    let update = proto::Update {
        origin: s.log.origin.to_string(),
        created_at: 0,
        changes: vec![change],
    };
    let envelope = proto::Envelope {
        body: prost::Message::encode_to_vec(&update),
        signatures: vec![proto::Signature {
            key_id: vec![1; 32],
            signature: vec![2; 64],
        }],
    };
    let entry = proto::Entry {
        sequenced_at: NOW + DAY,
        content: Some(proto::entry::Content::Update(envelope)),
    };
    s.log.push(prost::Message::encode_to_vec(&entry));
    s.put("practice/b", "x", Amber, None);
    s.log.time = NOW + DAY;
    s.put("practice/b", "x", Amber, None);
    assert_eq!(s.words(), ["format", "format", "time-backwards", "updates"]);
}

#[test]
fn the_state_survives_its_snapshot() {
    let mut s = sample();
    s.put("practice/a", "x", Amber, None);
    s.log.statement(&s.fr.rules(9, &[("practice", 2)], Some(1)));
    let state = s.fold().state;
    let json = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&json).unwrap(), state);
    assert_eq!((state.size(), state.rules().quarantine_hours), (5, 1));
}

#[test]
fn the_digest_lines_say_index_verdict_and_the_word_of_the_reason() {
    let mut s = sample();
    s.put("practice/a", "x", Amber, None);
    s.put("practice/a", "x", Amber, None);
    let expected = "0 holds\n1 holds\n2 holds\n3 updates\n4 void stale\n";
    assert_eq!(lines(&s.network.world, &s.log), expected);
}

#[test]
fn a_previous_of_another_epoch_is_not_that_of_this_one() {
    let mut s = sample();
    let first = s.put("practice/a", "x", Amber, None);
    let mut change = s.log.put("practice/a", "y", Amber, Some(first));
    let previous = Previous {
        epoch: 2,
        ..s.log.previous(first)
    };
    change.previous = Some(previous.to_proto());
    s.log.update(vec![change], &[&s.fr.administrator]);
    assert_eq!(s.words(), ["updates", "stale"]);
}
