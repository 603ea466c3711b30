//! What was published anywhere is found at every node, in its own language, and no longer when it was withdrawn; an
//! index that is damaged or removed comes back from the logs.

use crate::support::founded::{Founded, PASS};
use crate::support::{Node, wait_for};
use serde_json::{Value, json};

fn practice(language: &str, title: &str) -> Vec<u8> {
    let record = json!({
        "about": {"language": language, "topics": ["body-worn-cameras"]},
        "title": {language: title},
        "category": "practice",
    });
    record.to_string().into_bytes()
}

fn publish(network: &Founded, node: &Node, code: &str, file: &str, record: &[u8]) {
    network.write(file, record);
    let line = format!("publish {file} --key {code}-ana.age {PASS}");
    network.at(node, &line);
}

fn references(found: &Value) -> Vec<&str> {
    let hits = found["hits"].as_array().unwrap();
    let mut references: Vec<&str> = hits
        .iter()
        .map(|hit| hit["reference"].as_str().unwrap())
        .collect();
    references.sort_unstable();
    references
}

// Waits until a search at a node finds these and nothing else.
fn finds(network: &Founded, node: &Node, search: &str, wanted: &[&str]) -> Value {
    wait_for(search, || {
        let ran = network.run_at(node, &format!("search {search}"));
        // A node that has just started opens its index first.
        if ran.code == 7 {
            return Err(ran.err);
        }
        let found: Value = serde_json::from_str(&ran.out).unwrap();
        match references(&found) == wanted && found["behind"] == 0 {
            true => Ok(found),
            false => Err(format!("{found:#}")),
        }
    })
}

#[test]
fn what_is_published_anywhere_is_found_everywhere_until_it_is_withdrawn() {
    let network = Founded::new(&["PT", "LV", "GE"]);
    let nodes = network.start_all(&["PT", "LV", "GE"]);
    for node in &nodes {
        node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    }
    for ((code, node), (language, title)) in ["PT", "LV", "GE"].into_iter().zip(&nodes).zip([
        ("pt", "Câmaras corporais dos agentes"),
        ("lv", "Policistu ķermeņa kameras"),
        ("ka", "პოლიციელთა სამხრე კამერები"),
    ]) {
        let file = format!("practice.{}.json", code.to_lowercase());
        publish(&network, node, code, &file, &practice(language, title));
    }
    let all = ["GE/practice/ge", "LV/practice/lv", "PT/practice/pt"];
    for node in &nodes {
        for words in [
            "body cameras",
            "caméras-piétons",
            "body-worn-cameras",
            "-t body-worn-cameras",
        ] {
            finds(&network, node, words, &all);
        }
        finds(&network, node, "câmara agente", &["PT/practice/pt"]);
        finds(&network, node, "ķermeņa kamer", &["LV/practice/lv"]);
        finds(&network, node, "სამხრე", &["GE/practice/ge"]);
        finds(&network, node, "body cameras -a LV", &["LV/practice/lv"]);
    }
    let listed = network.at(&nodes[1], "list -t body-worn-cameras");
    let listed: Vec<&Value> = listed["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["reference"])
        .collect();
    assert_eq!(json!(listed), json!(all));
    let found = finds(&network, &nodes[0], "kamera", &["LV/practice/lv"]);
    let hit = &found["hits"][0];
    assert_eq!(hit["heading"], "Policistu ķermeņa kameras");
    assert_eq!(
        hit["snippet"],
        json!({"path": "title", "language": "lv", "text": "Policistu ķermeņa kameras", "marks": [[18, 25]]})
    );
    assert_eq!(
        found["facets"]["kind"],
        json!([{"value": "practice", "count": 1}])
    );

    // In another form, then not at all.
    publish(
        &network,
        &nodes[1],
        "LV",
        "practice.lv.json",
        &practice("lv", "Zirgi"),
    );
    finds(&network, &nodes[2], "zirg", &["LV/practice/lv"]);
    finds(&network, &nodes[2], "kamera", &[]);
    network.at(
        &nodes[1],
        &format!("withdraw LV/practice/lv --key LV-ana.age {PASS}"),
    );
    finds(
        &network,
        &nodes[2],
        "body cameras",
        &["GE/practice/ge", "PT/practice/pt"],
    );
}

#[test]
fn an_index_that_is_damaged_or_removed_is_made_anew() {
    let network = Founded::new(&["FR"]);
    let live = || {
        let node = network.start("FR", &[]);
        node.wait("the own log is live", |status| status["guard"]["state"] == "live");
        node
    };
    let node = live();
    publish(
        &network,
        &node,
        "FR",
        "practice.a.json",
        &practice("fr", "Les chevaux"),
    );
    finds(&network, &node, "chevaux", &["FR/practice/a"]);
    node.kill();

    let index = network.node("FR").join("data/search");
    std::fs::write(index.join("meta.json"), b"{").unwrap();
    let node = live();
    finds(&network, &node, "chevaux", &["FR/practice/a"]);
    assert!(
        node.log().contains("the search index is made anew"),
        "{}",
        node.log()
    );
    assert_eq!(node.terminate(), 0);

    network.good("node rebuild --config FR/node.toml");
    assert!(!index.exists());
    let node = live();
    finds(&network, &node, "chevaux", &["FR/practice/a"]);
    assert_eq!(node.terminate(), 0);
}
