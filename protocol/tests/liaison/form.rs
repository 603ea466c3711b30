//! Form: a pure function of bytes and of the chain's root keys.

use liaison_protocol::entry::{LEAF_SIZE_MAX, Leaf};
use liaison_protocol::form::{FormError, Prefix};
use liaison_protocol::proto;
use liaison_protocol::statement::Role;
use liaison_protocol::tlog::{Frontier, SignedCheckpoint, leaf_hash};
use liaison_protocol::update::Audience::Amber;
use liaison_protocol::{Hash, Position};

use crate::support::{DAY, Key, Log, NOW, Network, Party};

fn sample() -> (Network, Party, Log) {
    let (network, parties) = Network::of(&["FR", "DE"]);
    let fr = parties[0].clone();
    let log = fr.start(network.newest());
    (network, fr, log)
}

fn prefix(network: &Network, log: &Log) -> Result<Prefix, FormError> {
    let roots = network.world.chain().roots(&log.origin.authority());
    let mut prefix = Prefix::new(log.origin.clone());
    for leaf in &log.leaves {
        prefix.push(&roots, Leaf::Bytes(leaf))?;
    }
    Ok(prefix)
}

fn refusal(network: &Network, log: &Log) -> String {
    prefix(network, log).unwrap_err().to_string()
}

#[test]
fn entry_0_is_the_mandate_of_the_log_key_by_the_root() {
    let (network, fr, _) = sample();
    let first = |statement| {
        let mut log = Log::new(fr.origin.clone());
        log.statement(&statement);
        prefix(&network, &log)
    };
    assert!(first(fr.mandate(1, Role::Log, &fr.log)).is_ok());
    let mut forged = fr.clone();
    forged.root = Key::new("DE root");
    let mut second = fr.clone();
    second.origin = fr.origin.with_epoch(2);
    for (statement, expected) in [
        (
            forged.mandate(1, Role::Log, &fr.log),
            "not signed by the authority's root key",
        ),
        (
            fr.mandate(1, Role::Administrator, &fr.log),
            "no mandate of a log key",
        ),
        (fr.rules(1, &[], None), "no mandate of a log key"),
        (second.mandate(1, Role::Log, &fr.log), "another log"),
    ] {
        let error = first(statement).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let mut log = Log::new(fr.origin.clone());
    log.name(network.newest());
    assert!(refusal(&network, &log).contains("no statement"));
    let mut log = Log::new(fr.origin.clone());
    log.push(b"junk".to_vec());
    assert!(matches!(
        prefix(&network, &log),
        Err(FormError::FirstEntry { .. })
    ));
}

#[test]
fn entry_1_names_a_charter_version_known_or_not() {
    let (network, fr, _) = sample();
    let mut log = Log::new(fr.origin.clone());
    log.statement(&fr.mandate(1, Role::Log, &fr.log));
    let mut unknown = log.clone();
    unknown.name(Hash::of(b"a version of tomorrow"));
    assert!(prefix(&network, &unknown).is_ok());
    let mut other = log.clone();
    other.statement(&fr.mandate(4, Role::Administrator, &fr.administrator));
    assert!(matches!(
        prefix(&network, &other),
        Err(FormError::SecondEntry { .. })
    ));
    log.push(b"junk".to_vec());
    assert!(matches!(
        prefix(&network, &log),
        Err(FormError::SecondEntry { .. })
    ));
}

#[test]
fn entry_1_names_the_end_of_the_epoch_before_exactly_in_a_later_epoch() {
    let (mut network, fr, first) = sample();
    let again = network.party_of("FR", 2, "'");
    network.enact(|charter| {
        let authority = charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap();
        authority.root_changes.push(proto::RootChange {
            previous_root: authority.root.clone(),
            previous_epoch: 1,
            epoch: 2,
            ..Default::default()
        });
        (authority.epoch, authority.root) = (2, again.root.public().to_bytes());
        authority.statements = again
            .grant()
            .statements
            .iter()
            .map(|s| s.envelope().clone())
            .collect();
    });
    let second = |at: Option<Position>| {
        let mut log = Log::new(again.origin.clone());
        log.statement(&again.mandate(1, Role::Log, &again.log));
        match at {
            Some(at) => log.name_after(network.newest(), at),
            None => log.name(network.newest()),
        };
        prefix(&network, &log)
    };
    let end = first.position(3);
    let read = second(Some(end.clone())).unwrap();
    assert_eq!(read.predecessor(), Some(&end));
    let empty = first.position(0);
    assert_eq!(second(Some(empty.clone())).unwrap().predecessor(), Some(&empty));
    let mut skipped = end.clone();
    skipped.origin = again.origin.clone();
    assert!(second(Some(skipped)).is_err());
    assert!(second(None).is_err());
    let mut early = Log::new(fr.origin.clone());
    early.statement(&fr.mandate(1, Role::Log, &fr.log));
    early.name_after(network.newest(), end);
    assert!(prefix(&network, &early).is_err());
}

#[test]
fn a_leaf_has_one_byte_to_sixteen_kibibytes_whatever_it_says() {
    let (network, _, mut log) = sample();
    log.push(vec![0xff; LEAF_SIZE_MAX]);
    log.push(vec![0]);
    let mut prefix = prefix(&network, &log).unwrap();
    let roots = network.world.chain().roots(&log.origin.authority());
    let before = prefix.clone();
    for size in [0, LEAF_SIZE_MAX + 1] {
        let refused = prefix.push(&roots, Leaf::Bytes(&vec![7; size]));
        assert!(
            matches!(refused, Err(FormError::Length { index: 5, .. })),
            "{size}"
        );
    }
    assert_eq!(prefix, before, "what is refused changes nothing");
}

#[test]
fn the_first_two_entries_cannot_be_redacted_later_ones_can() {
    let (network, _, log) = sample();
    let roots = network.world.chain().roots(&log.origin.authority());
    let mut prefix = Prefix::new(log.origin.clone());
    for (leaf, index) in log.leaves.iter().zip(0..) {
        let redacted = prefix.push(&roots, Leaf::Redacted(leaf_hash(leaf)));
        assert_eq!(redacted.is_ok(), index >= 2, "{index}");
        if index < 2 {
            prefix.push(&roots, Leaf::Bytes(leaf)).unwrap();
        }
    }
    assert_eq!(prefix.root(), log.position(3).root);
}

#[test]
fn a_tile_at_once_makes_the_prefix_that_its_leaves_make_one_by_one() {
    let (network, fr, mut log) = sample();
    // A key and a naming within the first tile, and leaves that cannot be read in the second.
    log.statement(&fr.mandate(9, Role::Log, &Key::new("FR log 2")));
    log.name(network.newest());
    log.leaves.resize(600, vec![0xff; 40]);
    let roots = network.world.chain().roots(&fr.code);
    let one_by_one = prefix(&network, &log).unwrap();
    let mut by_tiles = Prefix::new(log.origin.clone());
    for tile in log.leaves.chunks(256) {
        let leaves = tile.iter().map(|leaf| Leaf::Bytes(leaf));
        if tile.len() == 256 {
            let root = tile
                .iter()
                .map(|leaf| leaf_hash(leaf))
                .collect::<Frontier>()
                .root();
            by_tiles.push_tile(&roots, leaves, root).unwrap();
        } else {
            leaves.for_each(|leaf| by_tiles.push(&roots, leaf).unwrap());
        }
    }
    assert_eq!(by_tiles, one_by_one);
    assert_eq!(by_tiles.namings().count(), 2);
    assert_eq!(by_tiles.namings_below(4).count(), 1);
    let too_large = vec![0; LEAF_SIZE_MAX + 1];
    let leaves = std::iter::repeat_n(Leaf::Bytes(&too_large), 256);
    let refused = Prefix::new(log.origin.clone()).push_tile(&roots, leaves, Hash::default());
    assert!(matches!(refused, Err(FormError::Length { index: 0, .. })));
}

#[test]
fn a_checkpoint_is_valid_by_the_one_log_key_live_after_its_entries() {
    let (network, fr, mut log) = sample();
    let second = Key::new("FR log 2");
    let old = fr.mandate(1, Role::Log, &fr.log);
    log.statement(&fr.mandate(9, Role::Log, &second));
    // No mandate of a lower or the same serial follows, and the first one again brings no key back.
    log.statement(&fr.mandate(8, Role::Log, &Key::new("FR log 3")));
    log.statement(&fr.mandate(9, Role::Log, &Key::new("FR log 4")));
    log.statement(&old);
    let roots = network.world.chain().roots(&fr.code);
    for size in 1..=7 {
        let prefix = log.prefix(&roots, size);
        let live = if size <= 3 { &fr.log } else { &second };
        let dead = if size <= 3 { &second } else { &fr.log };
        assert_eq!(prefix.log_key(), Some(live.public()), "{size}");
        let head = prefix.head(log.checkpoint(size, live)).unwrap();
        assert_eq!(head.position(), &log.position(size));
        let refused = prefix.head(log.checkpoint(size, dead));
        assert!(matches!(refused, Err(FormError::Checkpoint { .. })), "{size}");
    }
}

#[test]
fn a_log_mandate_by_anybody_but_the_root_of_its_place_changes_no_key() {
    let (network, fr, mut log) = sample();
    let thief = Key::new("FR log 2");
    let mut forged = fr.clone();
    forged.root = Key::new("DE root");
    log.statement(&forged.mandate(9, Role::Log, &thief));
    let mut elsewhere = fr.clone();
    elsewhere.origin = fr.origin.with_epoch(2);
    log.statement(&elsewhere.mandate(9, Role::Log, &thief));
    let mut abroad = fr.clone();
    abroad.network = Hash::of(b"another network with the same root keys");
    log.statement(&abroad.mandate(9, Role::Log, &thief));
    assert_eq!(prefix(&network, &log).unwrap().log_key(), Some(fr.log.public()));
}

#[test]
fn form_knows_no_revocation_no_other_role_and_no_charter_but_its_roots() {
    let (mut network, fr, mut log) = sample();
    network.insert(&fr.revoke_at(9, &fr.log, &log.position(0), None));
    network.insert(&fr.mandate(0, Role::Node, &fr.log));
    network.lower(
        &fr.code,
        None,
        Some(proto::Condition::Suspended),
        &log.position(0),
    );
    log.update(
        vec![log.put("practice/x", "x", Amber, None)],
        &[&Key::new("stranger")],
    );
    let prefix = prefix(&network, &log).unwrap();
    assert!(prefix.head(log.checkpoint(4, &fr.log)).is_ok());
}

#[test]
fn a_checkpoint_of_another_log_size_or_root_is_refused() {
    let (network, fr, log) = sample();
    let prefix = prefix(&network, &log).unwrap();
    let de = network.party("DE").start(network.newest());
    assert!(matches!(
        prefix.head(de.checkpoint(3, &fr.log)),
        Err(FormError::Checkpoint { .. })
    ));
    assert!(matches!(
        prefix.head(log.checkpoint(2, &fr.log)),
        Err(FormError::Root { size: 2, .. })
    ));
    let mut position = log.position(3);
    position.root.0[0] ^= 1;
    let other = SignedCheckpoint::sign(position.into(), &fr.log).unwrap();
    assert!(matches!(prefix.head(other), Err(FormError::Root { size: 3, .. })));
    let empty = Prefix::new(log.origin.clone());
    assert!(matches!(
        empty.head(log.checkpoint(0, &fr.log)),
        Err(FormError::Checkpoint { .. })
    ));
}

#[test]
fn a_log_key_is_valid_by_the_time_of_the_last_entry() {
    let (network, fr, _) = sample();
    let mut log = Log::new(fr.origin.clone());
    log.statement(&fr.mandate_for(1, Role::Log, &fr.log, NOW, NOW + 2000));
    log.name(network.newest());
    let roots = network.world.chain().roots(&fr.code);
    assert!(log.prefix(&roots, 2).head(log.checkpoint(2, &fr.log)).is_ok());
    log.name(network.newest());
    let expired = log.prefix(&roots, 3).head(log.checkpoint(3, &fr.log));
    assert!(expired.unwrap_err().to_string().contains("does not cover"));
    // A statement entry needs no live log key before it.
    log.statement(&fr.mandate_for(2, Role::Log, &fr.log, NOW, NOW + DAY));
    assert!(log.prefix(&roots, 4).head(log.checkpoint(4, &fr.log)).is_ok());
    let mut early = Log::new(fr.origin.clone());
    early.statement(&fr.mandate_for(1, Role::Log, &fr.log, NOW + 1, NOW + 2000));
    assert!(
        early
            .prefix(&roots, 1)
            .head(early.checkpoint(1, &fr.log))
            .is_err()
    );
}

#[test]
fn an_entry_before_its_time_mandates_and_names_nothing() {
    let (network, fr, mut log) = sample();
    let next = Hash::of(b"next");
    log.time = NOW;
    log.statement(&fr.mandate(9, Role::Log, &Key::new("FR log 2")));
    log.time = NOW;
    log.name(next);
    let read = prefix(&network, &log).unwrap();
    assert_eq!(read.log_key(), Some(fr.log.public()));
    assert!(read.namings().all(|hash| *hash != next));
    assert_eq!(read.sequenced_at(), NOW + 2000);
}

#[test]
fn within_an_epoch_a_new_root_mandates_from_the_size_that_the_charter_names() {
    let (mut network, fr, mut log) = sample();
    let mut renewed = fr.clone();
    renewed.root = Key::new("FR root 2");
    network.enact(|charter| {
        let authority = charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap();
        let mut change = proto::RootChange {
            previous_root: authority.root.clone(),
            previous_epoch: 1,
            epoch: 1,
            from_size: 4,
            ..Default::default()
        };
        change.signature =
            crate::support::rotation_signature(&fr.network, &fr.code, &change, &renewed.root, &fr.root);
        authority.root = renewed.root.public().to_bytes();
        authority.root_changes.push(change);
    });
    let keys = [2, 3, 4, 5].map(|i| Key::new(&format!("FR log {i}")));
    log.statement(&fr.mandate(5, Role::Log, &keys[0]));
    assert_eq!(prefix(&network, &log).unwrap().log_key(), Some(keys[0].public()));
    log.statement(&fr.mandate(6, Role::Log, &keys[1]));
    assert_eq!(prefix(&network, &log).unwrap().log_key(), Some(keys[0].public()));
    log.statement(&renewed.mandate(7, Role::Log, &keys[2]));
    assert_eq!(prefix(&network, &log).unwrap().log_key(), Some(keys[2].public()));
    let mut early = fr.start(network.newest());
    early.statement(&renewed.mandate(7, Role::Log, &keys[3]));
    assert_eq!(prefix(&network, &early).unwrap().log_key(), Some(fr.log.public()));
}

#[test]
fn a_prefix_survives_its_snapshot_at_every_size() {
    let (network, fr, mut log) = sample();
    for i in 0..6 {
        log.update(
            vec![log.put(&format!("practice/{i}"), "x", Amber, None)],
            &[&fr.administrator],
        );
    }
    log.statement(&fr.mandate(9, Role::Log, &Key::new("FR log 2")));
    log.name(network.newest());
    let roots = network.world.chain().roots(&fr.code);
    let whole = log.prefix(&roots, log.size());
    for size in 0..=log.size() {
        let prefix = log.prefix(&roots, size);
        let json = serde_json::to_string(&prefix).unwrap();
        let mut read: Prefix = serde_json::from_str(&json).unwrap();
        assert_eq!(read, prefix);
        for leaf in &log.leaves[size as usize..] {
            read.push(&roots, Leaf::Bytes(leaf)).unwrap();
        }
        assert_eq!(read, whole);
    }
}
