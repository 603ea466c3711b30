//! Vectors of names, the wire scan, charters, statements and the ceremony.

use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::proto::{self, Condition, Measure, statement::Content};
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::{Hash, Origin, ceremony};
use prost::Message;
use serde_json::{Value, json};

use super::{File, case, hex, world};
use crate::support::{Key, NOW, Network, Party, rotation_signature, signers};

pub(super) fn files() -> Vec<File> {
    vec![
        (
            "names.json",
            "Authority codes, record names and origins.",
            names(),
        ),
        (
            "wire.json",
            "The scan against ambiguous bodies: which bytes can be read in one way only.",
            wire(),
        ),
        (
            "charters.json",
            "Charter versions in the order in which they arrive, and which are in force.",
            charters(),
        ),
        (
            "statements.json",
            "One more statement for a network, and which keys are live with it.",
            statements(),
        ),
        ("ceremony.json", "Requests and grants.", ceremony_files()),
    ]
}

fn names() -> Vec<Value> {
    let simple = |sort: &str, text: &str, valid: bool| json!({ "sort": sort, "text": text, "valid": valid });
    let long = format!("practice/{}", "x".repeat(65));
    let mut cases: Vec<Value> = [
        ("authority", "FR", true),
        ("authority", "COE", true),
        ("authority", "EU-LISA2", true),
        ("authority", "F", false),
        ("authority", "fr", false),
        ("authority", "F1", false),
        ("authority", "1FR", false),
        ("authority", "ABCDEFGHIJKLMNOPQ", false),
        ("authority", "ÉTAT", false),
        ("record", "practice/body-worn-cameras", true),
        ("record", "indicator/ECHR:3.2+x_y.Z-1", true),
        ("record", "p/x", false),
        ("record", "Practice/x", false),
        ("record", "practice/-x", false),
        ("record", "practice/", false),
        ("record", "practice/x/y", false),
        ("record", &long, false),
    ]
    .map(|(sort, text, valid)| simple(sort, text, valid))
    .to_vec();
    let id = "0123456789abcdef0123456789abcdef";
    for text in [
        format!("policenet.example/{id}/fr/1"),
        format!("a/b.c-d/{id}/eu-lisa2/4294967295"),
    ] {
        let origin: Origin = text.parse().unwrap();
        cases.push(json!({
            "sort": "origin",
            "text": text,
            "valid": true,
            "authority": origin.authority().as_str(),
            "epoch": origin.epoch(),
            "cosigner": origin.cosigner_name(),
            "hash": origin.hash(),
        }));
    }
    for text in [
        format!("policenet.example/{id}/fr/0"),
        format!("policenet.example/{id}/fr/01"),
        format!("policenet.example/{id}/fr/4294967296"),
        format!("policenet.example/{id}/FR/1"),
        format!("policenet.example/{id}/ß/1"),
        format!("policenet.example/{}/fr/1", id.to_uppercase()),
        format!("policenet.example/{}/fr/1", &id[1..]),
        format!("Policenet.example/{id}/fr/1"),
        format!("../{id}/fr/1"),
        format!("{id}/fr/1"),
        format!("policenet.example//{id}/fr/1"),
        format!("policenet.example/{id}/fr/1/"),
    ] {
        cases.push(simple("origin", &text, false));
    }
    cases
}

/// Bytes that can be read in one way only: message, bytes, what they are.
const READABLE: &str = "\
Change 0800 a default is written out
Change 3005 one field
Change f80705 an unknown field, which is kept
Change 0801f80705f80705 an unknown field stands twice
Update 0a016f1005 two fields
Update 0a016f10051a0208011a020801 a repeated message stands twice
Update 0a016f10051a0808011a0408011003 messages within messages
Previous 08ffffffff0f 2^32 - 1 in 32 bits
Change 30ffffffffffffffffff01 2^64 - 1
";

/// Bytes that cannot.
const AMBIGUOUS: &str = "\
Change 08010802 a singular field stands twice
Change 1a001a00 a singular message stands twice
Change 30050801 fields out of order
Change f807050801 a known field after an unknown one of a higher number
Entry 12002200 two members of a choice
Change 880001 a tag that is padded
Change 088100 a value that is padded
Change 12810078 a length that is padded
Change f8078500 an unknown field that is padded
Change 30ffffffffffffffffffff01 a number of eleven bytes
Change 30ffffffffffffffffff02 a number above 2^64
Previous 088080808010 2^32 in 32 bits
HeldPayload 1802 2 as a truth value
Change 08ffffffffffffffffff01 a negative enumeration
Change 0a0101 another wire type than the schema's
Change fb07fc07 a group
Change 0001 field 0
Change 08 cut short after a tag
Change 120578 cut short within a text
Update 1a0408010801 ambiguous within
Update 0a016f10051a0808011a0408010801 ambiguous within what is within
";

fn wire() -> Vec<Value> {
    let case = |line: &str, valid: bool| {
        let mut words = line.splitn(3, ' ');
        let mut next = || words.next().unwrap().to_owned();
        json!({ "message": next(), "bytes": next(), "name": next(), "valid": valid })
    };
    let readable = READABLE.lines().map(|line| case(line, true));
    let ambiguous = AMBIGUOUS.lines().map(|line| case(line, false));
    readable.chain(ambiguous).collect()
}

/// A case of charter versions that arrive one after the other.
fn arrivals(name: &str, versions: &[(&Signed<Charter>, &str)], in_force: &[&Signed<Charter>]) -> Value {
    let bytes: Vec<(Vec<u8>, &str)> = versions
        .iter()
        .map(|(c, result)| (c.to_bytes(), *result))
        .collect();
    raw_arrivals(name, &bytes, in_force)
}

fn raw_arrivals(name: &str, versions: &[(Vec<u8>, &str)], in_force: &[&Signed<Charter>]) -> Value {
    let hashes: Vec<Hash> = in_force.iter().map(|charter| charter.hash()).collect();
    json!({
        "name": name,
        "versions": versions.iter().map(|(bytes, _)| hex(bytes)).collect::<Vec<_>>(),
        "results": versions.iter().map(|(_, result)| *result).collect::<Vec<_>>(),
        "network": hashes.first(),
        "in_force": hashes,
    })
}

fn charters() -> Vec<Value> {
    let mut cases = first_versions();
    cases.extend(successors());
    cases.extend(changes());
    cases
}

fn first_versions() -> Vec<Value> {
    let network = Network::found(5);
    let council = &network.council;
    let first = network.world.chain().newest();
    let mut body = proto::Charter::decode(first.body()).unwrap();
    let sign = |body: &proto::Charter, by: &[Key]| Signed::<Charter>::sign(body, &signers(by)).unwrap();
    let enough = sign(&body, &council[1..]);
    let few = sign(&body, &council[2..]);
    let mut stranger = council.clone();
    stranger.push(Key::new("stranger"));
    let foreign = sign(&body, &stranger);
    body.version = 2;
    let second = sign(&body, council);
    body.version = 1;
    body.council.swap(0, 1);
    let swapped = envelope(&body, council);
    let mut twice = first.envelope().clone();
    twice.signatures.push(twice.signatures[0].clone());
    let mut unknown = first.to_bytes();
    unknown.extend([0x1a, 0x01, b'x']);
    let mut wrong = first.envelope().clone();
    wrong.signatures[4].signature[0] ^= 1;
    vec![
        arrivals("signed by all five", &[(first, "valid")], &[first]),
        arrivals("signed by four of five", &[(&enough, "valid")], &[&enough]),
        arrivals("signed by three of five", &[(&few, "refused")], &[]),
        arrivals("signed by a stranger too", &[(&foreign, "refused")], &[]),
        raw_arrivals(
            "a wrong signature beside four good ones",
            &[(wrong.encode_to_vec(), "refused")],
            &[],
        ),
        raw_arrivals(
            "two signatures by one key",
            &[(twice.encode_to_vec(), "unreadable")],
            &[],
        ),
        raw_arrivals("a council out of order", &[(swapped, "unreadable")], &[]),
        raw_arrivals(
            "a field that an envelope does not have",
            &[(unknown, "unreadable")],
            &[],
        ),
        arrivals("a first version that is the second", &[(&second, "refused")], &[]),
    ]
}

// Signed bytes that are no good charter.
fn envelope(body: &proto::Charter, by: &[Key]) -> Vec<u8> {
    let body = body.encode_to_vec();
    let message = liaison_protocol::dsse::pae("application/vnd.liaison.charter.v1+protobuf", &body);
    let sign = |key: &Key| proto::Signature {
        key_id: key.id().0.0.to_vec(),
        signature: liaison_protocol::Signer::sign(key, &message).unwrap(),
    };
    let signatures = by.iter().map(sign).collect();
    proto::Envelope { body, signatures }.encode_to_vec()
}

fn successors() -> Vec<Value> {
    let network = Network::found(4);
    let first = network.world.chain().newest().clone();
    let propose = |round, name: &str| network.propose(round, |c| c.name = name.to_owned());
    let (a, b, c) = (propose(0, "A"), propose(0, "B"), propose(3, "C"));
    let mut after_a = network.clone();
    after_a.world.insert_charter(a.clone()).unwrap();
    let next = after_a.propose(0, |c| c.name = "A, then D".into());
    let other = Network::found(5).world.chain().newest().clone();
    let mut tied = arrivals(
        "equal rounds",
        &[(&first, "valid"), (&a, "valid"), (&b, "valid")],
        &[&first],
    );
    tied["name"] = "two successors in one round: neither".into();
    let mut chosen = tied.clone();
    chosen["name"] = "two successors in one round, of which the operator chose one, then the other".into();
    chosen["resolve"] = json!([b.hash(), a.hash()]);
    chosen["in_force"] = json!([first.hash(), a.hash()]);
    let start = (&first, "valid");
    vec![
        arrivals("the next version", &[start, (&a, "valid")], &[&first, &a]),
        arrivals(
            "the higher round counts",
            &[start, (&c, "valid"), (&a, "valid")],
            &[&first, &c],
        ),
        tied,
        chosen,
        arrivals(
            "a version with a successor stands against any rival",
            &[
                start,
                (&a, "valid"),
                (&next, "valid"),
                (&c, "valid"),
                (&b, "valid"),
            ],
            &[&first, &a, &next],
        ),
        arrivals(
            "a successor that comes late settles it",
            &[
                start,
                (&c, "valid"),
                (&next, "orphan"),
                (&a, "valid"),
                (&next, "valid"),
            ],
            &[&first, &a, &next],
        ),
        arrivals("of another network", &[start, (&other, "refused")], &[&first]),
    ]
}

fn changes() -> Vec<Value> {
    let (network, parties) = Network::of(&["FR", "DE"]);
    let (fr, de) = (&parties[0], &parties[1]);
    let at = fr.start(network.newest()).position(3).to_proto();
    let stands: Vec<Signed<Charter>> = network
        .world
        .chain()
        .in_force()
        .iter()
        .map(|c| (**c).clone())
        .collect();
    let next = |name: &str, valid: bool, change: &dyn Fn(&mut proto::Charter)| {
        let charter = network.propose(0, change);
        let mut in_force: Vec<&Signed<Charter>> = stands.iter().collect();
        let mut versions: Vec<(&Signed<Charter>, &str)> = stands.iter().map(|c| (c, "valid")).collect();
        versions.push((&charter, if valid { "valid" } else { "refused" }));
        if valid {
            in_force.push(&charter);
        }
        arrivals(name, &versions, &in_force)
    };
    let rotate = |charter: &mut proto::Charter, new: &Key, spoil: bool| rotate(charter, fr, new, spoil);
    let suspend = |charter: &mut proto::Charter, at: proto::Position| {
        let suspended = Some(Condition::Suspended);
        assert!(ceremony::lower(charter, &fr.code, None, suspended, at));
    };
    let second = Key::new("FR root 2");
    let (new, far) = (network.party_of("FR", 2, "'"), network.party_of("FR", 3, "'"));
    vec![
        next("an authority is admitted", true, &|c| {
            ceremony::admit(c, &network.party("IT").grant(), proto::Standing::Observer, false);
        }),
        next("admitted without a mandate for its node", false, &|c| {
            ceremony::admit(c, &network.party("IT").grant(), proto::Standing::Observer, false);
            find(c, "IT").statements.remove(2);
        }),
        next("admitted with the root of another", false, &|c| {
            let mut it = network.party("IT");
            it.root = de.root.clone();
            ceremony::admit(c, &it.grant(), proto::Standing::Member, true);
        }),
        next("an authority is left out", false, &|c| {
            c.authorities.retain(|a| a.code != "FR")
        }),
        next("another prefix", false, &|c| c.prefix = "other.example".into()),
        next("another number", false, &|c| c.version += 1),
        next("suspended at a position of its log", true, &|c| {
            suspend(c, at.clone())
        }),
        next("suspended without a position", false, &|c| {
            find(c, "FR").condition = 1
        }),
        next("suspended at a position of another log", false, &|c| {
            let origin = de.origin.to_string();
            suspend(c, proto::Position { origin, ..at.clone() });
        }),
        next("a new root with the old one's signature", true, &|c| {
            rotate(c, &second, false)
        }),
        next("a new root with a wrong signature of the old one", false, &|c| {
            rotate(c, &second, true)
        }),
        next("a new root that is the old one", false, &|c| {
            rotate(c, &fr.root, false)
        }),
        next("a new root that is another authority's", false, &|c| {
            rotate(c, &de.root, false)
        }),
        next("a root replaced by the council in a new epoch", true, &|c| {
            replace(c, &new)
        }),
        next("a root replaced by the council two epochs on", false, &|c| {
            replace(c, &far)
        }),
    ]
}

fn rotate(charter: &mut proto::Charter, party: &Party, new: &Key, spoil: bool) {
    let authority = find(charter, party.code.as_str());
    let mut change = proto::RootChange {
        previous_root: authority.root.clone(),
        previous_epoch: 1,
        epoch: 1,
        from_size: 5,
        ..Default::default()
    };
    change.signature = rotation_signature(&party.network, &party.code, &change, new, &party.root);
    change.signature[0] ^= u8::from(spoil);
    authority.root = new.public().to_bytes();
    authority.root_changes.push(change);
}

fn replace(charter: &mut proto::Charter, new: &Party) {
    let authority = find(charter, new.code.as_str());
    authority.root_changes.push(proto::RootChange {
        previous_root: authority.root.clone(),
        previous_epoch: 1,
        epoch: new.origin.epoch(),
        ..Default::default()
    });
    (authority.epoch, authority.root) = (new.origin.epoch(), new.root.public().to_bytes());
    authority.statements = new
        .grant()
        .statements
        .iter()
        .map(|s| s.envelope().clone())
        .collect();
}

fn find<'c>(charter: &'c mut proto::Charter, code: &str) -> &'c mut proto::Authority {
    charter.authorities.iter_mut().find(|a| a.code == code).unwrap()
}

fn statements() -> Vec<Value> {
    let (network, parties) = Network::of(&["FR", "DE"]);
    let mut cases = good_statements(&network, &parties[0], &parties[1]);
    cases.extend(bad_statements(&network, &parties[0], &parties[1]));
    cases
}

/// A case of one statement; `live` are questions with their answers.
fn statement(network: &Network, name: &str, bytes: &[u8], valid: bool, live: Vec<Value>) -> Value {
    let hash = valid.then(|| Signed::<Statement>::from_bytes(bytes).unwrap().hash());
    let own = json!({ "statement": hex(bytes), "valid": valid, "hash": hash, "live": live });
    case(name, [world(network, &[]), own])
}

fn live(role: &str, time: u64, keys: &[&Key]) -> Value {
    let mut keys: Vec<String> = keys.iter().map(|key| key.public().to_string()).collect();
    keys.sort();
    json!({ "authority": "FR", "role": role, "time": time, "keys": keys })
}

fn good_statements(network: &Network, fr: &Party, de: &Party) -> Vec<Value> {
    let log = fr.start(network.newest());
    let second = Key::new("FR second");
    let good = |name: &str, good: Signed<Statement>, live: Vec<Value>| {
        statement(network, name, &good.to_bytes(), true, live)
    };
    let sealing = proto::Mandate {
        key: fr.node.public().to_bytes(),
        role: proto::Role::Sealing.into(),
        not_before: NOW,
        not_after: NOW + 1,
        function: "records".into(),
        ..Default::default()
    };
    vec![
        good(
            "a second node",
            fr.mandate(9, Role::Node, &second),
            vec![
                live("node", NOW, &[&fr.node, &second]),
                live("cosigner", NOW, &[&fr.cosigner]),
            ],
        ),
        good(
            "a node for a time",
            fr.mandate_for(9, Role::Node, &second, NOW, NOW + 5),
            vec![
                live("node", NOW - 1, &[&fr.node]),
                live("node", NOW, &[&fr.node, &second]),
                live("node", NOW + 4, &[&fr.node, &second]),
                live("node", NOW + 5, &[&fr.node]),
            ],
        ),
        good(
            "a revocation from a time on",
            fr.revoke_from(9, &fr.node, NOW),
            vec![live("node", NOW - 1, &[&fr.node]), live("node", NOW, &[])],
        ),
        good(
            "an administrator, who is live in the log only",
            fr.mandate(9, Role::Administrator, &second),
            vec![live("administrator", NOW, &[]), live("log", NOW, &[])],
        ),
        good(
            "a later role of the same key",
            fr.mandate(9, Role::Cosigner, &fr.node),
            vec![
                live("node", NOW, &[&fr.node]),
                live("cosigner", NOW, &[&fr.cosigner]),
            ],
        ),
        good(
            "a node key that is another authority's too",
            de.mandate(9, Role::Node, &fr.node),
            vec![live("node", NOW, &[])],
        ),
        good(
            "a sealing mandate that names a node key",
            de.state(9, false, Content::Mandate(sealing)),
            vec![live("node", NOW, &[&fr.node])],
        ),
        good(
            "the root's key as a node",
            fr.mandate(9, Role::Node, &fr.root),
            vec![live("node", NOW, &[&fr.node])],
        ),
        good(
            "a revocation at a position",
            fr.revoke_at(9, &fr.administrator, &log.position(3), Some(2)),
            vec![],
        ),
        good("rules", fr.rules(9, &[("practice", 2), ("", 1)], Some(0)), vec![]),
        good("an order", fr.order(9, 3, Measure::Redact), vec![]),
        good("a cancel", fr.cancel(9, 3, 1), vec![]),
    ]
}

fn bad_statements(network: &Network, fr: &Party, de: &Party) -> Vec<Value> {
    let log = fr.start(network.newest());
    let second = Key::new("FR second");
    let bytes = |name: &str, bytes: &[u8]| statement(network, name, bytes, false, vec![]);
    let bad = |name: &str, bad: Signed<Statement>| bytes(name, &bad.to_bytes());
    let mut forged = fr.clone();
    forged.root = de.root.clone();
    let mut elsewhere = fr.clone();
    elsewhere.network.0[31] ^= 1;
    let mut other_prefix = log.position(2);
    other_prefix.origin = fr.origin.as_str().replace("policenet", "other").parse().unwrap();
    let mut flipped = fr.mandate(9, Role::Node, &second).to_bytes();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let mut repeated = fr.mandate(9, Role::Node, &second).to_bytes();
    repeated.extend(repeated.clone());
    vec![
        bad("by another root", forged.mandate(9, Role::Node, &second)),
        bad("for another network", elsewhere.revoke_from(9, &fr.node, NOW)),
        bad(
            "of an authority that is not listed",
            network.party("IT").cancel(9, 3, 0),
        ),
        bad(
            "about a log under another prefix",
            fr.revoke_at(9, &fr.administrator, &other_prefix, None),
        ),
        bytes("a turned bit of the signature", &flipped),
        bytes("an envelope twice over", &repeated),
    ]
}

fn ceremony_files() -> Vec<Value> {
    let fr = Network::found(4).party("FR");
    let (request, grant) = (fr.request(), fr.grant());
    let file = |name: &str, sort: &str, bytes: &[u8], valid: bool| {
        let request_hash = valid.then(|| request.hash());
        json!({ "name": name, "sort": sort, "bytes": hex(bytes), "valid": valid, "request_hash": request_hash })
    };
    let mut prefix = proto::Request::decode(request.to_bytes()).unwrap();
    prefix.prefix = "policenet.examplf".into();
    let mut swapped = proto::Request::decode(request.to_bytes()).unwrap();
    swapped.keys[0].possession = swapped.keys[1].possession.clone();
    let mut fewer = proto::Grant::decode(grant.to_bytes()).unwrap();
    fewer.statements.pop();
    vec![
        file("a request", "request", request.to_bytes(), true),
        file("under another prefix", "request", &prefix.encode_to_vec(), false),
        file(
            "a key without its own word",
            "request",
            &swapped.encode_to_vec(),
            false,
        ),
        file(
            "with a field that no schema knows",
            "request",
            &[request.to_bytes(), &[0xf8, 0x07, 1]].concat(),
            false,
        ),
        file("a grant", "grant", grant.to_bytes(), true),
        file(
            "without one of its statements",
            "grant",
            &fewer.encode_to_vec(),
            false,
        ),
        file(
            "with a field that no schema knows",
            "grant",
            &[grant.to_bytes(), &[0xf8, 0x07, 1]].concat(),
            false,
        ),
    ]
}
