//! All that is shipped is taken by `import`, and a broken copy of it is refused by the command with file and field, while
//! nothing of its folder is published. Every place that can be broken is tried in `protocol/records/tests/shipped.rs`.

use crate::broken::{BREAKAGES, Breakage, Place, one_of_each};
use crate::support::founded::{Founded, PASS};
use crate::support::{Node, authority};
use liaison_protocol::charter::Standing;
use liaison_protocol::effect::may_publish;
use liaison_records::{kinds, sample};
use serde_json::{Value, json};

/// Files of which a refusal says what is wrong.
const SHOWN_MAX: usize = 20;

/// A file of a record.
struct File {
    name: String,
    kind: &'static str,
    slug: String,
    content: Value,
}

impl File {
    fn of(record: &str, content: Value) -> File {
        let (kind, slug) = record.split_once('/').unwrap();
        File {
            name: format!("{kind}.{slug}.json"),
            kind: kinds::kind(kind).unwrap().name,
            slug: slug.to_owned(),
            content,
        }
    }

    fn write(&self, network: &Founded, folder: &str, content: &Value) {
        let text = format!("{content:#}\n");
        network.write(&format!("{folder}/{}", self.name), text.as_bytes());
    }

    // One place of each sort of fault.
    fn places(&self) -> Vec<Place> {
        one_of_each(kinds::kind(self.kind).unwrap(), &self.slug, &self.content)
    }
}

/// France, a member, and the secretariat, each with what its standing may publish.
struct Running {
    network: Founded,
    nodes: [(Node, &'static str, Standing); 2],
}

impl Running {
    fn new() -> Running {
        let network = Founded::new(&["FR", "COE"]);
        let mut nodes = network.start_all(&["FR", "COE"]).into_iter();
        let mut running = |code, standing| {
            let node = nodes.next().unwrap();
            node.wait("the own log is live", |status| status["guard"]["state"] == "live");
            (node, code, standing)
        };
        let nodes = [
            running("FR", Standing::Member),
            running("COE", Standing::Secretariat),
        ];
        Running { network, nodes }
    }

    // Nothing is published at either.
    fn is_empty(&self) {
        for (node, code, _) in &self.nodes {
            let (_, status) = node.get("/v1/status");
            // Mandates of the log and two administrators, and the charter version.
            assert_eq!(authority(&status, code)["have"], 4);
            let listed = self.network.at(node, &format!("list {code}/*/*"));
            assert_eq!(listed["records"], json!([]));
        }
    }

    fn write(&self, folder: &str, files: &[File]) {
        std::fs::create_dir(self.network.path(folder)).unwrap();
        for file in files {
            file.write(&self.network, folder, &file.content);
        }
    }
}

// The examples that an authority of this standing may publish.
fn examples(standing: Standing) -> Vec<File> {
    let kinds = kinds::KINDS.into_iter();
    let own = kinds.filter(move |kind| may_publish(standing, kind.name));
    own.map(|kind| {
        let (slug, text) = kind.example;
        File::of(
            &format!("{}/{slug}", kind.name),
            serde_json::from_str(text).unwrap(),
        )
    })
    .collect()
}

// The sample records by authority, the secretariat's last.
fn samples() -> Vec<(&'static str, Vec<File>)> {
    let mut of_coe = sample::of_secretariat();
    of_coe.push(sample::study("2099-01-01T00:00:00Z"));
    let all = sample::states().map(|code| (code, sample::of_state(code)));
    all.chain([("COE", of_coe)])
        .map(|(code, records)| {
            let files = records
                .into_iter()
                .map(|record| File::of(&record.name, record.content));
            (code, files.collect())
        })
        .collect()
}

#[test]
fn all_that_is_shipped_passes_a_dry_run() {
    let running = Running::new();
    let passes = |node: &Node, folder: &str, files: &[File]| {
        running.write(folder, files);
        let plan = running.network.at(node, &format!("import {folder} --dry-run"));
        let records = plan["records"].as_array().unwrap();
        assert!(records.iter().all(|record| record["step"] == "new"), "{plan}");
        assert_eq!(
            (records.len(), &plan["entries"]),
            (files.len(), &json!([])),
            "{folder}"
        );
    };
    // A folder says nothing of whose it is.
    for (code, files) in samples() {
        let (node, ..) = &running.nodes[usize::from(code == "COE")];
        passes(node, &format!("records-of-{code}"), &files);
    }
    for (node, code, standing) in &running.nodes {
        passes(node, &format!("examples-of-{code}"), &examples(*standing));
    }
    running.is_empty();
}

#[test]
fn a_broken_copy_of_any_example_is_named_with_its_place_and_nothing_of_its_folder_is_published() {
    let running = Running::new();
    let network = &running.network;
    let mut tried = 0;
    for (node, code, standing) in &running.nodes {
        let files = examples(*standing);
        let folder = format!("examples-of-{code}");
        running.write(&folder, &files);
        for file in &files {
            for place in file.places() {
                file.write(network, &folder, &place.broken(&file.content));
                for options in ["--dry-run".to_owned(), format!("--key {code}-ana.age {PASS}")] {
                    let ran = network.run_at(node, &format!("import {folder} {options}"));
                    let named = format!("{}: ", place.path);
                    let is_named = ran.err.contains(&file.name) && ran.err.contains(&named);
                    assert!(ran.code == 1 && is_named, "{}, {place:?}: {ran:?}", file.name);
                }
                tried += 1;
            }
            file.write(network, &folder, &file.content);
        }
    }
    running.is_empty();
    assert!(tried > 100, "{tried}");
}

// All of a folder at once, but for 10 MB in each.
#[test]
fn broken_copies_of_all_sample_records_are_counted_and_the_first_are_named_with_their_places() {
    let running = Running::new();
    let network = &running.network;
    let mut tried = 0;
    for (code, mut files) in samples() {
        files.sort_by(|one, other| one.name.cmp(&other.name));
        let folder = format!("records-of-{code}");
        running.write(&folder, &files);
        let (node, own, _) = &running.nodes[usize::from(code == "COE")];
        for breakage in BREAKAGES.into_iter().filter(|sort| *sort != Breakage::HugeText) {
            let place = |file: &File| file.places().into_iter().find(|place| place.breakage == breakage);
            let places: Vec<Option<Place>> = files.iter().map(place).collect();
            let broken = || {
                files
                    .iter()
                    .zip(&places)
                    .filter_map(|(file, place)| Some((file, place.as_ref()?)))
            };
            let count = broken().count();
            // A folder that is whole would be published.
            if count == 0 {
                continue;
            }
            for (file, place) in broken() {
                file.write(network, &folder, &place.broken(&file.content));
            }
            let ran = network.run_at(node, &format!("import {folder} --key {own}-ana.age {PASS}"));
            let told = format!("nothing is published, {count} files are not right");
            assert!(
                ran.code == 1 && ran.err.contains(&told),
                "{code} {breakage:?}: {ran:?}"
            );
            for (file, place) in broken().take(SHOWN_MAX) {
                let named = format!("{}: ", place.path);
                let is_named = ran.err.contains(&file.name) && ran.err.contains(&named);
                assert!(is_named, "{code}, {}, {place:?}: {ran:?}", file.name);
            }
            for (file, _) in broken() {
                file.write(network, &folder, &file.content);
            }
            tried += count;
        }
    }
    running.is_empty();
    println!("{tried} files");
    assert!(tried > 3000, "{tried}");
}
