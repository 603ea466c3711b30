//! What people call a language.

use liaison_records::language;
use liaison_records::text::visible;

use crate::language::Language;
use crate::texts::Texts;

impl Texts {
    /// The name of a language by its tag; with the tag where that says more than the name, the tag alone where nobody
    /// knows it.
    pub(crate) fn language_of(&self, tag: &str) -> String {
        let primary = tag.split('-').next().unwrap_or(tag);
        let named = self.word("language", primary);
        let named = match (named == primary, self.language) {
            (false, _) => named,
            (true, Language::English) => language::name(primary).to_owned(),
            (true, Language::French) => primary.to_owned(),
        };
        match primary == tag {
            true => visible(&named),
            false => visible(&format!("{named} ({tag})")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_called_by_its_name_where_it_has_one() {
        let (english, french) = (Texts::of(Language::English), Texts::of(Language::French));
        assert_eq!(english.language_of("pt"), "Portuguese");
        assert_eq!(french.language_of("pt"), "portugais");
        assert_eq!(english.language_of("sr-Latn"), "Serbian (sr-Latn)");
        assert_eq!(english.language_of("ja"), "Japanese");
        assert_eq!(french.language_of("ja"), "ja");
        assert_eq!(english.language_of("\u{202e}"), "\\u{202e}");
    }
}
