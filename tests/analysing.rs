//! What an analysis said at one node another says again, byte for byte, from its manifest, whatever was published since;
//! and records are read as they stood at a checkpoint or a witnessed time.

use crate::support::founded::{Founded, PASS};
use crate::support::{Node, wait_for};
use liaison_records::sample;
use serde_json::{Value, json};

const RATE: &str = "analyse rate --indicator complaints-received";

// A member, and the secretariat, which alone may publish a catalogue.
fn founded() -> Founded {
    let network = Founded::new(&["PT"]);
    network.enters("COE");
    network.good("network propose admit COE.grant --standing secretariat --witness");
    network.council_signs("version-3.charter");
    network.good("network apply version-3.charter --charter network.charter");
    for code in ["PT", "COE"] {
        let charter = network.node(code).join("network.charter");
        std::fs::copy(network.path("network.charter"), charter).unwrap();
    }
    network
}

fn start(network: &Founded, codes: &[&str]) -> Vec<Node> {
    let nodes = network.start_all(codes);
    for node in &nodes {
        node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    }
    nodes
}

fn write_samples(network: &Founded, code: &str, records: Vec<sample::SampleRecord>, wanted: &[&str]) {
    std::fs::create_dir_all(network.path(code).join("records")).unwrap();
    for record in records
        .into_iter()
        .filter(|record| wanted.contains(&record.name.as_str()))
    {
        let file = format!("{code}/records/{}.json", record.name.replace('/', "."));
        network.write(&file, record.content.to_string().as_bytes());
    }
}

fn import(network: &Founded, node: &Node, code: &str) -> Value {
    network.at(
        node,
        &format!("import {code}/records --key {code}-ana.age {PASS}"),
    )
}

// Waits until a node has so many records of States, all witnessed and here, and the catalogue.
fn knows(network: &Founded, node: &Node, count: usize) {
    wait_for("all records are witnessed and held", || {
        let coverage = network.run_at(node, "analyse coverage");
        let found: Value = serde_json::from_str(&coverage.out).unwrap_or_default();
        let rate = network.run_at(node, RATE);
        let all = found["entries"].as_array().map(Vec::len) == Some(count);
        match all && rate.code == 0 && rate.out.contains("\"unread\":[]") {
            true => Ok(()),
            false => Err(format!("{coverage:?}{rate:?}")),
        }
    })
}

fn mark(checkpoint: &Value) -> String {
    format!(
        "{}@{}",
        checkpoint["origin"].as_str().unwrap(),
        checkpoint["size"]
    )
}

fn bytes(network: &Founded, file: &str) -> Vec<u8> {
    std::fs::read(network.path(file)).unwrap()
}

#[test]
fn an_analysis_is_repeated_byte_for_byte_at_another_node_whatever_came_since() {
    let network = founded();
    let nodes = start(&network, &["PT", "COE"]);
    let of_portugal = [
        "authority/self",
        "series/complaints-received",
        "series/population",
    ];
    write_samples(&network, "PT", sample::of_state("PT"), &of_portugal);
    write_samples(
        &network,
        "COE",
        sample::of_secretariat(),
        &["indicator/complaints-received"],
    );
    for (node, code) in nodes.iter().zip(["PT", "COE"]) {
        import(&network, node, code);
    }
    nodes.iter().for_each(|node| knows(&network, node, 3));

    let first = network.at(&nodes[0], &format!("{RATE} --manifest m.json -o first.json"));
    assert_eq!(
        serde_json::from_slice::<Value>(&bytes(&network, "first.json")).unwrap(),
        first
    );
    let rows = first["rows"].as_array().unwrap();
    let totals: Vec<&Value> = rows.iter().filter(|row| row[1].is_null()).collect();
    let last = totals.last().unwrap().as_array().unwrap();
    assert_eq!(last[..4], [json!("PT"), json!(null), json!("2024"), json!(1511)]);
    assert_eq!(last[6], 14.13);
    assert_eq!(totals[0][3], 711);
    assert_eq!(
        totals[0][6],
        Value::Null,
        "there is no population of about 2014: {first}"
    );
    let entries = first["entries"].as_array().unwrap().iter();
    let named: Vec<&str> = entries
        .map(|entry| entry["reference"].as_str().unwrap())
        .collect();
    assert_eq!(
        named,
        [
            "COE/indicator/complaints-received",
            "PT/authority/self",
            "PT/series/complaints-received",
            "PT/series/population"
        ]
    );

    let again = network.run_at(&nodes[1], "analyse --replay m.json -o again.json");
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(bytes(&network, "again.json"), bytes(&network, "first.json"));

    // A newer version of a series, and one that is withdrawn.
    let file = "PT/records/series.complaints-received.json";
    let mut series: Value = serde_json::from_slice(&bytes(&network, file)).unwrap();
    series["values"][0]["value"] = 1.into();
    network.write(file, series.to_string().as_bytes());
    import(&network, &nodes[0], "PT");
    network.at(
        &nodes[0],
        &format!("withdraw PT/authority/self --key PT-ana.age {PASS}"),
    );
    for (node, name) in nodes.iter().zip(["portugal", "secretariat"]) {
        knows(&network, node, 2);
        let newer = network.at(node, RATE);
        assert_ne!(newer["rows"], first["rows"]);
        let line = format!("analyse --replay m.json -o {name}.json");
        assert_eq!(network.run_at(node, &line).code, 0);
        assert_eq!(
            bytes(&network, &format!("{name}.json")),
            bytes(&network, "first.json")
        );
    }

    cannot_be_repeated(&network, &nodes[0]);
}

// What a node cannot answer again it says, and with which part of the manifest it is.
fn cannot_be_repeated(network: &Founded, node: &Node) {
    let manifest: Value = serde_json::from_slice(&bytes(network, "m.json")).unwrap();
    let cases = [
        ("/checkpoints/1/size", json!(9999), "and not up to 9999"),
        ("/checkpoints/0/root", json!("00".repeat(32)), "another root"),
        (
            "/entries/2/digest",
            json!("11".repeat(32)),
            "PT/series/complaints-received",
        ),
        ("/outcome", json!("22".repeat(32)), "another outcome"),
    ];
    for (number, (place, value, told)) in cases.into_iter().enumerate() {
        let mut other = manifest.clone();
        *other.pointer_mut(place).unwrap() = value;
        let file = format!("other-{number}.json");
        network.write(&file, other.to_string().as_bytes());
        let ran = network.run_at(node, &format!("analyse --replay {file}"));
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.err.contains(told), "{told}: {ran:?}");
    }
    network.write("broken.json", b"{}");
    assert_eq!(network.run_at(node, "analyse --replay broken.json").code, 1);
    assert_eq!(network.run_at(node, "analyse rate --indicator none").code, 4);
    assert_eq!(network.run_at(node, "analyse rate").code, 2);
    assert_eq!(network.run_at(node, "analyse ranking").code, 2);
}

#[test]
fn records_are_read_as_they_stood() {
    let network = Founded::new(&["FR", "PT"]);
    let nodes = start(&network, &["FR", "PT"]);
    let publish = |title: &str| {
        network.write("practice.a.json", &crate::support::practice(title));
        network.at(
            &nodes[0],
            &format!("publish practice.a.json --wait witnessed --key FR-ana.age {PASS}"),
        )
    };
    publish("Before");
    let then = network.at(&nodes[0], "get FR/practice/a");
    let at = then["witnessed"]["time"].as_u64().unwrap();
    let size = then["previous"]["index"].as_u64().unwrap() + 1;
    let mark_then = format!("{}@{size}", then["origin"].as_str().unwrap());
    // Witnessed time counts in seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    publish("After");
    network.write("practice.b.json", &crate::support::practice("Another"));
    network.at(
        &nodes[0],
        &format!("publish practice.b.json --wait witnessed --key FR-ana.age {PASS}"),
    );
    let time = liaison_records::text::time(at * 1000);

    for node in &nodes {
        wait_for("both versions are here", || {
            let history = network.run_at(node, "history FR/practice/a");
            let two = history.out.matches("\"put\"").count() == 2;
            let b = network.run_at(node, "get FR/practice/b");
            let held =
                b.out.contains("\"held\"") && network.run_at(node, "get FR/practice/a").out.contains("After");
            if two && held {
                Ok(())
            } else {
                Err(format!("{history:?}{b:?}"))
            }
        });
        for when in [&time, &mark_then] {
            let before = network.at(node, &format!("get FR/practice/a --as-of {when}"));
            assert_eq!(
                before["content"]["json"]["title"]["en"], "Before",
                "{when}: {before}"
            );
            assert_eq!(before["previous"], then["previous"]);
            // The checkpoint that it came to leads to the same again.
            let told = mark(&before["checkpoint"]);
            assert_eq!(
                network.at(node, &format!("get FR/practice/a --as-of {told}")),
                before
            );
            let absent = network.run_at(node, &format!("get FR/practice/b --as-of {when}"));
            assert_eq!(absent.code, 4, "{absent:?}");
            assert!(absent.err.contains("did not exist as of"), "{absent:?}");
            let listed = network.at(node, &format!("list FR/practice/* --as-of {when}"));
            assert_eq!(listed["records"].as_array().unwrap().len(), 1, "{listed}");
            assert_eq!(listed["records"][0]["index"], then["previous"]["index"]);
            assert!(
                listed["checkpoints"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|one| mark(one) == told)
            );
        }
    }
    for (when, before) in [(time.as_str(), Some("Before")), ("2001-01-01", None)] {
        let diff = network.at(&nodes[1], &format!("diff FR/practice/a {when}"));
        let mut expected = json!({"path": "title.en", "after": "After"});
        if let Some(before) = before {
            expected["before"] = json!(before);
        }
        let differences = diff["differences"].as_array().unwrap();
        assert!(differences.contains(&expected), "{when}: {diff}");
    }
    let early = network.run_at(&nodes[0], "get FR/practice/a --as-of 2001-01-01");
    assert_eq!(early.code, 4, "{early:?}");
    let beyond = mark_then.rsplit_once('@').unwrap().0;
    let beyond = network.run_at(&nodes[0], &format!("get FR/practice/a --as-of {beyond}@9999"));
    assert_eq!(beyond.code, 3, "{beyond:?}");
    assert_eq!(
        network
            .run_at(&nodes[0], "get FR/practice/a --as-of yesterday")
            .code,
        2
    );
    assert_eq!(
        network
            .run_at(&nodes[0], "get FR/practice/a@3 --as-of 2026-01-01")
            .code,
        2
    );
}

#[test]
fn what_has_no_effect_stands_in_the_history_with_its_reason_and_each_version_with_its_mandate() {
    let network = Founded::new(&["FR", "PT"]);
    let nodes = start(&network, &["FR", "PT"]);
    for (title, key) in [("By the first", "FR-ana"), ("By the second", "FR-ben")] {
        network.write("practice.a.json", &crate::support::practice(title));
        network.at(
            &nodes[0],
            &format!("publish practice.a.json --wait witnessed --key {key}.age {PASS}"),
        );
    }
    network.good(&format!(
        "mandate revoke FR-ben.pub --root FR-root.age --at 0 -o ben.revocation {PASS}"
    ));
    network.at(&nodes[0], "mandate import ben.revocation");
    for node in &nodes {
        let history = wait_for("the second version is void", || {
            let history = network.at(node, "history FR/practice/a");
            let void = history["void"].as_array().unwrap();
            match void.first().map(|void| &void["code"]) {
                Some(code) if code == "revoked" => Ok(history),
                _ => Err(history.to_string()),
            }
        });
        let [version] = &history["versions"].as_array().unwrap()[..] else {
            panic!("one version has effect: {history}");
        };
        let (signer, void) = (&version["signers"][0], &history["void"][0]);
        assert_eq!(
            (&void["action"], &void["change"]),
            (&json!("put"), &json!(0)),
            "{history}"
        );
        let mandate = signer["mandate"].as_u64().unwrap();
        assert!(mandate < version["index"].as_u64().unwrap(), "{history}");
        let shown = network.good(&format!("-N {} history FR/practice/a", node.socket.display()));
        assert!(
            shown.contains("put, void: key") && shown.contains("is revoked from entry 0 on"),
            "{shown}"
        );
        assert!(shown.contains(&format!("mandated in entry {mandate}")), "{shown}");
    }
}
