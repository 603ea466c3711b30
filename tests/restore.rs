//! A node restored from an older copy never forks itself: it waits, fetches its own newer entries
//! back, and only then goes on.

use std::path::Path;

use crate::support::{Administrator, Network, authority, exchange};
use serde_json::Value;

#[test]
fn a_restored_node_waits_for_its_peers_and_fetches_its_own_newer_entries_back() {
    // With the signer state of the copy, after a boot; and the data folder alone, when the state still names what
    // was signed.
    restored(&["data", "state", "run"], "waiting");
    restored(&["data"], "recovering");
}

fn restored(parts: &[&str], first: &str) {
    let network = Network::found(3);
    let folder = network.node("FR");
    let copy = network.folder.path().join("copy");
    copy_tree(&folder.join("data"), &copy.join("data"));
    copy_tree(&folder.join("state"), &copy.join("state"));

    let (secretariat, germany) = (network.start("COE", &[]), network.start("DE", &[]));
    let mut peers = secretariat.addresses.clone();
    peers.extend(germany.addresses.clone());
    let node = network.start("FR", &peers);
    let administrator = Administrator::of(&network, "FR", &node);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    let mut newest = 0;
    for number in 0..3 {
        let body = administrator.put(&format!("practice/newer-{number}"), "newer");
        let (code, answer) = exchange(&node.socket, "POST", "/v1/updates", &body).unwrap();
        assert!(code < 300, "{}", String::from_utf8_lossy(&answer));
        newest = serde_json::from_slice::<Value>(&answer).unwrap()["index"]
            .as_u64()
            .unwrap();
    }
    let held = |status: &Value| authority(status, "FR")["witnessed"].as_u64() > Some(newest);
    let before = node.wait("the newer entries are witnessed", held);
    let root = authority(&before, "FR")["root"].clone();
    node.kill();
    germany.kill();
    secretariat.kill();

    // The copy comes back; the run folder is gone with the boot.
    for part in parts {
        std::fs::remove_dir_all(folder.join(part)).unwrap();
        if copy.join(part).exists() {
            copy_tree(&copy.join(part), &folder.join(part));
        }
    }

    let node = network.start("FR", &peers);
    let (_, status) = node.get("/v1/status");
    assert_eq!(status["guard"]["state"], first);
    let body = administrator.put("practice/too-early", "too early");
    let (code, answer) = exchange(&node.socket, "POST", "/v1/updates", &body).unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(code, 503, "{answer}");
    let said = answer["detail"].as_str().unwrap();
    match first {
        "waiting" => assert!(said.contains("COE") && said.contains("DE"), "{said}"),
        _ => assert!(said.contains(&format!("of {}", newest + 1)), "{said}"),
    }
    let (_, status) = node.get("/v1/status");
    assert!(
        authority(&status, "FR")["have"].as_u64().unwrap() <= newest,
        "something was signed"
    );
    node.kill();

    let (secretariat, germany) = (network.start("COE", &[]), network.start("DE", &[]));
    let mut peers = secretariat.addresses.clone();
    peers.extend(germany.addresses.clone());
    let node = network.start("FR", &peers);
    let after = node.wait("the own log is live again", |status| {
        status["guard"]["state"] == "live"
    });
    assert_eq!(authority(&after, "FR")["have"].as_u64(), Some(newest + 1));
    assert_eq!(authority(&after, "FR")["root"], root);
    let log = node.log();
    assert!(
        log.contains(&format!("seen={}", newest + 1)) && log.contains("fetching it back"),
        "{log}"
    );
    let (code, answer) = exchange(&node.socket, "POST", "/v1/updates", &body).unwrap();
    assert!(code < 300, "{}", String::from_utf8_lossy(&answer));
    assert_eq!(
        serde_json::from_slice::<Value>(&answer).unwrap()["index"].as_u64(),
        Some(newest + 1)
    );
}

#[test]
fn a_witness_that_lost_what_it_cosigned_does_not_let_a_restored_log_go_on_beside_it() {
    let network = Network::found(2);
    let folder = network.node("FR");
    let copy = network.folder.path().join("copy");
    for part in ["data", "state"] {
        copy_tree(&folder.join(part), &copy.join(part));
    }
    let witness = network.start("COE", &[]);
    let node = network.start("FR", &witness.addresses);
    let administrator = Administrator::of(&network, "FR", &node);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    let body = administrator.put("practice/newer", "newer");
    let (code, answer) = exchange(&node.socket, "POST", "/v1/updates", &body).unwrap();
    assert!(code < 300, "{}", String::from_utf8_lossy(&answer));
    let index = serde_json::from_slice::<Value>(&answer).unwrap()["index"].as_u64();
    node.wait("it is witnessed", |status| {
        authority(status, "FR")["witnessed"].as_u64() > index
    });
    node.kill();
    witness.kill();

    // The one comes back from an older copy, the other with an empty data folder and what it signed.
    for part in ["data", "state", "run"] {
        std::fs::remove_dir_all(folder.join(part)).unwrap();
        if copy.join(part).exists() {
            copy_tree(&copy.join(part), &folder.join(part));
        }
    }
    std::fs::remove_dir_all(network.node("COE").join("data")).unwrap();
    let witness = network.start("COE", &[]);
    let node = network.start("FR", &witness.addresses);
    witness.wait("it holds what the other still has", |status| {
        authority(status, "FR")["have"].as_u64() > Some(0)
    });
    let body = administrator.put("practice/beside", "beside");
    let (code, answer) = exchange(&node.socket, "POST", "/v1/updates", &body).unwrap();
    assert_eq!(code, 503, "{}", String::from_utf8_lossy(&answer));
    let (_, status) = node.get("/v1/status");
    assert_eq!(status["guard"]["state"], "waiting", "{status}");
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy_tree(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}
