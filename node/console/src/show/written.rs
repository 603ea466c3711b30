//! Days and moments that records name, as people of a language write them; what is neither stays what it is.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Said, When};
use crate::texts::Texts;

/// Characters of what is no date.
const SHOWN: usize = 40;

impl Texts {
    /// A date, month, year or moment as a record writes it.
    pub(crate) fn written(&self, text: &str) -> When {
        if let Ok(moment) = text.parse::<Timestamp>() {
            let milliseconds = u64::try_from(moment.as_millisecond()).ok();
            if let Some(milliseconds) = milliseconds {
                return self.moment(milliseconds);
            }
        }
        let parts: Vec<&str> = text.split('-').collect();
        let shown = match (text.len(), text.parse::<Date>(), &*parts) {
            (10, Ok(day), _) => Some(self.civil(day)),
            (7, _, [year, month]) => month
                .parse::<u8>()
                .ok()
                .filter(|month| (1..=12).contains(month))
                .map(|month| format!("{} {year}", self.word("month", &month.to_string()))),
            _ => None,
        };
        match shown {
            Some(shown) => When::new(text, shown),
            None => When::unread(&Said::plain(text).at_most(SHOWN)),
        }
    }

    /// A day of the calendar.
    pub(crate) fn civil(&self, day: Date) -> String {
        self.day_of(day.year(), day.month(), day.day())
    }

    /// The same in UTC, from Unix time in milliseconds.
    pub(crate) fn day_at(&self, milliseconds: u64) -> When {
        let moment = i64::try_from(milliseconds)
            .ok()
            .and_then(|ms| Timestamp::from_millisecond(ms).ok());
        match moment {
            Some(moment) => {
                let day = TimeZone::UTC.to_datetime(moment).date();
                When::new(&day.to_string(), self.civil(day))
            }
            None => self.moment(milliseconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn dates_of_records_are_written_out_and_what_is_none_stays() {
        let (english, french) = (Texts::of(Language::English), Texts::of(Language::French));
        let said = |text: &str| english.written(text).to_string();
        assert_eq!(
            said("2026-11-24"),
            "<time datetime=\"2026-11-24\">24 November 2026</time>"
        );
        assert_eq!(said("2026-11"), "<time datetime=\"2026-11\">November 2026</time>");
        assert_eq!(said("2026"), "<bdi>2026</bdi>");
        assert!(said("2026-11-24T10:00:00+02:00").contains(">24 November 2026, 08:00 UTC<"));
        assert_eq!(said("<soon>"), "<bdi>&#60;soon&#62;</bdi>");
        assert_eq!(said("2026-13"), "<bdi>2026-13</bdi>");
        assert!(
            french
                .written("2026-01-01")
                .to_string()
                .contains(">1er janvier 2026<")
        );
        assert!(english.day_at(0).to_string().contains(">1 January 1970<"));
    }
}
