//! `node doctor`: one fault changes one line.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::{
    Administrator, Network, Node, PATIENCE, authority, exchange, liaison, start_by, wait_for,
};
use serde_json::Value;

/// What the doctor says: exit code, each line by its check, and the next thing to do.
struct Said {
    exit: i32,
    lines: BTreeMap<String, String>,
    next: String,
}

fn doctor(arguments: &[&str]) -> Said {
    let output = liaison()
        .args(["--json", "node", "doctor"])
        .args(arguments)
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&output.stderr)));
    let lines = said["findings"].as_array().unwrap().iter().map(|finding| {
        let word = |key: &str| finding[key].as_str().unwrap().to_owned();
        (word("check"), format!("{}: {}", word("state"), word("detail")))
    });
    Said {
        exit: output.status.code().unwrap(),
        lines: lines.collect(),
        next: said["next"].as_str().unwrap().to_owned(),
    }
}

fn at(node: &Node) -> Said {
    doctor(&["--node", node.socket.to_str().unwrap()])
}

// Asks until the lines are as they should be.
fn until(node: &Node, what: &str, holds: impl Fn(&Said) -> bool) -> Said {
    let end = Instant::now() + PATIENCE;
    loop {
        let said = at(node);
        if holds(&said) {
            return said;
        }
        assert!(Instant::now() < end, "{what}: {:#?}", said.lines);
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn changed(before: &Said, after: &Said) -> Vec<String> {
    assert_eq!(
        before.lines.keys().collect::<Vec<_>>(),
        after.lines.keys().collect::<Vec<_>>()
    );
    let differs = |(check, line): (&String, &String)| (after.lines[check] != *line).then(|| check.clone());
    before.lines.iter().filter_map(differs).collect()
}

#[test]
fn one_corrupted_entry_one_stopped_peer_and_one_skewed_clock_change_one_line_each() {
    let network = Network::found(4);
    let (secretariat, germany) = (network.start("COE", &[]), network.start("DE", &[]));
    let mut peers = secretariat.addresses.clone();
    peers.extend(germany.addresses.clone());
    let third = third(&network);
    let third_node = network.start(&third, &peers);
    let node = network.start("FR", &peers);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    let well = until(&node, "all is well", |said| said.exit == 0);
    assert_eq!(well.next, "nothing: all is well");

    let (entries, whole) = corrupt_an_entry(&network.node("FR"), "COE");
    let damaged = at(&node);
    assert_eq!(changed(&well, &damaged), ["store"]);
    assert!(
        damaged.lines["store"].contains(entries.to_str().unwrap()),
        "{}",
        damaged.lines["store"]
    );
    assert_eq!(damaged.exit, 1);
    std::fs::write(&entries, whole).unwrap();
    assert_eq!(changed(&well, &at(&node)), Vec::<String>::new());

    let mut expected = peer_test(&node, &third);
    third_node.kill();
    let line = format!("peer {third}");
    let stopped = until(&node, "the stopped peer is noticed", |said| {
        said.lines[&line] == "bad: not connected"
    });
    assert_eq!(changed(&well, &stopped), std::slice::from_ref(&line));
    assert_eq!(stopped.next, format!("liaison peer test {third}"));

    // The same node again, by a clock that is ten minutes ahead.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let clock = || liaison_node::runtime::now() + 600_000;
    let skewed = runtime.block_on(start_by(clock, &network.node(&third)));
    let ahead = until(&node, "the peer's clock is noticed", |said| {
        said.lines[&line].contains("its clock is")
    });
    assert_eq!(changed(&well, &ahead), [line]);
    assert_eq!(
        expected.insert("clock".to_owned(), "bad".to_owned()).as_deref(),
        Some("good")
    );
    // It announces its addresses one by one.
    wait_for("the trial of the peer differs by its clock alone", || {
        let tested = peer_test(&node, &third);
        if tested == expected {
            Ok(())
        } else {
            Err(format!("{tested:?}"))
        }
    });
    runtime.block_on(skewed.stop()).unwrap();
}

#[test]
fn a_damaged_log_of_another_is_left_alone_until_peers_put_it_right_and_the_rest_goes_on() {
    let network = Network::found(3);
    let (entries, whole) = corrupt_an_entry(&network.node("FR"), "COE");
    let node = network.start("FR", &[]);
    let (_, status) = node.get("/v1/status");
    let said = authority(&status, "COE")["stopped"].as_str().unwrap();
    assert!(said.contains("damaged"), "{said}");
    assert_ne!(std::fs::read(&entries).unwrap(), whole, "nobody could help yet");
    // They know it by its address, and it them by what they say.
    let (_secretariat, _germany) = (
        network.start("COE", &node.addresses),
        network.start("DE", &node.addresses),
    );
    let status = node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    let administrator = Administrator::of(&network, "FR", &node);
    let before = authority(&status, "FR")["have"].as_u64();
    let body = administrator.put("practice/beside-damage", "it goes on");
    let (code, answer) = exchange(&node.socket, "POST", "/v1/updates", &body).unwrap();
    assert!(code < 300, "{}", String::from_utf8_lossy(&answer));
    node.wait("the update is witnessed", |status| {
        authority(status, "FR")["witnessed"].as_u64() > before
    });
    node.wait("the other log is followed again", |status| {
        let log = authority(status, "COE");
        log["stopped"].is_null() && log["have"] == log["offered"] && log["have"].as_u64() > Some(0)
    });
    let healed = std::fs::read(&entries).unwrap();
    assert_eq!(&healed[..whole.len()], whole);
}

#[test]
fn a_node_whose_own_log_is_damaged_starts_and_signs_nothing_until_peers_put_it_right() {
    let network = Network::found(3);
    let (entries, whole) = corrupt_an_entry(&network.node("FR"), "FR");
    let node = network.start("FR", &[]);
    let (_, status) = node.get("/v1/status");
    assert_eq!(status["guard"]["state"], "recovering", "{status}");
    let have = authority(&status, "COE")["have"].clone();
    assert!(have.as_u64() > Some(0), "the other logs are there: {have}");
    let (_secretariat, _germany) = (
        network.start("COE", &node.addresses),
        network.start("DE", &node.addresses),
    );
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    assert_eq!(std::fs::read(&entries).unwrap()[..whole.len()], whole);
    let administrator = Administrator::of(&network, "FR", &node);
    let body = administrator.put("practice/after-damage", "it goes on");
    let (code, answer) = exchange(&node.socket, "POST", "/v1/updates", &body).unwrap();
    assert!(code < 300, "{}", String::from_utf8_lossy(&answer));
    let index = serde_json::from_slice::<Value>(&answer).unwrap()["index"].as_u64();
    node.wait("it is witnessed", |status| {
        authority(status, "FR")["witnessed"].as_u64() > index
    });
}

#[test]
fn a_token_that_ends_within_two_weeks_is_named_in_its_own_line() {
    let network = Network::found(2);
    let secretariat = network.start("COE", &[]);
    let node = network.start("FR", &secretariat.addresses);
    let token = |label: &str, days: &str| {
        let made = liaison()
            .args(["--node", node.socket.to_str().unwrap(), "token", "new", "reader"])
            .args(["--label", label, "--valid-days", days])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    let well = until(&node, "all is well", |said| said.exit == 0);
    token("night duty", "15");
    assert_eq!(changed(&well, &at(&node)), Vec::<String>::new());
    token("visitor", "13");
    let ending = at(&node);
    assert_eq!(changed(&well, &ending), ["tokens"]);
    assert!(ending.lines["tokens"].ends_with("within two weeks: visitor"));
    assert!(ending.next.contains("liaison token new"), "{}", ending.next);
    assert_eq!(ending.exit, 1);
}

#[test]
fn the_doctor_looks_at_the_files_of_a_stopped_node_too() {
    let network = Network::found(2);
    let config = network.node("FR").join("node.toml");
    let config = config.to_str().unwrap();
    let well = doctor(&["--config", config]);
    assert_eq!(well.exit, 0, "{:#?}", well.lines);
    assert_eq!(well.next, "start it with `liaison node run`");
    corrupt_an_entry(&network.node("FR"), "COE");
    let damaged = doctor(&["--config", config]);
    assert_eq!(changed(&well, &damaged), ["store"]);
    assert_eq!(damaged.exit, 1);
}

// The founder beside COE, DE and FR.
fn third(network: &Network) -> String {
    let codes = network.outcome["authorities"].as_array().unwrap();
    let mut codes = codes.iter().map(|code| code.as_str().unwrap());
    let third = codes.find(|code| !["COE", "DE", "FR"].contains(code));
    third.unwrap().to_owned()
}

// Flips one bit of an entry of another authority's log; the file, and what it held.
fn corrupt_an_entry(folder: &Path, log: &str) -> (std::path::PathBuf, Vec<u8>) {
    let entries = folder.join(format!("data/logs/{log}/1/entries"));
    let whole = std::fs::read(&entries).unwrap();
    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&entries, bytes).unwrap();
    (entries, whole)
}

// The steps of a trial of a peer, and what each came to; addresses differ from process to process.
fn peer_test(node: &Node, code: &str) -> BTreeMap<String, String> {
    let output = liaison()
        .args([
            "--json",
            "--node",
            node.socket.to_str().unwrap(),
            "peer",
            "test",
            code,
        ])
        .output()
        .unwrap();
    let tested: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = tested["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| (text(finding, "check"), text(finding, "state")))
        .collect()
}
