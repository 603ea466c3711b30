//! What is posted reaches the node as it was signed, or not at all.

use liaison_protocol::proto;
use liaison_protocol::update::{PAYLOAD_SIZE_MAX, Payload};
use prost::Message;
use serde_json::json;

use super::*;
use crate::model::{Accepted, Base64, ImportedCharters, ImportedStatement, SubmittedUpdate};

pub(super) const JSON: &str = "application/json";
const OCTETS: &str = "application/octet-stream";

/// Four keys of the published test vectors of Ed25519.
const KEYS: [&str; 4] = [
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
];

// Of the right form; that the signature is wrong is for the node to find.
fn envelope(body: Vec<u8>) -> Vec<u8> {
    let signature = proto::Signature {
        key_id: vec![7; 32],
        signature: vec![7; 64],
    };
    proto::Envelope {
        body,
        signatures: vec![signature],
    }
    .encode_to_vec()
}

fn update() -> Vec<u8> {
    let change = proto::Change {
        action: proto::Action::Put.into(),
        record: "practice/patrol".to_owned(),
        previous: None,
        audience: proto::Audience::Amber.into(),
        digest: vec![1; 32],
        size: 100,
    };
    let update = proto::Update {
        origin: fake::origin().to_string(),
        created_at: 1,
        changes: vec![change],
    };
    envelope(update.encode_to_vec())
}

fn statement() -> Vec<u8> {
    let cancel = proto::Cancel {
        origin: fake::origin().to_string(),
        index: 4,
        change: 0,
    };
    let statement = proto::Statement {
        network: vec![1; 32],
        authority: "FR".to_owned(),
        serial: 9,
        origin: String::new(),
        content: Some(proto::statement::Content::Cancel(cancel)),
    };
    envelope(statement.encode_to_vec())
}

fn charter() -> Vec<u8> {
    let mut council: Vec<Vec<u8>> = KEYS.iter().map(|key| [&[1][..], &hex(key)].concat()).collect();
    council.sort_by_key(|key| liaison_protocol::Hash::of(key));
    let charter = proto::Charter {
        version: 1,
        name: "SAMPLE".to_owned(),
        prefix: "policenet.example".to_owned(),
        format_level: 1,
        council,
        ..proto::Charter::default()
    };
    let envelope = envelope(charter.encode_to_vec());
    let mut length = Vec::new();
    prost::encode_length_delimiter(envelope.len(), &mut length).unwrap();
    [length, envelope].concat()
}

fn hex(text: &str) -> Vec<u8> {
    text.parse::<liaison_protocol::Hash>().unwrap().0.to_vec()
}

pub(super) fn submitted(payloads: Vec<Base64>) -> Vec<u8> {
    serde_json::to_vec(&SubmittedUpdate {
        update: Base64(update()),
        payloads,
    })
    .unwrap()
}

#[tokio::test]
async fn an_update_reaches_the_node_with_its_payloads_and_its_place_comes_back() {
    let rig = Rig::new();
    let body = submitted(vec![Base64(vec![0; 100])]);
    let answer = rig.post("/v1/updates", JSON, body).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let accepted: Accepted = answer.json();
    assert_eq!((accepted.index, accepted.origin.clone()), (5, fake::origin()));
    assert_eq!(
        answer.header(header::LOCATION),
        format!("/v1/entries/{}/5", fake::origin().hash())
    );
    assert_eq!(
        rig.node.last(),
        format!("update of {} with [100]", fake::origin())
    );
    // Where it says that the entry is, it is.
    assert_eq!(
        rig.get(answer.header(header::LOCATION)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_record_that_breaks_the_rules_of_its_kind_is_refused_with_the_place() {
    let rig = Rig::new();
    let payload = |record: &[u8]| Payload {
        media_type: liaison_records::RECORD_TYPE.to_owned(),
        record: record.to_vec(),
        attachments: Vec::new(),
    };
    // A practice without all that it must have; bytes that are no message.
    for (record, place) in [(&b""[..], "title: it is missing"), (b"\xff", "the bytes end")] {
        let bytes = payload(record).to_bytes(&[7; 32]);
        let answer = rig
            .post("/v1/updates", JSON, submitted(vec![Base64(bytes)]))
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let problem: Problem = answer.json();
        assert!(problem.detail.contains(place), "{problem:?}");
        assert!(problem.detail.contains("practice/patrol"), "{problem:?}");
    }
}

#[tokio::test]
async fn a_payload_of_the_largest_size_fits() {
    let rig = Rig::new();
    let body = submitted(vec![Base64(vec![0; PAYLOAD_SIZE_MAX as usize]); 5]);
    assert_eq!(
        rig.post("/v1/updates", JSON, body).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn what_the_node_refuses_comes_back_as_it_said_it() {
    let rig = Rig::new();
    for (refused, status, exit) in [
        (Problem::void(&fake::stale()), 409, 5),
        (Problem::void(&liaison_protocol::effect::Void::OtherLog), 422, 1),
        (Problem::new(ProblemType::ReadOnly, "evidence was found"), 409, 70),
        (
            Problem::new(ProblemType::Waiting, "it waits for COE").after(9),
            503,
            6,
        ),
        (Problem::internal("the disk is full"), 500, 7),
    ] {
        *rig.node.refuses.lock().unwrap() = Some(refused.clone());
        let answer = rig.post("/v1/updates", JSON, submitted(vec![])).await;
        let problem = answer.problem(refused.problem);
        assert_eq!((problem.status, problem.exit), (status, exit));
        assert_eq!(problem, refused);
        let retry = refused.retry_after.map(|seconds| seconds.to_string());
        assert_eq!(answer.header(header::RETRY_AFTER), retry.unwrap_or_default());
    }
}

#[tokio::test]
async fn a_body_that_is_no_update_never_reaches_the_node() {
    let rig = Rig::new();
    let base64 = |bytes: Vec<u8>| serde_json::to_value(Base64(bytes)).unwrap();
    for (body, expected) in [
        (json!({ "update": base64(update()) }), ProblemType::Malformed),
        (
            json!({ "update": base64(update()), "payloads": [1] }),
            ProblemType::Malformed,
        ),
        (
            json!({ "update": base64(update()), "payloads": [], "force": true }),
            ProblemType::Malformed,
        ),
        (
            json!({ "update": "not base64", "payloads": [] }),
            ProblemType::Malformed,
        ),
        (json!({ "update": "AA", "payloads": [] }), ProblemType::Malformed),
        (
            json!({ "update": base64(update()), "payloads": vec![json!(""); 65] }),
            ProblemType::Malformed,
        ),
        (
            json!({ "update": base64(update()), "payloads": [null] }),
            ProblemType::Malformed,
        ),
        (json!([]), ProblemType::Malformed),
        (json!({ "update": "", "payloads": [] }), ProblemType::Refused),
        (
            json!({ "update": base64(statement()), "payloads": [] }),
            ProblemType::Refused,
        ),
        (
            json!({ "update": base64([update(), vec![0]].concat()), "payloads": [] }),
            ProblemType::Refused,
        ),
    ] {
        rig.post("/v1/updates", JSON, body.to_string())
            .await
            .problem(expected);
    }
    for body in ["", "{", "\"", "null", &"[".repeat(100_000)] {
        rig.post("/v1/updates", JSON, body.to_owned())
            .await
            .problem(ProblemType::Malformed);
    }
    assert_eq!(rig.node.last(), "");
}

#[tokio::test]
async fn statements_and_charter_versions_are_their_own_bytes() {
    let rig = Rig::new();
    let imported: ImportedStatement = rig.post("/v1/statements", OCTETS, statement()).await.json();
    assert_eq!(
        (imported.added, rig.node.last().as_str()),
        (true, "statement 9 of FR")
    );
    let chain = [charter(), charter()].concat();
    let imported: ImportedCharters = rig.post("/v1/charters", OCTETS, chain).await.json();
    assert_eq!((imported.added, rig.node.last().as_str()), (2, "charters [1, 1]"));
    let hash = "ab".repeat(32);
    let imported: ImportedCharters = rig
        .post("/v1/resolutions", JSON, json!({ "hash": hash }).to_string())
        .await
        .json();
    assert_eq!(
        (imported.hash.to_string(), rig.node.last()),
        (hash.clone(), format!("resolve {hash}"))
    );
}

#[tokio::test]
async fn bytes_that_are_no_statement_or_chain_never_reach_the_node() {
    let rig = Rig::new();
    for body in [vec![], b"junk".to_vec(), update(), statement()[1..].to_vec()] {
        rig.post("/v1/statements", OCTETS, body)
            .await
            .problem(ProblemType::Refused);
    }
    rig.post("/v1/charters", OCTETS, vec![])
        .await
        .problem(ProblemType::Malformed);
    let cut = charter();
    for body in [b"junk".to_vec(), cut[..cut.len() - 1].to_vec(), vec![0xff; 12]] {
        rig.post("/v1/charters", OCTETS, body)
            .await
            .problem(ProblemType::Refused);
    }
    for body in ["{}", "{\"hash\": \"ab\"}", "{\"hash\": 7}"] {
        rig.post("/v1/resolutions", JSON, body)
            .await
            .problem(ProblemType::Malformed);
    }
    assert_eq!(rig.node.last(), "");
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused() {
    let rig = Rig::new();
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ] {
        rig.post("/v1/updates", media_type, submitted(vec![]))
            .await
            .problem(ProblemType::MediaType);
        rig.post("/v1/statements", media_type, statement())
            .await
            .problem(ProblemType::MediaType);
    }
    let answer = rig
        .post(
            "/v1/updates",
            "Application/JSON; charset=utf-8",
            submitted(vec![]),
        )
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(rig.node.asked.lock().unwrap().len(), 1);
}
