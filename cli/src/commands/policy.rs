//! `policy`: C2SP tlog-policies, by which anybody judges a checkpoint without a charter.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use liaison_protocol::tlog::policy::MAX_POLICY_BYTES;
use liaison_protocol::tlog::tlog_proof::MAX_PROOF_BYTES;
use liaison_protocol::tlog::{Policy as TlogPolicy, SignedCheckpoint, TlogProof};
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::material::Material;
use crate::session::Session;

/// Judge checkpoints by a C2SP tlog-policy.
#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    Check(Check),
}

impl Policy {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Policy::Check(check) => check.run(session),
        }
    }
}

/// Check whether a checkpoint, alone or in a proof, satisfies a policy.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison policy check fr.policy fr.checkpoint")]
pub(crate) struct Check {
    /// The policy.
    policy: PathBuf,
    /// A checkpoint or a tlog-proof.
    subject: PathBuf,
}

impl Check {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let policy = open(&self.policy)?;
        let bytes = files::read(&self.subject, MAX_PROOF_BYTES)?;
        let checkpoint = match Material::of(&bytes) {
            Material::TlogProof => TlogProof::parse(&bytes).map(|proof| proof.checkpoint),
            _ => SignedCheckpoint::parse(&bytes).map_err(Into::into),
        };
        let checkpoint =
            checkpoint.map_err(|cause| Material::Checkpoint.mismatch(&self.subject, &bytes, &cause))?;
        let head = &checkpoint.checkpoint;
        let judged = policy.satisfied(&checkpoint);
        let mut answer = json!({ "origin": head.origin, "size": head.size, "root": head.root });
        match &judged {
            Ok(witnesses) => answer["cosigned"] = json!(witnesses),
            Err(cause) => answer["refused"] = json!(cause.to_string()),
        }
        answer["satisfied"] = json!(judged.is_ok());
        session.output.answer(&answer, |paint| match &judged {
            Ok(witnesses) => {
                let names = if witnesses.is_empty() {
                    "nobody".to_owned()
                } else {
                    witnesses.join(", ")
                };
                let head = format!("{} at size {}", head.origin, head.size);
                format!("{}: {head}, cosigned by {names}\n", paint.good("satisfied"))
            }
            Err(cause) => format!("{}: {cause}\n", paint.bad("not satisfied")),
        })?;
        judged.map(drop).map_err(|_| Failure::answered(Exit::Refused))
    }
}

/// Reads a policy file.
pub(crate) fn open(path: &std::path::Path) -> Result<TlogPolicy, Failure> {
    let bytes = files::read(path, MAX_POLICY_BYTES)?;
    TlogPolicy::parse(&bytes).map_err(|cause| Material::Policy.mismatch(path, &bytes, &cause))
}
