//! Offered heads, and forks between nodes.

use std::time::Duration;

use liaison_protocol::tlog::{MemoryTree, SignedCheckpoint, leaf_hash, root};
use liaison_protocol::{Hash, evidence};

use super::Offer;
use crate::api::{Notice, View};
use crate::federation::Cx;
use crate::limits::CANDIDATES_MAX;
use crate::testing::{Net, Node, Sample, leaf};

fn offer(node: &mut Node, head: &SignedCheckpoint) -> Offer {
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
    node.federation.offer(head, &position, None, cx)
}

fn evidence_of(node: &Node) -> Vec<&Vec<u8>> {
    let found = node.notices.iter().filter_map(|notice| match notice {
        Notice::Evidence(bytes) => Some(bytes),
        _ => None,
    });
    found.collect()
}

/// A log that has other entries than ours: its first two are the same.
fn branch(sample: &Sample, size: usize) -> (Vec<Vec<u8>>, SignedCheckpoint) {
    let mut leaves = sample.first_entries(0);
    leaves.extend((leaves.len()..size).map(|i| leaf(i as u8, 33)));
    let tree: MemoryTree = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let head = sample.head(0, size as u64, root(size as u64, &tree).unwrap());
    (leaves, head)
}

fn two_nodes_with_a_log_of_five() -> Net {
    let mut net = Net::new(Sample::members(2));
    net.publish(1, Vec::new());
    net.publish(0, vec![leaf(1, 20), leaf(2, 20), leaf(3, 20)]);
    net.run(Duration::from_secs(5));
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 5);
    net
}

#[test]
fn what_is_held_and_what_it_grew_from_is_stale_and_what_goes_beyond_is_new() {
    let mut net = two_nodes_with_a_log_of_five();
    let head = net.nodes[1].federation.best_head(&net.sample.origin(0)).unwrap();
    assert_eq!(offer(&mut net.nodes[1], &head), Offer::Stale);
    let tree: MemoryTree = net
        .sample
        .first_entries(0)
        .iter()
        .map(|leaf| leaf_hash(leaf))
        .collect();
    let earlier = net.sample.head(0, 2, root(2, &tree).unwrap());
    assert_eq!(offer(&mut net.nodes[1], &earlier), Offer::Stale);
    let later = net.sample.head(0, 9, Hash([3; 32]));
    assert!(matches!(offer(&mut net.nodes[1], &later), Offer::New(signed) if *signed.checkpoint() == later));
    assert_eq!(offer(&mut net.nodes[1], &later), Offer::Offered);
}

#[test]
fn of_an_offered_head_the_signature_of_its_log_is_kept_and_no_other_line() {
    let mut net = two_nodes_with_a_log_of_five();
    let clean = net.sample.head(0, 9, Hash([3; 32]));
    let mut junk = clean.clone();
    for byte in 1..100 {
        let mut line = clean.note.signatures[0].clone();
        line.key_hash[0] ^= byte;
        junk.note.signatures.push(line);
    }
    assert!(matches!(offer(&mut net.nodes[1], &junk), Offer::New(signed) if *signed.checkpoint() == clean));
}

#[test]
fn heads_that_nobody_can_serve_do_not_keep_out_one_that_is_new() {
    let mut net = two_nodes_with_a_log_of_five();
    let origin = net.sample.origin(0);
    for number in 0..CANDIDATES_MAX as u64 {
        let far = net.sample.head(0, (1 << 40) + number, Hash([4; 32]));
        assert!(matches!(offer(&mut net.nodes[1], &far), Offer::New(_)));
    }
    let candidates = |node: &mut Node| {
        let log = node.federation.logs.get_mut(&origin).unwrap();
        log.candidates.values_mut().for_each(|tried| tried.attempts = 1);
        log.candidates.keys().map(|(size, _)| *size).collect::<Vec<_>>()
    };
    assert_eq!(candidates(&mut net.nodes[1]).len(), CANDIDATES_MAX);
    let near = net.sample.head(0, 9, Hash([3; 32]));
    assert!(matches!(offer(&mut net.nodes[1], &near), Offer::New(_)));
    let kept = candidates(&mut net.nodes[1]);
    assert!(kept.contains(&9) && kept.len() == CANDIDATES_MAX, "{kept:?}");
}

#[test]
fn heads_by_other_keys_are_unknown_and_wrong_signatures_by_the_logs_key_are_bad() {
    let mut net = two_nodes_with_a_log_of_five();
    let mut foreign = net.sample.head(0, 9, Hash([3; 32]));
    let other = net.sample.head(1, 9, Hash([3; 32]));
    foreign.note.signatures[0].key_hash = other.note.signatures[0].key_hash;
    assert_eq!(offer(&mut net.nodes[1], &foreign), Offer::Unknown);
    let mut wrong = net.sample.head(0, 9, Hash([3; 32]));
    wrong.note.signatures[0].signature[5] ^= 1;
    assert_eq!(offer(&mut net.nodes[1], &wrong), Offer::Bad);
    assert!(
        net.nodes[1]
            .federation
            .status()
            .logs
            .iter()
            .all(|log| log.offered <= 5)
    );
}

#[test]
fn another_root_at_a_size_that_is_held_is_proven_and_nothing_is_rolled_back() {
    let mut net = two_nodes_with_a_log_of_five();
    for size in [4, 5] {
        let (_, other) = branch(&net.sample, size);
        assert_eq!(offer(&mut net.nodes[1], &other), Offer::Contradicts);
    }
    net.run(Duration::from_millis(100));
    net.input(1, crate::api::Input::Tick);
    let found = evidence_of(&net.nodes[1]);
    assert_eq!(found.len(), 1, "one piece for a log and its key");
    let proven = evidence::verify(found[0], &net.sample.world()).unwrap();
    assert!(
        matches!(proven, evidence::Proven::Checkpoints { sizes: (4, 5), .. }),
        "{proven:?}"
    );
    assert_eq!(net.nodes[1].size(&net.sample.origin(0)), 5);
    assert_eq!(evidence_of(&net.nodes[0]).len(), 1, "it travels");
    for node in &net.nodes {
        let held: Vec<_> = node.federation.evidence().collect();
        assert!(matches!(held[..], [piece] if piece.seen_at.is_some() && piece.proven == proven));
    }
    assert_eq!(
        crate::store::LogStore::evidence(&net.nodes[0].store)
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_fork_is_proven_to_both_sides_when_they_meet() {
    let mut net = Net::new(Sample::members(3));
    net.publish(1, Vec::new());
    net.publish(2, Vec::new());
    net.publish(0, Vec::new());
    net.run(Duration::from_secs(3));
    net.cut(2, true);
    net.publish(0, vec![leaf(1, 20)]);
    net.run(Duration::from_secs(3));
    net.cut(0, true);
    // The same key signs another history of the same log for the node that was away.
    let sample = Sample::members(3);
    let (leaves, head) = branch(&sample, 7);
    net.nodes[0] = Node::new(&sample, 0);
    let tail = leaves[2..].to_vec();
    net.cut(1, true);
    net.cut(0, false);
    net.cut(2, false);
    net.publish(0, tail);
    net.run(Duration::from_secs(60));
    assert_eq!(net.nodes[2].size(&net.sample.origin(0)), 7);
    assert_eq!(
        net.nodes[2]
            .federation
            .best_head(&net.sample.origin(0))
            .unwrap()
            .checkpoint,
        head.checkpoint
    );
    net.cut(1, false);
    net.run(Duration::from_secs(120));
    for node in [1, 2] {
        let found = evidence_of(&net.nodes[node]);
        assert_eq!(found.len(), 1, "node {node}");
        assert!(evidence::verify(found[0], &net.sample.world()).is_ok());
        assert!(net.nodes[node].federation.status().logs[0].forked);
    }
    assert_eq!(
        net.nodes[1].size(&net.sample.origin(0)),
        3,
        "nothing is rolled back"
    );
    assert!(
        net.penalised.is_empty(),
        "nobody is blamed for the author's fork: {:?}",
        net.penalised
    );
}
