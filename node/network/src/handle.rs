//! Starting the network, and the two ends that the node holds: commands go in, events come out.

use std::ffi::OsString;
use std::sync::Arc;

use liaison_federation::transport::{Command, Event, Peer};
use libp2p::identity::Keypair;
use prometheus_client::registry::Registry;
use tokio::sync::{Notify, mpsc};

use crate::metrics::Counters;
use crate::probe::{Probed, probe};
use crate::swarm::Driver;
use crate::sync::Reserved;
use crate::{Config, Limits, NetworkError, peer};

/// Events that wait for the federation. When there are so many, the network stops reading from its sockets
/// until some have been taken, and peers are slowed down by TCP and QUIC themselves.
const EVENTS: usize = 1024;

/// Starts the network of a node and its task. Must be called within a tokio runtime.
///
/// Counters, libp2p's metrics and gossipsub's are registered in `registry` if there is one. Nobody is
/// allowed to connect before the first `Command::Allow`.
///
/// # Errors
/// When `SSLKEYLOGFILE` is set, when the configuration makes no sense, when an address cannot be listened at.
pub fn start(config: Config, registry: Option<&mut Registry>) -> Result<(Handle, Events), NetworkError> {
    refuse_key_log(|name| std::env::var_os(name))?;
    config.check()?;
    tokio::runtime::Handle::try_current().map_err(|_| NetworkError::Runtime)?;

    let mut unused = Registry::default();
    let registry = registry.unwrap_or(&mut unused);
    let counters = Arc::new(Counters::default());
    counters.register(registry);

    let key = keypair(&config.identity)?;
    let peer = peer::from_key(key.public()).ok_or(NetworkError::Identity)?;
    let (commands, received) = mpsc::unbounded_channel();
    let (sender, events) = mpsc::channel(EVENTS);
    let stop = Arc::new(Notify::new());
    let waiting = sender.downgrade();
    let probing = Arc::new((key.clone(), config.limits.clone()));
    let driver = Driver::new(&config, key, Arc::clone(&counters), registry, received, sender)?;
    tokio::spawn(driver.run(Arc::clone(&stop)));
    Ok((
        Handle {
            commands,
            stop,
            counters,
            peer,
            waiting,
            probing,
        },
        Events { events },
    ))
}

/// What commands are sent to. Clones send to the same network, which stops when the last one is dropped.
#[derive(Clone)]
pub struct Handle {
    commands: mpsc::UnboundedSender<Command>,
    stop: Arc<Notify>,
    counters: Arc<Counters>,
    peer: Peer,
    waiting: mpsc::WeakSender<Delivery>,
    probing: Arc<(Keypair, Limits)>,
}

impl Handle {
    /// Sends a command. It never waits: commands are answers to events, and so bounded by them. After the
    /// network has stopped it does nothing; `Events::recv` has then said so.
    pub fn send(&self, command: Command) {
        let _ = self.commands.send(command);
    }

    /// Closes all connections and sockets, and returns when they are closed.
    pub async fn shutdown(&self) {
        self.stop.notify_one();
        self.commands.closed().await;
    }

    /// What the network counts.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Events that wait for the federation, and how many can.
    pub fn queue(&self) -> (usize, usize) {
        let free = self.waiting.upgrade().map_or(EVENTS, |sender| sender.capacity());
        (EVENTS - free, EVENTS)
    }

    /// Tries one address of a peer (multiaddr text) with this node's key, on a connection of its own.
    ///
    /// # Errors
    /// When the address cannot be read, or the peer's name is no key.
    pub async fn probe(&self, address: &str, whom: &Peer) -> Result<Probed, NetworkError> {
        let (key, limits) = &*self.probing;
        probe(key, limits, address, whom).await
    }

    /// This node itself, as its peers name it.
    pub fn peer(&self) -> Peer {
        self.peer
    }
}

/// The events of a network, in order.
///
/// Room for the bytes of an answer is given back when its event is taken, so that answers which nobody
/// takes count as in flight.
pub struct Events {
    events: mpsc::Receiver<Delivery>,
}

impl Events {
    /// The next event; none after the network has stopped.
    pub async fn recv(&mut self) -> Option<Event> {
        self.events.recv().await.map(|delivery| delivery.event)
    }

    /// The next event if there is one already.
    pub fn try_recv(&mut self) -> Option<Event> {
        self.events.try_recv().ok().map(|delivery| delivery.event)
    }
}

/// An event on its way to the federation, with the room that its bytes take.
pub(crate) struct Delivery {
    event: Event,
    _held: Option<Reserved>,
}

impl Delivery {
    pub(crate) fn new(event: Event, held: Option<Reserved>) -> Delivery {
        Delivery { event, _held: held }
    }
}

fn refuse_key_log(variable: impl Fn(&str) -> Option<OsString>) -> Result<(), NetworkError> {
    match variable("SSLKEYLOGFILE") {
        Some(_) => Err(NetworkError::KeyLog),
        None => Ok(()),
    }
}

/// The key pair of a seed.
pub(crate) fn keypair(seed: &[u8; 32]) -> Result<Keypair, NetworkError> {
    // libp2p overwrites the copy that it is given.
    let mut copy = *seed;
    Keypair::ed25519_from_bytes(&mut copy).map_err(|_| NetworkError::Identity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_log_file_is_refused_even_when_its_name_is_empty() {
        assert!(refuse_key_log(|_| None).is_ok());
        for value in ["/var/log/keys", ""] {
            let refused = refuse_key_log(|name| (name == "SSLKEYLOGFILE").then(|| value.into()));
            assert!(matches!(refused, Err(NetworkError::KeyLog)));
        }
    }
}
