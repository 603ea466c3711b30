//! What bytes from anywhere do to a node: nothing.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::api::Input;
use crate::federation::Federation;
use crate::limits::{CANDIDATES_MAX, DEFERRED_MAX};
use crate::store::LogStore;
use crate::testing::{Net, Sample, leaf};
use crate::transport::{Command, Event, Verdict};

/// More than any message may be, in a store's or a network's view.
const OVERSIZED: usize = 2 << 20;

/// Bytes that were changed, cut, repeated, made far too long, or are none of a message at all; now and then
/// the very same bytes again.
fn mutated(rng: &mut StdRng, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if rng.random_range(0..200) == 0 {
        let times = OVERSIZED / bytes.len().max(1);
        return bytes.repeat(times);
    }
    match rng.random_range(0..7) {
        6 => {}
        0 => bytes.truncate(rng.random_range(0..=bytes.len())),
        1 => bytes.extend_from_within(..),
        2 => bytes = (0..rng.random_range(0..200)).map(|_| rng.random()).collect(),
        _ => {
            for _ in 0..rng.random_range(1..4) {
                if !bytes.is_empty() {
                    let at = rng.random_range(0..bytes.len());
                    bytes[at] = rng.random();
                }
            }
        }
    }
    bytes
}

fn busy_network() -> Net {
    let mut net = Net::new(Sample::members(4));
    net.cut(3, true);
    for node in 0..3 {
        net.publish(node, vec![leaf(node as u8, 60); 300 * node]);
    }
    net.run(Duration::from_secs(5));
    let statement = net.sample.node_revocation(1, u64::MAX);
    net.input(0, Input::Statement(Box::new(statement)));
    net.publish(0, vec![leaf(8, 60)]);
    net.run(Duration::from_secs(3));
    net
}

#[test]
fn changed_repeated_and_reordered_messages_never_panic_store_nothing_and_fill_no_memory() {
    let mut net = busy_network();
    let mut rng = StdRng::seed_from_u64(1);
    let state = |net: &Net| {
        let node = &net.nodes[1];
        let heads: Vec<_> = node
            .store
            .logs()
            .iter()
            .map(|origin| node.store.head(origin))
            .collect();
        (
            heads,
            node.store.statements().unwrap(),
            node.store.charters().unwrap(),
            node.store.evidence().unwrap(),
        )
    };
    let before = state(&net);
    let mut recorded = std::mem::take(&mut net.recorded);
    assert!(recorded.len() > 50, "{}", recorded.len());
    for round in 0..60 {
        recorded.shuffle(&mut rng);
        for (gossip, bytes) in &recorded {
            let (id, peer) = (1_000_000 + round, net.sample.peer(2));
            let bytes = mutated(&mut rng, bytes);
            let event = if *gossip {
                Event::Gossip {
                    message: id,
                    from: peer,
                    data: bytes,
                }
            } else {
                Event::Asked {
                    id,
                    peer,
                    body: bytes,
                }
            };
            let commands = net.nodes[1].handle(&net.sample, Input::Transport(event));
            let answered = commands.iter().any(|command| match command {
                Command::Respond { id: i, .. } => !*gossip && *i == id,
                Command::Judge { message, verdict } => *message == id && *verdict != Verdict::Accept,
                _ => false,
            });
            assert!(answered || *gossip, "a request without an answer");
        }
        assert_bounded(&net.nodes[1].federation);
    }
    assert_eq!(state(&net), before);
}

fn assert_bounded(federation: &Federation) {
    for log in federation.logs.values() {
        assert!(log.candidates.len() <= CANDIDATES_MAX);
    }
    assert!(federation.deferred.waiting.len() <= DEFERRED_MAX);
    let most = federation.peers.listed.len() * federation.config.limits.requests_in_flight;
    assert!(federation.requests.sent.len() <= most);
}

#[test]
fn changed_answers_never_panic_and_what_is_stored_is_the_truth() {
    for seed in 0..10 {
        let mut net = busy_network();
        let rng = std::cell::RefCell::new(StdRng::seed_from_u64(seed));
        for liar in 0..2 {
            let rng = std::cell::RefCell::new(StdRng::seed_from_u64(rng.borrow_mut().random()));
            net.liars.insert(
                liar,
                Box::new(move |_, frames| {
                    let mut rng = rng.borrow_mut();
                    frames.iter().map(|frame| mutated(&mut rng, frame)).collect()
                }),
            );
        }
        net.cut(3, false);
        net.publish(3, Vec::new());
        net.run(Duration::from_secs(30));
        for log in 0..3 {
            let origin = net.sample.origin(log);
            let (here, there) = (
                net.nodes[3].store.head(&origin),
                net.nodes[log].store.head(&origin),
            );
            assert_eq!(
                here.map(|head| (head.size, head.root)),
                there.map(|head| (head.size, head.root)),
                "seed {seed}"
            );
        }
    }
}
