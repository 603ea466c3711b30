//! The task that drives the swarm: what libp2p reports becomes events, what the federation commands is done.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use liaison_federation::transport::{Command, Event, Peer};
use libp2p::core::ConnectedPoint;
use libp2p::core::multiaddr::{Multiaddr, Protocol};
use libp2p::identity::Keypair;
use libp2p::metrics::{Metrics, Recorder as _};
use libp2p::swarm::{Config as SwarmConfig, ConnectionId, DialError, ListenError, SwarmEvent};
use libp2p::{PeerId, StreamProtocol, Swarm, ping};
use prometheus_client::registry::Registry;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::behaviour::{Behaviour, BehaviourEvent};
use crate::connections::Connections;
use crate::gossip::{self, Gossip};
use crate::handle::Delivery;
use crate::metrics::Counters;
use crate::sync::streams::{self, Arrived};
use crate::sync::{self, Context, Lane};
use crate::{Config, NetworkError, admission, peer, transport};

/// Events that may wait in front of the channel to the federation before the sockets are left alone.
const OUTBOX: usize = 64;
/// Time that connections have to close in at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// Everything that belongs to a running network.
pub(crate) struct Driver {
    pub(crate) swarm: Swarm<Behaviour>,
    pub(crate) gossip: Gossip,
    /// The peers that have a connection, and those that have had one and are still allowed.
    pub(crate) lanes: HashMap<PeerId, Arc<Lane>>,
    connections: Connections,
    /// Own dials under way.
    pub(crate) dialling: HashMap<ConnectionId, Peer>,
    pub(crate) tasks: JoinSet<()>,
    pub(crate) context: Arc<Context>,
    /// Events on their way to the federation. All of them pass through here, so that they keep their order:
    /// nobody asks before it is reported as connected.
    pub(crate) outbox: VecDeque<Delivery>,
    counters: Arc<Counters>,
    metrics: Metrics,
    heartbeat: Duration,
    commands: mpsc::UnboundedReceiver<Command>,
    /// Events of the tasks.
    reports: mpsc::Receiver<Delivery>,
    events: mpsc::Sender<Delivery>,
}

impl Driver {
    pub(crate) fn new(
        config: &Config,
        key: Keypair,
        counters: Arc<Counters>,
        registry: &mut Registry,
        commands: mpsc::UnboundedReceiver<Command>,
        events: mpsc::Sender<Delivery>,
    ) -> Result<Driver, NetworkError> {
        let limits = &config.limits;
        let protocol = format!("/liaison/{}/sync/1", config.network.short());
        let protocol = StreamProtocol::try_from_owned(protocol)
            .map_err(|error| NetworkError::Setup(error.to_string()))?;
        let (streams, opener) = streams::Behaviour::new(protocol);
        let gossipsub = gossip::behaviour(&config.network, config.heartbeat, registry)?;
        let transport = transport::build(&key, limits, registry)?;
        let swarm_config = SwarmConfig::with_tokio_executor()
            .with_smart_dial()
            .with_max_negotiating_inbound_streams(2 * limits.streams_a_peer as usize);
        let behaviour = Behaviour::new(config, gossipsub, streams);
        let (sender, reports) = mpsc::channel(OUTBOX);
        let context = Context::new(limits.clone(), Arc::clone(&counters), opener, sender);
        let mut swarm = Swarm::new(transport, behaviour, key.public().to_peer_id(), swarm_config);
        listen(&mut swarm, &config.listen)?;
        Ok(Driver {
            swarm,
            gossip: Gossip::new(
                &config.network,
                config.heartbeat,
                limits.pending_gossip,
                Arc::clone(&counters),
            ),
            lanes: HashMap::new(),
            connections: Connections::default(),
            dialling: HashMap::new(),
            tasks: JoinSet::new(),
            context: Arc::new(context),
            outbox: VecDeque::new(),
            counters,
            metrics: Metrics::new(registry),
            heartbeat: config.heartbeat,
            commands,
            reports,
            events,
        })
    }

    /// Runs until told to stop, or until nobody can send commands any more.
    pub(crate) async fn run(mut self, stop: Arc<Notify>) {
        // Gossipsub does not wake itself for its heartbeat while nothing else happens; leaving the select
        // polls the swarm again, and that is all this clock is for besides our own retries.
        let events = self.events.clone();
        let mut clock = interval(self.heartbeat / 2);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                // What is ready is handed on before the sockets are looked at again. All of it is bounded by what the
                // sockets brought, so that they get their turn.
                biased;
                () = stop.notified() => break,
                command = self.commands.recv() => match command {
                    Some(command) => self.on_command(command),
                    None => break,
                },
                slot = events.reserve(), if !self.outbox.is_empty() => {
                    let Ok(slot) = slot else { break };
                    if let Some(delivery) = self.outbox.pop_front() {
                        slot.send(delivery);
                    }
                }
                Some(report) = self.reports.recv(), if self.outbox.len() < OUTBOX => {
                    self.outbox.push_back(report);
                }
                Some(_) = self.tasks.join_next() => {}
                _ = clock.tick() => {
                    self.gossip.tick(&mut self.swarm.behaviour_mut().gossip, Instant::now());
                }
                event = self.swarm.select_next_some(), if self.outbox.len() < OUTBOX => self.on_event(event),
            }
        }
        self.farewell().await;
    }

    /// Closes the connections, so that peers learn of it now and not by a timeout.
    async fn farewell(mut self) {
        self.tasks.shutdown().await;
        let connected: Vec<PeerId> = self.swarm.connected_peers().copied().collect();
        for peer in connected {
            let _ = self.swarm.disconnect_peer_id(peer);
        }
        let _ = timeout(FAREWELL, async {
            while self.swarm.connected_peers().next().is_some() {
                self.swarm.select_next_some().await;
            }
        })
        .await;
        // The receiver of commands goes last: `Handle::shutdown` waits for that.
        let Driver { swarm, commands, .. } = self;
        drop(swarm);
        drop(commands);
    }

    pub(crate) fn report(&mut self, event: Event) {
        self.outbox.push_back(Delivery::new(event, None));
    }

    fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        self.metrics.record(&event);
        match event {
            SwarmEvent::Behaviour(event) => self.on_behaviour(event),
            SwarmEvent::ConnectionEstablished {
                peer_id,
                connection_id,
                endpoint,
                num_established,
                ..
            } => {
                self.dialling.remove(&connection_id);
                let limit = self.context.limits.connections_a_peer as usize;
                let made = (connection_id, endpoint.clone());
                if let Some(oldest) = self.connections.established(peer_id, made, Instant::now(), limit) {
                    self.swarm.close_connection(oldest);
                }
                if num_established.get() == 1 {
                    self.on_connected(peer_id, &endpoint);
                }
            }
            SwarmEvent::ConnectionClosed {
                peer_id,
                connection_id,
                num_established,
                ..
            } => {
                self.connections.closed(&peer_id, connection_id);
                if num_established == 0 {
                    self.on_disconnected(&peer_id);
                }
            }
            SwarmEvent::IncomingConnectionError { error, peer_id, .. } => self.on_refused(&error, peer_id),
            SwarmEvent::OutgoingConnectionError {
                connection_id, error, ..
            } => {
                self.on_dial_failed(connection_id, &error);
            }
            SwarmEvent::NewListenAddr { address, .. } => {
                self.report(Event::Listening(address.to_string()));
            }
            SwarmEvent::ListenerError { error, .. } => {
                tracing::warn!(%error, "a listening socket reports an error");
                self.counters.listener_errors.inc();
            }
            SwarmEvent::ListenerClosed {
                addresses, reason, ..
            } => {
                tracing::error!(?addresses, ?reason, "a listening socket closed");
                self.counters.listener_errors.inc();
            }
            _ => {}
        }
    }

    fn on_behaviour(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Gossip(event) => {
                self.metrics.record(&event);
                let gossipsub = &mut self.swarm.behaviour_mut().gossip;
                if let Some(event) = self.gossip.heard(gossipsub, event) {
                    self.report(event);
                }
            }
            BehaviourEvent::Streams(Arrived {
                peer,
                connection,
                line,
            }) => {
                self.on_used(peer, connection);
                if let Some(lane) = self.lanes.get(&peer) {
                    sync::accept(&self.context, Arc::clone(lane), line, &mut self.tasks);
                }
            }
            BehaviourEvent::Ping(event) => {
                self.metrics.record(&event);
                if let Err(ping::Failure::Timeout | ping::Failure::Other { .. }) = event.result {
                    tracing::debug!(peer = %event.peer, "peer does not answer pings; closing the connection");
                    self.counters.pings_failed.inc();
                    self.swarm.close_connection(event.connection);
                }
            }
        }
    }

    /// A peer asks on this connection: the older ones that it replaces are closed, and to the federation the
    /// peer is a new one.
    fn on_used(&mut self, peer: PeerId, connection: ConnectionId) {
        let Some((endpoint, replaced)) = self.connections.used(&peer, connection) else {
            return;
        };
        for connection in replaced {
            self.swarm.close_connection(connection);
        }
        self.on_disconnected(&peer);
        self.on_connected(peer, &endpoint);
    }

    fn on_disconnected(&mut self, id: &PeerId) {
        self.counters.peers.dec();
        if let Some(peer) = peer::from_id(id) {
            self.report(Event::Disconnected(peer));
        }
    }

    fn on_connected(&mut self, id: PeerId, endpoint: &ConnectedPoint) {
        self.counters.peers.inc();
        let Some(peer) = peer::from_id(&id) else {
            return;
        };
        let limits = &self.context.limits;
        self.lanes
            .entry(id)
            .or_insert_with(|| Arc::new(Lane::new(peer, limits)));
        self.gossip.connected(&mut self.swarm.behaviour_mut().gossip, id);
        self.report(Event::Connected {
            peer,
            address: without_peer(endpoint.get_remote_address().clone()).to_string(),
            outbound: endpoint.is_dialer(),
        });
    }

    fn on_refused(&mut self, error: &ListenError, id: Option<PeerId>) {
        let cause = admission::cause(error);
        self.counters.count_refused(cause);
        tracing::debug!(cause, peer = ?id, %error, "a connection was refused");
        // Outsiders decide how many of these there are: they must not crowd out what peers have to say.
        if self.outbox.len() < OUTBOX / 2 && self.events.capacity() > self.events.max_capacity() / 2 {
            self.report(Event::Refused {
                peer: id.as_ref().and_then(peer::from_id),
                cause,
            });
        }
    }

    fn on_dial_failed(&mut self, connection: ConnectionId, error: &DialError) {
        let Some(peer) = self.dialling.remove(&connection) else {
            return;
        };
        // Both sides may dial at once, and one of the connections may then be one too many.
        let connected = peer::to_id(&peer).is_some_and(|id| self.swarm.is_connected(&id));
        if !connected {
            self.report(Event::DialFailed {
                peer,
                cause: explain(error),
            });
        }
    }
}

fn listen(swarm: &mut Swarm<Behaviour>, addresses: &[String]) -> Result<(), NetworkError> {
    let unique: HashSet<&String> = addresses.iter().collect();
    for text in unique {
        let address: Multiaddr =
            text.parse()
                .map_err(|error: libp2p::multiaddr::Error| NetworkError::Address {
                    address: text.clone(),
                    cause: error.to_string(),
                })?;
        swarm.listen_on(address).map_err(|error| NetworkError::Listen {
            address: text.clone(),
            cause: deepest(&error),
        })?;
    }
    Ok(())
}

/// The address without the peer that it may end with.
pub(crate) fn without_peer(mut address: Multiaddr) -> Multiaddr {
    if let Some(Protocol::P2p(_)) = address.iter().last() {
        address.pop();
    }
    address
}

/// What a failed dial says to a person: each address and why.
pub(crate) fn explain(error: &DialError) -> String {
    match error {
        DialError::Transport(errors) => {
            let each = errors
                .iter()
                .map(|(address, error)| format!("{}: {}", without_peer(address.clone()), deepest(error)));
            each.collect::<Vec<_>>().join("; ")
        }
        DialError::WrongPeerId { address, .. } => {
            format!("{}: another node answers there", without_peer(address.clone()))
        }
        DialError::NoAddresses => "it has no address that can be dialled".to_owned(),
        other => deepest(other),
    }
}

/// What went wrong, without the layers that passed it on.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
