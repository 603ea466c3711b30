//! `key`: key files, keys on tokens, and their public halves.

mod new;
mod on_token;
mod show;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use liaison_protocol::key::Algorithm;
use liaison_protocol::{Code, Hash, Origin, PublicKey};
use liaison_signer::{KeyFile, PublicHalf};
use serde_json::json;

use crate::charter_file::CharterFile;
use crate::failure::Failure;
use crate::files;
use crate::key_at::KeyAt;
use crate::prompt::PassphraseFrom;
use crate::session::Session;

/// Make, show and check keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    New(new::New),
    Show(show::Show),
    List(List),
    Passphrase(NewPassphrase),
    Check(Check),
}

impl Key {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Key::New(new) => new.run(session),
            Key::Show(show) => show.run(session),
            Key::List(list) => list.run(session),
            Key::Passphrase(new) => new.run(session),
            Key::Check(check) => check.run(session),
        }
    }
}

/// What the holder of a key asks for, beside making or showing it.
#[derive(Debug, Args)]
pub(crate) struct Asking {
    /// Ask for this role; the public half then carries the key's own signature for it.
    #[arg(long = "for", value_name = "ROLE", requires_all = ["authority", "charter"])]
    role: Option<AskedRole>,
    /// The authority in whose log the role is asked for.
    #[arg(long, value_name = "CODE", requires = "role")]
    authority: Option<Code>,
    /// The network's charter file.
    #[arg(long, value_name = "FILE", requires = "role")]
    charter: Option<PathBuf>,
}

/// Roles that a person's key can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AskedRole {
    /// Signs updates.
    Administrator,
}

impl Asking {
    /// The network and the log in which an administrator's role is asked for.
    fn log(&self) -> Result<Option<(Hash, Origin)>, Failure> {
        let (Some(AskedRole::Administrator), Some(code), Some(path)) =
            (self.role, &self.authority, &self.charter)
        else {
            return Ok(None);
        };
        let file = CharterFile::open(path)?;
        let chain = file.in_force(path)?;
        Ok(Some((chain.network(), log_of(chain, code)?)))
    }
}

/// The live log of an authority, or the one that it will have once it is admitted.
pub(crate) fn log_of(chain: &liaison_protocol::charter::Chain, code: &Code) -> Result<Origin, Failure> {
    let future = || Origin::new(&chain.newest().prefix, &chain.network(), code, 1);
    match chain.origin(code) {
        Some(origin) => Ok(origin),
        None => future().map_err(|e| Failure::refused(e.to_string())),
    }
}

/// The word for a key's algorithm.
pub(crate) fn algorithm(key: &PublicKey) -> &'static str {
    match key.algorithm() {
        Algorithm::Ed25519 => "Ed25519",
        Algorithm::P256 => "P-256",
    }
}

/// List the keys in a folder, or those on tokens.
///
/// A pkcs11: URI says which tokens; `pkcs11:` alone means all that are there. No PIN is needed: what is
/// listed is what tokens show to everybody.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison key list /media/keys\n  liaison key list pkcs11:")]
pub(crate) struct List {
    /// The folder, or a pkcs11: URI.
    #[arg(value_name = "FOLDER", default_value = ".")]
    place: KeyAt,
}

impl List {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let folder = match &self.place {
            KeyAt::File(folder) => folder,
            KeyAt::Token(uri) => return on_token::list(uri, session),
        };
        let mut keys = Vec::new();
        let mut text = String::new();
        for path in key_files(folder)? {
            let name = path.display().to_string();
            match path.extension().and_then(|e| e.to_str()) {
                Some("age") => {
                    let factor = KeyFile::work_factor(&path).map_err(|e| e.to_string());
                    let said = factor.as_ref().map_or_else(Clone::clone, |factor| {
                        format!("{name}  secret keys, work factor {factor}")
                    });
                    text.push_str(&format!("{said}\n"));
                    keys.push(
                        json!({ "file": path, "work_factor": factor.clone().ok(), "problem": factor.err() }),
                    );
                }
                _ => match PublicHalf::open_all(&path) {
                    Ok(halves) => {
                        for half in halves {
                            let id = half.key.id();
                            text.push_str(&format!("{name}  {} {} {id}\n", half.name, algorithm(&half.key)));
                            keys.push(
                                json!({ "file": path, "name": half.name, "key_id": id, "key": half.key }),
                            );
                        }
                    }
                    Err(error) => {
                        text.push_str(&format!("{error}\n"));
                        keys.push(json!({ "file": path, "problem": error.to_string() }));
                    }
                },
            }
        }
        if keys.is_empty() {
            text = format!("There is no key in {}.\n", folder.display());
        }
        session.output.answer(&json!({ "keys": keys }), |_| text)
    }
}

fn key_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| files::failure(folder, &error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|e| e == "age" || e == "pub") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Give a key file another passphrase.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison key passphrase ana.age")]
pub(crate) struct NewPassphrase {
    /// The key file.
    #[arg(value_name = "FILE")]
    key: KeyAt,
    #[command(flatten)]
    passphrase: PassphraseFrom,
    /// Read the new passphrase from this file (mode 0600) instead of asking for it.
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
}

impl NewPassphrase {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let KeyAt::File(file) = &self.key else {
            return Err(Failure::usage(
                "the PIN of a token is changed with the token's own tool",
            ));
        };
        let factor = KeyFile::work_factor(file)?;
        let old = self.passphrase.get(file)?;
        // A wrong passphrase is told before a new one is asked for.
        KeyFile::open(file, &old)?;
        let new = PassphraseFrom {
            file: self.new_passphrase_file,
        }
        .choose(file)?;
        KeyFile::reseal(file, &old, &new, Some(factor))?;
        session
            .output
            .answer(&json!({ "file": file, "changed": true }), |_| {
                format!(
                    "{} has a new passphrase. Copies made before still open with the old one.\n",
                    file.display()
                )
            })
    }
}

/// Check that a key file opens, signs, and fits its public half; or that a key on a token signs and stays there.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison key check ana.age")]
pub(crate) struct Check {
    /// The key file, or a pkcs11: URI.
    #[arg(value_name = "KEY")]
    key: KeyAt,
    #[command(flatten)]
    passphrase: PassphraseFrom,
}

impl Check {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let path = match &self.key {
            KeyAt::File(path) => path,
            KeyAt::Token(uri) => return on_token::check(uri, &self.passphrase, session),
        };
        let file = self.passphrase.open(path)?;
        for key in file.keys() {
            let signer = key.clone().into_signer();
            let message = b"liaison key check";
            let signature = signer.sign(message)?;
            let verified = key.public_key().verify(message, &signature);
            verified.map_err(|cause| Failure::in_file(path, format!("key {}: {cause}", key.name())))?;
        }
        let beside = path.with_extension("pub");
        let compared = compare(path, &file, &beside)?;
        let names: Vec<&str> = file.keys().iter().map(|key| key.name()).collect();
        let answer = json!({ "file": path, "keys": names, "public_half": compared });
        session.output.answer(&answer, |paint| {
            let half = match compared {
                true => format!("{} fits", beside.display()),
                false => format!("there is no {}", beside.display()),
            };
            format!(
                "{}: {} opens, {} signs; {half}.\n",
                paint.good("good"),
                path.display(),
                names.join(", ")
            )
        })
    }
}

// Whether the public halves lie beside the file; that they do not fit is a failure.
fn compare(path: &Path, file: &KeyFile, beside: &Path) -> Result<bool, Failure> {
    if !beside.exists() {
        return Ok(false);
    }
    if PublicHalf::open_all(beside)? == file.public_halves() {
        Ok(true)
    } else {
        let problem = format!("it is not the public half of {}", path.display());
        Err(Failure::in_file(beside, problem))
    }
}
