//! Two clocks: one that says the date and may jump, and one that never jumps and says nothing.

/// A moment by both clocks, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// Unix time by the wall clock: what others are told, and what their dates are compared with.
    pub date: u64,
    /// By a clock that started at some date and never jumps: what is waited for.
    pub steady: u64,
}

impl Time {
    /// By how many milliseconds the wall clock is ahead of the steady one.
    pub fn ahead(self) -> i64 {
        self.date.cast_signed().saturating_sub(self.steady.cast_signed())
    }
}

impl From<u64> for Time {
    /// A moment at which both clocks say the same, as they do at the start.
    fn from(date: u64) -> Time {
        Time { date, steady: date }
    }
}
