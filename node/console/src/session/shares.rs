//! How many pages may be made at a time for one token: however many sessions it opens, they share these.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use tokio::sync::Semaphore;

/// The share of each token that has a session, or a page that is still being made.
#[derive(Default)]
pub(super) struct Shares(HashMap<String, Weak<Semaphore>>);

impl Shares {
    /// The share of a token, of so many pages. Whoever signs out and in again finds the same while pages are being made.
    pub(super) fn of(&mut self, token: &str, pages: usize) -> Arc<Semaphore> {
        self.0.retain(|_, share| share.strong_count() > 0);
        if let Some(share) = self.0.get(token).and_then(Weak::upgrade) {
            return share;
        }
        let share = Arc::new(Semaphore::new(pages));
        self.0.insert(token.to_owned(), Arc::downgrade(&share));
        share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_one_share_as_long_as_somebody_uses_it() {
        let mut shares = Shares::default();
        let share = shares.of("a", 2);
        assert!(Arc::ptr_eq(&share, &shares.of("a", 2)));
        assert!(!Arc::ptr_eq(&share, &shares.of("b", 2)));
        let place = share.try_acquire().unwrap();
        assert_eq!(shares.of("a", 2).available_permits(), 1);
        drop(place);
        drop(share);
        assert_eq!(shares.of("a", 2).available_permits(), 2);
        assert_eq!(shares.0.len(), 1, "what nobody uses is not kept");
    }
}
