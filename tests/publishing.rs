//! Publishing at one node: of two administrators neither overwrites what they have not seen, whoever waits for
//! witnesses is told when none come, and a node that cannot write stops.

use std::process::Stdio;

use crate::support::founded::{Founded, PASS, Ran};
use crate::support::{Administrator, Node, authority, exchange, practice, wait_for};
use liaison_protocol::update::Previous;
use serde_json::Value;

#[test]
fn a_version_that_was_not_seen_is_refused_before_signing_and_at_the_node() {
    let network = Founded::new(&["FR"]);
    let node = live(&network);
    let first = version(&publish(&network, &node, "ana", "practice.cameras.json", "first"));
    // Ben reads it; then Ana changes it.
    std::fs::create_dir(network.path("ben")).unwrap();
    network.at(&node, "get FR/practice/cameras -o ben/practice.cameras.json");
    let second = version(&publish(
        &network,
        &node,
        "ana",
        "practice.cameras.json",
        "second",
    ));
    assert_ne!(first, second);

    let refused = publish(&network, &node, "ben", "ben/practice.cameras.json", "unaware");
    assert_eq!(refused.code, 5, "{refused:?}");
    for version in [&first, &second] {
        assert!(refused.err.contains(&format!("version {version}")), "{refused:?}");
    }
    // Nothing was signed: no passphrase is asked for, no text shown.
    let unsigned = network.run_at(
        &node,
        "publish ben/practice.cameras.json --key nowhere.age --passphrase-file nowhere",
    );
    assert_eq!(unsigned.code, 5, "{unsigned:?}");

    // A program that signs it all the same is refused by the node, in the same words.
    let ben = Administrator::with(&network.path("FR-ben.age"), "FR", &node);
    let [seen, newest] = history(&node)[..] else {
        panic!("two versions are expected")
    };
    let body = ben.replace("practice/cameras", "unaware", Some(seen));
    let (status, answer) = exchange(&node.socket, "POST", "/v1/updates", &body).unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(
        (status, &answer["type"]),
        (409, &"urn:liaison:problem:stale".into()),
        "{answer}"
    );
    assert_eq!(answer["exit"], 5);
    assert_eq!(answer["stale"]["given"], serde_json::to_value(seen).unwrap());
    assert_eq!(answer["stale"]["found"], serde_json::to_value(newest).unwrap());

    // With what stands read again, it goes through; the log holds no void entry of all this.
    for file in ["ben/practice.cameras.json", "ben/practice.cameras.json.version"] {
        std::fs::remove_file(network.path(file)).unwrap();
    }
    network.at(&node, "get FR/practice/cameras -o ben/practice.cameras.json");
    let third = publish(&network, &node, "ben", "ben/practice.cameras.json", "aware");
    assert_eq!(third.code, 0, "{third:?}");
    let status = node.get("/v1/status").1;
    assert_eq!(authority(&status, "FR")["updates"], 3);
    assert_eq!(authority(&status, "FR")["void"], serde_json::json!({}));
}

#[test]
fn of_two_who_publish_one_record_at_once_one_is_refused_and_two_records_both_stand() {
    let network = Founded::new(&["FR"]);
    let node = live(&network);
    for (record, codes) in [(["same", "same"], [0, 5]), (["one", "two"], [0, 0])] {
        let both = ["ana", "ben"].into_iter().zip(record).map(|(who, slug)| {
            let file = format!("{who}-{slug}.json");
            network.write(&file, &practice("at once"));
            let line =
                format!("publish {file} --record practice/{slug} --key FR-{who}.age --wait witnessed {PASS}");
            let line = format!("-N {} {line}", node.socket.display());
            let (out, err) = (Stdio::piped(), Stdio::piped());
            network.command(&line).stdout(out).stderr(err).spawn().unwrap()
        });
        let both: Vec<_> = both.collect();
        let ran = both
            .into_iter()
            .map(|child| Ran::of(child.wait_with_output().unwrap()));
        let ran: Vec<Ran> = ran.collect();
        let mut ended: Vec<i32> = ran.iter().map(|ran| ran.code).collect();
        ended.sort_unstable();
        assert_eq!(ended, codes, "{ran:?}");
    }
    assert_eq!(authority(&node.get("/v1/status").1, "FR")["updates"], 3);
}

#[test]
fn a_node_that_listens_nowhere_is_a_full_member() {
    let network = Founded::new(&["FR", "DE", "ES"]);
    let file = network.node("ES").join("node.toml");
    let settings = std::fs::read_to_string(&file).unwrap();
    let lines = settings.lines().map(|line| match line.starts_with("listen") {
        true => "listen = []",
        false => line,
    });
    std::fs::write(&file, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let nodes = network.start_all(&["FR", "DE", "ES"]);
    assert_eq!(nodes[2].addresses, Vec::<String>::new());
    for (code, node) in ["FR", "ES"].into_iter().zip([&nodes[0], &nodes[2]]) {
        node.wait("the own log is live", |status| status["guard"]["state"] == "live");
        let file = format!("practice.{}.json", code.to_lowercase());
        network.write(&file, &practice("on the way"));
        // A quorum is both others, and so are the copies.
        let line = format!("publish {file} --key {code}-ana.age --wait witnessed --timeout 120 {PASS}");
        let done = network.at(node, &line);
        assert_eq!(
            (&done["witnessed"]["reached"], &done["settled"]),
            (&true.into(), &true.into()),
            "{done}"
        );
    }
}

#[test]
fn waiting_for_witnesses_ends_with_a_quorum_and_copies_or_in_vain() {
    let network = Founded::new(&["FR", "DE", "ES"]);
    let mut nodes = network.start_all(&["FR", "DE", "ES"]);
    let node = nodes.remove(0);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    let good = wait_witnessed(&network, &node, "seen", 120);
    assert_eq!(good.code, 0, "{good:?}");
    let good: Value = serde_json::from_str(&good.out).unwrap();
    assert_eq!(
        (&good["witnessed"]["reached"], &good["settled"]),
        (&true.into(), &true.into()),
        "{good}"
    );
    assert_eq!(
        good["copies"],
        serde_json::json!({"held": 2, "needed": 2}),
        "{good}"
    );

    nodes.into_iter().for_each(Node::kill);
    let vain = wait_witnessed(&network, &node, "unseen", 2);
    assert_eq!(vain.code, 6, "{vain:?}");
    assert!(vain.err.contains("Waited in vain"), "{vain:?}");
    let told: Value = serde_json::from_str(&vain.out).unwrap();
    assert_eq!(
        (&told["published"], &told["settled"]),
        (&true.into(), &false.into()),
        "{told}"
    );
    assert_eq!(told["witnessed"]["reached"], false, "{told}");

    // It stands all the same, and is witnessed when the others are back.
    let back = [
        network.start("DE", &node.addresses),
        network.start("ES", &node.addresses),
    ];
    let index = told["index"].as_u64();
    node.wait("it is witnessed", |status| {
        authority(status, "FR")["witnessed"].as_u64() > index
    });
    drop(back);
}

#[test]
fn a_node_whose_disk_fails_stops_for_safety_and_goes_on_once_that_is_mended() {
    let network = Founded::new(&["FR"]);
    let node = live(&network);
    // Where the first payload should go nothing can be written.
    let payloads = node.folder.join("data/logs/FR/1/payloads");
    std::fs::create_dir(&payloads).unwrap();
    let refused = publish(&network, &node, "ana", "practice.cameras.json", "first");
    assert_ne!(refused.code, 0, "{refused:?}");
    let folder = node.folder.clone();
    // The service manager does not restart what ends with this.
    assert_eq!(node.ended(), 70);
    let log = std::fs::read_to_string(folder.join("node.log")).unwrap();
    assert!(log.contains("payloads"), "{log}");

    std::fs::remove_dir(&payloads).unwrap();
    let node = live(&network);
    version(&publish(&network, &node, "ana", "practice.cameras.json", "first"));
    assert_eq!(history(&node).len(), 1);
    assert_eq!(
        authority(&node.get("/v1/status").1, "FR")["void"],
        serde_json::json!({})
    );
}

#[test]
fn a_choice_between_rival_charter_versions_holds_over_a_restart_and_a_rebuild() {
    let network = Founded::new(&["FR"]);
    let node = live(&network);
    let [first, _] = rivals(&network, &node, [0, 0]);
    assert_eq!(charter(&node)["version"], 2, "of two neither counts");
    // It had named the first of the two while it was alone: that counts for nothing when the other is chosen.
    holds(&network, node, &first);
}

#[test]
fn a_choice_against_the_higher_round_holds_over_a_restart_and_a_rebuild_until_another_is_made() {
    let network = Founded::new(&["FR"]);
    let node = live(&network);
    let rivals = rivals(&network, &node, [0, 1]);
    let counts = charter(&node);
    assert_eq!(counts["version"], 3, "the higher round counts");
    let counts = counts["hash"].as_str().unwrap();
    let (_, lower): (Vec<&String>, Vec<&String>) = rivals.iter().partition(|rival| *rival == counts);
    let [lower] = lower[..] else {
        panic!("{rivals:?}, of which {counts} counts")
    };
    let node = holds(&network, node, lower);
    // The newest choice counts, so that one can be taken back.
    holds(&network, node, counts);
}

// Two valid successors of the newest charter version in these rounds, known to a node; in order of hash.
fn rivals(network: &Founded, node: &Node, rounds: [u32; 2]) -> [String; 2] {
    for (code, round) in ["AD", "DE"].into_iter().zip(rounds) {
        network.enters(code);
        let file = format!("{code}.charter");
        network.good(&format!(
            "network propose admit {code}.grant --round {round} --charter network.charter -o {file}"
        ));
        network.council_signs(&file);
        network.at(node, &format!("network apply {file}"));
    }
    let (_, seen) = node.get("/v1/network");
    serde_json::from_value(seen["rivalries"][0]["rivals"].clone()).unwrap()
}

// Chooses a version: the same is in force, and the entries come to the same, after a kill and after a rebuild.
fn holds(network: &Founded, node: Node, chosen: &str) -> Node {
    network.at(&node, &format!("network resolve {chosen}"));
    let before = settled(&node, chosen);
    node.kill();
    let node = live(network);
    assert_eq!(settled(&node, chosen), before);
    assert_eq!(node.terminate(), 0);
    network.good("node rebuild --config FR/node.toml");
    let node = live(network);
    assert_eq!(settled(&node, chosen), before);
    node
}

// What the own log came to under a version, once it rests: what follows from a choice or a start takes a moment.
fn settled(node: &Node, chosen: &str) -> (Value, Value, Value) {
    let entries = |status: &Value| {
        let log = authority(status, "FR");
        let of = |name: &str| log[name].clone();
        (of("have"), of("void"), of("effect_digest"))
    };
    wait_for("the chosen version is in force and the log rests", || {
        let one = node.get("/v1/status").1;
        std::thread::sleep(std::time::Duration::from_millis(700));
        let other = node.get("/v1/status").1;
        match other["charter"]["hash"] == chosen && entries(&one) == entries(&other) {
            true => Ok(entries(&other)),
            false => Err(other.to_string()),
        }
    })
}

fn charter(node: &Node) -> Value {
    node.get("/v1/status").1["charter"].clone()
}

// A node alone in its network, which needs no witness.
fn live(network: &Founded) -> Node {
    let node = network.start("FR", &[]);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    node
}

fn publish(network: &Founded, node: &Node, who: &str, file: &str, title: &str) -> Ran {
    network.write(file, &practice(title));
    network.run_at(node, &format!("publish {file} --key FR-{who}.age {PASS}"))
}

fn wait_witnessed(network: &Founded, node: &Node, slug: &str, seconds: u32) -> Ran {
    let file = format!("practice.{slug}.json");
    network.write(&file, &practice("x"));
    let wait = format!("--wait witnessed --timeout {seconds}");
    network.run_at(node, &format!("publish {file} --key FR-ana.age {wait} {PASS}"))
}

fn version(published: &Ran) -> String {
    assert_eq!(published.code, 0, "{published:?}");
    let answer: Value = serde_json::from_str(&published.out).unwrap();
    answer["version"].as_str().unwrap().to_owned()
}

// The versions of the record, oldest first, as a change would name them.
fn history(node: &Node) -> Vec<Previous> {
    let (_, history) = node.get("/v1/records/FR/practice/cameras/history");
    serde_json::from_value(history["versions"].clone()).unwrap()
}
