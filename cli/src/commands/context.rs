//! `context`: the nodes that this user talks to.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use liaison_api::model::Status;
use liaison_protocol::Hash;
use serde_json::json;

use crate::client::block_on;
use crate::client::contexts::{Context, Contexts};
use crate::failure::Failure;
use crate::files;
use crate::session::Session;

/// Name the nodes that you talk to.
#[derive(Debug, Subcommand)]
pub(crate) enum ContextCommand {
    Add(Add),
    List(List),
    Use(Use),
    Remove(Remove),
}

impl ContextCommand {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            ContextCommand::Add(add) => add.run(session),
            ContextCommand::List(list) => list.run(session),
            ContextCommand::Use(chosen) => chosen.run(session),
            ContextCommand::Remove(remove) => remove.run(session),
        }
    }
}

/// Add a node: by its Unix socket, or by its HTTPS address and the fingerprint of its certificate.
///
/// The network id is pinned: name it with --network, or the node is asked for it, and you compare it.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("place").required(true).args(["socket", "url"])),
    after_help = "Example:\n  liaison context add fr --url https://node.example:8443 \
                  --fingerprint \"5e4ad5e5 1f3c2d0b 9a887766 55443322 11000f1e 2d3c4b5a 69788796 a5b4c3d2\" \
                  --token-file token"
)]
pub(crate) struct Add {
    /// The context's name: letters, digits, dots, hyphens and underscores.
    #[arg(value_parser = parse_name)]
    name: String,
    /// The Unix socket of a node on this machine.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// The HTTPS address of a node.
    #[arg(long, value_name = "URL", requires = "fingerprint")]
    url: Option<String>,
    /// SHA-256 of the certificate, as it is shown at the node.
    #[arg(long, value_name = "HEX", requires = "url")]
    fingerprint: Option<Hash>,
    /// A file with the token that the node's operator made for you (mode 0600).
    #[arg(long, value_name = "FILE", requires = "url")]
    token_file: Option<PathBuf>,
    /// The network id that you expect.
    #[arg(long, value_name = "ID")]
    network: Option<Hash>,
}

impl Add {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let path = Contexts::path()?;
        let mut contexts = Contexts::load(&path)?;
        if contexts.contexts.contains_key(&self.name) {
            let problem = format!("there is a context ‘{}’ already; remove it first", self.name);
            return Err(Failure::refused(problem));
        }
        let socket = self.socket.as_deref().map(std::path::absolute).transpose();
        let mut context = Context {
            socket: socket.map_err(|e| Failure::usage(format!("the socket's path: {e}")))?,
            url: self.url.clone(),
            fingerprint: self.fingerprint,
            token: self.token_file.as_ref().map(read_token).transpose()?,
            network: self.network,
        };
        let client = context.client()?;
        let network = match self.network {
            Some(network) => network,
            None => block_on(client.get::<Status>("/v1/status"))?.network,
        };
        context.network = Some(network);
        contexts.contexts.insert(self.name.clone(), context);
        contexts.current.get_or_insert_with(|| self.name.clone());
        contexts.save(&path)?;
        let is_current = contexts.current.as_ref() == Some(&self.name);
        let answer = json!({ "context": self.name, "network": network, "current": is_current });
        session.output.answer(&answer, |_| {
            let current = if is_current {
                "; it is used when no other is named"
            } else {
                ""
            };
            let grouped = network.grouped();
            let network = match self.network {
                Some(_) => format!("Only network {grouped} is accepted there."),
                None => format!("It says that its network is {grouped}: compare that."),
            };
            format!("Added the context ‘{}’{current}.\n{network}\n", self.name)
        })
    }
}

/// List the contexts.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison context list")]
pub(crate) struct List {}

impl List {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let Contexts { current, contexts } = Contexts::load(&Contexts::path()?)?;
        let place = |context: &Context| match (&context.socket, &context.url) {
            (Some(socket), _) => socket.display().to_string(),
            (None, Some(url)) => url.clone(),
            (None, None) => String::new(),
        };
        let listed: Vec<_> = contexts
            .iter()
            .map(|(name, c)| {
                json!({ "name": name, "current": current.as_ref() == Some(name), "socket": c.socket, "url": c.url,
                        "fingerprint": c.fingerprint, "has_token": c.token.is_some(), "network": c.network })
            })
            .collect();
        session.output.answer(&json!({ "contexts": listed }), |_| {
            if contexts.is_empty() {
                return "There is no context; `liaison context add` makes one.\n".to_owned();
            }
            let line = |(name, context): (&String, &Context)| {
                let mark = if current.as_ref() == Some(name) { '*' } else { ' ' };
                let pin = context
                    .fingerprint
                    .map(|pin| format!("  fingerprint {}", pin.grouped()));
                format!("{mark} {name}  {}{}\n", place(context), pin.unwrap_or_default())
            };
            contexts.iter().map(line).collect()
        })
    }
}

/// Use a context when no other is named.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison context use fr")]
pub(crate) struct Use {
    /// The context's name.
    name: String,
}

impl Use {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let path = Contexts::path()?;
        let mut contexts = Contexts::load(&path)?;
        contexts.find(&self.name)?;
        contexts.current = Some(self.name.clone());
        contexts.save(&path)?;
        session.output.answer(&json!({ "current": self.name }), |_| {
            format!("The context ‘{}’ is used from now on.\n", self.name)
        })
    }
}

/// Remove a context, with its token.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison context remove fr")]
pub(crate) struct Remove {
    /// The context's name.
    name: String,
}

impl Remove {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let path = Contexts::path()?;
        let mut contexts = Contexts::load(&path)?;
        contexts.find(&self.name)?;
        contexts.contexts.remove(&self.name);
        contexts.current = contexts.current.filter(|current| *current != self.name);
        contexts.save(&path)?;
        session.output.answer(&json!({ "removed": self.name }), |_| {
            format!("Removed the context ‘{}’.\n", self.name)
        })
    }
}

fn parse_name(text: &str) -> Result<String, String> {
    let valid = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if (1..=64).contains(&text.len()) && text.chars().all(valid) {
        Ok(text.to_owned())
    } else {
        Err("1 to 64 letters, digits, dots, hyphens and underscores are expected".to_owned())
    }
}

fn read_token(path: &PathBuf) -> Result<String, Failure> {
    use std::os::unix::fs::PermissionsExt;
    let bytes = files::read(path, 1024)?;
    let mode = std::fs::metadata(path)
        .map_err(|e| files::failure(path, &e))?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        let problem = format!(
            "others can read it (mode {:04o}); run: chmod 600 {}",
            mode & 0o7777,
            path.display()
        );
        return Err(Failure::in_file(path, problem));
    }
    let token = String::from_utf8(bytes).unwrap_or_default().trim().to_owned();
    if token.starts_with("liaison_") && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        Ok(token)
    } else {
        Err(Failure::in_file(
            path,
            "it holds no token; `liaison token new -o FILE` writes one",
        ))
    }
}
