//! `man`: the manual pages, made from the same grammar as the help texts.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use serde_json::json;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::files;
use crate::session::Session;

/// Print the manual page, or write one for each command into a folder.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison man /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// The folder; without one the page of liaison itself is printed.
    folder: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let Some(folder) = self.folder else {
            let mut page = Vec::new();
            let rendered = clap_mangen::Man::new(Arguments::command()).render(&mut page);
            rendered.map_err(|e| Failure::refused(format!("the page cannot be written: {e}")))?;
            return session.output.text("page", &String::from_utf8_lossy(&page));
        };
        files::create_folder(&folder)?;
        clap_mangen::generate_to(Arguments::command(), &folder).map_err(|e| files::failure(&folder, &e))?;
        session.output.answer(&json!({ "folder": folder }), |_| {
            format!("The manual pages are in {}.\n", folder.display())
        })
    }
}
