//! A Latvian contributor asks Portugal how body cameras are regulated; the answer is drafted, signed, found and proven.

use std::fs;
use std::process::Stdio;

use crate::support::founded::{Founded, PASS, Ran, command};
use crate::support::{Node, exchange, practice, wait_for};
use serde_json::{Value, json};

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
fn what_another_authority_suggests_becomes_a_draft_and_a_rejected_one_is_an_answer() {
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
    let rejected = network.at(portugal, &accept)["id"].as_str().unwrap().to_owned();
    network.at(portugal, &format!("draft reject {rejected} --reason outdated"));
    assert_eq!(inbox(&network, portugal), Vec::<Value>::new());

    // Suggested once more it waits once more.
    network.at(latvia, &format!("publish {file} --key LV-ana.age {PASS}"));
    waits(&network, portugal, "suggestion");
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

// A draft, its id.
fn made(network: &Founded, node: &Node, line: &str) -> String {
    network.at(node, line)["id"].as_str().unwrap().to_owned()
}

fn title(network: &Founded, node: &Node, id: &str) -> String {
    let shown = network.at(node, &format!("draft show {id}"));
    shown["draft"]["content"]["title"]["en"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn of_two_who_edit_a_draft_nobody_overwrites_the_other_unseen() {
    let (network, nodes) = network();
    let node = &nodes[1];
    network.write("practice.x.json", &practice("one"));
    let id = made(&network, node, "draft new practice.x.json");
    network.at(node, &format!("draft show {id} -o mine.json"));
    network.at(node, &format!("draft show {id} -o yours.json"));
    let again = network.run_at(node, &format!("draft show {id} -o yours.json"));
    assert_ne!(again.code, 0, "no file is written over: {again:?}");
    network.write("mine.json", &practice("mine"));
    network.write("yours.json", &practice("yours"));
    network.at(node, "draft edit yours.json");
    let stale = network.run_at(node, "draft edit mine.json");
    assert_eq!(stale.code, 5, "{stale:?}");
    assert_eq!(title(&network, node, &id), "yours");
    // The note goes with the file: it is edited again from what it made.
    network.write("yours.json", &practice("ours"));
    network.at(node, &format!("draft edit {id} yours.json"));
    assert_eq!(title(&network, node, &id), "ours");

    network.write("new.json", &practice("new"));
    for line in [
        format!("draft edit {id} new.json"),
        "draft edit new.json".to_owned(),
    ] {
        let unknown = network.run_at(node, &line);
        assert!(
            unknown.code == 5 && unknown.err.contains("draft show"),
            "{unknown:?}"
        );
    }
    network.at(node, &format!("draft edit {id} new.json --revision 3"));
    assert_eq!(title(&network, node, &id), "new");
}

#[test]
fn a_decision_is_on_what_was_read() {
    let (network, nodes) = network();
    let node = &nodes[1];
    network.write("practice.x.json", &practice("one"));
    let id = made(&network, node, "draft new practice.x.json");
    network.at(node, &format!("draft submit {id}@1"));
    network.write("practice.x.json", &practice("two"));
    network.at(node, "draft edit practice.x.json");
    network.at(node, &format!("draft submit {id}@2"));
    for line in [format!("approve {id}@1"), format!("reject {id}@1 --reason no")] {
        let stale = network.run_at(node, &format!("draft {line}"));
        assert_eq!(stale.code, 5, "{stale:?}");
    }
    // Nobody can be asked here, so that nothing is decided, and what would be is shown.
    let mut asks = command(&network.path(""));
    asks.args(["-N".as_ref(), node.socket.as_os_str()]);
    let asked = Ran::of(asks.args(["draft", "approve", &id]).output().unwrap());
    assert_eq!(asked.code, 2, "{asked:?}");
    for shown in ["practice/x, submitted", "revision   2", "+ two", "approved?"] {
        assert!(asked.err.contains(shown), "{shown}: {asked:?}");
    }
    let step = |id: &str| network.at(node, &format!("draft show {id}"))["draft"]["step"].clone();
    assert_eq!(step(&id), "submitted");
    network.at(node, &format!("draft approve {id}"));
    assert_eq!(step(&id), "approved");
}

#[test]
fn an_entry_carries_what_the_draft_says_or_the_draft_is_not_published() {
    let (network, nodes) = network();
    let node = &nodes[1];
    network.write("practice.x.json", &practice("one"));
    let publish = format!("publish practice.x.json --key PT-ana.age {PASS}");
    let entry = network.at(node, &publish)["index"].as_u64().unwrap();
    let says_so = |id: &str, index: u64| {
        let body = json!({"step": "published", "revision": 1, "index": index}).to_string();
        let path = format!("/v1/drafts/{id}/steps");
        let (status, answer) = exchange(&node.socket, "POST", &path, body.as_bytes()).unwrap();
        (status, String::from_utf8(answer).unwrap())
    };
    let submitted = |line: &str| {
        let id = made(&network, node, line);
        network.at(node, &format!("draft submit {id}@1"));
        id
    };
    // Its file says that it was made from the version that the entry is.
    let same = submitted("draft new practice.x.json");
    let (status, answer) = says_so(&same, entry);
    assert!(status >= 400 && answer.contains("is not newer than"), "{answer}");
    network.write("other.json", &practice("two"));
    let other = submitted("draft new other.json --record practice/x");
    for (index, why) in [
        (entry, "not with what the draft says"),
        (0, "does not put practice/x"),
    ] {
        let (status, answer) = says_so(&other, index);
        assert!(status >= 400 && answer.contains(why), "{answer}");
    }
    network.write("again.json", &practice("one"));
    let again = submitted("draft new again.json --record practice/x");
    let (status, answer) = says_so(&again, entry);
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn a_signed_draft_is_published_before_its_witnesses_are_waited_for() {
    let (network, mut nodes) = network();
    let node = nodes.pop().unwrap();
    nodes.pop().unwrap().kill();
    network.write("practice.x.json", &practice("one"));
    let id = made(&network, &node, "draft new practice.x.json");
    network.at(&node, &format!("draft submit {id}@1"));
    let sign = format!("draft sign {id} --key PT-ana.age --wait witnessed --timeout 600 {PASS}");
    let mut signing = network
        .command(&format!("-N {} {sign}", node.socket.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for("the draft is published", || {
        let shown = network.at(&node, &format!("draft show {id}"));
        let is_published = shown["draft"]["step"] == "published";
        is_published.then_some(()).ok_or_else(|| shown.to_string())
    });
    assert!(signing.try_wait().unwrap().is_none(), "it still waits");
    signing.kill().unwrap();
    signing.wait().unwrap();
}

#[test]
fn a_draft_is_there_after_a_restart_however_deep_it_is() {
    let network = Founded::new(&["PT"]);
    let node = network.start("PT", &[]);
    // With line breaks and indents it would be many times as large.
    let nested = (0..28).fold(json!(1), |within, _| json!([within]));
    let deep = json!({"title": {"en": "deep"}, "x": vec![nested; 15_000]});
    network.write("practice.deep.json", deep.to_string().as_bytes());
    let id = made(&network, &node, "draft new practice.deep.json");
    assert_eq!(node.terminate(), 0);

    let folder = network.node("PT").join("data/drafts");
    let kept = fs::metadata(folder.join(format!("{id}.json"))).unwrap().len();
    assert!(kept < 4 << 20, "{kept}");
    fs::copy(folder.join(format!("{id}.json")), folder.join("copy.json")).unwrap();
    fs::write(folder.join("notes.txt"), "x").unwrap();
    let node = network.start("PT", &[]);
    let listed = network.at(&node, "draft list");
    assert_eq!(listed["drafts"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(title(&network, &node, &id), "deep");
    for left in ["copy.json", "notes.txt"] {
        assert!(node.log().contains(left), "{left}: {}", node.log());
    }
}

#[test]
fn a_revoked_key_waits_for_no_new_mandate() {
    let (network, nodes) = network();
    let node = &nodes[1];
    network.good(&format!(
        "key new PT-cleo --for administrator --authority PT --charter network.charter --sample {PASS}"
    ));
    network.good(&format!(
        "mandate grant --administrator PT-cleo.pub --function desk --valid-days 5 --root PT-root.age \
         --charter network.charter -o cleo.grant {PASS}"
    ));
    network.at(node, "mandate import cleo.grant");
    assert!(
        waits(&network, node, "key")["text"]
            .as_str()
            .unwrap()
            .contains("desk")
    );
    network.good(&format!(
        "mandate revoke PT-cleo.pub --root PT-root.age --at 0 -o cleo.revocation {PASS}"
    ));
    network.at(node, "mandate import cleo.revocation");
    assert_eq!(inbox(&network, node), Vec::<Value>::new());
}
