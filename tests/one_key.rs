//! Two nodes with the keys of one: both stop writing, say why, and go on reading, whatever is started
//! again.

use std::path::Path;

use crate::support::founded::{Founded, PASS};
use crate::support::{Node, practice};
use serde_json::Value;

#[test]
fn of_two_nodes_with_one_log_key_neither_writes_any_more_and_both_say_why() {
    let network = Founded::new(&["FR", "DE", "ES"]);
    let mut nodes = network.start_all(&["DE", "ES", "FR"]);
    let first = nodes.pop().unwrap();
    network.write("practice.one.json", &practice("one"));
    let publish = |node: &Node, slug: &str| {
        network.write(&format!("practice.{slug}.json"), &practice("x"));
        network.run_at(
            node,
            &format!("publish practice.{slug}.json --key FR-ana.age {PASS}"),
        )
    };
    first.wait("the own log is live", |status| status["guard"]["state"] == "live");
    assert_eq!(publish(&first, "one").code, 0);
    first.kill();

    // The whole folder is copied, with the mark of a plain restart, and both copies are started.
    copy_tree(&network.path("FR"), &network.path("copy"));
    let begin = nodes[0].addresses.clone();
    let pair = [network.start("FR", &begin), network.start("copy", &begin)];
    for (node, slug) in pair.iter().zip(["two", "three"]) {
        node.wait("the guard has passed", |status| {
            status["guard"]["state"] != "waiting"
        });
        // What each of them signs contradicts the other, if it is not stopped before.
        let ran = publish(node, slug);
        assert!([0, 70].contains(&ran.code), "{ran:?}");
    }
    for node in &pair {
        let status = node.wait("it stops writing", |status| {
            status["guard"]["state"] == "read-only"
        });
        let reason = status["guard"]["reason"].as_str().unwrap();
        assert!(reason.contains("another") && reason.contains("key"), "{reason}");
        is_read_only(&network, node, &publish(node, "four"), reason);
    }
    let reasons = pair.map(|node| {
        let reason = node.get("/v1/status").1["guard"]["reason"]
            .as_str()
            .unwrap()
            .to_owned();
        node.kill();
        reason
    });

    // One of them alone: what it found out stands.
    let again = network.start("FR", &begin);
    let status = again.get("/v1/status").1;
    assert_eq!(
        status["guard"],
        serde_json::json!({"state": "read-only", "reason": reasons[0]})
    );
    is_read_only(&network, &again, &publish(&again, "five"), &reasons[0]);
    assert_eq!(again.terminate(), 0);
}

// An update is refused with the reason; what was published before is read.
fn is_read_only(network: &Founded, node: &Node, refused: &crate::support::founded::Ran, reason: &str) {
    assert_eq!(refused.code, 70, "{refused:?}");
    assert!(
        refused.err.contains("read-only") && refused.err.contains(reason),
        "{refused:?}"
    );
    let shown = network.run_at(node, "node status");
    assert!(shown.out.contains(reason), "{shown:?}");
    let record: Value = network.at(node, "get FR/practice/one");
    assert!(record.to_string().contains("one"), "{record}");
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy_tree(&entry.path(), &target);
        } else if kind.is_file() {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
