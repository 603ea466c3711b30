//! A node under test: the network, and a federation made of the test itself.

use std::collections::VecDeque;
use std::time::Duration;

use liaison_federation::transport::{Command, Event, Failure, Peer, RequestId};
use liaison_network::{Config, Counters, Events, Handle, Limits, start};
use liaison_protocol::Hash;
use prometheus_client::registry::Registry;
use tokio::time::{sleep, timeout};

/// Far longer than anything takes on a busy machine, and shorter than QUIC needs to miss a peer that has
/// left without a word.
pub(crate) const DEADLINE: Duration = Duration::from_secs(25);

/// Which sockets a node listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listen {
    Tcp,
    Quic,
    Both,
    Nowhere,
}

pub(crate) const TRANSPORTS: [Listen; 2] = [Listen::Tcp, Listen::Quic];

impl Listen {
    fn addresses(self) -> Vec<String> {
        let tcp = "/ip4/127.0.0.1/tcp/0".to_owned();
        let quic = "/ip4/127.0.0.1/udp/0/quic-v1".to_owned();
        match self {
            Listen::Tcp => vec![tcp],
            Listen::Quic => vec![quic],
            Listen::Both => vec![tcp, quic],
            Listen::Nowhere => vec![],
        }
    }
}

pub(crate) fn network() -> Hash {
    Hash::of(b"network of the tests")
}

pub(crate) struct Node {
    pub(crate) handle: Handle,
    pub(crate) peer: Peer,
    pub(crate) addresses: Vec<String>,
    pub(crate) registry: Registry,
    events: Events,
    /// Events that were not asked for yet.
    seen: VecDeque<Event>,
}

impl Node {
    /// A node that listens, with everything ordinary.
    pub(crate) async fn listening(name: u8, listen: Listen) -> Node {
        Node::tuned(name, listen, |_| {}).await
    }

    /// A node with other limits.
    pub(crate) async fn limited(name: u8, listen: Listen, limits: Limits) -> Node {
        Node::tuned(name, listen, |config| config.limits = limits).await
    }

    pub(crate) async fn tuned(name: u8, listen: Listen, tune: impl FnOnce(&mut Config)) -> Node {
        let mut config = Config::new([name; 32].into(), network());
        config.listen = listen.addresses();
        tune(&mut config);
        let mut registry = Registry::default();
        let expected = config.listen.len();
        let (handle, events) = start(config, Some(&mut registry)).expect("a network that starts");
        let peer = handle.peer();
        let mut node = Node {
            handle,
            peer,
            addresses: Vec::new(),
            registry,
            events,
            seen: VecDeque::new(),
        };
        for _ in 0..expected {
            let Event::Listening(address) = node.wait("to listen", is_listening).await else {
                unreachable!()
            };
            node.addresses.push(address);
        }
        node
    }

    pub(crate) fn counters(&self) -> &Counters {
        self.handle.counters()
    }

    pub(crate) fn allow(&self, peers: &[Peer]) {
        self.handle.send(Command::Allow(peers.to_vec()));
    }

    pub(crate) fn dial(&self, to: &Node) {
        self.handle.send(Command::Dial {
            peer: to.peer,
            addresses: to.addresses.clone(),
        });
    }

    pub(crate) fn request(&self, id: RequestId, of: Peer, body: &[u8]) {
        self.handle.send(Command::Request {
            id,
            peer: of,
            body: body.to_vec(),
        });
    }

    pub(crate) fn respond(&self, id: RequestId, frames: Vec<Vec<u8>>) {
        self.handle.send(Command::Respond { id, frames });
    }

    /// The next event that fits; the others are kept.
    pub(crate) async fn wait(&mut self, what: &str, fits: impl Fn(&Event) -> bool) -> Event {
        if let Some(index) = self.seen.iter().position(&fits) {
            return self.seen.remove(index).expect("just found");
        }
        let waiting = async {
            loop {
                let event = self.events.recv().await.expect("a network that runs");
                if fits(&event) {
                    return event;
                }
                self.seen.push_back(event);
            }
        };
        match timeout(DEADLINE, waiting).await {
            Ok(event) => event,
            Err(_) => panic!("{:?} waited in vain {what}; it saw {:?}", self.peer, self.seen),
        }
    }

    pub(crate) async fn connected(&mut self, to: Peer) -> (String, bool) {
        let fits = |event: &Event| matches!(event, Event::Connected { peer, .. } if *peer == to);
        match self.wait("to be connected", fits).await {
            Event::Connected {
                address, outbound, ..
            } => (address, outbound),
            _ => unreachable!(),
        }
    }

    pub(crate) async fn disconnected(&mut self, from: Peer) {
        let fits = |event: &Event| *event == Event::Disconnected(from);
        self.wait("to be disconnected", fits).await;
    }

    pub(crate) async fn asked(&mut self) -> (RequestId, Peer, Vec<u8>) {
        match self
            .wait("to be asked", |event| matches!(event, Event::Asked { .. }))
            .await
        {
            Event::Asked { id, peer, body } => (id, peer, body),
            _ => unreachable!(),
        }
    }

    /// Waits to be asked by this peer, whoever else asks meanwhile.
    pub(crate) async fn asked_by(&mut self, asker: Peer) -> (RequestId, Vec<u8>) {
        let fits = |event: &Event| matches!(event, Event::Asked { peer, .. } if *peer == asker);
        match self.wait("to be asked", fits).await {
            Event::Asked { id, body, .. } => (id, body),
            _ => unreachable!(),
        }
    }

    pub(crate) async fn answered(&mut self, request: RequestId) -> Result<Vec<Vec<u8>>, Failure> {
        let fits = |event: &Event| matches!(event, Event::Answered { id, .. } if *id == request);
        match self.wait("for an answer", fits).await {
            Event::Answered { result, .. } => result,
            _ => unreachable!(),
        }
    }

    pub(crate) async fn gossip(&mut self) -> (u64, Peer, Vec<u8>) {
        match self
            .wait("for gossip", |event| matches!(event, Event::Gossip { .. }))
            .await
        {
            Event::Gossip { message, from, data } => (message, from, data),
            _ => unreachable!(),
        }
    }

    /// Whether an event that fits has come so far.
    pub(crate) fn has_seen(&self, fits: impl Fn(&Event) -> bool) -> bool {
        self.seen.iter().any(fits)
    }
}

fn is_listening(event: &Event) -> bool {
    matches!(event, Event::Listening(_))
}

/// Lets two nodes connect; the first one dials.
pub(crate) async fn connect(dialler: &mut Node, listener: &mut Node) {
    dialler.allow(&[listener.peer]);
    listener.allow(&[dialler.peer]);
    join(dialler, listener).await;
}

/// Connects two nodes that allow each other already.
pub(crate) async fn join(dialler: &mut Node, listener: &mut Node) {
    settle(listener).await;
    dialler.dial(listener);
    dialler.connected(listener.peer).await;
    listener.connected(dialler.peer).await;
}

/// Returns when the node has done all commands that were sent to it before.
pub(crate) async fn settle(node: &mut Node) {
    const MARK: RequestId = RequestId::MAX;
    node.request(MARK, Peer([0xff; 32]), b"");
    assert_eq!(node.answered(MARK).await, Err(Failure::NotConnected));
}

/// Waits until something has become true.
pub(crate) async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let waiting = async {
        while !done() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(
        timeout(DEADLINE, waiting).await.is_ok(),
        "it never happened that {what}"
    );
}

/// Asks and answers once, so that both are known to be well.
pub(crate) async fn exchange(asker: &mut Node, responder: &mut Node) {
    asker.request(4711, responder.peer, b"are you well?");
    let (id, body) = responder.asked_by(asker.peer).await;
    assert_eq!(body, b"are you well?");
    responder.respond(id, vec![b"quite".to_vec()]);
    assert_eq!(asker.answered(4711).await, Ok(vec![b"quite".to_vec()]));
}
