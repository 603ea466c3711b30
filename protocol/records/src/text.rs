//! Pieces of text for people: nothing that a signed text holds can move the cursor, hide itself or
//! change the direction of writing.

use std::fmt::Write as _;

/// The text with every character that shows nothing, or shows something else than it is, written
/// out as `\u{…}`. The line break is one of them.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// [`visible`] line by line, each line behind `indent`.
pub fn visible_lines(text: &str, indent: &str) -> String {
    let mut shown = String::new();
    for line in text.lines() {
        let _ = writeln!(shown, "{indent}{}", visible(line));
    }
    shown
}

/// Unix milliseconds as RFC 3339 in UTC, to the second: `2026-11-24T23:19:05Z`.
pub fn time(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let (days, rest) = ((seconds / 86_400) as i64, seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

// The Gregorian date of a day since 1970. Years are counted from March, so that the leap day is the
// last of a year; 400 of them have 146,097 days.
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

// Controls, what fonts ignore by default, separators of lines, annotations, private use. The page that verifies has the
// same list (`node/console/verify/hidden.js`).
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_hide_or_move_is_written_out() {
        assert_eq!(visible("Zürich “naïve” 東京"), "Zürich “naïve” 東京");
        assert_eq!(visible("a\u{1b}[2Jb\u{9b}c\nd"), "a\\u{1b}[2Jb\\u{9b}c\\u{a}d");
        assert_eq!(
            visible("safe\u{202e}gpj\u{200b}\u{e0041}"),
            "safe\\u{202e}gpj\\u{200b}\\u{e0041}"
        );
        assert_eq!(visible("a\u{3164}b\u{10fffd}"), "a\\u{3164}b\\u{10fffd}");
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
        assert_eq!(time(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(time(1_798_761_599_999), "2026-12-31T23:59:59Z");
        assert_eq!(time(4_107_542_400_000), "2100-03-01T00:00:00Z");
        // The end of what a u64 holds is far away, and no panic.
        assert!(time(u64::MAX).ends_with('Z'));
    }
}
