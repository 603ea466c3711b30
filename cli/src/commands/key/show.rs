//! `key show`: a key's public half, from either file or from a token.

use std::path::{Path, PathBuf};

use clap::Args;
use liaison_signer::pkcs11::{TokenSigner, Uri};
use liaison_signer::{KeyFileError, PublicHalf};
use serde_json::json;

use super::{Asking, algorithm};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::key_at::KeyAt;
use crate::possession::{asked_logs, asking_line};
use crate::prompt::PassphraseFrom;
use crate::session::Session;

/// Show the public half of a key, from NAME.pub, from the key file itself, or from a token.
///
/// With --for the key file is opened, and the text carries the key's signature that its holder asks
/// for the role: it can be saved as a public half.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison key show ana.pub")]
pub(crate) struct Show {
    /// A public half, a key file, or a pkcs11: URI.
    #[arg(value_name = "KEY")]
    key: KeyAt,
    /// Write the text into this folder as well, as NAME.pub.
    #[arg(short, long = "output", value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    passphrase: PassphraseFrom,
}

impl Show {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let path = match &self.key {
            KeyAt::File(path) => path,
            KeyAt::Token(uri) => return self.on_token(session, uri),
        };
        let asked = self.asking.log()?;
        // Only the key itself can ask for something new.
        if asked.is_none() {
            match PublicHalf::open_all(path) {
                Ok(_) if self.output.is_some() => {
                    return Err(Failure::in_file(
                        path,
                        "it is the public half already; leave --output out",
                    ));
                }
                Ok(halves) => return show_public(session, path, &halves),
                Err(KeyFileError::WrongKind { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let keys = self.passphrase.open(path)?;
        let mut text = String::new();
        let mut shown = Vec::new();
        for key in keys.keys() {
            text.push_str(&key.public_half().to_text());
            if let Some((network, origin)) = &asked {
                text.push_str(&asking_line(network, origin, &*key.clone().into_signer())?);
            }
            shown.push(describe(&key.public_half()));
        }
        let asks: Vec<_> = asked.iter().map(|(_, origin)| origin).collect();
        let name = match keys.keys() {
            [only] => only.name().to_owned(),
            _ => path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        };
        let answer =
            json!({ "keys": shown, "asks_for": asks, "text": text, "file": self.save(&name, &text)? });
        session.output.answer(&answer, |_| text.clone())
    }

    // Without a role to ask for nobody is asked for a PIN, unless the token hides its public keys.
    fn on_token(&self, session: &Session, uri: &Uri) -> Result<(), Failure> {
        let asked = self.asking.log()?;
        let (half, asks) = match &asked {
            None => (
                TokenSigner::public_half(uri, &self.passphrase.access())?,
                String::new(),
            ),
            Some((network, origin)) => {
                let signer = self.passphrase.on_token(uri)?;
                (signer.half(), asking_line(network, origin, &signer)?)
            }
        };
        let text = format!("{}{asks}", half.to_text());
        let asks: Vec<_> = asked.iter().map(|(_, origin)| origin).collect();
        let file = self.save(&half.name, &text)?;
        let answer = json!({ "keys": [describe(&half)], "asks_for": asks, "text": text, "file": file });
        session.output.answer(&answer, |_| text.clone())
    }

    fn save(&self, name: &str, text: &str) -> Result<Option<PathBuf>, Failure> {
        let Some(folder) = &self.output else {
            return Ok(None);
        };
        files::create_folder(folder)?;
        let path = folder.join(format!("{name}.pub"));
        files::create(&path, Readers::All, text.as_bytes())?;
        Ok(Some(path))
    }
}

fn show_public(session: &Session, path: &Path, halves: &[PublicHalf]) -> Result<(), Failure> {
    let asks = match halves {
        [_] => asked_logs(path)?,
        _ => Vec::new(),
    };
    let keys: Vec<_> = halves.iter().map(describe).collect();
    session
        .output
        .answer(&json!({ "keys": keys, "asks_for": asks }), |_| {
            let mut text = String::new();
            for half in halves {
                text.push_str(&format!("{}\n", half.name));
                text.push_str(&format!("  key     {} {}\n", algorithm(&half.key), half.key));
                text.push_str(&format!("  key id  {}\n", half.key.id()));
            }
            for origin in &asks {
                text.push_str(&format!("  asks    to be administrator of {origin}\n"));
            }
            text
        })
}

fn describe(half: &PublicHalf) -> serde_json::Value {
    json!({ "name": half.name, "algorithm": algorithm(&half.key), "key": half.key, "key_id": half.key.id() })
}
