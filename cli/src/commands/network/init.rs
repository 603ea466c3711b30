//! `network init`: the first version of a charter, which admits nobody.

use std::path::PathBuf;

use clap::Args;
use liaison_protocol::ceremony::first_charter;
use liaison_records::render_charter;
use liaison_signer::PublicHalf;
use serde_json::json;

use super::status::describe_tallies;
use crate::charter_file::CharterFile;
use crate::clock;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// Write the first version of a charter, to be signed by its council.
///
/// It admits nobody: every authority, founders too, enters by `node init`, `mandate grant` and
/// `network propose admit`. Its hash is the network id, for ever.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison network init --name \"Police Network\" --prefix policenet.example \
                  --council a.pub b.pub c.pub d.pub"
)]
pub(crate) struct Init {
    /// The network's name.
    #[arg(long)]
    name: String,
    /// The first part of the names of all logs, for ever: a domain name that you control.
    #[arg(long)]
    prefix: String,
    /// The public halves of the council's keys, 4 to 15.
    #[arg(long, num_args = 1.., value_name = "PUB", required = true)]
    council: Vec<PathBuf>,
    /// The charter file.
    #[arg(
        short,
        long = "output",
        value_name = "FILE",
        default_value = "network.charter"
    )]
    output: PathBuf,
}

impl Init {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        files::must_be_new([&self.output])?;
        let halves: Vec<PublicHalf> = self
            .council
            .iter()
            .map(|path| PublicHalf::open(path))
            .collect::<Result<_, _>>()?;
        let keys: Vec<_> = halves.iter().map(|half| half.key.clone()).collect();
        let first = first_charter(&self.name, &self.prefix, &keys, clock::now());
        let file = CharterFile::founding(&first)
            .map_err(|cause| Failure::refused(format!("no charter can be made of this: {cause}")))?;
        files::create(&self.output, Readers::All, &file.to_bytes())?;

        let tallies = file.tallies();
        let answer = json!({ "file": self.output, "network": file.network(), "signatures": tallies });
        session.output.answer(&answer, |_| {
            let mut text = String::new();
            if let Some(pending) = &file.pending {
                text.push_str(&render_charter(None, pending.charter(), pending.hash()));
            }
            text.push_str("\nThe council as it was named here:\n");
            for half in &halves {
                text.push_str(&format!("  {}  {}\n", half.key.id(), half.name));
            }
            text.push_str(&format!("\n{} is pending.\n", self.output.display()));
            text.push_str(&describe_tallies(&tallies));
            text
        })
    }
}
