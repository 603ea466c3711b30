//! Gossip: one topic a network, small messages, none relayed before the federation has judged its form.
//!
//! Topic `liaison/<32 hex digits of the network id>/announce/1`, protocol `/liaison/<same>/gossip/1.1.0`
//! (gossipsub 1.1 under our own name). Messages carry neither author nor signature of libp2p: what they
//! carry is signed itself. The id of a message is the first 20 bytes of the SHA-256 of [`DOMAIN`], 0, the
//! topic's length as 4 bytes big-endian, the topic and the data. Gossip is never the only way: what it
//! drops, anti-entropy brings.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use liaison_federation::transport::{Event, MessageId, Verdict};
use liaison_protocol::Hash;
use libp2p::PeerId;
use libp2p::gossipsub::{
    self, ConfigBuilder, IdentTopic, IdentityTransform, MessageAcceptance, MessageAuthenticity,
    MetricsConfig, PublishError, ValidationMode, WhitelistSubscriptionFilter,
};
use prometheus_client::registry::Registry;

use crate::metrics::{Counters, Protocol};
use crate::{NetworkError, peer};

mod score;

use score::Penalties;

/// The gossipsub behaviour, which lets nobody subscribe to any topic but ours.
pub(crate) type Gossipsub = gossipsub::Behaviour<IdentityTransform, WhitelistSubscriptionFilter>;

/// The largest message, in bytes.
const MESSAGE: usize = 16 << 10;
/// What gossipsub may hold undecoded. It compares its whole read buffer with this, which can hold the
/// beginning of a further message (reads are of 8 KiB) beside a complete one; a tighter limit would make it
/// drop the stream of an honest peer that sends two large messages in a row.
const BUFFER: usize = MESSAGE + (16 << 10);
/// Begins the text that a message id is the digest of.
const DOMAIN: &[u8] = b"liaison/announce/v1";
/// Heartbeats for which a message is remembered and can be judged.
const HISTORY: usize = 12;
/// Own messages that wait for somebody to be subscribed; the oldest gives way.
const OUTBOX: usize = 64;

/// Builds the behaviour, subscribed to the network's topic.
pub(crate) fn behaviour(
    network: &Hash,
    heartbeat: Duration,
    registry: &mut Registry,
) -> Result<Gossipsub, NetworkError> {
    let topic = topic(network);
    let config = ConfigBuilder::default()
        .protocol_id_prefix(format!("/liaison/{}/gossip", network.short()))
        .validation_mode(ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(|message| message_id(message.topic.as_str(), &message.data))
        .heartbeat_interval(heartbeat)
        .heartbeat_initial_delay(heartbeat)
        .mesh_n(8)
        .mesh_n_low(4)
        .mesh_n_high(12)
        .mesh_outbound_min(2)
        .gossip_lazy(8)
        .history_length(HISTORY)
        .history_gossip(6)
        .flood_publish(true)
        .max_transmit_size(BUFFER)
        .max_publish_messages(64)
        // An id takes 22 bytes: a full announcement of ids must fit into the limit of control messages.
        .max_control_messages_sent(400)
        .max_control_message_size(16 << 10)
        .connection_handler_queue_len(256)
        .duplicate_cache_time(Duration::from_secs(600))
        .build()
        .map_err(|error| NetworkError::Setup(error.to_string()))?;

    let only_ours = WhitelistSubscriptionFilter(HashSet::from([topic.hash()]));
    let setup = |error: &str| NetworkError::Setup(error.to_owned());
    let mut gossipsub =
        Gossipsub::new_with_subscription_filter(MessageAuthenticity::Anonymous, config, only_ours)
            .map_err(setup)?
            .with_metrics(
                registry.sub_registry_with_prefix("gossipsub"),
                MetricsConfig::default(),
            );
    gossipsub
        .with_peer_score(score::params(topic.hash()), score::thresholds())
        .map_err(|error| setup(&error))?;
    gossipsub
        .subscribe(&topic)
        .map_err(|error| setup(&error.to_string()))?;
    Ok(gossipsub)
}

fn topic(network: &Hash) -> IdentTopic {
    IdentTopic::new(format!("liaison/{}/announce/1", network.short()))
}

fn message_id(topic: &str, data: &[u8]) -> gossipsub::MessageId {
    let length = (topic.len() as u32).to_be_bytes();
    let digest = Hash::of_parts(&[DOMAIN, &[0], &length, topic.as_bytes(), data]);
    gossipsub::MessageId::new(&digest.as_bytes()[..20])
}

/// What is remembered beside the behaviour: messages that wait for a verdict, own ones that wait for peers.
pub(crate) struct Gossip {
    topic: IdentTopic,
    /// How long gossipsub remembers a message.
    window: Duration,
    /// How many messages may wait for a verdict.
    room: usize,
    next: MessageId,
    pending: HashMap<MessageId, Pending>,
    pending_of: HashMap<PeerId, usize>,
    outbox: VecDeque<Vec<u8>>,
    penalties: Penalties,
    counters: Arc<Counters>,
}

struct Pending {
    id: gossipsub::MessageId,
    source: PeerId,
    since: Instant,
}

impl Gossip {
    pub(crate) fn new(network: &Hash, heartbeat: Duration, room: usize, counters: Arc<Counters>) -> Gossip {
        Gossip {
            topic: topic(network),
            window: heartbeat * HISTORY as u32,
            room,
            next: 0,
            pending: HashMap::new(),
            pending_of: HashMap::new(),
            outbox: VecDeque::new(),
            penalties: Penalties::default(),
            counters,
        }
    }

    /// What gossipsub reports; an event when the federation has something to judge.
    pub(crate) fn heard(&mut self, gossipsub: &mut Gossipsub, event: gossipsub::Event) -> Option<Event> {
        match event {
            gossipsub::Event::Message {
                propagation_source,
                message_id,
                message,
            } => {
                self.counters.count_frame(Protocol::Gossip);
                self.received(gossipsub, propagation_source, message_id, message.data)
            }
            gossipsub::Event::Subscribed { .. } => {
                self.counters.count_frame(Protocol::Gossip);
                self.flush(gossipsub);
                None
            }
            gossipsub::Event::Unsubscribed { .. } => {
                self.counters.count_frame(Protocol::Gossip);
                None
            }
            gossipsub::Event::SlowPeer { peer_id, .. } => {
                tracing::debug!(peer = %peer_id, "peer does not take gossip fast enough");
                self.counters.slow_peers.inc();
                None
            }
            gossipsub::Event::GossipsubNotSupported { peer_id } => {
                tracing::debug!(peer = %peer_id, "peer does not gossip in this network");
                None
            }
        }
    }

    fn received(
        &mut self,
        gossipsub: &mut Gossipsub,
        source: PeerId,
        id: gossipsub::MessageId,
        data: Vec<u8>,
    ) -> Option<Event> {
        if data.len() > MESSAGE {
            self.counters.gossip_oversized.inc();
            gossipsub.report_message_validation_result(&id, &source, MessageAcceptance::Reject);
            return None;
        }
        let of_peer = self.pending_of.get(&source).copied().unwrap_or(0);
        let room = self.pending.len() < self.room && of_peer < self.room.div_ceil(4);
        let Some(from) = peer::from_id(&source).filter(|_| room) else {
            self.counters.gossip_overflow.inc();
            gossipsub.report_message_validation_result(&id, &source, MessageAcceptance::Ignore);
            return None;
        };
        let message = self.next;
        self.next += 1;
        self.pending.insert(
            message,
            Pending {
                id,
                source,
                since: Instant::now(),
            },
        );
        *self.pending_of.entry(source).or_default() += 1;
        Some(Event::Gossip { message, from, data })
    }

    /// The federation's verdict. One that comes after gossipsub has forgotten the message relays nothing.
    pub(crate) fn judge(&mut self, gossipsub: &mut Gossipsub, message: MessageId, verdict: Verdict) {
        let acceptance = match verdict {
            Verdict::Accept => MessageAcceptance::Accept,
            Verdict::Ignore => MessageAcceptance::Ignore,
            Verdict::Reject => MessageAcceptance::Reject,
        };
        let in_time = self.take(message).is_some_and(|pending| {
            gossipsub.report_message_validation_result(&pending.id, &pending.source, acceptance)
        });
        if !in_time {
            self.counters.late_reports.inc();
        }
    }

    fn take(&mut self, message: MessageId) -> Option<Pending> {
        let pending = self.pending.remove(&message)?;
        if let Some(count) = self.pending_of.get_mut(&pending.source) {
            *count -= 1;
            if *count == 0 {
                self.pending_of.remove(&pending.source);
            }
        }
        Some(pending)
    }

    /// Gossips a message, now or as soon as a peer is subscribed.
    pub(crate) fn publish(&mut self, gossipsub: &mut Gossipsub, data: Vec<u8>) {
        if data.len() > MESSAGE {
            tracing::error!(
                bytes = data.len(),
                "an own gossip message is larger than 16 KiB; dropped"
            );
            self.counters.publish_dropped.inc();
            return;
        }
        if self.try_publish(gossipsub, &data) {
            return;
        }
        if self.outbox.len() == OUTBOX {
            self.outbox.pop_front();
            self.counters.publish_dropped.inc();
        }
        self.outbox.push_back(data);
        self.counters.publish_waiting.set(self.outbox.len() as i64);
    }

    /// Whether the message is done with; false while nobody is subscribed.
    fn try_publish(&self, gossipsub: &mut Gossipsub, data: &[u8]) -> bool {
        match gossipsub.publish(self.topic.hash(), data) {
            Ok(_) | Err(PublishError::Duplicate) => true,
            Err(PublishError::NoPeersSubscribedToTopic) => false,
            Err(PublishError::AllQueuesFull(_)) => {
                // It stands in the cache now: peers hear of it with the next heartbeat and ask for it.
                self.counters.publish_delayed.inc();
                true
            }
            Err(error) => {
                tracing::error!(%error, "an own gossip message cannot be published; dropped");
                self.counters.publish_dropped.inc();
                true
            }
        }
    }

    fn flush(&mut self, gossipsub: &mut Gossipsub) {
        while let Some(data) = self.outbox.front() {
            if !self.try_publish(gossipsub, data) {
                break;
            }
            self.outbox.pop_front();
        }
        self.counters.publish_waiting.set(self.outbox.len() as i64);
    }

    /// Scores a peer down for what the federation found.
    pub(crate) fn penalise(&mut self, gossipsub: &mut Gossipsub, peer: PeerId) {
        let points = self.penalties.add(peer, Instant::now());
        gossipsub.set_application_score(&peer, -points);
    }

    /// Tells gossipsub again what a peer that has come back was scored down for.
    pub(crate) fn connected(&mut self, gossipsub: &mut Gossipsub, peer: PeerId) {
        let points = self.penalties.of(&peer, Instant::now());
        gossipsub.set_application_score(&peer, -points);
    }

    /// Forgets a peer that is no longer allowed.
    pub(crate) fn forget(&mut self, peer: &PeerId) {
        self.penalties.forget(peer);
    }

    /// Does what time asks for: retries, forgets messages that nobody judged, lets penalties fade.
    pub(crate) fn tick(&mut self, gossipsub: &mut Gossipsub, now: Instant) {
        self.flush(gossipsub);
        let overdue: Vec<MessageId> = self
            .pending
            .iter()
            .filter(|(_, pending)| now.saturating_duration_since(pending.since) > self.window)
            .map(|(message, _)| *message)
            .collect();
        for message in overdue {
            if let Some(pending) = self.take(message) {
                let ignore = MessageAcceptance::Ignore;
                gossipsub.report_message_validation_result(&pending.id, &pending.source, ignore);
            }
        }
        for (peer, points) in self.penalties.faded(now) {
            gossipsub.set_application_score(&peer, -points);
        }
    }
}
