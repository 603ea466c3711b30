//! What the interface counts about itself.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Counters of the interface, registered under `liaison_api`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counters {
    requests: Family<RequestLabels, Counter>,
    refusals: Family<RefusalLabels, Counter>,
    connections: Gauge,
    streams: Gauge,
    /// Bytes of request bodies received.
    pub(crate) body_bytes: Counter<u64, AtomicU64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    cause: &'static str,
}

impl Counters {
    pub(crate) fn register(registry: &mut Registry) -> Counters {
        let counters = Counters::default();
        let Counters {
            requests,
            refusals,
            connections,
            streams,
            body_bytes,
        } = counters.clone();
        let registry = registry.sub_registry_with_prefix("liaison_api");
        registry.register("requests", "Requests answered, by route and status", requests);
        registry.register(
            "refusals",
            "Requests refused and connections closed, by cause",
            refusals,
        );
        registry.register("connections", "Open connections", connections);
        registry.register(
            "streams",
            "Open event streams and requests that wait for a quorum",
            streams,
        );
        registry.register("body_bytes", "Bytes of request bodies received", body_bytes);
        counters
    }

    /// A connection is open until what is returned is dropped.
    pub(crate) fn connection(&self) -> Counted {
        Counted::new(&self.connections)
    }

    /// A stream is open, or a request waits, until what is returned is dropped.
    pub(crate) fn stream(&self) -> Counted {
        Counted::new(&self.streams)
    }

    /// A request was answered.
    pub(crate) fn answered(&self, method: &'static str, route: &'static str, status: u16) {
        self.requests
            .get_or_create(&RequestLabels {
                method,
                route,
                status,
            })
            .inc();
    }

    /// Something was refused.
    pub(crate) fn refused(&self, cause: &'static str) {
        self.refusals.get_or_create(&RefusalLabels { cause }).inc();
    }
}

/// Something that is counted as long as it lives.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Counted {
    fn new(gauge: &Gauge) -> Counted {
        gauge.inc();
        Counted(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
