//! The set of statements: what is taken in, what counts, and which keys are live.

use liaison_protocol::dsse::{SignError, Signed};
use liaison_protocol::proto::{self, statement::Content};
use liaison_protocol::statement::{InsertError, LogEnd, Role, Statement, Statements};
use liaison_protocol::{Hash, PublicKey, World};

use crate::support::{Curve, DAY, Key, NOW, Network, Party};

fn sample() -> (Network, Party, Party) {
    let (network, parties) = Network::of(&["FR", "DE", "COE"]);
    (network, parties[0].clone(), parties[1].clone())
}

fn live(world: &World, party: &Party, role: Role, time: u64) -> Vec<PublicKey> {
    let keys = world
        .statements()
        .live_keys(world.chain(), &party.code, role, time);
    let mut keys: Vec<PublicKey> = keys.into_iter().cloned().collect();
    keys.sort();
    keys
}

#[test]
fn the_charter_brings_the_first_statements() {
    let (network, fr, _) = sample();
    let world = &network.world;
    assert_eq!(world.statements().of(&fr.code).count(), 4);
    assert_eq!(live(world, &fr, Role::Node, NOW), [fr.node.public().clone()]);
    assert_eq!(
        live(world, &fr, Role::Cosigner, NOW),
        [fr.cosigner.public().clone()]
    );
}

#[test]
fn mandates_for_the_log_do_not_hold_from_the_set() {
    let (network, fr, _) = sample();
    for role in [Role::Log, Role::Administrator] {
        assert!(live(&network.world, &fr, role, NOW).is_empty(), "{role}");
    }
}

#[test]
fn only_statements_of_this_network_by_a_root_of_their_authority_are_taken_in() {
    let (mut network, fr, de) = sample();
    let mut insert = |statement: Signed<Statement>| network.world.insert_statement(statement);
    let mut forged = fr.clone();
    forged.root = de.root.clone();
    assert_eq!(
        insert(forged.cancel(9, 3, 0)),
        Err(InsertError::Unsigned(fr.code.clone()))
    );
    let mut stranger = fr.clone();
    stranger.code = "IT".parse().unwrap();
    stranger.origin = fr.origin.with_authority(&stranger.code);
    let unlisted = insert(stranger.cancel(9, 3, 0));
    assert_eq!(unlisted, Err(InsertError::Unlisted(stranger.code)));
    let mut other = fr.clone();
    other.network.0[31] ^= 1;
    assert_eq!(
        insert(other.revoke_from(9, &fr.node, NOW)),
        Err(InsertError::OtherNetwork)
    );
    // A log of the same authority under another prefix would pass for an earlier epoch.
    let mut elsewhere = fr.clone();
    elsewhere.origin = fr.origin.as_str().replace("policenet", "other").parse().unwrap();
    let at = elsewhere.start(fr.network).position(2);
    let revocation = elsewhere.revoke_at(9, &fr.administrator, &at, None);
    assert_eq!(insert(revocation), Err(InsertError::OtherNetwork));
    assert_eq!(insert(fr.cancel(9, 3, 0)), Ok(true));
    assert_eq!(insert(fr.cancel(9, 3, 0)), Ok(false));
}

#[test]
fn a_statement_says_what_it_is_about_in_one_way_only() {
    let (_, fr, _) = sample();
    let at = fr.start(fr.network).position(2);
    let position = |size, root: &[u8]| proto::Position {
        origin: fr.origin.to_string(),
        size,
        root: root.to_vec(),
    };
    let revocation = |change: fn(&mut proto::Revocation), at: Option<proto::Position>| {
        let mut revocation = proto::Revocation {
            key_id: vec![1; 32],
            reason: 1,
            at,
            compromised_since: 0,
            time: 0,
        };
        change(&mut revocation);
        fr.statement(9, false, Content::Revocation(revocation))
    };
    let root = at.root.0;
    let good = [
        revocation(|r| r.time = 5, None),
        revocation(|_| {}, Some(position(2, &root))),
        revocation(|_| {}, Some(position(0, &[]))),
        revocation(
            |r| (r.reason, r.compromised_since) = (2, 1),
            Some(position(2, &root)),
        ),
    ];
    let bad = [
        revocation(|_| {}, None),
        revocation(|r| r.time = 5, Some(position(2, &root))),
        revocation(|_| {}, Some(position(2, &[]))),
        revocation(|_| {}, Some(position(0, &root))),
        revocation(|r| r.reason = 3, Some(position(2, &root))),
        revocation(|r| r.compromised_since = 1, Some(position(2, &root))),
        revocation(
            |r| (r.reason, r.compromised_since) = (2, 3),
            Some(position(2, &root)),
        ),
        revocation(|r| (r.reason, r.compromised_since, r.time) = (2, 3, 4), None),
        fr.statement(9, false, Content::Rules(proto::Rules::default())),
        fr.statement(
            9,
            true,
            Content::Cancel(proto::Cancel {
                origin: fr.origin.to_string(),
                ..Default::default()
            }),
        ),
        fr.statement(9, false, Content::Cancel(proto::Cancel::default())),
        fr.statement(
            9,
            true,
            Content::Rules(proto::Rules {
                rules: vec![],
                quarantine_hours: Some(721),
            }),
        ),
        fr.statement(
            9,
            true,
            Content::Rules(proto::Rules {
                rules: vec![proto::Rule::default()],
                quarantine_hours: None,
            }),
        ),
        proto::Statement {
            content: None,
            ..fr.statement(9, true, Content::Rules(proto::Rules::default()))
        },
    ];
    let sign = |statement: &proto::Statement| Signed::<Statement>::sign(statement, &[&fr.root]);
    for (number, statement) in good.iter().enumerate() {
        assert!(sign(statement).is_ok(), "good {number}");
    }
    for (number, statement) in bad.iter().enumerate() {
        assert!(
            matches!(sign(statement), Err(SignError::Format(_))),
            "bad {number}"
        );
    }
}

#[test]
fn a_mandate_needs_the_word_of_its_key_for_this_role_log_and_authority() {
    let (_, fr, de) = sample();
    let key = Key::new("FR other");
    let good = fr.mandate(9, Role::Administrator, &key);
    let spoil: [&dyn Fn(&mut proto::Statement); 6] = [
        &|s| s.authority = "DE".into(),
        &|s| s.origin = fr.origin.with_epoch(2).to_string(),
        &|s| s.origin = s.origin.replace("policenet", "other"),
        &|s| s.network[0] ^= 1,
        &|s| mandate(s).possession[9] ^= 1,
        &|s| mandate(s).key = de.node.public().to_bytes(),
    ];
    for (number, spoil) in spoil.iter().enumerate() {
        let content = Content::Mandate(proto_mandate(&good));
        let mut statement = fr.statement(9, true, content);
        spoil(&mut statement);
        let signed = Signed::<Statement>::sign(&statement, &[&fr.root]);
        assert!(signed.is_err(), "case {number}");
    }
    // A role that is for no log must not take a possession for one.
    let mut role = fr.statement(9, false, Content::Mandate(proto_mandate(&good)));
    mandate(&mut role).role = proto::Role::Node.into();
    assert!(Signed::<Statement>::sign(&role, &[&fr.root]).is_err());
}

#[test]
fn only_administrators_may_have_a_key_of_the_other_curve() {
    let (_, fr, _) = sample();
    let card = Key::on(Curve::P256, "FR card");
    for role in [Role::Log, Role::Cosigner, Role::Node, Role::Administrator] {
        let possession = fr.requested(role, &card).possession;
        let good = fr.mandate(9, role, &Key::new("FR other"));
        let mut statement: proto::Statement = prost::Message::decode(good.body()).unwrap();
        mandate(&mut statement).key = card.public().to_bytes();
        mandate(&mut statement).possession = possession;
        let signed = Signed::<Statement>::sign(&statement, &[&fr.root]);
        assert_eq!(signed.is_ok(), role == Role::Administrator, "{role}");
    }
}

fn mandate(statement: &mut proto::Statement) -> &mut proto::Mandate {
    match statement.content.as_mut() {
        Some(Content::Mandate(mandate)) => mandate,
        _ => panic!("no mandate"),
    }
}

fn proto_mandate(statement: &Signed<Statement>) -> proto::Mandate {
    let mut decoded: proto::Statement = prost::Message::decode(statement.body()).unwrap();
    mandate(&mut decoded).clone()
}

#[test]
fn mandates_hold_for_their_time_and_of_cosigners_the_highest_serial() {
    let (mut network, fr, _) = sample();
    let second = Key::new("FR cosigner 2");
    network.insert(&fr.mandate_for(9, Role::Cosigner, &second, NOW, NOW + DAY));
    let key = |time| {
        let world = &network.world;
        let key = world
            .statements()
            .live_key(world.chain(), &fr.code, Role::Cosigner, time);
        key.map(PublicKey::id)
    };
    assert_eq!(key(NOW - 1), Some(fr.cosigner.id()));
    assert_eq!(key(NOW), Some(second.id()));
    assert_eq!(key(NOW + DAY - 1), Some(second.id()));
    assert_eq!(key(NOW + DAY), Some(fr.cosigner.id()));
    assert_eq!(key(NOW - 100 * DAY), None);
    assert_eq!(key(NOW + 365 * DAY), None);
}

#[test]
fn a_revocation_ends_a_key_from_its_time_on_the_earliest_of_several() {
    let (mut network, fr, _) = sample();
    network.insert(&fr.revoke_from(9, &fr.node, NOW + 2000));
    network.insert(&fr.revoke_from(10, &fr.node, NOW + 1000));
    network.insert(&fr.revoke_from(11, &fr.node, NOW + 3000));
    assert_eq!(live(&network.world, &fr, Role::Node, NOW + 999).len(), 1);
    assert_eq!(live(&network.world, &fr, Role::Node, NOW + 1000).len(), 0);
    // A new mandate of the same key does not bring it back.
    network.insert(&fr.mandate(12, Role::Node, &fr.node));
    assert_eq!(live(&network.world, &fr, Role::Node, NOW + 1000).len(), 0);
}

#[test]
fn one_authority_cannot_end_anothers_key() {
    let (mut network, fr, de) = sample();
    network.insert(&de.revoke_from(9, &fr.node, NOW));
    assert_eq!(live(&network.world, &fr, Role::Node, NOW).len(), 1);
    let log = fr.start(network.newest());
    let mut at = log.position(1);
    at.origin = de.origin.clone();
    network.insert(&de.revoke_at(10, &fr.administrator, &at, None));
    let world = &network.world;
    assert_eq!(
        world
            .statements()
            .log_end(world.chain(), &fr.origin, fr.administrator.id()),
        None
    );
}

#[test]
fn of_several_ends_in_a_log_the_lowest_counts_and_holds_for_later_epochs() {
    let (mut network, fr, _) = sample();
    let mut log = fr.start(network.newest());
    for _ in 0..5 {
        log.update(
            vec![log.put("practice/x", "x", liaison_protocol::update::Audience::Green, None)],
            &[&fr.administrator],
        );
    }
    let end = |world: &World, epoch| {
        let origin = fr.origin.with_epoch(epoch);
        world
            .statements()
            .log_end(world.chain(), &origin, fr.administrator.id())
    };
    assert_eq!(end(&network.world, 1), None);
    network.insert(&fr.revoke_at(9, &fr.administrator, &log.position(6), Some(4)));
    network.insert(&fr.revoke_at(10, &fr.administrator, &log.position(5), None));
    network.insert(&fr.revoke_at(11, &fr.administrator, &log.position(7), Some(3)));
    let expected = LogEnd {
        size: 5,
        root: Some(log.position(5).root),
        disputed_from: Some(3),
    };
    assert_eq!(end(&network.world, 1), Some(expected));
    let later = LogEnd {
        size: 0,
        root: None,
        disputed_from: None,
    };
    assert_eq!(end(&network.world, 2), Some(later));
    // What ends a key in a later epoch leaves the earlier one alone.
    let mut second = log.position(1);
    second.origin = fr.origin.with_epoch(2);
    network.insert(&fr.revoke_at(12, &fr.node, &second, None));
    let world = &network.world;
    assert_eq!(
        world
            .statements()
            .log_end(world.chain(), &fr.origin, fr.node.id()),
        None
    );
}

#[test]
fn one_digest_names_what_ends_the_keys_of_a_log() {
    let (mut network, fr, _) = sample();
    let mut log = fr.start(network.newest());
    log.update(
        vec![log.put("practice/x", "x", liaison_protocol::update::Audience::Green, None)],
        &[&fr.administrator],
    );
    let digest = |world: &World, epoch| {
        let origin = fr.origin.with_epoch(epoch);
        world.statements().log_ends_digest(&origin)
    };
    network.insert(&fr.revoke_at(9, &fr.administrator, &log.position(2), None));
    assert_eq!(
        digest(&network.world, 1),
        None,
        "an administrator's is no log key"
    );
    let mut ends = Vec::new();
    for (serial, size) in [(10, 2), (11, 1)] {
        let end = fr.revoke_at(serial, &fr.log, &log.position(size), None);
        network.insert(&end);
        ends.push(end.hash());
        ends.sort_unstable();
        let together: Vec<u8> = ends.iter().flat_map(|hash| hash.0).collect();
        assert_eq!(digest(&network.world, 1), Some(Hash::of(&together)));
    }
    assert_eq!(digest(&network.world, 2), None, "no key is mandated for that log");
}

#[test]
fn a_key_has_one_role_and_a_later_statement_takes_nothing_back() {
    let (mut network, fr, _) = sample();
    network.insert(&fr.mandate(9, Role::Cosigner, &fr.node));
    let world = &network.world;
    assert_eq!(
        live(world, &fr, Role::Node, NOW).len(),
        1,
        "the earlier role stays"
    );
    assert_eq!(
        live(world, &fr, Role::Cosigner, NOW),
        [fr.cosigner.public().clone()]
    );
}

#[test]
fn a_node_key_of_two_authorities_is_nobodys() {
    let (mut network, fr, de) = sample();
    network.insert(&de.mandate(9, Role::Node, &fr.node));
    assert!(live(&network.world, &fr, Role::Node, NOW).is_empty());
    assert_eq!(
        live(&network.world, &de, Role::Node, NOW),
        [de.node.public().clone()]
    );
}

#[test]
fn a_sealing_mandate_which_anybody_can_make_ends_no_key() {
    let (mut network, fr, de) = sample();
    for (serial, key) in [(9, &fr.node), (10, &fr.cosigner)] {
        let mandate = proto::Mandate {
            key: key.public().to_bytes(),
            role: proto::Role::Sealing.into(),
            not_before: 0,
            not_after: u64::MAX,
            function: "attack".into(),
            ..Default::default()
        };
        network.insert(&de.state(serial, false, Content::Mandate(mandate)));
    }
    let world = &network.world;
    assert_eq!(live(world, &fr, Role::Node, NOW).len(), 1);
    assert_eq!(live(world, &fr, Role::Cosigner, NOW).len(), 1);
    assert!(
        live(world, &de, Role::Sealing, NOW).is_empty(),
        "it yields itself"
    );
}

#[test]
fn a_root_or_council_key_can_be_mandated_for_nothing() {
    let (mut network, fr, _) = sample();
    network.insert(&fr.mandate(9, Role::Node, &fr.root));
    network.insert(&fr.mandate(10, Role::Node, &Key::new("council 2")));
    assert_eq!(
        live(&network.world, &fr, Role::Node, NOW),
        [fr.node.public().clone()]
    );
}

#[test]
fn the_digest_is_over_the_sorted_hashes() {
    let (mut network, fr, _) = sample();
    let before = network.world.statements().digest(&fr.code);
    network.insert(&fr.revoke_from(9, &fr.node, NOW));
    let set = network.world.statements();
    let mut hashes: Vec<[u8; 32]> = set.of(&fr.code).map(|s| s.hash().0).collect();
    hashes.sort_unstable();
    assert_eq!(set.digest(&fr.code), liaison_protocol::Hash::of(&hashes.concat()));
    assert_ne!(set.digest(&fr.code), before);
}

/// Ten thousand signatures: the one slow test of this module.
#[test]
fn an_authority_has_ten_thousand_statements_and_an_old_root_crowds_nothing_out() {
    let (mut network, fr, _) = sample();
    let charter_set = Statements::from_chain(network.world.chain());
    assert_eq!(charter_set.of(&fr.code).count(), 4);
    let many: Vec<Signed<Statement>> = (0..10_010).map(|i| fr.cancel(100 + i, i, 0)).collect();
    for statement in &many {
        // Beyond the limit the last by hash goes, which may be the new one.
        let taken = network.world.insert_statement(statement.clone());
        assert!(matches!(taken, Ok(true) | Err(InsertError::Full(_))), "{taken:?}");
    }
    let set = network.world.statements();
    assert_eq!(set.of(&fr.code).count(), 10_000);
    // Those that stay are the first by hash, whatever the order; a revocation ranks before all.
    let mut ranked: Vec<_> = many.iter().map(Signed::hash).collect();
    ranked.extend(charter_set.of(&fr.code).map(Signed::hash));
    ranked.sort_unstable();
    let dropped = ranked.split_off(10_000);
    let mut held: Vec<_> = set.of(&fr.code).map(Signed::hash).collect();
    held.sort_unstable();
    assert!(held == ranked);
    let again = many
        .iter()
        .find(|statement| dropped.contains(&statement.hash()))
        .unwrap();
    let full = Err(InsertError::Full(fr.code.clone()));
    assert_eq!(network.world.insert_statement(again.clone()), full);
    let revocation = fr.revoke_from(9, &fr.node, NOW);
    network.insert(&revocation);
    assert_eq!(
        network.world.statements().of(&fr.code).next().map(Signed::hash),
        Some(revocation.hash())
    );

    // Once the council has replaced the root, its statements count no more and take no place.
    let new = network.party_of("FR", 2, "'");
    network.enact(|charter| {
        let authority = charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap();
        authority.root_changes.push(proto::RootChange {
            previous_root: authority.root.clone(),
            previous_epoch: 1,
            epoch: 2,
            ..Default::default()
        });
        authority.root = new.root.public().to_bytes();
        authority.epoch = 2;
        authority.statements = new
            .grant()
            .statements
            .iter()
            .map(|s| s.envelope().clone())
            .collect();
    });
    let set = network.world.statements();
    assert_eq!(set.counting(&fr.code).count(), 4);
    assert_eq!(set.of(&fr.code).count(), 10_004);
    assert_eq!(
        live(&network.world, &fr, Role::Node, NOW),
        [new.node.public().clone()]
    );
}
