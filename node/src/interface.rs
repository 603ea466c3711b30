//! The HTTP interface on its listeners: the Unix socket, and HTTPS where the settings say so.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use liaison_api::{
    Api, IdentityError, Limits, ListenError, Parts, TlsIdentity, TlsListener, TokenFile, TokenStoreError,
    Tokens, UnixListener,
};
use liaison_console::Console;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::backend::NodeBackend;
use crate::start::Node;

/// Why the interface cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum InterfaceError {
    /// The tokens cannot be read.
    #[error(transparent)]
    Tokens(#[from] TokenStoreError),
    /// An address or a socket cannot be listened on.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The certificate cannot be read or made.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// The interface, being served.
pub struct Interface<F> {
    /// Where it is reached by HTTPS, the console among it; none where the settings name no address.
    pub https: Option<SocketAddr>,
    /// Ends when nothing is served any more.
    pub served: F,
}

/// Serves the interface until `stop` says true, and pages for browsers where they come by HTTPS. Tokens and certificate
/// lie in the state folder.
pub async fn serve(
    node: &Node,
    backend: Arc<NodeBackend>,
    settings: &liaison_config::Api,
    socket: &Path,
    state: &Path,
    stop: watch::Receiver<bool>,
) -> Result<Interface<impl Future<Output = ()> + use<>>, InterfaceError> {
    let tokens = Tokens::open(Box::new(TokenFile::new(state.join("tokens"))))?;
    let tokens = Arc::new(tokens);
    let console = Console::new(liaison_console::Parts {
        backend: backend.clone(),
        tokens: Arc::clone(&tokens),
        registry: Arc::clone(&node.metrics),
        limits: liaison_console::Limits::default(),
    });
    let api = Api::new(Parts {
        backend,
        tokens,
        registry: Arc::clone(&node.metrics),
        public_logs: settings.public_logs,
        limits: Limits::default(),
    });
    let mut serving = JoinSet::new();
    let mut https = None;
    let unix = UnixListener::bind(socket)?;
    serving.spawn(unix.serve(api.clone(), stopped(stop.clone())));
    if let Some(address) = settings.listen {
        let identity = TlsIdentity::load_or_create(&state.join("tls.pem"), &[address.ip().to_string()])?;
        let tls = TlsListener::bind(address, &identity).await?;
        let fingerprint = identity.fingerprint().grouped();
        tracing::info!(address = %tls.address(), fingerprint, "HTTPS: pin this fingerprint");
        https = Some(tls.address());
        serving.spawn(tls.serve(api.behind(|api| console.router(api)), stopped(stop)));
    }
    let served = async move { while serving.join_next().await.is_some() {} };
    Ok(Interface { https, served })
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that nobody can say stop any more, which is the same.
    let _ = stop.wait_for(|stop| *stop).await;
}
