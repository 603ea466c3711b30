//! Contexts: the nodes that this user talks to, by name, in one file for the user alone
//! (`$XDG_CONFIG_HOME/liaison/contexts.toml`), as it holds tokens.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use liaison_api::model::Status;
use liaison_protocol::Hash;
use serde::{Deserialize, Serialize};

use super::{Client, Remote, block_on};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// The largest file of contexts.
const SIZE_MAX: usize = 1 << 20;

/// All contexts of this user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contexts {
    /// The one that is used when none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) current: Option<String>,
    /// All, by name.
    #[serde(default)]
    pub(crate) contexts: BTreeMap<String, Context>,
}

/// How one node is reached, and which network is expected there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Context {
    /// The Unix socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) socket: Option<PathBuf>,
    /// The HTTPS address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// SHA-256 of the node's certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<Hash>,
    /// The bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
    /// The network id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) network: Option<Hash>,
}

/// Works at the node that the session names, after a check that it is of the network that its context
/// pins.
pub(crate) fn at_node<T>(
    session: &Session,
    work: impl AsyncFnOnce(&Connection) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let connection = Connection::open(session)?;
    block_on(async {
        if connection.network.is_some() {
            let status: Status = connection.client.get("/v1/status").await?;
            connection.check_network(status.network)?;
        }
        work(&connection).await
    })
}

/// A node, and what is trusted of it.
#[derive(Debug)]
pub(crate) struct Connection {
    /// Speaks to it.
    pub(crate) client: Client,
    /// The network id that the context pins; none when there is no context.
    pub(crate) network: Option<Hash>,
}

impl Contexts {
    /// Where the file is.
    pub(crate) fn path() -> Result<PathBuf, Failure> {
        let folder = |name: &str| {
            std::env::var_os(name)
                .filter(|v| !v.is_empty())
                .map(PathBuf::from)
        };
        let base = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")));
        let base =
            base.ok_or_else(|| Failure::usage("neither XDG_CONFIG_HOME nor HOME says where contexts are"))?;
        Ok(base.join("liaison").join("contexts.toml"))
    }

    /// Reads the file; without one there are no contexts.
    pub(crate) fn load(path: &Path) -> Result<Contexts, Failure> {
        let bytes = match files::read(path, SIZE_MAX) {
            Ok(bytes) => bytes,
            Err(failure) if failure.exit == Exit::NotFound => return Ok(Contexts::default()),
            Err(failure) => return Err(failure),
        };
        let text = String::from_utf8(bytes).map_err(|_| Failure::in_file(path, "it is not text"))?;
        // The error would quote the line, and a token may stand in it.
        toml::from_str(&text).map_err(|cause| Failure::in_file(path, cause.message()))
    }

    /// Writes the file for its owner alone.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Failure> {
        let text = toml::to_string(self).map_err(|cause| Failure::in_file(path, cause))?;
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        files::replace(path, Readers::Owner, text.as_bytes())
    }

    /// The context of this name.
    pub(crate) fn find(&self, name: &str) -> Result<&Context, Failure> {
        self.contexts.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.contexts.keys().map(String::as_str).collect();
            let known = if names.is_empty() {
                "there are none".to_owned()
            } else {
                names.join(", ")
            };
            Failure::not_found(format!(
                "there is no context ‘{name}’: {known}; `liaison context add` makes one"
            ))
        })
    }
}

impl Context {
    /// What speaks to its node.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        match (&self.socket, &self.url, self.fingerprint) {
            (Some(socket), None, _) => Ok(Client::unix(socket)),
            (None, Some(url), Some(fingerprint)) => {
                Ok(Client::https(Remote::new(url, fingerprint)?, self.token.clone()))
            }
            _ => Err(Failure::usage(
                "the context names neither a socket nor an address with a fingerprint",
            )),
        }
    }
}

impl Connection {
    /// The node that the session names: by `-N`, else the current context, else the one that runs on
    /// this machine.
    pub(crate) fn open(session: &Session) -> Result<Connection, Failure> {
        if let Some(path) = session.node.as_deref().filter(|node| node.contains('/')) {
            return Ok(Connection {
                client: Client::unix(Path::new(path)),
                network: None,
            });
        }
        let contexts = Contexts::load(&Contexts::path()?)?;
        let named = session.node.as_ref().or(contexts.current.as_ref());
        if let Some(name) = named {
            let context = contexts.find(name)?;
            session.output.detail(&format!("Using the context ‘{name}’."));
            return Ok(Connection {
                client: context.client()?,
                network: context.network,
            });
        }
        let local = local_sockets().into_iter().find(|socket| socket.exists());
        let socket = local.ok_or_else(|| {
            Failure::usage("no node is named and none runs here; name one with -N, or add a context")
        })?;
        session
            .output
            .detail(&format!("Using the node at {}.", socket.display()));
        Ok(Connection {
            client: Client::unix(&socket),
            network: None,
        })
    }
}

// Where a node of this session, or the machine's service, has its socket.
fn local_sockets() -> Vec<PathBuf> {
    let session = std::env::var_os("XDG_RUNTIME_DIR").map(|folder| PathBuf::from(folder).join("liaison"));
    let folders = session.into_iter().chain([PathBuf::from("/run/liaison")]);
    folders.map(|folder| folder.join("api.sock")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_read_back_as_they_were_written_and_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("liaison").join("contexts.toml");
        assert_eq!(Contexts::load(&path).unwrap(), Contexts::default());
        let remote = Context {
            socket: None,
            url: Some("https://node.example:8443".into()),
            fingerprint: Some(Hash([7; 32])),
            token: Some("liaison_0_1".into()),
            network: Some(Hash([8; 32])),
        };
        let local = Context {
            socket: Some("/run/liaison/api.sock".into()),
            url: None,
            fingerprint: None,
            token: None,
            network: None,
        };
        let contexts = Contexts {
            current: Some("fr".into()),
            contexts: [("fr".to_owned(), remote), ("here".to_owned(), local)].into(),
        };
        contexts.save(&path).unwrap();
        contexts.save(&path).unwrap();
        assert_eq!(Contexts::load(&path).unwrap(), contexts);
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn an_error_in_the_file_shows_no_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contexts.toml");
        std::fs::write(&path, "[contexts.a]\ntoken = \"liaison_secret\" oops\n").unwrap();
        let failure = Contexts::load(&path).unwrap_err();
        assert!(!failure.to_string().contains("secret"), "{failure}");
    }
}
