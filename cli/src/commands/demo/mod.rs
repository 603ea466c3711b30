//! `liaison demo`: a sample network of real node processes on this machine, from its founding to
//! the verified proof of an update. Nothing in it is played: each node is this same program.

mod ceremony;
mod children;
mod convergence;
mod records;
mod steps;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Show a sample network at work on this machine.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Authorities, the secretariat COE counted.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=47))]
    nodes: u8,
    /// End when all has been shown, instead of staying up until Ctrl-C.
    #[arg(long)]
    once: bool,
    /// Keep everything under this folder, which must not exist or be empty; sockets excepted where its path is too long
    /// for their names.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What the demo found; printed with `--json`.
#[derive(Debug, Serialize)]
struct Outcome {
    /// The network id.
    network: String,
    /// Node processes.
    nodes: usize,
    /// Their authorities.
    authorities: Vec<String>,
    /// Distinct entries on the node that has fewest.
    entries: u64,
    /// Whether all nodes hold the same and find the same effects.
    converged: bool,
    /// Whether a quorum covers the update.
    witnessed: bool,
    /// Valid cosignatures of others on the first quorum head that covers the update.
    cosignatures: usize,
    /// From sending the update to the last node's word that it holds it; none when a node kept silent.
    propagation_ms: Option<u64>,
    /// The exported bundle.
    bundle: PathBuf,
    /// Whether the bundle was found valid offline.
    proof_verified: bool,
    /// Whether a copy with one byte changed was found invalid.
    tampered_refused: bool,
    /// Where a browser reads what the nodes hold; none with `--once`.
    #[serde(skip_serializing_if = "Option::is_none")]
    console: Option<ConsoleAccess>,
}

/// How a browser comes in.
#[derive(Debug, Serialize)]
struct ConsoleAccess {
    /// The page of the first node.
    address: String,
    /// SHA-256 of its certificate.
    fingerprint: String,
    /// A token of that node, which ends with the demo.
    token: String,
}

impl Demo {
    pub(crate) fn run(&self, session: &Session) -> Result<(), Failure> {
        if run(self, session)? {
            Ok(())
        } else {
            Err(Failure::new(
                Exit::Refused,
                "the demonstration did not come out as it should",
            ))
        }
    }
}

// True when all came out as it should.
fn run(args: &Demo, session: &Session) -> Result<bool> {
    let kept = match &args.data {
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("{}: cannot be created", folder.display()))?;
            let empty = std::fs::read_dir(folder)?.next().is_none();
            anyhow::ensure!(empty, "{}: is not empty; name a new folder", folder.display());
            None
        }
        None => Some(tempfile::Builder::new().prefix("liaison-demo-").tempdir()?),
    };
    let folder = match (&args.data, &kept) {
        (Some(folder), _) => std::fs::canonicalize(folder)?,
        (None, Some(kept)) => kept.path().to_owned(),
        (None, None) => anyhow::bail!("no folder for the demo"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let json = session.output.is_json();
    let say = steps::Say { quiet: json };
    runtime.block_on(async {
        let mut show = steps::Show::start(&folder, usize::from(args.nodes), say).await?;
        let mut outcome = show.run().await?;
        if !args.once {
            outcome.console = Some(show.open_console().await?);
        }
        let tell = |outcome: &Outcome| {
            if json {
                println!("{}", serde_json::to_string(outcome)?);
            }
            anyhow::Ok(())
        };
        tell(&outcome)?;
        if !args.once {
            let mut interrupt = signal(SignalKind::interrupt())?;
            show.tell_sockets();
            while show.watch(&mut interrupt, &mut outcome).await? {
                tell(&outcome)?;
            }
        }
        let good =
            outcome.converged && outcome.witnessed && outcome.proof_verified && outcome.tampered_refused;
        Ok(good)
    })
}
