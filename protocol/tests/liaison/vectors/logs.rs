//! Vectors of updates, entries, form and effect.

use liaison_protocol::dsse::Signed;
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::proto::{self, Action, Measure};
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::tlog::leaf_hash;
use liaison_protocol::update::Audience::{Amber, Clear, Green, Red};
use liaison_protocol::update::payload_digest;
use liaison_protocol::{Hash, Position};
use prost::Message;
use serde_json::{Map, Value, json};

use super::{File, case, hex, world};
use crate::support::{DAY, Key, Log, NOW, Network, Party, fold, lines, payload, story};

pub(super) fn files() -> Vec<File> {
    vec![
        (
            "updates.json",
            "Signed updates by one key, and payload digests.",
            updates(),
        ),
        (
            "entries.json",
            "Leaves: their hash, their time, and what they carry.",
            entries(),
        ),
        (
            "form.json",
            "First entries of logs: their root, the log key live after them, their checkpoints.",
            form(),
        ),
        (
            "effect.json",
            "Logs under a charter and statements: the verdict on each entry, and the records.",
            effect(),
        ),
    ]
}

fn sample() -> (Network, Party, Log) {
    let (network, parties) = Network::of(&["FR", "DE", "COE"]);
    let fr = parties[0].clone();
    let log = fr.start(network.newest());
    (network, fr, log)
}

fn updates() -> Vec<Value> {
    let (_, fr, log) = sample();
    let card = fr.clone().with_card();
    let put = || vec![log.put("practice/x", "words", Amber, None)];
    let update = |name: &str, bytes: Vec<u8>, key: &Key, valid: bool| json!({ "name": name, "update": hex(&bytes), "key": key.public().to_string(), "valid": valid });
    let good = |name: &str, changes: Vec<proto::Change>, key: &Key| {
        update(name, log.signed(changes, &[key]).to_bytes(), key, true)
    };
    let signed = log.signed(put(), &[&fr.administrator]).to_bytes();
    let body = |change: fn(&mut proto::Update)| {
        let mut body = proto::Update {
            origin: log.origin.to_string(),
            created_at: NOW,
            changes: put(),
        };
        change(&mut body);
        sign(body.encode_to_vec(), &fr.administrator)
    };
    let bad =
        |name: &str, change: fn(&mut proto::Update)| update(name, body(change), &fr.administrator, false);
    let mut flipped = signed.clone();
    flipped[40] ^= 4;
    let mut cases = vec![
        good("by an Ed25519 key", put(), &fr.administrator),
        good("by a P-256 key", put(), &card.administrator),
        good(
            "of four changes",
            vec![
                log.put("practice/a", "a", Clear, None),
                log.change(Action::Withdraw, "practice/b", Some(2)),
                log.change(Action::Erase, "practice/c", Some(2)),
                log.change(Action::Cancel, "practice/d", Some(2)),
            ],
            &fr.administrator,
        ),
        update("by another key", signed.clone(), &card.administrator, false),
        update("with a turned bit", flipped, &fr.administrator, false),
        update(
            "with a high s",
            high_s(log.signed(put(), &[&card.administrator])),
            &card.administrator,
            false,
        ),
        update(
            "the body's fields out of order",
            out_of_order(&fr.administrator, &log),
            &fr.administrator,
            false,
        ),
    ];
    cases.extend([
        bad("without changes", |u| u.changes.clear()),
        bad("of 65 changes", |u| {
            let change = u.changes[0].clone();
            u.changes = (0..65)
                .map(|i| proto::Change {
                    record: format!("practice/{i}"),
                    ..change.clone()
                })
                .collect();
        }),
        bad("a record twice", |u| u.changes.push(u.changes[0].clone())),
        bad("no origin", |u| u.origin.clear()),
        bad("an unknown action", |u| u.changes[0].action = 5),
        bad("an unknown audience", |u| u.changes[0].audience = 5),
        bad("a withdrawal with a digest", |u| u.changes[0].action = 2),
        bad("a digest of 31 bytes", |u| u.changes[0].digest.truncate(31)),
        bad("a payload that is all salt", |u| u.changes[0].size = 32),
        bad("a payload of more than 1 MiB", |u| {
            u.changes[0].size = (1 << 20) + 1
        }),
        bad("a previous without a leaf hash", |u| {
            u.changes[0].previous = Some(proto::Previous::default())
        }),
    ]);
    for words in ["words", ""] {
        let payload = payload(words);
        cases.push(json!({
            "name": format!("the digest of a payload of {} bytes", payload.len()),
            "payload": hex(&payload),
            "digest": payload_digest(&payload),
        }));
    }
    cases
}

// Signs bytes as an update's body, whatever they are.
fn sign(body: Vec<u8>, key: &Key) -> Vec<u8> {
    let message = liaison_protocol::dsse::pae("application/vnd.liaison.update.v1+protobuf", &body);
    let signatures = vec![proto::Signature {
        key_id: key.id().0.0.to_vec(),
        signature: liaison_protocol::Signer::sign(key, &message).unwrap(),
    }];
    proto::Envelope { body, signatures }.encode_to_vec()
}

// The twin of an ECDSA signature: the group order less s.
fn high_s(update: Signed<liaison_protocol::update::Update>) -> Vec<u8> {
    let mut envelope = update.envelope().clone();
    let signature = p256::ecdsa::Signature::from_slice(&envelope.signatures[0].signature).unwrap();
    let (r, s) = signature.split_scalars();
    let twin = p256::ecdsa::Signature::from_scalars(r, -s).unwrap();
    envelope.signatures[0].signature = twin.to_bytes().to_vec();
    envelope.encode_to_vec()
}

fn out_of_order(key: &Key, log: &Log) -> Vec<u8> {
    let change = log.put("practice/x", "words", Amber, None).encode_to_vec();
    let mut body = vec![0x10, 0x05, 0x0a];
    prost::encoding::encode_varint(log.origin.as_str().len() as u64, &mut body);
    body.extend(log.origin.as_str().bytes());
    body.push(0x1a);
    prost::encoding::encode_varint(change.len() as u64, &mut body);
    body.extend(change);
    sign(body, key)
}

fn entries() -> Vec<Value> {
    let (_, fr, mut log) = sample();
    log.update(
        vec![log.put("practice/x", "words", Amber, None)],
        &[&fr.administrator],
    );
    let mut after = log.clone();
    let end = Position {
        origin: fr.origin.clone(),
        ..log.position(4)
    };
    after.name_after(Hash::of(b"a version"), end);
    let case = |name: &str, leaf: &[u8], content: &str| {
        json!({
            "name": name,
            "leaf": hex(leaf),
            "leaf_hash": leaf_hash(leaf),
            "content": content,
            "sequenced_at": Entry::sequenced_at(leaf),
        })
    };
    let mut unknown_update = proto::Entry::decode(&log.leaves[3][..]).unwrap();
    if let Some(proto::entry::Content::Update(envelope)) = &mut unknown_update.content {
        envelope.body = vec![0x08, 0x01];
    }
    let empty = proto::Entry {
        sequenced_at: NOW,
        content: None,
    };
    let mut twice = vec![0x08, 0x05];
    twice.extend([0x08, 0x05]);
    let mut unknown_field = log.leaves[1].clone();
    unknown_field.extend([0xf8, 0x07, 0x05]);
    vec![
        case("the mandate of the log key", &log.leaves[0], "statement"),
        case("a charter version named", &log.leaves[1], "naming"),
        case(
            "a charter version named, and the end of an epoch",
            &after.leaves[4],
            "naming",
        ),
        case("an update", &log.leaves[3], "update"),
        case("an unknown field, which is kept", &unknown_field, "naming"),
        case(
            "an update that cannot be read; its time can",
            &unknown_update.encode_to_vec(),
            "unreadable",
        ),
        case("nothing but a time", &empty.encode_to_vec(), "unreadable"),
        case("two times", &twice, "unreadable"),
        case("other bytes", b"not an entry", "unreadable"),
    ]
}

fn form() -> Vec<Value> {
    let (network, fr, log) = sample();
    let second = Key::new("FR log 2");
    let mut forged = fr.clone();
    forged.root = Key::new("DE root");
    let good = |name: &str, log: &Log, live: &Key, notes: Vec<(String, bool)>| {
        let leaves: Vec<String> = log.leaves.iter().map(|leaf| hex(leaf)).collect();
        let notes: Vec<Value> = notes
            .into_iter()
            .map(|(note, valid)| json!({ "note": note, "valid": valid }))
            .collect();
        let own = json!({
            "origin": log.origin,
            "leaves": leaves,
            "valid": true,
            "root": log.position(log.size()).root,
            "log_key": live.public(),
            "checkpoints": notes,
        });
        case(name, [world(&network, &[]), own])
    };
    let bad = |name: &str, leaves: &[&[u8]]| {
        let leaves: Vec<String> = leaves.iter().map(|leaf| hex(leaf)).collect();
        let refused = leaves.len() - 1;
        let own = json!({ "origin": log.origin, "leaves": leaves, "valid": false, "refused": refused });
        case(name, [world(&network, &[]), own])
    };
    let note = |log: &Log, size: u64, key: &Key| log.checkpoint(size, key).note.to_string();
    let single = |statement: &Signed<Statement>| first_leaf(&fr, statement);
    let mut rotated = log.clone();
    rotated.statement(&fr.mandate(9, Role::Log, &second));
    rotated.statement(&fr.mandate(8, Role::Log, &Key::new("FR log 3")));
    rotated.statement(&forged.mandate(10, Role::Log, &Key::new("FR log 4")));
    let mut expired = Log::new(fr.origin.clone());
    expired.statement(&fr.mandate_for(1, Role::Log, &fr.log, NOW, NOW + 1500));
    expired.name(network.newest());
    let valid = (note(&expired, 2, &fr.log), true);
    let mut expired_later = expired.clone();
    expired_later.name(network.newest());
    let junk = [log.leaves[0].as_slice(), &log.leaves[1], &[0xff; 16385]];
    vec![
        good(
            "a log that starts",
            &log,
            &fr.log,
            vec![
                (note(&log, 3, &fr.log), true),
                (note(&log, 3, &second), false),
                (note(&log, 2, &fr.log), false),
                (
                    note(&network.party("DE").start(network.newest()), 3, &fr.log),
                    false,
                ),
            ],
        ),
        good(
            "of several log mandates the newest serial by the root counts",
            &rotated,
            &second,
            vec![
                (note(&rotated, 6, &second), true),
                (note(&rotated, 6, &fr.log), false),
            ],
        ),
        good(
            "a mandate that reaches to the last entry",
            &expired,
            &fr.log,
            vec![valid],
        ),
        good(
            "a mandate that does not",
            &expired_later,
            &fr.log,
            vec![(note(&expired_later, 3, &fr.log), false)],
        ),
        bad(
            "entry 0 by another root",
            &[&single(&forged.mandate(1, Role::Log, &fr.log))],
        ),
        bad(
            "entry 0 mandates an administrator",
            &[&single(&fr.mandate(1, Role::Administrator, &fr.log))],
        ),
        bad("entry 0 names a charter version", &[&log.leaves[1]]),
        bad("entry 1 is a mandate", &[&log.leaves[0], &log.leaves[2]]),
        bad("an empty leaf", &[&log.leaves[0], &log.leaves[1], &[]]),
        bad("a leaf of 16385 bytes", &junk),
    ]
}

fn first_leaf(party: &Party, statement: &Signed<Statement>) -> Vec<u8> {
    let mut log = Log::new(party.origin.clone());
    log.statement(statement);
    log.leaves.remove(0)
}

/// A case of effect; `gone` are entries of which only the hash is given.
fn judged(name: &str, network: &Network, statements: &[Signed<Statement>], log: &Log, gone: &[u64]) -> Value {
    let mut network = network.clone();
    for statement in statements {
        let _ = network.world.insert_statement(statement.clone());
    }
    let folded = fold(&network.world, log);
    let leaf = |(leaf, index): (&Vec<u8>, u64)| match gone.contains(&index) {
        true => json!({ "redacted": leaf_hash(leaf) }),
        false => Value::String(hex(leaf)),
    };
    let text = lines(&network.world, log);
    let mut records = Map::new();
    for (name, record) in &folded.records {
        records.insert(name.to_string(), serde_json::to_value(record).unwrap());
    }
    let own = json!({
        "origin": log.origin,
        "leaves": log.leaves.iter().zip(0..).map(leaf).collect::<Vec<_>>(),
        "lines": text.lines().collect::<Vec<_>>(),
        "digest": Hash::of(text.as_bytes()),
        "records": records,
    });
    case(name, [world(&network, statements), own])
}

fn effect() -> Vec<Value> {
    let story = story();
    let told = [
        "revoked, redacted, cancelled",
        "suspended and reinstated",
        "a new root within the epoch",
    ];
    let mut cases: Vec<Value> = story
        .logs
        .iter()
        .zip(told)
        .map(|(log, name)| judged(name, &story.network, &story.statements, log, &[]))
        .collect();
    cases.push(judged(
        "the same with the redacted bytes gone",
        &story.network,
        &story.statements,
        &story.logs[0],
        &[5],
    ));
    cases.push(records_case());
    cases.push(signatures_case());
    cases.push(refusals_case());
    cases
}

fn records_case() -> Value {
    let (network, fr, mut log) = sample();
    let key = fr.administrator.clone();
    let update = |log: &mut Log, change| log.update(vec![change], &[&key]);
    let put = log.put("practice/a", "one", Amber, None);
    let first = update(&mut log, put);
    let put = log.put("practice/a", "two", Clear, Some(first));
    let second = update(&mut log, put);
    for change in [
        log.put("practice/a", "narrow", Green, Some(second)),
        log.put("practice/a", "stale", Clear, Some(first)),
        log.change(Action::Cancel, "practice/a", Some(second)),
        log.change(Action::Withdraw, "practice/b", None),
        log.put("practice/c", "red", Red, None),
        log.put("sealed/0f1e", "amber", Amber, None),
        log.put("sealed/0f1e", "red", Red, None),
        log.put("standard/x", "a catalogue", Amber, None),
    ] {
        update(&mut log, change);
    }
    let change = log.change(Action::Erase, "practice/a", Some(second));
    let erased = update(&mut log, change);
    log.time += 72 * 3_600_000;
    let change = log.change(Action::Cancel, "practice/a", Some(erased));
    update(&mut log, change);
    let put = log.put("practice/a", "three", Amber, Some(erased));
    update(&mut log, put);
    judged("records", &network, &[], &log, &[])
}

fn signatures_case() -> Value {
    let (network, fr, mut log) = sample();
    let card = fr.clone().with_card().administrator;
    let scope = vec![proto::Scope {
        kind: "event".into(),
        action: Action::Put.into(),
    }];
    log.statement(&fr.mandate_scoped(9, &card, scope));
    let put = |log: &Log, record: &str| vec![log.put(record, "x", Green, None)];
    log.update(put(&log, "event/a"), &[&card]);
    log.update(put(&log, "practice/a"), &[&card]);
    log.update(put(&log, "practice/a"), &[&Key::new("stranger")]);
    log.statement(&fr.rules(10, &[("event", 2)], None));
    log.update(put(&log, "event/b"), &[&card]);
    log.update(put(&log, "event/b"), &[&card, &fr.administrator]);
    log.statement(&fr.rules(9, &[], None));
    log.statement(&fr.mandate_for(11, Role::Administrator, &card, NOW, log.time + 1000));
    log.update(put(&log, "event/c"), &[&card, &fr.administrator]);
    let mut envelope = log
        .signed(put(&log, "practice/b"), &[&fr.administrator])
        .envelope()
        .clone();
    envelope.signatures[0].signature[63] ^= 1;
    log.entry(Content::Update(Signed::from_envelope(envelope).unwrap()));
    judged("signatures, mandates and rules", &network, &[], &log, &[])
}

fn refusals_case() -> Value {
    let (network, fr, mut log) = sample();
    let put = |log: &Log| vec![log.put("practice/x", "x", Amber, None)];
    let de = network.party("DE");
    log.name(network.id());
    log.name(Hash::of(b"unknown"));
    log.statement(&de.cancel(1, 1, 1));
    log.statement(&fr.mandate(9, Role::Administrator, &fr.log));
    log.statement(&fr.mandate(9, Role::Administrator, &fr.node));
    let foreign = de.start(network.newest()).signed(put(&log), &[&fr.administrator]);
    log.entry(Content::Update(foreign));
    log.push(b"not an entry".to_vec());
    log.time -= DAY;
    log.update(put(&log), &[&fr.administrator]);
    log.time += DAY;
    log.update(put(&log), &[&fr.administrator]);
    let orders: Vec<Signed<Statement>> = (0..3).map(|i| fr.order(20 + i, i, Measure::Redact)).collect();
    judged(
        "what is void, and orders that redact nothing",
        &network,
        &orders,
        &log,
        &[],
    )
}
