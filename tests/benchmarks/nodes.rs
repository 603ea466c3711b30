//! Node processes of a sample network, and what is asked of them over their sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use liaison_protocol::dsse::Signed;
use liaison_protocol::update::{Audience, Payload, Update, payload_digest};
use liaison_protocol::{Origin, Signer, proto};
use liaison_signer::{KeyFile, Passphrase};
use serde_json::{Value, json};

/// How long anything may take before the run is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Founds a network of two authorities, FR and COE, by the demonstration.
pub(super) fn found(liaison: &Path, folder: &Path) {
    let demo = Command::new(liaison)
        .args(["--json", "demo", "--once", "--nodes", "2", "--data"])
        .arg(folder)
        .stdout(Stdio::null())
        .status();
    assert!(
        demo.is_ok_and(|status| status.success()),
        "the demonstration failed"
    );
}

/// A running node.
pub(super) struct Node {
    folder: PathBuf,
    socket: PathBuf,
    pub(super) addresses: Vec<String>,
    https: Option<SocketAddr>,
    child: Child,
    _lifeline: ChildStdin,
}

impl Node {
    /// Starts the node of an authority; it begins at `bootstrap`.
    pub(super) fn start(liaison: &Path, folder: &Path, bootstrap: &[String]) -> Node {
        let file = folder.join("node.toml");
        let settings = std::fs::read_to_string(&file).expect("the demonstration left its settings");
        let bootstrap = json!(bootstrap);
        let lines = settings.lines().map(|line| match line.split_once(" = ") {
            Some(("bootstrap", _)) => format!("bootstrap = {bootstrap}\n"),
            _ => format!("{line}\n"),
        });
        std::fs::write(&file, lines.collect::<String>()).expect("the settings can be written");
        let mut child = Command::new(liaison)
            .args(["node", "run", "--ready", "--while-stdin-open", "--config"])
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the node starts");
        let lifeline = child.stdin.take().expect("it was piped");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it was piped"))
            .read_line(&mut line)
            .expect("the node speaks");
        let ready: Value = serde_json::from_str(&line).expect("the node is ready");
        let texts = |value: &Value| -> Vec<String> {
            let items = value.as_array().expect("it lists its addresses");
            items
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        Node {
            folder: folder.to_owned(),
            socket: ready["socket"].as_str().expect("it names its socket").into(),
            addresses: texts(&ready["addresses"]),
            https: ready["https"].as_str().and_then(|address| address.parse().ok()),
            child,
            _lifeline: lifeline,
        }
    }

    /// Its status.
    pub(super) fn status(&self) -> Value {
        self.get("/v1/status")
    }

    /// What it answers for a path.
    pub(super) fn get(&self, path: &str) -> Value {
        self.ask("GET", path, &[])
    }

    /// What it answers for a body.
    pub(super) fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, body.to_string().as_bytes())
    }

    /// Where browsers reach it.
    pub(super) fn https(&self) -> SocketAddr {
        self.https.expect("the demonstration set an address for browsers")
    }

    /// Waits until its status says what it should.
    pub(super) fn wait(&self, holds: impl Fn(&Value) -> bool) {
        self.wait_for(PATIENCE, || holds(&self.status()));
    }

    /// Waits so long for something at most.
    pub(super) fn wait_for(&self, patience: Duration, holds: impl Fn() -> bool) {
        let until = Instant::now() + patience;
        while !holds() {
            assert!(Instant::now() < until, "waited in vain: {:#}", self.status());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A connection on which updates are submitted one after the other.
    pub(super) fn submissions(&self) -> Submissions {
        Submissions::connect(&self.socket)
    }

    /// Its events from now on.
    pub(super) fn events(&self) -> Events {
        Events::connect(&self.socket)
    }

    /// The most memory that it ever used, in bytes.
    pub(super) fn peak_memory(&self) -> f64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("Linux tells a process's memory");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        kibibytes.expect("VmHWM is a number of kB") * 1024.0
    }

    /// Who signs for its authority.
    pub(super) fn administrator(&self) -> Administrator {
        let path = self.folder.join("keys/administrator.age");
        let passphrase = Passphrase::new("sample".to_owned()).expect("it is not empty");
        let file = KeyFile::open(&path, &passphrase).expect("the demonstration left the key");
        let status = self.status();
        let own = status["authority"].as_str().unwrap_or_default();
        let authorities = status["authorities"]
            .as_array()
            .expect("the status lists authorities");
        let line = authorities.iter().find(|line| line["authority"] == own);
        let origin = line.and_then(|line| line["origin"].as_str()?.parse().ok());
        Administrator {
            signer: file
                .signer("administrator", &path)
                .expect("it is an administrator's"),
            origin: origin.expect("the own log has a name"),
        }
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> Value {
        let mut answer = String::new();
        send(&self.socket, method, path, body)
            .read_to_string(&mut answer)
            .expect("the node answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a body");
        serde_json::from_str(body).expect("the answer is JSON")
    }
}

fn send(socket: &Path, method: &str, path: &str, body: &[u8]) -> UnixStream {
    let mut stream = UnixStream::connect(socket).expect("the node listens");
    let request = request(method, path, "close", body);
    stream.write_all(&request).expect("the node reads");
    stream
}

fn request(method: &str, path: &str, connection: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: l\r\nconnection: {connection}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Updates on their way over one connection.
pub(super) struct Submissions(BufReader<UnixStream>);

impl Submissions {
    /// A connection to a socket that takes updates.
    pub(super) fn connect(socket: &Path) -> Submissions {
        let stream = UnixStream::connect(socket).expect("the node listens");
        Submissions(BufReader::new(stream))
    }

    /// Submits an update.
    pub(super) fn submit(&mut self, body: &[u8]) {
        let request = request("POST", "/v1/updates", "keep-alive", body);
        self.0.get_mut().write_all(&request).expect("the node reads");
    }

    /// Reads the answer to the update before: the entry that it became.
    pub(super) fn accepted(&mut self) -> u64 {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("the node answers");
            let header = line.trim_end().to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length: ") {
                length = value.parse().expect("a length is a number");
            }
            if header.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("an answer has a body");
        let accepted: Value = serde_json::from_slice(&body).unwrap_or_default();
        accepted["index"]
            .as_u64()
            .unwrap_or_else(|| panic!("not accepted: {}", String::from_utf8_lossy(&body)))
    }
}

/// A stream of events.
pub(super) struct Events(BufReader<UnixStream>);

impl Events {
    /// The events of a socket from now on.
    pub(super) fn connect(socket: &Path) -> Events {
        let stream = send(socket, "GET", "/v1/events", &[]);
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a socket has a timeout");
        let mut events = Events(BufReader::new(stream));
        // The first heartbeat says that it listens.
        while events.line() != ": alive" {}
        events
    }

    /// Waits until the node says that it holds so many entries of a log.
    pub(super) fn wait_held(&mut self, origin: &Origin, size: u64) {
        self.wait(|event| {
            let named = event["kind"] == "held" && event["origin"] == origin.as_str();
            named && event["size"].as_u64().is_some_and(|held| held >= size)
        });
    }

    /// Waits for an event.
    pub(super) fn wait(&mut self, is_awaited: impl Fn(&Value) -> bool) {
        loop {
            let line = self.line();
            let event: Value = line
                .strip_prefix("data: ")
                .and_then(|data| serde_json::from_str(data).ok())
                .unwrap_or_default();
            if is_awaited(&event) {
                return;
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).expect("the node goes on telling");
        assert!(read > 0, "the events ended");
        line.trim_end().to_owned()
    }
}

/// An administrator with a key.
pub(super) struct Administrator {
    signer: Box<dyn Signer>,
    pub(super) origin: Origin,
}

impl Administrator {
    /// The body of a request that puts a new record.
    pub(super) fn put(&self, record: &str) -> Vec<u8> {
        let (update, payload) = self.update(record);
        self.body(&update, vec![payload])
    }

    /// The body of a request that submits an update.
    pub(super) fn body(&self, update: &proto::Update, payloads: Vec<Vec<u8>>) -> Vec<u8> {
        let update = Signed::<Update>::sign(update, &[&*self.signer]).expect("a key in memory signs");
        let payloads: Vec<String> = payloads.into_iter().map(|p| STANDARD.encode(p)).collect();
        let body = json!({ "update": STANDARD.encode(update.to_bytes()), "payloads": payloads });
        body.to_string().into_bytes()
    }

    fn update(&self, record: &str) -> (proto::Update, Vec<u8>) {
        let payload = Payload {
            media_type: "application/json".to_owned(),
            record: json!({ "sample": "x".repeat(200) }).to_string().into_bytes(),
            attachments: Vec::new(),
        };
        let payload = payload.to_bytes(&[7; 32]);
        let change = proto::Change {
            action: proto::Action::Put.into(),
            record: record.to_owned(),
            previous: None,
            audience: Audience::Green.to_proto().into(),
            digest: payload_digest(&payload).0.to_vec(),
            size: payload.len() as u64,
        };
        let update = proto::Update {
            origin: self.origin.to_string(),
            created_at: 1,
            changes: vec![change],
        };
        (update, payload)
    }
}
