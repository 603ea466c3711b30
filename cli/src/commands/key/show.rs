//! `key show`: a key's public half, from either file.

use std::path::PathBuf;

use clap::Args;
use liaison_signer::{KeyFileError, PublicHalf};
use serde_json::json;

use super::{Asking, algorithm};
use crate::failure::Failure;
use crate::possession::{asked_logs, asking_line};
use crate::prompt::PassphraseFrom;
use crate::session::Session;

/// Show the public half of a key, from NAME.pub or from the key file itself.
///
/// With --for the key file is opened, and the text carries the key's signature that its holder asks
/// for the role: it can be saved as a public half.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison key show ana.pub")]
pub(crate) struct Show {
    /// A public half or a key file.
    file: PathBuf,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    passphrase: PassphraseFrom,
}

impl Show {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let asked = self.asking.log()?;
        // Only the key itself can ask for something new.
        if asked.is_none() {
            match PublicHalf::open_all(&self.file) {
                Ok(halves) => return self.show_public(session, &halves),
                Err(KeyFileError::WrongKind { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let keys = self.passphrase.open(&self.file)?;
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
        session
            .output
            .answer(&json!({ "keys": shown, "asks_for": asks, "text": text }), |_| {
                text.clone()
            })
    }

    fn show_public(&self, session: &Session, halves: &[PublicHalf]) -> Result<(), Failure> {
        let asks = match halves {
            [_] => asked_logs(&self.file)?,
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
}

fn describe(half: &PublicHalf) -> serde_json::Value {
    json!({ "name": half.name, "algorithm": algorithm(&half.key), "key": half.key, "key_id": half.key.id() })
}
