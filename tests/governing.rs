//! Governance over the network: versions of the charter that gather signatures at several nodes, two of one round, and
//! a member that is suspended.

use std::path::Path;

use liaison_api::TlsIdentity;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use serde_json::Value;

use crate::ceremony::commands;
use crate::support::browser::Browser;
use crate::support::founded::{Founded, PASS};
use crate::support::{Node, authority, practice, wait_for};

const CODES: [&str; 3] = ["FR", "DE", "ES"];

#[test]
fn a_version_proposed_at_one_node_is_signed_at_two_others_and_comes_in_force_everywhere() {
    let network = Founded::new(&CODES);
    let nodes = network.start_all(&CODES);
    network.good("network propose witness ES off");
    let unsigned = network.run_at(&nodes[0], "network apply version-3.charter");
    assert_eq!(unsigned.code, 1, "{unsigned:?}");
    assert!(
        unsigned.err.contains("nobody has signed version 3 yet"),
        "{unsigned:?}"
    );

    network.good(&format!("network sign version-3.charter --key c1.age {PASS}"));
    // From here on the guide's own commands.
    let commands = commands("Signing at any node");
    let [apply, status, sign] = &commands[..] else {
        panic!("{commands:?}")
    };
    let applied = network.at(&nodes[0], apply);
    let hash = applied["pending"].as_str().unwrap().to_owned();
    assert_eq!((&applied["version"], &applied["added"]), (&2.into(), &0.into()));
    assert_eq!(network.at(&nodes[0], status)["proposals"][0]["hash"], *hash);
    let short = &hash[..12];
    let sign = |key: &str| {
        let line = sign
            .replace("5e4ad5e51f3c", short)
            .replace("b.age", &format!("{key}.age"));
        format!("{line} {PASS}")
    };
    for (node, key, so_far) in [(&nodes[1], "c2", 1), (&nodes[2], "c3", 2)] {
        let tally = signatures(&network, node, &hash, so_far);
        assert_eq!(tally["needed"], 3);
        assert_eq!(tally["missing"].as_array().unwrap().len(), 4 - so_far);
        let signed = network.at(node, &sign(key));
        assert_eq!(signed["in_force"], key == "c3", "{signed}");
        assert_eq!(signed["conflicts"], serde_json::json!([]));
    }
    for node in &nodes {
        let status = in_force(node, 3);
        assert_eq!(status["charter"]["hash"].as_str(), Some(&*hash));
        assert_eq!(status["proposals"], 0);
        assert_eq!(node.metric("liaison_node_proposals", ""), 0.0);
        assert_eq!(node.get("/v1/proposals").1["proposals"], serde_json::json!([]));
    }
    let gone = network.run_at(&nodes[0], &sign("c4"));
    assert_eq!(gone.code, 4, "it is in force and pending no more: {gone:?}");
}

#[test]
fn what_is_pending_outlives_a_kill_and_is_shown_with_what_it_would_change() {
    let network = Founded::new(&["FR"]);
    let settings = network.node("FR").join("node.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let text = text.replacen("[api]\n", "[api]\nlisten = \"127.0.0.1:0\"\n", 1);
    std::fs::write(&settings, text).unwrap();
    let node = network.start("FR", &[]);
    network.good("network propose witness FR off -o version-3.charter");
    network.good(&format!("network sign version-3.charter --key c1.age {PASS}"));
    let hash = pending(&network.at(&node, "network apply version-3.charter"));
    node.kill();

    let node = network.start("FR", &[]);
    let (_, listed) = node.get("/v1/proposals");
    let [proposal] = &listed["proposals"].as_array().unwrap()[..] else {
        panic!("one is pending: {listed}")
    };
    assert_eq!(
        (&proposal["hash"], &proposal["open"]),
        (&hash.as_str().into(), &true.into())
    );
    assert!(proposal["text"].as_str().unwrap().contains("FR"), "{proposal}");
    assert_eq!(node.metric("liaison_node_proposals", ""), 1.0);
    let shown = network.run(&format!("-N {} network status", node.socket.display()));
    assert!(
        shown.out.contains(&format!("version 3 of round 0 ({hash})")),
        "{shown:?}"
    );
    assert!(shown.out.contains("2 more from any of:"), "{shown:?}");

    let missing = proposal["signatures"][0]["missing"][0].as_str().unwrap();
    for (language, words) in [
        ("en", ["Version 3 gathers signatures", "2 more must sign"]),
        (
            "fr",
            ["La version 3 recueille des signatures", "2 de plus doivent venir"],
        ),
    ] {
        let page = charter_page(&network, &node, language);
        for said in words.into_iter().chain([hash.as_str(), missing]) {
            assert!(page.contains(said), "{said} is missing: {page}");
        }
    }
}

/// The console's page of the charter.
fn charter_page(network: &Founded, node: &Node, language: &str) -> String {
    let identity = TlsIdentity::load(&network.node("FR").join("state/tls.pem"));
    let fingerprint = identity.unwrap().unwrap().fingerprint();
    let mut browser = Browser::connect(node.https.unwrap(), fingerprint);
    let file = format!("token-{language}");
    network.at(node, &format!("token new reader --label desk -o {file}"));
    let token = std::fs::read_to_string(network.path(&file)).unwrap();
    let form = format!("token={}&next=%2Fnetwork%2Fcharter", token.trim());
    let cookie = browser.post("/sign-in", &[], &form).cookie().unwrap().to_owned();
    let headers = [("cookie", cookie.as_str()), ("accept-language", language)];
    browser.get("/network/charter", &headers).text()
}

#[test]
fn of_two_valid_successors_neither_is_applied_until_each_operator_decides() {
    let network = Founded::new(&CODES);
    let nodes = network.start_all(&CODES);
    let hashes = [("one", "FR"), ("other", "DE")].map(|(file, witness)| {
        network.good(&format!(
            "network propose witness {witness} off -o {file}.charter"
        ));
        network.council_signs(&format!("{file}.charter"));
        hash_of(&network, &format!("{file}.charter"))
    });
    network.at(&nodes[0], "network apply one.charter");
    nodes.iter().for_each(|node| drop(in_force(node, 3)));
    network.at(&nodes[2], "network apply other.charter");

    for node in &nodes {
        in_force(node, 2);
        let (_, seen) = node.get("/v1/network");
        let [rivalry] = &seen["rivalries"].as_array().unwrap()[..] else {
            panic!("there are rivals: {seen}")
        };
        let rivals: Vec<&str> = rivalry["rivals"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert!(
            hashes.iter().all(|hash| rivals.contains(&hash.as_str())),
            "{seen}"
        );
        assert_eq!(rivalry["chosen"], Value::Null);
        let shown = network.run(&format!("-N {} network status", node.socket.display()));
        assert!(shown.out.contains("neither counts until you decide"), "{shown:?}");
        convicted(node);
    }
    for (node, decided) in nodes.iter().zip(1..) {
        network.at(node, &format!("network resolve {}", hashes[1]));
        let status = in_force(node, 3);
        assert_eq!(status["charter"]["hash"].as_str(), Some(&*hashes[1]));
        for other in &nodes[decided..] {
            assert_eq!(
                other.get("/v1/status").1["charter"]["version"],
                2,
                "each decides for itself"
            );
        }
    }
}

#[test]
fn a_key_that_signed_a_rival_is_refused_and_convicted_when_it_signs_all_the_same() {
    let network = Founded::new(&["FR", "DE"]);
    let nodes = network.start_all(&["FR", "DE"]);
    let hashes = [("one", "FR", "c1"), ("other", "DE", "c2")].map(|(file, witness, key)| {
        network.good(&format!(
            "network propose witness {witness} off -o {file}.charter"
        ));
        network.good(&format!("network sign {file}.charter --key {key}.age {PASS}"));
        pending(&network.at(&nodes[0], &format!("network apply {file}.charter")))
    });
    signatures(&network, &nodes[1], &hashes[1], 1);
    signatures(&network, &nodes[1], &hashes[0], 1);
    let sign = format!("network sign {} --key c1.age {PASS}", hashes[1]);
    let refused = network.run_at(&nodes[1], &sign);
    assert_eq!(refused.code, 1, "{refused:?}");
    for said in [hashes[0].as_str(), "evidence", "--anyway same-round"] {
        assert!(refused.err.contains(said), "{refused:?}");
    }
    signatures(&network, &nodes[1], &hashes[1], 1);
    let wrong = network.run_at(&nodes[1], &format!("{sign} --anyway other-line"));
    assert_eq!(wrong.code, 1, "another reason than is named: {wrong:?}");

    let signed = network.at(&nodes[1], &format!("{sign} --anyway same-round"));
    assert_eq!(signed["conflicts"][0]["reason"], "same-round");
    for node in &nodes {
        signatures(&network, node, &hashes[1], 2);
        convicted(node);
    }
}

#[test]
fn a_suspended_members_connections_close_at_once_and_what_it_signed_before_still_verifies() {
    let network = Founded::new(&CODES);
    let nodes = network.start_all(&CODES);
    let [first, second, suspended] = &nodes[..] else {
        panic!("three nodes run")
    };
    network.write("practice.before.json", &practice("Before"));
    let publish = format!("publish practice.before.json --key ES-ana.age --wait witnessed {PASS}");
    let published = network.at(suspended, &publish);
    let size = published["index"].as_u64().unwrap() + 1;
    for node in [first, second] {
        node.wait("the update is held", |status| {
            authority(status, "ES")["witnessed"].as_u64() >= Some(size)
        });
    }
    let head = network.run(&format!("-N {} log head ES", first.socket.display()));
    network.write("es.checkpoint", head.out.as_bytes());
    network.good("network propose suspend ES --at es.checkpoint");
    network.good(&format!("network sign version-3.charter --key c1.age {PASS}"));
    let hash = pending(&network.at(first, "network apply version-3.charter"));
    assert!(is_connected(first, "ES"), "what is pending changes nothing");
    for (node, key, so_far) in [(second, "c2", 1), (first, "c3", 2)] {
        signatures(&network, node, &hash, so_far);
        network.at(node, &format!("network sign {hash} --key {key}.age {PASS}"));
    }
    for node in [first, second] {
        in_force(node, 3);
        wait_for("its connection is closed", || match is_connected(node, "ES") {
            false => Ok(()),
            true => Err("it is connected".to_owned()),
        });
    }
    assert!(is_connected(first, "DE"));

    // What it signed before: shown, and proven to whoever has the network's id alone.
    let id = first.get("/v1/status").1["network"].as_str().unwrap().to_owned();
    network.at(first, "get ES/practice/before");
    network.at(first, "prove ES/practice/before -o before.liaison");
    network.good(&format!("verify before.liaison --network {id}"));
    let status = first.get("/v1/status").1;
    assert_eq!(authority(&status, "ES")["condition"], "suspended");
    assert_eq!(authority(&status, "ES")["updates"], 1);
}

/// The hash of the version that was handed in and is pending.
fn pending(imported: &Value) -> String {
    let hash = imported["pending"].as_str();
    hash.unwrap_or_else(|| panic!("nothing is pending: {imported}"))
        .to_owned()
}

/// Waits until a pending version has so many signatures at a node; the tally of its one council.
fn signatures(network: &Founded, node: &Node, hash: &str, signed: usize) -> Value {
    wait_for("the signatures come", || {
        let status = network.at(node, "network status");
        let proposals = status["proposals"].as_array().unwrap();
        let found = proposals.iter().find(|proposal| proposal["hash"] == hash);
        let tally = found.map(|proposal| proposal["signatures"][0].clone());
        let enough = |tally: &Value| {
            tally["signed"]
                .as_array()
                .is_some_and(|keys| keys.len() == signed)
        };
        tally.filter(enough).ok_or_else(|| status.to_string())
    })
}

/// Waits until a version is the newest in force at a node.
fn in_force(node: &Node, version: u64) -> Value {
    node.wait("the version is in force", |status| {
        status["charter"]["version"] == version
    })
}

/// Waits until a node keeps evidence against the keys that signed two rivals.
fn convicted(node: &Node) {
    let file = node.folder.join("data/evidence");
    wait_for("who signed both is convicted", || {
        match std::fs::metadata(&file) {
            Ok(file) if file.len() > 0 => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
}

fn is_connected(node: &Node, code: &str) -> bool {
    let (_, peers) = node.get("/v1/peers");
    peers
        .as_array()
        .unwrap()
        .iter()
        .any(|peer| peer["authority"] == code)
}

/// The hash of the newest version in a charter file.
fn hash_of(network: &Founded, file: &str) -> String {
    let bytes = std::fs::read(Path::new(&network.path(file))).unwrap();
    let chain = Signed::<Charter>::read_chain(&bytes).unwrap();
    chain.last().unwrap().hash().to_string()
}
