//! New root keys and new epochs: with the old root's word and without it.

use liaison_protocol::ceremony::{RootTurn, turn_root};
use liaison_protocol::charter::{Charter, Roots};
use liaison_protocol::dsse::Signed;
use liaison_protocol::proto;
use liaison_protocol::statement::Role;
use liaison_protocol::{Hash, Signer, World};

use crate::support::{Key, NOW, Network, Party, fold, rotation_signature};

/// A draft in which FR's root changes.
struct Change {
    root: Key,
    epoch: u32,
    from_size: u64,
    kept: Vec<Hash>,
    signed: bool,
    statements: Vec<proto::Envelope>,
}

impl Change {
    /// The old root hands over to the new one within the epoch.
    fn rotation(root: &Key, from_size: u64) -> Change {
        Change {
            root: root.clone(),
            epoch: 1,
            from_size,
            kept: Vec::new(),
            signed: true,
            statements: Vec::new(),
        }
    }

    /// The council starts a new epoch with the first statements of `party`.
    fn replacement(party: &Party) -> Change {
        Change {
            root: party.root.clone(),
            epoch: party.origin.epoch(),
            from_size: 0,
            kept: Vec::new(),
            signed: false,
            statements: party
                .grant()
                .statements
                .iter()
                .map(|s| s.envelope().clone())
                .collect(),
        }
    }

    fn keeping(mut self, statements: &[Hash]) -> Change {
        self.kept = statements.to_vec();
        self.kept.sort();
        self
    }

    fn put(self, charter: &mut proto::Charter, fr: &Party) {
        let network = fr.network;
        let authority = charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap();
        let mut change = proto::RootChange {
            previous_root: authority.root.clone(),
            previous_epoch: authority.epoch,
            epoch: self.epoch,
            from_size: self.from_size,
            signature: Vec::new(),
            kept: self.kept.iter().map(|hash| hash.0.to_vec()).collect(),
        };
        if self.signed {
            change.signature = rotation_signature(&network, &fr.code, &change, &self.root, &fr.root);
        }
        authority.root = self.root.public().to_bytes();
        authority.epoch = self.epoch;
        authority.condition = 0;
        authority.lowered_at = None;
        authority.statements = self.statements;
        authority.root_changes.push(change);
    }

    fn propose(self, network: &Network, fr: &Party) -> Signed<Charter> {
        network.propose(0, |charter| self.put(charter, fr))
    }
}

fn refusal(network: &Network, charter: Signed<Charter>) -> String {
    network
        .world
        .clone()
        .insert_charter(charter)
        .unwrap_err()
        .to_string()
}

fn sample() -> (Network, Party) {
    let (network, parties) = Network::of(&["FR", "DE", "COE"]);
    (network, parties[0].clone())
}

fn roots(world: &World, fr: &Party) -> Roots {
    world.chain().roots(&fr.code)
}

#[test]
fn the_old_root_hands_over_within_its_epoch() {
    let (mut network, fr) = sample();
    let new = Key::new("FR root 2");
    let before = fr.mandate(7, Role::Node, &Key::new("FR node 2"));
    network.insert(&before);
    let charter = Change::rotation(&new, 5).propose(&network, &fr);
    assert_eq!(network.world.insert_charter(charter), Ok(true));

    let spans = roots(&network.world, &fr);
    assert_eq!(spans.at(1, 4), Some(fr.root.public()));
    assert_eq!(spans.at(1, 5), Some(new.public()));
    assert_eq!(spans.at(2, 0), None);
    assert!(!network.world.chain().counts(&before), "nothing was kept");
    let live = |world: &World| {
        world
            .statements()
            .live_keys(world.chain(), &fr.code, Role::Node, NOW)
            .len()
    };
    assert_eq!(live(&network.world), 0);
    let mut renewed = fr.clone();
    renewed.root = new;
    network.insert(&renewed.mandate(8, Role::Node, &fr.node));
    assert_eq!(live(&network.world), 1);
}

#[test]
fn what_is_kept_still_counts_and_nothing_else_whenever_it_was_made() {
    let (mut network, fr) = sample();
    let kept = fr.revoke_from(7, &Key::new("FR node"), NOW);
    let dropped = fr.mandate(8, Role::Node, &Key::new("FR node 2"));
    network.insert(&kept);
    network.insert(&dropped);
    let change = Change::rotation(&Key::new("FR root 2"), 5).keeping(&[kept.hash()]);
    let charter = change.propose(&network, &fr);
    network.world.insert_charter(charter).unwrap();
    let counts = |statement| network.world.chain().counts(statement);
    assert!(counts(&kept) && !counts(&dropped));
    // Made after the change, by whoever still has the old root key.
    let late = fr.mandate(9, Role::Node, &Key::new("FR node 3"));
    let mut world = network.world.clone();
    world.insert_statement(late.clone()).unwrap();
    assert!(!world.chain().counts(&late));
    assert!(
        world
            .statements()
            .counting(&fr.code)
            .all(|s| s.hash() != late.hash())
    );
}

#[test]
fn without_the_old_roots_word_only_a_new_epoch_starts_and_that_shows_for_ever() {
    let (mut network, fr) = sample();
    let new = network.party_of("FR", 2, "'");
    let mut same_epoch = Change::replacement(&new);
    same_epoch.epoch = 1;
    let error = refusal(&network, same_epoch.propose(&network, &fr));
    assert!(error.contains("starts a new epoch"), "{error}");

    let charter = Change::replacement(&new).propose(&network, &fr);
    network.world.insert_charter(charter).unwrap();
    let authority = &network.world.chain().newest().authorities[&fr.code];
    assert_eq!(authority.root_changes[0].signature, None);
    let spans = roots(&network.world, &fr);
    assert_eq!(spans.at(1, 900), Some(fr.root.public()));
    assert_eq!(spans.at(2, 0), Some(new.root.public()));
    assert_eq!(network.world.chain().origin(&fr.code), Some(new.origin.clone()));

    // What the old root mandates in the new epoch's log is void.
    let mut log = new.start(network.newest());
    log.statement(&fr.mandate(20, Role::Administrator, &fr.administrator));
    log.statement(&new.mandate(21, Role::Administrator, &Key::new("FR administrator 3")));
    let words = fold(&network.world, &log);
    assert_eq!(words.words(), ["holds", "holds", "holds", "not-by-root", "holds"]);
}

#[test]
fn a_root_change_that_breaks_a_rule_is_refused() {
    let (network, fr) = sample();
    let new = || network.party_of("FR", 2, "'");
    let rotation = || Change::rotation(&Key::new("FR root 2"), 5);
    let refused = |change: Change| refusal(&network, change.propose(&network, &fr));

    let error = refused(Change::rotation(&fr.root, 5));
    assert!(error.contains("changes no root key"), "{error}");
    let mut unsigned_same = Change::replacement(&new());
    unsigned_same.root = fr.root.clone();
    assert!(refused(unsigned_same).contains("changes no root key"));
    let mut far = Change::replacement(&new());
    far.epoch = 3;
    assert!(refused(far).contains("one by one"));
    let mut from = Change::replacement(&new());
    from.from_size = 1;
    assert!(refused(from).contains("from size 0"));
    let mut bare = Change::replacement(&new());
    bare.statements.remove(0);
    assert!(refused(bare).contains("must bring mandates"));
    let mut foreign = rotation();
    foreign.statements = vec![fr.cancel(30, 1, 0).envelope().clone()];
    assert!(refused(foreign).contains("not its root key's"));
    let taken = Change::rotation(&Key::new("DE root"), 5);
    assert!(refused(taken).contains("another role"));
}

#[test]
fn every_word_that_the_old_root_signs_is_held_to_it() {
    let (network, fr) = sample();
    let spoil: [fn(&mut proto::Authority); 4] = [
        |a| a.root = Key::new("FR root 3").public().to_bytes(),
        |a| a.root_changes[0].from_size = 6,
        |a| a.root_changes[0].kept = vec![vec![1; 32]],
        |a| a.root_changes[0].signature[3] ^= 1,
    ];
    for spoil in spoil {
        let charter = network.propose(0, |charter| {
            Change::rotation(&Key::new("FR root 2"), 5).put(charter, &fr);
            spoil(charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap());
        });
        let error = refusal(&network, charter);
        assert!(error.contains("old root key's signature"), "{error}");
    }
}

#[test]
fn a_root_key_never_comes_back() {
    let (mut network, fr) = sample();
    let second = Key::new("FR root 2");
    let charter = Change::rotation(&second, 5).propose(&network, &fr);
    network.world.insert_charter(charter).unwrap();
    let mut now = fr.clone();
    now.root = second;
    let back = Change::rotation(&fr.root, 9).propose(&network, &now);
    assert!(refusal(&network, back).contains("had it once"));
    // Nor with another authority.
    let third = Change::rotation(&Key::new("FR root 3"), 9).propose(&network, &now);
    assert_eq!(network.world.insert_charter(third), Ok(true));
}

#[test]
fn who_withdrew_is_admitted_again_with_its_old_root_in_a_new_epoch() {
    let (mut network, fr) = sample();
    let at = fr.start(network.newest()).position(2);
    network.lower(&fr.code, None, Some(proto::Condition::Withdrawn), &at);
    let mut again = network.party_of("FR", 2, "'");
    again.root = fr.root.clone();
    let mut change = Change::replacement(&again);
    change.signed = true;
    let charter = change.propose(&network, &fr);
    assert_eq!(network.world.insert_charter(charter), Ok(true));
    let authority = &network.world.chain().newest().authorities[&fr.code];
    assert!(authority.rank.is_good() && authority.epoch == 2);
    // What its first epoch says from the withdrawal on stays void.
    let old = network.world.chain().rank_at(&fr.origin, &at_first(&network), 2);
    assert!(!old.unwrap().is_good());
}

fn at_first(network: &Network) -> Hash {
    network.world.chain().in_force()[1].hash()
}

#[test]
fn what_the_ceremony_puts_into_a_version_keeps_the_rules_with_the_old_roots_word_and_without() {
    let (network, fr) = sample();
    let again = network.party_of("FR", 2, "'");
    let second = Key::new("FR root 2");
    let kept = fr.mandate(7, Role::Node, &Key::new("FR node 2")).hash();
    let rotation = RootTurn {
        root: second.public().clone(),
        epoch: 1,
        from_size: 5,
        kept: vec![kept, kept],
        statements: Vec::new(),
    };
    let new_epoch = RootTurn {
        root: again.root.public().clone(),
        epoch: 2,
        from_size: 0,
        kept: Vec::new(),
        statements: again.grant().statements,
    };
    let enact = |turn: &RootTurn, old: Option<&Key>| {
        let charter = network.propose(0, |charter| {
            let old = old.map(|old| old as &dyn Signer);
            assert!(turn_root(charter, &network.id(), &fr.code, turn, old).unwrap());
            let nobody = "DK".parse().unwrap();
            assert!(!turn_root(charter, &network.id(), &nobody, turn, None).unwrap());
        });
        let mut world = network.world.clone();
        world.insert_charter(charter).map(|_| world)
    };
    let signature = |world: &World| {
        let authority = &world.chain().newest().authorities[&fr.code];
        authority.root_changes[0].signature.is_some()
    };
    let rotated = enact(&rotation, Some(&fr.root)).unwrap();
    assert!(signature(&rotated));
    let change = &rotated.chain().newest().authorities[&fr.code].root_changes[0];
    assert_eq!(change.kept, [kept], "each once");
    assert!(enact(&rotation, None).is_err(), "in its epoch the old root signs");
    assert!(enact(&rotation, Some(&second)).is_err(), "and nobody else");
    assert!(signature(&enact(&new_epoch, Some(&fr.root)).unwrap()));
    assert!(!signature(&enact(&new_epoch, None).unwrap()), "marked for ever");
}
