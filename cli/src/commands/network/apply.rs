//! `network apply`: puts signed charter versions in force, in a charter file or at a node.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::status::describe_tallies;
use crate::charter_file::CharterFile;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// Put signed charter versions in force: at a node, or with --charter in a charter file.
///
/// Several copies of one proposal, each signed by others, are merged. A node also takes a version that still
/// gathers signatures, once one of the council has signed it, and passes it on.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network apply version-2.charter --charter network.charter")]
pub(crate) struct Apply {
    /// Signed proposals or charter files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The charter file that takes them in; it is changed, or made if there is none.
    #[arg(long, value_name = "FILE")]
    #[cfg_attr(not(feature = "node"), arg(required = true))]
    charter: Option<PathBuf>,
}

impl Apply {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match &self.charter {
            Some(path) => self.to_file(session, path),
            #[cfg(feature = "node")]
            None => super::node::apply(session, &begun(merge(None, &self.files)?)?),
            #[cfg(not(feature = "node"))]
            None => Err(Failure::usage("a charter file is needed; name it with --charter")),
        }
    }

    fn to_file(&self, session: &Session, path: &Path) -> Result<(), Failure> {
        let before = if path.exists() {
            Some(CharterFile::open(path)?)
        } else {
            None
        };
        let known = before
            .as_ref()
            .and_then(|file| file.newest())
            .map(|newest| newest.hash());
        let file = complete(merge(before, &self.files)?)?;
        let newest = file.in_force(path)?.newest();
        let is_changed = known != Some(newest.hash());
        if is_changed {
            files::replace(path, Readers::All, &file.to_bytes())?;
        }
        let answer = json!({
            "file": path, "network": file.network(), "version": newest.version, "hash": newest.hash(),
            "changed": is_changed,
        });
        session.output.answer(&answer, |_| {
            let version = format!("Version {} is in force in {}", newest.version, path.display());
            if is_changed {
                format!("{version}.\n")
            } else {
                format!("{version} already.\n")
            }
        })
    }
}

fn merge(into: Option<CharterFile>, paths: &[PathBuf]) -> Result<CharterFile, Failure> {
    let mut merged = into;
    for path in paths {
        let file = CharterFile::open(path)?;
        merged = Some(match merged {
            None => file,
            Some(mut merged) => {
                if merged.network() != file.network() {
                    let (theirs, ours) = (file.network().grouped(), merged.network().grouped());
                    let problem = format!("it is of network {theirs}, not of {ours}");
                    return Err(Failure::in_file(path, problem));
                }
                merged
                    .merge(file)
                    .map_err(|cause| Failure::in_file(path, cause))?;
                merged
            }
        });
    }
    merged.ok_or_else(|| Failure::usage("no file was named"))
}

// A node takes what is in force, and behind it one pending version that somebody has signed.
#[cfg(feature = "node")]
fn begun(file: CharterFile) -> Result<CharterFile, Failure> {
    match &file.pending {
        Some(pending) if file.chain.is_some() && pending.signers().is_empty() => {
            let version = pending.charter().version;
            Err(Failure::refused(format!(
                "nobody has signed version {version} yet; sign it first: liaison network sign FILE --key KEY"
            )))
        }
        Some(_) if file.chain.is_some() => Ok(file),
        _ => complete(file),
    }
}

// What lacks signatures is not put in force, and says whose.
fn complete(file: CharterFile) -> Result<CharterFile, Failure> {
    match &file.pending {
        None => Ok(file),
        Some(pending) => {
            let version = pending.charter().version;
            let lacks = describe_tallies(&file.tallies());
            Err(Failure::new(
                Exit::Refused,
                format!("version {version} cannot be in force yet: {lacks}"),
            ))
        }
    }
}
