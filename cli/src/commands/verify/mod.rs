//! `verify`: where a file comes from, without a node and without a network (specification, section 9).

mod evidence;
mod proof;
mod report;

use std::path::{Path, PathBuf};

use clap::Args;
use liaison_protocol::Hash;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::verify::{Anchor, BUNDLE_SIZE_MAX, Outcome, Trust, verify_bundle};
use serde_json::json;

use crate::charter_file::CharterFile;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::material::Material;
use crate::session::Session;

/// Verify where bundles, tlog-proofs or evidence come from, with nothing but what you trust.
///
/// A bundle is held against the network id that you know from elsewhere, or against a tlog-policy. A
/// tlog-proof needs a policy, evidence a charter file or a bundle of the same network. Without
/// something to hold it against the answer is `cannot decide`, never `valid`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison verify FR.practice.cameras.liaison --network network.charter")]
pub(crate) struct Verify {
    /// The files. Of several each has an answer, in their order, and the worst of them decides how the command ends.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The network id, as 64 hex digits, spaces ignored; or a charter file that you trust.
    #[arg(long, value_name = "ID")]
    network: Option<String>,
    /// A C2SP tlog-policy that you trust.
    #[arg(long, value_name = "FILE", conflicts_with = "network")]
    policy: Option<PathBuf>,
    /// Something newer that you know: the hash of a charter version, or a file with a charter or a
    /// checkpoint; may be repeated.
    #[arg(long = "anchor", value_name = "HASH|FILE")]
    anchors: Vec<String>,
    /// For evidence: a charter file or a bundle of the network.
    #[arg(long, value_name = "FILE")]
    charter: Option<PathBuf>,
    /// For a tlog-proof that does not carry its entry: the entry's bytes.
    #[arg(long, value_name = "FILE")]
    entry: Option<PathBuf>,
}

/// Ways in which the verification of a file ends without success.
const WORST_FIRST: [Exit; 4] = [Exit::Refused, Exit::NotFound, Exit::Usage, Exit::CannotDecide];

impl Verify {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match &self.files[..] {
            [file] => self.verify(session, file),
            files => self.verify_all(session, files),
        }
    }

    // Each of them, whatever became of the others.
    fn verify_all(&self, session: &Session, files: &[PathBuf]) -> Result<(), Failure> {
        let mut ends = Vec::new();
        for file in files {
            session.output.heading(&file.display().to_string())?;
            if let Err(failure) = self.verify(session, file) {
                session.output.failure(&failure);
                ends.push(failure.exit);
            }
        }
        let worst = WORST_FIRST.into_iter().find(|exit| ends.contains(exit));
        worst.map_or(Ok(()), |exit| Err(Failure::answered(exit)))
    }

    fn verify(&self, session: &Session, file: &Path) -> Result<(), Failure> {
        let bytes = files::read(file, BUNDLE_SIZE_MAX)?;
        match Material::of(&bytes) {
            Material::TlogProof => proof::verify(self, session, file, &bytes),
            Material::Evidence => evidence::verify(self, session, &bytes),
            // What is damaged is taken for a bundle: its first broken link says more than a guess.
            Material::Bundle | Material::Unknown => self.verify_bundle(session, &bytes),
            found => {
                let problem = format!("it is {found}; a bundle, a tlog-proof or evidence can be verified");
                Err(Failure::in_file(file, problem))
            }
        }
    }

    fn verify_bundle(&self, session: &Session, bytes: &[u8]) -> Result<(), Failure> {
        let policy = self.policy.as_deref().map(super::policy::open).transpose()?;
        let anchors = self
            .anchors
            .iter()
            .map(|anchor| read_anchor(anchor))
            .collect::<Result<_, _>>()?;
        let trust = Trust {
            network: self.network()?,
            policy,
            anchors,
        };
        let outcome = verify_bundle(bytes, &trust);
        let answer = match &outcome {
            Outcome::Valid(report) => json!({ "outcome": "valid", "report": report }),
            Outcome::CannotDecide(report, why) => {
                json!({ "outcome": "cannot-decide", "why": why, "report": report })
            }
            Outcome::Invalid(broken) => json!({ "outcome": "invalid", "broken": broken }),
        };
        session
            .output
            .answer(&answer, |paint| report::describe(&outcome, paint))?;
        match outcome {
            Outcome::Valid(_) => Ok(()),
            Outcome::CannotDecide(..) => Err(Failure::answered(Exit::CannotDecide)),
            Outcome::Invalid(_) => Err(Failure::answered(Exit::Refused)),
        }
    }

    fn network(&self) -> Result<Option<Hash>, Failure> {
        let Some(text) = &self.network else {
            return Ok(None);
        };
        if let Ok(id) = text.parse() {
            return Ok(Some(id));
        }
        let path = Path::new(text);
        if path.exists() {
            return Ok(Some(CharterFile::open(path)?.network()));
        }
        Err(Failure::usage(format!(
            "‘{text}’ is neither a network id of 64 hex digits nor a charter file"
        )))
    }
}

fn read_anchor(text: &str) -> Result<Anchor, Failure> {
    if let Ok(hash) = text.parse() {
        return Ok(Anchor::Charter(hash));
    }
    let path = Path::new(text);
    if !path.exists() {
        let problem = format!("‘{text}’ is neither a hash of 64 hex digits nor a file");
        return Err(Failure::usage(problem));
    }
    let bytes = files::read(path, liaison_protocol::charter::CHAIN_SIZE_MAX)?;
    if let Ok(checkpoint) = SignedCheckpoint::parse(&bytes) {
        return Ok(Anchor::Checkpoint(checkpoint));
    }
    let file =
        CharterFile::from_bytes(&bytes).map_err(|cause| Material::Charter.mismatch(path, &bytes, &cause))?;
    Ok(Anchor::Charter(file.in_force(path)?.newest().hash()))
}
