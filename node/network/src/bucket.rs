//! A token bucket: how often something may happen, on average and at once.

use std::time::{Duration, Instant};

/// Tokens flow in at a steady rate up to a burst; whatever happens takes one out.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    per_second: f64,
    burst: f64,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(crate) fn new(per_second: u32, burst: u32, now: Instant) -> Bucket {
        let burst = f64::from(burst);
        Bucket {
            per_second: f64::from(per_second),
            burst,
            tokens: burst,
            filled: now,
        }
    }

    /// Takes a token if there is one.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        self.fill(now);
        let there = self.tokens >= 1.0;
        if there {
            self.tokens -= 1.0;
        }
        there
    }

    /// Takes a token in any case, and says how long to wait until it will have flowed in.
    pub(crate) fn take_ahead(&mut self, now: Instant) -> Duration {
        self.fill(now);
        self.tokens -= 1.0;
        Duration::from_secs_f64((-self.tokens / self.per_second).max(0.0))
    }

    /// Whether nothing is missing, so that the bucket need not be remembered.
    pub(crate) fn is_full(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.tokens >= self.burst
    }

    fn fill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.filled);
        self.tokens = (self.tokens + elapsed.as_secs_f64() * self.per_second).min(self.burst);
        self.filled = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_spent_and_flows_in_again_at_the_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 3, start);
        assert!((0..3).all(|_| bucket.take(start)));
        assert!(!bucket.take(start));
        assert!(!bucket.take(start + Duration::from_millis(90)));
        assert!(bucket.take(start + Duration::from_millis(110)));
        assert!(!bucket.is_full(start + Duration::from_millis(300)));
        assert!(bucket.is_full(start + Duration::from_secs(1)));
    }

    #[test]
    fn tokens_taken_ahead_are_waited_for_in_turn() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 1, start);
        assert_eq!(bucket.take_ahead(start), Duration::ZERO);
        assert_eq!(bucket.take_ahead(start), Duration::from_millis(100));
        assert_eq!(bucket.take_ahead(start), Duration::from_millis(200));
    }
}
