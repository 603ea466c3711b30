//! Connections to a node.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::http::Uri;
use hyper_util::rt::TokioIo;
use liaison_protocol::Hash;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;

use crate::exit::Exit;
use crate::failure::Failure;

/// The longest time until a connection stands.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// Where a node is reached.
#[derive(Debug, Clone)]
pub(crate) enum Endpoint {
    /// On this machine.
    Unix(PathBuf),
    /// Anywhere.
    Https(Remote),
}

/// A node's HTTPS address and the certificate that is expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remote {
    host: String,
    port: u16,
    fingerprint: Hash,
}

impl Remote {
    /// Reads an address `https://HOST[:PORT]`; `fingerprint` is the SHA-256 of the certificate.
    pub(crate) fn new(url: &str, fingerprint: Hash) -> Result<Remote, Failure> {
        let wrong = || {
            Failure::usage(format!(
                "‘{url}’ is no address of a node: https://HOST:PORT is expected"
            ))
        };
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        match (uri.scheme_str(), uri.host()) {
            (Some("https"), Some(host)) if bare => Ok(Remote {
                host: host.trim_matches(['[', ']']).to_owned(),
                port: uri.port_u16().unwrap_or(443),
                fingerprint,
            }),
            _ => Err(wrong()),
        }
    }
}

impl Endpoint {
    /// What stands in the header `Host`.
    pub(super) fn host(&self) -> String {
        match self {
            Endpoint::Unix(_) => "localhost".to_owned(),
            Endpoint::Https(Remote { host, port, .. }) if host.contains(':') => format!("[{host}]:{port}"),
            Endpoint::Https(Remote { host, port, .. }) => format!("{host}:{port}"),
        }
    }

    /// Connects.
    pub(super) async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let connecting = async {
            match self {
                Endpoint::Unix(path) => {
                    let stream = UnixStream::connect(path)
                        .await
                        .map_err(|cause| self.refused(&cause))?;
                    self.handshake(stream).await
                }
                Endpoint::Https(remote) => {
                    let address = (remote.host.as_str(), remote.port);
                    let stream = TcpStream::connect(address)
                        .await
                        .map_err(|cause| self.refused(&cause))?;
                    self.handshake(self.encrypt(remote, stream).await?).await
                }
            }
        };
        let connected = tokio::time::timeout(CONNECT_TIME, connecting).await;
        connected.unwrap_or_else(|_| Err(self.refused(&io::ErrorKind::TimedOut.into())))
    }

    async fn encrypt(
        &self,
        remote: &Remote,
        stream: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Failure> {
        let config = liaison_api::pinned_client(remote.fingerprint)
            .map_err(|e| Failure::refused(format!("TLS cannot be used here: {e}")))?;
        let name = ServerName::try_from(remote.host.clone())
            .map_err(|_| Failure::usage(format!("‘{}’ is no name of a machine", remote.host)))?;
        let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        connected.map_err(|cause| match pinning(&cause) {
            Some(problem) => Failure::refused(format!("the node at {self}: {problem}")),
            None => self.refused(&cause),
        })
    }

    async fn handshake<S>(&self, stream: S) -> Result<SendRequest<Full<Bytes>>, Failure>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let shaken = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = shaken.map_err(|cause| self.refused(&io::Error::other(cause)))?;
        // It ends with the response; an error shows in the response as well.
        tokio::spawn(async move { drop(connection.await) });
        Ok(sender)
    }

    fn refused(&self, cause: &io::Error) -> Failure {
        let why = match cause.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                "no node answers there; is it running?".to_owned()
            }
            io::ErrorKind::PermissionDenied => {
                "this user may not open its socket; become its operator, or use HTTPS with a token".to_owned()
            }
            io::ErrorKind::TimedOut => format!("no connection within {} s", CONNECT_TIME.as_secs()),
            _ => cause.to_string(),
        };
        Failure::new(Exit::Unreachable, format!("the node at {self}: {why}"))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Unix(path) => path.display().fmt(f),
            Endpoint::Https(_) => write!(f, "https://{}", self.host()),
        }
    }
}

// That another certificate than the pinned one was shown is no matter of reaching the node.
fn pinning(cause: &io::Error) -> Option<String> {
    match cause.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::General(problem) => Some(problem.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_maybe_a_port_and_nothing_else() {
        let host = |url: &str| Remote::new(url, Hash::default()).map(|remote| Endpoint::Https(remote).host());
        assert_eq!(host("https://node.example").unwrap(), "node.example:443");
        assert_eq!(host("https://node.example:8443/").unwrap(), "node.example:8443");
        assert_eq!(host("https://[::1]:8443").unwrap(), "[::1]:8443");
        for url in [
            "http://node.example",
            "node.example:1",
            "https://a/b",
            "https://a/?q",
            "",
            "https://",
        ] {
            assert!(host(url).is_err(), "{url}");
        }
    }
}
