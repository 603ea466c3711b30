//! Every bit counts: an object with any one bit turned is refused.

use std::collections::BTreeMap;
use std::ops::Range;

use liaison_protocol::ceremony::{self, Grant, Request};
use liaison_protocol::charter::{Chain, Charter};
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::{Verdict, step};
use liaison_protocol::entry::Leaf;
use liaison_protocol::evidence;
use liaison_protocol::key::memo::remember;
use liaison_protocol::proto::{self, Measure};
use liaison_protocol::quorum;
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::update::Audience::Clear;
use liaison_protocol::verify::{Bundle, HeldPayload, Link, Outcome, Trust, verify_bundle};
use prost::Message;

use crate::evidence::forked;
use crate::support::{Key, NOW, Network, bundle, fold, payload, signers};

/// Turns each bit in turn and gives the bytes and the place of the turned one.
fn each_bit(bytes: &[u8], mut check: impl FnMut(&[u8], usize)) {
    let mut turned = bytes.to_vec();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            turned[at] ^= 1 << bit;
            check(&turned, at);
            turned[at] ^= 1 << bit;
        }
    }
}

#[test]
fn of_a_charter_version() {
    let network = Network::found(4);
    let first = network.world.chain().newest().to_bytes();
    let take = |bytes: &[u8]| Signed::<Charter>::from_bytes(bytes).map(Chain::new);
    assert!(matches!(take(&first), Ok(Ok(_))));
    each_bit(&first, |turned, at| {
        // Another first version is another network; this one's id is the hash of its body.
        if let Ok(Ok(chain)) = take(turned) {
            panic!("byte {at} turned gives network {}", chain.network());
        }
    });
    let next = network
        .propose(0, |charter| charter.name = "Next".into())
        .to_bytes();
    let take = |bytes: &[u8]| {
        let charter = Signed::<Charter>::from_bytes(bytes).ok()?;
        network.world.clone().insert_charter(charter).ok()
    };
    assert_eq!(take(&next), Some(true));
    each_bit(&next, |turned, at| assert_eq!(take(turned), None, "byte {at}"));
}

#[test]
fn of_a_statement_of_each_sort() {
    let (network, parties) = Network::of(&["FR", "DE"]);
    let fr = &parties[0];
    let at = fr.start(network.newest()).position(3);
    let statements = [
        fr.mandate(9, Role::Node, &Key::new("FR node 2")),
        fr.mandate(9, Role::Administrator, &fr.clone().with_card().administrator),
        fr.revoke_at(9, &fr.log, &at, Some(1)),
        fr.revoke_from(9, &fr.node, NOW),
        fr.rules(9, &[("practice", 2)], Some(1)),
        fr.order(9, 3, Measure::Redact),
        fr.cancel(9, 3, 0),
    ];
    for statement in statements {
        let take = |bytes: &[u8]| {
            let statement = Signed::<Statement>::from_bytes(bytes).ok()?;
            network.world.clone().insert_statement(statement).ok()
        };
        let bytes = statement.to_bytes();
        assert_eq!(take(&bytes), Some(true));
        each_bit(&bytes, |turned, at| {
            let Ok(turned) = Signed::<Statement>::from_bytes(turned) else {
                return;
            };
            assert!(
                turned.verify_single(fr.root.public()).is_err(),
                "byte {at} of {statement:?}"
            );
        });
    }
}

#[test]
fn of_an_update() {
    let (network, parties) = Network::of(&["FR", "DE"]);
    let fr = parties[0].clone().with_card();
    let log = fr.start(network.newest());
    let before = fold(&network.world, &log);
    let judge = |envelope: &[u8]| {
        // Field 2 of an entry, after its time.
        let mut leaf = vec![0x08];
        prost::encoding::encode_varint(log.time, &mut leaf);
        leaf.push(0x12);
        prost::encoding::encode_varint(envelope.len() as u64, &mut leaf);
        leaf.extend(envelope);
        let mut state = before.state.clone();
        step(&mut state, &network.world, &before.records, Leaf::Bytes(&leaf)).unwrap()
    };
    let update = log.signed(
        vec![log.put("practice/x", "words", Clear, None)],
        &[&fr.administrator],
    );
    let bytes = update.to_bytes();
    assert!(matches!(judge(&bytes), Verdict::Updates(_)));
    each_bit(&bytes, |turned, at| {
        let verdict = judge(turned);
        assert!(matches!(verdict, Verdict::Void(_)), "byte {at}: {verdict:?}");
    });
}

#[test]
fn of_a_request_and_a_grant() {
    let fr = Network::found(4).party("FR");
    let (request, grant) = (fr.request(), fr.grant());
    each_bit(request.to_bytes(), |turned, at| {
        assert!(Request::from_bytes(turned).is_err(), "byte {at}");
    });
    each_bit(grant.to_bytes(), |turned, at| {
        assert!(Grant::from_bytes(turned).is_err(), "byte {at}");
    });
}

#[test]
fn of_a_checkpoint_that_just_reaches_its_quorum() {
    let (network, parties) = Network::of(&["FR", "DE", "IT"]);
    let fr = &parties[0];
    let log = fr.start(network.newest());
    let roots = network.world.chain().roots(&fr.code);
    let prefix = log.prefix(&roots, 3);
    let accepts = |bytes: &[u8]| {
        let Ok(note) = SignedCheckpoint::parse(bytes) else {
            return false;
        };
        let quorum = quorum::count(&network.world, &log.origin, &note, prefix.namings());
        prefix.head(note).is_ok() && quorum.is_reached()
    };
    let bytes = log
        .head(3, &fr.log, &[&parties[1], &parties[2]], NOW / 1000)
        .to_bytes();
    assert!(accepts(&bytes));
    each_bit(&bytes, |turned, at| assert!(!accepts(turned), "byte {at}"));
}

#[test]
fn of_evidence() {
    let f = forked();
    let council = &f.network.council;
    let successor = |name: &str, by: &[Key]| {
        let draft = f.network.draft(1, |charter| charter.name = name.to_owned());
        Signed::sign(&draft, &signers(by)).unwrap()
    };
    let (one, other) = (successor("A", &council[..1]), successor("B", &council[..1]));
    let pieces = [f.checkpoints(5, 9), evidence::of_successors(&one, &other), {
        let (first, second) = (f.head(0, 5, &[&f.de]), f.head(1, 9, &[&f.de]));
        let (mut first, mut second) = (first, second);
        // The witness's line alone: what others signed says nothing of it.
        first.note.signatures.remove(0);
        second.note.signatures.remove(0);
        evidence::of_cosignatures(&first, &second, &f.branches[1].tree, &[]).unwrap()
    }];
    for piece in pieces {
        assert!(evidence::verify(&piece, &f.network.world).is_ok());
        each_bit(&piece, |turned, at| {
            assert!(evidence::verify(turned, &f.network.world).is_err(), "byte {at}");
        });
    }
}

/// The smallest bundle that has every part.
struct Small {
    trust: Trust,
    bundle: Bundle,
    bytes: Vec<u8>,
}

fn small() -> Small {
    let mut network = Network::found(4);
    let (fr, de) = (&network.party("FR"), &network.party("DE"));
    let second = network.draft(0, |charter| {
        for party in [fr, de] {
            ceremony::admit(charter, &party.lean_grant(), proto::Standing::Member, true);
        }
    });
    let second = Signed::sign(&second, &signers(&network.council[..3])).unwrap();
    network.world.insert_charter(second).unwrap();
    let statement = de.revoke_from(9, &de.node, NOW + 1);
    network.insert(&statement);
    let mut log = fr.start(network.newest());
    let index = log.update(
        vec![log.put("practice/x", "words", Clear, None)],
        &[&fr.administrator],
    );
    let head = log.head(4, &fr.log, &[de], NOW / 1000 + 9);
    let payloads = vec![(0, HeldPayload::Bytes(payload("words")))];
    let bundle = Bundle {
        statements: vec![statement],
        before: Some(log.head(3, &fr.log, &[de], NOW / 1000 + 3).to_bytes()),
        ..bundle(&network.world, &log, index, &head, payloads)
    };
    Small {
        trust: Trust {
            network: Some(network.id()),
            ..Default::default()
        },
        bytes: bundle.to_bytes(),
        bundle,
    }
}

impl Small {
    /// Where a part stands in the file.
    fn range(&self, part: &[u8]) -> Range<usize> {
        let mut found = self
            .bytes
            .windows(part.len())
            .enumerate()
            .filter(|(_, bytes)| *bytes == part);
        let (start, _) = found.next().unwrap();
        start..start + part.len()
    }

    /// The parts of the file, each with the links that a turned bit of it may break.
    fn parts(&self) -> Vec<(&'static str, Range<usize>, Vec<Link>)> {
        let whole: proto::Bundle = Message::decode(&self.bytes[..]).unwrap();
        let [first, second] = &whole.charters[..] else {
            panic!("two versions")
        };
        let note = String::from_utf8(whole.checkpoint.clone()).unwrap();
        let (text, lines) = note.split_once("\n\n").unwrap();
        let cosignature = lines.lines().nth(1).unwrap();
        let entry = whole.entry.clone().unwrap();
        let mandate = &whole.context[0];
        vec![
            (
                "first charter, body",
                self.range(&first.body),
                vec![Link::File, Link::Network],
            ),
            (
                "first charter, signature",
                self.range(&first.signatures[1].encode_to_vec()),
                vec![Link::File, Link::Charter],
            ),
            (
                "second charter, body",
                self.range(&second.body),
                vec![Link::File, Link::Charter],
            ),
            (
                "statement",
                self.range(&whole.statements[0].body),
                vec![Link::File, Link::Statements],
            ),
            (
                "checkpoint, text",
                self.range(text.as_bytes()),
                vec![Link::Checkpoint, Link::Inclusion],
            ),
            (
                "cosignature",
                self.range(cosignature.as_bytes()),
                vec![Link::Checkpoint, Link::Quorum],
            ),
            ("entry", self.range(&entry.leaf), vec![Link::Inclusion]),
            ("entry, proof", self.range(&entry.proof[1]), vec![Link::Inclusion]),
            (
                "log mandate, proof",
                self.range(&mandate.proof[0]),
                vec![Link::Inclusion],
            ),
            ("log mandate", self.range(&mandate.leaf), vec![Link::Inclusion]),
            (
                "payload",
                self.range(&whole.payloads[0].payload),
                vec![Link::Payload],
            ),
            ("head before", self.range(&whole.before), vec![Link::Before]),
        ]
    }

    fn link(&self, bytes: &[u8]) -> Link {
        match verify_bundle(bytes, &self.trust) {
            Outcome::Invalid(broken) => broken.link,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn of_a_bundle_and_the_link_says_where() {
    // Thousands of bundles that differ in one bit: what is the same in all is verified once.
    remember();
    let small = small();
    assert!(matches!(
        verify_bundle(&small.bytes, &small.trust),
        Outcome::Valid(_)
    ));
    assert!(matches!(
        verify_bundle(&small.bytes, &Trust::default()),
        Outcome::CannotDecide(..)
    ));
    assert_eq!(Bundle::from_bytes(&small.bytes).as_ref(), Ok(&small.bundle));
    // Both halves at once: every bit is a whole verification up to its link.
    let half = small.bytes.len() / 2;
    let links = |range: Range<usize>| {
        let mut turned = small.bytes.clone();
        let mut links = Vec::new();
        for at in range {
            for bit in 0..8 {
                turned[at] ^= 1 << bit;
                links.push((at, small.link(&turned)));
                turned[at] ^= 1 << bit;
            }
        }
        links
    };
    let links = std::thread::scope(|scope| {
        let first = scope.spawn(|| links(0..half));
        let second = links(half..small.bytes.len());
        [first.join().unwrap(), second].concat()
    });
    assert_eq!(links.len(), small.bytes.len() * 8);
    let mut seen: BTreeMap<&str, Vec<Link>> = BTreeMap::new();
    for (part, range, allowed) in small.parts() {
        for (at, link) in links.iter().filter(|(at, _)| range.contains(at)) {
            assert!(allowed.contains(link), "{part}, byte {at}: {link:?}");
            seen.entry(part).or_default().push(*link);
        }
        let last = allowed.last().unwrap();
        assert!(seen[part].contains(last), "{part} never breaks {last:?}");
    }
}

#[test]
fn a_bundle_that_is_cut_or_longer_is_refused() {
    let small = small();
    for cut in 0..small.bytes.len() {
        small.link(&small.bytes[..cut]);
    }
    for byte in 0..=u8::MAX {
        small.link(&[&small.bytes[..], &[byte]].concat());
    }
    small.link(&[&small.bytes[..], &small.bytes[..]].concat());
    let tail = small.bytes.len() - small.bundle.before.as_ref().unwrap().len();
    small.link(&[&small.bytes[..], &small.bytes[tail - 3..]].concat());
}
