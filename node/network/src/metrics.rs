//! What the network counts, for `/metrics`, for the status of a node, and for the tests.
//!
//! All values are registered under `liaison_network`. libp2p's own stand under `libp2p` and `gossipsub`;
//! `gossipsub_heartbeat_duration_count` must rise by one a heartbeat, or gossip has stopped.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// One label.
type Label = [(&'static str, &'static str); 1];

/// Counters and gauges of the network; cheap to read at any time.
#[derive(Debug, Default)]
pub struct Counters {
    refused: Family<Label, Counter>,
    frames_read: Family<Label, Counter>,
    busy_answers: Family<Label, Counter>,
    /// Peers that are connected.
    pub peers: Gauge,
    /// Requests of ours that were sent on their way.
    pub requests_sent: Counter,
    /// Requests of ours that the peer had no room for.
    pub requests_refused: Counter,
    /// Requests of peers that were answered to the end.
    pub requests_served: Counter,
    /// Streams that could not be opened in time.
    pub open_timeouts: Counter,
    /// Peers that broke the framing of a request or an answer.
    pub broken_framings: Counter,
    /// Answers given up because the peer did not read them in time.
    pub slow_readers: Counter,
    /// Requests given up because the peer did not send them in time.
    pub slow_writers: Counter,
    /// Requests of peers that the federation did not answer in time.
    pub unanswered: Counter,
    /// Answers dropped here because they were larger than an answer may be.
    pub oversized_answers: Counter,
    /// Bytes of requests and answers held here.
    pub bytes_in_flight: Gauge,
    /// The most bytes of requests and answers that were ever held here.
    pub bytes_in_flight_peak: Gauge,
    /// Verdicts that came after gossip had forgotten the message: it was not relayed.
    pub late_reports: Counter,
    /// Gossip messages ignored because too many waited for their verdict.
    pub gossip_overflow: Counter,
    /// Gossip messages refused because they were larger than 16 KiB.
    pub gossip_oversized: Counter,
    /// Times that a peer did not take gossip fast enough.
    pub slow_peers: Counter,
    /// Own messages that wait for a peer to gossip with.
    pub publish_waiting: Gauge,
    /// Own messages dropped, because too many waited or the message was too large.
    pub publish_dropped: Counter,
    /// Own messages that no peer's queue had room for; gossip offers them again by itself.
    pub publish_delayed: Counter,
    /// Connections closed because the peer did not answer pings.
    pub pings_failed: Counter,
    /// Errors of listening sockets.
    pub listener_errors: Counter,
}

/// Which protocol a frame belonged to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Protocol {
    Sync,
    Gossip,
}

impl Counters {
    /// Connections refused for this cause: `not-allowed`, `limit`, `memory` or `handshake`.
    pub fn refused(&self, cause: &'static str) -> u64 {
        self.refused.get_or_create(&[("cause", cause)]).get()
    }

    /// Protocol messages of peers that were read: frames of requests and answers, gossip, subscriptions.
    pub fn frames_read(&self) -> u64 {
        [Protocol::Sync, Protocol::Gossip]
            .iter()
            .map(|protocol| self.frames_read.get_or_create(&protocol.label()).get())
            .sum()
    }

    /// Requests of peers that were told ‘busy’, for this cause: `streams`, `rate`, `bytes` or `unanswered`.
    pub fn busy_answers(&self, cause: &'static str) -> u64 {
        self.busy_answers.get_or_create(&[("cause", cause)]).get()
    }

    pub(crate) fn count_refused(&self, cause: &'static str) {
        self.refused.get_or_create(&[("cause", cause)]).inc();
    }

    pub(crate) fn count_frame(&self, protocol: Protocol) {
        self.frames_read.get_or_create(&protocol.label()).inc();
    }

    pub(crate) fn count_busy(&self, cause: &'static str) {
        self.busy_answers.get_or_create(&[("cause", cause)]).inc();
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("liaison_network");
        for (name, help, family) in [
            (
                "refused",
                "Connections refused before any protocol message",
                &self.refused,
            ),
            (
                "frames_read",
                "Protocol messages of peers that were read",
                &self.frames_read,
            ),
            (
                "busy_answers",
                "Requests of peers that were told busy",
                &self.busy_answers,
            ),
        ] {
            registry.register(name, help, family.clone());
        }
        for (name, help, counter) in self.requests().into_iter().chain(self.gossip()) {
            registry.register(name, help, counter.clone());
        }
        for (name, help, gauge) in [
            ("peers", "Peers that are connected", &self.peers),
            (
                "bytes_in_flight",
                "Bytes of requests and answers held here",
                &self.bytes_in_flight,
            ),
            (
                "bytes_in_flight_peak",
                "The most that were ever held",
                &self.bytes_in_flight_peak,
            ),
            (
                "publish_waiting",
                "Own gossip messages waiting for a peer",
                &self.publish_waiting,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
    }

    fn requests(&self) -> [(&'static str, &'static str, &Counter); 11] {
        [
            ("requests_sent", "Requests of ours", &self.requests_sent),
            (
                "requests_refused",
                "Requests of ours that the peer had no room for",
                &self.requests_refused,
            ),
            (
                "requests_served",
                "Requests of peers answered to the end",
                &self.requests_served,
            ),
            (
                "open_timeouts",
                "Streams that could not be opened in time",
                &self.open_timeouts,
            ),
            (
                "broken_framings",
                "Peers that broke the framing",
                &self.broken_framings,
            ),
            ("slow_readers", "Answers not read in time", &self.slow_readers),
            ("slow_writers", "Requests not sent in time", &self.slow_writers),
            (
                "unanswered",
                "Requests of peers not answered in time",
                &self.unanswered,
            ),
            (
                "oversized_answers",
                "Own answers that were too large",
                &self.oversized_answers,
            ),
            (
                "pings_failed",
                "Connections closed for want of an answer to pings",
                &self.pings_failed,
            ),
            (
                "listener_errors",
                "Errors of listening sockets",
                &self.listener_errors,
            ),
        ]
    }

    fn gossip(&self) -> [(&'static str, &'static str, &Counter); 6] {
        [
            (
                "late_reports",
                "Verdicts on gossip that came too late",
                &self.late_reports,
            ),
            (
                "gossip_overflow",
                "Gossip ignored, too much of it waiting",
                &self.gossip_overflow,
            ),
            (
                "gossip_oversized",
                "Gossip refused for its size",
                &self.gossip_oversized,
            ),
            (
                "slow_peers",
                "Times that a peer did not take gossip fast enough",
                &self.slow_peers,
            ),
            (
                "publish_dropped",
                "Own gossip messages dropped",
                &self.publish_dropped,
            ),
            (
                "publish_delayed",
                "Own gossip messages that found all queues full",
                &self.publish_delayed,
            ),
        ]
    }
}

impl Protocol {
    fn label(self) -> Label {
        let name = match self {
            Protocol::Sync => "sync",
            Protocol::Gossip => "gossip",
        };
        [("protocol", name)]
    }
}
