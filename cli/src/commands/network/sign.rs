//! `network sign`: one council key's signature on a pending version, in a file or at a node.

use std::path::{Path, PathBuf};

use clap::Args;
use liaison_protocol::charter::{Chain, Charter, Conflict, Pending};
use liaison_protocol::dsse::Signed;
use liaison_protocol::{KeyId, Signer};
use liaison_records::render_charter;
use serde_json::json;

use super::guard::{self, Anyway};
use super::status::describe_tallies;
use crate::charter_file::CharterFile;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::key_at::KeyAt;
use crate::prompt::{PassphraseFrom, confirm};
use crate::session::Session;

/// Sign a pending charter version with a council key: that of a file, or one at a node.
///
/// The text that is shown is made from the very bytes that are signed. In a file the signature is
/// added to it; with a hash the version is fetched from the node and handed back to it. With the last
/// signature that is needed the version is in force. Sign one successor of a version in a round: two
/// signatures contradict each other, and anybody can prove it. What the file or the node shows that
/// this key signed before is told, and nothing is signed that contradicts it.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison network sign version-2.charter --key council-1.age\n  \
                        liaison network sign 5e4ad5e51f3c --key council-1.age"
)]
pub(crate) struct Sign {
    /// The proposal, the new charter file of a network that is being founded, or the first digits (8 at
    /// least) of the hash of a version that is pending at the node.
    #[arg(value_name = "FILE|HASH")]
    target: PathBuf,
    /// The council key, a file or a pkcs11: URI.
    #[arg(long, value_name = "KEY")]
    key: KeyAt,
    /// Sign although it contradicts what the key signed, for this reason; may be repeated.
    #[arg(long, value_name = "REASON", value_enum)]
    anyway: Vec<Anyway>,
    #[command(flatten)]
    passphrase: PassphraseFrom,
}

/// What is known beside the version that is to be signed.
struct Beside<'a> {
    parent: Option<&'a Charter>,
    known: Option<&'a Chain>,
    pending: &'a [Pending],
}

impl Sign {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        #[cfg(feature = "node")]
        if !self.target.exists()
            && let Some(prefix) = self.target.to_str().and_then(super::proposed::prefix_of)
        {
            return self.at_node(session, &prefix);
        }
        self.in_file(session, &self.target)
    }

    fn in_file(&self, session: &Session, path: &Path) -> Result<(), Failure> {
        let mut file = CharterFile::open(path)?;
        let Some(pending) = &file.pending else {
            let problem = "no version is pending; all that it holds is in force";
            return Err(Failure::in_file(path, problem));
        };
        let (version, hash) = (pending.charter().version, pending.hash());
        let beside = Beside {
            parent: file.newest().map(Signed::value),
            known: file.chain.as_ref(),
            pending: &[],
        };
        let (signer, conflicts) = self.ask(session, pending, &beside)?;
        let is_in_force = file
            .sign(&*signer)
            .map_err(|cause| Failure::refused(format!("{}: {cause}", self.key)))?;
        files::replace(path, Readers::All, &file.to_bytes())?;

        let tallies = file.tallies();
        let key = signer.public_key().id();
        let answer = json!({
            "file": path, "version": version, "hash": hash, "key_id": key,
            "in_force": is_in_force, "signatures": tallies, "conflicts": conflicts,
        });
        session.output.answer(&answer, |paint| {
            let signed = signed(version, key);
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

    #[cfg(feature = "node")]
    fn at_node(&self, session: &Session, prefix: &str) -> Result<(), Failure> {
        use super::proposed::{Proposed, hand_in};
        use crate::client::contexts::at_node;

        let proposed = at_node(session, async |connection| Proposed::fetch(connection).await)?;
        let mut pending = proposed.find(prefix)?.clone();
        let parent = proposed.chain.newest().value();
        let beside = Beside {
            parent: Some(parent),
            known: Some(&proposed.known),
            pending: &proposed.pending,
        };
        let (signer, conflicts) = self.ask(session, &pending, &beside)?;
        pending
            .sign(&*signer, Some(parent))
            .map_err(|cause| Failure::refused(format!("{}: {cause}", self.key)))?;
        let imported = at_node(session, async |connection| hand_in(connection, &pending).await)?;

        let (version, key) = (pending.charter().version, signer.public_key().id());
        let tallies = pending.tallies(Some(parent));
        let is_in_force = imported.hash == pending.hash();
        let answer = json!({
            "version": version, "hash": pending.hash(), "key_id": key, "in_force": is_in_force,
            "signatures": tallies, "conflicts": conflicts,
        });
        session.output.answer(&answer, |paint| {
            let signed = signed(version, key);
            if is_in_force {
                let word = paint.good("in force");
                format!("{signed}It has all signatures that it needs and is {word} at the node, which passes it on.\n")
            } else {
                format!(
                    "{signed}The node passes it on.\n{}",
                    describe_tallies(&tallies)
                )
            }
        })
    }

    // Shows the version and opens the key, unless that signed what contradicts it.
    fn ask(
        &self,
        session: &Session,
        pending: &Pending,
        beside: &Beside<'_>,
    ) -> Result<(Box<dyn Signer>, Vec<Conflict>), Failure> {
        let charter = pending.charter();
        let text = render_charter(beside.parent, charter, pending.hash());
        let (version, key) = (charter.version, &self.key);
        confirm(
            session,
            &text,
            &format!("Sign version {version} of the charter with {key}?"),
        )?;
        let signer = self.passphrase.signer(&self.key)?;
        let id = signer.public_key().id();
        let conflicts = beside
            .known
            .map(|known| pending.conflicts(id, known, beside.pending))
            .unwrap_or_default();
        guard::check(session, id, &conflicts, &self.anyway)?;
        Ok((signer, conflicts))
    }
}

fn signed(version: u64, key: KeyId) -> String {
    format!("Signed version {version} with key {key}.\n")
}
