//! The interface put together: what its handlers share, and the router.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use prometheus_client::registry::Registry;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::backend::Backend;
use crate::counters::{Counted, Counters};
use crate::limits::Limits;
use crate::model::{Problem, ProblemType};
use crate::rate::RateLimit;
use crate::token::Tokens;
use crate::{gate, routes};

/// What an interface is made of.
pub struct Parts {
    /// The node.
    pub backend: Arc<dyn Backend>,
    /// The tokens that callers bring.
    pub tokens: Arc<Tokens>,
    /// The node's metrics; the interface adds its own.
    pub registry: Arc<Mutex<Registry>>,
    /// Whether logs are served without a token (`api.public_logs`).
    pub public_logs: bool,
    /// What callers can make it do.
    pub limits: Limits,
}

/// The interface; a clone is the same one.
#[derive(Clone)]
pub struct Api {
    pub(crate) shared: Context,
    /// Made once: it takes longer than most requests.
    router: Router,
}

/// What handlers and connections share.
pub(crate) type Context = Arc<Shared>;

/// The interface from within.
pub(crate) struct Shared {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) registry: Arc<Mutex<Registry>>,
    pub(crate) public_logs: bool,
    pub(crate) limits: Limits,
    pub(crate) counters: Counters,
    pub(crate) rate: RateLimit,
    pub(crate) requests: Semaphore,
    streams: Arc<Semaphore>,
    /// In KiB.
    pub(crate) body_memory: Arc<Semaphore>,
}

impl Api {
    /// An interface of these parts, to be served on any number of listeners.
    pub fn new(parts: Parts) -> Api {
        let Parts {
            backend,
            tokens,
            registry,
            public_logs,
            limits,
        } = parts;
        let counters = Counters::register(&mut registry.lock().unwrap_or_else(PoisonError::into_inner));
        let shared = Arc::new(Shared {
            backend,
            tokens,
            registry,
            public_logs,
            counters,
            rate: RateLimit::new(limits.requests_per_second, limits.burst),
            requests: Semaphore::new(limits.requests),
            streams: Arc::new(Semaphore::new(limits.streams)),
            body_memory: Arc::new(Semaphore::new(kibibytes(limits.body_memory) as usize)),
            limits,
        });
        let router = routes::router()
            .layer(from_fn_with_state(shared.clone(), gate::gate))
            .layer(from_fn(gate::security_headers))
            .with_state(shared.clone());
        Api { shared, router }
    }

    /// The same with pages for browsers in front: `pages` is given what answers all else.
    #[must_use]
    pub fn behind(self, pages: impl FnOnce(Router) -> Router) -> Api {
        let router = pages(self.router);
        Api { router, ..self }
    }

    /// All routes behind the gate.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }
}

impl Shared {
    /// A place for an event stream or a request that waits.
    pub(crate) fn stream(&self) -> Result<Stream, Problem> {
        let busy = || {
            Problem::new(
                ProblemType::Busy,
                "too many clients wait for events already; try again later",
            )
        };
        let permit = self.streams.clone().try_acquire_owned().map_err(|_| busy())?;
        Ok(Stream {
            _counted: self.counters.stream(),
            _permit: permit,
        })
    }

    /// Memory for a body of at most so many bytes; waits until others are done.
    pub(crate) async fn body_memory(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let whole = kibibytes(self.limits.body_memory);
        let permits = self
            .body_memory
            .clone()
            .acquire_many_owned(kibibytes(bytes).min(whole))
            .await;
        permits.map_err(|_| Problem::new(ProblemType::Busy, "the node is stopping"))
    }
}

/// A place for an event stream or a request that waits; free again when dropped.
pub(crate) struct Stream {
    _counted: Counted,
    _permit: OwnedSemaphorePermit,
}

fn kibibytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}
