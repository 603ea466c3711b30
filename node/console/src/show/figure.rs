//! Numbers of records as people of a language write them: with all their digits, for they are somebody's word.

use serde_json::Number;

use crate::language::Language;
use crate::texts::Texts;

/// From here on a number is written by its power of ten.
const LARGE: f64 = 1e15;
/// And below this one.
const SMALL: f64 = 1e-6;

/// A number of a record.
pub(crate) fn number(t: Texts, number: &Number) -> String {
    match (number.as_u64(), number.as_f64()) {
        (Some(whole), _) => t.number(whole),
        (None, Some(double)) => figure(t, double),
        _ => number.to_string(),
    }
}

/// Any number.
pub(crate) fn figure(t: Texts, value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let size = value.abs();
    let point = match t.language {
        Language::English => ".",
        Language::French => ",",
    };
    if size != 0.0 && !(SMALL..LARGE).contains(&size) {
        return format!("{sign}{size:e}").replacen('.', point, 1);
    }
    let digits = size.to_string();
    let (whole, rest) = digits.split_once('.').unwrap_or((&digits, ""));
    let whole = whole
        .parse()
        .map_or_else(|_| whole.to_owned(), |whole| t.number(whole));
    match rest {
        "" => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}{point}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_are_written_as_the_language_writes_them() {
        let (english, french) = (Texts::of(Language::English), Texts::of(Language::French));
        assert_eq!(figure(english, 1234.5), "1,234.5");
        assert_eq!(figure(french, 1234.5), "1\u{202f}234,5");
        assert_eq!(figure(french, -0.25), "−0,25");
        assert_eq!(figure(english, 0.0), "0");
        assert_eq!(figure(french, 1.5e308), "1,5e308");
        assert_eq!(figure(english, 1e-9), "1e-9");
        assert_eq!(number(english, &Number::from(68_551_653)), "68,551,653");
        assert_eq!(number(english, &Number::from(-7)), "−7");
    }
}
