//! Where the guides are run: a folder with a network of some authorities (FR, AD and DE in most of them), founded by the
//! commands of the ceremony, their nodes on free ports of this machine, and a folder for each who sits somewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Step, fits};
use crate::support::founded::{Founded, Ran, command};
use crate::support::{Node, authority, wait_for};

const AUTHORITIES: [&str; 3] = ["FR", "AD", "DE"];

/// Flags for what a person types where a command asks: the passphrase, which is in a file here, and yes.
const ANSWERS: [(&str, &str); 17] = [
    (
        "liaison node init",
        "--sample --passphrase-file pass --listen /ip4/127.0.0.1/tcp/0",
    ),
    ("liaison key new", "--sample --passphrase-file pass"),
    ("liaison key check", "--passphrase-file pass"),
    ("liaison mandate grant", "--yes --passphrase-file pass"),
    ("liaison mandate revoke", "--yes --passphrase-file pass"),
    ("liaison network init", "--yes"),
    ("liaison network sign", "--yes --passphrase-file pass"),
    ("liaison import", "--yes --passphrase-file pass"),
    ("liaison publish", "--yes --passphrase-file pass"),
    ("liaison withdraw", "--yes --passphrase-file pass"),
    ("liaison draft submit", "--yes"),
    ("liaison draft approve", "--yes"),
    ("liaison draft sign", "--yes --passphrase-file pass"),
    ("liaison study open", "--yes --passphrase-file pass"),
    ("liaison study answer", "--yes --passphrase-file pass"),
    ("liaison study close", "--yes --passphrase-file pass"),
    ("liaison event register", "--yes --passphrase-file pass"),
];

/// What a whole command stands for here.
const LINES: [(&str, &str); 5] = [
    ("cargo run --release -- demo --once", "liaison demo --once"),
    // These go on until somebody stops them.
    ("cargo run --release -- demo", "liaison demo --once --nodes 2"),
    (
        "liaison watch -a FR",
        "timeout 2 liaison watch -a FR || test $? = 124",
    ),
    (
        "liaison node run --config /etc/liaison/node.toml",
        "timeout 5 liaison node run --ready --config etc/node.toml > ready; test -s ready",
    ),
    // It runs this very test.
    ("tests/run", "$REPOSITORY/tests/run --list"),
];

/// A running network.
pub(crate) struct Sandbox {
    pub(crate) network: Founded,
    pub(crate) nodes: Vec<Node>,
    pub(crate) shell: Shell,
}

/// Runs commands of the guides.
#[derive(Default)]
pub(crate) struct Shell {
    places: Vec<(&'static str, String)>,
}

impl Sandbox {
    /// The network of most guides, seen from AD.
    pub(crate) fn new() -> Sandbox {
        let mut sandbox = Sandbox::of(&AUTHORITIES);
        let places = places(&sandbox.network, &sandbox.nodes);
        sandbox.shell.places.extend(places);
        sandbox
    }

    /// Founds a network of these authorities and starts their nodes.
    pub(crate) fn of(codes: &[&str]) -> Sandbox {
        let network = Founded::new(codes);
        let mut nodes: Vec<Node> = Vec::new();
        for code in codes {
            let bootstrap = nodes
                .first()
                .map(|node| node.addresses.join(","))
                .unwrap_or_default();
            nodes.push(start(&network, code, &bootstrap));
        }
        let mut id = String::new();
        for node in &nodes {
            let status = node.wait("the own log is open and the peers are there", |status| {
                let witnessed = |code: &&str| authority(status, code)["witnessed"].as_u64() >= Some(4);
                status["guard"]["state"] == "live"
                    && status["peers"]["connected"] == codes.len() - 1
                    && codes.iter().all(witnessed)
            });
            id = status["network"].as_str().unwrap().to_owned();
        }
        let shell = Shell {
            places: vec![
                (
                    "1ec54308 7a2a8aa8 cb019fd1 d1e5c438 9eb9e680 a44e5244 4d127908 f523b9d4",
                    id.clone(),
                ),
                ("--network ID", format!("--network {id}")),
            ],
        };
        Sandbox {
            network,
            nodes,
            shell,
        }
    }

    /// The node of an authority.
    pub(crate) fn node(&self, code: &str) -> &Node {
        let folder = self.network.node(code);
        self.nodes.iter().find(|node| node.folder == folder).unwrap()
    }

    /// A folder of somebody who reaches an authority's node over HTTPS, with a token of this role.
    pub(crate) fn desk(&self, name: &str, code: &str, role: &str) -> PathBuf {
        let folder = self.folder(name);
        let node = self.node(code);
        let (address, fingerprint) = interface(node);
        let socket = node.socket.display();
        for command in [
            format!("liaison -N {socket} token new {role} --label \"legal desk\" -o token"),
            format!(
                "liaison context add own --url https://{address} --fingerprint {fingerprint} --token-file token --network ID"
            ),
        ] {
            self.shell.prepare(&folder, &command);
        }
        folder
    }

    /// A new folder with the charter file and the passphrase.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.network.path(name);
        fs::create_dir(&folder).unwrap();
        for file in ["network.charter", "pass"] {
            self.copy(file, &format!("{name}/{file}"));
        }
        folder
    }

    /// A folder for AD's new machine, its offline one and the node of FR, which helps.
    pub(crate) fn machine_that_comes_back(&self, name: &str) -> PathBuf {
        let folder = self.folder(name);
        self.copy("AD-root.age", &format!("{name}/root.age"));
        let helper = format!(
            "liaison context add fr --socket {}",
            self.nodes[0].socket.display()
        );
        self.shell.prepare(&folder, &helper);
        // Carried to the offline machine by hand.
        std::os::unix::fs::symlink("etc/AD.request", folder.join("AD.request")).unwrap();
        folder
    }

    /// Copies a file of the network's founding to where a guide expects it.
    pub(crate) fn copy(&self, from: &str, to: &str) {
        fs::copy(self.network.path(from), self.network.path(to)).unwrap();
    }
}

// What the guides write of AD's node, and what stands for it here. Whatever is in no such table is run as written.
fn places(network: &Founded, nodes: &[Node]) -> Vec<(&'static str, String)> {
    let (address, fingerprint) = interface(&nodes[1]);
    let mut places = vec![
        ("/etc/liaison", "etc".to_owned()),
        (
            "/dns4/node.fr.example/udp/4620/quic-v1",
            nodes[0].addresses[0].clone(),
        ),
        ("/run/liaison/api.sock", nodes[1].socket.display().to_string()),
        ("node.ad.example:8443", address),
        ("--fingerprint HEX", format!("--fingerprint {fingerprint}")),
    ];
    for (place, role) in [
        ("LOG-KEY", "log"),
        ("COSIGNER-KEY", "cosigner"),
        ("NODE-KEY", "node"),
    ] {
        places.push((place, network.key_of("AD", role, &nodes[0])));
    }
    places
}

impl Shell {
    /// Runs one command of a guide, and checks its exit status and what it prints.
    pub(crate) fn run(&self, folder: &Path, step: &Step) -> Result<(), String> {
        let ran = shell(folder, &self.here(&step.command));
        if ran.code != 0 {
            return Err(format!(
                "$ {}\nended with exit status {}:\n{}",
                step.command, ran.code, ran.out
            ));
        }
        if !fits(&step.expected, &ran.out) {
            return Err(format!(
                "$ {}\nis shown with\n{}\nand printed\n{}",
                step.command,
                step.expected.join("\n"),
                ran.out
            ));
        }
        Ok(())
    }

    /// From now on a word of a guide stands for this.
    pub(crate) fn stands_for(&mut self, word: &'static str, here: &str) {
        self.places.retain(|(known, _)| *known != word);
        self.places.push((word, here.to_owned()));
    }

    /// Runs a command that no guide shows, for its effect.
    pub(crate) fn prepare(&self, folder: &Path, command: &str) {
        let ran = shell(folder, &self.here(command));
        assert_eq!(ran.code, 0, "{command}: {}", ran.out);
    }

    // A command of a guide as it is run here.
    fn here(&self, command: &str) -> String {
        if let Some((_, line)) = LINES.iter().find(|(shown, _)| *shown == command) {
            return (*line).to_owned();
        }
        let places = self.places.iter();
        let line = places.fold(command.to_owned(), |line, (shown, here)| {
            line.replace(shown, here)
        });
        let answers = ANSWERS.iter().filter(|(words, _)| command.contains(words));
        answers.fold(line, |line, (words, flags)| {
            line.replacen(words, &format!("{words} {flags}"), 1)
        })
    }
}

// What a person sees: both streams, in order.
fn shell(folder: &Path, line: &str) -> Ran {
    let program = Path::new(env!("CARGO_BIN_EXE_liaison")).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", program.display());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {line}\n}} 2>&1")])
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder)
        .env("REPOSITORY", concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    Ran::of(output)
}

// The node of an authority, with its interface on a free port.
fn start(network: &Founded, code: &str, bootstrap: &str) -> Node {
    let folder = network.node(code);
    let run = folder.join("run");
    fs::create_dir(&run).unwrap();
    let mut node = command(&folder);
    node.args([
        "node",
        "run",
        "--ready",
        "--while-stdin-open",
        "--config",
        "node.toml",
    ])
    .env("RUNTIME_DIRECTORY", run)
    .env("LIAISON_BOOTSTRAP", bootstrap)
    .env("LIAISON_API__LISTEN", "127.0.0.1:0")
    .env("LIAISON_LOG__FORMAT", "json");
    Node::spawn(node, folder)
}

// Where a node's interface listens, and the fingerprint that it shows.
fn interface(node: &Node) -> (String, String) {
    let pinned = wait_for("the node writes its fingerprint to its log", || {
        let log = node.log();
        let line = log.lines().find(|line| line.contains("pin this fingerprint"));
        line.map(|line| serde_json::from_str::<Value>(line).unwrap())
            .ok_or(log.clone())
    });
    let of = |name: &str| pinned["fields"][name].as_str().unwrap().to_owned();
    (of("address"), of("fingerprint").replace(' ', ""))
}
