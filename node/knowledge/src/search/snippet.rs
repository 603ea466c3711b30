//! Where in a record stands what was looked for.

use std::collections::BTreeSet;
use std::ops::Range;

use liaison_records::kinds::kind_of;
use liaison_records::leaves::leaves;
use serde_json::Value;

use super::document::{Text, texts};
use super::language::{stem, stems};
use super::words::{Word, words};

/// Characters of a snippet, about.
const LENGTH: usize = 160;

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

/// The piece of a record, `kind/slug`, that has most of the words that were looked for; of two the one in the language
/// that is wanted, then the first. None when the words stand in nothing that it says, as with the name of its topic.
pub fn snippet(name: &str, record: &Value, wanted: &str, language: &str) -> Option<Snippet> {
    let kind = kind_of(name)?;
    let wanted: Vec<Form> = words(wanted).iter().map(Form::new).collect();
    let said = leaves(kind, record);
    let said = said.iter().filter(|leaf| !leaf.path.starts_with("about."));
    let all = said.flat_map(|leaf| texts(leaf).into_iter().map(|text| (leaf.path.as_str(), text)));
    let found = all.filter_map(|(path, text)| Some((path, text, matches(text, &wanted)?)));
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

// A word that is looked for, in all its forms.
struct Form {
    folded: String,
    stems: BTreeSet<String>,
}

impl Form {
    fn new(word: &Word<'_>) -> Form {
        Form {
            folded: word.folded.clone(),
            stems: stems(word.written).into_iter().collect(),
        }
    }

    fn is(&self, word: &Word<'_>, language: Option<&str>) -> bool {
        match language.and_then(|tag| stem(tag, word.written)) {
            Some(stem) => word.folded == self.folded || self.stems.contains(&stem),
            None => word.folded.starts_with(&self.folded),
        }
    }
}

// How many of the wanted words a text has, and where.
fn matches((language, text): Text<'_>, wanted: &[Form]) -> Option<(usize, Vec<Range<usize>>)> {
    let mut distinct = BTreeSet::new();
    let mut places = Vec::new();
    for word in words(text) {
        if let Some(position) = wanted.iter().position(|form| form.is(&word, language)) {
            distinct.insert(position);
            places.push(word.place);
        }
    }
    (!places.is_empty()).then_some((distinct.len(), places))
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
    use serde_json::json;

    use super::*;

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
        let found = snippet("practice/x", &record, "body camera", "en").unwrap();
        assert_eq!(
            (found.path.as_str(), found.language.as_deref()),
            ("method", Some("en"))
        );
        assert_eq!(marked(&found), ["cameras", "body"]);
        assert!(found.text.starts_with('…') && found.text.ends_with('…'));
        assert!(found.text.chars().count() <= LENGTH + 2);
        let found = snippet("practice/x", &record, "caméra", "fr").unwrap();
        assert_eq!(found.text, "Les agents portent des caméras.");
        assert_eq!(marked(&found), ["caméras"]);
        assert_eq!(snippet("practice/x", &record, "horses", "en"), None);
    }

    #[test]
    fn any_text_can_be_cut() {
        let text = "ქვეყნის პოლიცია ატარებს სამხრე კამერებს და იცავს ";
        let record = json!({"title": {"ka": text.repeat(20)}, "problem": {"en": "x".repeat(5000)}});
        let found = snippet("practice/x", &record, "კამერ", "ka").unwrap();
        assert!(marked(&found).iter().all(|mark| mark == "კამერებს"));
        let _ = snippet("practice/x", &record, &"x".repeat(5000), "en");
    }
}
