//! `log`: the logs that a node holds, over the read paths that everybody may mirror.

mod check;
pub(crate) mod fetch;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use liaison_api::model::Network;
use liaison_protocol::tlog::{Policy as TlogPolicy, SignedCheckpoint};
use liaison_protocol::{Code, Origin};
use serde_json::json;

use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// Read and check the logs that a node holds.
#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    Show(show::Show),
    Head(Head),
    Check(check::Check),
    Policy(Policy),
}

impl Log {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Log::Show(show) => show.run(session),
            Log::Head(head) => head.run(session),
            Log::Check(check) => check.run(session),
            Log::Policy(policy) => policy.run(session),
        }
    }
}

/// Which log.
#[derive(Debug, Args)]
struct Which {
    /// The authority whose log it is.
    #[arg(value_name = "AUTHORITY")]
    authority: Code,
    /// An earlier epoch of the log.
    #[arg(long, value_name = "N")]
    epoch: Option<u32>,
}

impl Which {
    async fn origin(&self, connection: &Connection) -> Result<Origin, Failure> {
        let network: Network = connection.client.get("/v1/network").await?;
        connection.check_network(network.network)?;
        let listed = network
            .authorities
            .into_iter()
            .find(|a| a.authority == self.authority);
        let listed = listed
            .ok_or_else(|| Failure::not_found(format!("{} is not listed in the charter", self.authority)))?;
        Ok(self
            .epoch
            .map_or(listed.origin.clone(), |epoch| listed.origin.with_epoch(epoch)))
    }
}

/// Print the newest head of a log with its cosignatures, a C2SP checkpoint.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison log head FR > fr.checkpoint")]
pub(crate) struct Head {
    #[command(flatten)]
    which: Which,
}

impl Head {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let note = at_node(session, async |connection| {
            let origin = self.which.origin(connection).await?;
            connection
                .client
                .get_bytes(&format!("/{}/checkpoint", origin.hash()))
                .await
        })?;
        let checkpoint = SignedCheckpoint::parse(&note).map_err(|e| Failure::refused(e.to_string()))?;
        let head = &checkpoint.checkpoint;
        let text = checkpoint.note.to_string();
        let answer = json!({ "origin": head.origin, "size": head.size, "root": head.root,
                             "cosignatures": checkpoint.note.signatures.len().saturating_sub(1), "note": text });
        session.output.answer(&answer, |_| text.clone())
    }
}

/// Print the C2SP tlog-policy of a log: its key, its witnesses and their quorum.
///
/// It is the node's word; compare it with another node's before you trust it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison log policy FR -o fr.policy")]
pub(crate) struct Policy {
    #[command(flatten)]
    which: Which,
    /// Write it to this file.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Policy {
    fn run(self, session: &Session) -> Result<(), Failure> {
        files::must_be_new(&self.output)?;
        let bytes = at_node(session, async |connection| {
            let origin = self.which.origin(connection).await?;
            connection
                .client
                .get_bytes(&format!("/v1/logs/{}/policy", origin.hash()))
                .await
        })?;
        TlogPolicy::parse(&bytes).map_err(|e| Failure::refused(format!("the node's policy: {e}")))?;
        match &self.output {
            None => session.output.text("policy", &String::from_utf8_lossy(&bytes)),
            Some(path) => {
                files::create(path, Readers::All, &bytes)?;
                session.output.answer(&json!({ "file": path }), |_| {
                    format!("Wrote {}.\n", path.display())
                })
            }
        }
    }
}
