use liaison_protocol::proto::{Condition, Standing};

use super::allowed;
use crate::api::Input;
use crate::testing::{NOW, Node, Sample};
use crate::transport::{Command, Peer};

fn listed(commands: &[Command]) -> Option<&Vec<Peer>> {
    commands.iter().rev().find_map(|command| match command {
        Command::Allow(peers) => Some(peers),
        _ => None,
    })
}

#[test]
fn every_mandated_node_of_an_authority_in_good_standing_is_allowed_but_not_oneself() {
    let sample = Sample::members(4);
    let mut node = Node::new(&sample, 0);
    let commands = node.handle(&sample, Input::Tick);
    let mut expected: Vec<Peer> = (1..4).map(|i| sample.peer(i)).collect();
    expected.sort();
    assert_eq!(listed(&commands), Some(&expected));
    let again = node.handle(&sample, Input::Tick);
    assert_eq!(listed(&again), None, "told once");
}

#[test]
fn a_suspended_authority_is_off_the_list_at_once_and_back_when_it_is_reinstated() {
    let sample = Sample::of(&[Standing::Member; 4]);
    let mut node = Node::new(&sample, 0);
    node.handle(&sample, Input::Tick);
    let origin = sample.origin(2).to_string();
    let suspended = sample.next_version(|charter| {
        let at = liaison_protocol::proto::Position {
            origin,
            size: 0,
            root: Vec::new(),
        };
        liaison_protocol::ceremony::lower(charter, &sample.codes[2], None, Some(Condition::Suspended), at);
    });
    let commands = node.handle(&sample, Input::Charter(Box::new(suspended)));
    assert!(!listed(&commands).unwrap().contains(&sample.peer(2)));
    assert_eq!(listed(&commands).unwrap().len(), 2);
    let proposal = liaison_protocol::ceremony::successor(node.federation.world().chain(), 0, NOW).unwrap();
    let mut proposal = proposal;
    liaison_protocol::ceremony::reinstate(&mut proposal, &sample.codes[2]);
    let commands = node.handle(&sample, Input::Charter(Box::new(sample.sign(&proposal))));
    assert!(listed(&commands).unwrap().contains(&sample.peer(2)));
}

#[test]
fn a_revoked_node_key_is_off_the_list_from_the_time_that_the_revocation_names() {
    let sample = Sample::members(3);
    let mut node = Node::new(&sample, 0);
    node.handle(&sample, Input::Tick);
    let later = sample.node_revocation(1, NOW + 60_000);
    let commands = node.handle(&sample, Input::Statement(Box::new(later)));
    assert_eq!(listed(&commands), None);
    node.now = NOW + 59_000;
    assert_eq!(listed(&node.handle(&sample, Input::Tick)), None);
    node.now = NOW + 66_000;
    assert_eq!(
        listed(&node.handle(&sample, Input::Tick)),
        Some(&vec![sample.peer(2)]),
        "nobody had to say it again"
    );
}

#[test]
fn the_list_names_the_authority_of_each_node() {
    let sample = Sample::members(3);
    let allowed = allowed(&sample.world(), NOW);
    assert_eq!(allowed.get(&sample.peer(2)), Some(&sample.codes[2]));
}
