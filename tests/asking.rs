//! A Latvian contributor asks Portugal how body cameras are regulated; the answer is drafted, signed, found and proven.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests may panic as tests do"
)]

#[allow(dead_code)]
mod support;

use serde_json::{Value, json};
use support::founded::{Founded, PASS, Ran};
use support::{Node, practice, wait_for};

const ANSWER: &str = "h4c8r2v6y0p3s7d1g5j9";

fn network() -> (Founded, Vec<Node>) {
    let network = Founded::new(&["LV", "PT"]);
    let nodes = network.start_all(&["LV", "PT"]);
    for node in &nodes {
        node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    }
    (network, nodes)
}

fn draft(network: &Founded, node: &Node, file: &str, record: &Value) -> String {
    network.write(file, record.to_string().as_bytes());
    let made = network.at(node, &format!("draft new {file}"));
    made["id"].as_str().unwrap().to_owned()
}

fn inbox(network: &Founded, node: &Node) -> Vec<Value> {
    network.at(node, "inbox")["items"].as_array().unwrap().clone()
}

// Waits until something of this sort is in an inbox.
fn waits(network: &Founded, node: &Node, sort: &str) -> Value {
    wait_for(sort, || {
        let items = inbox(network, node);
        let found = items.iter().find(|item| item["sort"] == sort).cloned();
        found.ok_or_else(|| format!("{items:?}"))
    })
}

#[test]
fn a_question_is_asked_answered_found_and_proven() {
    let (network, nodes) = network();
    let [latvia, portugal] = &nodes[..] else {
        unreachable!()
    };
    assert_eq!(inbox(&network, portugal), Vec::<Value>::new());

    let question = json!({
        "about": {"language": "lv", "topics": ["body-worn-cameras"]},
        "title": {"lv": "Kā tiek regulētas ķermeņa kameras?", "en": "How are body cameras regulated?"},
        "purpose": "request",
        "text": {"lv": "Kad tās drīkst ieslēgt?"},
        "addressees": ["PT"],
        "deadline": "2099-01-01T00:00Z",
    });
    let id = draft(&network, latvia, "exchange.cameras.json", &question);
    network.at(latvia, &format!("draft submit {id}"));
    let waiting = waits(&network, latvia, "draft");
    assert_eq!(waiting["next"], format!("liaison draft show {id}"));
    network.at(latvia, &format!("draft sign {id} --key LV-ana.age {PASS}"));
    assert_eq!(
        network.at(latvia, &format!("draft show {id}"))["draft"]["step"],
        "published"
    );

    let asked = waits(&network, portugal, "exchange");
    assert_eq!(asked["reference"], "LV/exchange/cameras");
    assert_eq!(asked["text"], "How are body cameras regulated?");
    assert_eq!(network.run_at(portugal, "inbox --fail-if-any").code, 1);

    // A draft may lack something, and says what; it is given back and changed before it is signed.
    let mut answer = json!({
        "about": {"language": "pt", "topics": ["body-worn-cameras"]},
        "answers": "LV/exchange/cameras",
    });
    let file = format!("contribution.{ANSWER}.json");
    let id = draft(&network, portugal, &file, &answer);
    let refused = network.run_at(portugal, &format!("draft submit {id}"));
    assert!(
        refused.code == 1 && refused.err.contains("text: it is missing"),
        "{refused:?}"
    );
    answer["text"] = json!({"pt": "A lei permite câmaras de uso individual com autorização."});
    network.write(&file, answer.to_string().as_bytes());
    network.at(portugal, &format!("draft edit {id} {file}"));
    network.at(portugal, &format!("draft submit {id}"));
    network.at(portugal, &format!("draft reject {id} --reason shorter"));
    network.at(portugal, &format!("draft edit {id} {file}"));
    network.at(portugal, &format!("draft submit {id}"));
    network.at(portugal, &format!("draft approve {id}"));
    network.at(
        portugal,
        &format!("draft sign {id} --key PT-ana.age --wait witnessed {PASS}"),
    );
    assert_eq!(inbox(&network, portugal), Vec::<Value>::new());

    let found = wait_for("the answer is found", || {
        let found = network.at(latvia, "search câmara autorização");
        let hits = found["hits"].as_array().unwrap().clone();
        hits.into_iter().next().ok_or_else(|| found.to_string())
    });
    let reference = format!("PT/contribution/{ANSWER}");
    assert_eq!(found["reference"], reference);
    network.at(latvia, &format!("prove {reference} -o answer.liaison"));
    let id = latvia.get("/v1/status").1["network"].as_str().unwrap().to_owned();
    let proven: Value =
        serde_json::from_str(&network.good(&format!("--json verify answer.liaison --network {id}"))).unwrap();
    assert_eq!(proven["report"]["authority"], "PT");
}

#[test]
fn a_draft_of_an_older_version_is_refused_before_it_is_signed() {
    let (network, nodes) = network();
    let node = &nodes[1];
    let publish = |title: &str, version: &str| -> Ran {
        network.write("practice.x.json", &practice(title));
        network.run_at(
            node,
            &format!("publish practice.x.json {version} --key PT-ana.age {PASS}"),
        )
    };
    assert_eq!(publish("one", "").code, 0);
    network.at(node, "get PT/practice/x -o seen.json --json");
    let id = network.at(node, "draft new seen.json --record practice/x")["id"].clone();
    let id = id.as_str().unwrap();
    network.at(node, &format!("draft submit {id}"));
    let shown = network.at(node, &format!("draft show {id}"));
    assert_eq!(shown["differences"], json!([]), "{shown}");
    assert_eq!(publish("two", "").code, 0);
    let stale = network.run_at(node, &format!("draft sign {id} --key nowhere.age {PASS}"));
    assert_eq!(stale.code, 5, "{stale:?}");
    let shown = network.at(node, &format!("draft show {id}"));
    assert_eq!(shown["differences"][0]["before"], "two", "{shown}");
}

#[test]
fn what_another_authority_suggests_becomes_a_draft() {
    let (network, nodes) = network();
    let [latvia, portugal] = &nodes[..] else {
        unreachable!()
    };
    let suggested: Value = serde_json::from_slice(&practice("As seen in an annual report")).unwrap();
    let suggestion = json!({
        "about": {"language": "en"}, "authority": "PT", "record": "practice/report", "content": suggested,
    });
    let file = format!("suggestion.{ANSWER}.json");
    network.write(&file, suggestion.to_string().as_bytes());
    network.at(latvia, &format!("publish {file} --key LV-ana.age {PASS}"));
    let waiting = waits(&network, portugal, "suggestion");
    let accept = waiting["next"]
        .as_str()
        .unwrap()
        .strip_prefix("liaison ")
        .unwrap()
        .to_owned();
    let made = network.at(portugal, &accept);
    assert_eq!(
        (&made["record"], &made["content"]),
        (&json!("practice/report"), &suggested)
    );
    let id = made["id"].as_str().unwrap();
    network.at(portugal, &format!("draft submit {id}"));
    network.at(portugal, &format!("draft sign {id} --key PT-ana.age {PASS}"));
    let items = inbox(&network, portugal);
    assert_eq!(items, Vec::<Value>::new());
}
