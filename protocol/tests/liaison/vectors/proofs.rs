//! Vectors of checkpoints with cosignatures, bundles, evidence and tlog-proofs.

use liaison_protocol::Hash;
use liaison_protocol::dsse::Signed;
use liaison_protocol::evidence as pieces;
use liaison_protocol::proto::{self, Condition};
use liaison_protocol::quorum;
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::tlog::{SignedCheckpoint, TlogProof, cosignature, inclusion_proof};
use liaison_protocol::update::Audience::Amber;
use liaison_protocol::verify::{Anchor, Bundle, HeldPayload, Outcome, Trust, verify_bundle};
use prost::Message;
use serde_json::{Value, json};

use super::{File, case, hex, world};
use crate::evidence::forked;
use crate::support::{Key, NOW, Network, Party, bundle_at, payload};
use crate::verify::{Sample, sample};

pub(super) fn files() -> Vec<File> {
    vec![
        (
            "checkpoints.json",
            "Cosigned checkpoints against the quorum that they need.",
            checkpoints(),
        ),
        (
            "bundles.json",
            "Bundles, what a verifier trusts, and the answer.",
            bundles(),
        ),
        ("evidence.json", "Evidence, and what it proves.", evidence()),
        (
            "tlog-proofs.json",
            "C2SP tlog-proofs with extra data.",
            tlog_proofs(),
        ),
    ]
}

const SECOND: u64 = NOW / 1000;

/// A case of a checkpoint under its quorum.
fn count(
    name: &str,
    network: &Network,
    statements: &[Signed<Statement>],
    named: &[Hash],
    head: &SignedCheckpoint,
) -> Value {
    let mut network = network.clone();
    statements.iter().for_each(|statement| network.insert(statement));
    let origin = head.checkpoint.origin.parse().unwrap();
    let quorum = quorum::count(&network.world, &origin, head, named);
    let known = quorum.needed != usize::MAX;
    let own = json!({
        "named": named,
        "note": head.note.to_string(),
        "witnesses": known.then_some(quorum.witnesses),
        "needed": known.then_some(quorum.needed),
        "cosigned": quorum.cosigned,
        "time": quorum.time(),
        "reached": quorum.is_reached(),
    });
    case(name, [world(&network, statements), own])
}

fn line(head: &mut SignedCheckpoint, name: &str, key: &Key, time: u64) {
    let line = cosignature::cosign(&head.checkpoint, name, time, key).unwrap();
    head.note.signatures.push(line);
}

fn checkpoints() -> Vec<Value> {
    let (mut network, parties) = Network::of(&["FR", "DE", "IT", "PL", "COE"]);
    let (fr, de, it) = (&parties[0], &parties[1], &parties[2]);
    let named = vec![network.newest()];
    let log = fr.start(network.newest());
    let head = |witnesses: &[usize]| {
        let witnesses: Vec<&Party> = witnesses.iter().map(|i| &parties[*i]).collect();
        log.head(3, &fr.log, &witnesses, SECOND)
    };
    let names = [de, it].map(|party| party.origin.cosigner_name());
    let mut times = head(&[]);
    for (party, time) in parties[1..].iter().zip([40, 10, 30, 20]) {
        line(
            &mut times,
            &party.origin.cosigner_name(),
            &party.cosigner,
            SECOND + time,
        );
    }
    let mut odd = head(&[1]);
    line(&mut odd, &names[0], &de.cosigner, SECOND - 7);
    line(&mut odd, &names[1], &de.cosigner, SECOND);
    line(&mut odd, &names[1], &Key::new("stranger"), SECOND);
    line(&mut odd, &fr.origin.cosigner_name(), &fr.cosigner, SECOND);
    let revoked = [
        de.revoke_from(9, &de.cosigner, NOW),
        it.revoke_from(9, &it.cosigner, NOW + 1000),
    ];
    let second = Key::new("DE cosigner 2");
    let mut renewed = head(&[2, 3]);
    line(&mut renewed, &names[0], &second, SECOND);
    let mut cases = vec![
        count("three of four", &network, &[], &named, &head(&[1, 2, 4])),
        count("two of four", &network, &[], &named, &head(&[1, 2])),
        count("its time is the lower median", &network, &[], &named, &times),
        count(
            "two lines of one authority, wrong keys, and its own",
            &network,
            &[],
            &named,
            &odd,
        ),
        count(
            "stamped when a cosigner was revoked",
            &network,
            &revoked,
            &named,
            &head(&[1, 2, 3]),
        ),
        count(
            "a new cosigner",
            &network,
            &[de.mandate(9, Role::Cosigner, &second)],
            &named,
            &renewed,
        ),
        count("no version named", &network, &[], &[], &head(&[1, 2, 3, 4])),
        count(
            "an unknown version named",
            &network,
            &[],
            &[Hash::of(b"unknown")],
            &head(&[1, 2, 3, 4]),
        ),
    ];
    let at = it.start(network.newest()).position(1);
    let suspended = network.lower(&it.code, None, Some(Condition::Suspended), &at);
    cases.push(count(
        "a suspension that the log does not name",
        &network,
        &[],
        &named,
        &head(&[1, 2]),
    ));
    let both = [named[0], suspended];
    cases.push(count(
        "a suspension that the log names",
        &network,
        &[],
        &both,
        &head(&[1, 2, 3]),
    ));
    cases
}

fn bundles() -> Vec<Value> {
    let s = sample();
    [whole_bundles(&s), broken_bundles(&s)].concat()
}

/// A case of a bundle with what its verifier trusts.
fn answer(name: &str, bytes: &[u8], network: Option<Hash>, anchor: Option<Hash>) -> Value {
    let trust = Trust {
        network,
        anchors: anchor.map(Anchor::Charter).into_iter().collect(),
        ..Default::default()
    };
    let mut case = json!({ "name": name, "bundle": hex(bytes) });
    let outcome = match verify_bundle(bytes, &trust) {
        Outcome::Valid(report) => {
            case["report"] = serde_json::to_value(&report).unwrap();
            // Words for people are no part of the format.
            case["report"].as_object_mut().unwrap().remove("not_proven");
            "valid".to_owned()
        }
        Outcome::CannotDecide(..) => "cannot-decide".to_owned(),
        Outcome::Invalid(broken) => {
            let link = serde_json::to_value(broken.link).unwrap();
            format!("invalid: {}", link.as_str().unwrap())
        }
    };
    case["outcome"] = outcome.into();
    if let Some(network) = network {
        case["trusted_network"] = json!(network);
    }
    if let Some(anchor) = anchor {
        case["anchor"] = json!(anchor);
    }
    case
}

fn whole_bundles(s: &Sample) -> Vec<Value> {
    let id = Some(s.network.id());
    let whole = s.bundle().to_bytes();
    let head = s.head(6, &[1, 2]);
    let at = |index: u64| bundle_at(&s.network.world, &s.log, index, &head).to_bytes();
    let mut unknown = whole.clone();
    unknown.extend([0xf8, 0x07, 0x01]);
    let mut short = proto::Bundle::decode(&*whole).unwrap();
    short.entry.as_mut().unwrap().proof[0].truncate(31);
    vec![
        answer("whole", &whole, id, None),
        answer("whole, for who trusts nothing", &whole, None, None),
        answer(
            "whole, for who trusts another network",
            &whole,
            Some(Hash::of(b"other")),
            None,
        ),
        answer(
            "whole, with an anchor that it reaches",
            &whole,
            id,
            Some(s.network.newest()),
        ),
        answer(
            "whole, with an anchor that it does not reach",
            &whole,
            id,
            Some(Hash::of(b"newer")),
        ),
        answer("of the mandate of the log key", &at(0), id, None),
        answer("of a charter version named", &at(1), id, None),
        answer("without payloads", &at(s.index), id, None),
        answer("cut short by its last field", &whole[..whole.len() - 2], id, None),
        answer("with a field that format 1 does not have", &unknown, id, None),
        answer(
            "with a proof by a hash of 31 bytes",
            &short.encode_to_vec(),
            id,
            None,
        ),
    ]
}

fn broken_bundles(s: &Sample) -> Vec<Value> {
    let fr = &s.parties[0];
    let with = |name: &str, change: &dyn Fn(&mut Bundle)| {
        let mut bundle = s.bundle();
        change(&mut bundle);
        answer(name, &bundle.to_bytes(), Some(s.network.id()), None)
    };
    vec![
        with("without its second charter version", &|b| b.charters.truncate(1)),
        with("a statement twice", &|b| {
            b.statements = vec![fr.cancel(9, 3, 0); 2]
        }),
        with("a checkpoint by another key", &|b| {
            let by_de = s
                .log
                .head(6, &s.parties[1].log, &[&s.parties[1], &s.parties[2]], SECOND);
            b.checkpoint = by_de.to_bytes();
        }),
        with("a proof of another entry", &|b| {
            b.entry.proof = b.context[0].proof.clone()
        }),
        with("without the mandate of the log key", &|b| {
            drop(b.context.remove(0))
        }),
        with("without the administrator's mandate", &|b| {
            drop(b.context.remove(2))
        }),
        with("one cosignature of two", &|b| {
            b.checkpoint = s.head(6, &[1]).to_bytes()
        }),
        with("a line that does not count", &|b| {
            b.checkpoint = s.head(6, &[0, 1, 2]).to_bytes()
        }),
        with("another payload", &|b| {
            b.payloads[0].1 = HeldPayload::Bytes(payload("other"))
        }),
        with("the word of an erasure at a change that has no payload", &|b| {
            b.payloads[1].0 = 1
        }),
        with("a head before it that covers it", &|b| {
            b.before = Some(s.head(5, &[1, 2]).to_bytes())
        }),
        with("a revoked administrator", &|b| {
            b.statements = vec![fr.revoke_at(9, &fr.administrator, &s.log.position(4), None)];
        }),
        with("a disputed administrator", &|b| {
            b.statements = vec![fr.revoke_at(9, &fr.administrator, &s.log.position(6), Some(4))];
        }),
    ]
}

fn evidence() -> Vec<Value> {
    let f = forked();
    let piece = |name: &str, bytes: &[u8], proves: &str| {
        case(
            name,
            [
                world(&f.network, &[]),
                json!({ "evidence": hex(bytes), "proves": proves }),
            ],
        )
    };
    let tree = &f.branches[1].tree;
    let cosigned = |witness: &Party, other: &Party| {
        let (first, second) = (f.head(0, 5, &[witness]), f.head(1, 9, &[other]));
        pieces::of_cosignatures(&first, &second, tree, &[]).unwrap()
    };
    let coe = f.network.party("COE");
    let key = Key::new("FR log 2");
    let by = |mandates: &[Signed<Statement>]| {
        let (first, second) = (
            f.branches[0].checkpoint(5, &key),
            f.branches[1].checkpoint(9, &key),
        );
        pieces::of_checkpoints(&first, &second, tree, mandates).unwrap()
    };
    let propose = |round, name: &str| f.network.propose(round, |c| c.name = name.to_owned());
    let (a, b, later) = (propose(1, "A"), propose(1, "B"), propose(2, "B"));
    let mut turned = f.checkpoints(5, 9);
    let last = turned.len() - 1;
    turned[last] ^= 1;
    vec![
        piece(
            "two checkpoints of sizes 5 and 9",
            &f.checkpoints(5, 9),
            "checkpoints",
        ),
        piece("two checkpoints of size 5", &f.checkpoints(5, 5), "checkpoints"),
        piece("two checkpoints of one tree", &f.checkpoints(4, 9), "nothing"),
        piece("a turned bit of a subtree hash", &turned, "nothing"),
        piece(
            "by a key whose mandate comes along",
            &by(&[f.fr.mandate(9, Role::Log, &key)]),
            "checkpoints",
        ),
        piece("by a key without a mandate", &by(&[]), "nothing"),
        piece(
            "by a key that another authority mandated",
            &by(&[f.de.mandate(9, Role::Log, &key)]),
            "nothing",
        ),
        piece(
            "two cosignatures of one authority",
            &cosigned(&f.de, &f.de),
            "cosignatures",
        ),
        piece(
            "cosignatures of two authorities",
            &cosigned(&f.de, &coe),
            "nothing",
        ),
        piece(
            "two successors in one round",
            &pieces::of_successors(&a, &b),
            "successors",
        ),
        piece(
            "two successors in two rounds",
            &pieces::of_successors(&a, &later),
            "nothing",
        ),
        piece("one successor twice", &pieces::of_successors(&a, &a), "nothing"),
    ]
}

fn tlog_proofs() -> Vec<Value> {
    let (network, parties) = Network::of(&["FR", "DE"]);
    let fr = &parties[0];
    let mut log = fr.start(network.newest());
    for i in 0..4 {
        log.update(
            vec![log.put(&format!("practice/{i}"), "x", Amber, None)],
            &[&fr.administrator],
        );
    }
    let head = log.head(7, &fr.log, &[&parties[1]], SECOND);
    let proof = |index: u64, extra: Option<&[u8]>| TlogProof {
        extra: extra.map(<[u8]>::to_vec),
        index,
        hashes: inclusion_proof(index, 7, &log.tree).unwrap(),
        checkpoint: head.clone(),
    };
    let case = |name: &str, text: String, leaf: u64, valid: bool| {
        let parsed = TlogProof::parse(text.as_bytes()).ok().filter(|_| valid);
        json!({
            "name": name,
            "proof": text,
            "leaf": hex(&log.leaves[leaf as usize]),
            "log_key": fr.log.public(),
            "valid": valid,
            "index": parsed.as_ref().map(|proof| proof.index),
            "extra": parsed.and_then(|proof| proof.extra).map(|extra| hex(&extra)),
        })
    };
    let plain = proof(4, None).to_string();
    let extra = proof(4, Some(&[0, 1, 2, 0xff])).to_string();
    vec![
        case("without extra data", plain.clone(), 4, true),
        case("with extra data", extra.clone(), 4, true),
        case(
            "on the right edge of the tree",
            proof(6, None).to_string(),
            6,
            true,
        ),
        case("of another leaf", plain.clone(), 5, false),
        case(
            "with another index",
            plain.replace("index 4", "index 5"),
            4,
            false,
        ),
        case(
            "with empty extra data",
            plain.replace("index 4", "extra \nindex 4"),
            4,
            false,
        ),
        case(
            "with extra data that is not base64",
            extra.replace("extra AAEC", "extra AAE*"),
            4,
            false,
        ),
        case(
            "with extra data below the index",
            plain.replace("index 4", "index 4\nextra AAEC/w=="),
            4,
            false,
        ),
        case(
            "with an index that is padded",
            plain.replace("index 4", "index 04"),
            4,
            false,
        ),
        case("with another first line", plain.replace("@v1", "@v2"), 4, false),
        case("cut short", plain[..plain.len() - 1].to_owned(), 4, false),
    ]
}
