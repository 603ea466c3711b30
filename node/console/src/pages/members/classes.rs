//! The classes that colours stand for, and the marks by which they differ without colour.

use std::collections::BTreeMap;

use crate::texts::Texts;

/// Classes that the values of an indicator are divided into, at most.
const STEPS: usize = 5;

/// What a State falls under.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    /// It says this word of a closed list.
    Word(String),
    /// It says this number.
    Number(f64),
    /// It has a record that says neither.
    Otherwise,
    /// Its record is not here, or cannot be read.
    NotHeld,
    /// It has no such record.
    NoRecord,
    /// The charter does not name it.
    Outside,
}

/// A class as the legend shows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Class {
    pub(super) mark: Mark,
    pub(super) label: String,
    pub(super) count: usize,
}

/// How a class is drawn: a shade, and over it a pattern of lines that no other class of the map has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Names the pattern in the page.
    pub(super) id: &'static str,
    /// Its class in the style sheet.
    pub(super) shade: &'static str,
    /// The lines, in a square of 8 by 8.
    pub(super) lines: &'static str,
}

const fn mark(id: &'static str, shade: &'static str, lines: &'static str) -> Mark {
    Mark { id, shade, lines }
}

const SLANT: &str = "M-1 9L9 -1M-1 1L1 -1M7 9L9 7";
const COUNTER_SLANT: &str = "M-1 -1L9 9M7 -1L9 1M-1 7L1 9";
const CROSS: &str = "M-1 9L9 -1M-1 -1L9 9";
const UPRIGHT: &str = "M2 0V8M6 0V8";
const LEVEL: &str = "M0 2H8M0 6H8";
const GRID: &str = "M0 4H8M4 0V8";
const DOTS: &str = "M2 2h.01M6 6h.01";

/// From the least value to the greatest, darker and darker.
const RAMP: [Mark; STEPS] = [
    mark("mark-1", "shade-1", ""),
    mark("mark-2", "shade-2", DOTS),
    mark("mark-3", "shade-3", SLANT),
    mark("mark-4", "shade-4", LEVEL),
    mark("mark-5", "shade-5", ""),
];
/// For the words of a list, in its order.
const WORDS: [Mark; 12] = [
    mark("mark-1", "shade-5", ""),
    mark("mark-2", "shade-3", ""),
    mark("mark-3", "shade-3", SLANT),
    mark("mark-4", "shade-1", SLANT),
    mark("mark-5", "shade-5", DOTS),
    mark("mark-6", "shade-2", CROSS),
    mark("mark-7", "shade-4", LEVEL),
    mark("mark-8", "shade-1", UPRIGHT),
    mark("mark-9", "shade-3", GRID),
    mark("mark-10", "shade-1", COUNTER_SLANT),
    mark("mark-11", "shade-1", ""),
    mark("mark-12", "shade-4", COUNTER_SLANT),
];
const OTHERWISE: Mark = mark("mark-otherwise", "shade-1", LEVEL);
const NOT_HELD: Mark = mark("mark-not-held", "shade-0", DOTS);
const NO_RECORD: Mark = mark("mark-no-record", "shade-0", "");
const OUTSIDE: Mark = mark("mark-outside", "shade-0", COUNTER_SLANT);

/// The words of what is asked: all of its list in order, and what each is called.
pub(super) struct Words {
    pub(super) all: &'static [&'static str],
    /// The list of texts that names them.
    pub(super) list: &'static str,
}

/// Divides States into classes: the legend, and for each State its place there.
pub(super) fn divide(t: Texts, keys: &[Key], words: &Words, otherwise: String) -> (Vec<Class>, Vec<usize>) {
    let steps = steps(keys);
    let slots: Vec<Slot> = keys.iter().map(|key| slot(key, words, &steps)).collect();
    let mut counts: BTreeMap<Slot, usize> = BTreeMap::new();
    // These are said even where no State falls under them: that nothing is missing is worth knowing.
    counts.extend([(Slot::NotHeld, 0), (Slot::NoRecord, 0)]);
    for slot in &slots {
        *counts.entry(slot.clone()).or_default() += 1;
    }
    let place = |slot: &Slot| counts.keys().position(|known| known == slot).unwrap_or_default();
    let places = slots.iter().map(place).collect();
    let classes = counts.iter().map(|(slot, count)| {
        let (mark, label) = match slot {
            Slot::Word(at, word) => (WORDS[at % WORDS.len()], t.word(words.list, word)),
            Slot::Step(at) => (ramp(*at, steps.len()), bounds(t, &steps[*at])),
            Slot::Otherwise => (OTHERWISE, otherwise.clone()),
            Slot::NotHeld => (NOT_HELD, t.say("members-not-held").into_owned()),
            Slot::NoRecord => (NO_RECORD, t.say("members-no-record").into_owned()),
            Slot::Outside => (OUTSIDE, t.say("members-outside").into_owned()),
        };
        Class {
            mark,
            label,
            count: *count,
        }
    });
    (classes.collect(), places)
}

// A place in the legend, in its order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Word(usize, String),
    Step(usize),
    Otherwise,
    NotHeld,
    NoRecord,
    Outside,
}

fn slot(key: &Key, words: &Words, steps: &[(f64, f64)]) -> Slot {
    match key {
        // Words of newer releases stand behind those that this one knows.
        Key::Word(word) => Slot::Word(
            words
                .all
                .iter()
                .position(|known| known == word)
                .unwrap_or(words.all.len()),
            word.clone(),
        ),
        Key::Number(value) => steps
            .iter()
            .position(|(low, high)| (*low..=*high).contains(value))
            .map_or(Slot::Otherwise, Slot::Step),
        Key::Otherwise => Slot::Otherwise,
        Key::NotHeld => Slot::NotHeld,
        Key::NoRecord => Slot::NoRecord,
        Key::Outside => Slot::Outside,
    }
}

// Least and greatest value of each class. Classes hold about as many States each, and equal values stay together: so no
// extreme value leaves all others in one class.
fn steps(keys: &[Key]) -> Vec<(f64, f64)> {
    let mut values: Vec<f64> = keys
        .iter()
        .filter_map(|key| match key {
            Key::Number(value) if value.is_finite() => Some(*value),
            _ => None,
        })
        .collect();
    values.sort_by(f64::total_cmp);
    let mut different = values.clone();
    different.dedup();
    if different.len() <= STEPS {
        return different.into_iter().map(|value| (value, value)).collect();
    }
    let mut steps: Vec<(f64, f64)> = Vec::new();
    let mut class = None;
    for (at, value) in values.iter().enumerate() {
        let wanted = at * STEPS / values.len();
        match steps.last_mut() {
            Some(last) if last.1 == *value || class == Some(wanted) => last.1 = *value,
            _ => {
                steps.push((*value, *value));
                class = Some(wanted);
            }
        }
    }
    steps
}

// Few classes are spread over the whole ramp.
fn ramp(at: usize, count: usize) -> Mark {
    let last = count.saturating_sub(1).max(1);
    RAMP[(at * (STEPS - 1) / last).min(STEPS - 1)]
}

fn bounds(t: Texts, (low, high): &(f64, f64)) -> String {
    match low == high {
        true => t.decimal(*low),
        false => t
            .fill(
                "members-bounds",
                [("low", t.decimal(*low)), ("high", t.decimal(*high))],
            )
            .into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    const NONE: Words = Words {
        all: &[],
        list: "none",
    };

    fn numbers(values: &[f64]) -> Vec<Key> {
        values.iter().copied().map(Key::Number).collect()
    }

    #[test]
    fn values_are_divided_into_classes_of_about_as_many_states() {
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(
            steps(&numbers(&values)),
            [(1.0, 2.0), (3.0, 4.0), (5.0, 6.0), (7.0, 8.0), (9.0, 10.0)]
        );
        assert_eq!(steps(&numbers(&[5.0; 7])), [(5.0, 5.0)]);
        assert_eq!(steps(&numbers(&[1.0, 0.0, 1.0, 1.0])), [(0.0, 0.0), (1.0, 1.0)]);
        assert_eq!(steps(&[]), []);
    }

    #[test]
    fn equal_values_stay_in_one_class() {
        let divided = steps(&numbers(&[1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 3.0]));
        assert_eq!(divided, [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]);
    }

    #[test]
    fn hostile_numbers_have_their_classes_too() {
        let divided = steps(&numbers(&[1e308, -1e308, 0.0, f64::NAN, f64::INFINITY, 5e-324]));
        assert_eq!(divided.len(), 4);
        assert_eq!((divided[0].0, divided[3].1), (-1e308, 1e308));
        let (classes, places) = divide(
            Texts::of(Language::English),
            &numbers(&[f64::NAN, 1.0]),
            &NONE,
            "other".to_owned(),
        );
        assert_eq!(classes[places[0]].label, "other");
        assert_eq!(classes[places[1]].label, "1");
    }

    #[test]
    fn what_is_missing_is_a_class_of_its_own_even_when_nothing_is() {
        let words = Words {
            all: &["a", "b"],
            list: "none",
        };
        let keys = [
            Key::Word("b".into()),
            Key::Word("new".into()),
            Key::Word("a".into()),
            Key::NoRecord,
        ];
        let (classes, places) = divide(Texts::of(Language::English), &keys, &words, String::new());
        let counts: Vec<(&str, usize)> = classes.iter().map(|c| (c.mark.id, c.count)).collect();
        assert_eq!(
            counts,
            [
                ("mark-1", 1),
                ("mark-2", 1),
                ("mark-3", 1),
                ("mark-not-held", 0),
                ("mark-no-record", 1)
            ]
        );
        assert_eq!(places, [1, 2, 0, 4]);
    }

    #[test]
    fn no_two_classes_of_a_map_look_alike() {
        let others = [OTHERWISE, NOT_HELD, NO_RECORD, OUTSIDE];
        for marks in [&RAMP[..], &WORDS[..]] {
            let mut looks: Vec<_> = marks.iter().chain(&others).map(|m| (m.shade, m.lines)).collect();
            looks.sort_unstable();
            looks.dedup();
            assert_eq!(looks.len(), marks.len() + others.len());
        }
    }
}
