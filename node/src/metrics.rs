//! What the node measures of itself for Prometheus, set anew each time that somebody reads it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use liaison_api::model::{AuthorityStatus, Problem};
use liaison_federation::Report;
use liaison_federation::limits::Limit;
use liaison_network::Handle;
use liaison_protocol::{Code, Origin};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::backend::{authorities, count, witnesses};
use crate::doctor::{is_clock_wrong, key_ends};
use crate::engine::{Engine, SUBMISSIONS_MAX};
use crate::runtime::EngineHandle;

type Seconds = Gauge<f64, AtomicU64>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAuthority {
    authority: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPeer {
    authority: String,
    witness: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRole {
    role: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfQueue {
    queue: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLimit {
    authority: String,
    limit: &'static str,
}

/// The node's own metrics, registered under `liaison_node`.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    checkpoint_age: Family<OfAuthority, Seconds>,
    peer_connected: Family<OfPeer, Gauge>,
    clock_wrong: Family<OfAuthority, Gauge>,
    damaged: Family<OfAuthority, Gauge>,
    have: Family<OfAuthority, Gauge>,
    offered: Family<OfAuthority, Gauge>,
    void: Family<OfAuthority, Gauge>,
    wants: Family<OfAuthority, Gauge>,
    key_expiry: Family<OfRole, Seconds>,
    held_up: Family<OfLimit, Counter>,
    queue_fill: Family<OfQueue, Gauge>,
    queue_size: Family<OfQueue, Gauge>,
    quorum: Gauge,
    proposals: Gauge,
    // One reader at a time: what is gone is cleared before what is there is set.
    setting: Mutex<()>,
}

impl Metrics {
    /// Metrics that `registry` shows.
    pub(crate) fn register(registry: &mut Registry) -> Metrics {
        let metrics = Metrics::default();
        let registry = registry.sub_registry_with_prefix("liaison_node");
        registry.register_with_unit(
            "checkpoint_age",
            "Time since a checkpoint of this authority's log was last verified; absent before the first",
            Unit::Seconds,
            metrics.checkpoint_age.clone(),
        );
        registry.register_with_unit(
            "key_expiry",
            "Time until the mandate of this node's key ends; 0 without a mandate",
            Unit::Seconds,
            metrics.key_expiry.clone(),
        );
        registry.register(
            "peer_connected",
            "Whether this authority's node is connected, and whether it is a witness of the own log",
            metrics.peer_connected.clone(),
        );
        for (name, help, family) in [
            (
                "clock_wrong",
                "Whether this authority's clock is over 2 minutes from the median of all",
                &metrics.clock_wrong,
            ),
            (
                "log_damaged",
                "Whether some of this authority's log did not read and is not put right yet",
                &metrics.damaged,
            ),
            (
                "log_have",
                "Entries of this authority's log that are durable here",
                &metrics.have,
            ),
            (
                "log_offered",
                "Entries of the largest verified head heard of",
                &metrics.offered,
            ),
            ("log_void", "Entries without effect", &metrics.void),
            (
                "wants",
                "Payloads that this node may read and does not hold yet",
                &metrics.wants,
            ),
        ] {
            registry.register(name, help, family.clone());
        }
        registry.register(
            "held_up",
            "Times that this limit held up a statement or log entries of this authority",
            metrics.held_up.clone(),
        );
        registry.register(
            "queue_fill",
            "What waits in this queue",
            metrics.queue_fill.clone(),
        );
        registry.register(
            "queue_size",
            "What this queue can hold",
            metrics.queue_size.clone(),
        );
        registry.register(
            "quorum",
            "Witnesses that make a quorum of the own log",
            metrics.quorum.clone(),
        );
        registry.register(
            "proposals",
            "Charter versions that gather signatures of the council",
            metrics.proposals.clone(),
        );
        metrics
    }

    /// Sets what is read next.
    pub(crate) async fn refresh(&self, engine: &EngineHandle, network: &Handle) -> Result<(), Problem> {
        let seen = engine.ask(|engine| Seen::of(engine)).await;
        let seen = seen.map_err(|_| Problem::internal("the node is stopping"))??;
        let _setting = self.setting.lock().unwrap_or_else(PoisonError::into_inner);
        self.set(&seen);
        let queues = [
            ("engine", engine.queue()),
            ("submissions", (seen.submissions, SUBMISSIONS_MAX)),
            ("network_events", network.queue()),
        ];
        for (queue, (fill, size)) in queues {
            self.queue_fill.get_or_create(&OfQueue { queue }).set(fill as i64);
            self.queue_size.get_or_create(&OfQueue { queue }).set(size as i64);
        }
        Ok(())
    }

    fn set(&self, seen: &Seen) {
        self.checkpoint_age.clear();
        self.peer_connected.clear();
        for family in [
            &self.clock_wrong,
            &self.damaged,
            &self.have,
            &self.offered,
            &self.void,
            &self.wants,
        ] {
            family.clear();
        }
        for status in &seen.logs {
            let label = OfAuthority {
                authority: status.authority.to_string(),
            };
            if let Some(age) = status.last_checkpoint_seconds {
                self.checkpoint_age.get_or_create(&label).set(age);
            }
            let void: u64 = status.void.values().sum();
            for (family, value) in [
                (&self.have, status.have),
                (&self.offered, status.offered),
                (&self.void, void),
                (&self.wants, status.wants),
                (&self.damaged, seen.damaged.contains(&status.authority).into()),
            ] {
                family.get_or_create(&label).set(value as i64);
            }
        }
        for (authority, limit, times) in &seen.held_up {
            let label = OfLimit {
                authority: authority.to_string(),
                limit: limit.word(),
            };
            let counter = self.held_up.get_or_create(&label);
            counter.inner().store(*times, Ordering::Relaxed);
        }
        for peer in &seen.peers {
            let authority = peer.authority.to_string();
            let witness = if peer.witness { "true" } else { "false" };
            let label = OfPeer {
                authority: authority.clone(),
                witness,
            };
            self.peer_connected
                .get_or_create(&label)
                .set(peer.connected.into());
            self.clock_wrong
                .get_or_create(&OfAuthority { authority })
                .set(peer.clock_wrong.into());
        }
        self.quorum.set(seen.quorum as i64);
        self.proposals.set(seen.proposals as i64);
        for (role, left) in &seen.keys {
            self.key_expiry.get_or_create(&OfRole { role }).set(*left);
        }
    }
}

/// What the engine tells for it.
struct Seen {
    logs: Vec<AuthorityStatus>,
    damaged: BTreeSet<Code>,
    peers: Vec<SeenPeer>,
    quorum: usize,
    proposals: usize,
    keys: Vec<(&'static str, f64)>,
    held_up: Vec<(Code, Limit, u64)>,
    submissions: usize,
}

struct SeenPeer {
    authority: Code,
    witness: bool,
    connected: bool,
    clock_wrong: bool,
}

impl Seen {
    fn of(engine: &Engine) -> Result<Seen, Problem> {
        let now = crate::runtime::now();
        let report = engine.federation().status();
        let damaged = engine.suspected().chain(engine.federation().damaged());
        let left = |end: Option<u64>| end.map_or(0.0, |end| (end as f64 - now as f64) / 1000.0);
        let keys = key_ends(engine).map(|(role, end)| (role.word(), left(end)));
        Ok(Seen {
            logs: authorities(engine, &report)?,
            damaged: damaged.map(Origin::authority).collect(),
            quorum: count(engine, &report).needed,
            proposals: report.proposals,
            peers: peers(engine, &report),
            keys: keys.into(),
            held_up: report.held_up,
            submissions: engine.submissions_waiting(),
        })
    }
}

fn peers(engine: &Engine, report: &Report) -> Vec<SeenPeer> {
    let witnesses = witnesses(engine);
    let each = report.peers.iter().map(|peer| SeenPeer {
        authority: peer.authority.clone(),
        witness: witnesses.contains(&&peer.authority),
        connected: peer.connected,
        clock_wrong: is_clock_wrong(report, peer),
    });
    each.collect()
}
