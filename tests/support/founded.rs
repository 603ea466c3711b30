//! A network founded with the commands of the ceremony, so that a test holds every key of it, those
//! that are kept offline too.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::{Node, liaison};

/// Opens every key of the sample.
pub(crate) const PASS: &str = "--passphrase-file pass";
const COUNCIL: [&str; 4] = ["c1", "c2", "c3", "c4"];
const LISTEN: &str = "--listen /ip4/127.0.0.1/udp/0/quic-v1 --listen /ip4/127.0.0.1/tcp/0";

/// A folder with the keys of the council (`c1` …) and, for an authority such as FR, the root key
/// `FR-root`, the administrators' keys `FR-ana` and `FR-ben`, and the folder `FR` of its node.
pub(crate) struct Founded {
    folder: tempfile::TempDir,
    // What its commands find in their environment, which is empty otherwise.
    environment: Vec<(&'static str, PathBuf)>,
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Founded {
    /// Founds a network of these authorities, or of none yet, all of them witnesses. Those whose code has two letters are States and
    /// members, others its secretariat.
    pub(crate) fn new(codes: &[&str]) -> Founded {
        let folder = tempfile::Builder::new().prefix("liaison").tempdir().unwrap();
        let network = Founded {
            folder,
            environment: Vec::new(),
        };
        network.write_private("pass", b"sample\n");
        for key in COUNCIL {
            network.good(&format!("key new {key} --sample {PASS}"));
        }
        let council = COUNCIL.map(|key| format!("{key}.pub")).join(" ");
        network.good(&format!(
            "network init --name SAMPLE --prefix sample.policenet.example --council {council}"
        ));
        network.council_signs("network.charter");
        if codes.is_empty() {
            return network;
        }
        for code in codes {
            network.enters(code);
        }
        let (states, others): (Vec<&str>, Vec<&str>) = codes.iter().partition(|code| code.len() == 2);
        for (admitted, options) in [
            (states, ""),
            (others, "--standing secretariat --charter version-2.charter"),
        ] {
            let grants: Vec<String> = admitted.iter().map(|code| format!("{code}.grant")).collect();
            if !grants.is_empty() {
                let grants = grants.join(" ");
                network.good(&format!("network propose admit {grants} --witness {options}"));
            }
        }
        network.council_signs("version-2.charter");
        network.good("network apply version-2.charter --charter network.charter");
        for code in codes {
            fs::copy(
                network.path("network.charter"),
                network.node(code).join("network.charter"),
            )
            .unwrap();
        }
        network
    }

    /// Keys, request and grant of an authority: all that it does before the council admits it.
    pub(crate) fn enters(&self, code: &str) {
        self.make_node(code);
        self.good(&format!("key new {code}-root --sample {PASS}"));
        for name in ["ana", "ben"] {
            let asks = format!("--for administrator --authority {code} --charter network.charter");
            self.good(&format!("key new {code}-{name} {asks} --sample {PASS}"));
        }
        let administrators = format!("--administrator {code}-ana.pub --administrator {code}-ben.pub");
        self.good(&format!(
            "mandate grant {code}/{code}.request --root {code}-root.age {administrators} {PASS}"
        ));
    }

    /// Keys and settings of a node, which listens on free ports of this machine.
    pub(crate) fn make_node(&self, code: &str) {
        self.good(&format!(
            "node init {code} --charter network.charter -o {code} {LISTEN} --sample {PASS}"
        ));
    }

    /// From now on its commands and nodes find a path in their environment.
    pub(crate) fn set_environment(&mut self, name: &'static str, path: PathBuf) {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, path));
    }

    /// As many members of the council sign as are needed.
    pub(crate) fn council_signs(&self, proposal: &str) {
        for key in &COUNCIL[..3] {
            self.good(&format!("network sign {proposal} --key {key}.age {PASS}"));
        }
    }

    /// A file of this folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of an authority's node.
    pub(crate) fn node(&self, code: &str) -> PathBuf {
        self.path(code)
    }

    /// Two valid successors of the newest charter version in these rounds, known to a node; in order of hash.
    pub(crate) fn rivals(&self, node: &Node, rounds: [u32; 2]) -> [String; 2] {
        for (code, round) in ["AD", "DE"].into_iter().zip(rounds) {
            self.enters(code);
            let file = format!("{code}.charter");
            self.good(&format!(
                "network propose admit {code}.grant --round {round} --charter network.charter -o {file}"
            ));
            self.council_signs(&file);
            self.at(node, &format!("network apply {file}"));
        }
        let (_, seen) = node.get("/v1/network");
        serde_json::from_value(seen["rivalries"][0]["rivals"].clone()).unwrap()
    }

    /// Lets browsers reach the node of an authority when it starts.
    pub(crate) fn opens_console(&self, code: &str) {
        let file = self.node(code).join("node.toml");
        let settings = fs::read_to_string(&file).unwrap();
        let (before, behind) = settings.split_once("[api]\n").unwrap();
        let listens = "[api]\nlisten = \"127.0.0.1:0\"\n";
        fs::write(&file, [before, listens, behind].concat()).unwrap();
    }

    /// Starts the node in a folder; it begins at the addresses in `bootstrap`.
    pub(crate) fn start(&self, folder: &str, bootstrap: &[String]) -> Node {
        let folder = self.path(folder);
        let run = folder.join("run");
        fs::create_dir_all(&run).unwrap();
        let mut command = command(self.folder.path());
        command
            .args(["node", "run", "--ready", "--while-stdin-open", "--config"])
            .arg(folder.join("node.toml"))
            .env("RUNTIME_DIRECTORY", &run)
            .env("LIAISON_BOOTSTRAP", bootstrap.join(","))
            .envs(self.environment.iter().cloned());
        Node::spawn(command, folder)
    }

    /// Starts the nodes of these authorities; the first one's address is where the others begin.
    pub(crate) fn start_all(&self, codes: &[&str]) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        for code in codes {
            let bootstrap = nodes
                .first()
                .map(|first| first.addresses.clone())
                .unwrap_or_default();
            nodes.push(self.start(code, &bootstrap));
        }
        nodes
    }

    /// Runs a command, words divided by spaces; questions are answered with yes.
    pub(crate) fn run(&self, line: &str) -> Ran {
        Ran::of(self.command(line).output().unwrap())
    }

    /// A command that is still to be started.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = command(self.folder.path());
        command.arg("--yes").args(line.split_whitespace());
        command.envs(self.environment.iter().cloned());
        command
    }

    /// Runs a command and expects success; gives what was printed.
    pub(crate) fn good(&self, line: &str) -> String {
        let ran = self.run(line);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        ran.out
    }

    /// Runs a command at a node with `--json` and expects success.
    pub(crate) fn at(&self, node: &Node, line: &str) -> Value {
        let ran = self.run_at(node, line);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        serde_json::from_str(&ran.out).unwrap()
    }

    /// Runs a command at a node with `--json`.
    pub(crate) fn run_at(&self, node: &Node, line: &str) -> Ran {
        self.run(&format!("--json -N {} {line}", node.socket.display()))
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Writes a file for its owner alone.
    pub(crate) fn write_private(&self, name: &str, bytes: &[u8]) {
        use std::io::Write as _;
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(self.path(name))
            .unwrap();
        file.write_all(bytes).unwrap();
    }

    /// The id of the key that an authority's mandate for this role names, by what a node shows.
    pub(crate) fn key_of(&self, code: &str, role: &str, node: &Node) -> String {
        let listed = self.at(node, &format!("mandate list -a {code}"));
        let mandates = listed["mandates"].as_array().unwrap();
        let of_it = |m: &&Value| m["authority"] == code && m["role"] == role;
        mandates.iter().find(of_it).unwrap()["key_id"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

impl Ran {
    pub(crate) fn of(output: Output) -> Ran {
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The program in a folder, with no terminal and no settings of who runs the tests.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = liaison();
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_clear()
        .env("HOME", folder);
    command
}
