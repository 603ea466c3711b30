//! Decimal numbers as people of a language write them.

use serde_json::Value;

use crate::texts::Texts;

impl Texts {
    /// A number of JSON with its digits in groups and the language's decimal mark; none for what is no number.
    pub(crate) fn decimal(&self, value: &Value) -> Option<String> {
        value.as_number().map(|number| self.figure(number))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::language::Language;

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
