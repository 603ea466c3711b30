//! What a witness shows of a log, and when it says nothing.

use std::time::Duration;

use liaison_protocol::proto::{self, SyncError};
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Hash, Position};

use super::Shown;
use crate::api::{GuardAnswer, Input, Notice, View};
use crate::config::Recovered;
use crate::federation::Cx;
use crate::store::LogStore;
use crate::testing::{MemoryStore, Net, Node, Sample, leaf};
use crate::transport::{Command, Event};
use crate::wire::{self, Request, Response};

/// Three nodes that hold and cosigned five entries of node 0.
fn held() -> Net {
    published(3)
}

/// The same, where only the first of the nodes cosign.
fn published(cosigners: usize) -> Net {
    let mut net = Net::new(Sample::members(3));
    net.nodes
        .iter_mut()
        .skip(cosigners)
        .for_each(|node| node.cosigns = false);
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

// Node 1 starts again on a store, with a journal that names what it cosigned: the newest head of node 0.
fn restart(net: &mut Net, store: MemoryStore) {
    let cosigned = position(net);
    start(net, 1, store, &[cosigned]);
}

// A node starts again, off the network, on a store and with a journal.
fn start(net: &mut Net, node: usize, store: MemoryStore, cosigned: &[Position]) {
    net.cut(node, true);
    let config = Node::config(&net.sample, node, 3);
    let recovered = Recovered::of_journal(cosigned);
    let now = net.nodes[node].now;
    net.nodes[node] = Node::recovered(&net.sample, node, store, config, recovered);
    net.nodes[node].now = now;
}

// So many entries of node 0's log, others than those that it published.
fn other_tree(net: &Net, size: u8) -> MemoryStore {
    let mut other = Node::new(&net.sample, 0);
    other.publish(&net.sample, (52..50 + size).map(|i| leaf(i, 20)).collect());
    other.store
}

// What node 0 was told by those whose answers count.
fn answers(net: &Net) -> Vec<&GuardAnswer> {
    let told = net.nodes[0].notices.iter();
    told.filter_map(|notice| match notice {
        Notice::Guard(answer) => Some(answer),
        _ => None,
    })
    .collect()
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
fn a_witness_that_followed_another_tree_than_it_cosigned_does_not_answer() {
    for size in [5, 6] {
        let mut net = held();
        let other = other_tree(&net, size);
        restart(&mut net, other);
        assert_eq!(net.nodes[1].size(&net.sample.origin(0)), u64::from(size));
        assert_eq!(ask(&mut net), Err(SyncError::Refused));
    }
    let mut net = held();
    let cosigned = position(&net);
    net.publish(0, vec![leaf(4, 20)]);
    net.run(Duration::from_secs(5));
    let store = std::mem::take(&mut net.nodes[1].store);
    start(&mut net, 1, store, &[cosigned]);
    assert!(
        sizes(&ask(&mut net).unwrap()).contains(&6),
        "more of the very tree is as good"
    );
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
fn an_answer_names_the_end_that_is_known_and_what_was_cosigned_by_the_journal() {
    // Without a quorum no file has the cosignature.
    let mut net = published(2);
    let Position { size, root, .. } = position(&net);
    let store = std::mem::take(&mut net.nodes[1].store);
    restart(&mut net, store);
    let answer = ask(&mut net).unwrap();
    assert!(answer.cosigned.is_empty() && answer.ends.is_empty());
    assert_eq!(
        (answer.cosigned_size, answer.cosigned_root),
        (size, root.0.to_vec())
    );
    let end = net.sample.log_revocation(0, size, root);
    let known = Hash::of(&end.hash().0);
    net.nodes[1].handle(&net.sample, Input::Statement(Box::new(end)));
    assert_eq!(ask(&mut net).unwrap().ends, known.0);
}

#[test]
fn a_new_machine_fetches_all_up_to_the_end_of_the_old_key_and_nothing_above() {
    // Nobody keeps a head of five entries, and the one of six is of no quorum.
    let mut net = published(0);
    let Position { size, root, .. } = position(&net);
    net.publish(0, vec![leaf(4, 20)]);
    net.run(Duration::from_secs(5));
    start(&mut net, 0, MemoryStore::default(), &[]);
    let end = net.sample.log_revocation(0, size, root);
    for node in 0..3 {
        net.input(node, Input::Statement(Box::new(end.clone())));
    }
    net.cut(0, false);
    net.run(Duration::from_secs(20));
    let held = |node: usize| net.nodes[node].size(&net.sample.origin(0));
    assert_eq!((held(0), held(1)), (5, 6));
    let known = Some(Hash::of(&end.hash().0));
    let answers = answers(&net);
    assert!(!answers.is_empty() && answers.iter().all(|answer| answer.ends == known));
    assert!(answers.iter().all(|answer| answer.cosigned.is_none()));
}

#[test]
fn a_larger_head_of_another_tree_than_is_held_is_told_from_one_that_is_not_reached() {
    let mut net = held();
    net.publish(0, vec![leaf(4, 20)]);
    net.run(Duration::from_secs(5));
    let theirs = position(&net);
    let other = other_tree(&net, 5);
    start(&mut net, 0, other, &[]);
    assert!(!net.nodes[0].federation.contradicts_own(&theirs));
    net.cut(0, false);
    net.run(Duration::from_secs(10));
    assert!(net.nodes[0].federation.contradicts_own(&theirs));
}

#[test]
fn a_head_stands_for_what_was_cosigned_when_it_may_be_of_that_very_tree() {
    let sample = Sample::members(1);
    let head = |(size, root): &(u64, u8)| {
        let head = sample.head(0, *size, Hash([*root; 32]));
        let position = head.checkpoint.position().unwrap();
        (head, position)
    };
    // Whether an answer lacks the tree 1 of five entries, where the own log has these.
    let lacks = |heads: &[(u64, u8)], own: &[(u64, u8)]| {
        let ours = |at: &Position| own.contains(&(at.size, at.root.0[0]));
        let shown = |cosigned, last| Shown {
            heads: heads.iter().map(head).collect(),
            cosigned,
            last,
            ends: None,
        };
        let (note, position) = head(&(5, 1));
        let by_note = shown(Some((note, position.clone())), None).lacks_what_it_cosigned(&ours);
        let by_journal = shown(None, Some(position)).lacks_what_it_cosigned(&ours);
        assert_eq!(by_note, by_journal);
        by_note
    };
    assert!(lacks(&[], &[]) && lacks(&[(4, 1)], &[]));
    assert!(!lacks(&[(5, 1)], &[]) && !lacks(&[(5, 2), (5, 1)], &[]) && !lacks(&[(9, 1)], &[]));
    assert!(lacks(&[(5, 2)], &[]) && lacks(&[(5, 2), (9, 1)], &[]));
    assert!(lacks(&[(9, 1)], &[(5, 2), (9, 1)]) && !lacks(&[(9, 1)], &[(5, 1), (9, 1)]));
}

#[test]
fn another_tree_than_was_cosigned_becomes_evidence_and_its_answer_does_not_count() {
    let mut net = held();
    let store = std::mem::take(&mut net.nodes[0].store);
    start(&mut net, 0, store, &[]);
    net.cut(2, true);
    let other = net.sample.head(0, 5, Hash([9; 32])).to_bytes();
    shows(&mut net, vec![other]);
    net.cut(0, false);
    net.run(Duration::from_secs(8));
    assert!(answers(&net).is_empty());
    let mut told = net.nodes[0].notices.iter();
    assert!(told.any(|notice| matches!(notice, Notice::Evidence(_))));
}

// From now on node 1 shows these heads.
fn shows(net: &mut Net, heads: Vec<Vec<u8>>) {
    let liar = move |_: &[u8], frames: Vec<Vec<u8>>| -> Vec<Vec<u8>> {
        let shows = |frame: &Vec<u8>| match wire::read_response(frame) {
            Some(Response::Guard(mut answer)) => {
                answer.seen.clear();
                answer.heads.clone_from(&heads);
                wire::response(Response::Guard(answer))
            }
            _ => frame.clone(),
        };
        frames.iter().map(shows).collect()
    };
    net.liars.insert(1, Box::new(liar));
}

#[test]
fn an_answer_that_names_more_than_it_shows_does_not_count() {
    let mut net = held();
    start(&mut net, 0, MemoryStore::default(), &[]);
    net.cut(2, true);
    // As an earlier release answers whose log is damaged.
    shows(&mut net, Vec::new());
    net.cut(0, false);
    net.run(Duration::from_secs(8));
    assert!(answers(&net).is_empty());
    net.liars.clear();
    net.run(Duration::from_secs(8));
    assert!(!answers(&net).is_empty());
}
