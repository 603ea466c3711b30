//! `node`: an authority's node on this machine.

mod config;
pub(crate) mod doctor;
mod init;
mod rebuild;
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
    Doctor(doctor::Doctor),
    Rebuild(rebuild::Rebuild),
    Config(config::Config),
}

impl Node {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Node::Init(init) => init.run(session),
            Node::Status(status) => status.run(session),
            Node::Rebuild(rebuild) => rebuild.run(session),
            Node::Config(config) => config.run(session),
            Node::Doctor(doctor) => doctor.run(session),
            Node::Run(run) => run.run(),
        }
    }
}
