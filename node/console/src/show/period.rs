//! Dates and periods of records: as people write them, and as stretches of time.

use jiff::civil::Date;
use liaison_records::text::visible;

use crate::show::brief::cut;
use crate::texts::Texts;

/// Characters that are shown of what is no period.
const UNREAD: usize = 40;

/// A stretch of time, in years and fractions of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Period {
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl Period {
    /// Reads a date, a part of a year, or two dates with `/` between them.
    pub(crate) fn read(text: &str) -> Option<Period> {
        if let Some((from, to)) = text.split_once('/') {
            let (from, to) = (whole(from)?.from, whole(to)?.to);
            return (from < to).then_some(Period { from, to });
        }
        whole(text)
    }

    /// Its middle.
    pub(crate) fn middle(self) -> f64 {
        self.from.midpoint(self.to)
    }

    /// Whether another one goes on where this one ends, so that a line may be drawn between them. A day or a month is a
    /// count at one time, and such counts are made once a year.
    pub(crate) fn goes_on_in(self, next: Period) -> bool {
        const MONTH: f64 = 0.09;
        const DAY: f64 = 0.01;
        let is_count = |period: Period| period.to - period.from < MONTH;
        let most = if is_count(self) && is_count(next) {
            1.0
        } else {
            0.0
        };
        next.from - self.to < most + DAY
    }
}

// A date or a part of a year.
fn whole(text: &str) -> Option<Period> {
    let (year, rest) = text.split_at_checked(4)?;
    let year: i16 = year
        .parse()
        .ok()
        .filter(|_| year.bytes().all(|b| b.is_ascii_digit()))?;
    let start = f64::from(year);
    let part = |number: u8, parts: u8| Period {
        from: start + f64::from(number - 1) / f64::from(parts),
        to: start + f64::from(number) / f64::from(parts),
    };
    match rest.strip_prefix('-') {
        None if rest.is_empty() => Some(part(1, 1)),
        None => None,
        Some("Q1") => Some(part(1, 4)),
        Some("Q2") => Some(part(2, 4)),
        Some("Q3") => Some(part(3, 4)),
        Some("Q4") => Some(part(4, 4)),
        Some("H1") => Some(part(1, 2)),
        Some("H2") => Some(part(2, 2)),
        Some(month) if month.len() == 2 => {
            let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
            Some(part(month, 12))
        }
        Some(_) => {
            let day: Date = text.parse().ok().filter(|_| text.len() == "2026-11-24".len())?;
            let length = f64::from(day.days_in_year());
            let from = start + f64::from(day.day_of_year() - 1) / length;
            let to = from + 1.0 / length;
            Some(Period { from, to })
        }
    }
}

/// A date or a period as a reader writes it; itself where it is none.
pub(crate) fn written(t: Texts, text: &str) -> String {
    if Period::read(text).is_none() {
        return visible(&cut(text, UNREAD));
    }
    match text.split_once('/') {
        Some((from, to)) if from.len() == 4 && to.len() == 4 => format!("{from}–{to}"),
        Some((from, to)) => format!("{} – {}", one(t, from), one(t, to)),
        None => one(t, text),
    }
}

fn one(t: Texts, text: &str) -> String {
    let mut parts = text.splitn(3, '-');
    let (year, part, day) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    match (part, day) {
        (None, _) => year.to_owned(),
        (Some(part), None) => match part.split_at_checked(1) {
            Some(("Q", number)) => t
                .fill("written-quarter", [("number", number), ("year", year)])
                .into_owned(),
            Some(("H", number)) => t
                .fill("written-half", [("number", number), ("year", year)])
                .into_owned(),
            _ => format!("{} {year}", t.word("month", part.trim_start_matches('0'))),
        },
        (Some(_), Some(_)) => match text.parse::<Date>() {
            Ok(date) => t.day_of(date.year(), date.month(), date.day()),
            Err(_) => text.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn periods_are_written_as_people_write_them() {
        let (english, french) = (Texts::of(Language::English), Texts::of(Language::French));
        for (text, shown) in [
            ("2024", "2024"),
            ("2024-05", "mai 2024"),
            ("1949-05-01", "1er mai 1949"),
            ("2018/2020", "2018–2020"),
            ("2018-09/2020", "septembre 2018 – 2020"),
            ("2024-Q3", "T3 2024"),
            ("soon\u{202e}", "soon\\u{202e}"),
        ] {
            assert_eq!(written(french, text), shown);
        }
        assert_eq!(written(english, "2024-H1"), "H1 2024");
        assert_eq!(written(english, &"9".repeat(100_000)).chars().count(), UNREAD + 1);
    }

    #[test]
    fn periods_are_stretches_of_time() {
        let read = |text: &str| Period::read(text).unwrap();
        assert_eq!(
            read("2024"),
            Period {
                from: 2024.0,
                to: 2025.0
            }
        );
        assert_eq!(read("2018/2020").to, 2021.0);
        assert!(read("2023-12-31").to > 2023.99 && read("2024-02").from > 2024.08);
        for broken in [
            "",
            "24",
            "2024-13",
            "2024-02-30",
            "2020/2018",
            "+024",
            "é2024",
            "2024-",
            "2024/",
        ] {
            assert_eq!(Period::read(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_period_goes_on_in_the_next_one_unless_something_lies_between() {
        let goes_on =
            |one: &str, next: &str| Period::read(one).unwrap().goes_on_in(Period::read(next).unwrap());
        assert!(
            goes_on("2020", "2021") && goes_on("2020-Q4", "2021-Q1") && goes_on("2020-01-31", "2021-01-31")
        );
        assert!(
            !goes_on("2020", "2022")
                && !goes_on("2020-Q1", "2020-Q3")
                && !goes_on("2020-01-31", "2022-01-31")
        );
    }
}
