//! The charter chain: who must sign a version, what it may change, and which of two counts.

use liaison_protocol::ceremony;
use liaison_protocol::charter::{BreakError, Chain, ChainError, Charter, Standing};
use liaison_protocol::dsse::{FormatError, Signed};
use liaison_protocol::proto;
use liaison_protocol::{Hash, PublicKey, World};

use crate::support::{Key, NOW, Network, signers};

fn first(council: &[Key]) -> proto::Charter {
    let keys: Vec<PublicKey> = council.iter().map(|key| key.public().clone()).collect();
    ceremony::first_charter("SAMPLE", "policenet.example", &keys, NOW)
}

fn council(size: usize) -> Vec<Key> {
    (0..size).map(|i| Key::new(&format!("council {i}"))).collect()
}

fn found(charter: &proto::Charter, by: &[Key]) -> Result<Chain, ChainError> {
    Chain::new(Signed::sign(charter, &signers(by)).unwrap())
}

fn cause(result: Result<impl Sized, ChainError>) -> BreakError {
    match result.map(drop).unwrap_err() {
        ChainError::Broken { cause, .. } => cause,
        other => panic!("{other}"),
    }
}

#[test]
fn more_than_two_thirds_of_the_council_must_sign() {
    for (size, threshold) in [(4, 3), (5, 4), (6, 5), (7, 5), (8, 6), (9, 7), (12, 9), (15, 11)] {
        let council = council(size);
        let charter = first(&council);
        assert!(found(&charter, &council[..threshold]).is_ok(), "{size}");
        let error = cause(found(&charter, &council[1..threshold]));
        let expected = BreakError::Threshold {
            council: "new",
            valid: threshold - 1,
            needed: threshold,
        };
        assert_eq!(error, expected);
    }
}

#[test]
fn a_council_has_four_to_fifteen_distinct_keys_in_order() {
    for size in [3, 16] {
        let council = council(size);
        let signed = Signed::<Charter>::sign(&first(&council), &signers(&council));
        assert!(signed.is_err(), "{size}");
    }
    let council = council(4);
    let mut swapped = first(&council);
    swapped.council.swap(0, 1);
    let mut doubled = first(&council);
    doubled.council[1] = doubled.council[0].clone();
    for charter in [swapped, doubled] {
        assert!(Signed::<Charter>::sign(&charter, &signers(&council)).is_err());
    }
}

#[test]
fn the_first_version_admits_nobody_and_follows_nothing() {
    let council = council(4);
    let cases: [fn(&mut proto::Charter); 4] = [
        |charter| charter.version = 2,
        |charter| charter.round = 1,
        |charter| charter.previous = vec![7; 32],
        |charter| {
            charter.orders.push(proto::Order {
                origin: format!("policenet.example/{}/fr/1", "0".repeat(32)),
                measure: 1,
                ..Default::default()
            });
        },
    ];
    for case in cases {
        let mut charter = first(&council);
        case(&mut charter);
        assert_eq!(cause(found(&charter, &council)), BreakError::First);
    }
    let (network, _) = Network::of(&["FR"]);
    let with_authority = Signed::<Charter>::sign(
        &proto::Charter {
            version: 1,
            previous: Vec::new(),
            ..network.draft(0, |_| {})
        },
        &signers(&network.council),
    );
    assert_eq!(cause(Chain::new(with_authority.unwrap())), BreakError::First);
}

#[test]
fn a_foreign_or_a_wrong_signature_spoils_a_version_even_beside_enough_good_ones() {
    let council = council(4);
    let charter = first(&council);
    let mut by = council.clone();
    by.push(Key::new("a stranger"));
    assert!(matches!(cause(found(&charter, &by)), BreakError::Signature(_)));

    let signed = Signed::<Charter>::sign(&charter, &signers(&council)).unwrap();
    let mut envelope = signed.envelope().clone();
    envelope.signatures[3].signature[0] ^= 1;
    let spoilt = Chain::new(Signed::from_envelope(envelope).unwrap());
    assert!(matches!(cause(spoilt), BreakError::Signature(_)));
}

#[test]
fn a_key_signs_once() {
    let council = council(4);
    let signed = Signed::<Charter>::sign(&first(&council), &signers(&council)).unwrap();
    let mut envelope = signed.envelope().clone();
    envelope.signatures[0] = envelope.signatures[1].clone();
    let doubled = Signed::<Charter>::from_envelope(envelope);
    assert!(matches!(doubled, Err(FormatError::Signatures { count: 4, .. })));
}

#[test]
fn a_new_council_needs_the_threshold_of_the_old_one_and_its_own() {
    let network = Network::found(4);
    let old = &network.council;
    let new: Vec<Key> = (10..15).map(|i| Key::new(&format!("council {i}"))).collect();
    let mut keys: Vec<&Key> = new.iter().collect();
    keys.sort_by_key(|key| key.id());
    let draft = network.draft(0, |charter| {
        charter.council = keys.iter().map(|key| key.public().to_bytes()).collect();
    });
    let insert = |by: Vec<&Key>| {
        let signed = Signed::sign(&draft, &signers(by)).unwrap();
        network.world.clone().insert_charter(signed)
    };
    let by = |of_old: usize, of_new: usize| old.iter().take(of_old).chain(new.iter().take(of_new)).collect();
    assert_eq!(insert(by(3, 4)), Ok(true));
    assert_eq!(insert(by(4, 5)), Ok(true));
    let short = |council, valid, needed| BreakError::Threshold {
        council,
        valid,
        needed,
    };
    assert_eq!(cause(insert(by(2, 5))), short("previous", 2, 3));
    assert_eq!(cause(insert(by(4, 3))), short("new", 3, 4));
    assert_eq!(cause(insert(by(0, 5))), short("previous", 0, 3));
}

#[test]
fn a_signature_counts_for_both_councils_when_its_key_stays() {
    let network = Network::found(4);
    let mut keys: Vec<Key> = network.council[..3].to_vec();
    keys.push(Key::new("council 9"));
    keys.sort_by_key(Key::id);
    let draft = network.draft(0, |charter| {
        charter.council = keys.iter().map(|key| key.public().to_bytes()).collect();
    });
    let signed = Signed::sign(&draft, &signers(&network.council[..3])).unwrap();
    assert_eq!(network.world.clone().insert_charter(signed), Ok(true));
}

#[test]
fn what_a_version_must_not_change() {
    let (network, _) = Network::of(&["FR", "DE"]);
    type Case = (&'static str, fn(&mut proto::Charter));
    let cases: [Case; 19] = [
        ("does not follow version 2", |c| c.version = 2),
        ("prefix is fixed", |c| c.prefix = "other.example".into()),
        ("DE is missing", |c| drop(c.authorities.remove(0))),
        ("without a root change", |c| c.authorities[0].epoch = 2),
        ("without a root change", |c| {
            c.authorities[0].root = Key::new("other").public().to_bytes();
        }),
        ("names the position", |c| c.authorities[0].condition = 1),
        ("names the position", |c| c.authorities[0].standing = 3),
        ("names the position", |c| {
            // A log of the same name under another prefix: it would never hold.
            c.authorities[0].condition = 1;
            c.authorities[0].lowered_at = Some(at(c, 0, |o| o.replace("policenet", "other")));
        }),
        ("names the position", |c| {
            c.authorities[0].condition = 1;
            c.authorities[0].lowered_at = Some(at(c, 1, |o| o.to_owned()));
        }),
        ("names the position", |c| {
            c.authorities[0].condition = 1;
            c.authorities[0].lowered_at = Some(at(c, 0, |o| o.replace("/1", "/2")));
        }),
        ("only there", |c| {
            c.authorities[0].lowered_at = Some(at(c, 0, |o| o.to_owned()))
        }),
        ("carried by the version that admits", |c| {
            let statement = c.authorities[1].statements.first().cloned();
            c.authorities[0]
                .statements
                .extend(statement.or_else(some_statement));
        }),
        ("epoch 1", |c| admit(c, |a| a.epoch = 2)),
        ("good standing", |c| admit(c, |a| a.condition = 1)),
        ("must bring mandates", |c| {
            admit(c, |a| drop(a.statements.remove(0)))
        }),
        ("not its root key's", |c| {
            admit(c, |a| a.root = Key::new("other").public().to_bytes());
        }),
        ("not its root key's", |c| {
            admit(c, |a| a.statements.extend(some_statement()));
        }),
        ("another role, or had it once", |c| {
            admit(c, |_| {});
            let root = c
                .authorities
                .iter()
                .find(|a| a.code == "IT")
                .unwrap()
                .root
                .clone();
            c.council[0] = root;
            c.council.sort_by_key(|key| Hash::of(key));
        }),
        ("one root change a version", |c| {
            c.authorities[0].root_changes.push(proto::RootChange {
                previous_root: Key::new("x").public().to_bytes(),
                previous_epoch: 1,
                epoch: 1,
                ..Default::default()
            });
            let again = c.authorities[0].root_changes[0].clone();
            c.authorities[0].root_changes.push(again);
        }),
    ];
    for (number, (expected, case)) in cases.into_iter().enumerate() {
        let draft = network.draft(0, case);
        let mut by = network.council.clone();
        by.push(Key::new("IT root"));
        // The council signs it all the same.
        let by: Vec<&Key> = by
            .iter()
            .filter(|key| draft.council.contains(&key.public().to_bytes()))
            .collect();
        let signed = Signed::sign(&draft, &signers(by)).unwrap_or_else(|e| panic!("case {number}: {e}"));
        let error = network
            .world
            .clone()
            .insert_charter(signed)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(expected),
            "case {number}: expected ‘{expected}’, got ‘{error}’"
        );
    }
}

fn at(charter: &proto::Charter, authority: usize, turn: impl Fn(&str) -> String) -> proto::Position {
    let network = Network::found(4).id();
    let code = charter.authorities[authority].code.to_lowercase();
    proto::Position {
        origin: turn(&format!("policenet.example/{}/{code}/1", network.short())),
        size: 0,
        root: Vec::new(),
    }
}

fn admit(charter: &mut proto::Charter, spoil: impl Fn(&mut proto::Authority)) {
    let party = Network::found(4).party("IT");
    ceremony::admit(charter, &party.grant(), proto::Standing::Member, true);
    spoil(charter.authorities.iter_mut().find(|a| a.code == "IT").unwrap());
}

fn some_statement() -> Option<proto::Envelope> {
    let party = Network::found(4).party("FR");
    Some(party.cancel(9, 3, 0).envelope().clone())
}

#[test]
fn two_roots_are_never_one_key() {
    let mut network = Network::found(4);
    let (fr, mut de) = (network.party("FR"), network.party("DE"));
    de.root = fr.root.clone();
    let charter = network.propose(0, |charter| {
        ceremony::admit(charter, &fr.grant(), proto::Standing::Member, true);
        ceremony::admit(charter, &de.grant(), proto::Standing::Member, true);
    });
    let error = network.world.insert_charter(charter).unwrap_err();
    assert!(error.to_string().contains("another role"), "{error}");
}

#[test]
fn the_level_never_goes_down_and_orders_stay() {
    let (mut network, parties) = Network::of(&["FR"]);
    let order = proto::Order {
        origin: parties[0].origin.to_string(),
        index: 7,
        change: 0,
        measure: proto::Measure::Erase.into(),
    };
    network.enact(|charter| {
        charter.format_level = 2;
        charter.orders.push(order.clone());
    });
    let refused = |change: fn(&mut proto::Charter)| {
        let charter = network.propose(0, change);
        cause(network.world.clone().insert_charter(charter))
    };
    assert_eq!(refused(|c| c.format_level = 1), BreakError::Fixed);
    assert_eq!(refused(|c| c.orders.clear()), BreakError::Orders);
    assert_eq!(
        refused(|c| {
            let mut first = c.orders[0].clone();
            first.index = 8;
            c.orders.insert(0, first);
        }),
        BreakError::Orders
    );
    let more = network.propose(0, |c| {
        let mut next = c.orders[0].clone();
        next.index = 8;
        c.orders.push(next);
    });
    assert_eq!(network.world.insert_charter(more), Ok(true));
}

#[test]
fn who_withdrew_comes_back_in_a_new_epoch_only() {
    let (mut network, parties) = Network::of(&["FR", "DE"]);
    let at = parties[0].start(network.newest()).position(2);
    network.lower(&parties[0].code, None, Some(proto::Condition::Withdrawn), &at);
    for condition in [proto::Condition::Good, proto::Condition::Suspended] {
        let charter = network.propose(0, |charter| {
            let fr = charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap();
            fr.condition = condition.into();
            fr.lowered_at = None;
        });
        let error = network.world.clone().insert_charter(charter).unwrap_err();
        assert!(
            error.to_string().contains("starts a new epoch"),
            "{condition:?}: {error}"
        );
    }
}

#[test]
fn who_is_suspended_can_withdraw_at_the_same_position() {
    let (mut network, parties) = Network::of(&["FR", "DE"]);
    let fr = &parties[0];
    let at = fr.start(network.newest()).position(2);
    network.lower(&fr.code, None, Some(proto::Condition::Suspended), &at);
    network.lower(&fr.code, None, Some(proto::Condition::Withdrawn), &at);
    assert!(
        !network.world.chain().newest().authorities[&fr.code]
            .rank
            .is_good()
    );
}

#[test]
fn a_witness_is_whom_the_version_says_whatever_its_standing() {
    let mut network = Network::found(4);
    let parties = ["FR", "DE", "COE", "INTERPOL"].map(|code| network.party(code));
    let standings = [
        (proto::Standing::Member, true),
        (proto::Standing::Member, false),
        (proto::Standing::Secretariat, true),
        (proto::Standing::Observer, true),
    ];
    network.enact(|charter| {
        for (party, (standing, witness)) in parties.iter().zip(standings) {
            ceremony::admit(charter, &party.grant(), standing, witness);
        }
    });
    let charter = network.world.chain().newest();
    let witnesses = |code: &str| -> Vec<String> {
        let code = code.parse().unwrap();
        charter
            .witnesses_for(&code)
            .map(|code| code.to_string())
            .collect()
    };
    assert_eq!(witnesses("FR"), ["COE", "INTERPOL"]);
    assert_eq!(witnesses("DE"), ["COE", "FR", "INTERPOL"]);
    let interpol = &charter.authorities[&parties[3].code];
    assert_eq!(interpol.rank.standing, Standing::Observer);
}

/// A network and two successors of its newest version in rounds of their own.
fn rivals(rounds: [u32; 2]) -> (Network, [Signed<Charter>; 2]) {
    let (network, _) = Network::of(&["FR"]);
    let rivals = [0, 1].map(|i| network.propose(rounds[i], |c| c.name = format!("Rival {i}")));
    (network, rivals)
}

fn take(world: &World, charters: &[&Signed<Charter>]) -> World {
    let mut world = world.clone();
    for charter in charters {
        world.insert_charter((*charter).clone()).unwrap();
    }
    world
}

/// A version that follows another one.
fn after(network: &Network, parent: &Signed<Charter>, name: &str) -> Signed<Charter> {
    let world = take(&network.world, &[parent]);
    let network = Network {
        council: network.council.clone(),
        world,
    };
    network.propose(0, |c| c.name = name.to_owned())
}

#[test]
fn of_two_successors_the_higher_round_counts_in_any_order() {
    let (network, [low, high]) = rivals([3, 4]);
    for order in [[&low, &high], [&high, &low]] {
        let world = take(&network.world, &order);
        assert_eq!(world.chain().newest().hash(), high.hash());
        let rivalry = &world.chain().rivalries()[0];
        assert_eq!((rivalry.rivals.len(), rivalry.chosen), (2, Some(high.hash())));
    }
}

#[test]
fn of_two_successors_in_one_round_none_counts_until_the_operator_decides() {
    let (network, [a, b]) = rivals([2, 2]);
    for order in [[&a, &b], [&b, &a]] {
        let mut world = take(&network.world, &order);
        assert_eq!(world.chain().newest().hash(), network.newest());
        assert_eq!(world.chain().rivalries()[0].chosen, None);
        // A later choice replaces an earlier one.
        for chosen in [&a, &b, &a] {
            assert!(world.resolve(chosen.hash()));
            assert_eq!(world.chain().newest().hash(), chosen.hash());
        }
    }
    let mut world = network.world.clone();
    world.resolve(b.hash());
    let world = take(&world, &[&a, &b]);
    assert_eq!(
        world.chain().newest().hash(),
        b.hash(),
        "the choice may come before the rivals"
    );
}

#[test]
fn the_operators_choice_counts_against_a_higher_round_but_not_against_a_settled_version() {
    let (network, [low, high]) = rivals([3, 4]);
    for order in [[&low, &high], [&high, &low]] {
        let mut world = take(&network.world, &order);
        // The choice may be taken back.
        for chosen in [&low, &high, &low] {
            world.resolve(chosen.hash());
            assert_eq!(world.chain().newest().hash(), chosen.hash());
            assert_eq!(world.chain().rivalries()[0].chosen, Some(chosen.hash()));
        }
        let next = after(&network, &high, "Next");
        let world = take(&world, &[&next]);
        assert_eq!(world.chain().newest().hash(), next.hash());
    }
    let mut world = take(&network.world, &[&low]);
    assert!(!world.resolve(low.hash()), "there is nothing else yet");
    let world = take(&world, &[&high]);
    assert_eq!(
        world.chain().newest().hash(),
        low.hash(),
        "it was chosen before the other came"
    );
}

#[test]
fn a_rival_of_a_settled_version_changes_nothing_whatever_its_round() {
    let (network, [settled, late]) = rivals([0, 9]);
    let next = after(&network, &settled, "Next");
    for order in [
        [&settled, &next, &late],
        [&late, &settled, &next],
        [&settled, &late, &next],
    ] {
        let mut world = take(&network.world, &order);
        assert_eq!(world.chain().newest().hash(), next.hash());
        assert!(!world.resolve(late.hash()));
        assert_eq!(world.chain().rivalries().len(), 1);
    }
}

#[test]
fn a_version_without_its_predecessor_waits_and_one_of_another_network_is_refused() {
    let (network, [a, _]) = rivals([0, 0]);
    let next = after(&network, &a, "Next");
    let mut world = network.world.clone();
    assert_eq!(
        world.insert_charter(next.clone()),
        Err(ChainError::Orphan(a.hash()))
    );
    assert_eq!(world.insert_charter(a), Ok(true));
    assert_eq!(world.insert_charter(next.clone()), Ok(true));
    assert_eq!(
        world.insert_charter(next),
        Ok(false),
        "a second time it is nothing new"
    );

    let other = found(&first(&council(5)), &council(5)).unwrap();
    let foreign = other.newest().clone();
    let expected = ChainError::OtherNetwork(foreign.hash());
    assert_eq!(world.insert_charter(foreign), Err(expected));
}

#[test]
fn a_chain_file_reads_back_and_nothing_else_does() {
    let (network, _) = Network::of(&["FR"]);
    let versions: Vec<&Signed<Charter>> = network.world.chain().all();
    let bytes = Signed::write_chain(versions.iter().copied());
    let read = Signed::<Charter>::read_chain(&bytes).unwrap();
    assert!(read.iter().eq(versions));
    assert!(Chain::from_versions(read).is_ok());
    for cut in (1..bytes.len()).step_by(7) {
        let cut = Signed::<Charter>::read_chain(&bytes[..cut]);
        assert!(cut.is_err() || cut.is_ok_and(|versions| versions.len() < 2));
    }
    // The first length has two bytes; a third one would be a second way to write it.
    assert!(bytes[0] >= 0x80 && bytes[1] < 0x80);
    let padded = [&bytes[..1], &[bytes[1] | 0x80, 0], &bytes[2..]].concat();
    assert!(Signed::<Charter>::read_chain(&padded).is_err());
}
