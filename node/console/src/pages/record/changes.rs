//! What differs between two versions, field by field, each cut to where it differs.

use liaison_records::diff::{Difference, diff};
use liaison_records::kinds;
use liaison_records::schema::{Field, Group, Holds, Kind};
use liaison_records::text::visible;
use serde_json::Value;

use crate::show::said::cut;
use crate::texts::Texts;

/// Differences of one version.
const SHOWN: usize = 40;
/// Characters of a value on each side of where it differs.
const BESIDE: usize = 60;
/// Characters of a value.
const VALUE: usize = 600;
/// Bytes of all differences of a page.
const ROOM: usize = 60_000;

/// What a version changed.
pub(super) enum Changes {
    /// It is no change of content.
    None,
    /// There was no content before.
    First,
    /// Its content was erased.
    Erased,
    /// Its content is not here.
    Absent,
    /// What stood before is not here.
    NothingBefore,
    /// This release cannot read it, or what stood before.
    Incomparable,
    /// These fields differ.
    Fields {
        all: Vec<Change>,
        /// How many differ, in words.
        summary: String,
        /// How many are not shown, in words; none where all are.
        more: Option<String>,
    },
}

/// One field that differs.
pub(super) struct Change {
    pub(super) label: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// What is left of the room for differences on a page.
pub(super) struct Room(usize);

impl Room {
    pub(super) fn of_a_page() -> Room {
        Room(ROOM)
    }

    fn take(&mut self, change: &Change) -> bool {
        let of = |text: &Option<String>| text.as_ref().map_or(0, |text| escaped(text));
        let bytes = 100 + escaped(&change.label) + of(&change.before) + of(&change.after);
        let fits = bytes <= self.0;
        self.0 = self.0.saturating_sub(bytes);
        fits
    }
}

// Bytes of a text in markup, where some characters are written as five.
fn escaped(text: &str) -> usize {
    let special = text.bytes().filter(|b| b"<>&\"'".contains(b)).count();
    text.len() + 4 * special
}

impl Changes {
    pub(super) fn between(kind: &str, before: &Value, after: &Value, room: &mut Room, t: Texts) -> Changes {
        let Some(kind) = kinds::kind(kind) else {
            return Changes::Incomparable;
        };
        let found = diff(kind, before, after);
        let count = found.len();
        let all: Vec<Change> = found
            .iter()
            .take(SHOWN)
            .map(|difference| change(kind, difference, t))
            .take_while(|change| room.take(change))
            .collect();
        let more = count - all.len();
        Changes::Fields {
            all,
            summary: t.count("record-differences", count).into_owned(),
            more: (more > 0).then(|| t.count("record-more-differences", more).into_owned()),
        }
    }
}

fn change(kind: &'static Kind, difference: &Difference, t: Texts) -> Change {
    let (labels, field, language) = named(&kind.message, &difference.path, t);
    let label = match language {
        Some(tag) => format!("{labels} ({})", t.language_of(tag)),
        None => labels,
    };
    let of = |value: &Option<Value>| value.as_ref().map(|value| written(field, value, t));
    let (before, after) = (of(&difference.before), of(&difference.after));
    let short = |text: String| cut(&text, VALUE).into_owned();
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => {
            let (before, after) = where_they_differ(&before, &after);
            (Some(before), Some(after))
        }
        (before, after) => (before.map(short), after.map(short)),
    };
    Change { label, before, after }
}

// A path in labels, with the field and the language that it leads to: `values[2024].value`, `title.fr`.
fn named<'p>(
    group: &'static Group,
    path: &'p str,
    t: Texts,
) -> (String, Option<&'static Field>, Option<&'p str>) {
    let (mut group, mut rest) = (group, path);
    let mut labels: Vec<String> = Vec::new();
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let Some(field) = group.field(name) else {
            labels.push(visible(rest));
            return (labels.join(" › "), None, None);
        };
        let mut label = t.language.label(field.label).to_owned();
        let mut behind = behind;
        if let Some((key, after)) = behind.strip_prefix('[').and_then(split_key) {
            label = format!("{label} {}", key_shown(key));
            behind = after;
        }
        labels.push(label);
        let Some(inner) = behind.strip_prefix('.') else {
            return (labels.join(" › "), Some(field), None);
        };
        match field.holds {
            Holds::Part(part) => (group, rest) = (part, inner),
            Holds::Text(_) => return (labels.join(" › "), Some(field), Some(inner)),
            _ => {
                labels.push(visible(inner));
                return (labels.join(" › "), None, None);
            }
        }
    }
}

fn split_key(text: &str) -> Option<(&str, &str)> {
    let end = text.find("].").or_else(|| text.strip_suffix(']').map(str::len))?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

// Places count from 0 in paths, and from 1 for people.
fn key_shown(key: &str) -> String {
    let place = key
        .strip_prefix('#')
        .and_then(|place| place.parse::<usize>().ok());
    place.map_or_else(|| visible(key), |place| (place.saturating_add(1)).to_string())
}

fn written(field: Option<&'static Field>, value: &Value, t: Texts) -> String {
    match (field.map(|field| field.holds), value) {
        (Some(Holds::Word(words)), Value::String(word)) if words.contains(&word.as_str()) => {
            t.word("word", word)
        }
        (Some(Holds::Date), Value::String(text)) => t.date(text),
        (Some(Holds::Period), Value::String(text)) => t.period(text),
        (Some(Holds::Moment), Value::String(text)) => t.moment_there(text),
        (_, Value::String(text)) => text.lines().map(visible).collect::<Vec<_>>().join("\n"),
        (_, Value::Bool(true)) => t.say("content-yes").into_owned(),
        (_, Value::Bool(false)) => t.say("content-no").into_owned(),
        (_, Value::Number(number)) => t.figure(number),
        (_, Value::Array(items)) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let items = items.iter().map(|item| written(field, item, t));
            items.collect::<Vec<_>>().join(", ")
        }
        (_, other) => visible(&other.to_string()),
    }
}

// Both texts without what they begin and end with alike, but for a little of it.
fn where_they_differ(before: &str, after: &str) -> (String, String) {
    let (one, other): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let alike = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let least = one.len().min(other.len()) - alike;
    let ends = one.iter().rev().zip(other.iter().rev());
    let alike_at_end = ends.take(least).take_while(|(a, b)| a == b).count();
    let piece = |all: &[char]| {
        let from = alike.saturating_sub(BESIDE);
        let to = all.len() - alike_at_end.saturating_sub(BESIDE);
        let mut text: String = all[from..to].iter().collect();
        if from > 0 {
            text.insert(0, '…');
        }
        let mut text = cut(&text, VALUE).into_owned();
        if to < all.len() && !text.ends_with('…') {
            text.push('…');
        }
        text
    };
    (piece(&one), piece(&other))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::language::Language;

    const ENGLISH: Texts = Texts {
        language: Language::English,
    };

    fn changes(kind: &str, before: &Value, after: &Value) -> (Vec<Change>, Option<String>) {
        match Changes::between(kind, before, after, &mut Room::of_a_page(), ENGLISH) {
            Changes::Fields { all, more, .. } => (all, more),
            _ => panic!("fields differ"),
        }
    }

    #[test]
    fn what_differs_is_told_in_the_words_of_people() {
        let before = json!({"title": {"en": "One"}, "maturity": "pilot"});
        let after = json!({"title": {"en": "Two", "fr": "Deux"}, "maturity": "adopted-elsewhere"});
        let (all, more) = changes("practice", &before, &after);
        let told: Vec<_> = all
            .iter()
            .map(|change| {
                (
                    change.label.as_str(),
                    change.before.as_deref(),
                    change.after.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("Title (English)", Some("One"), Some("Two")),
                ("Title (French)", None, Some("Deux")),
                ("Maturity", Some("pilot"), Some("adopted elsewhere")),
            ]
        );
        assert_eq!(more, None);
    }

    #[test]
    fn items_are_named_by_what_they_are_about() {
        let before = json!({"values": [{"period": "2024", "value": 7}]});
        let after = json!({"values": [{"period": "2024", "value": 1234.5}]});
        let (all, _) = changes("series", &before, &after);
        assert_eq!(all[0].label, "Values 2024 › Value");
        assert_eq!(all[0].after.as_deref(), Some("1,234.5"));
    }

    #[test]
    fn hostile_keys_and_long_values_break_nothing() {
        let long = "x".repeat(100_000);
        let before = json!({"values": [{"period": "a].b[\u{202e}", "value": 1}], "b[": 1});
        let after = json!({"values": [{"period": "a].b[\u{202e}", "value": long}], "b[": {"c": long}});
        let (all, _) = changes("series", &before, &after);
        for change in &all {
            let shown = format!("{} {:?} {:?}", change.label, change.before, change.after);
            assert!(!shown.contains('\u{202e}') && shown.len() < 1_500, "{shown}");
        }
    }

    #[test]
    fn of_long_texts_that_place_is_shown_where_they_differ() {
        let text = |middle: &str| format!("{}{middle}{}", "a".repeat(500), "b".repeat(500));
        let (before, after) = where_they_differ(&text("é"), &text("è"));
        assert!(
            before.starts_with("…a") && before.ends_with("b…") && before.contains('é'),
            "{before}"
        );
        assert!(after.contains('è') && after.chars().count() == before.chars().count());
        assert_eq!(
            where_they_differ("aa", "aaa"),
            ("aa".to_owned(), "aaa".to_owned())
        );
        assert_eq!(where_they_differ("", "x"), (String::new(), "x".to_owned()));
    }

    #[test]
    fn a_page_holds_so_many_differences_and_counts_the_others() {
        let values = |value: usize| {
            let values: Vec<Value> = (0..200)
                .map(|year| json!({"period": year.to_string(), "value": value}))
                .collect();
            json!({ "values": values })
        };
        let (all, more) = changes("series", &values(1), &values(2));
        assert_eq!(all.len(), SHOWN);
        assert!(more.unwrap().starts_with("160 more fields"));
        let of_notes = |sign: &str| {
            let values: Vec<Value> = (0..30)
                .map(|year| json!({"period": year.to_string(), "note": {"en": sign.repeat(600)}}))
                .collect();
            json!({ "values": values })
        };
        let (all, more) = changes("series", &of_notes("<"), &of_notes(">"));
        assert!(all.len() < 15 && more.is_some(), "{}", all.len());
    }
}
