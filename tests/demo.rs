//! The demo as a person runs it, and what a stranger can do with its proof.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Administrator, Network, exchange, liaison, wait_for};
use serde_json::Value;

#[test]
fn five_real_processes_show_one_update_from_its_signing_to_its_proof() {
    let network = Network::found(5);
    let outcome = &network.outcome;
    assert_eq!(outcome["nodes"], 5);
    assert_eq!(outcome["authorities"].as_array().unwrap().len(), 5);
    assert_eq!(outcome["converged"], true);
    assert_eq!(outcome["witnessed"], true);
    assert!(outcome["cosignatures"].as_u64().unwrap() >= 3);
    assert_eq!(outcome["proof_verified"], true);
    assert_eq!(outcome["tampered_refused"], true);
    assert!(outcome["entries"].as_u64().unwrap() >= 15);

    // The bundle alone, in an empty folder.
    let empty = tempfile::tempdir().unwrap();
    let file = empty.path().join("proof.liaison");
    std::fs::copy(outcome["bundle"].as_str().unwrap(), &file).unwrap();
    let id = outcome["network"].as_str().unwrap();
    let verify = |arguments: &[&str]| {
        let mut command = liaison();
        command
            .current_dir(empty.path())
            .args(["--json", "verify"])
            .arg(&file)
            .args(arguments);
        command.output().unwrap().status.code()
    };
    assert_eq!(verify(&["--network", id]), Some(0));
    let shown = liaison()
        .args(["--json", "verify", "--network", id])
        .arg(&file)
        .output()
        .unwrap();
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let (since, until) = (&shown["report"]["witnessed"][0], &shown["report"]["witnessed"][1]);
    assert!(since.as_u64().unwrap() <= until.as_u64().unwrap(), "{shown}");
    assert_eq!(verify(&[]), Some(3));
    assert_eq!(verify(&["--network", &"0".repeat(64)]), Some(1));
    // Several files at once: an answer each, in their order, and the worst of them at the end.
    let several = liaison()
        .current_dir(empty.path())
        .args([
            "--json",
            "verify",
            "--network",
            id,
            "nowhere.liaison",
            "proof.liaison",
        ])
        .output()
        .unwrap();
    let answers: Vec<Value> = String::from_utf8_lossy(&several.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        (answers.len(), several.status.code()),
        (2, Some(4)),
        "{answers:?}"
    );
    assert_eq!(answers[0]["error"]["exit"], 4);
    assert_eq!(answers[1]["outcome"], "valid");
    assert_eq!(verify(&["proof.liaison", "--network", id]), Some(0));
    let bytes = std::fs::read(&file).unwrap();
    for at in (0..bytes.len()).step_by(bytes.len() / 20) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        std::fs::write(&file, &changed).unwrap();
        assert_eq!(verify(&["--network", id]), Some(1), "byte {at}");
    }
}

#[test]
fn the_sample_study_is_answered_in_time_by_those_whose_profiles_answer_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = liaison()
        .args(["demo", "--nodes", "6", "--data"])
        .arg(folder.path().join("d"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    let shown = lines.find_map(|line| Some(line.unwrap().strip_prefix("ask       liaison ")?.to_owned()));
    let asked = liaison()
        .arg("--json")
        .args(shown.unwrap().split(' '))
        .output()
        .unwrap();
    demo.kill().unwrap();
    demo.wait().unwrap();
    let results: Value = serde_json::from_slice(&asked.stdout).unwrap();
    let answers = results["answers"].as_array().unwrap();
    let answered: Vec<&Value> = answers.iter().map(|given| &given["authority"]).collect();
    assert_eq!(answered, ["DE", "ES", "FR", "PL"]);
    assert!(
        answers.iter().all(|given| given["timing"] == "in-time"),
        "{results:#}"
    );
    // Nothing is known of cameras in Andorra.
    assert_eq!(results["missing"], serde_json::json!(["AD"]));
    let cameras = &results["questions"][2];
    let counts = cameras["figure"]["counts"].as_array().unwrap();
    let counts: Vec<&Value> = counts.iter().map(|counted| &counted["count"]).collect();
    assert_eq!(counts, [3, 1, 0, 0], "{cameras:#}");
}

#[test]
fn no_node_survives_its_parent_even_when_that_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = liaison()
        .args(["demo", "--data"])
        .arg(folder.path().join("d"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("stays up")));
    let children = children_of(demo.id());
    assert_eq!(children.len(), 5);
    demo.kill().unwrap();
    demo.wait().unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while children.iter().any(|pid| is_running(*pid)) {
        assert!(Instant::now() < until, "a node still runs");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_node_that_is_stopped_ends_convergence_until_it_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = liaison()
        .args(["demo", "--json", "--nodes", "3", "--data"])
        .arg(folder.path().join("d"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    let mut converged = || -> bool {
        let outcome: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        outcome["converged"].as_bool().unwrap()
    };
    assert!(converged());
    let named = |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap();
    let children = children_of(demo.id());
    let child = children.iter().find(|pid| named(pid).contains("/COE/")).unwrap();
    // How much of the log of France a node holds.
    let entries = |code: &str| {
        let node = folder.path().join("d").join(code);
        std::fs::metadata(node.join("data/logs/FR/1/entries"))
            .unwrap()
            .len()
    };
    let signal = |name: &str| {
        let sent = Command::new("kill").args([name, &child.to_string()]).status();
        assert!(sent.unwrap().success());
    };
    signal("-STOP");
    assert!(!converged(), "one node is silent");
    let before = (entries("COE"), entries("DE"));
    publish(&folder.path().join("d/FR"));
    wait_for("the others go on", || match entries("DE") > before.1 {
        true => Ok(()),
        false => Err("nothing new".to_owned()),
    });
    assert_eq!(entries("COE"), before.0, "a stopped node takes nothing in");
    signal("-CONT");
    assert!(converged(), "all answer again");
    demo.kill().unwrap();
    demo.wait().unwrap();
}

// Publishes at a node of the demo by its own administrator.
fn publish(node: &Path) {
    let checkpoint = std::fs::read_to_string(node.join("data/logs/FR/1/checkpoint")).unwrap();
    let origin = checkpoint.lines().next().unwrap().parse().unwrap();
    let administrator = Administrator::of_log(&node.join("keys/administrator.age"), origin);
    let body = administrator.put("practice/while-one-sleeps", "sample");
    let (status, answer) = exchange(&node.join("api.sock"), "POST", "/v1/updates", &body).unwrap();
    assert!(status < 300, "{}", String::from_utf8_lossy(&answer));
}

fn children_of(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|p| p.unwrap().file_name().to_str()?.parse().ok());
    processes
        .filter(|pid| stat(*pid).is_some_and(|(_, of)| of == parent))
        .collect()
}

fn is_running(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != "Z")
}

// State and parent of a process.
fn stat(pid: u32) -> Option<(String, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}
