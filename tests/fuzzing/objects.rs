//! Signed objects and what is carried in them (specification, sections 4 to 8).

use liaison_protocol::ceremony::{Grant, Request};
use liaison_protocol::charter::{Chain, Charter};
use liaison_protocol::dsse::{Body, Signed};
use liaison_protocol::entry::Entry;
use liaison_protocol::statement::Statement;
use liaison_protocol::update::{Payload, Update};

use crate::world::world;

/// An envelope has one encoding.
fn envelope<T: Body>(bytes: &[u8]) -> Option<Signed<T>> {
    let signed = Signed::<T>::from_bytes(bytes).ok()?;
    assert_eq!(signed.to_bytes(), bytes, "an envelope is written as it was read");
    Some(signed)
}

pub(crate) fn charter(bytes: &[u8]) {
    let Some(charter) = envelope::<Charter>(bytes) else {
        return;
    };
    let mut known = world().clone();
    let _ = known.insert_charter(charter.clone());
    let _ = Chain::new(charter);
}

pub(crate) fn charter_chain(bytes: &[u8]) {
    let Ok(versions) = Signed::<Charter>::read_chain(bytes) else {
        return;
    };
    let written = Signed::write_chain(&versions);
    let again = Signed::<Charter>::read_chain(&written).expect("a written chain is readable");
    assert_eq!(versions, again);
    if let Ok(chain) = Chain::from_versions(versions) {
        assert!(
            !chain.in_force().is_empty(),
            "a chain begins with a version in force"
        );
    }
}

pub(crate) fn statement(bytes: &[u8]) {
    let Some(statement) = envelope::<Statement>(bytes) else {
        return;
    };
    let code = statement.authority.clone();
    let hash = statement.hash();
    let mut known = world().clone();
    if known.insert_statement(statement).is_ok_and(|new| new) {
        assert!(
            known.statements().contains(&code, &hash),
            "what was taken in is there"
        );
    }
}

pub(crate) fn update(bytes: &[u8]) {
    if let Some(update) = envelope::<Update>(bytes) {
        assert!((1..=64).contains(&update.changes.len()));
    }
}

pub(crate) fn entry(bytes: &[u8]) {
    let time = Entry::sequenced_at(bytes);
    let Ok(entry) = Entry::from_bytes(bytes) else {
        return;
    };
    assert_eq!(time, Some(entry.sequenced_at), "both readings see one time");
    let again = Entry::from_bytes(&entry.to_bytes()).expect("a written entry is readable");
    assert_eq!(entry, again);
}

pub(crate) fn payload(bytes: &[u8]) {
    let Ok(payload) = Payload::from_bytes(bytes) else {
        return;
    };
    let salt = bytes[..32].try_into().expect("a payload has a salt");
    let again = Payload::from_bytes(&payload.to_bytes(&salt)).expect("a written payload is readable");
    assert_eq!(payload, again);
}

pub(crate) fn ceremony(bytes: &[u8]) {
    if let Ok(request) = Request::from_bytes(bytes) {
        assert_eq!(request.to_bytes(), bytes);
    }
    if let Ok(grant) = Grant::from_bytes(bytes) {
        assert_eq!(grant.to_bytes(), bytes);
    }
}

pub(crate) fn wire_scan(bytes: &[u8]) {
    const MESSAGES: [&str; 8] = [
        "Envelope",
        "Charter",
        "Statement",
        "Update",
        "Entry",
        "Payload",
        "Bundle",
        "Evidence",
    ];
    if let Some((choice, bytes)) = bytes.split_first() {
        let message = MESSAGES[usize::from(*choice) % MESSAGES.len()];
        let _ = liaison_protocol::wire::scan(message, bytes);
    }
}

pub(crate) fn record(bytes: &[u8]) {
    if let Ok(value) = liaison_records::json::parse(bytes) {
        let written = serde_json::to_vec(&value).expect("JSON is written");
        let again = liaison_records::json::parse(&written).expect("written JSON is readable");
        assert_eq!(value, again);
    }
}
