//! Moments, days and numbers as people of a language write them.

use std::fmt;

use askama::filters::HtmlSafe;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::language::Language;
use crate::texts::Texts;

/// A moment, to the minute in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct When {
    machine: String,
    shown: String,
}

impl HtmlSafe for When {}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let When { machine, shown } = self;
        write!(f, "<time datetime=\"{machine}\">{shown}</time>")
    }
}

impl Texts {
    /// A moment, from Unix time in milliseconds.
    pub(crate) fn moment(&self, milliseconds: u64) -> When {
        let machine = liaison_records::text::time(milliseconds);
        let time = i64::try_from(milliseconds)
            .ok()
            .and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let shown = time.map(|time| {
            let civil = TimeZone::UTC.to_datetime(time);
            let day = self.day_of(civil.year(), civil.month(), civil.day());
            format!("{day}, {:02}:{:02} UTC", civil.hour(), civil.minute())
        });
        When {
            shown: shown.unwrap_or_else(|| machine.clone()),
            machine,
        }
    }

    /// A moment, from Unix time in seconds.
    pub(crate) fn second(&self, seconds: u64) -> When {
        self.moment(seconds.saturating_mul(1000))
    }

    pub(super) fn day_of(&self, year: i16, month: i8, day: i8) -> String {
        let month = self.word("month", &month.to_string());
        match (self.language, day) {
            (Language::French, 1) => format!("1er {month} {year}"),
            _ => format!("{day} {month} {year}"),
        }
    }

    /// A whole number with its digits in groups.
    pub(crate) fn number(&self, number: u64) -> String {
        let separator = match self.language {
            Language::English => ',',
            Language::French => '\u{202f}',
        };
        let digits = number.to_string();
        let mut shown = String::with_capacity(digits.len() * 2);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                shown.push(separator);
            }
            shown.push(digit);
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers_are_written_as_the_language_writes_them() {
        let (english, french) = (Texts::of(Language::English), Texts::of(Language::French));
        let at = 1_798_761_599_999;
        assert_eq!(
            english.moment(at).to_string(),
            "<time datetime=\"2026-12-31T23:59:59Z\">31 December 2026, 23:59 UTC</time>"
        );
        assert!(
            french
                .moment(at)
                .to_string()
                .contains(">31 décembre 2026, 23:59 UTC<")
        );
        assert!(
            french
                .moment(0)
                .to_string()
                .contains(">1er janvier 1970, 00:00 UTC<")
        );
        assert!(english.moment(u64::MAX).to_string().starts_with("<time"));
        assert_eq!(english.number(1_234_567), "1,234,567");
        assert_eq!(french.number(1234), "1\u{202f}234");
        assert_eq!(english.number(999), "999");
    }
}
