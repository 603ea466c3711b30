//! What is accepted, ignored and rejected.

use liaison_protocol::dsse::Signed;
use liaison_protocol::proto::{self, Standing};
use liaison_protocol::tlog::{LogSigned, MemoryTree, SignedCheckpoint, leaf_hash, root};

use crate::api::Input;
use crate::limits::{DEFERRED_FOR, Limit};
use crate::testing::{NOW, Node, Sample, leaf};
use crate::transport::{Command, Event, Verdict};
use crate::wire::{self, Gossip};

struct Judge {
    sample: Sample,
    node: Node,
    message: u64,
}

impl Judge {
    fn new() -> Judge {
        let sample = Sample::of(&[Standing::Member; 4]);
        let mut node = Node::new(&sample, 0);
        node.handle(&sample, Input::Tick);
        Judge {
            sample,
            node,
            message: 0,
        }
    }

    /// The verdict on a message, if it is given at once.
    fn verdict(&mut self, data: Vec<u8>) -> Option<Verdict> {
        self.message += 1;
        let event = Event::Gossip {
            message: self.message,
            from: self.sample.peer(3),
            data,
        };
        let commands = self.node.handle(&self.sample, Input::Transport(event));
        given(&commands, self.message)
    }

    fn judge(&mut self, content: Gossip) -> Option<Verdict> {
        self.verdict(wire::gossip(content))
    }

    fn announce(&self, leaves: &[Vec<u8>], start: usize) -> proto::Announce {
        let tree: MemoryTree = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let size = leaves.len() as u64;
        let head = self.sample.head(1, size, root(size, &tree).unwrap());
        proto::Announce {
            checkpoint: head.to_bytes(),
            start: start as u64,
            entries: leaves[start..].to_vec(),
        }
    }

    fn log(&self, size: usize) -> Vec<Vec<u8>> {
        let mut leaves = self.sample.first_entries(1);
        leaves.extend((2..size).map(|i| leaf(i as u8, 30)));
        leaves
    }

    fn size(&self) -> u64 {
        self.node.size(&self.sample.origin(1))
    }
}

fn given(commands: &[Command], message: u64) -> Option<Verdict> {
    commands.iter().find_map(|command| match command {
        Command::Judge { message: m, verdict } if *m == message => Some(*verdict),
        _ => None,
    })
}

#[test]
fn an_announcement_that_continues_what_is_held_is_appended_and_passed_on() {
    let mut judge = Judge::new();
    let leaves = judge.log(5);
    let first = judge.announce(&leaves[..3], 0);
    assert_eq!(
        judge.judge(Gossip::Announce(first.clone())),
        Some(Verdict::Accept)
    );
    assert_eq!(judge.size(), 3);
    assert_eq!(
        judge.judge(Gossip::Announce(first)),
        Some(Verdict::Ignore),
        "stale"
    );
    let overlapping = judge.announce(&leaves, 1);
    assert_eq!(judge.judge(Gossip::Announce(overlapping)), Some(Verdict::Accept));
    assert_eq!(judge.size(), 5);
}

#[test]
fn an_announcement_whose_entries_were_exchanged_is_neither_stored_nor_passed_on() {
    let mut judge = Judge::new();
    let leaves = judge.log(5);
    let mut forged = judge.announce(&leaves, 0);
    forged.entries[4] = leaf(9, 30);
    assert_eq!(
        judge.judge(Gossip::Announce(forged)),
        None,
        "it is the head that is waited for"
    );
    assert_eq!(judge.size(), 0);
    judge.node.now += DEFERRED_FOR + 100;
    let commands = judge.node.handle(&judge.sample, Input::Tick);
    assert_eq!(given(&commands, 1), Some(Verdict::Ignore));
}

#[test]
fn an_announcement_beyond_what_is_held_waits_and_is_passed_on_only_with_the_true_entries() {
    for forged in [false, true] {
        let mut judge = Judge::new();
        let leaves = judge.log(6);
        let mut beyond = judge.announce(&leaves, 4);
        if forged {
            beyond.entries[0] = leaf(9, 30);
        }
        assert_eq!(judge.judge(Gossip::Announce(beyond)), None);
        // The rest comes some other way.
        let origin = judge.sample.origin(1);
        let view = crate::api::View {
            store: &judge.node.store,
            payloads: &judge.node.policy,
        };
        let cx = crate::federation::Cx {
            view: &view,
            now: judge.node.now,
            date: judge.node.now,
        };
        let whole = judge.announce(&leaves, 0);
        let (checkpoint, position) = wire::read_checkpoint(&whole.checkpoint).unwrap();
        let announced = crate::log::Announced {
            head: LogSigned::verify(checkpoint, &judge.sample.log_key(1)).unwrap(),
            position,
            start: 0,
            entries: whole.entries.clone(),
        };
        judge.node.federation.append_announced(&announced, cx);
        let mut commands = Vec::new();
        for effect in judge.node.federation.out.take() {
            if let crate::api::Effect::Store { ticket, writes } = effect {
                crate::store::LogStore::commit(&mut judge.node.store, &writes).unwrap();
                commands = judge.node.handle(&judge.sample, Input::Committed(ticket));
            }
        }
        assert_eq!(judge.node.size(&origin), 6);
        let expected = if forged { Verdict::Ignore } else { Verdict::Accept };
        assert_eq!(given(&commands, 1), Some(expected));
    }
}

#[test]
fn bytes_that_no_honest_node_passes_on_are_rejected() {
    let mut judge = Judge::new();
    let leaves = judge.log(3);
    let good = judge.announce(&leaves, 0);
    assert_eq!(
        judge.verdict(vec![0xff; 10]),
        Some(Verdict::Reject),
        "no protobuf"
    );
    assert_eq!(
        judge.verdict(vec![0; crate::limits::GOSSIP_MAX + 1]),
        Some(Verdict::Reject),
        "too large"
    );
    let mut wrong: Vec<(&str, proto::Announce)> = Vec::new();
    wrong.push((
        "no note",
        proto::Announce {
            checkpoint: b"x".to_vec(),
            ..good.clone()
        },
    ));
    wrong.push((
        "entries that do not reach the size",
        proto::Announce {
            start: 1,
            ..good.clone()
        },
    ));
    wrong.push((
        "an empty entry",
        proto::Announce {
            start: 2,
            entries: vec![Vec::new()],
            ..good.clone()
        },
    ));
    let large = vec![leaf(1, 9000)];
    wrong.push((
        "more entries than travel",
        proto::Announce {
            start: 2,
            entries: large,
            ..good.clone()
        },
    ));
    let mut bad = SignedCheckpoint::parse(&good.checkpoint).unwrap();
    bad.note.signatures[0].signature[0] ^= 1;
    wrong.push((
        "a wrong signature",
        proto::Announce {
            checkpoint: bad.to_bytes(),
            ..good.clone()
        },
    ));
    let mut twice = SignedCheckpoint::parse(&good.checkpoint).unwrap();
    twice.note.signatures.push(twice.note.signatures[0].clone());
    wrong.push((
        "a second line",
        proto::Announce {
            checkpoint: twice.to_bytes(),
            ..good.clone()
        },
    ));
    let text = String::from_utf8(good.checkpoint.clone())
        .unwrap()
        .replace("sample.example", "other.example");
    wrong.push((
        "another network",
        proto::Announce {
            checkpoint: text.into_bytes(),
            ..good.clone()
        },
    ));
    for (what, announce) in wrong {
        assert_eq!(
            judge.judge(Gossip::Announce(announce)),
            Some(Verdict::Reject),
            "{what}"
        );
    }
    assert_eq!(judge.judge(Gossip::Announce(good)), Some(Verdict::Accept));
}

#[test]
fn what_others_may_know_better_is_ignored() {
    let mut judge = Judge::new();
    let leaves = judge.log(3);
    let good = judge.announce(&leaves, 0);
    let unlisted = String::from_utf8(good.checkpoint.clone())
        .unwrap()
        .replace("/ab/1", "/zz/1");
    let unlisted = proto::Announce {
        checkpoint: unlisted.into_bytes(),
        ..good.clone()
    };
    assert_eq!(judge.judge(Gossip::Announce(unlisted)), Some(Verdict::Ignore));
    let epoch = String::from_utf8(good.checkpoint.clone())
        .unwrap()
        .replace("/ab/1", "/ab/2");
    let epoch = proto::Announce {
        checkpoint: epoch.into_bytes(),
        ..good
    };
    assert_eq!(judge.judge(Gossip::Announce(epoch)), Some(Verdict::Ignore));
    let unknown_kind = vec![0xfa, 0x7f, 1, 0];
    assert_eq!(
        judge.verdict(unknown_kind),
        Some(Verdict::Ignore),
        "of a later version"
    );
}

#[test]
fn cosignatures_are_passed_on_when_all_verify_and_one_is_news() {
    let mut judge = Judge::new();
    let leaves = judge.log(3);
    let announce = judge.announce(&leaves, 0);
    judge.judge(Gossip::Announce(announce.clone()));
    let head = SignedCheckpoint::parse(&announce.checkpoint).unwrap();
    let line = |judge: &Judge, i: usize| proto::HeadCosignature {
        origin: head.checkpoint.origin.clone(),
        size: head.checkpoint.size,
        root: head.checkpoint.root.0.to_vec(),
        line: judge.sample.cosign(i, &head, NOW).to_string(),
    };
    let batch = |lines: Vec<proto::HeadCosignature>| {
        Gossip::Cosignatures(proto::Cosignatures { cosignatures: lines })
    };
    let (two, three, own) = (line(&judge, 2), line(&judge, 3), line(&judge, 1));
    assert_eq!(judge.judge(batch(vec![two.clone()])), Some(Verdict::Accept));
    assert_eq!(
        judge.judge(batch(vec![two.clone()])),
        Some(Verdict::Ignore),
        "known"
    );
    assert_eq!(
        judge.judge(batch(vec![two.clone(), three.clone()])),
        Some(Verdict::Accept),
        "one is news"
    );
    assert!(
        judge
            .node
            .federation
            .quorum(&judge.sample.origin(1))
            .unwrap()
            .is_reached()
    );
    assert_eq!(
        judge.judge(batch(vec![own])),
        Some(Verdict::Reject),
        "nobody witnesses itself"
    );
    let mut forged = three.clone();
    forged.size = 4;
    assert_eq!(
        judge.judge(batch(vec![forged])),
        Some(Verdict::Reject),
        "a signature of something else"
    );
    assert_eq!(judge.judge(batch(Vec::new())), Some(Verdict::Reject));
    let mut garbage = three;
    garbage.line = "— x y".to_owned();
    assert_eq!(judge.judge(batch(vec![garbage])), Some(Verdict::Reject));
}

#[test]
fn statements_are_passed_on_once_within_the_rate_and_only_by_the_root() {
    let mut judge = Judge::new();
    let revocation = judge.sample.node_revocation(2, NOW);
    let envelope = revocation.envelope().clone();
    assert_eq!(
        judge.judge(Gossip::Statement(envelope.clone())),
        Some(Verdict::Accept)
    );
    assert_eq!(
        judge.judge(Gossip::Statement(envelope.clone())),
        Some(Verdict::Ignore),
        "held"
    );
    let mut wrong = judge.sample.node_revocation(2, NOW + 1).envelope().clone();
    wrong.signatures[0].signature[0] ^= 1;
    assert_eq!(judge.judge(Gossip::Statement(wrong)), Some(Verdict::Reject));
    assert_eq!(
        judge.judge(Gossip::Statement(proto::Envelope::default())),
        Some(Verdict::Reject)
    );
    let mut accepted = 0;
    for i in 0..150 {
        let statement: Signed<_> = judge.sample.node_revocation(1, NOW + i);
        let verdict = judge.judge(Gossip::Statement(statement.envelope().clone()));
        accepted += u32::from(verdict == Some(Verdict::Accept));
    }
    assert_eq!(accepted, 100, "an hour's worth of one authority");
    let held_up = judge.node.federation.status().held_up;
    assert_eq!(
        held_up,
        [(judge.sample.codes[1].clone(), Limit::StatementsPerHour, 50)]
    );
    judge.node.now += 60 * 60 * 1000;
    let later = judge.sample.node_revocation(1, NOW + 9999);
    assert_eq!(
        judge.judge(Gossip::Statement(later.envelope().clone())),
        Some(Verdict::Accept)
    );
}

#[test]
fn the_hash_of_an_unknown_charter_version_waits_for_the_version() {
    let mut judge = Judge::new();
    let version = judge
        .sample
        .next_version(|charter| charter.name = "Renamed".into());
    let known = judge.sample.versions[1].hash();
    assert_eq!(judge.judge(Gossip::Charter(vec![1; 5])), Some(Verdict::Reject));
    assert_eq!(
        judge.judge(Gossip::Charter(known.0.to_vec())),
        Some(Verdict::Ignore)
    );
    assert_eq!(judge.judge(Gossip::Charter(version.hash().0.to_vec())), None);
    let message = judge.message;
    let view = crate::api::View {
        store: &judge.node.store,
        payloads: &judge.node.policy,
    };
    let cx = crate::federation::Cx {
        view: &view,
        now: judge.node.now,
        date: judge.node.now,
    };
    let list = proto::Envelopes {
        envelopes: vec![version.envelope().clone()],
        more: false,
    };
    judge
        .node
        .federation
        .charters_answered(judge.sample.peer(3), list, cx);
    let effects = judge.node.federation.out.take();
    let accept = Command::Judge {
        message,
        verdict: Verdict::Accept,
    };
    assert!(effects.contains(&crate::api::Effect::Transport(accept)));
}
