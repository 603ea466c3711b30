//! Real node processes for the whole-system tests: a sample network is founded by the demo itself or
//! by the commands of the ceremony, then its nodes are started, killed and restored one by one.

#[allow(dead_code, reason = "the benchmarks measure with it as well")]
pub(crate) mod browser;
pub(crate) mod console;
pub(crate) mod founded;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use liaison_config::Loader;
use liaison_node::{NodeKeys, Options};
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::update::{Audience, Payload, Previous, Update, payload_digest};
use liaison_protocol::{Origin, Signer, proto};
use liaison_signer::{KeyFile, Passphrase};
use serde_json::{Value, json};

/// How long something that must happen may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// The program under test.
pub(crate) fn liaison() -> Command {
    Command::new(env!("CARGO_BIN_EXE_liaison"))
}

/// A sample network that the demo has founded and shown; its nodes are stopped.
pub(crate) struct Network {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) outcome: Value,
}

impl Network {
    /// Runs the demo once with so many nodes.
    pub(crate) fn found(nodes: usize) -> Network {
        let folder = tempfile::Builder::new().prefix("liaison").tempdir().unwrap();
        let data = folder.path().join("d");
        let output = liaison()
            .args([
                "--json",
                "demo",
                "--once",
                "--nodes",
                &nodes.to_string(),
                "--data",
            ])
            .arg(&data)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let outcome = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        Network { folder, outcome }
    }

    /// The folder of an authority's node.
    pub(crate) fn node(&self, code: &str) -> PathBuf {
        self.folder.path().join("d").join(code)
    }

    /// Adds lines to the settings of an authority's node.
    pub(crate) fn set(&self, code: &str, lines: &str) {
        let file = self.node(code).join("node.toml");
        let settings = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{settings}\n{lines}\n")).unwrap();
    }

    /// Starts the node of an authority; the others begin at `bootstrap`.
    pub(crate) fn start(&self, code: &str, bootstrap: &[String]) -> Node {
        self.begins_at(code, bootstrap);
        Node::start(self.node(code))
    }

    /// Sets where the node of an authority begins when it starts.
    pub(crate) fn begins_at(&self, code: &str, bootstrap: &[String]) {
        let file = self.node(code).join("node.toml");
        let settings = std::fs::read_to_string(&file).unwrap();
        let line = format!("bootstrap = {}", serde_json::to_string(bootstrap).unwrap());
        let lines = settings.lines().map(|l| {
            if l.starts_with("bootstrap") {
                line.as_str()
            } else {
                l
            }
        });
        std::fs::write(&file, lines.collect::<Vec<_>>().join("\n")).unwrap();
    }
}

/// Starts a node of the sample network in this process, by another clock.
pub(crate) async fn start_by(clock: liaison_node::runtime::Clock, folder: &Path) -> liaison_node::Node {
    let loaded = Loader::new().file(folder.join("node.toml")).load().unwrap();
    let settings = loaded.settings;
    let passphrase = Passphrase::new("sample".to_owned()).unwrap();
    let keys = KeyFile::open(&settings.keys, &passphrase).unwrap();
    let keys = NodeKeys::from_file(&keys, &settings.keys, None).unwrap();
    let chain = std::fs::read(folder.join("network.charter")).unwrap();
    let charters = Signed::<Charter>::read_chain(&chain).unwrap();
    let options = Options {
        settings,
        charters,
        keys,
        clock,
    };
    liaison_node::Node::start(options).await.unwrap()
}

/// A running node.
pub(crate) struct Node {
    pub(crate) folder: PathBuf,
    pub(crate) socket: PathBuf,
    pub(crate) addresses: Vec<String>,
    /// Where browsers reach it.
    pub(crate) https: Option<SocketAddr>,
    child: Child,
    lifeline: Option<ChildStdin>,
}

impl Node {
    fn start(folder: PathBuf) -> Node {
        let mut command = liaison();
        command
            .args(["node", "run", "--ready", "--while-stdin-open", "--config"])
            .arg(folder.join("node.toml"));
        Node::spawn(command, folder)
    }

    /// Starts a node with a command that says `--ready`; what it writes is in `node.log` in its folder.
    pub(crate) fn spawn(mut command: Command, folder: PathBuf) -> Node {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("node.log"))
            .unwrap();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let lifeline = child.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let log = std::fs::read_to_string(folder.join("node.log")).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not ready:\n{log}"));
        let addresses = ready["addresses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| a.as_str().unwrap().to_owned());
        let socket = ready["socket"].as_str().unwrap().into();
        Node {
            folder,
            socket,
            addresses: addresses.collect(),
            https: ready["https"].as_str().and_then(|address| address.parse().ok()),
            child,
            lifeline: Some(lifeline),
        }
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells it to stop, as a service manager does; its exit code.
    pub(crate) fn terminate(mut self) -> i32 {
        let told = Command::new("kill").arg(self.pid().to_string()).status().unwrap();
        assert!(told.success());
        // Closes the pipe as well: the process ends only when nobody reads from it any more.
        drop(self.lifeline.take());
        self.child.wait().unwrap().code().expect("it ends by itself")
    }

    /// Waits until it ends by itself; its exit code.
    pub(crate) fn ended(mut self) -> i32 {
        let code = self.child.wait().unwrap().code();
        code.expect("no signal ends it")
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has written so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("node.log")).unwrap()
    }

    /// The sum of a metric over its series that carry this text.
    pub(crate) fn metric(&self, name: &str, of: &str) -> f64 {
        let (_, body) = exchange(&self.socket, "GET", "/metrics", &[]).expect("the node answers");
        let text = String::from_utf8(body).unwrap();
        let lines = text
            .lines()
            .filter(|line| line.starts_with(name) && line.contains(of));
        lines
            .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
            .sum()
    }

    /// Reads JSON from the interface; the status and the body.
    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        let (status, body) = exchange(&self.socket, "GET", path, &[]).expect("the node answers");
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// Waits until a question to the node's status is answered with yes.
    pub(crate) fn wait(&self, what: &str, mut holds: impl FnMut(&Value) -> bool) -> Value {
        wait_for(what, || {
            let (_, status) = self.get("/v1/status");
            if holds(&status) {
                Ok(status)
            } else {
                Err(format!("{status:#}"))
            }
        })
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something is there; until then it says what is there instead.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        match look() {
            Ok(found) => return found,
            Err(instead) => assert!(
                Instant::now() < until,
                "{what}: not within {PATIENCE:?}: {instead}"
            ),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// One authority's line of a status; null while the node does not know it yet.
pub(crate) fn authority<'a>(status: &'a Value, code: &str) -> &'a Value {
    let mut authorities = status["authorities"].as_array().unwrap().iter();
    authorities
        .find(|a| a["authority"] == code)
        .unwrap_or(&Value::Null)
}

/// One HTTP exchange over a Unix socket; none when the node is gone.
pub(crate) fn exchange(socket: &Path, method: &str, path: &str, body: &[u8]) -> Option<(u16, Vec<u8>)> {
    let mut stream = UnixStream::connect(socket).ok()?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: l\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = &answer[end + 4..];
    let length = head
        .lines()
        .find_map(|l| l.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
    match length {
        Some(length) if length == body.len() => Some((status, body.to_vec())),
        // Cut short: the node was killed while it answered.
        _ => None,
    }
}

/// A practice of this title, as a file to publish.
pub(crate) fn practice(title: &str) -> Vec<u8> {
    let record = json!({
        "about": { "language": "en" },
        "title": { "en": title },
        "category": "practice",
    });
    format!("{record:#}\n").into_bytes()
}

/// An administrator of the sample network.
pub(crate) struct Administrator {
    signer: Box<dyn Signer>,
    origin: Origin,
}

impl Administrator {
    pub(crate) fn of(network: &Network, code: &str, node: &Node) -> Administrator {
        let key = network.node(code).join("keys/administrator.age");
        Administrator::with(&key, code, node)
    }

    /// The administrator who holds this key.
    pub(crate) fn with(key: &Path, code: &str, node: &Node) -> Administrator {
        let (_, status) = node.get("/v1/status");
        let origin = authority(&status, code)["origin"].as_str().unwrap();
        Administrator::of_log(key, origin.parse().unwrap())
    }

    /// The administrator who holds this key, for a log.
    pub(crate) fn of_log(key: &Path, origin: Origin) -> Administrator {
        let file = KeyFile::open(key, &Passphrase::new("sample".to_owned()).unwrap()).unwrap();
        Administrator {
            signer: file.keys()[0].clone().into_signer(),
            origin,
        }
    }

    /// A submission that puts one new record.
    pub(crate) fn put(&self, record: &str, text: &str) -> Vec<u8> {
        self.replace(record, text, None)
    }

    /// A submission that puts a record in the place of its previous version.
    pub(crate) fn replace(&self, record: &str, text: &str, previous: Option<Previous>) -> Vec<u8> {
        let content = serde_json::to_vec(&json!({ "sample": text })).unwrap();
        let payload = Payload {
            media_type: "application/json".to_owned(),
            record: content,
            attachments: Vec::new(),
        };
        let bytes = payload.to_bytes(&[7; 32]);
        let change = proto::Change {
            action: proto::Action::Put.into(),
            record: record.to_owned(),
            previous: previous.map(|previous| previous.to_proto()),
            audience: Audience::Green.to_proto().into(),
            digest: payload_digest(&bytes).0.to_vec(),
            size: bytes.len() as u64,
        };
        let update = proto::Update {
            origin: self.origin.to_string(),
            created_at: 1,
            changes: vec![change],
        };
        let signed = Signed::<Update>::sign(&update, &[&*self.signer]).unwrap();
        let base64 = |bytes: &[u8]| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
        serde_json::to_vec(&json!({ "update": base64(&signed.to_bytes()), "payloads": [base64(&bytes)] }))
            .unwrap()
    }
}
