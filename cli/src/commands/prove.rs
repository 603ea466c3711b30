//! `prove`: the file that shows a stranger where a record comes from.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use liaison_api::model::Record;
use liaison_protocol::Origin;
use liaison_protocol::tlog::{SignedCheckpoint, TlogProof};
use liaison_protocol::verify::Bundle;
use liaison_records::Reference;
use serde_json::json;

use crate::client::contexts::{Connection, at_node};
use crate::client::trust::{live_log, record_path};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// Write the proof of a record's current version, or of the version at REF@INDEX.
///
/// The proof is verified before it is written. A bundle needs nothing but the network id to be verified
/// by `liaison verify`; a tlog-proof is for tools that know C2SP's formats, with `liaison log policy`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison prove FR/practice/cameras -o cameras.liaison")]
pub(crate) struct Prove {
    /// The record, as AUTHORITY/kind/slug, with @INDEX for one of its versions.
    #[arg(value_name = "REF")]
    reference: Reference,
    /// Which file.
    #[arg(long, value_enum, default_value_t = Format::Bundle)]
    format: Format,
    /// The file.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The proofs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A bundle with charter, statements and payload.
    Bundle,
    /// A C2SP tlog-proof that carries the entry.
    TlogProof,
}

impl Prove {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let output = self.output.clone().unwrap_or_else(|| self.default_output());
        files::must_be_new([&output])?;
        let (network, bytes, report) = at_node(session, async |connection| {
            let chain = connection.chain().await?;
            let (origin, index) = self.entry(connection, &chain).await?;
            let (bytes, report) = connection.bundle(chain.network(), &origin, index).await?;
            Ok((chain.network(), bytes, report))
        })?;
        let written = match self.format {
            Format::Bundle => bytes,
            Format::TlogProof => tlog_proof(&bytes)?,
        };
        files::create(&output, Readers::All, &written)?;
        let answer = json!({ "file": output, "network": network, "report": report });
        session
            .output
            .answer(&answer, |_| self.describe(&output, &network))
    }

    fn default_output(&self) -> PathBuf {
        let extension = if self.format == Format::Bundle {
            "liaison"
        } else {
            "tlog-proof"
        };
        PathBuf::from(format!(
            "{}.{extension}",
            self.reference.to_string().replace(['/', ':', '@'], ".")
        ))
    }

    async fn entry(
        &self,
        connection: &Connection,
        chain: &liaison_protocol::charter::Chain,
    ) -> Result<(Origin, u64), Failure> {
        let path = record_path(&self.reference)?;
        match (self.reference.index, self.reference.authority.only()) {
            (Some(index), Some(code)) => Ok((live_log(chain, code)?, index)),
            _ => {
                let record: Record = connection.client.get(&path).await?;
                Ok((record.origin, record.previous.index))
            }
        }
    }

    fn describe(&self, output: &Path, network: &liaison_protocol::Hash) -> String {
        let file = output.display();
        match self.format {
            Format::Bundle => {
                format!(
                    "Wrote {file}. Anybody verifies it with\n  liaison verify {file} --network \"{}\"\n",
                    network.grouped()
                )
            }
            Format::TlogProof => {
                format!(
                    "Wrote {file}. Anybody verifies it with a policy that they trust:\n  liaison verify {file} --policy FILE\n"
                )
            }
        }
    }
}

// The entry itself goes along as extra data: its hash in the tree confirms it.
fn tlog_proof(bundle: &[u8]) -> Result<Vec<u8>, Failure> {
    let bundle = Bundle::from_bytes(bundle)?;
    let checkpoint =
        SignedCheckpoint::parse(&bundle.checkpoint).map_err(|e| Failure::refused(e.to_string()))?;
    let proof = TlogProof {
        extra: Some(bundle.entry.leaf),
        index: bundle.entry.index,
        hashes: bundle.entry.proof,
        checkpoint,
    };
    Ok(proof.to_bytes())
}
