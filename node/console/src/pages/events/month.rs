//! A month of the calendar, in weeks that begin on Monday.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::texts::Texts;

/// A month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Month {
    first: Date,
}

/// One of its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) number: i8,
}

/// Years that can be leafed to.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

impl Month {
    /// The month of a day.
    pub(super) fn of(day: Date) -> Month {
        Month {
            first: day.first_of_month(),
        }
    }

    /// A month as addresses name it: `2026-11`.
    pub(super) fn read(text: &str) -> Option<Month> {
        let first: Date = format!("{text}-01").parse().ok()?;
        let is_month = text.len() == "2026-11".len() && YEARS.contains(&first.year());
        is_month.then_some(Month { first })
    }

    pub(super) fn year(self) -> i16 {
        self.first.year()
    }

    pub(super) fn before(self) -> Option<Month> {
        let first = self.first.checked_sub(1.month()).ok()?;
        Some(Month { first }).filter(|month| YEARS.contains(&month.year()))
    }

    pub(super) fn after(self) -> Option<Month> {
        let first = self.first.checked_add(1.month()).ok()?;
        Some(Month { first }).filter(|month| YEARS.contains(&month.year()))
    }

    /// Its days week by week; none for those of its neighbours.
    pub(super) fn weeks(self) -> Vec<Vec<Option<Day>>> {
        let ahead = self.first.weekday().to_monday_zero_offset();
        let days = self
            .first
            .series(1.day())
            .take(self.first.days_in_month().unsigned_abs().into());
        let days = days.map(|date| {
            Some(Day {
                date,
                number: date.day(),
            })
        });
        let mut all: Vec<Option<Day>> = (0..ahead).map(|_| None).chain(days).collect();
        all.resize(all.len().next_multiple_of(7), None);
        all.chunks(7).map(<[_]>::to_vec).collect()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl Texts {
    /// A month as people write it.
    pub(super) fn month(&self, month: Month) -> String {
        let Month { first } = month;
        format!(
            "{} {}",
            self.word("month", &first.month().to_string()),
            first.year()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_weeks_from_monday() {
        let month = Month::read("2026-11").unwrap();
        let weeks = month.weeks();
        assert_eq!(weeks.len(), 6);
        assert!(weeks.iter().all(|week| week.len() == 7));
        // 1 November 2026 is a Sunday.
        assert_eq!(weeks[0].iter().flatten().count(), 1);
        assert_eq!(weeks[0][6].map(|day| day.number), Some(1));
        assert_eq!(weeks.iter().flatten().flatten().count(), 30);
        assert_eq!(Month::read("2027-02").unwrap().weeks().len(), 4);
    }

    #[test]
    fn months_lead_to_their_neighbours_and_not_beyond_the_calendar() {
        let month = Month::read("2026-12").unwrap();
        assert_eq!(month.after().unwrap().to_string(), "2027-01");
        assert_eq!(month.before().unwrap().to_string(), "2026-11");
        assert_eq!(Month::read("2199-12").unwrap().after(), None);
        for wrong in ["", "2026", "2026-13", "2026-1", "2026-11-01", "9999-12", "abc-de"] {
            assert_eq!(Month::read(wrong), None, "{wrong}");
        }
    }
}
