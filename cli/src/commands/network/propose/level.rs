//! `network propose level`: the format level of what follows.

use clap::Args;
use liaison_protocol::charter::FORMAT_LEVEL;

use super::Base;
use crate::failure::Failure;
use crate::session::Session;

/// Raise the format level; it never goes down.
///
/// Do so once every node runs a release that knows the level. One that does not keeps and cosigns all
/// logs, but shows and publishes nothing more in those that name this version.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network propose level 2 --ahead")]
pub(crate) struct Level {
    /// The level.
    level: u32,
    /// Name a level that this release does not know.
    #[arg(long)]
    ahead: bool,
    #[command(flatten)]
    base: Base,
}

impl Level {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let Level { level, ahead, base } = self;
        base.propose(session, |_, charter| {
            let now = charter.format_level;
            if level <= now {
                return Err(Failure::refused(format!(
                    "the format level is {now} already, and it never goes down"
                )));
            }
            if level > FORMAT_LEVEL && !ahead {
                return Err(Failure::refused(format!(
                    "this release knows format levels up to {FORMAT_LEVEL}: its nodes would show and publish nothing \
                     more; use a release that knows level {level}, or say --ahead"
                )));
            }
            charter.format_level = level;
            Ok(())
        })
    }
}
