//! `network`: the charter, from its founding to each later version.

mod apply;
mod guard;
mod init;
#[cfg(feature = "node")]
mod node;
mod propose;
#[cfg(feature = "node")]
mod proposed;
mod show;
mod sign;
mod status;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

/// Found a network, change its charter, see who belongs to it.
#[derive(Debug, Subcommand)]
pub(crate) enum Network {
    Init(init::Init),
    Show(show::Show),
    Id(show::Id),
    #[command(subcommand)]
    Propose(propose::Propose),
    Sign(sign::Sign),
    Apply(apply::Apply),
    Status(status::Status),
    #[cfg(feature = "node")]
    Resolve(status::Resolve),
}

impl Network {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Network::Init(init) => init.run(session),
            Network::Show(show) => show.run(session),
            Network::Id(id) => id.run(session),
            Network::Propose(propose) => propose.run(session),
            Network::Sign(sign) => sign.run(session),
            Network::Apply(apply) => apply.run(session),
            Network::Status(status) => status.run(session),
            #[cfg(feature = "node")]
            Network::Resolve(resolve) => resolve.run(session),
        }
    }
}
