//! `liaison node run`: runs the node of an authority until it is told to stop.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use liaison_config::Settings;
use liaison_node::backend::{NodeBackend, Process};
use liaison_node::{Node, NodeKeys, Options};
use liaison_protocol::Signer;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_signer::pkcs11::Uri;
use liaison_signer::{KeyFile, PassphraseSource};
use tokio::io::AsyncReadExt as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::log_key;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::SettingsArgs;

/// Run this authority's node until it is told to stop.
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    settings: SettingsArgs,
    /// The charter chain; beside the settings unless given.
    #[arg(long, value_name = "FILE")]
    charter: Option<PathBuf>,
    /// Print one line of JSON when the node is ready: `{"socket": …, "addresses": […], "https": …}`.
    #[arg(long)]
    ready: bool,
    /// Stop when standard input is closed, as when the process that started this one has ended.
    #[arg(long)]
    while_stdin_open: bool,
}

impl Run {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match run(self)? {
            Some(cause) => Err(Failure::new(
                Exit::Stopped,
                format!("the node stopped writing to stay safe: {cause}"),
            )),
            None => Ok(()),
        }
    }
}

// Why it stopped for safety, if it did.
fn run(args: &Run) -> Result<Option<String>> {
    let settings = args.settings.load()?.settings;
    liaison_node::logging::start(&settings.log);
    let folder = args.settings.config.parent().unwrap_or(Path::new("")).to_owned();
    let charter = args
        .charter
        .clone()
        .unwrap_or_else(|| folder.join("network.charter"));
    let bytes = std::fs::read(&charter)
        .with_context(|| format!("{}: the charter cannot be read", charter.display()))?;
    let charters = Signed::<Charter>::read_chain(&bytes)
        .with_context(|| format!("{}: is no charter chain", charter.display()))?;
    let passphrase = passphrase(&settings).get(&settings.keys)?;
    let file = KeyFile::open(&settings.keys, &passphrase)?;
    drop(passphrase);
    // After the file: a wrong passphrase costs no try of the PIN.
    let keys = NodeKeys::from_file(&file, &settings.keys, log_key(&settings)?)?;
    drop(file);
    // All sockets share a thread, as the engine has one: what follows from one message wakes no other.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let stopped = runtime.block_on(serve(args, settings, charters, keys));
    // A read of standard input that still waits for its end would hold the runtime.
    runtime.shutdown_background();
    stopped
}

fn log_key(settings: &Settings) -> Result<Option<Box<dyn Signer>>, Failure> {
    let Some(key) = &settings.log_key else {
        return Ok(None);
    };
    let uri = key.as_str().parse::<Uri>();
    let uri = uri.map_err(|error| Failure::usage(format!("the setting log_key: {error}")))?;
    let signer = log_key::for_node(&uri, settings.pin_file.as_deref())?;
    Ok(Some(Box::new(signer)))
}

fn passphrase(settings: &Settings) -> PassphraseSource<'static> {
    match &settings.passphrase_file {
        Some(path) => PassphraseSource::File(path.clone()),
        None => PassphraseSource::credential("passphrase")
            .unwrap_or(PassphraseSource::Prompt(&crate::prompt::ask)),
    }
}

async fn serve(
    args: &Run,
    settings: Settings,
    charters: Vec<Signed<Charter>>,
    keys: NodeKeys,
) -> Result<Option<String>> {
    let socket = settings.socket();
    let expected = settings.listen.len();
    let api = settings.api.clone();
    let state = settings.state.clone();
    let shown = Arc::new(settings.clone());
    let mut node = Node::start(Options {
        settings,
        charters,
        keys,
        clock: liaison_node::runtime::now,
    })
    .await?;
    let process = Process {
        instance: hex(&node.instance),
        started_at: liaison_node::runtime::now(),
        settings: shown,
    };
    let backend = Arc::new(NodeBackend::new(&node, process)?);
    let (stop, stopping) = watch::channel(false);
    let interface = liaison_node::interface::serve(&node, backend, &api, &socket, &state, stopping).await?;
    // Addresses become known one by one; a port that was left open is known only then.
    let mut listens = true;
    while listens && node.listening.borrow().len() < expected {
        listens = node.listening.changed().await.is_ok();
    }
    // Otherwise the engine has ended, and says why below.
    if args.ready && listens {
        let addresses = node.listening.borrow().clone();
        let line = serde_json::json!({ "socket": socket, "addresses": addresses, "https": interface.https });
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}")?;
        out.flush()?;
    }
    let failed = wait(args.while_stdin_open, &node).await?;
    stop.send_replace(true);
    interface.served.await;
    Ok(match node.stop().await {
        Err(cause) => Some(cause.to_string()),
        Ok(()) => failed.then(|| "its thread ended".to_owned()),
    })
}

// True when the engine ended by itself: a write or a key failed.
async fn wait(while_stdin_open: bool, node: &Node) -> Result<bool> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut check = tokio::time::interval(std::time::Duration::from_millis(500));
    let closed = async {
        if while_stdin_open {
            let mut input = tokio::io::stdin();
            let mut buffer = [0; 64];
            while matches!(input.read(&mut buffer).await, Ok(read) if read > 0) {}
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::pin!(closed);
    loop {
        tokio::select! {
            _ = interrupted.recv() => return Ok(false),
            _ = terminated.recv() => return Ok(false),
            () = &mut closed => return Ok(false),
            _ = check.tick() => if node.has_ended() { return Ok(true) },
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
