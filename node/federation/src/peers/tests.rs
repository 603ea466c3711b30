use std::sync::Arc;
use std::time::Duration;

use super::{BACKOFF_MAX, HELLO_TIME, backoff};
use crate::api::{Input, View};
use crate::config::{Config, PeerRecord, RecordReader};
use crate::federation::Cx;
use crate::limits::OWN_RECORD_PACE;
use crate::testing::{MemoryStore, Net, Node, Sample};
use crate::transport::{Command, Event, Peer, Verdict};
use crate::wire::{self, Gossip};

/// Records as `peer ‖ sequence ‖ address`, valid when the peer is not all zeros.
struct Records;

impl RecordReader for Records {
    fn read(&self, record: &[u8]) -> Option<PeerRecord> {
        let (peer, rest) = record.split_first_chunk::<32>()?;
        let (sequence, address) = rest.split_first()?;
        let addresses = vec![String::from_utf8(address.to_vec()).ok()?];
        (peer != &[0; 32]).then(|| PeerRecord {
            peer: Peer(*peer),
            sequence: (*sequence).into(),
            addresses,
        })
    }

    fn peer_of(&self, _: &str) -> Option<Peer> {
        None
    }
}

fn record(peer: Peer, sequence: u8, address: &str) -> Vec<u8> {
    [&peer.0[..], &[sequence], address.as_bytes()].concat()
}

fn config(sample: &Sample, index: usize, bootstrap: &[&str]) -> Config {
    let mut config = Node::config(sample, index, 0);
    config.records = Arc::new(Records);
    config.bootstrap = bootstrap.iter().map(|address| (*address).to_owned()).collect();
    config
}

fn node(sample: &Sample, bootstrap: &[&str]) -> Node {
    Node::open(sample, 0, MemoryStore::default(), config(sample, 0, bootstrap))
}

fn dials(commands: &[Command]) -> Vec<(Peer, Vec<String>)> {
    let dial = |command: &Command| match command {
        Command::Dial { peer, addresses } => Some((*peer, addresses.clone())),
        _ => None,
    };
    commands.iter().filter_map(dial).collect()
}

/// Ticks until the node dials; how long that took, and whom at what.
fn next_dial(node: &mut Node, sample: &Sample) -> (u64, Vec<(Peer, Vec<String>)>) {
    let began = node.now;
    for _ in 0..20_000 {
        node.now += 100;
        let found = dials(&node.handle(sample, Input::Tick));
        if !found.is_empty() {
            return (node.now - began, found);
        }
    }
    panic!("nobody is dialled");
}

fn failed(node: &mut Node, sample: &Sample, peer: Peer) {
    node.handle(
        sample,
        Input::Transport(Event::DialFailed {
            peer,
            cause: "no".into(),
        }),
    );
}

/// The second party says hello.
fn greet(node: &mut Node, sample: &Sample) {
    let mut other = Node::new(sample, 1);
    let view = View {
        store: &other.store,
        payloads: &other.policy,
    };
    let cx = Cx {
        view: &view,
        now: other.now,
        date: other.now,
    };
    let hello = other.federation.hello(&sample.peer(0), cx);
    let body = wire::request(wire::Request::Hello(hello));
    let peer = sample.peer(1);
    node.handle(sample, Input::Transport(Event::Asked { id: 1, peer, body }));
}

#[test]
fn the_wait_doubles_with_jitter_up_to_a_cap_while_dials_fail() {
    let sample = Sample::members(2);
    let mut node = node(&sample, &["/a"]);
    next_dial(&mut node, &sample);
    let mut waits = Vec::new();
    for _ in 0..12 {
        failed(&mut node, &sample, sample.peer(1));
        waits.push(next_dial(&mut node, &sample).0);
    }
    for (attempts, wait) in waits.iter().enumerate() {
        let nominal = backoff(attempts as u32);
        assert!(
            (nominal / 2..=nominal * 3 / 2 + 100).contains(wait),
            "{attempts}: {wait}"
        );
    }
    assert_eq!(backoff(40), BACKOFF_MAX);
    assert!(
        waits.windows(2).any(|pair| pair[0] * 2 != pair[1]),
        "there is jitter"
    );
}

#[test]
fn a_connection_alone_does_not_reset_the_wait_but_a_hello_does() {
    let sample = Sample::members(2);
    let mut node = node(&sample, &["/a"]);
    let peer = sample.peer(1);
    next_dial(&mut node, &sample);
    let connect = |node: &mut Node| {
        let event = Event::Connected {
            peer,
            address: "/a".into(),
            outbound: true,
        };
        node.handle(&sample, Input::Transport(event));
    };
    // Refused after the handshake, again and again: the wait grows all the same.
    for _ in 0..6 {
        connect(&mut node);
        node.handle(&sample, Input::Transport(Event::Disconnected(peer)));
        next_dial(&mut node, &sample);
    }
    node.handle(&sample, Input::Transport(Event::Disconnected(peer)));
    assert!(next_dial(&mut node, &sample).0 > 10_000);
    connect(&mut node);
    greet(&mut node, &sample);
    node.handle(&sample, Input::Transport(Event::Disconnected(peer)));
    assert!(next_dial(&mut node, &sample).0 < 2_000);
}

#[test]
fn a_peer_that_is_connected_and_exchanges_no_hello_is_left_and_one_that_does_stays() {
    for greets in [false, true] {
        let sample = Sample::members(2);
        let mut node = node(&sample, &[]);
        let peer = sample.peer(1);
        let event = Event::Connected {
            peer,
            address: "/a".into(),
            outbound: false,
        };
        node.handle(&sample, Input::Transport(event));
        if greets {
            greet(&mut node, &sample);
        }
        let mut left = Vec::new();
        for second in 0..2 * HELLO_TIME / 1000 {
            node.now += 1000;
            let commands = node.handle(&sample, Input::Tick);
            left.extend(commands.contains(&Command::Disconnect(peer)).then_some(second));
        }
        let expected: &[u64] = if greets { &[] } else { &[179, 359] };
        assert_eq!(left, expected);
    }
}

#[test]
fn the_newest_record_of_a_peer_is_kept_passed_on_and_dialled() {
    let sample = Sample::members(3);
    let mut node = node(&sample, &[]);
    let peer = sample.peer(1);
    let verdict = |node: &mut Node, record: Vec<u8>| {
        let data = wire::gossip(Gossip::Record(record));
        let event = Event::Gossip {
            message: 1,
            from: sample.peer(2),
            data,
        };
        let commands = node.handle(&sample, Input::Transport(event));
        commands.into_iter().find_map(|command| match command {
            Command::Judge { verdict, .. } => Some(verdict),
            _ => None,
        })
    };
    node.handle(&sample, Input::Tick);
    assert_eq!(
        verdict(&mut node, record(peer, 5, "/five")),
        Some(Verdict::Accept)
    );
    assert_eq!(
        verdict(&mut node, record(peer, 5, "/other")),
        Some(Verdict::Ignore)
    );
    assert_eq!(
        verdict(&mut node, record(peer, 4, "/four")),
        Some(Verdict::Ignore)
    );
    assert_eq!(verdict(&mut node, record(peer, 6, "/six")), Some(Verdict::Accept));
    assert_eq!(
        verdict(&mut node, record(Peer([0; 32]), 6, "/x")),
        Some(Verdict::Reject)
    );
    assert_eq!(
        verdict(&mut node, record(Peer([9; 32]), 6, "/x")),
        Some(Verdict::Ignore),
        "not listed"
    );
    assert_eq!(
        verdict(&mut node, vec![1; 5000]),
        Some(Verdict::Reject),
        "too large"
    );
    assert_eq!(next_dial(&mut node, &sample).1, [(peer, vec!["/six".to_owned()])]);
}

#[test]
fn a_bootstrap_address_that_names_nobody_is_tried_for_everybody() {
    let sample = Sample::members(3);
    let mut node = node(&sample, &["/somewhere"]);
    let mut dialled = Vec::new();
    for _ in 0..2 {
        dialled.extend(next_dial(&mut node, &sample).1);
        if dialled.len() == 2 {
            break;
        }
    }
    let mut peers: Vec<Peer> = dialled.iter().map(|(peer, _)| *peer).collect();
    peers.sort();
    let mut expected = [sample.peer(1), sample.peer(2)];
    expected.sort();
    assert_eq!(peers, expected);
    assert!(
        dialled
            .iter()
            .all(|(_, addresses)| addresses == &["/somewhere".to_owned()])
    );
}

#[test]
fn who_sent_bad_bytes_is_closed_and_kept_away_longer_each_time() {
    let sample = Sample::members(2);
    let mut node = node(&sample, &["/a"]);
    let peer = sample.peer(1);
    node.handle(&sample, Input::Tick);
    let mut away = Vec::new();
    for _ in 0..3 {
        node.federation.misbehaved(&peer, node.now);
        let commands = node.federation.out.take();
        assert!(format!("{commands:?}").contains("Penalise"));
        assert!(format!("{commands:?}").contains("Disconnect"));
        let event = Event::Connected {
            peer,
            address: "/a".into(),
            outbound: false,
        };
        let refused = node.handle(&sample, Input::Transport(event));
        assert!(refused.contains(&Command::Disconnect(peer)));
        away.push(next_dial(&mut node, &sample).0);
        failed(&mut node, &sample, peer);
    }
    assert!(
        away[0] >= 60_000 && away[1] >= 120_000 && away[2] >= 240_000,
        "{away:?}"
    );
    assert_eq!(node.federation.status().peers[0].authority, sample.codes[1]);
}

#[test]
fn a_record_of_its_own_that_others_hold_and_that_is_newer_is_to_be_outdone_but_seldom() {
    let sample = Sample::members(3);
    let mut node = node(&sample, &[]);
    let me = sample.peer(0);
    node.handle(&sample, Input::OwnRecord(record(me, 5, "/here")));
    let heard = |node: &mut Node, sequence: u8| {
        let data = wire::gossip(Gossip::Record(record(me, sequence, "/before")));
        let event = Event::Gossip {
            message: 1,
            from: sample.peer(2),
            data,
        };
        let commands = node.handle(&sample, Input::Transport(event));
        let verdict = Verdict::Ignore;
        assert!(
            commands.contains(&Command::Judge { message: 1, verdict }),
            "what is outdated travels no further"
        );
        std::mem::take(&mut node.outdone)
    };
    assert_eq!(heard(&mut node, 4), [0_u64; 0], "it has a newer one");
    assert_eq!(
        heard(&mut node, 5),
        [5],
        "of two with one sequence the first is kept"
    );
    node.handle(&sample, Input::OwnRecord(record(me, 6, "/here")));
    // Another process with its key might answer in the same way.
    assert_eq!(heard(&mut node, 7), [0_u64; 0]);
    node.now += OWN_RECORD_PACE;
    assert_eq!(heard(&mut node, u8::MAX), [u64::from(u8::MAX)]);
}

#[test]
fn a_node_whose_clock_ran_ahead_gets_its_own_record_back_and_all_take_the_one_above_it() {
    let sample = Sample::members(3);
    let open = |index| {
        Node::open(
            &sample,
            index,
            MemoryStore::default(),
            config(&sample, index, &["/a"]),
        )
    };
    let nodes = (0..3).map(open).collect();
    let mut net = Net::with(sample, nodes);
    let me = net.sample.peer(0);
    let held = |net: &Net, node: usize| {
        let listed = net.nodes[node].federation.peers.get(&me).unwrap();
        listed.record.as_ref().unwrap().0.addresses.clone()
    };
    net.input(0, Input::OwnRecord(record(me, 200, "/ahead")));
    net.run(Duration::from_secs(10));

    // It starts again by a clock that was put right, at another address.
    net.cut(0, true);
    let mut again = config(&net.sample, 0, &["/a"]);
    again.own_record = Some(record(me, 10, "/right"));
    let now = net.nodes[0].now;
    net.nodes[0] = Node::open(&net.sample, 0, MemoryStore::default(), again);
    net.nodes[0].now = now;
    net.cut(0, false);
    net.run(Duration::from_secs(10));
    assert_eq!(net.nodes[0].outdone, [200]);
    assert!(
        (1..3).all(|node| held(&net, node) == ["/ahead"]),
        "by its sequence it is the newest"
    );
    net.input(0, Input::OwnRecord(record(me, 201, "/right")));
    assert!((1..3).all(|node| held(&net, node) == ["/right"]));
}
