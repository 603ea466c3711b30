//! `import`: a folder of records, of which only what changed is published.

mod folder;
mod plan;

use std::path::PathBuf;

use clap::Args;
use liaison_protocol::update::Audience;

use super::drafts::waiting;
use super::put::{Put, parse_audience};
use super::submit::{self, Submit};
use crate::client::contexts::at_node;
use crate::failure::Failure;
use crate::session::Session;

use plan::Plan;

/// Publish what changed in a folder of records.
///
/// Each file below DIR that is called kind.slug.json or kind.slug.yaml holds one record. All of them are
/// checked before anything is signed; then the newest versions are compared, and what is new or differs is
/// published in as few updates as possible. It can be run again and again: what stands already is left
/// alone, and a run that was broken off is taken up where it ended. Records without a file stay as they are.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison import profile --dry-run")]
pub(crate) struct Import {
    /// The folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Check everything and show what would be published; nothing is signed.
    #[arg(long)]
    dry_run: bool,
    /// Who may read what is published: clear, green or amber, as with `publish`.
    #[arg(long, value_name = "TLP", value_parser = parse_audience)]
    audience: Option<Audience>,
    /// Replace versions that the files were not made from, too.
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    submit: Submit,
}

impl Import {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let sources = folder::read(&self.folder)?;
        if !self.dry_run {
            self.submit.require_keys()?;
        }
        let put = Put {
            audience: self.audience,
            overwrites: self.overwrite,
        };
        at_node(session, async |connection| {
            let log = submit::own_log(connection).await?;
            let held = match waiting::all(connection).await {
                // Who may not see what waits may not publish either.
                Err(_) if self.dry_run => Vec::new(),
                held => held?,
            };
            let mut plan = Plan::make(session, connection, &log, sources, &held, &put).await?;
            let conflicts = plan.refuse_conflicts(session);
            if self.dry_run && conflicts.is_err() {
                return plan.answer(session, true);
            }
            conflicts?;
            let updates = plan.updates(session, connection, &put).await?;
            if !self.dry_run {
                plan.publish(session, connection, &self.submit, updates).await?;
            }
            plan.answer(session, self.dry_run)
        })
    }
}
