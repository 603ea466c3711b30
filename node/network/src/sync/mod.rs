//! Requests and answers, one of each a stream (specification, section 11).
//!
//! Protocol `/liaison/<32 hex digits of the network id>/sync/1`. All that travels is in **frames**: a length
//! of 4 bytes, big-endian, and so many bytes, at most 1 MiB.
//!
//! ```text
//! asker      request                      one frame
//! responder  acknowledgement              one frame:  00                       busy, ask again later
//!                                                     01 frames(4) bytes(4)    the answer follows
//!            answer                       so many frames, together so many bytes
//! ```
//!
//! The numbers are big-endian. The acknowledgement is sent when the answer is ready. It says how long the
//! answer is because the end of a stream does not: one that was given up ends like one that was finished.
//! And the asker can set all of the room aside before it reads, so that half-read answers never wait for
//! each other. A stream that ends before the acknowledgement says ‘busy’ as well.
//!
//! Everything here is bounded: streams and requests of each peer ([`Lane`]), bytes of each and of all
//! ([`Budget`]), and the time of each frame and of each request.

mod ask;
mod budget;
mod desk;
mod frame;
mod lane;
mod serve;
pub(crate) mod streams;

use std::sync::Arc;

use liaison_federation::transport::Event;
use tokio::sync::{Semaphore, mpsc};

pub(crate) use ask::Asking;
pub(crate) use budget::{Budget, Reserved};
pub(crate) use desk::Desk;
pub(crate) use lane::Lane;
pub(crate) use serve::accept;

use crate::Limits;
use crate::handle::Delivery;
use crate::metrics::Counters;

/// Streams that are being told ‘busy’ at once; more are dropped, which says the same.
const REFUSALS: usize = 64;

/// What every request and every answer needs.
pub(crate) struct Context {
    pub(crate) limits: Limits,
    pub(crate) counters: Arc<Counters>,
    pub(crate) budget: Budget,
    pub(crate) desk: Desk,
    opener: streams::Opener,
    reports: mpsc::Sender<Delivery>,
    refusals: Arc<Semaphore>,
}

/// The frames that an answer may have: one for 1 KiB of its bytes, and some more for small answers.
fn frames(limits: &Limits) -> usize {
    limits.answer / 1024 + 64
}

impl Context {
    pub(crate) fn new(
        limits: Limits,
        counters: Arc<Counters>,
        opener: streams::Opener,
        reports: mpsc::Sender<Delivery>,
    ) -> Context {
        let budget = Budget::new(&limits, Arc::clone(&counters));
        let refusals = Arc::new(Semaphore::new(REFUSALS));
        Context {
            limits,
            counters,
            budget,
            desk: Desk::default(),
            opener,
            reports,
            refusals,
        }
    }

    /// Sends an event on its way; the room of its bytes is given back when the federation takes it.
    async fn deliver(&self, event: Event, held: Option<Reserved>) {
        // An error means that the network is stopping, and nobody wants the event any more.
        let _ = self.reports.send(Delivery::new(event, held)).await;
    }
}
