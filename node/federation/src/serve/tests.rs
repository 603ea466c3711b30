//! What is served to whom.

use liaison_protocol::proto::{self, Standing, SyncError};
use liaison_protocol::update::{Audience, payload_digest};

use crate::api::{Input, PayloadInfo};
use crate::store::{LogStore, PayloadId, Write};
use crate::testing::{Node, Sample, leaf};
use crate::transport::{Command, Event};
use crate::wire::{self, Request, Response};

const STANDINGS: [Standing; 5] = [
    Standing::Member,
    Standing::Member,
    Standing::Secretariat,
    Standing::Partner,
    Standing::Observer,
];

fn node() -> (Sample, Node) {
    let sample = Sample::of(&STANDINGS);
    let mut node = Node::new(&sample, 0);
    node.publish(&sample, (0..600).map(|i| leaf(i as u8, 40)).collect());
    (sample, node)
}

fn ask(sample: &Sample, node: &mut Node, from: usize, request: Request) -> Response {
    ask_bytes(sample, node, from, wire::request(request)).swap_remove(0)
}

fn ask_bytes(sample: &Sample, node: &mut Node, from: usize, body: Vec<u8>) -> Vec<Response> {
    let event = Event::Asked {
        id: 1,
        peer: sample.peer(from),
        body,
    };
    let commands = node.handle(sample, Input::Transport(event));
    let frames = commands.into_iter().find_map(|command| match command {
        Command::Respond { id: 1, frames } => Some(frames),
        _ => None,
    });
    frames
        .unwrap()
        .iter()
        .map(|frame| wire::read_response(frame).unwrap())
        .collect()
}

fn is(response: &Response, error: SyncError) -> bool {
    *response == Response::Error(error.into())
}

fn with_payload(sample: &Sample, node: &mut Node, audience: Audience, change: u32) -> Request {
    let bytes = vec![change as u8; 700_000];
    let id = PayloadId {
        origin: sample.origin(0),
        index: 2,
        change,
    };
    let info = PayloadInfo {
        audience,
        digest: payload_digest(&bytes),
        size: bytes.len() as u64,
    };
    node.policy.0.insert(id.clone(), info);
    node.store.commit(&[Write::Payload { id, bytes }]).unwrap();
    Request::Payload(proto::PayloadRequest {
        origin: sample.origin(0).to_string(),
        index: 2,
        change,
    })
}

#[test]
fn a_payload_is_served_by_the_askers_standing_and_the_changes_audience() {
    let (sample, mut node) = node();
    // Member, secretariat, partner, observer.
    let table = [
        (Audience::Clear, [true, true, true, true]),
        (Audience::Green, [true, true, true, true]),
        (Audience::Amber, [true, true, false, false]),
        (Audience::Red, [false, false, false, false]),
    ];
    for (change, (audience, served)) in table.into_iter().enumerate() {
        let request = with_payload(&sample, &mut node, audience, change as u32);
        for (from, served) in (1..5).zip(served) {
            let response = ask(&sample, &mut node, from, request.clone());
            assert_eq!(
                matches!(response, Response::Payload(_)),
                served,
                "{audience} to {:?}",
                STANDINGS[from]
            );
            assert!(served || is(&response, SyncError::Refused));
        }
    }
}

#[test]
fn the_newest_charter_says_what_the_asker_is() {
    let (sample, mut node) = node();
    let request = with_payload(&sample, &mut node, Audience::Amber, 0);
    assert!(matches!(
        ask(&sample, &mut node, 1, request.clone()),
        Response::Payload(_)
    ));
    let lowered = sample.next_version(|charter| {
        let at = proto::Position {
            origin: sample.origin(1).to_string(),
            size: 0,
            root: Vec::new(),
        };
        liaison_protocol::ceremony::lower(charter, &sample.codes[1], Some(Standing::Observer), None, at);
    });
    node.handle(&sample, Input::Charter(Box::new(lowered)));
    assert!(is(&ask(&sample, &mut node, 1, request), SyncError::Refused));
}

#[test]
fn a_payload_of_an_entry_without_effect_is_unknown_even_when_it_is_held() {
    let (sample, mut node) = node();
    let request = with_payload(&sample, &mut node, Audience::Clear, 0);
    node.policy.0.clear();
    assert!(is(&ask(&sample, &mut node, 1, request), SyncError::Unknown));
}

#[test]
fn large_payloads_come_in_parts_that_fit_their_frames() {
    let (sample, mut node) = node();
    let request = with_payload(&sample, &mut node, Audience::Clear, 0);
    let parts = ask_bytes(&sample, &mut node, 1, wire::request(request));
    let sizes: Vec<(usize, bool)> = parts
        .into_iter()
        .map(|part| match part {
            Response::Payload(part) => (part.part.len(), part.last),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sizes, [(512 << 10, false), (700_000 - (512 << 10), true)]);
}

#[test]
fn entries_and_tiles_are_served_up_to_what_is_held_and_no_more_than_a_bundle() {
    let (sample, mut node) = node();
    let origin = sample.origin(0).to_string();
    let entries = |start, count| {
        Request::Entries(proto::EntriesRequest {
            origin: origin.clone(),
            start,
            count,
        })
    };
    let count = |response| match response {
        Response::Entries(entries) => liaison_protocol::tlog::decode_bundle(&entries.bundle)
            .unwrap()
            .len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(count(ask(&sample, &mut node, 1, entries(0, 10_000))), 256);
    assert_eq!(count(ask(&sample, &mut node, 1, entries(600, 256))), 2);
    assert!(is(
        &ask(&sample, &mut node, 1, entries(602, 1)),
        SyncError::Unknown
    ));
    assert!(is(
        &ask(&sample, &mut node, 1, entries(u64::MAX, 1)),
        SyncError::Unknown
    ));
    let tile = |level, index, width| {
        Request::Tiles(proto::TilesRequest {
            origin: origin.clone(),
            level,
            index,
            width,
            size: 602,
        })
    };
    assert!(matches!(
        ask(&sample, &mut node, 1, tile(0, 2, 90)),
        Response::Tiles(_)
    ));
    assert!(is(
        &ask(&sample, &mut node, 1, tile(0, 2, 91)),
        SyncError::Unknown
    ));
    assert!(is(
        &ask(&sample, &mut node, 1, tile(0, 0, 257)),
        SyncError::TooLarge
    ));
    assert!(is(
        &ask(&sample, &mut node, 1, tile(9, 0, 1)),
        SyncError::TooLarge
    ));
    assert!(is(
        &ask(&sample, &mut node, 1, tile(0, u64::MAX, 1)),
        SyncError::Unknown
    ));
}

#[test]
fn who_is_not_listed_and_what_is_not_understood_gets_an_error() {
    let (sample, mut node) = node();
    let body = wire::request(Request::Charters(proto::ChartersRequest::default()));
    let peer = crate::transport::Peer([1; 32]);
    let commands = node.handle(&sample, Input::Transport(Event::Asked { id: 9, peer, body }));
    let refused = wire::error(SyncError::Refused);
    assert!(commands.contains(&Command::Respond {
        id: 9,
        frames: vec![refused]
    }));
    let garbage = ask_bytes(&sample, &mut node, 1, vec![0xff; 20]);
    assert!(is(&garbage[0], SyncError::Unknown));
    let of_later_version = ask_bytes(&sample, &mut node, 1, vec![0xfa, 0x7f, 1, 0]);
    assert!(is(&of_later_version[0], SyncError::Unknown));
}

#[test]
fn only_what_the_asker_lacks_is_sent() {
    let (sample, mut node) = node();
    let have: Vec<u8> = sample.versions[0].hash().0.to_vec();
    let response = ask(
        &sample,
        &mut node,
        1,
        Request::Charters(proto::ChartersRequest { have }),
    );
    let Response::Charters(list) = response else {
        panic!("{response:?}")
    };
    assert_eq!(list.envelopes, [sample.versions[1].envelope().clone()]);
    let world = sample.world();
    let mut have: Vec<_> = world
        .statements()
        .of(&sample.codes[2])
        .map(|s| s.hash())
        .collect();
    have.sort();
    let missing = have.remove(1);
    let authority = sample.codes[2].to_string();
    let have = wire::write_hashes(have);
    let response = ask(
        &sample,
        &mut node,
        1,
        Request::Statements(proto::StatementsRequest { authority, have }),
    );
    let Response::Statements(list) = response else {
        panic!("{response:?}")
    };
    assert_eq!(list.envelopes.len(), 1);
    assert_eq!(liaison_protocol::Hash::of(&list.envelopes[0].body), missing);
}
