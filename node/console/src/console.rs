//! The console put together: what its pages share, and the router.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use liaison_api::{Backend, RateLimit, Tokens};
use prometheus_client::registry::Registry;
use tokio::sync::Semaphore;

use crate::counters::Counters;
use crate::limits::Limits;
use crate::session::Sessions;
use crate::{gate, pages};

/// Bytes of a form.
const FORM_MAX: usize = 16 << 10;

/// What a console is made of.
pub struct Parts {
    /// The node.
    pub backend: Arc<dyn Backend>,
    /// The tokens that readers sign in with.
    pub tokens: Arc<Tokens>,
    /// The node's metrics; the console adds its own.
    pub registry: Arc<Mutex<Registry>>,
    /// What readers can make it do.
    pub limits: Limits,
}

/// The pages of a node.
pub struct Console(Context);

/// What handlers share.
pub(crate) type Context = Arc<Shared>;

/// What pages share.
pub(crate) struct Shared {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) sessions: Sessions,
    pub(crate) counters: Counters,
    pub(crate) limits: Limits,
    /// Pages by token.
    pub(crate) rate: RateLimit,
    /// Attempts to sign in by address.
    pub(crate) sign_in_rate: RateLimit,
    pub(crate) making: Semaphore,
}

impl Console {
    /// A console of these parts.
    pub fn new(parts: Parts) -> Console {
        let Parts {
            backend,
            tokens,
            registry,
            limits,
        } = parts;
        let counters = Counters::register(&mut registry.lock().unwrap_or_else(PoisonError::into_inner));
        Console(Arc::new(Shared {
            backend,
            sessions: Sessions::new(tokens, limits.clone()),
            counters,
            rate: RateLimit::new(limits.pages_per_second, limits.burst),
            sign_in_rate: RateLimit::every(limits.sign_in_every, limits.sign_ins),
            making: Semaphore::new(limits.pages),
            limits,
        }))
    }

    /// The pages. What none of them is, `beyond` answers.
    pub fn router(self, beyond: Router) -> Router {
        let Console(context) = self;
        let for_readers =
            pages::for_readers().route_layer(from_fn_with_state(context.clone(), gate::signed_in));
        let all = for_readers
            .merge(pages::for_everybody())
            .route_layer(from_fn_with_state(context.clone(), gate::page))
            .layer(DefaultBodyLimit::max(FORM_MAX))
            .with_state(context.clone());
        all.fallback_service(beyond.layer(from_fn_with_state(context, gate::beyond)))
    }
}

/// Now, as Unix time in milliseconds.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
