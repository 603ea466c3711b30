//! Following logs over a small network: honest peers, lying ones, and forks.

use std::time::Duration;

use liaison_protocol::proto::SyncError;

use crate::api::{Input, Notice};
use crate::limits::Limit;
use crate::testing::{MemoryStore, Net, Node, Sample, leaf};
use crate::wire::{self, Response};

#[test]
fn three_nodes_converge_and_witness_each_other() {
    let mut net = Net::new(Sample::members(3));
    for node in 0..3 {
        net.publish(node, vec![vec![0xff; 100]; node]);
    }
    net.run(Duration::from_secs(5));
    for log in 0..3 {
        let origin = net.sample.origin(log);
        let heads: Vec<_> = net
            .nodes
            .iter()
            .map(|n| crate::store::LogStore::head(&n.store, &origin).unwrap())
            .collect();
        assert_eq!(heads[0].size, 2 + log as u64);
        assert!(heads.iter().all(|head| head == &heads[0]));
        for node in &net.nodes {
            assert!(
                node.federation.quorum(&origin).unwrap().is_reached(),
                "{origin} on {}",
                node.index
            );
        }
    }
    net.publish(1, vec![vec![0xff; 50]]);
    for node in &net.nodes {
        assert_eq!(node.size(&net.sample.origin(1)), 4, "by gossip, without a tick");
    }
}

#[test]
fn a_long_log_is_fetched_in_groups_and_a_newcomer_catches_up_with_all() {
    let mut net = Net::new(Sample::members(3));
    net.cut(2, true);
    net.publish(1, Vec::new());
    net.publish(0, vec![leaf(3, 100); 9_000]);
    net.run(Duration::from_secs(4));
    net.cut(2, false);
    net.publish(2, Vec::new());
    net.run(Duration::from_secs(20));
    assert_eq!(net.nodes[2].size(&net.sample.origin(0)), 9_002);
    let report = net.nodes[2].federation.status();
    let log = report
        .logs
        .iter()
        .find(|log| log.authority == net.sample.codes[0])
        .unwrap();
    assert_eq!(
        (log.have, log.offered, log.fetched, log.verified),
        (9_002, 9_002, 9_002, 9_002)
    );
    assert!(log.witnessed == 9_002 && log.waits.is_none());
    assert!(net.nodes[2].store.groups > 3, "not in one piece");
}

#[test]
fn a_peer_that_serves_other_bytes_is_dropped_and_its_part_fetched_from_another() {
    for lie in [Lie::Tiles, Lie::Entries] {
        let mut net = Net::new(Sample::members(4));
        net.cut(3, true);
        for node in 1..3 {
            net.publish(node, Vec::new());
        }
        net.publish(0, vec![leaf(3, 100); 2_000]);
        net.run(Duration::from_secs(5));
        net.liars.insert(1, lie.liar());
        net.cut(3, false);
        net.publish(3, Vec::new());
        net.run(Duration::from_secs(10));
        assert!(net.penalised.contains(&(3, 1)), "{lie:?}");
        assert!(net.penalised.iter().all(|(_, whom)| *whom == 1));
        assert_eq!(net.nodes[3].size(&net.sample.origin(0)), 2_002);
        assert_eq!(
            net.nodes[3]
                .federation
                .prefix(&net.sample.origin(0))
                .unwrap()
                .root(),
            net.nodes[0]
                .federation
                .prefix(&net.sample.origin(0))
                .unwrap()
                .root()
        );
    }
}

#[test]
fn when_everybody_lies_nothing_is_stored() {
    let mut net = Net::new(Sample::members(2));
    net.cut(1, true);
    net.publish(0, vec![leaf(3, 100); 500]);
    net.liars.insert(0, Lie::Entries.liar());
    net.cut(1, false);
    net.run(Duration::from_secs(20));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 0);
    net.liars.clear();
    net.run(Duration::from_secs(120));
    assert_eq!(
        net.nodes[1].size(&net.sample.origin(0)),
        502,
        "and honesty is given another chance"
    );
}

#[test]
fn a_head_that_nobody_served_is_tried_again_as_soon_as_a_peer_connects() {
    let mut net = Net::new(Sample::members(2));
    net.publish(0, vec![leaf(3, 100)]);
    net.run(Duration::from_secs(5));
    net.liars.insert(
        0,
        Box::new(|request, frames| match wire::read_request(request) {
            Some(wire::Request::Tiles(_) | wire::Request::Entries(_)) => {
                vec![wire::response(Response::Error(SyncError::Unknown.into()))]
            }
            _ => frames,
        }),
    );
    net.publish(0, vec![leaf(3, 100); 500]);
    net.run(Duration::from_secs(100));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 3);
    net.liars.clear();
    net.cut(0, true);
    net.run(Duration::from_millis(100));
    net.cut(0, false);
    net.run(Duration::from_secs(6));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 503);
}

#[test]
fn a_head_whose_last_entry_is_ahead_of_the_clock_waits_and_is_taken_in_time() {
    let mut net = Net::new(Sample::members(2));
    for node in 0..2 {
        net.publish(node, Vec::new());
    }
    net.run(Duration::from_secs(3));
    let ahead = net.nodes[0].now + 6 * 60 * 1000;
    let entry = crate::testing::naming(&net.sample, ahead);
    net.publish(0, vec![entry]);
    net.run(Duration::from_secs(30));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 2);
    let waits = net.nodes[1].federation.status().logs[0].waits.clone().unwrap();
    assert!(waits.contains("ahead"), "{waits}");
    net.run(Duration::from_secs(40));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 3);
}

#[test]
fn an_authority_that_writes_too_much_in_a_day_is_delayed_and_nothing_is_dropped() {
    let sample = Sample::members(3);
    let nodes = (0..3).map(|i| {
        let mut config = Node::config(&sample, i, 3);
        config.limits.log_entries_per_day = 100;
        Node::open(&sample, i, MemoryStore::default(), config)
    });
    let nodes = nodes.collect();
    let mut net = Net::with(sample, nodes);
    for node in 0..3 {
        net.publish(node, Vec::new());
    }
    net.run(Duration::from_secs(3));
    net.publish(0, vec![leaf(1, 50); 90]);
    net.publish(0, vec![leaf(2, 50); 50]);
    net.run(Duration::from_secs(60));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 92);
    let waits = net.nodes[1].federation.status().logs[0].waits.clone().unwrap();
    assert!(waits.contains("quota"), "{waits}");
    let held_up = net.nodes[1].federation.status().held_up;
    assert!(
        matches!(&held_up[..], [(_, Limit::LogEntriesPerDay, times)] if *times > 0),
        "{held_up:?}"
    );
    net.run(Duration::from_secs(13 * 60 * 60));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 142);
}

#[test]
fn an_authority_that_writes_too_many_bytes_in_a_day_is_delayed_where_they_are_fetched_too() {
    let sample = Sample::members(3);
    let nodes = (0..3).map(|i| {
        let mut config = Node::config(&sample, i, 3);
        config.limits.log_bytes_per_day = 100_000;
        Node::open(&sample, i, MemoryStore::default(), config)
    });
    let nodes = nodes.collect();
    let mut net = Net::with(sample, nodes);
    for node in 0..3 {
        net.publish(node, Vec::new());
    }
    net.run(Duration::from_secs(3));
    // An announcement has no room for them.
    net.publish(0, vec![leaf(1, 9_000); 10]);
    net.run(Duration::from_secs(3));
    net.publish(0, vec![leaf(2, 9_000); 5]);
    net.run(Duration::from_secs(60));
    let origin = net.sample.origin(0);
    for node in 1..3 {
        assert_eq!(net.nodes[node].size(&origin), 12);
        let report = net.nodes[node].federation.status();
        assert_eq!((report.logs[0].have, report.logs[0].offered), (12, 17));
        let waits = report.logs[0].waits.clone().unwrap();
        assert!(waits.contains("quota"), "{waits}");
        assert!(
            matches!(&report.held_up[..], [(_, Limit::LogBytesPerDay, times)] if *times > 0),
            "{:?}",
            report.held_up
        );
    }
    net.run(Duration::from_secs(9 * 60 * 60));
    assert!((1..3).all(|node| net.nodes[node].size(&origin) == 17));
}

#[test]
fn what_a_quorum_has_witnessed_is_no_matter_of_quota() {
    let sample = Sample::members(4);
    let nodes = (0..4).map(|i| {
        let mut config = Node::config(&sample, i, 4);
        // The others took it in over many days; the newcomer may at once.
        config.limits.log_entries_per_day = if i == 3 { 10 } else { 10_000 };
        Node::open(&sample, i, MemoryStore::default(), config)
    });
    let nodes = nodes.collect();
    let mut net = Net::with(sample, nodes);
    net.cut(3, true);
    for node in 1..3 {
        net.publish(node, Vec::new());
    }
    net.publish(0, vec![leaf(1, 50); 500]);
    net.run(Duration::from_secs(5));
    net.cut(3, false);
    net.publish(3, Vec::new());
    net.run(Duration::from_secs(100));
    assert_eq!(net.nodes[3].size(&net.sample.origin(0)), 502);
}

#[test]
fn after_a_restart_what_was_held_is_held_with_or_without_a_snapshot() {
    let mut net = Net::new(Sample::members(3));
    for node in 0..3 {
        net.publish(node, vec![leaf(node as u8, 30); 40]);
    }
    net.run(Duration::from_secs(5));
    let origin = net.sample.origin(0);
    let snapshot = net.nodes[1].federation.prefix_snapshot(&origin).unwrap();
    let before = net.nodes[1].federation.best_head(&origin).unwrap();
    let store = std::mem::take(&mut net.nodes[1].store);
    let policy = crate::testing::Policy::default();
    let view = crate::api::View {
        store: &store,
        payloads: &policy,
    };
    for prefixes in [
        Default::default(),
        std::collections::BTreeMap::from([(origin.clone(), snapshot)]),
    ] {
        let recovered = crate::Recovered {
            prefixes,
            ..Default::default()
        };
        let config = Node::config(&net.sample, 1, 3);
        let opened =
            crate::Federation::open(config, net.sample.world(), recovered, 1, &view, net.nodes[1].now)
                .unwrap();
        assert_eq!(opened.prefix(&origin).unwrap().size(), 42);
        assert_eq!(opened.best_head(&origin).unwrap().checkpoint, before.checkpoint);
        assert!(
            opened.quorum(&origin).unwrap().is_reached(),
            "the quorum head is read back"
        );
    }
}

#[test]
fn a_node_that_lost_its_disk_fetches_its_own_log_back_before_it_writes() {
    let mut net = Net::new(Sample::members(3));
    for node in 0..3 {
        net.publish(node, vec![leaf(node as u8, 30); 10]);
    }
    net.run(Duration::from_secs(5));
    net.cut(0, true);
    let fresh = Node::new(&net.sample, 0);
    let now = net.nodes[0].now;
    net.nodes[0] = fresh;
    net.nodes[0].now = now;
    net.cut(0, false);
    net.run(Duration::from_secs(20));
    let origin = net.sample.origin(0);
    assert_eq!(net.nodes[0].size(&origin), 12);
    let answers: Vec<_> = net.nodes[0]
        .notices
        .iter()
        .filter_map(|notice| match notice {
            Notice::Guard(answer) => Some(answer),
            _ => None,
        })
        .collect();
    let from: std::collections::BTreeSet<_> = answers.iter().map(|answer| answer.authority.clone()).collect();
    assert_eq!(from.len(), 2);
    let heads = answers.iter().flat_map(|answer| &answer.heads);
    assert_eq!(heads.map(|head| head.checkpoint.size).max(), Some(12));
    let own = answers.iter().flat_map(|answer| &answer.own_cosignatures);
    let own: std::collections::BTreeSet<_> = own.map(|head| head.checkpoint.origin.clone()).collect();
    assert_eq!(own.len(), 2, "its own cosignatures on both other logs come back");
    assert!(net.nodes[0].notices.contains(&Notice::OwnLogAhead { size: 12 }));
    net.publish(0, vec![leaf(9, 30)]);
    net.run(Duration::from_secs(3));
    assert_eq!(net.nodes[1].size(&origin), 13);
}

#[derive(Debug, Clone, Copy)]
enum Lie {
    Tiles,
    Entries,
}

impl Lie {
    fn liar(self) -> crate::testing::Liar {
        Box::new(move |_, frames| {
            frames
                .into_iter()
                .map(|frame| match (self, wire::read_response(&frame)) {
                    (Lie::Tiles, Some(Response::Tiles(mut tile))) => {
                        tile.hashes[40] ^= 1;
                        wire::response(Response::Tiles(tile))
                    }
                    (Lie::Entries, Some(Response::Entries(mut entries))) => {
                        let last = entries.bundle.len() - 1;
                        entries.bundle[last] ^= 1;
                        wire::response(Response::Entries(entries))
                    }
                    _ => frame,
                })
                .collect()
        })
    }
}

#[test]
fn what_a_quorum_cosigned_before_its_key_was_revoked_reaches_who_was_away() {
    let mut net = Net::new(Sample::members(5));
    for node in 1..5 {
        net.publish(node, Vec::new());
    }
    net.publish(0, vec![leaf(1, 20)]);
    let origin = net.sample.origin(0);
    net.run(Duration::from_secs(5));
    assert_eq!(net.nodes[4].size(&origin), 3);
    let earlier = net.nodes[1].federation.best_head(&origin).unwrap().checkpoint;
    net.cut(4, true);
    net.publish(0, vec![leaf(2, 20), leaf(3, 20)]);
    net.run(Duration::from_secs(5));
    let quorum = net.nodes[1].federation.quorum(&origin).unwrap();
    assert!(quorum.is_reached(), "{quorum:?}");

    let ended = net.sample.log_revocation(0, 3, earlier.root);
    net.input(4, Input::Statement(Box::new(ended)));
    net.cut(4, false);
    net.run(Duration::from_secs(120));
    assert_eq!(net.nodes[4].size(&origin), 5);
    // Above the end, and nobody has cosigned it.
    net.publish(0, vec![leaf(4, 20)]);
    net.run(Duration::from_secs(60));
    for node in 1..5 {
        assert_eq!(net.nodes[node].size(&origin), 5, "node {node}");
    }
}
