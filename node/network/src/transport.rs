//! The sockets: TCP with TLS 1.3 and yamux, QUIC, and names looked up for both.
//!
//! TLS stands on TCP as well, so that one security stack serves both; noise is left out.

use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::core::transport::timeout::TransportTimeout;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::metrics::BandwidthTransport;
use libp2p::{PeerId, Transport as _, dns, quic, tcp, tls, yamux};
use prometheus_client::registry::Registry;

use crate::{Limits, NetworkError};

/// Everything arrives as a peer that has proven its key, and a connection that carries streams.
pub(crate) type Transport = Boxed<(PeerId, StreamMuxerBox)>;

/// What one QUIC stream may have on its way unread, in bytes.
const STREAM_WINDOW: u32 = 1 << 20;
/// What one QUIC connection may have on its way unread, in bytes.
const CONNECTION_WINDOW: u32 = 4 << 20;

/// Builds the transport and registers the bytes that it carries.
pub(crate) fn build(
    key: &Keypair,
    limits: &Limits,
    registry: &mut Registry,
) -> Result<Transport, NetworkError> {
    let with_names = match dns::tokio::Transport::system(sockets(key, limits)?) {
        Ok(transport) => transport.boxed(),
        Err(cause) => {
            // A machine without a resolver is still reachable by number; only names then fail to dial.
            tracing::warn!(%cause, "no name server is configured; addresses with names cannot be dialled");
            let none = dns::ResolverConfig::from_parts(None, Vec::new(), Vec::new());
            let options = dns::ResolverOpts::default();
            dns::tokio::Transport::custom(sockets(key, limits)?, none, options).boxed()
        }
    };
    let in_time = TransportTimeout::new(with_names, limits.frame_time);
    Ok(BandwidthTransport::new(in_time, registry)
        .map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)))
        .boxed())
}

fn sockets(key: &Keypair, limits: &Limits) -> Result<Transport, NetworkError> {
    let security = tls::Config::new(key).map_err(|error| NetworkError::Setup(error.to_string()))?;
    let mut multiplexer = yamux::Config::default();
    multiplexer.set_max_num_streams(limits.streams_a_connection() as usize);
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .upgrade(Version::V1Lazy)
        .authenticate(security)
        .multiplex(multiplexer);

    let mut config = quic::Config::new(key);
    config.handshake_timeout = limits.frame_time;
    config.max_concurrent_stream_limit = limits.streams_a_connection();
    config.max_stream_data = STREAM_WINDOW;
    config.max_connection_data = CONNECTION_WINDOW;
    // A machine under load may be late with a packet; losing the connection would cost it much more.
    config.max_idle_timeout = 30_000;
    let quic = quic::tokio::Transport::new(config);

    Ok(quic
        .map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)))
        .or_transport(tcp.map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection))))
        .map(|either, _| either.into_inner())
        .boxed())
}
