//! What is posted to a node as JSON, and what a node answers to the command line: either side may be a stranger.

use std::fmt::Debug;

use liaison_api::model::{
    Accepted, Analysis, Base64, Entry, History, Manifest, NewToken, PayloadState, Problem, ProblemType,
    Record, RecordPage, RecordStatus, RecordSummary, Reference, Resolution, Role, Status, SubmittedUpdate,
};
use liaison_protocol::update::Audience;
use liaison_protocol::{Code, Hash};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::seeds;
use crate::world::world;

pub(crate) fn posted(bytes: &[u8]) {
    same::<SubmittedUpdate>(bytes);
    same::<NewToken>(bytes);
    same::<Resolution>(bytes);
    same::<Manifest>(bytes);
    same::<Reference>(bytes);
}

pub(crate) fn posted_seeds() -> Vec<Vec<u8>> {
    let update = SubmittedUpdate {
        update: Base64(seeds::updates().swap_remove(0)),
        payloads: vec![Base64(seeds::payloads().swap_remove(0))],
    };
    let token = NewToken {
        role: Role::Auditor,
        label: "monitoring".to_owned(),
        expires_in: Some(3_600),
    };
    let resolution = Resolution {
        hash: Hash::of(b"charter"),
    };
    let reference: Reference = "FR/practice/body-worn-cameras".parse().unwrap();
    let manifest = Manifest {
        analysis: "rate".to_owned(),
        parameters: [("indicator".to_owned(), "complaints-received".to_owned())].into(),
        checkpoints: vec![],
        entries: vec![],
        outcome: Hash::of(b"outcome"),
    };
    [
        serde_json::to_vec(&update),
        serde_json::to_vec(&token),
        serde_json::to_vec(&resolution),
        serde_json::to_vec(&manifest),
        serde_json::to_vec(&reference),
    ]
    .map(Result::unwrap)
    .into()
}

pub(crate) fn answered(bytes: &[u8]) {
    same::<Accepted>(bytes);
    same::<Analysis>(bytes);
    same::<Entry>(bytes);
    same::<History>(bytes);
    same::<Problem>(bytes);
    same::<Record>(bytes);
    same::<RecordPage>(bytes);
    same::<Status>(bytes);
}

pub(crate) fn answered_seeds() -> Vec<Vec<u8>> {
    let code: Code = "FR".parse().unwrap();
    let origin = world().chain().origin(&code).unwrap();
    let accepted = Accepted {
        origin_hash: origin.hash(),
        origin,
        index: 7,
        leaf_hash: Hash::of(b"leaf"),
    };
    let record = RecordSummary {
        reference: "FR/practice/body-worn-cameras".parse().unwrap(),
        status: RecordStatus::Current,
        audience: Audience::Green,
        payload: PayloadState::Held,
        epoch: 1,
        index: 7,
        sequenced_at: 1_795_592_784_399,
        disputed: false,
    };
    let page = RecordPage {
        next: Some(record.reference.clone()),
        records: vec![record],
        checkpoints: vec![],
    };
    let problem = Problem::new(ProblemType::Malformed, "the body is not what is expected");
    [
        serde_json::to_vec(&accepted),
        serde_json::to_vec(&page),
        serde_json::to_vec(&problem),
    ]
    .map(Result::unwrap)
    .into()
}

/// What was read is written, and read again as the same.
fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<T>(bytes) {
        let text = serde_json::to_vec(&value).unwrap();
        assert_eq!(serde_json::from_slice::<T>(&text).ok(), Some(value));
    }
}
