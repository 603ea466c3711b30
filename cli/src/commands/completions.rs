//! `completions`: what a shell needs to complete commands and flags.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::session::Session;

/// Print the completions for a shell.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison completions bash > ~/.local/share/bash-completion/completions/liaison"
)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "liaison", &mut script);
        session.output.text("script", &String::from_utf8_lossy(&script))
    }
}
