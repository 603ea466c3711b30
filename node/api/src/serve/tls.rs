//! HTTPS with the node's own certificate, which clients pin.

use std::future::Future;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::slots::Slots;
use super::{ListenError, Listener, connection, run};
use crate::api::Api;
use crate::gate::{Connection, Place};
use crate::identity::TlsIdentity;

/// An address that is listened on.
pub struct TlsListener {
    listener: TcpListener,
    address: SocketAddr,
    acceptor: TlsAcceptor,
    slots: Slots,
}

impl TlsListener {
    /// Listens on `address`; port 0 takes a free one.
    pub async fn bind(address: SocketAddr, identity: &TlsIdentity) -> Result<TlsListener, ListenError> {
        let failed = |cause| ListenError::Address { address, cause };
        let acceptor = TlsAcceptor::from(identity.server_config()?);
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(TlsListener {
            listener,
            address,
            acceptor,
            slots: Slots::default(),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is done and what runs has ended.
    pub async fn serve(self, api: Api, shutdown: impl Future<Output = ()>) {
        run(self, api, shutdown).await;
    }
}

impl Listener for TlsListener {
    type Incoming = (TcpStream, SocketAddr);

    async fn accept(&self) -> std::io::Result<(TcpStream, SocketAddr)> {
        self.listener.accept().await
    }

    fn serve(
        &self,
        (stream, peer): (TcpStream, SocketAddr),
        api: Api,
        closing: watch::Receiver<bool>,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        let address = peer.ip().to_canonical();
        let slot = self
            .slots
            .take(address, api.shared.limits.connections_per_address)?;
        let acceptor = self.acceptor.clone();
        Some(async move {
            let _slot = slot;
            // Answers are small and complete: waiting for more to send only delays them.
            let _ = stream.set_nodelay(true);
            let about = Connection {
                place: Place::Remote(address),
                closing,
            };
            let handshake = timeout(api.shared.limits.handshake_time, acceptor.accept(stream));
            let shaken = tokio::select! {
                shaken = handshake => shaken,
                () = about.clone().closed() => return,
            };
            match shaken {
                Ok(Ok(stream)) => connection::serve(stream, api, about).await,
                Ok(Err(_)) | Err(_) => api.shared.counters.refused("handshake"),
            }
        })
    }
}
