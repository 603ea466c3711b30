//! Numbers as people of a language write them: with groups of digits and the language's decimal mark.

use serde_json::{Number, Value};

use crate::language::Language;
use crate::texts::Texts;

/// From here on a number is written by its power of ten.
const LARGE: f64 = 1e15;
/// And below this one.
const SMALL: f64 = 1e-6;

impl Texts {
    /// A number of a record, with all its digits, for they are somebody's word.
    pub(crate) fn figure(&self, number: &Number) -> String {
        match (number.as_u64(), number.as_f64()) {
            (Some(whole), _) => self.number(whole),
            (None, Some(value)) => self.decimal(value),
            _ => number.to_string(),
        }
    }

    /// The same of a value of JSON; none for what is no number.
    pub(crate) fn figure_in(&self, value: &Value) -> Option<String> {
        value.as_number().map(|number| self.figure(number))
    }

    /// Any number, with all its digits.
    pub(crate) fn decimal(&self, value: f64) -> String {
        let sign = if value < 0.0 { "−" } else { "" };
        let size = value.abs();
        let point = match self.language {
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
            .map_or_else(|_| whole.to_owned(), |whole| self.number(whole));
        match rest {
            "" => format!("{sign}{whole}"),
            rest => format!("{sign}{whole}{point}{rest}"),
        }
    }

    /// What was computed from numbers of records, to a thousandth.
    pub(crate) fn computed(&self, value: f64) -> String {
        let rounded = (value * 1000.0).round() / 1000.0;
        self.decimal(if rounded.is_finite() { rounded } else { value })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn both() -> (Texts, Texts) {
        (Texts::of(Language::English), Texts::of(Language::French))
    }

    #[test]
    fn numbers_keep_their_digits_and_are_written_as_the_language_writes_them() {
        let (english, french) = both();
        let shown = |value: Value| (english.figure_in(&value), french.figure_in(&value));
        let written = |en: &str, fr: &str| (Some(en.to_owned()), Some(fr.to_owned()));
        assert_eq!(shown(json!(1234.5)), written("1,234.5", "1\u{202f}234,5"));
        assert_eq!(shown(json!(-0.25)), written("−0.25", "−0,25"));
        assert_eq!(
            shown(json!(68_551_653)),
            written("68,551,653", "68\u{202f}551\u{202f}653")
        );
        assert_eq!(shown(json!(-7)), written("−7", "−7"));
        // A whole number that is written as a fraction is one all the same.
        assert_eq!(shown(json!(17.0)), written("17", "17"));
        assert_eq!(shown(json!(0)), written("0", "0"));
        assert_eq!(shown(json!(1e-9)), written("1e-9", "1e-9"));
        assert_eq!(shown(json!(1.5e308)), written("1.5e308", "1,5e308"));
        assert_eq!(shown(json!("12")), (None, None));
    }

    #[test]
    fn what_was_computed_is_rounded() {
        let (english, french) = both();
        assert_eq!(
            (english.computed(36.5), french.computed(36.5)),
            ("36.5".into(), "36,5".into())
        );
        assert_eq!(english.computed(1.0 / 3.0), "0.333");
        assert!(english.computed(f64::MAX).len() < 30);
    }
}
