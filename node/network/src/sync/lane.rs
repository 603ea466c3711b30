//! What one peer may use: streams in each direction, requests a second, bytes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use liaison_federation::transport::Peer;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Limits;
use crate::bucket::Bucket;

/// The room of one peer.
pub(crate) struct Lane {
    peer: Peer,
    bytes: Arc<Semaphore>,
    asking: Arc<Semaphore>,
    serving: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    asked: Mutex<Bucket>,
    served: Mutex<Bucket>,
}

impl Lane {
    pub(crate) fn new(peer: Peer, limits: &Limits) -> Lane {
        let streams = || Arc::new(Semaphore::new(limits.streams_a_peer as usize));
        let (rate, now) = (limits.requests_a_peer, Instant::now());
        Lane {
            peer,
            bytes: Arc::new(Semaphore::new(limits.bytes_a_peer)),
            asking: streams(),
            serving: streams(),
            waiting: streams(),
            asked: Mutex::new(Bucket::new(rate, rate, now)),
            // Twice the burst that we allow ourselves: on the way requests bunch together.
            served: Mutex::new(Bucket::new(rate, rate.saturating_mul(2), now)),
        }
    }

    pub(crate) fn peer(&self) -> Peer {
        self.peer
    }

    pub(super) fn bytes(&self) -> &Arc<Semaphore> {
        &self.bytes
    }

    /// A stream of ours to this peer, if one more is allowed.
    pub(crate) fn ask(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.asking).try_acquire_owned().ok()
    }

    /// How long our next request has to wait so that we stay within the peer's rate.
    pub(super) fn pace(&self) -> Duration {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take_ahead(Instant::now())
    }

    /// Whether the peer may ask once more now, by its rate.
    pub(super) fn may_ask(&self) -> bool {
        self.served
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(Instant::now())
    }

    /// A place to wait for a stream to be served on; as many as there are streams.
    pub(super) fn wait(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.waiting).try_acquire_owned().ok()
    }

    /// One of the streams that are served; waits for it.
    pub(super) async fn serve(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.serving).acquire_owned().await.ok()
    }
}
