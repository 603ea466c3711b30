//! A listed peer that does as it likes: it speaks the stream protocol by hand, through other libraries than
//! the node does.

use futures::{AsyncReadExt as _, AsyncWriteExt as _, StreamExt as _};
use liaison_federation::transport::Peer;
use libp2p::gossipsub::{self, ConfigBuilder, IdentTopic, MessageAuthenticity, MessageId, ValidationMode};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Stream, StreamProtocol, Swarm, SwarmBuilder, tcp, tls, yamux};
use libp2p_stream::{Behaviour, Control, IncomingStreams};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::node::{DEADLINE, Node, network, settle};
use crate::raw::identity;

pub(crate) struct Adversary {
    pub(crate) peer: Peer,
    pub(crate) control: Control,
    target: PeerId,
    task: JoinHandle<()>,
}

impl Adversary {
    /// An adversary that is connected to the node, which lists it and nobody else.
    pub(crate) async fn of(node: &mut Node) -> Adversary {
        Adversary::with(node, &[], |_| ()).await.0
    }

    /// An adversary that is connected to the node, which lists it and the others; before it connects it prepares
    /// something.
    pub(crate) async fn with<T>(
        node: &mut Node,
        others: &[Peer],
        prepare: impl FnOnce(&mut Control) -> T,
    ) -> (Adversary, T) {
        let streams = Behaviour::new();
        let mut control = streams.new_control();
        let prepared = prepare(&mut control);
        let (peer, mut swarm) = swarm(node, others, streams).await;
        let target = *swarm.connected_peers().next().expect("the node");
        let task = tokio::spawn(async move {
            loop {
                swarm.select_next_some().await;
            }
        });
        let adversary = Adversary {
            peer,
            control,
            target,
            task,
        };
        (adversary, prepared)
    }

    pub(crate) fn protocol() -> StreamProtocol {
        StreamProtocol::try_from_owned(format!("/liaison/{}/sync/1", network().short())).expect("a name")
    }

    /// A stream to the node.
    pub(crate) async fn open(&self) -> Option<Stream> {
        let mut control = self.control.clone();
        let opening = control.open_stream(self.target, Adversary::protocol());
        timeout(DEADLINE, opening).await.expect("an outcome").ok()
    }

    /// The streams that the node opens, for [`arrival`].
    pub(crate) fn accept(&mut self) -> IncomingStreams {
        self.control
            .accept(Adversary::protocol())
            .expect("not accepted before")
    }
}

impl Drop for Adversary {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A swarm with a new key that is connected to the node, which lists it and the others.
async fn swarm<B>(node: &mut Node, others: &[Peer], behaviour: B) -> (Peer, Swarm<B>)
where
    B: NetworkBehaviour,
{
    let (key, peer) = identity();
    node.allow(&[others, &[peer]].concat());
    settle(node).await;
    let mut swarm = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(tcp::Config::default(), tls::Config::new, yamux::Config::default)
        .expect("TLS")
        .with_quic_config(|mut config| {
            // It reads nothing that it has not asked for.
            config.max_stream_data = 64 << 10;
            config
        })
        .with_behaviour(|_| behaviour)
        .expect("a behaviour")
        .with_swarm_config(|config| config.with_idle_connection_timeout(10 * DEADLINE))
        .build();
    swarm
        .dial(node.addresses[0].parse::<Multiaddr>().expect("an address"))
        .expect("a dial");
    while swarm.connected_peers().next().is_none() {
        swarm.select_next_some().await;
    }
    node.connected(peer).await;
    (peer, swarm)
}

/// A listed peer that gossips what no honest one would: messages of any size, topics of any name; or takes none.
pub(crate) struct Gossiper {
    pub(crate) peer: Peer,
    /// What it gossips; nothing: it looks at its connection no more.
    messages: UnboundedSender<Option<Vec<u8>>>,
}

impl Gossiper {
    /// A gossiper that is connected to the node, which lists it and nobody else.
    pub(crate) async fn of(node: &mut Node) -> Gossiper {
        Gossiper::subscribed(node, &[]).await
    }

    /// A gossiper that subscribes to other topics beside the network's.
    pub(crate) async fn subscribed(node: &mut Node, others: &[String]) -> Gossiper {
        let name = network().short();
        let topic = IdentTopic::new(format!("liaison/{name}/announce/1"));
        let config = ConfigBuilder::default()
            .protocol_id_prefix(format!("/liaison/{name}/gossip"))
            .validation_mode(ValidationMode::Anonymous)
            .message_id_fn(|message| MessageId::new(&message.data[..1]))
            .build()
            .expect("settings");
        let mut gossip: gossipsub::Behaviour =
            gossipsub::Behaviour::new(MessageAuthenticity::Anonymous, config).expect("a behaviour");
        for other in others {
            gossip.subscribe(&IdentTopic::new(other)).expect("a topic");
        }
        gossip.subscribe(&topic).expect("a topic");
        let (peer, mut swarm) = swarm(node, &[], gossip).await;
        let subscribed = async {
            while !matches!(
                swarm.select_next_some().await,
                SwarmEvent::Behaviour(gossipsub::Event::Subscribed { .. })
            ) {}
        };
        timeout(DEADLINE, subscribed).await.expect("the node subscribes");
        let (messages, mut wanted) = unbounded_channel::<Option<Vec<u8>>>();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    message = wanted.recv() => match message {
                        Some(Some(message)) => drop(swarm.behaviour_mut().publish(topic.hash(), message)),
                        Some(None) => {
                            while wanted.recv().await.is_some() {}
                        }
                        None => return,
                    },
                    _ = swarm.select_next_some() => {}
                }
            }
        });
        Gossiper { peer, messages }
    }

    pub(crate) fn publish(&self, message: Vec<u8>) {
        self.messages.send(Some(message)).expect("a gossiper that runs");
    }

    /// From now on it takes nothing that the node sends.
    pub(crate) fn stall(&self) {
        self.messages.send(None).expect("a gossiper that runs");
    }
}

/// The next stream that the node opens.
pub(crate) async fn arrival(streams: &mut IncomingStreams) -> Stream {
    let arriving = timeout(DEADLINE, streams.next()).await;
    arriving.expect("a stream in time").expect("a swarm that runs").1
}

pub(crate) async fn write(stream: &mut Stream, bytes: &[u8]) -> bool {
    stream.write_all(bytes).await.is_ok() && stream.flush().await.is_ok()
}

pub(crate) async fn write_frame(stream: &mut Stream, bytes: &[u8]) -> bool {
    let length = (bytes.len() as u32).to_be_bytes();
    write(stream, &[&length[..], bytes].concat()).await
}

/// A frame, or nothing when the stream ends.
pub(crate) async fn read_frame(stream: &mut Stream) -> Option<Vec<u8>> {
    let reading = async {
        let mut length = [0; 4];
        stream.read_exact(&mut length).await.ok()?;
        let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
        stream.read_exact(&mut bytes).await.ok()?;
        Some(bytes)
    };
    timeout(DEADLINE, reading).await.expect("a frame or an end")
}
