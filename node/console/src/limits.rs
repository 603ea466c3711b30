//! What readers can make the console do.

use std::time::Duration;

/// Limits of the console. The defaults suit an authority with a few dozen readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Pages being made at a time for those who are signed in.
    pub pages: usize,
    /// And of those, for one session.
    pub pages_per_session: usize,
    /// Time that a page waits for others to be made.
    pub queue_time: Duration,
    /// Time for one page.
    pub page_time: Duration,
    /// Pages of one token in a second.
    pub pages_per_second: u32,
    /// Pages that a token may ask for at once after a pause.
    pub burst: u32,
    /// Sign-ins that one address may try at once after a pause.
    pub sign_ins: u32,
    /// Time after which such an address may try once more.
    pub sign_in_every: Duration,
    /// Sessions open at a time.
    pub sessions: usize,
    /// Sessions of one token open at a time.
    pub sessions_per_token: usize,
    /// A session that is not used for so long has ended.
    pub idle: Duration,
    /// A session ends after so long, used or not: a shift.
    pub absolute: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            pages: 32,
            pages_per_session: 6,
            queue_time: Duration::from_secs(2),
            page_time: Duration::from_secs(30),
            pages_per_second: 20,
            burst: 100,
            sign_ins: 10,
            sign_in_every: Duration::from_secs(10),
            sessions: 1024,
            sessions_per_token: 32,
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(12 * 3600),
        }
    }
}
