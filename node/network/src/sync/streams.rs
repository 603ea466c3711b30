//! Streams with peers, as a behaviour of the swarm: opens them on request, hands over those that arrive.
//!
//! It never dials, it answers every request to open, and it loses no stream that arrived. The published
//! `libp2p-stream` does none of the three: it dials peers that are not connected and may then never answer,
//! and of several streams that arrive at once it keeps one and drops the others without a word.

use std::collections::{HashMap, VecDeque};
use std::task::{Context, Poll};

use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::{ConnectionClosed, ConnectionEstablished};
use libp2p::swarm::handler::{
    ConnectionEvent, ConnectionHandlerEvent, DialUpgradeError, FullyNegotiatedInbound,
    FullyNegotiatedOutbound,
};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler,
    StreamUpgradeError, SubstreamProtocol, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{PeerId, Stream, StreamProtocol};
use tokio::sync::{mpsc, oneshot, watch};

/// A stream, and whether the connection that it belongs to is still there.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) stream: Stream,
    pub(crate) alive: Alive,
}

/// Says when a connection is gone. Streams do not always: yamux tells no reader when its own side closes.
#[derive(Debug, Clone)]
pub(crate) struct Alive(watch::Receiver<()>);

impl Alive {
    /// Returns when the connection has closed.
    pub(crate) async fn gone(mut self) {
        while self.0.changed().await.is_ok() {}
    }
}

/// A peer has opened a stream.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) peer: PeerId,
    pub(crate) connection: ConnectionId,
    pub(crate) line: Line,
}

/// Why no stream was opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("not connected")]
    NotConnected,
    #[error("the peer does not speak the protocol of this network")]
    Unsupported,
    #[error("the stream could not be opened: {0}")]
    Broken(String),
}

/// Opens streams, from any task.
#[derive(Clone)]
pub(crate) struct Opener {
    requests: mpsc::UnboundedSender<(PeerId, Answer)>,
}

impl Opener {
    /// Opens a stream to a connected peer. Every call is answered, but the peer may let it wait: the caller
    /// bounds the time, and the number of calls.
    pub(crate) async fn open(&self, peer: PeerId) -> Result<Line, OpenError> {
        let (sender, opened) = oneshot::channel();
        self.requests
            .send((peer, sender))
            .map_err(|_| OpenError::NotConnected)?;
        opened.await.unwrap_or(Err(OpenError::NotConnected))
    }
}

/// Where the stream goes that somebody wants.
type Answer = oneshot::Sender<Result<Line, OpenError>>;

/// Asks a connection for a stream.
#[derive(Debug)]
pub(crate) struct Open {
    answer: Answer,
    alive: Alive,
}

/// The behaviour.
pub(crate) struct Behaviour {
    protocol: StreamProtocol,
    connections: HashMap<PeerId, Vec<Connection>>,
    requests: mpsc::UnboundedReceiver<(PeerId, Answer)>,
    arrived: VecDeque<Arrived>,
}

struct Connection {
    id: ConnectionId,
    quic: bool,
    /// Dropped with the connection, which every [`Alive`] of it learns.
    life: watch::Sender<()>,
}

impl Behaviour {
    /// A behaviour for this protocol, and what opens streams through it.
    pub(crate) fn new(protocol: StreamProtocol) -> (Behaviour, Opener) {
        let (sender, requests) = mpsc::unbounded_channel();
        let behaviour = Behaviour {
            protocol,
            connections: HashMap::new(),
            requests,
            arrived: VecDeque::new(),
        };
        (behaviour, Opener { requests: sender })
    }

    /// The connection on which a stream is opened: QUIC if there is one, because there one lost packet
    /// does not hold up all streams.
    fn choose(&self, peer: &PeerId) -> Option<&Connection> {
        let connections = self.connections.get(peer)?;
        let quic = connections.iter().find(|connection| connection.quic);
        quic.or(connections.first())
    }

    fn handler(&self) -> Handler {
        Handler {
            protocol: self.protocol.clone(),
            wanted: VecDeque::new(),
            arrived: VecDeque::new(),
        }
    }
}

impl Connection {
    fn alive(&self) -> Alive {
        Alive(self.life.subscribe())
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Arrived;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler())
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler())
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        match event {
            FromSwarm::ConnectionEstablished(ConnectionEstablished {
                peer_id,
                connection_id,
                endpoint,
                ..
            }) => {
                let quic = endpoint
                    .get_remote_address()
                    .iter()
                    .any(|part| part == Protocol::QuicV1);
                self.connections.entry(peer_id).or_default().push(Connection {
                    id: connection_id,
                    quic,
                    life: watch::Sender::new(()),
                });
            }
            FromSwarm::ConnectionClosed(ConnectionClosed {
                peer_id,
                connection_id,
                ..
            }) => {
                if let Some(connections) = self.connections.get_mut(&peer_id) {
                    connections.retain(|connection| connection.id != connection_id);
                    if connections.is_empty() {
                        self.connections.remove(&peer_id);
                    }
                }
            }
            _ => {}
        }
    }

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        stream: THandlerOutEvent<Self>,
    ) {
        let connections = self.connections.get(&peer).into_iter().flatten();
        if let Some(connection) = connections.into_iter().find(|known| known.id == connection) {
            let line = Line {
                stream,
                alive: connection.alive(),
            };
            self.arrived.push_back(Arrived {
                peer,
                connection: connection.id,
                line,
            });
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        if let Some(arrived) = self.arrived.pop_front() {
            return Poll::Ready(ToSwarm::GenerateEvent(arrived));
        }
        while let Poll::Ready(Some((peer_id, answer))) = self.requests.poll_recv(cx) {
            match self.choose(&peer_id) {
                Some(connection) => {
                    let event = Open {
                        answer,
                        alive: connection.alive(),
                    };
                    let handler = NotifyHandler::One(connection.id);
                    return Poll::Ready(ToSwarm::NotifyHandler {
                        peer_id,
                        handler,
                        event,
                    });
                }
                // Nobody waits any more if this fails.
                None => drop(answer.send(Err(OpenError::NotConnected))),
            }
        }
        Poll::Pending
    }
}

/// One connection's part of the behaviour. When the connection closes, everything that waits here is
/// dropped, and so answered.
pub(crate) struct Handler {
    protocol: StreamProtocol,
    wanted: VecDeque<Open>,
    arrived: VecDeque<Stream>,
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Open;
    type ToBehaviour = Stream;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = Open;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(ReadyUpgrade::new(self.protocol.clone()), ())
    }

    /// Connections stay: which peers are connected is the federation's decision.
    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, Self::OutboundOpenInfo, Self::ToBehaviour>> {
        if let Some(stream) = self.arrived.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(stream));
        }
        while let Some(open) = self.wanted.pop_front() {
            if !open.answer.is_closed() {
                let protocol = SubstreamProtocol::new(ReadyUpgrade::new(self.protocol.clone()), open);
                return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
            }
        }
        Poll::Pending
    }

    fn on_behaviour_event(&mut self, open: Self::FromBehaviour) {
        self.wanted.push_back(open);
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<Self::InboundProtocol, Self::OutboundProtocol, (), Self::OutboundOpenInfo>,
    ) {
        // Whoever wanted a stream may have given up: then it is dropped.
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, .. }) => {
                self.arrived.push_back(protocol);
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, info }) => {
                let Open { answer, alive } = info;
                drop(answer.send(Ok(Line {
                    stream: protocol,
                    alive,
                })));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error }) => {
                let error = match error {
                    StreamUpgradeError::NegotiationFailed => OpenError::Unsupported,
                    StreamUpgradeError::Timeout => OpenError::Broken("the peer did not answer".to_owned()),
                    StreamUpgradeError::Io(error) => OpenError::Broken(error.to_string()),
                    StreamUpgradeError::Apply(never) => match never {},
                };
                drop(info.answer.send(Err(error)));
            }
            _ => {}
        }
    }
}
