//! Bytes from anywhere never panic a decoder, whatever else they do.

use liaison_protocol::ceremony::{Grant, Request};
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::step;
use liaison_protocol::entry::{Entry, Leaf};
use liaison_protocol::form::Prefix;
use liaison_protocol::proto::Measure;
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::update::{Audience::Clear, Payload, RecordName, Update};
use liaison_protocol::verify::{Bundle, Trust, verify_bundle};
use liaison_protocol::{Code, Hash, KeyId, Origin, PublicKey, charter, evidence, statement, wire};
use proptest::prelude::*;

use crate::evidence::forked;
use crate::support::{Fold, Key, NOW, Network, payload};
use crate::verify::sample;

/// Feeds all decoders.
fn feed(network: &Network, bytes: &[u8]) {
    let world = &network.world;
    if let Ok(charter) = Signed::<Charter>::from_bytes(bytes) {
        let _ = world.clone().insert_charter(charter);
    }
    if let Ok(statement) = Signed::<Statement>::from_bytes(bytes) {
        let _ = world.clone().insert_statement(statement);
    }
    let _ = Signed::<Update>::from_bytes(bytes);
    let _ = Signed::<Charter>::read_chain(bytes);
    let _ = (charter::decode_body(bytes), statement::decode_body(bytes));
    let _ = (Request::from_bytes(bytes), Grant::from_bytes(bytes));
    let _ = (Bundle::from_bytes(bytes), Payload::from_bytes(bytes));
    let _ = (
        Entry::from_bytes(bytes),
        Entry::sequenced_at(bytes),
        PublicKey::from_bytes(bytes),
    );
    let _ = verify_bundle(bytes, &Trust::default());
    let _ = evidence::verify(bytes, world);
    for name in [
        "Envelope",
        "Charter",
        "Statement",
        "Update",
        "Entry",
        "Bundle",
        "Evidence",
        "Grant",
        "Nobody",
    ] {
        let _ = wire::scan(name, bytes);
    }
    let origin = network.party("FR").origin;
    let roots = world.chain().roots(&origin.authority());
    let _ = Prefix::new(origin.clone()).push(&roots, Leaf::Bytes(bytes));
    let mut fold = Fold::new(origin);
    let _ = step(&mut fold.state, world, &fold.records, Leaf::Bytes(bytes));
}

fn feed_text(text: &str) {
    let _ = (
        text.parse::<Code>(),
        text.parse::<Origin>(),
        text.parse::<RecordName>(),
    );
    let _ = (
        text.parse::<Hash>(),
        text.parse::<KeyId>(),
        text.parse::<PublicKey>(),
    );
}

/// A valid object of each sort.
fn objects() -> Vec<Vec<u8>> {
    let s = sample();
    let (fr, f) = (&s.parties[0], forked());
    let at = s.log.position(3);
    let mut objects = s.log.leaves.clone();
    objects.extend([
        s.network.world.chain().in_force()[0].to_bytes(),
        s.network.world.chain().newest().to_bytes(),
        s.network.world.chain().newest().body().to_vec(),
        fr.mandate(9, Role::Node, &Key::new("FR node 2")).to_bytes(),
        fr.revoke_at(9, &fr.log, &at, Some(1)).to_bytes(),
        fr.revoke_from(9, &fr.node, NOW).body().to_vec(),
        fr.rules(9, &[("practice", 2)], Some(1)).to_bytes(),
        fr.order(9, 3, Measure::Erase).to_bytes(),
        s.log
            .signed(
                vec![s.log.put("practice/q", "x", Clear, None)],
                &[&fr.administrator],
            )
            .to_bytes(),
        fr.request().to_bytes().to_vec(),
        fr.grant().to_bytes().to_vec(),
        s.bundle().to_bytes(),
        f.checkpoints(5, 9),
        payload("words"),
        Signed::write_chain(s.network.world.chain().all()),
    ]);
    objects
}

#[derive(Debug, Clone)]
enum Edit {
    Replace(usize, u8),
    Insert(usize, u8),
    Remove(usize, usize),
    Repeat(usize, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Edit::Insert(at, byte)),
        (any::<usize>(), 1..40usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (any::<usize>(), 1..40usize).prop_map(|(at, length)| Edit::Repeat(at, length)),
    ];
    proptest::collection::vec(edit, 1..4)
}

fn edit(bytes: &mut Vec<u8>, edit: &Edit) {
    let place = |at: &usize| at % (bytes.len() + 1);
    match edit {
        Edit::Replace(at, byte) => {
            let at = place(at);
            if let Some(old) = bytes.get_mut(at) {
                *old = *byte;
            }
        }
        Edit::Insert(at, byte) => {
            let at = place(at);
            bytes.insert(at, *byte);
        }
        Edit::Remove(at, length) => {
            let at = place(at);
            let end = (at + length).min(bytes.len());
            bytes.drain(at..end);
        }
        Edit::Repeat(at, length) => {
            let at = place(at);
            let end = (at + length).min(bytes.len());
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        thread_local!(static NETWORK: Network = Network::of(&["FR"]).0);
        NETWORK.with(|network| feed(network, &bytes));
    }

    #[test]
    fn edited_objects_never_panic(object in any::<prop::sample::Index>(), edits in edits()) {
        thread_local!(static SAMPLE: (Network, Vec<Vec<u8>>) = (Network::of(&["FR", "DE", "IT", "COE"]).0, objects()));
        SAMPLE.with(|(network, objects)| {
            let mut bytes = object.get(objects).clone();
            for change in &edits {
                edit(&mut bytes, change);
            }
            feed(network, &bytes);
        });
    }

    #[test]
    fn text_never_panics(text in "\\PC{0,80}", digits in "[0-9a-fA-F :]{0,70}") {
        feed_text(&text);
        feed_text(&digits);
    }
}
