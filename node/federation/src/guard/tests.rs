//! What a witness shows of a log, and when it says nothing.

use std::time::Duration;

use liaison_protocol::proto::{self, SyncError};
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Hash, Position};

use crate::api::{Input, Notice, View};
use crate::config::Recovered;
use crate::federation::Cx;
use crate::store::LogStore;
use crate::testing::{MemoryStore, Net, Node, Sample, leaf};
use crate::transport::{Command, Event};
use crate::wire::{self, Request, Response};

/// Three nodes that hold and cosigned five entries of node 0.
fn held() -> Net {
    let mut net = Net::new(Sample::members(3));
    for node in 1..3 {
        net.publish(node, Vec::new());
    }
    net.publish(0, vec![leaf(1, 20), leaf(2, 20), leaf(3, 20)]);
    net.run(Duration::from_secs(5));
    net
}

// What node 1 answers to node 0.
fn ask(net: &mut Net) -> Result<proto::GuardResponse, SyncError> {
    let origin = net.sample.origin(0).to_string();
    let event = Event::Asked {
        id: 1 << 40,
        peer: net.sample.peer(0),
        body: wire::request(Request::Guard(proto::GuardRequest { origin })),
    };
    let commands = net.nodes[1].handle(&net.sample, Input::Transport(event));
    let frames = commands.into_iter().find_map(|command| match command {
        Command::Respond { frames, .. } => Some(frames),
        _ => None,
    });
    match wire::read_response(&frames.unwrap()[0]) {
        Some(Response::Guard(answer)) => Ok(answer),
        Some(Response::Error(error)) => Err(SyncError::try_from(error).unwrap()),
        other => panic!("{other:?}"),
    }
}

fn sizes(answer: &proto::GuardResponse) -> Vec<u64> {
    let size = |note: &Vec<u8>| wire::read_checkpoint(note).unwrap().1.size;
    answer.heads.iter().map(size).collect()
}

fn seen(answer: &proto::GuardResponse) -> u64 {
    wire::read_checkpoint(&answer.seen).unwrap().1.size
}

fn position(net: &Net) -> Position {
    let origin = net.sample.origin(0);
    let head = net.nodes[0].store.head(&origin).unwrap();
    Position {
        origin,
        size: head.size,
        root: head.root,
    }
}

// Node 1 starts again on a store, with a journal that names what it cosigned.
fn restart(net: &mut Net, store: MemoryStore) {
    net.cut(1, true);
    let config = Node::config(&net.sample, 1, 3);
    let recovered = Recovered::of_journal(&[position(net)]);
    let now = net.nodes[1].now;
    net.nodes[1] = Node::recovered(&net.sample, 1, store, config, recovered);
    net.nodes[1].now = now;
}

fn offer(net: &mut Net, head: &SignedCheckpoint) {
    let node = &mut net.nodes[1];
    let view = View {
        store: &node.store,
        payloads: &node.policy,
    };
    let cx = Cx {
        view: &view,
        now: node.now,
        date: node.now,
    };
    let position = head.checkpoint.position().unwrap();
    node.federation.offer(head, &position, None, cx);
}

#[test]
fn a_witness_whose_entries_do_not_read_shows_the_head_that_it_cosigned() {
    let mut net = held();
    let mut store = std::mem::take(&mut net.nodes[1].store);
    store.unreadable.insert(net.sample.origin(0));
    restart(&mut net, store);
    assert_eq!(net.nodes[1].federation.damaged().count(), 1);
    let answer = ask(&mut net).unwrap();
    assert_eq!((sizes(&answer), seen(&answer)), (vec![5], 5));
    let (head, _) = wire::read_checkpoint(&answer.heads[0]).unwrap();
    assert!(head.verify_log(&net.sample.log_key(0)).is_ok());
}

#[test]
fn a_witness_that_lost_what_it_cosigned_does_not_answer_until_it_holds_it_again() {
    let mut net = held();
    restart(&mut net, MemoryStore::default());
    assert_eq!(ask(&mut net), Err(SyncError::Refused));
    // Nobody may be able to serve what others offer.
    let far = net.sample.head(0, 50, Hash([5; 32]));
    offer(&mut net, &far);
    assert_eq!(ask(&mut net), Err(SyncError::Refused));
    net.cut(1, false);
    net.run(Duration::from_secs(10));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 5);
    assert!(sizes(&ask(&mut net).unwrap()).contains(&5));
}

#[test]
fn the_very_head_that_was_cosigned_is_shown_once_others_offer_it() {
    let mut net = held();
    let head = net.nodes[0].federation.best_head(&net.sample.origin(0)).unwrap();
    restart(&mut net, MemoryStore::default());
    offer(&mut net, &wire::bare(&head));
    assert_eq!(sizes(&ask(&mut net).unwrap()), [5]);
}

#[test]
fn what_others_remember_of_its_own_cosignatures_keeps_a_witness_from_answering_too() {
    let mut net = held();
    net.cut(1, true);
    let now = net.nodes[1].now;
    // Data folder and signer state are gone, and nobody serves the log any more.
    net.nodes[1] = Node::new(&net.sample, 1);
    net.nodes[1].now = now;
    assert!(sizes(&ask(&mut net).unwrap()).is_empty(), "it cannot know");
    net.cut(0, true);
    net.liars.insert(
        2,
        Box::new(|request, frames| match wire::read_request(request) {
            Some(Request::Entries(_) | Request::Tiles(_)) => vec![wire::error(SyncError::Unknown)],
            _ => frames,
        }),
    );
    net.cut(1, false);
    net.run(Duration::from_secs(2));
    let told = net.nodes[1].notices.iter();
    assert!(told.clone().any(|notice| matches!(notice, Notice::Guard(_))));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 0);
    let log = &net.nodes[1].federation.logs[&net.sample.origin(0)];
    let own = log.pool.newest_position(&net.sample.codes[1]);
    assert_eq!(own.map(|(size, _)| size), Some(5));
}

#[test]
fn a_head_that_nobody_can_follow_hides_no_head_that_is_held() {
    let mut net = held();
    let far = net.sample.head(0, 50, Hash([5; 32]));
    offer(&mut net, &far);
    let answer = ask(&mut net).unwrap();
    assert_eq!((sizes(&answer), seen(&answer)), (vec![5, 50], 50));
    let (held, _) = wire::read_checkpoint(&answer.heads[0]).unwrap();
    assert!(held.note.signatures.len() > 1, "with what is known of its quorum");
    // The key was stolen, and its end is known now.
    let Position { size, root, .. } = position(&net);
    let end = net.sample.log_revocation(0, size, root);
    net.nodes[1].handle(&net.sample, Input::Statement(Box::new(end)));
    let answer = ask(&mut net).unwrap();
    assert_eq!((sizes(&answer), seen(&answer)), (vec![5], 5));
}

#[test]
fn a_held_head_above_the_end_of_its_key_is_shown_with_its_cosignatures() {
    let mut net = held();
    let end = net.sample.log_revocation(0, 2, Hash([2; 32]));
    net.nodes[1].handle(&net.sample, Input::Statement(Box::new(end)));
    let answer = ask(&mut net).unwrap();
    assert_eq!(
        (sizes(&answer), seen(&answer)),
        (vec![5], 5),
        "a quorum cosigned it"
    );
}

#[test]
fn an_answer_that_names_more_than_it_shows_does_not_count() {
    let mut net = held();
    net.cut(0, true);
    let now = net.nodes[0].now;
    net.nodes[0] = Node::new(&net.sample, 0);
    net.nodes[0].now = now;
    net.cut(2, true);
    // As an earlier release answers whose log is damaged.
    net.liars.insert(
        1,
        Box::new(|_, frames| {
            let forgets = |frame: &Vec<u8>| match wire::read_response(frame) {
                Some(Response::Guard(mut answer)) => {
                    answer.seen.clear();
                    answer.heads.clear();
                    wire::response(Response::Guard(answer))
                }
                _ => frame.clone(),
            };
            frames.iter().map(forgets).collect()
        }),
    );
    net.cut(0, false);
    net.run(Duration::from_secs(8));
    let guards = |net: &Net| {
        let told = net.nodes[0].notices.iter();
        told.filter(|notice| matches!(notice, Notice::Guard(_))).count()
    };
    assert_eq!(guards(&net), 0);
    net.liars.clear();
    net.run(Duration::from_secs(8));
    assert!(guards(&net) > 0);
}
