//! Pending charter versions: how they gather signatures between nodes, what is kept of them, and who can fill the set.

use std::time::Duration;

use liaison_protocol::ceremony::successor;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::proto::{self, SyncError};
use liaison_protocol::{Hash, Signer};

use crate::api::{Input, Notice};
use crate::limits::{PROPOSALS_A_KEY, PROPOSALS_PER_HOUR};
use crate::store::LogStore as _;
use crate::testing::{MemoryStore, NOW, Net, Node, Sample, council_key};
use crate::transport::{Command, Event, Verdict};
use crate::wire::{self, Gossip, Request};

fn draft(sample: &Sample, round: u32, name: &str) -> proto::Charter {
    let mut draft = successor(sample.world().chain(), round, NOW).unwrap();
    name.clone_into(&mut draft.name);
    draft
}

fn signed(draft: &proto::Charter, keys: &[usize]) -> Signed<Charter> {
    let keys: Vec<_> = keys.iter().map(|key| council_key(*key)).collect();
    let keys: Vec<&dyn Signer> = keys.iter().map(|key| key as &dyn Signer).collect();
    Signed::sign(draft, &keys).unwrap()
}

fn from_operator(version: Signed<Charter>) -> Input {
    Input::Charter(Box::new(version))
}

/// A node hears a peer's answer with these envelopes; whether it blames the peer.
fn hear(sample: &Sample, node: &mut Node, versions: &[Signed<Charter>]) -> bool {
    let peer = sample.peer(1);
    let envelopes = versions.iter().map(|v| v.envelope().clone()).collect();
    let connected = Event::Connected {
        peer,
        address: "memory".into(),
        outbound: true,
    };
    node.handle(sample, Input::Transport(connected));
    let view = crate::api::View {
        store: &node.store,
        payloads: &node.policy,
    };
    let cx = crate::federation::Cx {
        view: &view,
        now: node.now,
        date: node.now,
    };
    let list = proto::Envelopes {
        envelopes,
        more: false,
    };
    node.federation.proposals_answered(peer, list, cx);
    let barred = node.federation.peers.get(&peer).unwrap().barred_until > node.now;
    for effect in node.federation.out.take() {
        if let crate::api::Effect::Store { writes, .. } = effect {
            node.store.commit(&writes).unwrap();
        }
    }
    barred
}

fn held(node: &Node) -> Vec<(Hash, usize)> {
    let held = node.federation.proposals();
    held.map(|pending| (pending.hash(), pending.signers().len()))
        .collect()
}

fn newest(node: &Node) -> Hash {
    node.federation.world().chain().newest().hash()
}

#[test]
fn signatures_made_at_different_nodes_come_together_and_put_the_version_in_force_everywhere() {
    for lose_gossip in [false, true] {
        let mut net = Net::new(Sample::members(4));
        net.lose_gossip = lose_gossip;
        net.run(Duration::from_secs(10));
        let draft = draft(&net.sample, 0, "Proposed");
        for (node, key) in [(0, 0), (1, 1)] {
            net.input(node, from_operator(signed(&draft, &[key])));
        }
        net.run(Duration::from_secs(90));
        let hash = signed(&draft, &[0]).hash();
        for node in &net.nodes {
            assert_eq!(held(node), [(hash, 2)], "both signatures are everywhere");
            assert_eq!(node.federation.status().proposals, 1);
        }
        net.input(2, from_operator(signed(&draft, &[2])));
        net.run(Duration::from_secs(90));
        for node in &net.nodes {
            assert_eq!(newest(node), hash);
            assert_eq!((held(node), node.federation.status().proposals), (Vec::new(), 0));
            assert!(node.store.proposals().unwrap().is_empty());
        }
        assert!(net.penalised.is_empty());
    }
}

#[test]
fn what_two_halves_of_a_network_signed_apart_comes_together_when_they_meet() {
    let mut net = Net::new(Sample::members(4));
    net.run(Duration::from_secs(10));
    let draft = draft(&net.sample, 0, "Proposed");
    net.cut(3, true);
    net.input(0, from_operator(signed(&draft, &[0, 1])));
    net.input(3, from_operator(signed(&draft, &[2])));
    net.run(Duration::from_secs(5));
    assert_eq!(held(&net.nodes[1]), [(signed(&draft, &[0]).hash(), 2)]);
    net.cut(3, false);
    net.run(Duration::from_secs(90));
    for node in &net.nodes {
        assert_eq!(newest(node), signed(&draft, &[0]).hash());
    }
}

#[test]
fn pending_versions_are_there_after_a_restart_and_gone_when_another_is_in_force() {
    let sample = Sample::members(2);
    let mut node = Node::new(&sample, 0);
    let pending = signed(&draft(&sample, 0, "Proposed"), &[0, 1]);
    node.handle(&sample, from_operator(pending.clone()));
    let store = std::mem::take(&mut node.store);
    let mut node = Node::open(&sample, 0, store, Node::config(&sample, 0, 2));
    assert_eq!(held(&node), [(pending.hash(), 2)]);

    let other = signed(&draft(&sample, 1, "Another"), &[0, 2, 3]);
    node.handle(&sample, from_operator(other.clone()));
    assert_eq!((newest(&node), held(&node)), (other.hash(), Vec::new()));
    assert!(node.store.proposals().unwrap().is_empty());
}

#[test]
fn a_pending_version_without_a_signature_of_the_council_in_force_is_blamed_on_who_passes_it_on() {
    let sample = Sample::members(2);
    let council = (10..14).map(council_key);
    let mut keys: Vec<_> = council.map(|key| key.public_key().clone()).collect();
    keys.sort_by_key(|key| key.id());
    let mut draft = draft(&sample, 0, "Of others");
    draft.council = keys.iter().map(|key| key.to_bytes()).collect();

    // Of the new council alone, of nobody's, and with a signature that is none.
    let foreign = signed(&draft, &[10, 11, 12, 13]);
    let stranger = signed(&draft, &[0, 20]);
    let mut forged = signed(&draft, &[0]).envelope().clone();
    forged.signatures[0].signature[5] ^= 1;
    let forged = Signed::from_envelope(forged).unwrap();
    for bad in [foreign, stranger, forged] {
        let mut node = Node::new(&sample, 0);
        node.handle(&sample, Input::Tick);
        assert!(hear(&sample, &mut node, &[bad]));
        assert!(held(&node).is_empty());
    }
    let mut node = Node::new(&sample, 0);
    node.handle(&sample, Input::Tick);
    assert!(!hear(&sample, &mut node, &[signed(&draft, &[0, 10])]));
    assert_eq!(held(&node).len(), 1, "with one of the council it is good");
}

#[test]
fn what_follows_another_version_is_passed_over_and_nobody_is_blamed() {
    let sample = Sample::members(2);
    let third = signed(&draft(&sample, 0, "Third"), &[0, 1, 2]);
    let chain = {
        let mut world = sample.world();
        world.insert_charter(third.clone()).unwrap();
        world
    };
    let mut fourth = successor(chain.chain(), 0, NOW).unwrap();
    fourth.name = "Fourth".to_owned();
    let fourth = signed(&fourth, &[0]);
    let late = signed(&draft(&sample, 0, "Late"), &[1]);

    let mut node = Node::new(&sample, 0);
    node.handle(&sample, Input::Tick);
    assert!(
        !hear(&sample, &mut node, std::slice::from_ref(&fourth)),
        "its predecessor may come"
    );
    node.handle(&sample, from_operator(third));
    assert!(
        !hear(&sample, &mut node, &[late]),
        "others may not know the third version yet"
    );
    assert!(held(&node).is_empty());
    assert!(!hear(&sample, &mut node, std::slice::from_ref(&fourth)));
    assert_eq!(held(&node), [(fourth.hash(), 1)]);
}

#[test]
fn a_key_of_the_council_fills_no_place_but_its_own_and_all_orders_leave_the_same() {
    let sample = Sample::members(2);
    let flood: Vec<Signed<Charter>> = (0..PROPOSALS_A_KEY + 3)
        .map(|i| signed(&draft(&sample, 0, &format!("Flood {i}")), &[3]))
        .collect();
    let honest = signed(&draft(&sample, 0, "Honest"), &[0]);
    let later = signed(&draft(&sample, 1, "The next round"), &[3]);
    let mut all = flood;
    all.extend([honest.clone(), later.clone()]);
    let mut kept = Vec::new();
    for turn in 0..all.len() {
        all.rotate_left(turn);
        let mut node = Node::new(&sample, 0);
        node.handle(&sample, Input::Tick);
        assert!(!hear(&sample, &mut node, &all));
        kept.push((held(&node), node.federation.proposals.digest()));
    }
    let (first, _) = &kept[0];
    assert_eq!(first.len(), PROPOSALS_A_KEY + 1);
    for wanted in [&honest, &later] {
        assert!(first.contains(&(wanted.hash(), 1)));
    }
    assert!(kept.iter().all(|other| *other == kept[0]));
}

#[test]
fn a_key_of_the_council_brings_only_so_many_new_ones_in_an_hour_but_the_operator_any() {
    let sample = Sample::members(2);
    let mut node = Node::new(&sample, 0);
    node.handle(&sample, Input::Tick);
    // Each takes the place of one before, so that only the pace holds them up.
    let version = |round: u64| signed(&draft(&sample, round as u32, "Again"), &[0]);
    for round in 0..=PROPOSALS_PER_HOUR {
        hear(&sample, &mut node, &[version(round)]);
    }
    let has = |node: &Node, round| held(node).contains(&(version(round).hash(), 1));
    assert!(has(&node, PROPOSALS_PER_HOUR - 1) && !has(&node, PROPOSALS_PER_HOUR));
    node.handle(&sample, from_operator(version(PROPOSALS_PER_HOUR)));
    assert!(has(&node, PROPOSALS_PER_HOUR));
    node.now += crate::limits::HOUR;
    hear(&sample, &mut node, &[version(PROPOSALS_PER_HOUR + 1)]);
    assert!(has(&node, PROPOSALS_PER_HOUR + 1));
}

#[test]
fn what_a_key_signed_of_a_version_that_lost_is_kept_for_when_it_wins() {
    let sample = Sample::members(2);
    let low = signed(&draft(&sample, 0, "Low"), &[0, 1, 2]);
    let high = signed(&draft(&sample, 1, "High"), &[0, 1, 2]);
    let mut world = sample.world();
    world.insert_charter(low.clone()).unwrap();
    let mut follows_low = successor(world.chain(), 0, NOW).unwrap();
    follows_low.name = "Follows low".to_owned();
    let follows_low = signed(&follows_low, &[0]);

    let mut node = Node::new(&sample, 0);
    for version in [&low, &follows_low, &high] {
        node.handle(&sample, from_operator(version.clone()));
    }
    assert_eq!(newest(&node), high.hash());
    assert_eq!(held(&node), [(follows_low.hash(), 1)]);
    assert_eq!(
        node.federation.status().proposals,
        0,
        "it is not pending as it stands"
    );
    node.handle(&sample, Input::Resolve(low.hash()));
    assert_eq!(node.federation.status().proposals, 1);
}

#[test]
fn a_key_that_signed_two_pending_versions_of_one_round_is_convicted_before_either_is_in_force() {
    let sample = Sample::members(2);
    let told = |versions: [Signed<Charter>; 2]| {
        let mut node = Node::new(&sample, 0);
        for version in versions {
            node.handle(&sample, from_operator(version));
        }
        let of_it = |notice: &&Notice| matches!(notice, Notice::Evidence(_));
        node.notices.iter().filter(of_it).count()
    };
    let (one, other) = (draft(&sample, 0, "One"), draft(&sample, 0, "Other"));
    assert_eq!(told([signed(&one, &[0]), signed(&other, &[0, 1])]), 1);
    assert_eq!(
        told([signed(&one, &[0]), signed(&other, &[0, 1, 2])]),
        1,
        "in force"
    );
    assert_eq!(told([signed(&one, &[0]), signed(&other, &[1])]), 0);
    let later = draft(&sample, 1, "Other");
    assert_eq!(told([signed(&one, &[0]), signed(&later, &[0])]), 0);
}

#[test]
fn a_peer_of_an_earlier_release_is_not_blamed_and_not_asked_for_what_it_says_nothing_of() {
    let mut net = Net::new(Sample::members(2));
    net.lose_gossip = true;
    let old = |body: &[u8], frames: Vec<Vec<u8>>| match wire::read_request(body) {
        Some(Request::Proposals(_)) => vec![wire::error(SyncError::Unknown)],
        _ => frames,
    };
    net.liars.insert(1, Box::new(old));
    let draft = draft(&net.sample, 0, "Proposed");
    net.input(0, from_operator(signed(&draft, &[0])));
    net.run(Duration::from_secs(40));
    assert!(asked_for_proposals(&net.recorded));
    assert!(net.penalised.is_empty());

    for (digest, expected) in [(Vec::new(), false), (vec![7; 32], true)] {
        let sample = Sample::members(2);
        let mut node = Node::new(&sample, 0);
        node.handle(&sample, Input::Tick);
        assert_eq!(greet(&sample, &mut node, digest), expected);
    }
}

fn asked_for_proposals(requests: &[(bool, Vec<u8>)]) -> bool {
    requests.iter().any(|(is_gossip, bytes)| {
        !is_gossip && matches!(wire::read_request(bytes), Some(Request::Proposals(_)))
    })
}

/// A peer says hello with this digest; whether it is asked for pending versions.
fn greet(sample: &Sample, node: &mut Node, proposals: Vec<u8>) -> bool {
    let peer = sample.peer(1);
    let connected = Event::Connected {
        peer,
        address: "memory".into(),
        outbound: false,
    };
    node.handle(sample, Input::Transport(connected));
    let hello = proto::Hello {
        version_min: crate::VERSIONS.0,
        version_max: crate::VERSIONS.1,
        instance: vec![1; 16],
        charter: vec![0; 32],
        proposals,
        ..Default::default()
    };
    let asked = Event::Asked {
        id: 1,
        peer,
        body: wire::request(Request::Hello(hello)),
    };
    let commands = node.handle(sample, Input::Transport(asked));
    let requests = commands.into_iter().filter_map(|command| match command {
        Command::Request { body, .. } => Some((false, body)),
        _ => None,
    });
    asked_for_proposals(&requests.collect::<Vec<_>>())
}

#[test]
fn gossip_of_a_pending_version_is_passed_on_once_it_is_here_and_never_when_it_cannot_be() {
    let sample = Sample::members(2);
    let pending = signed(&draft(&sample, 0, "Proposed"), &[0]);
    let ids = |keys: &[usize]| {
        let mut ids: Vec<_> = keys
            .iter()
            .map(|key| council_key(*key).public_key().id().0)
            .collect();
        ids.sort_unstable();
        wire::write_hashes(ids)
    };
    let news = |signers: Vec<u8>| {
        Gossip::Proposal(proto::ProposalState {
            hash: pending.hash().0.to_vec(),
            signers,
        })
    };
    let mut node = Node::open(&sample, 0, MemoryStore::default(), Node::config(&sample, 0, 2));
    node.handle(&sample, Input::Tick);
    let judge = |node: &mut Node, message, content| {
        let event = Event::Gossip {
            message,
            from: sample.peer(1),
            data: wire::gossip(content),
        };
        let commands = node.handle(&sample, Input::Transport(event));
        commands.into_iter().find_map(|command| match command {
            Command::Judge { verdict, .. } => Some(verdict),
            _ => None,
        })
    };
    assert_eq!(judge(&mut node, 1, news(vec![1, 2])), Some(Verdict::Reject));
    assert_eq!(judge(&mut node, 2, news(Vec::new())), Some(Verdict::Reject));
    assert_eq!(
        judge(&mut node, 3, news(ids(&[9]))),
        Some(Verdict::Ignore),
        "of nobody here"
    );
    assert_eq!(judge(&mut node, 4, news(ids(&[0]))), None, "it is asked for");
    hear(&sample, &mut node, std::slice::from_ref(&pending));
    assert_eq!(
        judge(&mut node, 5, news(ids(&[0]))),
        Some(Verdict::Ignore),
        "held"
    );
}
