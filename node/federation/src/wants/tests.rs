//! Payloads: wanted until they are held, from whoever has them, and only the true ones.

use std::time::Duration;

use liaison_protocol::proto::Standing;
use liaison_protocol::update::{Audience, payload_digest};

use crate::api::{Input, Notice, PayloadInfo};
use crate::store::{LogStore, PayloadId, Write};
use crate::testing::{Net, Sample, leaf};
use crate::wire;

fn info(bytes: &[u8], audience: Audience) -> PayloadInfo {
    PayloadInfo {
        audience,
        digest: payload_digest(bytes),
        size: bytes.len() as u64,
    }
}

/// A network where node 0 has published an entry with this payload and every node knows its effect.
fn published(sample: Sample, bytes: &[u8], audience: Audience) -> (Net, PayloadId) {
    let mut net = Net::new(sample);
    for node in 0..net.nodes.len() {
        net.publish(node, if node == 0 { vec![leaf(1, 40)] } else { Vec::new() });
    }
    net.run(Duration::from_secs(3));
    let id = PayloadId {
        origin: net.sample.origin(0),
        index: 2,
        change: 0,
    };
    for node in &mut net.nodes {
        node.policy.0.insert(id.clone(), info(bytes, audience));
    }
    store(&mut net, 0, &id, bytes);
    (net, id)
}

fn store(net: &mut Net, node: usize, id: &PayloadId, bytes: &[u8]) {
    net.nodes[node]
        .store
        .commit(&[Write::Payload {
            id: id.clone(),
            bytes: bytes.to_vec(),
        }])
        .unwrap();
}

fn want(net: &mut Net, node: usize, id: &PayloadId, bytes: &[u8], audience: Audience) {
    net.asked.clear();
    net.input(
        node,
        Input::Want {
            id: id.clone(),
            info: info(bytes, audience),
        },
    );
}

fn has(net: &Net, node: usize, id: &PayloadId) -> bool {
    net.nodes[node].store.has_payload(id)
}

#[test]
fn a_payload_is_fetched_from_its_author_in_parts_and_told_of() {
    let bytes = vec![7; 1_300_000 / 2];
    let (mut net, id) = published(Sample::members(3), &bytes, Audience::Amber);
    want(&mut net, 2, &id, &bytes, Audience::Amber);
    assert_eq!(net.nodes[2].store.payload(&id).unwrap(), Some(bytes));
    assert_eq!(net.asked, [(2, 0)], "the author's node first, and nobody else");
    assert!(net.nodes[2].notices.contains(&Notice::PayloadHeld(id)));
    assert_eq!(net.nodes[2].federation.status().wants, 0);
}

#[test]
fn when_the_author_is_away_any_other_holder_is_asked() {
    let bytes = b"what is wanted, behind a salt of 32 bytes".to_vec();
    let (mut net, id) = published(Sample::members(4), &bytes, Audience::Amber);
    store(&mut net, 3, &id, &bytes);
    net.cut(0, true);
    net.run(Duration::from_millis(200));
    want(&mut net, 1, &id, &bytes, Audience::Amber);
    net.run(Duration::from_secs(5));
    assert!(has(&net, 1, &id));
}

#[test]
fn what_nobody_has_now_is_asked_for_again_with_growing_waits_until_somebody_has_it() {
    let bytes = b"what is wanted, behind a salt of 32 bytes".to_vec();
    let (mut net, id) = published(Sample::members(2), &bytes, Audience::Amber);
    let never_stored = PayloadId { change: 1, ..id };
    for node in &mut net.nodes {
        node.policy
            .0
            .insert(never_stored.clone(), info(&bytes, Audience::Amber));
    }
    want(&mut net, 1, &never_stored, &bytes, Audience::Amber);
    net.run(Duration::from_secs(60));
    let early = net.asked.len();
    net.run(Duration::from_secs(60));
    assert!((4..20).contains(&early), "{early}");
    assert!(net.asked.len() - early < early, "the waits grow");
    store(&mut net, 0, &never_stored, &bytes);
    net.run(Duration::from_secs(400));
    assert!(has(&net, 1, &never_stored), "it is never forgotten");
}

#[test]
fn entries_do_not_wait_behind_the_payloads_that_are_wanted() {
    let bytes = b"what is wanted, behind a salt of 32 bytes".to_vec();
    let (mut net, id) = published(Sample::members(2), &bytes, Audience::Amber);
    for change in 1..400 {
        let id = PayloadId { change, ..id.clone() };
        for node in &mut net.nodes {
            node.policy.0.insert(id.clone(), info(&bytes, Audience::Amber));
        }
        store(&mut net, 0, &id, &bytes);
        want(&mut net, 1, &id, &bytes, Audience::Amber);
    }
    net.publish(0, vec![leaf(3, 100); 3_000]);
    net.run(Duration::from_secs(2));
    assert_eq!(net.nodes[1].size(&id.origin), 3_003);
    assert!(
        net.nodes[1].federation.status().wants > 300,
        "they wait meanwhile"
    );
    net.run(Duration::from_secs(30));
    assert_eq!(net.nodes[1].federation.status().wants, 0);
}

#[test]
fn a_payload_that_is_not_the_signed_one_is_not_stored_and_its_peer_is_dropped() {
    let bytes = b"what is wanted, behind a salt of 32 bytes".to_vec();
    let (mut net, id) = published(Sample::members(3), &bytes, Audience::Amber);
    net.liars.insert(
        0,
        Box::new(|request, frames| {
            let asked = wire::read_request(request);
            if matches!(asked, Some(wire::Request::Payload(_))) {
                let part = liaison_protocol::proto::PayloadPart {
                    part: b"something else".to_vec(),
                    last: true,
                };
                return vec![wire::response(wire::Response::Payload(part))];
            }
            frames
        }),
    );
    store(&mut net, 2, &id, &bytes);
    want(&mut net, 1, &id, &bytes, Audience::Amber);
    net.run(Duration::from_secs(5));
    assert!(net.penalised.contains(&(1, 0)));
    assert_eq!(
        net.nodes[1].store.payload(&id).unwrap(),
        Some(bytes),
        "from the other holder"
    );
}

#[test]
fn what_is_no_longer_wanted_is_asked_for_no_more() {
    let bytes = b"what is wanted, behind a salt of 32 bytes".to_vec();
    let (mut net, id) = published(Sample::members(2), &bytes, Audience::Amber);
    let missing = PayloadId { change: 1, ..id };
    want(&mut net, 1, &missing, &bytes, Audience::Amber);
    net.input(1, Input::Unwant(missing.clone()));
    net.asked.clear();
    net.run(Duration::from_secs(20));
    assert!(net.asked.iter().all(|(from, _)| *from != 1) || net.nodes[1].federation.status().wants == 0);
    assert_eq!(net.nodes[1].federation.status().wants, 0);
}

#[test]
fn copies_are_counted_at_those_who_may_read() {
    let bytes = b"what is wanted, behind a salt of 32 bytes".to_vec();
    let standings = [
        Standing::Member,
        Standing::Member,
        Standing::Secretariat,
        Standing::Observer,
    ];
    let (mut net, id) = published(Sample::of(&standings), &bytes, Audience::Amber);
    net.input(0, Input::Watch(id.clone()));
    net.run(Duration::from_secs(3));
    assert_eq!(net.nodes[0].federation.copies(&id), 0);
    want(&mut net, 1, &id, &bytes, Audience::Amber);
    net.run(Duration::from_secs(3));
    assert_eq!(net.nodes[0].federation.copies(&id), 1);
    want(&mut net, 2, &id, &bytes, Audience::Amber);
    want(&mut net, 3, &id, &bytes, Audience::Amber);
    net.run(Duration::from_secs(3));
    assert_eq!(net.nodes[0].federation.copies(&id), 2);
    assert!(!has(&net, 3, &id), "an observer is refused");
}
