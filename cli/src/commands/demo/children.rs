//! The node processes of the demo. Each holds a pipe to this process and ends when it is closed,
//! however this process ends; so none survives.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tempfile::TempDir;

use super::ceremony::Party;

/// One running node.
pub(super) struct Running {
    pub(super) code: String,
    pub(super) socket: PathBuf,
    pub(super) addresses: Vec<String>,
    /// Where browsers reach it.
    pub(super) https: Option<SocketAddr>,
    child: Child,
    // Closed when this is dropped: the node's word to end.
    _lifeline: ChildStdin,
}

/// The line by which a node says that it is ready.
#[derive(Deserialize)]
struct Ready {
    socket: PathBuf,
    addresses: Vec<String>,
    https: Option<SocketAddr>,
}

/// Starts the node of a party on free loopback ports and waits until it is ready.
pub(super) fn start(party: &Party, sockets: Option<&Path>, bootstrap: &[String]) -> Result<Running> {
    write_settings(party, sockets, bootstrap)?;
    let log = std::fs::File::create(party.folder.join("node.log"))?;
    let mut child = Command::new(std::env::current_exe()?)
        .args(["node", "run", "--ready", "--while-stdin-open", "--config"])
        .arg(party.folder.join("node.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .context("a node process cannot be started")?;
    let lifeline = child
        .stdin
        .take()
        .context("a node process has no standard input")?;
    let stdout = child
        .stdout
        .take()
        .context("a node process has no standard output")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let Ok(Ready {
        socket,
        addresses,
        https,
    }) = serde_json::from_str(&line)
    else {
        let log = party.folder.join("node.log");
        bail!(
            "the node of {} did not start; its messages are in {}",
            party.code,
            log.display()
        );
    };
    Ok(Running {
        code: party.code.to_string(),
        socket,
        addresses,
        https,
        child,
        _lifeline: lifeline,
    })
}

fn write_settings(party: &Party, sockets: Option<&Path>, bootstrap: &[String]) -> Result<()> {
    let run = party.folder.join("run");
    std::fs::create_dir_all(&run)?;
    let list = |items: &[String]| serde_json::to_string(items);
    let listen = [
        "/ip4/127.0.0.1/udp/0/quic-v1".to_owned(),
        "/ip4/127.0.0.1/tcp/0".to_owned(),
    ];
    let settings = format!(
        "authority = \"{}\"\nrun = {}\npassphrase_file = {}\nlisten = {}\nbootstrap = {}\n\n[api]\nsocket = {}\nlisten = \"127.0.0.1:0\"\n",
        party.code,
        quoted(&run),
        quoted(&party.folder.join("passphrase")),
        list(&listen)?,
        list(bootstrap)?,
        quoted(&socket(party, sockets)),
    );
    Ok(std::fs::write(party.folder.join("node.toml"), settings)?)
}

/// A short folder for the sockets of parties whose own folders are too deep: a socket's name has at most 107 bytes on
/// Linux. It goes with the demo.
pub(super) fn sockets(parties: &[Party]) -> Result<Option<TempDir>> {
    let is_long = |party: &Party| socket(party, None).as_os_str().len() > 100;
    let folder = || tempfile::Builder::new().prefix("liaison-demo-").tempdir();
    Ok(parties.iter().any(is_long).then(folder).transpose()?)
}

fn socket(party: &Party, sockets: Option<&Path>) -> PathBuf {
    match sockets {
        Some(folder) => folder.join(format!("{}.sock", party.code)),
        None => party.folder.join("api.sock"),
    }
}

fn quoted(path: &Path) -> String {
    serde_json::Value::from(path.display().to_string()).to_string()
}

impl Running {
    /// Whether the process still runs.
    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The most memory that it has held, in bytes; none where the system does not say.
    pub(super) fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib * 1024)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The demo ends: nothing that a node holds is worth waiting for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
