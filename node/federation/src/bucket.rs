//! A token bucket: how much may happen in a while, with the clock handed in.

/// Fills evenly up to its capacity; a day's quota or a second's requests.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    capacity: u64,
    period: u64,
    // Tokens times the period, so that nothing is lost in rounding.
    level: u128,
    filled_at: u64,
}

impl Bucket {
    /// A full bucket of `capacity` tokens that an empty one regains in `period` milliseconds.
    pub(crate) fn new(capacity: u64, period: u64, now: u64) -> Bucket {
        let level = u128::from(capacity) * u128::from(period);
        Bucket {
            capacity,
            period,
            level,
            filled_at: now,
        }
    }

    /// Takes `tokens`; false, and nothing taken, when they are not there. More than the capacity
    /// is granted to a full bucket, which then owes nothing: otherwise it would wait for ever.
    pub(crate) fn take(&mut self, tokens: u64, now: u64) -> bool {
        self.fill(now);
        let wanted = u128::from(tokens.min(self.capacity)) * u128::from(self.period);
        match self.level.checked_sub(wanted) {
            Some(rest) => {
                self.level = rest;
                true
            }
            None => false,
        }
    }

    /// Whether so many could be taken now.
    pub(crate) fn holds(&self, tokens: u64, now: u64) -> bool {
        self.clone().take(tokens, now)
    }

    fn fill(&mut self, now: u64) {
        let passed = u128::from(now.saturating_sub(self.filled_at));
        let full = u128::from(self.capacity) * u128::from(self.period);
        self.level = (self.level + passed * u128::from(self.capacity)).min(full);
        self.filled_at = self.filled_at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_grants_its_capacity_and_then_only_what_flows_in() {
        let mut bucket = Bucket::new(10, 1000, 0);
        assert!(bucket.take(10, 0));
        assert!(!bucket.take(1, 99));
        assert!(bucket.take(1, 100));
        assert!(!bucket.take(1, 100));
        assert!(bucket.take(10, 5000));
        assert!(!bucket.take(1, 5000));
    }

    #[test]
    fn a_clock_that_goes_back_gives_no_tokens() {
        let mut bucket = Bucket::new(1, 1000, 5000);
        assert!(bucket.take(1, 5000));
        assert!(!bucket.take(1, 100));
        assert!(!bucket.take(1, 5999));
        assert!(bucket.take(1, 6000));
    }

    #[test]
    fn more_than_fits_waits_for_a_full_bucket_and_no_longer() {
        let mut bucket = Bucket::new(2, 1000, 0);
        assert!(bucket.take(1, 0));
        assert!(!bucket.take(5, 0));
        assert!(bucket.take(5, 500));
    }
}
