//! Words of a text, folded so that they are found however they are written: without marks, in lower case, in
//! compatibility forms, letters that are no letter with a mark replaced by the usual ones.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a word that are looked at; what is longer is no word of a language.
const LENGTH_MAX: usize = 100;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word<'t> {
    /// Where it stands, in bytes.
    pub(crate) place: Range<usize>,
    /// As it stands.
    pub(crate) written: &'t str,
    /// Folded.
    pub(crate) folded: String,
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, is_part(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let written = &text[from..at];
                let folded = fold(written);
                if !folded.is_empty() && folded.chars().count() <= LENGTH_MAX {
                    found.push(Word {
                        place: from..at,
                        written,
                        folded,
                    });
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// A word folded.
pub(crate) fn fold(word: &str) -> String {
    let bare = word.nfkd().filter(|c| !is_combining_mark(*c));
    let mut folded = String::with_capacity(word.len());
    for c in bare.flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            c => folded.push(c),
        }
    }
    // To lower a capital may bring a mark of its own.
    folded.retain(|c| !is_combining_mark(c));
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_written() {
        for (written, folded) in [
            ("Caméras", "cameras"),
            ("CAME\u{301}RAS", "cameras"),
            ("İstanbul", "istanbul"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("ķermeņa", "kermena"),
            ("სამხრე", "სამხრე"),
            ("Αστυνομία", "αστυνομια"),
            ("ﬁrearms", "firearms"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
    }

    #[test]
    fn words_know_their_places() {
        let text = "Caméras-piétons: l’usage, 2024.";
        let found = words(text);
        let told: Vec<(&str, &str)> = found
            .iter()
            .map(|word| (&text[word.place.clone()], word.folded.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("Caméras", "cameras"),
                ("piétons", "pietons"),
                ("l", "l"),
                ("usage", "usage"),
                ("2024", "2024")
            ]
        );
        assert_eq!(words(&"x".repeat(100_000)), []);
        assert_eq!(words("— … !"), []);
    }
}
