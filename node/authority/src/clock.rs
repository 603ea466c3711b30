//! What time the own log takes it for: the clocks of a quorum, carried on by a clock that never jumps
//! (specification, section 10).

use liaison_federation::Time;

/// A wall clock that moved by more than this against the steady one has jumped, in milliseconds.
const JUMP: u64 = 2 * 60 * 1000;

/// The clock by which entries are sequenced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogClock {
    // Milliseconds by which each is ahead of the steady clock.
    ahead: i64,
    wall_ahead: i64,
}

impl LogClock {
    /// A clock that says what the wall clock says now.
    pub fn of_wall(now: Time) -> LogClock {
        let wall_ahead = ahead(now.date, now.steady);
        LogClock {
            ahead: wall_ahead,
            wall_ahead,
        }
    }

    /// A clock that says what the median of others' clocks says, `ahead` milliseconds before the steady one.
    pub fn of_others(ahead: i64, now: Time) -> LogClock {
        LogClock {
            ahead,
            ..LogClock::of_wall(now)
        }
    }

    /// The time (Unix, milliseconds).
    pub fn time(&self, now: Time) -> u64 {
        now.steady.saturating_add_signed(self.ahead)
    }

    /// Whether the wall clock has jumped since this clock was set.
    pub fn has_jumped(&self, now: Time) -> bool {
        ahead(now.date, now.steady).abs_diff(self.wall_ahead) > JUMP
    }
}

/// By how many milliseconds a clock is ahead of another.
pub(crate) fn ahead(clock: u64, of: u64) -> i64 {
    clock.cast_signed().saturating_sub(of.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(date: u64, steady: u64) -> Time {
        Time { date, steady }
    }

    #[test]
    fn time_goes_on_with_the_steady_clock_whatever_the_wall_clock_does() {
        let clock = LogClock::of_wall(at(5_000_000, 1_000));
        assert_eq!(clock.time(at(1, 1_500)), 5_000_500);
        let clock = LogClock::of_others(ahead(4_000_000, 1_000), at(5_000_000, 1_000));
        assert_eq!(clock.time(at(9_000_000, 2_000)), 4_001_000);
    }

    #[test]
    fn only_more_than_two_minutes_either_way_are_a_jump() {
        let clock = LogClock::of_others(0, at(5_000_000, 1_000));
        for (date, jumped) in [
            (5_000_000 + JUMP, false),
            (5_000_000 - JUMP, false),
            (5_000_001 + JUMP, true),
            (4_999_999 - JUMP, true),
        ] {
            assert_eq!(clock.has_jumped(at(date, 1_000)), jumped, "{date}");
        }
        assert!(
            !clock.has_jumped(at(5_000_000 + 2 * JUMP, 1_000 + 2 * JUMP)),
            "it took as long"
        );
    }
}
