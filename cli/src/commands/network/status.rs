//! `network status`: what a pending charter version lacks, or how a node sees the network.

use std::path::PathBuf;

use clap::Args;
use liaison_protocol::charter::Tally;
use serde_json::json;

use crate::charter_file::CharterFile;
use crate::failure::Failure;
use crate::session::Session;

/// Show what a pending charter version lacks and from whom; without a file, how a node sees the network and what
/// is pending there.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network status version-2.charter")]
pub(crate) struct Status {
    /// A charter file or a proposal.
    #[cfg_attr(not(feature = "node"), arg(required = true))]
    file: Option<PathBuf>,
}

impl Status {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match &self.file {
            Some(path) => of_file(session, path),
            #[cfg(feature = "node")]
            None => super::node::status(session),
            #[cfg(not(feature = "node"))]
            None => Err(Failure::usage("a charter file is needed")),
        }
    }
}

fn of_file(session: &Session, path: &std::path::Path) -> Result<(), Failure> {
    let file = CharterFile::open(path)?;
    let tallies = file.tallies();
    let newest = file.newest().map(|newest| newest.version);
    let pending = file.pending.as_ref().map(|pending| pending.charter().version);
    let answer = json!({
        "network": file.network(), "in_force": newest, "pending": pending, "signatures": tallies,
    });
    session.output.answer(&answer, |_| {
        let force = match newest {
            Some(version) => format!("Version {version} is in force.\n"),
            None => "No version is in force yet.\n".to_owned(),
        };
        match pending {
            Some(version) => format!(
                "{force}Version {version} is pending.\n{}",
                describe_tallies(&tallies)
            ),
            None => format!("{force}None is pending.\n"),
        }
    })
}

/// Signatures that a pending version has and lacks, in words.
pub(crate) fn describe_tallies(tallies: &[Tally]) -> String {
    let mut text = String::new();
    for tally in tallies {
        let council = if tallies.len() > 1 {
            format!("{} council", tally.council)
        } else {
            "council".to_owned()
        };
        let (signed, needed) = (tally.signed.len(), tally.needed);
        text.push_str(&format!(
            "{signed} of the {needed} signatures of the {council} that it needs are there"
        ));
        if tally.lacking() == 0 {
            text.push_str(".\n");
            continue;
        }
        text.push_str(&format!("; {} more from any of:\n", tally.lacking()));
        for key in &tally.missing {
            text.push_str(&format!("  {key}\n"));
        }
    }
    text
}

/// Choose between valid charter versions that follow the same one, for this node.
///
/// Of two in one round only the operator can decide which counts; of others the higher round counts, unless the operator
/// decides. All nodes of the network should decide alike.
#[cfg(feature = "node")]
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network resolve \
                  5e4ad5e51f3c2d0b9a8877665544332211000f1e2d3c4b5a69788796a5b4c3d2")]
pub(crate) struct Resolve {
    /// Hash of the version that counts.
    hash: liaison_protocol::Hash,
}

#[cfg(feature = "node")]
impl Resolve {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        super::node::resolve(session, self.hash)
    }
}
