//! A peer below libp2p's swarm: it proves its key, and then does what a test makes it do and nothing else.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::task::Poll;

use futures::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use liaison_federation::transport::Peer;
use libp2p::core::muxing::{StreamMuxerBox, StreamMuxerExt as _, SubstreamBox};
use libp2p::core::transport::{Boxed, DialOpts, PortUse};
use libp2p::core::upgrade::{OutboundConnectionUpgrade as _, Version};
use libp2p::core::{Endpoint, Transport as _};
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, PeerId, quic, tcp, tls, yamux};
use tokio::net::TcpStream;

type Transport = Boxed<(PeerId, StreamMuxerBox)>;

/// A connection that stands, over either transport.
pub(crate) struct Raw {
    muxer: StreamMuxerBox,
    /// Streams that the node opened: they are kept and never answered.
    arrived: Vec<SubstreamBox>,
    _transport: Transport,
}

impl Raw {
    /// Connects with this key; nothing when it is not let in.
    pub(crate) async fn dial(key: &Keypair, address: &str) -> Option<Raw> {
        let mut transport = transport(key);
        let options = DialOpts {
            role: Endpoint::Dialer,
            port_use: PortUse::New,
        };
        let address: Multiaddr = address.parse().expect("an address");
        let dialling = transport.dial(address, options).expect("an address to dial");
        let (_, muxer) = dialling.await.ok()?;
        Some(Raw {
            muxer,
            arrived: Vec::new(),
            _transport: transport,
        })
    }

    /// A stream on which nothing was said yet.
    pub(crate) async fn open(&mut self) -> SubstreamBox {
        let opening = poll_fn(|cx| self.muxer.poll_outbound_unpin(cx));
        opening.await.expect("a stream")
    }

    /// Returns when the node has taken the connection in, so that it answers on a stream.
    pub(crate) async fn taken_in(&mut self) {
        let mut stream = self.open().await;
        let hail = step(CHOICE);
        let mut said = vec![0; hail.len()];
        let answered = async {
            stream.write_all(&hail).await?;
            stream.flush().await?;
            stream.read_exact(&mut said).await
        };
        self.during(answered).await.expect("an answer");
        assert_eq!(said, hail);
    }

    /// Returns when the connection is closed.
    pub(crate) async fn closed(&mut self) {
        poll_fn(|cx| {
            loop {
                match self.muxer.poll_inbound_unpin(cx) {
                    Poll::Ready(Ok(stream)) => self.arrived.push(stream),
                    Poll::Ready(Err(_)) => return Poll::Ready(()),
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await;
    }

    /// Keeps the connection going meanwhile.
    pub(crate) async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            done = work => done,
            () = self.closed() => panic!("the node closed the connection"),
        }
    }
}

fn transport(key: &Keypair) -> Transport {
    let tcp = tcp::tokio::Transport::new(tcp::Config::default())
        .upgrade(Version::V1)
        .authenticate(tls::Config::new(key).expect("TLS"))
        .multiplex(yamux::Config::default());
    quic::tokio::Transport::new(quic::Config::new(key))
        .map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)))
        .or_transport(tcp.map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection))))
        .map(|either, _| either.into_inner())
        .boxed()
}

/// A new key, and who has it.
pub(crate) fn identity() -> (Keypair, Peer) {
    let key = Keypair::generate_ed25519();
    let peer = Peer(key.public().try_into_ed25519().expect("Ed25519").to_bytes());
    (key, peer)
}

/// One step of choosing a protocol by multistream-select: its length, its name and a line feed.
pub(crate) fn step(name: &str) -> Vec<u8> {
    let length = u8::try_from(name.len() + 1).expect("a short name");
    [&[length], name.as_bytes(), b"\n"].concat()
}

/// The beginning of every choice.
pub(crate) const CHOICE: &str = "/multistream/1.0.0";

/// A connection over TCP on which TLS is done and no multiplexer chosen.
pub(crate) async fn encrypted(key: &Keypair, address: &str) -> impl AsyncRead + Unpin + use<> {
    let socket = TcpStream::connect(socket_address(address))
        .await
        .expect("connected");
    let mut socket = tcp::tokio::TcpStream(socket);
    let choice = [step(CHOICE), step("/tls/1.0.0")].concat();
    socket.write_all(&choice).await.expect("sent");
    let mut said = vec![0; choice.len()];
    socket.read_exact(&mut said).await.expect("an answer");
    assert_eq!(said, choice, "the node takes the same");
    let config = tls::Config::new(key).expect("TLS");
    let handshake = config.upgrade_outbound(socket, "/tls/1.0.0");
    handshake.await.expect("a handshake").1
}

/// Where a node listens by TCP, from its multiaddr.
pub(crate) fn socket_address(address: &str) -> SocketAddr {
    let parts: Vec<&str> = address.split('/').collect();
    let [_, "ip4", ip, "tcp", port] = parts[..] else {
        panic!("{address} is no address of TCP")
    };
    format!("{ip}:{port}").parse().expect("an address")
}
