//! `network sign`: one council key's signature on the pending version of a charter file.

use std::path::PathBuf;

use clap::Args;
use liaison_records::render_charter;
use serde_json::json;

use super::status::describe_tallies;
use crate::charter_file::CharterFile;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::key_at::KeyAt;
use crate::prompt::{PassphraseFrom, confirm};
use crate::session::Session;

/// Sign the pending version of a charter file with a council key.
///
/// The text that is shown is made from the very bytes that are signed. The signature is added to the
/// file; with the last one that is needed the version is in force. Sign one successor of a version in
/// a round: two signatures contradict each other, and anybody can prove it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network sign version-2.charter --key council-1.age")]
pub(crate) struct Sign {
    /// The proposal, or the new charter file of a network that is being founded.
    file: PathBuf,
    /// The council key, a file or a pkcs11: URI.
    #[arg(long, value_name = "KEY")]
    key: KeyAt,
    #[command(flatten)]
    passphrase: PassphraseFrom,
}

impl Sign {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let mut file = CharterFile::open(&self.file)?;
        let Some(pending) = &file.pending else {
            return Err(Failure::in_file(
                &self.file,
                "no version is pending; all that it holds is in force",
            ));
        };
        let before = file.newest().map(|newest| newest.value());
        let (version, hash) = (pending.charter().version, pending.hash());
        let text = render_charter(before, pending.charter(), hash);
        let question = format!("Sign version {version} of the charter with {}?", self.key);
        confirm(session, &text, &question)?;
        let signer = self.passphrase.signer(&self.key)?;
        let is_in_force = file
            .sign(&*signer)
            .map_err(|cause| Failure::refused(format!("{}: {cause}", self.key)))?;
        files::replace(&self.file, Readers::All, &file.to_bytes())?;

        let tallies = file.tallies();
        let answer = json!({
            "file": self.file, "version": version, "hash": hash, "key_id": signer.public_key().id(),
            "in_force": is_in_force, "signatures": tallies,
        });
        session.output.answer(&answer, |paint| {
            let signed = format!(
                "Signed version {version} with key {}.\n",
                signer.public_key().id()
            );
            if is_in_force {
                let word = paint.good("in force");
                format!(
                    "{signed}It has all signatures that it needs and is {word} for whoever has this file.\n"
                )
            } else {
                format!("{signed}{}", describe_tallies(&tallies))
            }
        })
    }
}
