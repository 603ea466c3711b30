//! When a witness is asked to cosign, and what others' cosignatures come to.

use std::time::Duration;

use liaison_protocol::proto::{self, Standing};
use liaison_protocol::tlog::SignedCheckpoint;

use crate::api::{Effect, Input, Notice, View};
use crate::limits::{COSIGN_IDLE, COSIGN_PACE};
use crate::store::LogStore;
use crate::testing::{Net, Node, Sample, leaf};
use crate::transport::Event;
use crate::wire::{self, Gossip};

/// A witness among four, and the heads that it is asked to cosign.
struct Witness {
    sample: Sample,
    node: Node,
    entries: Vec<Vec<u8>>,
    message: u64,
}

impl Witness {
    fn new(sample: Sample) -> Witness {
        let node = Node::new(&sample, 0);
        Witness {
            sample,
            node,
            entries: Vec::new(),
            message: 0,
        }
    }

    /// A head of party 1 with one more entry comes by gossip.
    fn grow(&mut self) -> SignedCheckpoint {
        let start = self.entries.len();
        self.entries.push(if start < 2 {
            self.sample.first_entries(1)[start].clone()
        } else {
            leaf(start as u8, 30)
        });
        if start == 0 {
            self.entries.push(self.sample.first_entries(1)[1].clone());
        }
        let tree: liaison_protocol::tlog::MemoryTree = self
            .entries
            .iter()
            .map(|entry| liaison_protocol::tlog::leaf_hash(entry))
            .collect();
        let size = self.entries.len() as u64;
        let head = self
            .sample
            .head(1, size, liaison_protocol::tlog::root(size, &tree).unwrap());
        let announce = proto::Announce {
            checkpoint: head.to_bytes(),
            start: start as u64,
            entries: self.entries[start..].to_vec(),
        };
        self.gossip(Gossip::Announce(announce));
        assert_eq!(self.node.size(&self.sample.origin(1)), size);
        head
    }

    fn gossip(&mut self, content: Gossip) {
        self.message += 1;
        let event = Event::Gossip {
            message: self.message,
            from: self.sample.peer(3),
            data: wire::gossip(content),
        };
        self.node.handle(&self.sample, Input::Transport(event));
    }

    /// Party `i` cosigns a head.
    fn cosigned_by(&mut self, i: usize, head: &SignedCheckpoint) {
        let line = proto::HeadCosignature {
            origin: head.checkpoint.origin.clone(),
            size: head.checkpoint.size,
            root: head.checkpoint.root.0.to_vec(),
            line: self.sample.cosign(i, head, self.node.now).to_string(),
        };
        self.gossip(Gossip::Cosignatures(proto::Cosignatures {
            cosignatures: vec![line],
        }));
    }

    /// Heads that are to be cosigned at the next tick, by size; they are cosigned when `signs`.
    fn tick(&mut self, later: u64, signs: bool) -> Vec<u64> {
        self.node.now += later;
        let view = View {
            store: &self.node.store,
            payloads: &self.node.policy,
        };
        let effects = self.node.federation.handle(Input::Tick, &view, self.node.now);
        let heads: Vec<SignedCheckpoint> = effects
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Cosign(heads) => Some(heads),
                _ => None,
            })
            .flatten()
            .map(|head| head.checkpoint().clone())
            .collect();
        for head in heads.iter().filter(|_| signs) {
            let position = head.checkpoint.position().unwrap();
            let cosignature = self.sample.cosign(0, head, self.node.now);
            let (origin, size, root) = (position.origin, position.size, position.root);
            self.node.handle(
                &self.sample,
                Input::Cosigned {
                    origin,
                    size,
                    root,
                    cosignature,
                },
            );
        }
        heads.iter().map(|head| head.checkpoint.size).collect()
    }
}

#[test]
fn the_newest_head_is_cosigned_once_and_the_next_after_its_quorum() {
    let mut witness = Witness::new(Sample::members(4));
    let first = witness.grow();
    assert_eq!(witness.tick(10, true), [2]);
    witness.grow();
    assert_eq!(
        witness.tick(10, true),
        Vec::<u64>::new(),
        "the first has no quorum yet"
    );
    witness.cosigned_by(2, &first);
    assert_eq!(witness.tick(10, true), [3]);
    assert_eq!(witness.tick(COSIGN_PACE, true), Vec::<u64>::new(), "once");
}

#[test]
fn without_a_quorum_the_next_head_follows_at_the_pace_and_heads_between_are_passed_over() {
    let mut witness = Witness::new(Sample::members(4));
    witness.grow();
    assert_eq!(witness.tick(10, true), [2]);
    witness.grow();
    witness.grow();
    assert_eq!(witness.tick(COSIGN_PACE - 100, true), Vec::<u64>::new());
    assert_eq!(witness.tick(100, true), [4]);
}

#[test]
fn a_head_that_was_not_cosigned_is_asked_for_again_and_an_idle_one_once_a_day() {
    let mut witness = Witness::new(Sample::members(4));
    witness.grow();
    assert_eq!(witness.tick(10, false), [2], "the start guard may say no");
    assert_eq!(witness.tick(COSIGN_PACE, true), [2]);
    assert_eq!(witness.tick(COSIGN_IDLE - 1, true), Vec::<u64>::new());
    assert_eq!(witness.tick(1, true), [2]);
}

#[test]
fn who_is_no_witness_is_not_asked_and_nobody_is_for_its_own_log() {
    let sample = Sample::members(4);
    let version = sample.next_version(|charter| charter.authorities[0].witness = false);
    let mut witness = Witness::new(sample);
    witness.node.publish(&witness.sample, Vec::new());
    assert_eq!(witness.tick(10, true), Vec::<u64>::new(), "its own log");
    witness
        .node
        .handle(&witness.sample, Input::Charter(Box::new(version)));
    witness.grow();
    assert_eq!(
        witness.tick(10, true),
        Vec::<u64>::new(),
        "the charter in force counts it no more"
    );
}

#[test]
fn a_smaller_or_other_head_than_was_cosigned_before_is_not_cosigned() {
    let sample = Sample::members(4);
    let mut witness = Witness::new(sample);
    let mut recovered = crate::Recovered::default();
    let last = liaison_protocol::acceptance::LastCosigned {
        size: 3,
        root: liaison_protocol::Hash([9; 32]),
    };
    recovered.cosigned.insert(witness.sample.origin(1), last);
    let config = Node::config(&witness.sample, 0, 0);
    let view = View {
        store: &witness.node.store,
        payloads: &witness.node.policy,
    };
    let world = witness.sample.world();
    witness.node.federation =
        crate::Federation::open(config, world, recovered, 1, &view, witness.node.now).unwrap();
    witness.grow();
    assert_eq!(
        witness.tick(10, true),
        Vec::<u64>::new(),
        "size 2, after 3 was cosigned"
    );
    witness.grow();
    assert_eq!(
        witness.tick(COSIGN_PACE, true),
        Vec::<u64>::new(),
        "size 3 with another root"
    );
    witness.grow();
    assert_eq!(witness.tick(COSIGN_PACE, true), [4]);
}

#[test]
fn a_quorum_is_kept_with_its_cosignatures_and_told_of_when_it_is_durable() {
    let mut witness = Witness::new(Sample::of(&[Standing::Member; 4]));
    let head = witness.grow();
    let origin = witness.sample.origin(1);
    witness.cosigned_by(2, &head);
    assert_eq!(
        witness.node.store.newest_quorum_head(&origin).unwrap(),
        None,
        "one of three"
    );
    assert_eq!(witness.tick(10, true), [2]);
    let note = witness.node.store.newest_quorum_head(&origin).unwrap().unwrap();
    let kept = SignedCheckpoint::parse(&note).unwrap();
    assert_eq!(kept.note.signatures.len(), 3, "the log's and two cosignatures");
    let world = witness.sample.world();
    let named = [witness.sample.versions[1].hash()];
    assert!(liaison_protocol::quorum::count(&world, &origin, &kept, &named).is_reached());
    let told = witness
        .node
        .notices
        .iter()
        .any(|n| matches!(n, Notice::Witnessed { size: 2, quorum, .. } if quorum.is_reached()));
    assert!(told);
}

#[test]
fn one_witness_that_cosigns_two_roots_of_one_size_is_convicted() {
    let mut witness = Witness::new(Sample::members(4));
    let head = witness.grow();
    let other = witness
        .sample
        .head(1, head.checkpoint.size, liaison_protocol::Hash([3; 32]));
    witness.cosigned_by(2, &head);
    witness.cosigned_by(2, &other);
    let evidence = witness.node.store.evidence().unwrap();
    assert_eq!(evidence.len(), 1);
    let proven = liaison_protocol::evidence::verify(&evidence[0], &witness.sample.world()).unwrap();
    assert!(matches!(
        proven,
        liaison_protocol::evidence::Proven::Cosignatures { .. }
    ));
}

#[test]
fn cosignatures_of_a_revoked_key_no_longer_count() {
    let mut witness = Witness::new(Sample::members(4));
    let head = witness.grow();
    let origin = witness.sample.origin(1);
    witness.cosigned_by(2, &head);
    let count = |witness: &Witness| witness.node.federation.quorum(&origin).unwrap().cosigned.len();
    assert_eq!(count(&witness), 1);
    let revoked = witness.sample.cosigner_revocation(2, witness.node.now - 60_000);
    witness
        .node
        .handle(&witness.sample, Input::Statement(Box::new(revoked)));
    assert_eq!(count(&witness), 0);
}

#[test]
fn a_log_of_a_network_of_one_needs_no_witness() {
    let mut net = Net::new(Sample::members(1));
    net.publish(0, vec![leaf(1, 30)]);
    net.run(Duration::from_millis(200));
    let quorum = net.nodes[0].federation.quorum(&net.sample.origin(0)).unwrap();
    assert!(quorum.is_reached() && quorum.witnesses == 0);
    let witnessed = net.nodes[0]
        .notices
        .iter()
        .any(|n| matches!(n, Notice::Witnessed { size: 3, .. }));
    assert!(witnessed);
}
