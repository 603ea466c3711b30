//! What time the own log takes it for: the clocks of a quorum, carried on by a clock that never jumps
//! (specification, section 10).

use liaison_federation::Time;

/// A clock that is off by more than this has jumped or is wrong, in milliseconds.
pub const JUMP: u64 = 2 * 60 * 1000;

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
        LogClock {
            ahead: now.ahead(),
            wall_ahead: now.ahead(),
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

    /// The same clock, which takes what the wall clock says now for no jump.
    pub fn beside_wall(self, now: Time) -> LogClock {
        LogClock {
            wall_ahead: now.ahead(),
            ..self
        }
    }

    /// By how many milliseconds it is ahead of the steady clock.
    pub fn ahead(&self) -> i64 {
        self.ahead
    }

    /// Whether the wall clock has jumped since this clock was set.
    pub fn has_jumped(&self, now: Time) -> bool {
        now.ahead().abs_diff(self.wall_ahead) > JUMP
    }
}

/// The lower median of this node's own clock and others': none of two, and not the one liar of three, decides alone.
pub fn median(now: Time, others: impl Iterator<Item = i64>) -> i64 {
    let mut clocks: Vec<i64> = others.chain([now.ahead()]).collect();
    clocks.sort_unstable();
    clocks[(clocks.len() - 1) / 2]
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
        let clock = LogClock::of_others(3_999_000, at(5_000_000, 1_000));
        assert_eq!(clock.time(at(9_000_000, 2_000)), 4_001_000);
    }

    #[test]
    fn one_wrong_clock_decides_nothing_alone() {
        let own = at(10_000, 10_000);
        for (others, expected) in [
            (vec![], 0),
            (vec![i64::MAX], 0),
            (vec![-5], -5),
            (vec![3, i64::MAX], 3),
            (vec![3, i64::MIN], 0),
            (vec![-7, 3, i64::MIN], -7),
            (vec![-7, 3, i64::MAX], 0),
        ] {
            assert_eq!(median(own, others.clone().into_iter()), expected, "{others:?}");
        }
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
