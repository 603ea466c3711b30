//! The HTTP interface on its listeners: the Unix socket, and HTTPS where the settings say so.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use liaison_api::{
    Api, IdentityError, Limits, ListenError, Parts, TlsIdentity, TlsListener, TokenFile, TokenStoreError,
    Tokens, UnixListener,
};
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

/// Serves the interface until `stop` says true. Tokens and certificate lie in the state folder.
pub async fn serve(
    node: &Node,
    backend: Arc<NodeBackend>,
    settings: &liaison_config::Api,
    socket: &Path,
    state: &Path,
    stop: watch::Receiver<bool>,
) -> Result<impl Future<Output = ()> + use<>, InterfaceError> {
    let tokens = Tokens::open(Box::new(TokenFile::new(state.join("tokens"))))?;
    let api = Api::new(Parts {
        backend,
        tokens: Arc::new(tokens),
        registry: Arc::clone(&node.metrics),
        public_logs: settings.public_logs,
        limits: Limits::default(),
    });
    let mut serving = JoinSet::new();
    let unix = UnixListener::bind(socket)?;
    serving.spawn(unix.serve(api.clone(), stopped(stop.clone())));
    if let Some(address) = settings.listen {
        let identity = TlsIdentity::load_or_create(&state.join("tls.pem"), &[address.ip().to_string()])?;
        let tls = TlsListener::bind(address, &identity).await?;
        let fingerprint = identity.fingerprint().grouped();
        tracing::info!(address = %tls.address(), fingerprint, "HTTPS: pin this fingerprint");
        serving.spawn(tls.serve(api, stopped(stop)));
    }
    Ok(async move { while serving.join_next().await.is_some() {} })
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that nobody can say stop any more, which is the same.
    let _ = stop.wait_for(|stop| *stop).await;
}
