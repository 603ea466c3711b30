//! `key new`: a new key in a file, with its public half.

use std::path::PathBuf;

use clap::Args;
use liaison_protocol::key::Algorithm;
use liaison_signer::{KeyFile, SAMPLE_WORK_FACTOR};
use serde_json::json;

use super::{Asking, algorithm};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::possession::asking_line;
use crate::prompt::PassphraseFrom;
use crate::session::Session;

/// Make a key: NAME.age, encrypted with a passphrase, and its public half NAME.pub.
///
/// Root and council keys belong on a machine without a network. An administrator's key asks for its
/// role in the public half, so that the root key can mandate it from that file alone.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison key new ana --for administrator --authority FR --charter network.charter"
)]
pub(crate) struct New {
    /// What the key is called: 1 to 64 of A-Z, a-z, 0-9, dot, hyphen and underscore.
    name: String,
    /// Make a P-256 key instead of an Ed25519 one; administrators only.
    #[arg(long)]
    p256: bool,
    /// The folder for both files.
    #[arg(short, long = "output", value_name = "DIR", default_value = ".")]
    output: PathBuf,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    passphrase: PassphraseFrom,
    /// Make a key for samples and tests: its file opens at once and resists no guesser.
    #[arg(long)]
    sample: bool,
}

impl New {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let algorithm_chosen = if self.p256 {
            Algorithm::P256
        } else {
            Algorithm::Ed25519
        };
        let keys = KeyFile::generate(&[&self.name], algorithm_chosen)?;
        let (secret, public) = (self.path("age"), self.path("pub"));
        let asked = self.asking.log()?;
        files::create_folder(&self.output)?;
        files::must_be_new([&secret, &public])?;

        let key = &keys.keys()[0];
        let mut text = key.public_half().to_text();
        if let Some((network, origin)) = &asked {
            text.push_str(&asking_line(network, origin, &*key.clone().into_signer())?);
        }
        let passphrase = self.passphrase.choose(&secret)?;
        keys.save(&secret, &passphrase, self.sample.then_some(SAMPLE_WORK_FACTOR))?;
        files::create(&public, Readers::All, text.as_bytes())?;

        let key = key.public_key();
        let answer = json!({
            "secret": secret, "public": public, "algorithm": algorithm(key), "key": key, "key_id": key.id(),
            "asks_for": asked.as_ref().map(|(_, origin)| origin),
        });
        session.output.answer(&answer, |_| {
            let mut text = format!("{} key {}\n", algorithm(key), key.id());
            text.push_str(&format!(
                "  secret  {}  (never leaves your hands)\n",
                secret.display()
            ));
            text.push_str(&format!("  public  {}  (hand this one out)\n", public.display()));
            if let Some((_, origin)) = &asked {
                text.push_str(&format!("  asks    to be administrator of {origin}\n"));
            }
            text
        })
    }

    fn path(&self, extension: &str) -> PathBuf {
        self.output.join(format!("{}.{extension}", self.name))
    }
}
