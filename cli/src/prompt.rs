//! Questions to the person at the terminal: passphrases, PINs and confirmations. A secret comes from a
//! prompt or a file, never from an argument or a variable.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use liaison_protocol::Signer;
use liaison_signer::pkcs11::{Access, Person, PinSource, TokenSigner, Uri};
use liaison_signer::{KeyFile, Passphrase, PassphraseSource};

use crate::failure::Failure;
use crate::key_at::KeyAt;
use crate::session::Session;

/// Where the passphrase of a key file comes from, or the PIN of a token.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PassphraseFrom {
    /// Read the passphrase, or the PIN of a token, from this file (mode 0600) instead of asking for it.
    #[arg(id = "passphrase_file", long = "passphrase-file", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

impl PassphraseFrom {
    /// Opens a key file.
    pub(crate) fn open(&self, path: &Path) -> Result<KeyFile, Failure> {
        // A missing file is told before anybody types.
        KeyFile::work_factor(path)?;
        Ok(KeyFile::open(path, &self.get(path)?)?)
    }

    /// The passphrase of a key file that exists.
    pub(crate) fn get(&self, path: &Path) -> Result<Passphrase, Failure> {
        Ok(self.source(&ask).get(path)?)
    }

    /// What signs with the key on a token, or with the one key of a file.
    pub(crate) fn signer(&self, key: &KeyAt) -> Result<Box<dyn Signer>, Failure> {
        let path = match key {
            KeyAt::File(path) => path,
            KeyAt::Token(uri) => return Ok(Box::new(self.on_token(uri)?)),
        };
        let file = self.open(path)?;
        match file.keys() {
            [only] => Ok(only.clone().into_signer()),
            keys => {
                let problem = format!("it holds {} keys; a file with one key is needed here", keys.len());
                Err(Failure::in_file(path, problem))
            }
        }
    }

    /// Opens a key on a token.
    pub(crate) fn on_token(&self, uri: &Uri) -> Result<TokenSigner, Failure> {
        Ok(TokenSigner::open(uri, &self.access())?)
    }

    /// What opens a token: the same file or question as for a key file.
    pub(crate) fn access(&self) -> Access {
        Access {
            pin: self.file.clone().map_or(PinSource::Prompt, PinSource::File),
            person: Arc::new(AtTerminal),
        }
    }

    /// A passphrase for a key file that is about to be written.
    pub(crate) fn choose(&self, path: &Path) -> Result<Passphrase, Failure> {
        Ok(self.source(&ask_twice).get(path)?)
    }

    fn source<'a>(&self, ask: &'a dyn Fn(&Path) -> io::Result<String>) -> PassphraseSource<'a> {
        match &self.file {
            Some(file) => PassphraseSource::File(file.clone()),
            None => PassphraseSource::Prompt(ask),
        }
    }
}

/// Shows what is about to be signed or done and asks whether to go on.
pub(crate) fn confirm(session: &Session, shown: &str, question: &str) -> Result<(), Failure> {
    session.output.show(shown);
    if session.yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        let advice = "nobody can be asked here; read the text above and repeat with --yes";
        return Err(Failure::usage(format!("{question} {advice}")));
    }
    let mut answer = String::new();
    let asked = write!(io::stderr(), "\n{question} [y/N] ").and_then(|()| io::stdin().read_line(&mut answer));
    match (asked, answer.trim()) {
        (Ok(_), "y" | "Y" | "yes") => Ok(()),
        _ => Err(Failure::refused("stopped; nothing was signed or changed")),
    }
}

/// Asks at the terminal for the passphrase of a key file.
pub(crate) fn ask(path: &Path) -> io::Result<String> {
    ask_secret(&format!("Passphrase of {}: ", path.display()))
}

fn ask_secret(question: &str) -> io::Result<String> {
    if !has_terminal() {
        return Err(io::Error::other(
            "there is no terminal to ask at; name a file with --passphrase-file",
        ));
    }
    rpassword::prompt_password(question)
}

/// The person who uses a token at the terminal. What the token waits for is said even where notes are not wanted.
pub(crate) struct AtTerminal;

impl Person for AtTerminal {
    fn pin(&self, token: &str, key: &str) -> io::Result<String> {
        ask_secret(&format!(
            "PIN of the token ‘{token}’, to sign with the key ‘{key}’: "
        ))
    }

    fn tell(&self, what: &str) {
        // Nobody reads standard error: then nobody can be told.
        let _ = writeln!(io::stderr(), "{what}");
    }
}

fn ask_twice(path: &Path) -> io::Result<String> {
    let first = ask(path)?;
    let second = rpassword::prompt_password("The same again: ")?;
    if first == second {
        Ok(first)
    } else {
        Err(io::Error::other("the two differ; try again"))
    }
}

/// Whether somebody can be asked.
pub(crate) fn has_terminal() -> bool {
    std::fs::File::open("/dev/tty").is_ok()
}
