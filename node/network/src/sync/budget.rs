//! The bytes in flight: what requests and answers may hold here, for one peer and for all.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Lane;
use crate::Limits;
use crate::metrics::Counters;

/// The room for the bytes of all peers.
pub(crate) struct Budget {
    all: Arc<Semaphore>,
    counters: Arc<Counters>,
}

/// Room that is set aside; given back when dropped.
pub(crate) struct Reserved {
    of_all: OwnedSemaphorePermit,
    of_peer: OwnedSemaphorePermit,
    counters: Arc<Counters>,
}

impl Budget {
    pub(crate) fn new(limits: &Limits, counters: Arc<Counters>) -> Budget {
        Budget {
            all: Arc::new(Semaphore::new(limits.bytes_in_flight)),
            counters,
        }
    }

    /// Room for so many bytes, if it is there now.
    pub(crate) fn try_reserve(&self, lane: &Lane, bytes: usize) -> Option<Reserved> {
        let count = u32::try_from(bytes).ok()?;
        let of_peer = Arc::clone(lane.bytes()).try_acquire_many_owned(count).ok()?;
        let of_all = Arc::clone(&self.all).try_acquire_many_owned(count).ok()?;
        Some(self.reserved(of_all, of_peer))
    }

    /// Waits until there is room for so many bytes. The caller bounds the wait.
    pub(crate) async fn reserve(&self, lane: &Lane, bytes: usize) -> Option<Reserved> {
        let count = u32::try_from(bytes).ok()?;
        // The peer's share first: who waits for it must not hold what all the others need.
        let of_peer = Arc::clone(lane.bytes()).acquire_many_owned(count).await.ok()?;
        let of_all = Arc::clone(&self.all).acquire_many_owned(count).await.ok()?;
        Some(self.reserved(of_all, of_peer))
    }

    fn reserved(&self, of_all: OwnedSemaphorePermit, of_peer: OwnedSemaphorePermit) -> Reserved {
        let held = self.counters.bytes_in_flight.inc_by(of_all.num_permits() as i64);
        let now = held + of_all.num_permits() as i64;
        let peak = &self.counters.bytes_in_flight_peak;
        peak.inner().fetch_max(now, std::sync::atomic::Ordering::Relaxed);
        Reserved {
            of_all,
            of_peer,
            counters: Arc::clone(&self.counters),
        }
    }
}

impl Reserved {
    /// Gives back a part: bytes that are on their way.
    pub(crate) fn release(&mut self, bytes: usize) {
        let bytes = bytes.min(self.of_all.num_permits());
        drop(self.of_all.split(bytes));
        drop(self.of_peer.split(bytes));
        self.counters.bytes_in_flight.dec_by(bytes as i64);
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.counters
            .bytes_in_flight
            .dec_by(self.of_all.num_permits() as i64);
    }
}

#[cfg(test)]
mod tests {
    use liaison_federation::transport::Peer;

    use super::*;

    #[test]
    fn no_peer_gets_more_than_its_share_and_all_no_more_than_there_is() {
        let limits = Limits {
            bytes_in_flight: 100,
            bytes_a_peer: 60,
            ..Limits::default()
        };
        let counters = Arc::new(Counters::default());
        let budget = Budget::new(&limits, Arc::clone(&counters));
        let (a, b) = (
            Lane::new(Peer([1; 32]), &limits),
            Lane::new(Peer([2; 32]), &limits),
        );

        let mut first = budget.try_reserve(&a, 50).expect("room");
        assert!(budget.try_reserve(&a, 11).is_none(), "over the share of a");
        let second = budget.try_reserve(&b, 50).expect("room");
        assert!(budget.try_reserve(&b, 1).is_none(), "over what there is");
        assert_eq!(counters.bytes_in_flight.get(), 100);

        first.release(20);
        assert_eq!(counters.bytes_in_flight.get(), 80);
        assert!(budget.try_reserve(&a, 20).is_some());
        drop((first, second));
        assert_eq!(counters.bytes_in_flight.get(), 0);
        assert_eq!(counters.bytes_in_flight_peak.get(), 100);
    }

    #[test]
    fn a_failed_reservation_holds_nothing() {
        let limits = Limits {
            bytes_in_flight: 100,
            bytes_a_peer: 100,
            ..Limits::default()
        };
        let budget = Budget::new(&limits, Arc::new(Counters::default()));
        let (a, b) = (
            Lane::new(Peer([1; 32]), &limits),
            Lane::new(Peer([2; 32]), &limits),
        );
        let first = budget.try_reserve(&a, 100).expect("room");
        assert!(budget.try_reserve(&b, 100).is_none());
        drop(first);
        assert!(
            budget.try_reserve(&b, 100).is_some(),
            "the share of b was not lost"
        );
    }
}
