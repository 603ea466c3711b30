//! An authority that lost everything but its root key comes back, with the commands of the operator
//! guide, and its log goes on without a fork.

use crate::support::founded::{Founded, PASS};
use crate::support::{Node, authority, practice};

#[test]
fn an_authority_that_lost_everything_but_its_root_key_comes_back_without_a_fork() {
    let network = Founded::new(&["FR", "DE", "ES"]);
    let mut nodes = network.start_all(&["DE", "ES", "FR"]);
    publish(&network, &nodes[2], "before");
    let before = nodes[0].wait("others hold the last head", |status| {
        let log = authority(status, "FR");
        log["updates"] == 1 && log["witnessed"] == log["have"]
    });
    nodes.pop().unwrap().kill();
    std::fs::remove_dir_all(network.path("FR")).unwrap();

    // New keys, mandated by the root key; the old ones end.
    network.make_node("FR");
    network.good(&format!(
        "mandate grant FR/FR.request --root FR-root.age -o again.grant {PASS}"
    ));
    let head = network.good(&format!("-N {} log head FR", nodes[0].socket.display()));
    network.write("fr.checkpoint", head.as_bytes());
    revoke(&network, &nodes[0]);
    // Imported at one node, known at the other by gossip.
    let import = "mandate import again.grant log.revocation cosigner.revocation node.revocation";
    assert_eq!(network.at(&nodes[0], import)["added"], 6);

    // The new node begins at the node to which gossip brought its mandate.
    let back = network.start("FR", &nodes[1].addresses);
    let live = back.wait("the own log is live again", |status| {
        status["guard"]["state"] == "live"
    });
    assert!(authority(&live, "FR")["have"].as_u64() >= authority(&before, "FR")["have"].as_u64());
    publish(&network, &back, "after");
    let own = back.wait("all is witnessed", |status| {
        let log = authority(status, "FR");
        log["updates"] == 2 && log["witnessed"] == log["have"]
    });
    let own = authority(&own, "FR");
    for node in nodes.iter().chain([&back]) {
        node.wait("all hold the same tree and effects, witnessed", |status| {
            let log = authority(status, "FR");
            ["have", "root", "witnessed", "effect_digest"]
                .iter()
                .all(|part| log[part] == own[part])
        });
    }
    // The same tree went on: the last head before the loss is a part of it.
    assert_eq!(own["void"], serde_json::json!({}));
    network.at(&nodes[0], "log check FR");
    network.at(&back, "get FR/practice/before");
}

// A log key ends at the last head that counts, the others end now.
fn revoke(network: &Founded, node: &Node) {
    for (role, at) in [("log", "--at fr.checkpoint"), ("cosigner", ""), ("node", "")] {
        let key = network.key_of("FR", role, node);
        network.good(&format!(
            "mandate revoke {key} --root FR-root.age {at} -o {role}.revocation {PASS}"
        ));
    }
}

fn publish(network: &Founded, node: &Node, slug: &str) {
    let file = format!("practice.{slug}.json");
    network.write(&file, &practice("x"));
    let ran = network.run_at(
        node,
        &format!("publish {file} --key FR-ana.age --wait witnessed --timeout 120 {PASS}"),
    );
    assert_eq!(ran.code, 0, "{ran:?}");
}
