//! Runs the vectors from the files alone, as another implementation would.

use liaison_protocol::ceremony::{Grant, Request};
use liaison_protocol::charter::{Chain, ChainError, Charter};
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::{State, Verdict, step};
use liaison_protocol::entry::{Content, Entry, Leaf};
use liaison_protocol::evidence::{self, Proven};
use liaison_protocol::form::Prefix;
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::tlog::{SignedCheckpoint, TlogProof, leaf_hash};
use liaison_protocol::update::{RecordName, Update, payload_digest};
use liaison_protocol::verify::{Anchor, Outcome, Trust, verify_bundle};
use liaison_protocol::{Code, Hash, Origin, PublicKey, World, quorum, wire};
use serde_json::Value;
use std::collections::BTreeMap;

use super::{cases, hex, unhex};

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text ‘{field}’ in {value}"))
}

fn number(value: &Value, field: &str) -> u64 {
    value[field]
        .as_u64()
        .unwrap_or_else(|| panic!("no number ‘{field}’ in {value}"))
}

fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().map(|list| &list[..]).unwrap_or_default()
}

fn hash(value: &Value) -> Hash {
    value.as_str().unwrap().parse().unwrap()
}

/// The charter versions and statements of a case, taken in one after the other; all must be good.
fn world(case: &Value) -> World {
    let versions = list(case, "charters")
        .iter()
        .map(|bytes| Signed::from_bytes(&unhex(bytes)).unwrap());
    let mut world = World::new(Chain::from_versions(versions).unwrap());
    for statement in list(case, "statements") {
        let statement = Signed::from_bytes(&unhex(statement)).unwrap();
        assert!(world.insert_statement(statement).unwrap());
    }
    world
}

#[test]
fn names() {
    for case in cases("names.json") {
        let name = text(&case, "text");
        let valid = match text(&case, "sort") {
            "authority" => name.parse::<Code>().is_ok(),
            "record" => name.parse::<RecordName>().is_ok(),
            "origin" => {
                let origin = name.parse::<Origin>();
                if let Ok(origin) = &origin {
                    assert_eq!(origin.authority().as_str(), text(&case, "authority"), "{name}");
                    assert_eq!(u64::from(origin.epoch()), number(&case, "epoch"), "{name}");
                    assert_eq!(origin.cosigner_name(), text(&case, "cosigner"), "{name}");
                    assert_eq!(origin.hash().to_string(), text(&case, "hash"), "{name}");
                }
                origin.is_ok()
            }
            other => panic!("{other}"),
        };
        assert_eq!(valid, case["valid"].as_bool().unwrap(), "{name}");
    }
}

#[test]
fn wire_scan() {
    for case in cases("wire.json") {
        let scanned = wire::scan(text(&case, "message"), &unhex(&case["bytes"]));
        assert_eq!(
            scanned.is_ok(),
            case["valid"].as_bool().unwrap(),
            "{}",
            text(&case, "name")
        );
    }
}

#[test]
fn charters() {
    for case in cases("charters.json") {
        let name = text(&case, "name");
        let mut chain: Option<Chain> = None;
        let mut results = Vec::new();
        for bytes in list(&case, "versions") {
            let result = match (Signed::<Charter>::from_bytes(&unhex(bytes)), &mut chain) {
                (Err(_), _) => "unreadable",
                (Ok(charter), Some(chain)) => match chain.insert(charter) {
                    Ok(_) => "valid",
                    Err(ChainError::Orphan(_)) => "orphan",
                    Err(_) => "refused",
                },
                (Ok(charter), none) => match Chain::new(charter) {
                    Ok(new) => {
                        *none = Some(new);
                        "valid"
                    }
                    Err(_) => "refused",
                },
            };
            results.push(result);
        }
        let expected: Vec<&str> = list(&case, "results")
            .iter()
            .map(|r| r.as_str().unwrap())
            .collect();
        assert_eq!(results, expected, "{name}");
        if let Some(mut chain) = chain {
            for chosen in list(&case, "resolve") {
                chain.resolve(hash(chosen));
            }
            let in_force: Vec<Hash> = chain.in_force().iter().map(|c| c.hash()).collect();
            let expected: Vec<Hash> = list(&case, "in_force").iter().map(hash).collect();
            assert_eq!(in_force, expected, "{name}");
            assert_eq!(chain.network().to_string(), text(&case, "network"), "{name}");
        }
    }
}

#[test]
fn statements() {
    for case in cases("statements.json") {
        let name = text(&case, "name");
        let world = world(&case);
        let taken = Signed::<Statement>::from_bytes(&unhex(&case["statement"]))
            .ok()
            .and_then(|statement| {
                let mut world = world.clone();
                world.insert_statement(statement.clone()).ok()?;
                assert_eq!(statement.hash().to_string(), text(&case, "hash"), "{name}");
                Some(world)
            });
        assert_eq!(taken.is_some(), case["valid"].as_bool().unwrap(), "{name}");
        let Some(world) = taken else { continue };
        for question in list(&case, "live") {
            let role = match text(question, "role") {
                "log" => Role::Log,
                "cosigner" => Role::Cosigner,
                "node" => Role::Node,
                "administrator" => Role::Administrator,
                _ => Role::Sealing,
            };
            let code: Code = text(question, "authority").parse().unwrap();
            let keys = world
                .statements()
                .live_keys(world.chain(), &code, role, number(question, "time"));
            let mut keys: Vec<String> = keys.into_iter().map(PublicKey::to_string).collect();
            keys.sort();
            let expected: Vec<&str> = list(question, "keys")
                .iter()
                .map(|k| k.as_str().unwrap())
                .collect();
            assert_eq!(keys, expected, "{name}");
        }
    }
}

#[test]
fn updates() {
    for case in cases("updates.json") {
        let name = text(&case, "name");
        if let Some(payload) = case.get("payload") {
            assert_eq!(
                payload_digest(&unhex(payload)).to_string(),
                text(&case, "digest"),
                "{name}"
            );
            continue;
        }
        let read = Signed::<Update>::from_bytes(&unhex(&case["update"]));
        let key: PublicKey = text(&case, "key").parse().unwrap();
        let verified = read.is_ok_and(|update| update.verify_single(&key).is_ok());
        assert_eq!(verified, case["valid"].as_bool().unwrap(), "{name}");
    }
}

#[test]
fn entries() {
    for case in cases("entries.json") {
        let name = text(&case, "name");
        let leaf = unhex(&case["leaf"]);
        assert_eq!(leaf_hash(&leaf).to_string(), text(&case, "leaf_hash"), "{name}");
        let found = match Entry::from_bytes(&leaf).map(|entry| entry.content) {
            Ok(Content::Update(_)) => "update",
            Ok(Content::Statement(_)) => "statement",
            Ok(Content::Naming(_)) => "naming",
            Err(_) => "unreadable",
        };
        assert_eq!(found, text(&case, "content"), "{name}");
        assert_eq!(
            Entry::sequenced_at(&leaf),
            case["sequenced_at"].as_u64(),
            "{name}"
        );
    }
}

fn with_leaf<T>(leaf: &Value, take: impl FnOnce(Leaf<'_>) -> T) -> T {
    match leaf.get("redacted") {
        Some(redacted) => take(Leaf::Redacted(hash(redacted))),
        None => take(Leaf::Bytes(&unhex(leaf))),
    }
}

#[test]
fn form() {
    for case in cases("form.json") {
        let name = text(&case, "name");
        let world = world(&case);
        let origin: Origin = text(&case, "origin").parse().unwrap();
        let roots = world.chain().roots(&origin.authority());
        let mut prefix = Prefix::new(origin);
        let pushed = list(&case, "leaves")
            .iter()
            .try_for_each(|leaf| with_leaf(leaf, |leaf| prefix.push(&roots, leaf)));
        assert_eq!(
            pushed.is_ok(),
            case["valid"].as_bool().unwrap(),
            "{name}: {pushed:?}"
        );
        if pushed.is_err() {
            assert_eq!(prefix.size(), number(&case, "refused"), "{name}");
            continue;
        }
        assert_eq!(prefix.root().to_string(), text(&case, "root"), "{name}");
        assert_eq!(
            prefix.log_key().unwrap().to_string(),
            text(&case, "log_key"),
            "{name}"
        );
        for note in list(&case, "checkpoints") {
            let head = SignedCheckpoint::parse(text(note, "note").as_bytes()).ok();
            let accepted = head.is_some_and(|head| prefix.head(head).is_ok());
            assert_eq!(accepted, note["valid"].as_bool().unwrap(), "{name}: {note}");
        }
    }
}

#[test]
fn effect() {
    for case in cases("effect.json") {
        let name = text(&case, "name");
        let world = world(&case);
        let mut state = State::new(text(&case, "origin").parse().unwrap());
        let mut records = BTreeMap::new();
        let mut lines = Vec::new();
        for leaf in list(&case, "leaves") {
            let index = state.size();
            let verdict = with_leaf(leaf, |leaf| step(&mut state, &world, &records, leaf)).unwrap();
            lines.push(verdict.digest_line(index).trim_end().to_owned());
            if let Verdict::Updates(updates) = verdict {
                records.extend(updates.records);
            }
        }
        let expected: Vec<&str> = list(&case, "lines")
            .iter()
            .map(|line| line.as_str().unwrap())
            .collect();
        assert_eq!(lines, expected, "{name}");
        let digest = Hash::of(
            lines
                .iter()
                .flat_map(|line| [line.as_str(), "\n"])
                .collect::<String>()
                .as_bytes(),
        );
        assert_eq!(digest.to_string(), text(&case, "digest"), "{name}");
        for (record, expected) in case["records"].as_object().unwrap() {
            let found = serde_json::to_value(&records[&record.parse::<RecordName>().unwrap()]).unwrap();
            assert_eq!(&found, expected, "{name}: {record}");
        }
        assert_eq!(
            records.len(),
            case["records"].as_object().unwrap().len(),
            "{name}"
        );
    }
}

#[test]
fn checkpoints() {
    for case in cases("checkpoints.json") {
        let name = text(&case, "name");
        let world = world(&case);
        let named: Vec<Hash> = list(&case, "named").iter().map(hash).collect();
        let head = SignedCheckpoint::parse(text(&case, "note").as_bytes()).unwrap();
        let origin: Origin = head.checkpoint.origin.parse().unwrap();
        let quorum = quorum::count(&world, &origin, &head, &named);
        assert_eq!(quorum.is_reached(), case["reached"].as_bool().unwrap(), "{name}");
        assert_eq!(quorum.time(), case["time"].as_u64(), "{name}");
        let cosigned = serde_json::to_value(&quorum.cosigned).unwrap();
        assert_eq!(cosigned, case["cosigned"], "{name}");
        if quorum.needed != usize::MAX {
            assert_eq!(
                (quorum.witnesses as u64, quorum.needed as u64),
                (number(&case, "witnesses"), number(&case, "needed")),
                "{name}"
            );
        }
    }
}

#[test]
fn bundles() {
    for case in cases("bundles.json") {
        let name = text(&case, "name");
        let trust = Trust {
            network: case.get("trusted_network").map(hash),
            policy: None,
            anchors: case
                .get("anchor")
                .map(hash)
                .map(Anchor::Charter)
                .into_iter()
                .collect(),
        };
        let (found, report) = match verify_bundle(&unhex(&case["bundle"]), &trust) {
            Outcome::Valid(report) => ("valid".to_owned(), Some(report)),
            Outcome::CannotDecide(..) => ("cannot-decide".to_owned(), None),
            Outcome::Invalid(broken) => {
                let link = serde_json::to_value(broken.link).unwrap();
                (format!("invalid: {}", link.as_str().unwrap()), None)
            }
        };
        assert_eq!(found, text(&case, "outcome"), "{name}");
        if let (Some(report), Some(expected)) = (report, case["report"].as_object()) {
            let report = serde_json::to_value(&report).unwrap();
            for (field, expected) in expected {
                assert_eq!(&report[field], expected, "{name}: {field}");
            }
        }
    }
}

#[test]
fn evidence_files() {
    for case in cases("evidence.json") {
        let name = text(&case, "name");
        let proven = evidence::verify(&unhex(&case["evidence"]), &world(&case));
        let found = match proven {
            Ok(Proven::Checkpoints { .. }) => "checkpoints",
            Ok(Proven::Cosignatures { .. }) => "cosignatures",
            Ok(Proven::Successors { .. }) => "successors",
            Err(_) => "nothing",
        };
        assert_eq!(found, text(&case, "proves"), "{name}");
    }
}

#[test]
fn tlog_proofs() {
    for case in cases("tlog-proofs.json") {
        let name = text(&case, "name");
        let leaf = leaf_hash(&unhex(&case["leaf"]));
        let key: PublicKey = text(&case, "log_key").parse().unwrap();
        let proof = TlogProof::parse(text(&case, "proof").as_bytes())
            .ok()
            .filter(|proof| {
                proof.verify_inclusion(&leaf).is_ok() && proof.checkpoint.verify_log(&key).is_ok()
            });
        assert_eq!(proof.is_some(), case["valid"].as_bool().unwrap(), "{name}");
        if let Some(proof) = proof {
            assert_eq!(
                proof.extra.map(|extra| hex(&extra)).as_deref(),
                case["extra"].as_str(),
                "{name}"
            );
            assert_eq!(proof.index, number(&case, "index"), "{name}");
        }
    }
}

#[test]
fn ceremony() {
    for case in cases("ceremony.json") {
        let name = text(&case, "name");
        let bytes = unhex(&case["bytes"]);
        let found = match text(&case, "sort") {
            "request" => Request::from_bytes(&bytes).map(|request| request.hash()).ok(),
            "grant" => Grant::from_bytes(&bytes).map(|grant| grant.request).ok(),
            other => panic!("{other}"),
        };
        assert_eq!(found.is_some(), case["valid"].as_bool().unwrap(), "{name}");
        if let Some(found) = found {
            assert_eq!(found.to_string(), text(&case, "request_hash"), "{name}");
        }
    }
}
