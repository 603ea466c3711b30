//! Stems: the same word in its other forms, for the languages for which a stemmer exists.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer};
use unicode_normalization::UnicodeNormalization;

use super::words::fold;

/// Languages with a stemmer, by the first part of their tag.
const STEMMED: [(&str, Language); 19] = [
    ("ar", Language::Arabic),
    ("da", Language::Danish),
    ("de", Language::German),
    ("el", Language::Greek),
    ("en", Language::English),
    ("es", Language::Spanish),
    ("fi", Language::Finnish),
    ("fr", Language::French),
    ("hu", Language::Hungarian),
    ("it", Language::Italian),
    ("nb", Language::Norwegian),
    ("nl", Language::Dutch),
    ("nn", Language::Norwegian),
    ("no", Language::Norwegian),
    ("pt", Language::Portuguese),
    ("ro", Language::Romanian),
    ("ru", Language::Russian),
    ("sv", Language::Swedish),
    ("tr", Language::Turkish),
];

/// Whether words of the language of a tag have stems.
pub(crate) fn has_stems(tag: &str) -> bool {
    stemmed(tag).is_some()
}

/// The stem of a word in the language of a tag, with the language before it: `pt:camar`.
pub(crate) fn stem(tag: &str, word: &str) -> Option<String> {
    stemmed(tag).map(|(name, language)| stem_in(name, language, word))
}

/// The stems that a word would have in any of the languages.
pub(crate) fn stems(word: &str) -> Vec<String> {
    STEMMED
        .iter()
        .map(|(name, language)| stem_in(name, *language, word))
        .collect()
}

fn stemmed(tag: &str) -> Option<(&'static str, Language)> {
    let primary = tag.split('-').next()?;
    STEMMED.into_iter().find(|(name, _)| *name == primary)
}

// The stemmers know letters with their marks, so the word is folded after it. All forms of Norwegian have one.
fn stem_in(name: &str, language: Language, word: &str) -> String {
    thread_local! {
        static STEMMERS: RefCell<BTreeMap<&'static str, TextAnalyzer>> = RefCell::default();
    }
    let word: String = word.nfc().flat_map(char::to_lowercase).collect();
    STEMMERS.with_borrow_mut(|stemmers| {
        let known = STEMMED.iter().find(|(_, of)| *of == language);
        let stemmer = stemmers
            .entry(known.map_or("", |(name, _)| name))
            .or_insert_with(|| {
                TextAnalyzer::builder(RawTokenizer::default())
                    .filter(Stemmer::new(language))
                    .build()
            });
        let mut stream = stemmer.token_stream(&word);
        let stem = match stream.advance() {
            true => stream.token().text.as_str(),
            false => word.as_str(),
        };
        format!("{name}:{}", fold(stem))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_their_stem() {
        for (tag, one, other) in [
            ("en", "cameras", "camera"),
            ("fr", "caméras", "Caméra"),
            ("pt", "câmaras", "câmara"),
            ("pt-BR", "agentes", "agente"),
            ("de-CH", "Waffen", "Waffe"),
            ("nb", "bilene", "bilen"),
        ] {
            assert_eq!(stem(tag, one), stem(tag, other), "{one} {other}");
            assert!(stem(tag, one).is_some());
        }
        assert_eq!((stem("lv", "kameras"), stem("ka", "კამერა")), (None, None));
    }

    #[test]
    fn a_word_that_is_looked_for_has_the_stems_of_all_languages() {
        let found = stems("caméras");
        assert_eq!(found.len(), STEMMED.len());
        assert!(found.contains(&stem("fr", "caméra").unwrap()));
    }
}
