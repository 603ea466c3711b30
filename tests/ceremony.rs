//! The first page of the operator guide, run as it stands: an authority comes from the binary to its
//! first witnessed update in ten commands at most, with a council that runs the commands of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::founded::{self, Founded, Ran};
use crate::support::{Node, authority, practice, wait_for};
use serde_json::Value;

const GUIDE: &str = include_str!("../docs/guides/operator.md");

/// What the page says, and what stands for it here. Whatever is not in this table is run as written.
const PLACES: [(&str, &str); 5] = [
    ("/etc/liaison", "etc"),
    ("/run/liaison", "run"),
    // A free port: which one, the node says when it runs.
    ("--api-listen 127.0.0.1:8443", "--api-listen 127.0.0.1:0"),
    // The sample's founders were admitted with version 2.
    ("version-2.charter", "version-3.charter"),
    ("AD.grant", "joiner/AD.grant"),
];

/// What a person types where a command asks, and flags for keys that open at once.
const ANSWERS: [(&str, &str); 6] = [
    ("node init", "--sample --passphrase-file pass"),
    ("key new", "--sample --passphrase-file pass"),
    ("mandate grant", "--passphrase-file pass --yes"),
    ("network sign", "--passphrase-file pass"),
    ("node run", "--ready --while-stdin-open"),
    ("publish", "--passphrase-file pass --yes --json"),
];

#[test]
fn an_authority_joins_with_the_commands_of_the_guide_of_which_there_are_ten_at_most() {
    let network = Founded::new(&["FR", "DE", "ES"]);
    let nodes = network.start_all(&["FR", "DE", "ES"]);
    let mut joiner = Joiner::new(&network, &nodes[0]);
    let commands = commands("From the binary to the first witnessed update");
    assert!((1..=10).contains(&commands.len()), "{commands:#?}");

    let mut node = None;
    let mut published = None;
    for command in &commands {
        if command.contains(" network apply ") {
            council_admits(&network, &nodes);
            fs::copy(
                network.path("version-3.charter"),
                joiner.path("version-3.charter"),
            )
            .unwrap();
        }
        if command.contains(" node run ") {
            node = Some(joiner.run_node(command));
            continue;
        }
        let ran = joiner.run(command);
        assert_eq!(ran.code, 0, "{command}: {ran:?}");
        if command.contains(" node init ") {
            // Files go to the offline machine and back by hand.
            fs::copy(joiner.path("etc/AD.request"), joiner.path("AD.request")).unwrap();
        }
        if command.contains(" publish ") {
            published = Some(serde_json::from_str::<Value>(&ran.out).unwrap());
        }
    }

    let published = published.expect("the page ends with a published update");
    assert_eq!(published["witnessed"]["reached"], true, "{published}");
    assert_eq!(published["settled"], true, "{published}");
    let size = published["index"].as_u64().unwrap() + 1;
    node.expect("the page starts a node")
        .wait("the own node has it witnessed", |status| {
            authority(status, "AD")["witnessed"].as_u64() >= Some(size)
        });
    for node in &nodes {
        node.wait("the other nodes hold the update", |status| {
            authority(status, "AD")["updates"] == 1
        });
    }
}

// The second list of commands, for one authority: the council's part.
fn council_admits(network: &Founded, nodes: &[Node]) {
    let mut once = 0;
    for command in commands("What the council does") {
        if command.contains("network init") || command.ends_with("network.charter --key a.age") {
            once += 1;
            continue;
        }
        let command = prepared(&command);
        if command.contains("network sign") {
            for key in ["c1.age", "c2.age", "c3.age"] {
                network.good(&command.replace("a.age", key));
            }
        } else if command.contains("network apply") {
            network.at(&nodes[0], &command);
        } else {
            network.good(&command);
        }
    }
    assert_eq!(once, 2, "the founding is not the joiner's");
}

/// The commands of one section of the guide, without `liaison`.
pub(crate) fn commands(section: &str) -> Vec<String> {
    let text = GUIDE
        .split("\n## ")
        .find(|text| text.starts_with(section))
        .expect(section);
    let blocks = text
        .split("```console\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap());
    let lines = blocks
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix("$ liaison"));
    lines.map(str::to_owned).collect()
}

fn prepared(command: &str) -> String {
    let command = PLACES
        .iter()
        .fold(command.to_owned(), |line, (from, to)| line.replace(from, to));
    let answers = ANSWERS
        .iter()
        .filter(|(words, _)| command.contains(&format!(" {words} ")));
    answers.fold(command.clone(), |line, (_, answer)| format!("{line} {answer}"))
}

/// Who joins: one folder for the node's machine, the offline one and the administrator's.
struct Joiner {
    folder: PathBuf,
    // What only the running network knows: addresses, fingerprint, network id.
    known: Vec<(&'static str, String)>,
}

impl Joiner {
    fn new(network: &Founded, begin: &Node) -> Joiner {
        let folder = network.path("joiner");
        fs::create_dir(&folder).unwrap();
        fs::copy(network.path("network.charter"), folder.join("network.charter")).unwrap();
        network.write_private("joiner/pass", b"sample\n");
        network.write("joiner/practice.cameras.json", &practice("Cameras"));
        let status = begin.get("/v1/status").1;
        let known = vec![
            (
                "/dns4/node.fr.example/udp/4620/quic-v1",
                begin.addresses[0].clone(),
            ),
            (
                "--network ID",
                format!("--network {}", status["network"].as_str().unwrap()),
            ),
        ];
        Joiner { folder, known }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn run(&self, command: &str) -> Ran {
        Ran::of(self.command(command).output().unwrap())
    }

    fn command(&self, command: &str) -> Command {
        let known = |line: String, (from, to): &(&str, String)| line.replace(from, to);
        let line = self.known.iter().fold(prepared(command), known);
        let mut command = founded::command(&self.folder);
        command.args(words(&line));
        command
    }

    // The node's ports are free ones; its run folder is the one that the service manager makes.
    fn run_node(&mut self, line: &str) -> Node {
        let run = self.path("run");
        fs::create_dir(&run).unwrap();
        let mut command = self.command(line);
        command
            .env("RUNTIME_DIRECTORY", run)
            .env(
                "LIAISON_LISTEN",
                "/ip4/127.0.0.1/udp/0/quic-v1,/ip4/127.0.0.1/tcp/0",
            )
            .env("LIAISON_LOG__FORMAT", "json");
        let node = Node::spawn(command, self.folder.clone());
        let pinned = wait_for("the node writes its fingerprint to its log", || {
            let log = node.log();
            let line = log.lines().find(|line| line.contains("pin this fingerprint"));
            line.map(|line| serde_json::from_str::<Value>(line).unwrap())
                .ok_or(log.clone())
        });
        let of = |name: &str| pinned["fields"][name].as_str().unwrap().to_owned();
        self.known.push(("127.0.0.1:8443", of("address")));
        self.known.push(("HEX", of("fingerprint").replace(' ', "")));
        node
    }
}

// Words of a line; what stands between double quotes is one.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}
