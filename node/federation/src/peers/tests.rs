use super::{BACKOFF_MAX, backoff};
use crate::api::Input;
use crate::config::{PeerRecord, RecordReader};
use crate::testing::{MemoryStore, Node, Sample};
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

fn node(sample: &Sample, bootstrap: &[&str]) -> Node {
    let mut config = Node::config(sample, 0, 0);
    config.records = std::sync::Arc::new(Records);
    config.bootstrap = bootstrap.iter().map(|address| (*address).to_owned()).collect();
    Node::open(sample, 0, MemoryStore::default(), config)
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
    let mut other = Node::new(&sample, 1);
    let view = crate::api::View {
        store: &other.store,
        payloads: &other.policy,
    };
    let cx = crate::federation::Cx {
        view: &view,
        now: other.now,
        date: other.now,
    };
    let hello = other.federation.hello(&sample.peer(0), cx);
    let body = wire::request(wire::Request::Hello(hello));
    node.handle(&sample, Input::Transport(Event::Asked { id: 1, peer, body }));
    node.handle(&sample, Input::Transport(Event::Disconnected(peer)));
    assert!(next_dial(&mut node, &sample).0 < 2_000);
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
