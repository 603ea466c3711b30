//! Damaged entries come back from whoever holds the same, and from nobody else.

use std::time::Duration;

use liaison_protocol::Position;
use liaison_protocol::tlog::encode_bundle;

use crate::api::{Input, Notice};
use crate::config::Recovered;
use crate::store::LogStore;
use crate::testing::{Net, Node, Sample, leaf};
use crate::wire::{self, Request, Response};

/// Three nodes that hold 600 entries of node 0.
fn held() -> Net {
    let mut net = Net::new(Sample::members(3));
    for node in 0..3 {
        net.publish(
            node,
            if node == 0 {
                vec![leaf(3, 100); 598]
            } else {
                Vec::new()
            },
        );
    }
    net.run(Duration::from_secs(5));
    net.asked.clear();
    net
}

fn damage(net: &mut Net, node: usize, bundle: (u64, u64)) {
    let origin = net.sample.origin(0);
    net.input(node, Input::Damaged { origin, bundle });
}

#[test]
fn a_damaged_bundle_is_fetched_again_whole() {
    let mut net = held();
    let origin = net.sample.origin(0);
    damage(&mut net, 1, (256, 512));
    let entries = net.nodes[2].store.entries(&origin, 256, 256, usize::MAX).unwrap();
    assert_eq!(net.nodes[1].healed, [(origin, 256, entries)]);
    net.run(Duration::from_secs(60));
    assert_eq!(net.nodes[1].healed.len(), 1, "once");
}

#[test]
fn what_is_not_the_same_is_not_taken_and_another_is_asked() {
    let mut net = held();
    net.liars.insert(
        0,
        Box::new(|request, frames| match wire::read_request(request) {
            Some(Request::Entries(_)) => {
                let bundle = encode_bundle(&vec![leaf(9, 100); 256]).unwrap();
                vec![wire::response(Response::Entries(
                    liaison_protocol::proto::Entries { bundle },
                ))]
            }
            _ => frames,
        }),
    );
    net.cut(2, true);
    damage(&mut net, 1, (0, 256));
    net.run(Duration::from_secs(60));
    assert!(net.asked.contains(&(1, 0)) && net.nodes[1].healed.is_empty());
    net.cut(2, false);
    net.run(Duration::from_secs(60));
    assert_eq!(net.nodes[1].healed.len(), 1);
    assert!(net.penalised.is_empty(), "it may hold another branch");
}

#[test]
fn who_is_asked_for_what_does_not_read_says_so_to_its_node() {
    let mut net = held();
    let origin = net.sample.origin(0);
    net.nodes[2].store.unreadable.insert(origin.clone());
    net.cut(0, true);
    damage(&mut net, 1, (0, 256));
    net.run(Duration::from_secs(3));
    assert!(net.nodes[1].healed.is_empty());
    assert!(net.nodes[2].notices.contains(&Notice::Damaged(origin)));
}

#[test]
fn what_was_heard_of_a_log_while_it_was_damaged_is_kept() {
    let mut net = held();
    let origin = net.sample.origin(0);
    net.cut(1, true);
    let mut store = std::mem::take(&mut net.nodes[1].store);
    let head = store.head(&origin).unwrap();
    let position = Position {
        origin: origin.clone(),
        size: head.size,
        root: head.root,
    };
    store.unreadable.insert(origin.clone());
    let (config, now) = (Node::config(&net.sample, 1, 3), net.nodes[1].now);
    let journal = Recovered::of_journal([&position]);
    net.nodes[1] = Node::recovered(&net.sample, 1, store, config, journal);
    net.nodes[1].now = now;
    // The log goes on meanwhile.
    net.publish(0, vec![leaf(4, 100)]);
    net.cut(1, false);
    net.run(Duration::from_secs(5));
    assert_eq!(net.nodes[1].federation.damaged().count(), 1);
    net.cut(1, true);
    net.run(Duration::from_millis(100));
    net.nodes[1].store.unreadable.clear();
    net.nodes[1].handle(&net.sample, Input::Healed(origin.clone()));
    let log = &net.nodes[1].federation.logs[&origin];
    assert!(!log.is_damaged() && log.signed().is_some());
    assert_eq!(log.pool.cosigned.map(|last| last.size), Some(600));
    assert_eq!(log.pool.witnessed(), 600);
    assert_eq!((log.offered, log.candidates.len()), (601, 1));
    net.cut(1, false);
    net.run(Duration::from_secs(60));
    assert_eq!(net.nodes[1].size(&origin), 601);
}
