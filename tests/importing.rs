//! A folder of records is checked whole, published once, and then only where it changed.

use crate::support::founded::{Founded, PASS, Ran};
use crate::support::{Node, practice};
use liaison_records::{kinds, sample};
use serde_json::{Value, json};

const FOLDER: &str = "profile";

fn live(network: &Founded) -> Node {
    let node = network.start("FR", &[]);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    node
}

// The sample records of France as a folder, some of them in YAML.
fn write_samples(network: &Founded) -> usize {
    std::fs::create_dir_all(network.path(FOLDER).join("service")).unwrap();
    let records = sample::of_state("FR");
    for (position, record) in records.iter().enumerate() {
        let name = record.name.replace('/', ".");
        // JSON is YAML.
        let ending = if position % 2 == 0 { "json" } else { "yaml" };
        let text = format!("{:#}\n", record.content);
        network.write(&format!("{FOLDER}/{name}.{ending}"), text.as_bytes());
    }
    network.write(&format!("{FOLDER}/README.md"), b"no record");
    network.write(&format!("{FOLDER}/.hidden.json"), b"no record");
    records.len()
}

fn import(network: &Founded, node: &Node, options: &str) -> Ran {
    network.run_at(node, &format!("import {FOLDER} {options} {PASS}"))
}

fn answer(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn only_what_changed_is_published_in_as_few_updates_as_possible() {
    let network = Founded::new(&["FR"]);
    let count = write_samples(&network);
    let node = live(&network);

    let plan = answer(&import(&network, &node, "--dry-run"));
    assert_eq!(plan["records"].as_array().unwrap().len(), count);
    assert_eq!(plan["entries"], json!([]));

    let done = answer(&import(&network, &node, "--key FR-ana.age"));
    assert_eq!(
        done["entries"].as_array().unwrap().len(),
        count.div_ceil(64),
        "{done}"
    );
    let again = answer(&import(&network, &node, "--key FR-ana.age"));
    assert_eq!(
        (&again["unchanged"], &again["entries"]),
        (&json!(count), &json!([]))
    );

    let path = format!("{FOLDER}/practice.new.json");
    network.write(&path, &practice("one"));
    answer(&import(&network, &node, "--key FR-ana.age"));
    network.write(&path, &practice("two"));
    let changed = answer(&import(&network, &node, "--dry-run"));
    assert_eq!(changed["records"][0]["step"], "changed");
    assert_eq!(
        changed["records"][0]["differences"],
        json!([{"path": "title.en", "before": "one", "after": "two"}])
    );

    // Somebody else publishes a newer version, which the folder does not know.
    network.write("practice.new.json", &practice("other"));
    network.at(&node, "get FR/practice/new -o seen.json");
    network.at(
        &node,
        &format!(
            "publish practice.new.json --previous {} --key FR-ben.age {PASS}",
            version(&network, &node)
        ),
    );
    let refused = import(&network, &node, "--key FR-ana.age");
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.err.contains("practice/new"), "{refused:?}");
    let overwritten = answer(&import(&network, &node, "--overwrite --key FR-ana.age"));
    assert_eq!(overwritten["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn what_a_later_update_would_be_refused_for_keeps_the_first_from_being_published() {
    let network = Founded::new(&["FR"]);
    let node = live(&network);
    std::fs::create_dir(network.path(FOLDER)).unwrap();
    for number in 0..64 {
        network.write(
            &format!("{FOLDER}/practice.p{number}.json"),
            &practice("one of many"),
        );
    }
    let (slug, registration) = kinds::kind("registration").unwrap().example;
    network.write(
        &format!("{FOLDER}/registration.{slug}.json"),
        registration.as_bytes(),
    );
    for options in ["--dry-run", "--key FR-ana.age"] {
        let ran = import(&network, &node, &format!("--audience green {options}"));
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.err.contains("personal data"), "{ran:?}");
    }
    assert_eq!(network.at(&node, "list")["records"], json!([]));
    let done = answer(&import(&network, &node, "--key FR-ana.age"));
    assert_eq!(done["entries"].as_array().unwrap().len(), 2);
}

#[test]
fn records_are_compared_with_others_and_with_their_own_versions() {
    let network = Founded::new(&["FR"]);
    let node = live(&network);
    let write = |title: &str, maturity: &str| {
        let mut record: Value = serde_json::from_slice(&practice(title)).unwrap();
        record["maturity"] = maturity.into();
        record["title"]["fr"] = "Caméras".into();
        network.write("practice.cameras.json", record.to_string().as_bytes());
        network.at(
            &node,
            &format!("publish practice.cameras.json --key FR-ana.age {PASS}"),
        )
    };
    let first = write("Cameras", "pilot");
    let second = write("Cameras", "established");
    let diff = network.at(&node, "diff FR/practice/cameras");
    assert_eq!(
        (&diff["before"], &diff["after"]),
        (&first["version"], &second["version"]),
        "{diff}"
    );
    assert_eq!(
        diff["differences"],
        json!([{"path": "maturity", "before": "pilot", "after": "established"}])
    );
    let none = network.run_at(&node, "diff FR/practice/cameras 1.0");
    assert_eq!(none.code, 4, "{none:?}");

    let compared = network.at(&node, "compare practice/cameras FR DE --lang fr");
    assert_eq!(
        compared["rows"][0]["cells"],
        json!(["Caméras", null]),
        "{compared}"
    );
    assert_eq!(compared["rows"][0]["label"], "Titre");
    assert_eq!(network.run_at(&node, "compare practice/none FR DE").code, 4);
    assert_eq!(network.run_at(&node, "compare practise/cameras FR DE").code, 2);
}

fn version(network: &Founded, node: &Node) -> String {
    let ran = network.run_at(node, "history FR/practice/new --json");
    let history: Value = serde_json::from_str(&ran.out).unwrap();
    let newest = history["versions"].as_array().unwrap().last().unwrap();
    format!("{}.{}", newest["epoch"], newest["index"])
}

#[test]
fn a_broken_file_is_named_with_its_place_and_nothing_is_published() {
    let network = Founded::new(&["FR"]);
    let good = write_samples(&network);
    let node = live(&network);
    let broken: [(&str, Vec<u8>, &str); 8] = [
        ("practice.a.json", b"{".to_vec(), "practice.a.json"),
        (
            "practice.b.json",
            b"{\"title\": {\"en\": \"x\"}}".to_vec(),
            "about: it is missing",
        ),
        (
            "practice.c.yaml",
            b"about: {language: xx}\ntitle: {en: x}\ncategory: practice\n".to_vec(),
            "about.language",
        ),
        ("practise.d.json", practice("d"), "the nearest is ‘practice’"),
        (
            "practice.e.json",
            b"{\"about\": {\"language\": \"en\"}, \"title\": {\"en\": \"x\"}, \"category\": 3}".to_vec(),
            "category",
        ),
        (
            "notice.f.json",
            format!("{{\"text\": \"{}\"}}", "x".repeat(10 << 20)).into_bytes(),
            "notice.f.json",
        ),
        (
            "event.g.yml",
            b"about: {language: en}\ntitle: {en: x}\nkind: meeting\nfirst_day: 2026-02-30\n".to_vec(),
            "first_day",
        ),
        (
            "service/practice.new.yaml",
            practice("twice"),
            "practice.new.json",
        ),
    ];
    network.write(&format!("{FOLDER}/practice.new.json"), &practice("once"));
    for (file, content, place) in broken {
        let path = format!("{FOLDER}/{file}");
        network.write(&path, &content);
        for options in ["--dry-run", "--key FR-ana.age"] {
            let ran = import(&network, &node, options);
            assert_eq!(ran.code, 1, "{file}: {ran:?}");
            assert!(
                ran.err.contains(file) && ran.err.contains(place),
                "{file}: {ran:?}"
            );
        }
        std::fs::remove_file(network.path(&path)).unwrap();
    }
    assert!(good > 0);
    let listed = network.run_at(&node, "list --json");
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(listed["records"], json!([]), "{listed}");
}

#[test]
fn parents_in_a_circle_and_kinds_of_others_are_refused_before_the_first_update() {
    let network = Founded::new(&["FR"]);
    let node = live(&network);
    std::fs::create_dir(network.path(FOLDER)).unwrap();
    // More than one update takes.
    for number in 0..64 {
        network.write(
            &format!("{FOLDER}/practice.p{number}.json"),
            &practice("one of many"),
        );
    }
    let service = |slug: &str, parent: &str| {
        let record = json!({
            "about": {"language": "fr"}, "name": {"fr": slug}, "kind": "national", "parent": parent,
        });
        network.write(
            &format!("{FOLDER}/service.{slug}.json"),
            record.to_string().as_bytes(),
        );
    };
    service("a", "b");
    service("b", "c");
    service("c", "a");
    let refused = |lines: &[String], told: &[&str]| {
        for line in lines {
            let ran = network.run_at(&node, line);
            assert_eq!(ran.code, 1, "{ran:?}");
            for told in told {
                assert!(ran.err.contains(told), "{told}: {ran:?}");
            }
        }
    };
    let imports =
        ["--dry-run", "--key FR-ana.age"].map(|options| format!("import {FOLDER} {options} {PASS}"));
    let files = ["a", "b", "c"].map(|slug| format!("service.{slug}.json: parent: "));
    let files = files.each_ref().map(String::as_str);
    refused(&imports, &files);
    let paths = ["a", "b", "c"].map(|slug| format!("{FOLDER}/service.{slug}.json"));
    let publish = format!("publish {} --key FR-ana.age {PASS}", paths.join(" "));
    refused(&[publish], &files);
    service("c", "d");

    let (slug, standard) = kinds::kind("standard").unwrap().example;
    let file = format!("{FOLDER}/standard.{slug}.json");
    network.write(&file, standard.as_bytes());
    refused(&imports, &[&file, "FR may not publish records of kind standard"]);
    std::fs::remove_file(network.path(&file)).unwrap();
    assert_eq!(network.at(&node, "list")["records"], json!([]));
    let done = answer(&import(&network, &node, "--key FR-ana.age"));
    assert_eq!(done["entries"].as_array().unwrap().len(), 2, "{done}");
}
