//! `key new`: a new key in a file or on a token, with its public half.

use std::path::{Path, PathBuf};

use clap::Args;
use liaison_protocol::key::Algorithm;
use liaison_signer::pkcs11::{self, TokenError, Uri};
use liaison_signer::{KeyFile, PublicHalf, SAMPLE_WORK_FACTOR};
use serde_json::json;

use super::{Asking, algorithm};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::key_at::KeyAt;
use crate::possession::asking_line;
use crate::prompt::PassphraseFrom;
use crate::session::Session;

/// Make a key: NAME.age, encrypted with a passphrase, and its public half NAME.pub.
///
/// A pkcs11: URI makes it on that token instead, where it stays: its `object` is the key's name.
/// Root and council keys belong on a machine without a network. An administrator's key asks for its
/// role in the public half, so that the root key can mandate it from that file alone.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison key new ana --for administrator --authority FR --charter network.charter"
)]
pub(crate) struct New {
    /// What the key is called: 1 to 64 of A-Z, a-z, 0-9, dot, hyphen and underscore; or a pkcs11: URI.
    name: KeyAt,
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
        match &self.name {
            KeyAt::File(name) => self.in_file(session, name),
            KeyAt::Token(uri) => self.on_token(session, uri),
        }
    }

    fn algorithm(&self) -> Algorithm {
        match self.p256 {
            true => Algorithm::P256,
            false => Algorithm::Ed25519,
        }
    }

    // The private half is made on the token; only then is it known what the public half is.
    fn on_token(&self, session: &Session, uri: &Uri) -> Result<(), Failure> {
        if self.sample {
            return Err(Failure::usage(
                "a key on a token has no file that could open at once; leave --sample out",
            ));
        }
        let name = uri.object.as_ref().ok_or(TokenError::NoName)?;
        let public = self.path(name, "pub");
        let asked = self.asking.log()?;
        files::create_folder(&self.output)?;
        files::must_be_new([&public])?;
        let signer = pkcs11::generate(uri, self.algorithm(), &self.passphrase.access())?;
        let PublicHalf { name, key } = signer.half();
        let mut text = signer.half().to_text();
        if let Some((network, origin)) = &asked {
            text.push_str(&asking_line(network, origin, &signer)?);
        }
        files::create(&public, Readers::All, text.as_bytes())?;
        let answer = json!({
            "token": signer.token(), "name": name, "public": public, "algorithm": algorithm(&key), "key": key,
            "key_id": key.id(), "asks_for": asked.as_ref().map(|(_, origin)| origin),
        });
        session.output.answer(&answer, |_| {
            let mut text = format!("{} key {}\n", algorithm(&key), key.id());
            text.push_str(&format!(
                "  secret  ‘{name}’ on the token ‘{}’  (cannot leave it)\n",
                signer.token()
            ));
            text.push_str(&format!("  public  {}  (hand this one out)\n", public.display()));
            if let Some((_, origin)) = &asked {
                text.push_str(&format!("  asks    to be administrator of {origin}\n"));
            }
            text
        })
    }

    fn in_file(&self, session: &Session, name: &Path) -> Result<(), Failure> {
        let name = name.to_string_lossy();
        let keys = KeyFile::generate(&[&*name], self.algorithm())?;
        let (secret, public) = (self.path(&name, "age"), self.path(&name, "pub"));
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

    fn path(&self, name: &str, extension: &str) -> PathBuf {
        self.output.join(format!("{name}.{extension}"))
    }
}
