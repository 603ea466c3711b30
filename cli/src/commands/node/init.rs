//! `node init`: the node-side keys, the request to the root key, and settings ready to run.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use liaison_config::{ListenAddress, Loader, PeerAddress, Settings, TokenKey};
use liaison_protocol::ceremony::{Request, RequestedKey};
use liaison_protocol::charter::Chain;
use liaison_protocol::key::Algorithm;
use liaison_protocol::statement::Role;
use liaison_protocol::{Code, Hash, Origin, Signer as _};
use liaison_signer::pkcs11::TokenSigner;
use liaison_signer::{KeyFile, PublicHalf, SAMPLE_WORK_FACTOR};
use serde_json::json;

use crate::charter_file::CharterFile;
use crate::commands::key::log_of;
use crate::commands::log_key;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::key_at::KeyAt;
use crate::prompt::PassphraseFrom;
use crate::session::Session;

/// Make what a node needs: its keys, its settings, and the request that the root key answers.
///
/// DIR then holds keys/node.age with the keys log, cosigner and node; node.toml; network.charter; and
/// AUTHORITY.request, to be taken to the root key. With --log-key the log key is one on a token, and
/// keys/log.pub its public half.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison node init FR --charter network.charter -o /etc/liaison")]
pub(crate) struct Init {
    /// The authority's code, as FR or COE.
    authority: Code,
    /// The network's charter file.
    #[arg(long, value_name = "FILE")]
    charter: PathBuf,
    /// The folder; it is made if there is none.
    #[arg(short, long = "output", value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Where peers reach the node, as /ip4/0.0.0.0/tcp/4620; may be repeated. The default is TCP and
    /// QUIC on port 4620; `--listen none` is for a node behind NAT.
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<String>,
    /// Address of a peer to begin with; may be repeated.
    #[arg(long, value_name = "ADDRESS", value_parser = parse_peer)]
    bootstrap: Vec<PeerAddress>,
    /// Ask for the next epoch of an authority that the charter lists: after a withdrawal, or when its root key is lost.
    #[arg(long)]
    new_epoch: bool,
    /// Address of the HTTPS interface, as 127.0.0.1:8443; without it there is only the Unix socket.
    #[arg(long, value_name = "ADDRESS")]
    api_listen: Option<SocketAddr>,
    /// The log key on a token, as a pkcs11: URI; `liaison key new` makes one. The file then holds the other two.
    #[arg(long, value_name = "URI")]
    log_key: Option<KeyAt>,
    /// File with the PIN of that token (mode 0600), now and whenever the node starts.
    #[arg(long, value_name = "FILE", requires = "log_key")]
    pin_file: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseFrom,
    /// Make keys for samples and tests: their file opens at once and resists no guesser.
    #[arg(long)]
    sample: bool,
}

/// The files that are made.
struct Made {
    keys: PathBuf,
    public: PathBuf,
    log_public: PathBuf,
    charter: PathBuf,
    settings: PathBuf,
    request: PathBuf,
}

impl Init {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let file = CharterFile::open(&self.charter)?;
        let chain = file.in_force(&self.charter)?;
        let (network, origin) = (chain.network(), self.log(chain)?);
        let made = self.made();
        let charter_is_there = same_file(&self.charter, &made.charter);
        let new = [
            &made.keys,
            &made.public,
            &made.log_public,
            &made.settings,
            &made.request,
        ];
        files::must_be_new(
            new.into_iter()
                .chain((!charter_is_there).then_some(&made.charter)),
        )?;
        let settings = self.settings()?;
        files::create_folder(&self.output.join("keys"))?;

        let log = self.log_key()?;
        let in_file = ROLES.iter().filter(|role| log.is_none() || **role != Role::Log);
        let in_file: Vec<&str> = in_file.map(|role| role.word()).collect();
        let keys = KeyFile::generate(&in_file, Algorithm::Ed25519)?;
        let request = request(
            &keys,
            log.as_ref(),
            &made.keys,
            network,
            &chain.newest().prefix,
            &origin,
        )?;
        let passphrase = self.passphrase.choose(&made.keys)?;
        keys.save(&made.keys, &passphrase, self.sample.then_some(SAMPLE_WORK_FACTOR))?;
        PublicHalf::save(&made.public, &keys.public_halves())?;
        let mut halves = keys.public_halves();
        if let Some(log) = &log {
            let half = PublicHalf {
                name: Role::Log.word().to_owned(),
                key: log.public_key().clone(),
            };
            PublicHalf::save(&made.log_public, std::slice::from_ref(&half))?;
            halves.insert(0, half);
        }
        if !charter_is_there {
            files::create(&made.charter, Readers::All, &file.to_bytes())?;
        }
        files::create(&made.settings, Readers::All, settings.as_bytes())?;
        files::create(&made.request, Readers::All, request.to_bytes())?;
        self.answer(session, &made, &halves, network, &origin)
    }

    fn log_key(&self) -> Result<Option<TokenSigner>, Failure> {
        match &self.log_key {
            None => Ok(None),
            Some(KeyAt::File(_)) => Err(Failure::usage(
                "--log-key is for a key on a token, as pkcs11:token=TOKEN;object=log; without it keys/node.age holds one",
            )),
            Some(KeyAt::Token(uri)) => {
                // The passphrase file is that of the new key file, not of the token.
                let from = PassphraseFrom {
                    file: self.pin_file.clone(),
                };
                Ok(Some(log_key::open(uri, &from.access())?))
            }
        }
    }

    fn log(&self, chain: &Chain) -> Result<Origin, Failure> {
        let origin = log_of(chain, &self.authority)?;
        let listed = chain.newest().authorities.contains_key(&self.authority);
        match (self.new_epoch, listed) {
            (false, _) => Ok(origin),
            (true, true) => Ok(origin.with_epoch(origin.epoch().saturating_add(1))),
            (true, false) => Err(Failure::not_found(format!(
                "{} is not listed in the charter; its first epoch needs no --new-epoch",
                self.authority
            ))),
        }
    }

    fn made(&self) -> Made {
        let folder = &self.output;
        Made {
            keys: folder.join("keys").join("node.age"),
            public: folder.join("keys").join("node.pub"),
            log_public: folder.join("keys").join("log.pub"),
            charter: folder.join("network.charter"),
            settings: folder.join("node.toml"),
            request: folder.join(format!("{}.request", self.authority)),
        }
    }

    fn settings(&self) -> Result<String, Failure> {
        let mut settings = Settings {
            authority: Some(self.authority.clone()),
            ..Settings::default()
        };
        match &self.listen[..] {
            [] => {}
            [none] if none == "none" => settings.listen = Vec::new(),
            listen => settings.listen = listen.iter().map(|a| parse_listen(a)).collect::<Result<_, _>>()?,
        }
        settings.bootstrap.clone_from(&self.bootstrap);
        settings.api.listen = self.api_listen;
        let absolute = |file: &PathBuf| fs::canonicalize(file).map_err(|error| files::failure(file, &error));
        settings.passphrase_file = self.passphrase.file.as_ref().map(absolute).transpose()?;
        settings.pin_file = self.pin_file.as_ref().map(absolute).transpose()?;
        settings.log_key = self
            .log_key
            .as_ref()
            .and_then(|key| TokenKey::new(&key.to_string()));
        Ok(settings.to_toml())
    }

    fn answer(
        &self,
        session: &Session,
        made: &Made,
        halves: &[PublicHalf],
        network: Hash,
        origin: &Origin,
    ) -> Result<(), Failure> {
        // What was written is read as the node will read it.
        let loaded = Loader::new().file(&made.settings).load();
        loaded.map_err(|e| Failure::refused(e.to_string()))?;
        let listed: Vec<_> = halves
            .iter()
            .map(|h| json!({ "role": h.name, "key_id": h.key.id() }))
            .collect();
        let answer = json!({
            "network": network, "origin": origin, "keys": made.keys, "settings": made.settings,
            "charter": made.charter, "request": made.request, "key_ids": listed,
        });
        session.output.answer(&answer, |_| {
            let mut text = format!("A node of {} for network {}\n", self.authority, network.grouped());
            text.push_str(&format!("  log       {origin}\n"));
            for half in halves {
                text.push_str(&format!("  {:<9} {}\n", half.name, half.key.id()));
            }
            text.push_str(&format!("  keys      {}  (stays here)\n", made.keys.display()));
            text.push_str(&format!("  settings  {}\n", made.settings.display()));
            text.push_str(&format!("  request   {}\n", made.request.display()));
            let request = made.request.display();
            text.push_str(
                "Compare the network id with the council, then take the request to the root key:\n",
            );
            text.push_str(&format!(
                "  liaison mandate grant {request} --root root.age --administrator ana.pub\n"
            ));
            text
        })
    }
}

const ROLES: [Role; 3] = [Role::Log, Role::Cosigner, Role::Node];

fn request(
    keys: &KeyFile,
    log: Option<&TokenSigner>,
    path: &Path,
    network: Hash,
    prefix: &str,
    origin: &Origin,
) -> Result<Request, Failure> {
    let ask = |role: Role| {
        let asked = match log.filter(|_| role == Role::Log) {
            Some(log) => RequestedKey::sign(&network, origin, role, log)?,
            None => RequestedKey::sign(&network, origin, role, &*keys.signer(role.word(), path)?)?,
        };
        Ok::<_, Failure>(asked)
    };
    let asked = ROLES.into_iter().map(ask).collect::<Result<_, _>>()?;
    Ok(Request::new(network, prefix, origin.clone(), asked))
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

fn parse_listen(text: &str) -> Result<ListenAddress, Failure> {
    let advice = "an IP address with QUIC or TCP is expected, as /ip4/0.0.0.0/tcp/4620";
    text.parse()
        .map_err(|_| Failure::usage(format!("‘{text}’ is no address to listen on: {advice}")))
}

fn parse_peer(text: &str) -> Result<PeerAddress, String> {
    let advice = "a host, a port, and QUIC or TCP are expected, as /dns/node.example/tcp/4620";
    text.parse()
        .map_err(|_| format!("it is no address of a peer: {advice}"))
}
