//! `mandate`: what a root key says about the keys of its authority.

mod grant;
mod list;
pub(crate) mod position;
mod revoke;
pub(crate) mod statements;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

/// Mandate keys with the root key, end them, and see which hold.
#[derive(Debug, Subcommand)]
pub(crate) enum Mandate {
    Grant(grant::Grant),
    Revoke(revoke::Revoke),
    List(list::List),
    #[cfg(feature = "node")]
    Import(statements::Import),
}

impl Mandate {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Mandate::Grant(grant) => grant.run(session),
            Mandate::Revoke(revoke) => revoke.run(session),
            Mandate::List(list) => list.run(session),
            #[cfg(feature = "node")]
            Mandate::Import(import) => import.run(session),
        }
    }
}
