//! Dates, periods and moments that stand in records as text, as people of a language write them. What is none stays as
//! it is.

use jiff::civil::Date;
use liaison_records::text::visible;

use crate::texts::Texts;

impl Texts {
    /// A day, a month or a year: `2026-11-24`, `2026-11`, `2026`.
    pub(crate) fn date(&self, text: &str) -> String {
        self.known_date(text).unwrap_or_else(|| visible(text))
    }

    /// A date, a part of a year, or two dates with `/` between them.
    pub(crate) fn period(&self, text: &str) -> String {
        let known = match text.split_once('/') {
            Some((from, to)) => self.known_date(from).zip(self.known_date(to)).map(|(from, to)| {
                self.fill("content-span", [("from", from), ("to", to)])
                    .into_owned()
            }),
            None => self.part_of_year(text).or_else(|| self.known_date(text)),
        };
        known.unwrap_or_else(|| visible(text))
    }

    /// A moment by the clock of where it is: `2026-11-24T09:00+01:00`.
    pub(crate) fn moment_there(&self, text: &str) -> String {
        let known = || {
            let (day, rest) = text.split_once('T')?;
            let day = self.known_date(day).filter(|_| day.len() == 10)?;
            text.parse::<jiff::Timestamp>().ok()?;
            let clock = rest.get(..5)?;
            let zone = match rest.rfind(['+', '-']).and_then(|at| rest.get(at..)) {
                Some(distance) if distance.len() == 6 => format!("UTC{distance}"),
                Some(_) => return None,
                None => "UTC".to_owned(),
            };
            Some(format!("{day}, {clock} ({zone})"))
        };
        known().unwrap_or_else(|| visible(text))
    }

    fn known_date(&self, text: &str) -> Option<String> {
        let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        match text.len() {
            4 if is_digits(text) => Some(text.to_owned()),
            7 => {
                let date: Date = format!("{text}-01").parse().ok()?;
                let month = self.word("month", &date.month().to_string());
                Some(format!("{month} {}", date.year()))
            }
            10 => {
                let date: Date = text.parse().ok()?;
                Some(self.day_of(date.year(), date.month(), date.day()))
            }
            _ => None,
        }
    }

    // `2024-Q3`, `2024-H1`.
    fn part_of_year(&self, text: &str) -> Option<String> {
        let (year, part) = text.split_once('-')?;
        self.known_date(year).filter(|_| year.len() == 4)?;
        let is_one = ["Q1", "Q2", "Q3", "Q4", "H1", "H2"].contains(&part);
        let named = self.word("content-year", &part.to_ascii_lowercase());
        is_one.then(|| format!("{named} {year}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn both() -> (Texts, Texts) {
        (Texts::of(Language::English), Texts::of(Language::French))
    }

    #[test]
    fn dates_and_periods_are_written_out_as_far_as_they_say() {
        let (english, french) = both();
        assert_eq!(english.date("2026-11-24"), "24 November 2026");
        assert_eq!(french.date("2026-11-01"), "1er novembre 2026");
        assert_eq!(english.date("2026-11"), "November 2026");
        assert_eq!(english.date("1995"), "1995");
        assert_eq!(english.period("2024-Q3"), "3rd quarter of 2024");
        assert_eq!(english.period("2018/2020-05"), "2018 to May 2020");
        assert_eq!(french.period("2018/2020"), "de 2018 à 2020");
    }

    #[test]
    fn moments_keep_their_clock() {
        let (english, _) = both();
        assert_eq!(
            english.moment_there("2026-11-24T09:00+01:00"),
            "24 November 2026, 09:00 (UTC+01:00)"
        );
        assert_eq!(
            english.moment_there("2026-11-24T09:00:00Z"),
            "24 November 2026, 09:00 (UTC)"
        );
    }

    #[test]
    fn what_is_no_date_stays_and_hides_nothing() {
        let (english, _) = both();
        for text in ["", "soon", "2023-02-29", "éééé", "2024-Q5", "2024/", "ab-Q1"] {
            assert_eq!(english.date(text), text);
            assert_eq!(english.period(text), text);
            assert_eq!(english.moment_there(text), text);
        }
        assert_eq!(english.date("\u{202e}4202"), "\\u{202e}4202");
        assert_eq!(
            english.moment_there("2026-11-24T\u{202e}"),
            "2026-11-24T\\u{202e}"
        );
    }
}
