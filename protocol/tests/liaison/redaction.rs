//! Redaction by order: the same effect where the bytes are gone and where they are still held.

use liaison_protocol::effect::Status;
use liaison_protocol::entry::Leaf;
use liaison_protocol::proto::{self, Action, Measure};
use liaison_protocol::tlog::leaf_hash;
use liaison_protocol::update::Audience::Amber;

use crate::support::{Fold, Log, Network, Party, fold};

fn sample() -> (Network, Party, Log) {
    let (network, parties) = Network::of(&["FR", "DE"]);
    let fr = parties[0].clone();
    let log = fr.start(network.newest());
    (network, fr, log)
}

/// Folds a log of which the bytes of some entries are gone.
fn fold_without(network: &Network, log: &Log, gone: &[u64]) -> Fold {
    let mut fold = Fold::new(log.origin.clone());
    for (leaf, index) in log.leaves.iter().zip(0..) {
        let leaf = match gone.contains(&index) {
            true => Leaf::Redacted(leaf_hash(leaf)),
            false => Leaf::Bytes(leaf),
        };
        fold.step(&network.world, leaf);
    }
    fold
}

#[test]
fn an_order_redacts_an_update_whether_its_bytes_are_held_or_not() {
    let (mut network, fr, mut log) = sample();
    let put = log.update(
        vec![log.put("practice/a", "x", Amber, None)],
        &[&fr.administrator],
    );
    assert_eq!(fold(&network.world, &log).word(put), "updates");
    network.insert(&fr.order(9, put, Measure::Redact));
    let held = fold(&network.world, &log);
    let gone = fold_without(&network, &log, &[put]);
    assert_eq!((held.word(put), gone.word(put)), ("redacted", "redacted"));
    assert_eq!(held.state, gone.state);
    assert!(held.records.is_empty());
}

#[test]
fn the_councils_order_redacts_too_and_an_erase_does_not() {
    let (mut network, fr, mut log) = sample();
    for record in ["practice/a", "practice/b"] {
        log.update(vec![log.put(record, "x", Amber, None)], &[&fr.administrator]);
    }
    let order = |index, measure: Measure| proto::Order {
        origin: fr.origin.to_string(),
        index,
        change: 0,
        measure: measure.into(),
    };
    network.enact(|charter| {
        charter.orders = vec![order(3, Measure::Redact), order(4, Measure::Erase)];
    });
    assert_eq!(fold(&network.world, &log).words()[3..], ["redacted", "updates"]);
}

#[test]
fn only_updates_are_redacted() {
    let (mut network, fr, log) = sample();
    for index in 0..3 {
        network.insert(&fr.order(9 + index, index, Measure::Redact));
    }
    assert_eq!(fold(&network.world, &log).words(), ["holds"; 3]);
}

#[test]
fn what_followed_a_redacted_change_still_follows_it() {
    let (mut network, fr, mut log) = sample();
    let update = |log: &mut Log, change| log.update(vec![change], &[&fr.administrator]);
    let put = log.put("practice/a", "one", Amber, None);
    let first = update(&mut log, put);
    let put = log.put("practice/a", "two", Amber, Some(first));
    let second = update(&mut log, put);
    let withdraw = log.change(Action::Withdraw, "practice/a", Some(second));
    let third = update(&mut log, withdraw);
    let put = log.put("practice/a", "three", Amber, Some(third));
    let fourth = update(&mut log, put);
    let before = fold(&network.world, &log);
    for gone in [
        vec![first],
        vec![second],
        vec![first, second],
        vec![third],
        vec![second, third],
    ] {
        let mut network = network.clone();
        for (serial, index) in (9..).zip(&gone) {
            network.insert(&fr.order(serial, *index, Measure::Redact));
        }
        let after = fold(&network.world, &log);
        for index in 3..=fourth {
            let expected = if gone.contains(&index) {
                "redacted"
            } else {
                "updates"
            };
            assert_eq!(after.word(index), expected, "entry {index} without {gone:?}");
        }
        assert_eq!(
            after.record("practice/a"),
            before.record("practice/a"),
            "without {gone:?}"
        );
    }
    // Without any put left the record is withdrawn, and its payload is not known.
    network.insert(&fr.order(9, first, Measure::Redact));
    network.insert(&fr.order(10, second, Measure::Redact));
    log.leaves.truncate(6);
    let after = fold(&network.world, &log);
    let record = after.record("practice/a").unwrap();
    assert_eq!((record.status, record.payload.size), (Status::Withdrawn, 0));
}

#[test]
fn a_redacted_change_does_not_excuse_a_stale_or_replayed_one() {
    let (mut network, fr, mut log) = sample();
    let update = |log: &mut Log, change| log.update(vec![change], &[&fr.administrator]);
    let put = log.put("practice/a", "one", Amber, None);
    let first = update(&mut log, put);
    let put = log.put("practice/a", "two", Amber, Some(first));
    let second = update(&mut log, put);
    network.insert(&fr.order(9, first, Measure::Redact));
    // It names the redacted entry, but a later change of the record is known.
    let put = log.put("practice/a", "three", Amber, Some(first));
    update(&mut log, put);
    // Replayed.
    let replayed = log.put("practice/a", "two", Amber, Some(first));
    update(&mut log, replayed);
    let put = log.put("practice/a", "four", Amber, Some(second));
    update(&mut log, put);
    // The redacted entry under another hash.
    let mut forged = log.put("practice/b", "x", Amber, Some(first));
    forged.previous.as_mut().unwrap().leaf_hash[0] ^= 1;
    update(&mut log, forged);
    let words = fold(&network.world, &log);
    assert_eq!(
        words.words()[3..],
        ["redacted", "updates", "stale", "stale", "updates", "stale"]
    );
}
