//! `node`: an authority's node on this machine.

mod init;
mod status;

use clap::Subcommand;

use crate::commands::node_run;
use crate::failure::Failure;
use crate::session::Session;

/// Set up and run an authority's node.
#[derive(Debug, Subcommand)]
pub(crate) enum Node {
    Init(init::Init),
    #[command(after_help = "Example:\n  liaison node run --config /etc/liaison/node.toml")]
    Run(node_run::Run),
    Status(status::Status),
}

impl Node {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Node::Init(init) => init.run(session),
            Node::Status(status) => status.run(session),
            Node::Run(run) => run.run(),
        }
    }
}
