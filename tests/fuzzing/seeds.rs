//! What targets begin with: the project's own test vectors, good and bad ones alike.

use std::fs;
use std::path::Path;

use liaison_protocol::update::Payload;
use serde_json::Value;

/// Most seeds of one target: the vectors repeat themselves.
const SEEDS_MAX: usize = 64;

/// The cases of a vector file of this project.
pub(crate) fn cases(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../vectors/liaison")
        .join(file);
    let text = fs::read(path).expect("the vectors are there");
    let vectors: Value = serde_json::from_slice(&text).expect("vectors are JSON");
    vectors["cases"].as_array().expect("vectors have cases").clone()
}

/// Bytes from hex.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

fn each(file: &str, field: &str) -> Vec<Vec<u8>> {
    let cases = cases(file);
    let texts = cases.iter().flat_map(|case| match &case[field] {
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    });
    let mut seeds: Vec<Vec<u8>> = texts
        .map(|text| unhex(&text).unwrap_or_else(|| text.clone().into_bytes()))
        .collect();
    seeds.sort();
    seeds.dedup();
    seeds.truncate(SEEDS_MAX);
    seeds
}

pub(crate) fn charters() -> Vec<Vec<u8>> {
    each("charters.json", "versions")
}

/// A chain file is a message `CharterChain`: its versions, field 1, end to end.
pub(crate) fn charter_chains() -> Vec<Vec<u8>> {
    let chain = |case: &Value| {
        let versions = case["versions"].as_array().into_iter().flatten();
        let envelopes = versions.filter_map(|version| unhex(version.as_str()?));
        let readable = envelopes.filter_map(|bytes| {
            liaison_protocol::dsse::Signed::<liaison_protocol::charter::Charter>::from_bytes(&bytes).ok()
        });
        let versions: Vec<_> = readable.collect();
        liaison_protocol::dsse::Signed::write_chain(&versions)
    };
    cases("charters.json").iter().map(chain).collect()
}

pub(crate) fn statements() -> Vec<Vec<u8>> {
    each("statements.json", "statement")
}

pub(crate) fn updates() -> Vec<Vec<u8>> {
    each("updates.json", "update")
}

pub(crate) fn entries() -> Vec<Vec<u8>> {
    let mut seeds = each("entries.json", "leaf");
    seeds.extend(each("effect.json", "leaves"));
    seeds
}

pub(crate) fn payloads() -> Vec<Vec<u8>> {
    let mut seeds = each("updates.json", "payload");
    let payload = Payload {
        media_type: "application/json".to_owned(),
        record: br#"{"title":"Cameras"}"#.to_vec(),
        attachments: Vec::new(),
    };
    seeds.push(payload.to_bytes(&[7; 32]));
    seeds
}

pub(crate) fn ceremony() -> Vec<Vec<u8>> {
    each("ceremony.json", "bytes")
}

/// The first byte chooses the message.
pub(crate) fn wire() -> Vec<Vec<u8>> {
    let chosen = each("wire.json", "bytes").into_iter().zip(0u8..);
    chosen
        .map(|(bytes, number)| [&[number], &bytes[..]].concat())
        .collect()
}

pub(crate) fn records() -> Vec<Vec<u8>> {
    [
        &br#"{"title":"Cameras","units":[1,2.5,-3e2],"open":true,"notes":null}"#[..],
        b"{}",
        b"[]",
        b"\"x\"",
    ]
    .map(<[u8]>::to_vec)
    .into()
}

pub(crate) fn names() -> Vec<Vec<u8>> {
    let mut seeds = each("names.json", "text");
    seeds.extend(["FR/practice/cameras", "FR/practice/*", "logs/FR/1", "*/x/y@3"].map(|name| name.into()));
    seeds
}

pub(crate) fn notes() -> Vec<Vec<u8>> {
    let mut seeds = each("checkpoints.json", "note");
    let signed = cases("form.json").into_iter().flat_map(|case| {
        let checkpoints = case["checkpoints"].as_array().cloned().unwrap_or_default();
        checkpoints
            .into_iter()
            .filter_map(|c| c["note"].as_str().map(|note| note.as_bytes().to_vec()))
    });
    seeds.extend(signed);
    seeds
}

pub(crate) fn lines() -> Vec<Vec<u8>> {
    let lines = notes().into_iter().flat_map(|note| {
        let text = String::from_utf8_lossy(&note).into_owned();
        let lines = text.lines().filter(|line| line.starts_with('\u{2014}'));
        lines.map(|line| line.as_bytes().to_vec()).collect::<Vec<_>>()
    });
    lines.take(SEEDS_MAX).collect()
}

/// The first byte chooses between a tile and an entry bundle.
pub(crate) fn tiles() -> Vec<Vec<u8>> {
    vec![
        [&[0][..], &[5; 96]].concat(),
        vec![1, 0, 3, b'a', b'b', b'c', 0, 1, b'd', 0, 0],
    ]
}

pub(crate) fn tlog_proofs() -> Vec<Vec<u8>> {
    each("tlog-proofs.json", "proof")
}

pub(crate) fn policies() -> Vec<Vec<u8>> {
    let key = "example.com/log+1a5d7a5b+AdT9PtBhhNAsDYZ0V0euiRbXuvrLsw4L6vKARfipnmz/";
    let text = format!("# a policy\nlog {key}\nwitness w1 {key}\ngroup g any w1\nquorum g\n");
    let fake = "log fake.log.origin/log+527eabb8+AddT9PtBhhNAsDYZ0V0euiRbXuvrLsw4L6vKARfipnmz\n\
                witness w test-witness+26349ef0+BIQDFTUlktisMqJzWn8qhteWrRr4dLcQ9R37T+8LQyQF\n\
                group g all w\nquorum g\n";
    vec![
        text.into_bytes(),
        fake.as_bytes().to_vec(),
        b"quorum none\n".to_vec(),
    ]
}

pub(crate) fn bundles() -> Vec<Vec<u8>> {
    each("bundles.json", "bundle")
}

pub(crate) fn evidence() -> Vec<Vec<u8>> {
    each("evidence.json", "evidence")
}

/// Leaves of whole logs, each with its length before it.
pub(crate) fn leaves() -> Vec<Vec<u8>> {
    let framed = |case: &Value| {
        let leaves = case["leaves"].as_array().into_iter().flatten();
        let bytes = leaves.filter_map(|leaf| unhex(leaf.as_str()?));
        bytes
            .flat_map(|leaf| [&(leaf.len() as u16).to_be_bytes()[..], &leaf].concat())
            .collect()
    };
    cases("form.json").iter().map(framed).collect()
}
