//! Hellos: versions, instances, differences that are found and closed.

use std::collections::BTreeSet;
use std::time::Duration;

use liaison_protocol::proto;

use crate::api::{Input, Notice};
use crate::limits::ITEM_HEAD;
use crate::testing::{MemoryStore, Net, Node, Sample, leaf};
use crate::transport::{Command, Event};
use crate::wire::{self, Request, Response};

fn net(versions: &[(u32, u32)]) -> Net {
    let sample = Sample::members(versions.len());
    let nodes = versions.iter().enumerate().map(|(i, versions)| {
        let mut config = Node::config(&sample, i, versions_len(&sample));
        config.versions = *versions;
        Node::open(&sample, i, MemoryStore::default(), config)
    });
    let nodes = nodes.collect();
    Net::with(sample, nodes)
}

fn versions_len(sample: &Sample) -> usize {
    sample.codes.len()
}

#[test]
fn both_sides_run_the_highest_version_that_both_speak() {
    let mut net = net(&[(1, 1), (1, 2), (2, 3)]);
    for node in 0..3 {
        net.publish(node, Vec::new());
    }
    net.run(Duration::from_secs(5));
    let version = |a: usize, b: usize| {
        let report = net.nodes[a].federation.status();
        let code = &net.sample.codes[b];
        report
            .peers
            .into_iter()
            .find(|peer| peer.authority == *code)
            .unwrap()
            .version
    };
    assert_eq!((version(0, 1), version(1, 0)), (Some(1), Some(1)));
    assert_eq!((version(1, 2), version(2, 1)), (Some(2), Some(2)));
    assert_eq!((version(0, 2), version(2, 0)), (None, None), "nothing in common");
    assert!(net.penalised.is_empty(), "and nobody's fault");
    // What the outer two cannot tell each other the middle one passes on.
    assert_eq!(net.nodes[0].size(&net.sample.origin(2)), 2);
}

#[test]
fn without_gossip_a_difference_is_found_within_a_round_and_closed() {
    let mut net = net(&[(1, 1); 2]);
    for node in 0..2 {
        net.publish(node, Vec::new());
    }
    net.run(Duration::from_secs(10));
    net.lose_gossip = true;
    net.publish(0, vec![leaf(1, 50); 30]);
    net.publish(0, vec![leaf(2, 50)]);
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 2);
    net.run(Duration::from_secs(31));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 33);
    net.run(Duration::from_secs(31));
    for node in &net.nodes {
        assert!(
            node.federation
                .quorum(&net.sample.origin(0))
                .unwrap()
                .is_reached(),
            "cosignatures too"
        );
    }
}

#[test]
fn charters_and_statements_reach_everybody_without_gossip() {
    let mut net = net(&[(1, 1); 3]);
    for node in 0..3 {
        net.publish(node, Vec::new());
    }
    net.run(Duration::from_secs(5));
    net.lose_gossip = true;
    let version = net.sample.next_version(|charter| charter.name = "Renamed".into());
    let revocation = net.sample.node_revocation(1, u64::MAX);
    net.input(0, Input::Charter(Box::new(version.clone())));
    net.input(1, Input::Statement(Box::new(revocation.clone())));
    net.run(Duration::from_secs(100));
    for node in &net.nodes {
        let world = node.federation.world();
        assert_eq!(world.chain().newest().hash(), version.hash());
        assert!(
            world
                .statements()
                .contains(&net.sample.codes[1], &revocation.hash())
        );
        let store: &dyn crate::store::LogStore = &node.store;
        assert_eq!(
            (store.charters().unwrap().len(), store.statements().unwrap().len()),
            (1, 1),
            "and are kept"
        );
        assert!(node.notices.contains(&Notice::Charters));
        assert!(
            node.notices
                .contains(&Notice::Statements(net.sample.codes[1].clone()))
        );
    }
}

fn hello(node: &mut Node, sample: &Sample, from: usize, instance: u8) -> Vec<Command> {
    let hello = proto::Hello {
        version_min: 1,
        version_max: 1,
        instance: vec![instance; 16],
        charter: vec![0; 32],
        ready: true,
        ..Default::default()
    };
    let body = wire::request(Request::Hello(hello));
    node.handle(
        sample,
        Input::Transport(Event::Asked {
            id: 1,
            peer: sample.peer(from),
            body,
        }),
    )
}

fn second_instance(commands: &[Command]) -> Vec<u8> {
    commands
        .iter()
        .find_map(|command| match command {
            Command::Respond { frames, .. } => match wire::read_response(&frames[0]) {
                Some(Response::Hello(hello)) => Some(hello.second_instance),
                _ => None,
            },
            _ => None,
        })
        .unwrap()
}

#[test]
fn two_live_processes_of_one_key_are_told_and_a_restart_is_none() {
    let sample = Sample::members(2);
    let mut node = Node::new(&sample, 0);
    node.handle(&sample, Input::Tick);
    let event = Event::Connected {
        peer: sample.peer(1),
        address: "/a".into(),
        outbound: false,
    };
    node.handle(&sample, Input::Transport(event));
    let mut told = |instance| second_instance(&hello(&mut node, &sample, 1, instance));
    let quiet: Vec<Vec<u8>> = [1, 1, 2, 2, 1, 2, 2].into_iter().map(&mut told).collect();
    assert!(
        quiet.iter().all(Vec::is_empty),
        "a restart, and a late word of the old process"
    );
    told(1);
    assert_eq!(told(1), vec![2; 16]);
    told(2);
    assert_eq!(told(2), vec![1; 16], "both are told");
    told(3);
    assert_eq!(told(3), Vec::<u8>::new(), "until one of them was started anew");
}

#[test]
fn who_is_told_of_a_second_instance_lets_the_node_know() {
    let sample = Sample::members(2);
    let mut node = Node::new(&sample, 0);
    node.handle(&sample, Input::Tick);
    let told = proto::Hello {
        version_min: 1,
        version_max: 1,
        second_instance: vec![9; 16],
        instance: vec![1; 16],
        charter: vec![0; 32],
        ..Default::default()
    };
    let body = wire::request(Request::Hello(told));
    node.handle(
        &sample,
        Input::Transport(Event::Asked {
            id: 1,
            peer: sample.peer(1),
            body,
        }),
    );
    let instance = "09".repeat(16);
    assert!(node.notices.contains(&Notice::SecondInstance {
        instance,
        seen_by: Some(sample.peer(1))
    }));
}

#[test]
fn a_hello_names_as_many_as_have_room_and_each_in_its_turn() {
    let sample = Sample::members(2);
    let mut node = Node::new(&sample, 0);
    let mut seen = BTreeSet::new();
    for _ in 0..200 {
        let items = node.federation.some(150, (0..20u8).collect(), |_| 10);
        assert_eq!(items.len(), 150 / (10 + ITEM_HEAD));
        seen.extend(items);
    }
    assert_eq!(seen.len(), 20);
    let all = node.federation.some(22 * 20, (0..20u8).collect(), |_| 10);
    assert!(all.into_iter().eq(0..20), "in order while there is room for all");
}
