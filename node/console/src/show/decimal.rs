//! Decimal numbers as people of a language write them.

use serde_json::Value;

use crate::language::Language;
use crate::texts::Texts;

impl Texts {
    /// A number of JSON with its digits in groups and the language's decimal mark; none for what is no number.
    pub(crate) fn decimal(&self, value: &Value) -> Option<String> {
        let text = value.as_number()?.to_string();
        let (sign, digits) = text
            .strip_prefix('-')
            .map_or(("", text.as_str()), |digits| ("\u{2212}", digits));
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
        // What is written with an exponent, or has more digits than a whole number here, is left as it is.
        let whole = whole
            .parse()
            .map_or_else(|_| whole.to_owned(), |whole| self.number(whole));
        let mark = match self.language {
            Language::English => '.',
            Language::French => ',',
        };
        Some(match rest {
            "" | "0" => format!("{sign}{whole}"),
            rest => format!("{sign}{whole}{mark}{rest}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn decimals_are_written_as_the_language_writes_them() {
        let (english, french) = (Texts::of(Language::English), Texts::of(Language::French));
        let shown = |value| (english.decimal(&value), french.decimal(&value));
        let both = |en: &str, fr: &str| (Some(en.to_owned()), Some(fr.to_owned()));
        assert_eq!(shown(json!(1234.5)), both("1,234.5", "1\u{202f}234,5"));
        assert_eq!(shown(json!(-0.25)), both("\u{2212}0.25", "\u{2212}0,25"));
        assert_eq!(
            shown(json!(1_358_282)),
            both("1,358,282", "1\u{202f}358\u{202f}282")
        );
        assert_eq!(shown(json!(12.0)), both("12", "12"));
        assert_eq!(shown(json!(1e-9)), both("1e-9", "1e-9"));
        assert_eq!(shown(json!("12")), (None, None));
    }
}
