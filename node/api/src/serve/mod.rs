//! Listeners: a Unix socket for the local command line, HTTPS for all others. HTTP/1.1 on both.

mod connection;
mod slots;
mod stall;
mod tls;
mod unix;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

pub use tls::TlsListener;
pub use unix::UnixListener;

use crate::api::Api;

/// Why a listener could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another process listens on the socket.
    #[error("another process listens on {0}; stop it first, or set api.socket to another path")]
    InUse(PathBuf),
    /// Something that is no socket stands where the socket would be.
    #[error("{0} exists and is no socket; move it away, or set api.socket to another path")]
    NoSocket(PathBuf),
    /// The operating system refused the socket.
    #[error("{path}: {cause}")]
    Socket {
        /// The socket.
        path: PathBuf,
        /// The system's word.
        cause: std::io::Error,
    },
    /// The operating system refused the address.
    #[error("{address}: {cause}; set api.listen to an address of this machine with a free port")]
    Address {
        /// The address.
        address: SocketAddr,
        /// The system's word.
        cause: std::io::Error,
    },
    /// The certificate and its key do not fit together.
    #[error("the certificate of the interface cannot be used: {0}; move its file aside for a new one")]
    Certificate(#[from] rustls::Error),
}

/// A pause after a failed accept: most often there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Where connections come from.
trait Listener {
    /// An open connection that still has to be served.
    type Incoming: Send + 'static;

    fn accept(&self) -> impl Future<Output = std::io::Result<Self::Incoming>> + Send;

    /// Serves one connection until it ends, or soon after `closing` turns true.
    fn serve(
        &self,
        incoming: Self::Incoming,
        api: Api,
        closing: watch::Receiver<bool>,
    ) -> Option<impl Future<Output = ()> + Send + 'static>;
}

/// Accepts and serves until `shutdown` is done; then lets what runs end, for a limited time.
async fn run<L: Listener>(listener: L, api: Api, shutdown: impl Future<Output = ()>) {
    let (close, closing) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let full = connections.len() >= api.shared.limits.connections;
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            incoming = listener.accept(), if !full => match incoming {
                Ok(incoming) => match listener.serve(incoming, api.clone(), closing.clone()) {
                    Some(connection) => drop(connections.spawn(connection)),
                    None => api.shared.counters.refused("connections"),
                },
                Err(cause) => {
                    tracing::warn!(%cause, "a connection to the interface could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    // Whoever connects from now on shall find nobody, or the next process.
    drop(listener);
    close.send_replace(true);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(api.shared.limits.drain_time, drained)
        .await
        .is_err()
    {
        connections.shutdown().await;
    }
}
