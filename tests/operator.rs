//! What an operator asks a node: the test of a peer, metrics, rebuild, settings.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Output;
use std::time::{Duration, Instant};

use crate::support::{Administrator, Network, Node, PATIENCE, authority, exchange, liaison};
use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    liaison().arg("--json").args(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&output.stderr)))
}

fn states(said: &Value) -> BTreeMap<String, String> {
    let findings = said["findings"].as_array().unwrap().iter();
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings.map(|f| (word(f, "check"), word(f, "state"))).collect()
}

#[test]
fn the_test_of_a_peer_goes_step_by_step_and_says_where_it_ends() {
    let network = Network::found(3);
    let secretariat = network.start("COE", &[]);
    let node = network.start("FR", &secretariat.addresses);
    node.wait("COE is connected", |status| status["peers"]["connected"] == 1);
    let socket = node.socket.to_str().unwrap();

    let output = run(&["--node", socket, "peer", "test", "COE"]);
    let said = json(&output);
    assert_eq!(output.status.code(), Some(0), "{said:#}");
    let steps: Vec<&str> = [
        "name",
        "UDP",
        "TCP",
        "TLS identity",
        "allowed here",
        "allowed there",
    ]
    .into_iter()
    .chain(["versions", "clock", "checkpoint"])
    .collect();
    let order: Vec<&str> = said["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["check"].as_str().unwrap())
        .collect();
    assert_eq!(order, steps);
    let found = states(&said);
    for step in steps {
        assert_eq!(found[step], "good", "{step}: {said:#}");
    }

    secretariat.terminate();
    node.wait("COE is gone", |status| status["peers"]["connected"] == 0);
    let output = run(&["--node", socket, "peer", "test", "COE"]);
    let said = json(&output);
    assert_eq!(output.status.code(), Some(7), "{said:#}");
    let found = states(&said);
    assert_eq!([&*found["UDP"], &*found["TCP"]], ["bad", "bad"], "{said:#}");
    assert_eq!(found["checkpoint"], "unknown");
    assert!(
        said["next"].as_str().unwrap().contains("COE's node runs"),
        "{said:#}"
    );

    let output = run(&["--node", socket, "peer", "test", "XX"]);
    assert_eq!(output.status.code(), Some(4));
}

fn metrics(node: &Node) -> BTreeMap<String, f64> {
    let (status, body) = exchange(&node.socket, "GET", "/metrics", &[]).unwrap();
    assert_eq!(status, 200);
    let text = String::from_utf8(body).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("liaison_node_"));
    let value = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), value.parse().unwrap())
    };
    lines.map(value).collect()
}

#[test]
fn metrics_show_each_peer_log_queue_and_key_and_a_stopped_peer_is_one_line() {
    let network = Network::found(3);
    let (secretariat, germany) = (network.start("COE", &[]), network.start("DE", &[]));
    let mut peers = secretariat.addresses.clone();
    peers.extend(germany.addresses.clone());
    let node = network.start("FR", &peers);
    node.wait("both are connected", |status| status["peers"]["connected"] == 2);
    let before = metrics(&node);
    for code in ["COE", "DE", "FR"] {
        assert!(before[&format!("liaison_node_log_have{{authority=\"{code}\"}}")] > 1.0);
        assert_eq!(
            before[&format!("liaison_node_wants{{authority=\"{code}\"}}")],
            0.0
        );
    }
    for role in ["log", "cosigner", "node"] {
        assert!(before[&format!("liaison_node_key_expiry_seconds{{role=\"{role}\"}}")] > 3600.0);
    }
    for queue in ["engine", "submissions", "network_events"] {
        let of = |what: &str| before[&format!("liaison_node_queue_{what}{{queue=\"{queue}\"}}")];
        assert!(of("fill") < of("size"), "{queue}");
    }
    let witnesses = ["COE", "DE"].map(connected).map(|name| before[&name]);
    assert_eq!(before["liaison_node_quorum"], witnesses.iter().sum::<f64>());
    assert!(before["liaison_node_checkpoint_age_seconds{authority=\"DE\"}"] < 3600.0);

    germany.kill();
    node.wait("DE is gone", |status| status["peers"]["connected"] == 1);
    let after = metrics(&node);
    assert_eq!(changed(&before, &after), [connected("DE")]);
    assert_eq!(after[&connected("DE")], 0.0);
}

fn connected(code: &str) -> String {
    format!("liaison_node_peer_connected{{authority=\"{code}\",witness=\"true\"}}")
}

// What differs, but for what passes with time.
fn changed(before: &BTreeMap<String, f64>, after: &BTreeMap<String, f64>) -> Vec<String> {
    let passes = ["checkpoint_age", "key_expiry", "queue_fill"].map(|name| format!("liaison_node_{name}"));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    let steady = differing.filter(|name| !passes.iter().any(|of| name.starts_with(of.as_str())));
    steady.cloned().collect()
}

#[test]
fn a_limit_that_holds_up_an_authority_is_counted_and_the_status_says_why() {
    let network = Network::found(2);
    network.set("COE", "[limits]\nlog_entries_per_day = 2");
    let witness = network.start("COE", &[]);
    let node = network.start("FR", &witness.addresses);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    let administrator = Administrator::of(&network, "FR", &node);
    // All at once, while nobody cosigns: what a quorum has witnessed does not count.
    witness.kill();
    for number in 0..4 {
        let body = administrator.put(&format!("practice/quota-{number}"), "quota");
        let (status, answer) = exchange(&node.socket, "POST", "/v1/updates", &body).unwrap();
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&answer));
    }
    let witness = network.start("COE", &node.addresses);
    witness.wait("the log is held up", |status| {
        let stopped = authority(status, "FR")["stopped"].as_str();
        stopped.is_some_and(|why| why.contains("quota"))
    });
    let counted = witness.metric(
        "liaison_node_held_up_total",
        "authority=\"FR\",limit=\"log_entries_per_day\"",
    );
    assert!(counted >= 1.0, "{counted}");
    assert_eq!(authority(&node.get("/v1/status").1, "FR")["stopped"], Value::Null);
}

fn is_folded(status: &Value) -> bool {
    let folded = |code| authority(status, code)["verified"] == authority(status, code)["have"];
    folded("COE") && folded("FR")
}

#[test]
fn a_rebuilt_index_says_what_the_former_one_said_and_damage_is_named() {
    let network = Network::found(2);
    let node = network.start("FR", &[]);
    let before = node.wait("all is folded", is_folded);
    let config = node.folder.join("node.toml");
    let config = config.to_str().unwrap();
    let busy = run(&["node", "rebuild", "--config", config]);
    assert_eq!(busy.status.code(), Some(1), "the node runs");
    let folder = node.folder.clone();
    node.kill();
    std::fs::remove_file(folder.join("data/logs/COE/1/payloads")).unwrap();

    let output = run(&["node", "rebuild", "--config", config]);
    let said = json(&output);
    assert_eq!(output.status.code(), Some(0), "{said:#}");
    for log in said["logs"].as_array().unwrap() {
        let origin = log["origin"].as_str().unwrap();
        let code = origin.split('/').rev().nth(1).unwrap().to_uppercase();
        let former = authority(&before, &code);
        assert_eq!(log["effect_digest"], former["effect_digest"], "{code}");
        assert_eq!(log["entries"], former["have"], "{code}");
    }
    let node = network.start("FR", &[]);
    let after = node.wait("all is folded", is_folded);
    for code in ["COE", "FR"] {
        let digest = |status: &Value| authority(status, code)["effect_digest"].clone();
        assert_eq!(digest(&after), digest(&before), "{code}");
    }
    let wanted = |status: &Value| authority(status, "COE")["wants"].as_u64().unwrap();
    assert_eq!(wanted(&before), 0);
    assert!(wanted(&after) > 0, "what is missing is wanted again: {after:#}");
    node.kill();

    let entries = folder.join("data/logs/COE/1/entries");
    let mut bytes = std::fs::read(&entries).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&entries, bytes).unwrap();
    let output = run(&["node", "rebuild", "--config", config]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("entries"));
}

#[test]
fn a_long_log_is_rebuilt_to_its_end() {
    let network = Network::found(2);
    let witness = network.start("COE", &[]);
    let node = network.start("FR", &witness.addresses);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    let administrator = Administrator::of(&network, "FR", &node);
    // More than is folded at once.
    for number in 0..1_100 {
        let body = administrator.put(&format!("practice/long-{number}"), "long");
        let answer = exchange(&node.socket, "POST", "/v1/updates", &body);
        assert!(matches!(answer, Some((201, _))), "{answer:?}");
    }
    let before = node.wait("all is folded", is_folded);
    let config = node.folder.join("node.toml");
    node.kill();
    let said = json(&run(&["node", "rebuild", "--config", config.to_str().unwrap()]));
    let logs = said["logs"].as_array().unwrap();
    let own = logs
        .iter()
        .find(|log| log["origin"] == authority(&before, "FR")["origin"])
        .unwrap();
    assert_eq!(own["effect_digest"], authority(&before, "FR")["effect_digest"]);
}

#[test]
fn settings_are_shown_with_where_they_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("node.toml");
    std::fs::write(&file, "authority = \"FR\"\n[limits]\nframe_time = \"5 s\"\n").unwrap();
    let output = liaison()
        .args(["--json", "node", "config", "--config"])
        .arg(&file)
        .env("LIAISON_LOG__LEVEL", "debug")
        .output()
        .unwrap();
    let said = json(&output);
    let source = |key: &str| {
        let found = said["settings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|s| s["key"] == key);
        found.unwrap()["source"].as_str().unwrap().to_owned()
    };
    assert_eq!(source("limits.frame_time"), format!("{}, line 3", file.display()));
    assert_eq!(source("log.level"), "environment variable LIAISON_LOG__LEVEL");
    assert_eq!(source("api.public_logs"), "default");

    std::fs::write(&file, "authority = \"FR\"\nlisen = []\n").unwrap();
    let output = run(&["node", "config", "--config", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("line 2") && said.contains("did you mean ‘listen’"),
        "{said}"
    );
}

#[test]
fn a_log_that_goes_to_a_file_has_no_colours() {
    let network = Network::found(2);
    let node = network.start("FR", &[]);
    let end = Instant::now() + PATIENCE;
    loop {
        let log = std::fs::read_to_string(node.folder.join("node.log")).unwrap();
        assert!(!log.contains('\u{1b}'), "{log}");
        if log.contains("own log") {
            break;
        }
        assert!(Instant::now() < end, "the node writes nothing: {log}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
