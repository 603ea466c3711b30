//! Where in a record stands what was looked for.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use liaison_records::kinds::kind_of;
use liaison_records::leaves::leaves;
use serde_json::Value;

use super::document::{Text, texts};
use super::find::WORDS_MAX;
use super::language::{stem, stems};
use super::words::{Word, words};

/// Characters of a snippet, about.
const LENGTH: usize = 160;
/// Bytes of one record's texts that are looked through: what stands behind them is found, and not shown.
const LOOKED_THROUGH: usize = 256 << 10;

/// A piece of a record's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The field: `method`, `values[2024].note`.
    pub path: String,
    /// Its language; none where it is in no language of its own.
    pub language: Option<String>,
    /// The piece; `…` stands for what was cut off.
    pub text: String,
    /// What was found in it, from and up to which character.
    pub marks: Vec<Range<usize>>,
}

/// The words of one question in all their forms, each by its place in the question.
#[derive(Debug, Clone)]
pub struct Sought {
    folded: BTreeMap<String, usize>,
    stems: BTreeMap<String, usize>,
}

impl Sought {
    /// The words of a question.
    pub fn new(question: &str) -> Sought {
        let words = words(question);
        let words = || words.iter().take(WORDS_MAX).enumerate();
        let folded = words().map(|(place, word)| (word.folded.clone(), place));
        let stems =
            words().flat_map(|(place, word)| stems(word.written).into_iter().map(move |s| (s, place)));
        Sought {
            folded: folded.collect(),
            stems: stems.collect(),
        }
    }

    /// The piece of a record, `kind/slug`, that has most of the words; of two the one in the language that is wanted,
    /// then the first. None when the words stand in nothing that it says, as with the name of its topic.
    pub fn snippet(&self, name: &str, record: &Value, language: &str) -> Option<Snippet> {
        let kind = kind_of(name)?;
        let said = leaves(kind, record);
        let said = said.iter().filter(|leaf| !leaf.path.starts_with("about."));
        let all = said.flat_map(|leaf| texts(leaf).into_iter().map(|text| (leaf.path.as_str(), text)));
        let mut looked = 0;
        let some = all.take_while(|(_, (_, text))| {
            let before = looked;
            looked += text.len();
            before < LOOKED_THROUGH
        });
        let found = some.filter_map(|(path, text)| Some((path, text, self.matches(text)?)));
        let merit = |(_, (tag, _), (distinct, _)): &(&str, Text<'_>, (usize, _))| {
            (*distinct, tag.is_some_and(|tag| tag == language))
        };
        // Of equals the first.
        let (path, (tag, text), (_, places)) =
            found.reduce(|best, next| if merit(&next) > merit(&best) { next } else { best })?;
        let (text, marks) = cut(text, &places);
        Some(Snippet {
            path: path.to_owned(),
            language: tag.map(str::to_owned),
            text,
            marks,
        })
    }

    // How many of the words a text has, and where.
    fn matches(&self, (language, text): Text<'_>) -> Option<(usize, Vec<Range<usize>>)> {
        let mut distinct = BTreeSet::new();
        let mut places = Vec::new();
        for word in words(text) {
            if let Some(which) = self.which(&word, language) {
                distinct.insert(which);
                places.push(word.place);
            }
        }
        (!places.is_empty()).then_some((distinct.len(), places))
    }

    fn which(&self, word: &Word<'_>, language: Option<&str>) -> Option<usize> {
        let exact = self.folded.get(&word.folded);
        match language.and_then(|tag| stem(tag, word.written)) {
            Some(stem) => exact.or_else(|| self.stems.get(&stem)).copied(),
            None => {
                let mut beginnings = self.folded.iter();
                let begins = |(folded, _): &(&String, _)| word.folded.starts_with(folded.as_str());
                exact
                    .or_else(|| beginnings.find(begins).map(|(_, place)| place))
                    .copied()
            }
        }
    }
}

// The part of a text around the first place, and the places in it counted in characters.
fn cut(text: &str, places: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let first = places.first().map_or(0, |place| place.start);
    let before = text[..first].char_indices().rev().take(LENGTH / 4).last();
    let start = match before {
        // From the beginning of a word.
        Some((at, _)) if at > 0 => text[at..first].find(' ').map_or(at, |space| at + space + 1),
        _ => 0,
    };
    let end = text[start..]
        .char_indices()
        .nth(LENGTH)
        .map_or(text.len(), |(at, _)| start + at);
    let end = match text[start..end].rfind(' ') {
        Some(space) if end < text.len() && start + space > first => start + space,
        _ => end,
    };
    let head = if start > 0 { "…" } else { "" };
    let tail = if end < text.len() { "…" } else { "" };
    let characters = |at: usize| head.chars().count() + text[start..at].chars().count();
    let within = places
        .iter()
        .filter(|place| place.start >= start && place.end <= end);
    let marks = within.map(|place| characters(place.start)..characters(place.end));
    let marks = marks.collect();
    (format!("{head}{}{tail}", &text[start..end]), marks)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn snippet(record: &Value, question: &str, language: &str) -> Option<Snippet> {
        Sought::new(question).snippet("practice/x", record, language)
    }

    fn marked(found: &Snippet) -> Vec<String> {
        let characters: Vec<char> = found.text.chars().collect();
        let mark = |place: &Range<usize>| characters[place.clone()].iter().collect();
        found.marks.iter().map(mark).collect()
    }

    #[test]
    fn the_piece_with_most_words_is_shown_and_they_are_marked() {
        let long = "Ä ".repeat(300) + "the officers carry cameras on the body. " + &"z ".repeat(300);
        let record = json!({
            "about": {"language": "en"},
            "title": {"en": "On cameras"},
            "method": {"en": long, "fr": "Les agents portent des caméras."},
        });
        let found = snippet(&record, "body camera", "en").unwrap();
        assert_eq!(
            (found.path.as_str(), found.language.as_deref()),
            ("method", Some("en"))
        );
        assert_eq!(marked(&found), ["cameras", "body"]);
        assert!(found.text.starts_with('…') && found.text.ends_with('…'));
        assert!(found.text.chars().count() <= LENGTH + 2);
        let found = snippet(&record, "caméra", "fr").unwrap();
        assert_eq!(found.text, "Les agents portent des caméras.");
        assert_eq!(marked(&found), ["caméras"]);
        assert_eq!(snippet(&record, "horses", "en"), None);
    }

    #[test]
    fn a_word_without_a_stem_is_marked_by_its_beginning() {
        let text = "ქვეყნის პოლიცია ატარებს სამხრე კამერებს და იცავს ";
        let record = json!({"title": {"ka": text.repeat(20)}});
        let found = snippet(&record, "კამერ", "ka").unwrap();
        assert!(!found.marks.is_empty());
        assert!(marked(&found).iter().all(|mark| mark == "კამერებს"));
    }

    #[test]
    fn only_so_much_of_a_record_is_looked_through() {
        let long = "filler ".repeat(LOOKED_THROUGH / 7 + 1);
        let record = json!({"title": {"en": long}, "method": {"en": "the needle"}});
        assert_eq!(snippet(&record, "needle", "en"), None);
    }

    proptest! {
        #[test]
        fn any_text_can_be_cut(before in ".{0,300}", after in ".{0,300}", space in "[ ]?") {
            let text = format!("{before} needle{space}{after}");
            let record = json!({"title": {"en": text}});
            if let Some(found) = snippet(&record, "needle", "en") {
                prop_assert!(marked(&found).iter().all(|mark| mark.to_lowercase().starts_with("needle")), "{found:?}");
            }
        }
    }
}
