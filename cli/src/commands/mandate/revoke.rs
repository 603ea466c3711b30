//! `mandate revoke`: the root key ends a key.

use std::path::{Path, PathBuf};

use clap::Args;
use liaison_protocol::charter::Chain;
use liaison_protocol::statement::{Content, Role};
use liaison_protocol::{Code, KeyId, Origin, Signer, World, proto};
use liaison_signer::PublicHalf;
use serde_json::json;

use super::{grant, position, statements};
use crate::charter_file::CharterFile;
use crate::clock;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::key_at::KeyAt;
use crate::prompt::{PassphraseFrom, confirm};
use crate::session::Session;

/// End a key with the root key: a file of statements for `mandate import`.
///
/// A log or administrator key ends at a position of the log: what it signed later is void. Other keys
/// end at a time, which is now.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison mandate revoke ana.pub --root root.age --at fr.checkpoint")]
pub(crate) struct Revoke {
    /// The key: its id, or its public half.
    key: String,
    /// The root key, a file or a pkcs11: URI.
    #[arg(long, value_name = "KEY")]
    root: KeyAt,
    /// The network's charter file.
    #[arg(long, value_name = "FILE", default_value = "network.charter")]
    charter: PathBuf,
    /// For a log or administrator key: a file with the last checkpoint that counts, or 0.
    #[arg(long, value_name = "CHECKPOINT|0")]
    at: Option<String>,
    /// Somebody else may have used it.
    #[arg(long)]
    compromised: bool,
    /// What it signed from this entry on is disputed.
    #[arg(long, value_name = "INDEX", requires_all = ["compromised", "at"])]
    since: Option<u64>,
    /// The serial; taken from the clock unless given.
    #[arg(long)]
    serial: Option<u64>,
    /// The file of statements.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseFrom,
}

impl Revoke {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = self.key_id()?;
        let file = CharterFile::open(&self.charter)?;
        let chain = file.in_force(&self.charter)?;
        let root = self.passphrase.signer(&self.root)?;
        let origin = log_of_root(chain, &*root)?;
        let code = origin.authority();
        self.check_role(chain, &code, key)?;
        let short = key.to_string()[..8].to_owned();
        let output = self
            .output
            .clone()
            .unwrap_or_else(|| PathBuf::from(format!("{code}-{short}.revocation")));
        files::must_be_new([&output])?;
        let body = self.body(chain, &code, key)?;
        let text = grant::render(std::slice::from_ref(&body))?;
        confirm(session, &text, &format!("Sign this with {}?", self.root))?;
        let signed = grant::sign(&[body], &*root)?;
        files::create(&output, Readers::All, &statements::write(&signed))?;
        let answer =
            json!({ "file": output, "authority": code, "key_id": key, "statement": signed[0].hash() });
        session.output.answer(&answer, |_| {
            let file = output.display();
            format!("Signed into {file}. Take it to any node: liaison mandate import {file}\n")
        })
    }

    fn key_id(&self) -> Result<KeyId, Failure> {
        if let Ok(id) = self.key.parse() {
            return Ok(id);
        }
        let path = Path::new(&self.key);
        if path.exists() {
            return Ok(PublicHalf::open(path)?.key.id());
        }
        Err(Failure::usage(format!(
            "‘{}’ is neither a key id of 64 hex digits nor a public half",
            self.key
        )))
    }

    // A charter need not know the key's mandate; if it does, the way it ends must fit its role.
    fn check_role(&self, chain: &Chain, code: &Code, key: KeyId) -> Result<(), Failure> {
        let Some(role) = role_of(chain, code, key) else {
            return Ok(());
        };
        match (role.holds_on_receipt(), &self.at) {
            (true, Some(_)) => Err(Failure::usage(format!(
                "a {role} key ends at a time, not at a position; leave --at out"
            ))),
            (false, None) => {
                let advice = "ends at a position of the log; name its last checkpoint that counts with --at";
                Err(Failure::usage(format!("a key of the role {role} {advice}")))
            }
            _ => Ok(()),
        }
    }

    fn body(&self, chain: &Chain, code: &Code, key: KeyId) -> Result<proto::Statement, Failure> {
        let now = clock::now();
        let at = self
            .at
            .as_ref()
            .map(|at| position::of(at, chain, code))
            .transpose()?;
        let reason = if self.compromised {
            proto::Reason::Compromised
        } else {
            proto::Reason::Retired
        };
        let revocation = proto::Revocation {
            key_id: key.0.0.to_vec(),
            reason: reason.into(),
            time: if at.is_some() { 0 } else { now },
            at: at.map(|at| at.to_proto()),
            compromised_since: self.since.unwrap_or(0),
        };
        Ok(proto::Statement {
            network: chain.network().0.to_vec(),
            authority: code.to_string(),
            serial: self.serial.unwrap_or(now),
            origin: String::new(),
            content: Some(proto::statement::Content::Revocation(revocation)),
        })
    }
}

/// The live log of the authority whose root key this is.
pub(super) fn log_of_root(chain: &Chain, root: &dyn Signer) -> Result<Origin, Failure> {
    let key = root.public_key();
    let authority = chain
        .newest()
        .authorities
        .values()
        .find(|authority| authority.root == *key);
    authority
        .and_then(|authority| chain.origin(&authority.code))
        .ok_or_else(|| {
            let id = key.id();
            Failure::refused(format!(
                "key {id} is no authority's root key by the charter that was given"
            ))
        })
}

fn role_of(chain: &Chain, code: &Code, key: KeyId) -> Option<Role> {
    let world = World::new(chain.clone());
    let mut roles = world
        .statements()
        .of(code)
        .filter_map(|statement| match &statement.content {
            Content::Mandate(mandate) if mandate.key.id() == key => Some(mandate.role),
            _ => None,
        });
    roles.next()
}
