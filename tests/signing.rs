//! Rules that ask for two administrators: an update waits, for all of its authority to see, until the second has signed.

use crate::support::founded::{Founded, PASS};
use crate::support::{Administrator, Node, authority, exchange, practice, wait_for};
use crate::transcripts::blocks;
use crate::transcripts::sandbox::Shell;
use serde_json::{Value, json};

const GUIDE: &str = include_str!("../docs/guides/administrator.md");

const ANA: &str = "--key FR-ana.age --passphrase-file pass";
const BEN: &str = "--key FR-ben.age --passphrase-file pass";

fn network() -> (Founded, Vec<Node>) {
    network_of("FR", 2)
}

// So many administrators of this authority must sign a practice.
fn network_of(code: &str, needed: u32) -> (Founded, Vec<Node>) {
    let network = Founded::new(&[code, "DE"]);
    let nodes = network.start_all(&[code, "DE"]);
    for node in &nodes {
        node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    }
    let asks = format!("--for administrator --authority {code} --charter network.charter");
    network.good(&format!("key new cat {asks} --sample {PASS}"));
    network.good(&format!(
        "mandate grant --root {code}-root.age --administrator cat.pub --function desk --rule practice={needed} \
         --charter network.charter -o rules {PASS}"
    ));
    network.at(&nodes[0], "mandate import rules");
    let third = network.good("--json key show cat.pub");
    let third: Value = serde_json::from_str(&third).unwrap();
    wait_for("the third administrator and the rule are in the log", || {
        let listed = network
            .at(&nodes[0], &format!("mandate list -a {code}"))
            .to_string();
        match listed.contains(third["keys"][0]["key_id"].as_str().unwrap()) {
            true => Ok(()),
            false => Err(listed),
        }
    });
    (network, nodes)
}

fn publish(network: &Founded, node: &Node, title: &str, keys: &str) -> Value {
    let file = "practice.patrol.json";
    network.write(file, &practice(title));
    network.at(
        node,
        &format!("publish {file} --previous {} {keys}", version(network, node)),
    )
}

fn version(network: &Founded, node: &Node) -> String {
    let ran = network.run_at(node, "get FR/practice/patrol");
    let found: Value = serde_json::from_str(&ran.out).unwrap_or_default();
    let previous = &found["previous"];
    match previous["index"].as_u64() {
        Some(index) => format!("{}.{index}", previous["epoch"]),
        None => "none".to_owned(),
    }
}

fn hash(outcome: &Value) -> String {
    assert_eq!(outcome["published"], false, "{outcome}");
    outcome["waiting"]["hash"].as_str().unwrap().to_owned()
}

fn signatures(network: &Founded, node: &Node) -> Vec<Value> {
    let inbox = network.at(node, "inbox");
    let items = inbox["items"].as_array().unwrap().iter();
    items
        .filter(|item| item["sort"] == "signature")
        .cloned()
        .collect()
}

#[test]
fn an_update_waits_for_its_second_signature_over_a_kill_and_is_then_published() {
    let (network, mut nodes) = network();
    let outcome = publish(&network, &nodes[0], "Patrols on foot", ANA);
    let update = hash(&outcome);
    assert_eq!(outcome["waiting"]["needed"], 2);
    assert_eq!(network.run_at(&nodes[0], "get FR/practice/patrol").code, 4);

    nodes.remove(0).kill();
    let node = network.start("FR", &nodes[0].addresses);
    // Quorum heads are written down within a second: what the kill took is cosigned anew.
    node.wait("the own log is live and witnessed", |status| {
        let own = authority(status, "FR");
        status["guard"]["state"] == "live" && own["witnessed"] == own["have"]
    });
    let [waiting] = &signatures(&network, &node)[..] else {
        panic!("one update waits");
    };
    assert_eq!(
        waiting["text"],
        "put practice/patrol: 1 of 2 administrators have signed"
    );
    assert_eq!(waiting["next"], format!("liaison draft sign {update} --key KEY"));
    assert_eq!(network.run_at(&node, "inbox --fail-if-any").code, 1);
    let shown = network.good(&format!("-N {} draft show {update}", node.socket.display()));
    assert!(shown.contains("Patrols on foot"), "{shown}");

    // One administrator counts once, and a key without a mandate not at all.
    let again = network.at(&node, &format!("draft sign {update} {ANA}"));
    assert_eq!(again["waiting"]["signers"].as_array().unwrap().len(), 1);
    let foreign = network.run_at(&node, &format!("draft sign {update} --key DE-ana.age {PASS}"));
    assert_eq!(foreign.code, 1, "{foreign:?}");
    let signed = network.at(&node, &format!("draft sign {update} {BEN} --wait witnessed"));
    assert_eq!(
        (&signed["published"], &signed["settled"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(signatures(&network, &node), Vec::<Value>::new());
    let standing = network.at(&node, "get FR/practice/patrol");
    assert_eq!(standing["signers"].as_array().unwrap().len(), 2);
    assert_eq!(
        network.run_at(&node, &format!("draft sign {update} {BEN}")).code,
        4
    );
}

#[test]
fn an_update_whose_record_moved_on_is_signed_by_nobody_and_can_be_given_up() {
    let (network, nodes) = network();
    let node = &nodes[0];
    let update = hash(&publish(&network, node, "By one", ANA));
    let both = format!("--key FR-ana.age --key FR-ben.age {PASS}");
    assert_eq!(
        publish(&network, node, "By both at once", &both)["published"],
        true
    );

    let refused = network.run_at(node, &format!("draft sign {update} {BEN}"));
    assert_eq!(refused.code, 5, "{refused:?}");
    let [waiting] = &signatures(&network, node)[..] else {
        panic!("it still waits");
    };
    let text = waiting["text"].as_str().unwrap();
    assert!(
        text.contains("can no longer be published: practice/patrol: previous is none"),
        "{text}"
    );
    let shown = network.at(node, &format!("draft show {update}"));
    assert_eq!(shown["changes"][0]["action"], "put", "{shown}");
    network.at(node, &format!("draft reject {update} --reason outdated"));
    assert_eq!(signatures(&network, node), Vec::<Value>::new());
    assert_eq!(
        network.at(node, "get FR/practice/patrol")["signers"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn a_draft_is_published_by_the_last_of_those_who_sign() {
    let (network, nodes) = network();
    let node = &nodes[0];
    network.write("practice.patrol.json", &practice("Drafted"));
    let id = network.at(node, "draft new practice.patrol.json")["id"]
        .as_str()
        .unwrap()
        .to_owned();
    network.at(node, &format!("draft submit {id}"));
    let update = hash(&network.at(node, &format!("draft sign {id} {ANA}")));
    let step = || network.at(node, &format!("draft show {id}"))["draft"]["step"].clone();
    assert_eq!(step(), "submitted");
    let listed = network.at(node, "draft list");
    assert_eq!(listed["waiting"][0]["hash"], update);
    // The inbox leads to the update and not to a second one, and nor does the draft.
    let items = network.at(node, "inbox")["items"].as_array().unwrap().clone();
    assert_eq!((items.len(), &items[0]["sort"]), (1, &json!("signature")));
    let again = network.run_at(node, &format!("draft sign {id} {BEN}"));
    assert!(again.code == 1 && again.err.contains(&update), "{again:?}");
    network.at(node, &format!("draft sign {update} {BEN}"));
    assert_eq!(step(), "published");
}

#[test]
fn an_import_makes_an_update_that_waits_once() {
    let (network, nodes) = network();
    let node = &nodes[0];
    std::fs::create_dir(network.path("profile")).unwrap();
    network.write("profile/practice.patrol.json", &practice("Imported"));
    let import = || network.at(node, &format!("import profile {ANA}"));
    let first = import();
    assert_eq!(
        (&first["entries"], &first["waiting"][0]["record"]),
        (&json!([]), &json!("FR/practice/patrol"))
    );
    let second = import();
    network.write("profile/practice.patrol.json", &practice("Changed meanwhile"));
    let changed = network.run_at(node, &format!("import profile {ANA}"));
    assert!(
        changed.code == 5 && changed.err.contains("waits for signatures with another change"),
        "{changed:?}"
    );
    network.write("profile/practice.patrol.json", &practice("Imported"));
    let awaited = network.run_at(node, &format!("import profile {ANA} --wait witnessed"));
    assert_eq!(awaited.code, 0, "nothing is left to be published: {awaited:?}");
    assert_eq!(
        (&second["records"], &second["waiting"]),
        (&json!([]), &first["waiting"])
    );
    assert_eq!(signatures(&network, node).len(), 1);
    let update = first["waiting"][0]["update"].as_str().unwrap();
    network.at(node, &format!("draft sign {update} {BEN}"));
    let third = import();
    assert_eq!((&third["unchanged"], &third["waiting"]), (&json!(1), &json!([])));
}

#[test]
fn what_could_never_count_does_not_wait_and_a_dead_signature_is_in_nobodys_way() {
    let (network, nodes) = network_of("FR", 3);
    let node = &nodes[0];
    let all = format!("--key FR-ana.age --key FR-ben.age --key cat.age {PASS}");
    assert_eq!(publish(&network, node, "By all", &all)["published"], true);
    // It lacks signatures, and it is based on nothing.
    let ana = Administrator::with(&network.path("FR-ana.age"), "FR", node);
    let stale = ana.put("practice/patrol", "played again");
    let (code, answer) = exchange(&node.socket, "POST", "/v1/updates", &stale).unwrap();
    assert_eq!(code, 409, "{}", String::from_utf8_lossy(&answer));
    assert_eq!(signatures(&network, node), Vec::<Value>::new());

    let update = hash(&publish(&network, node, "By two", ANA));
    let signed = |key: &str| network.at(node, &format!("draft sign {update} {key}"))["waiting"].clone();
    assert_eq!(signed(BEN)["signers"].as_array().unwrap().len(), 2);
    let status = node.get("/v1/status").1;
    let origin = crate::support::authority(&status, "FR")["origin_hash"]
        .as_str()
        .unwrap();
    let (_, checkpoint) = exchange(&node.socket, "GET", &format!("/{origin}/checkpoint"), &[]).unwrap();
    network.write("FR.checkpoint", &checkpoint);
    network.good(&format!(
        "mandate revoke FR-ana.pub --root FR-root.age --at FR.checkpoint -o ana.revocation {PASS}"
    ));
    network.at(node, "mandate import ana.revocation");
    wait_for("one signature no longer counts", || {
        let waiting = network.at(node, "draft list")["waiting"][0].clone();
        match waiting["signers"].as_array().unwrap().len() {
            1 => Ok(()),
            _ => Err(waiting.to_string()),
        }
    });
    let refused = network.run_at(node, &format!("draft sign {update} {ANA}"));
    assert!(
        refused.code == 1 && refused.err.contains("revoked"),
        "{refused:?}"
    );
    let cat = signed(&format!("--key cat.age {PASS}"));
    assert_eq!(
        (cat["signers"].as_array().unwrap().len(), &cat["needed"]),
        (2, &json!(3)),
        "{cat}"
    );
}

// What the guide shows under Signing together, with what each command prints.
#[test]
fn the_guide_shows_what_signing_together_prints() {
    let (network, nodes) = network_of("AD", 2);
    let shell = Shell::default();
    let desk = network.path("desk");
    std::fs::create_dir(&desk).unwrap();
    for (from, to) in [("pass", "pass"), ("AD-ana.age", "ana.age")] {
        std::fs::copy(network.path(from), desk.join(to)).unwrap();
    }
    let context = format!("liaison context add own --socket {}", nodes[0].socket.display());
    shell.prepare(&desk, &context);
    network.write("desk/practice.boats.json", &practice("Boats"));
    let blocks = blocks(GUIDE).into_iter();
    let mut steps = 0;
    for block in blocks.filter(|block| block.section == "Signing together") {
        for step in block.steps() {
            if let Err(problem) = shell.run(&desk, &step) {
                panic!("the block at line {}:\n{problem}", block.at);
            }
            steps += 1;
        }
    }
    assert_eq!(steps, 2);
}
