//! One layer of settings: its keys checked against the known ones, its values as they were written.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use crate::error::{Problem, Source};
use crate::settings::{Settings, Visitor};
use crate::value::{Raw, Value};

/// The values of one layer by key, and the folder that its relative paths start from.
#[derive(Default)]
pub(crate) struct Layer {
    base: PathBuf,
    values: BTreeMap<&'static str, (Raw, Source)>,
}

/// Variables of the command line that are no settings of a node.
const NOT_SETTINGS: [&str; 3] = ["LIAISON_CONFIG", "LIAISON_LANG", "LIAISON_NODE"];

impl Layer {
    /// The layer of a settings file; its relative paths start from its own folder.
    pub(crate) fn of_file(path: &Path, text: &str, problems: &mut Vec<Problem>) -> Layer {
        let base = path.parent().unwrap_or(Path::new("")).to_owned();
        let place = |offset: usize| Source::File {
            path: path.to_owned(),
            line: text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1,
        };
        let mut layer = Layer {
            base,
            ..Layer::default()
        };
        match DeTable::parse(text) {
            Ok(table) => layer.add_table("", table.get_ref(), &place, problems),
            Err(error) => problems.push(Problem::Syntax {
                place: place(error.span().map_or(0, |span| span.start)),
                message: error.message().replace('\n', ", "),
            }),
        }
        layer
    }

    /// The layer of the environment: `LIAISON_LIMITS__FRAME_TIME` is `limits.frame_time`.
    pub(crate) fn of_environment(variables: &[(OsString, OsString)], problems: &mut Vec<Problem>) -> Layer {
        let mut layer = Layer::default();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| !NOT_SETTINGS.contains(name)) else {
                continue;
            };
            let Some(key) = name.strip_prefix("LIAISON_") else {
                continue;
            };
            let place = Source::Environment(name.to_owned());
            if key.ends_with("PASSPHRASE") {
                problems.push(Problem::Passphrase { place });
                continue;
            }
            let key = key.to_lowercase().replace("__", ".");
            let raw = value
                .to_str()
                .map_or(Raw::Other("bytes that are not UTF-8"), untyped);
            layer.add(&key, raw, place, problems);
        }
        layer
    }

    /// The layer of the command line: the flag as written, the key that it sets, the text of its value.
    pub(crate) fn of_flags(flags: &[(String, String, String)], problems: &mut Vec<Problem>) -> Layer {
        let mut layer = Layer::default();
        for (flag, key, text) in flags {
            layer.add(key, untyped(text), Source::Flag(flag.clone()), problems);
        }
        layer
    }

    /// Writes the layer's values over those of `settings` and notes in `sources` whence they came.
    pub(crate) fn apply(
        self,
        settings: &mut Settings,
        sources: &mut BTreeMap<&'static str, Source>,
        problems: &mut Vec<Problem>,
    ) {
        settings.visit(&mut Apply {
            layer: self,
            sources,
            problems,
        });
    }

    fn add_table(
        &mut self,
        group: &str,
        table: &DeTable<'_>,
        place: &impl Fn(usize) -> Source,
        problems: &mut Vec<Problem>,
    ) {
        for (name, value) in table {
            let key = format!("{group}{}", name.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) if is_group(&key) => {
                    self.add_table(&format!("{key}."), inner, place, problems);
                }
                other => self.add(&key, typed(other), place(name.span().start), problems),
            }
        }
    }

    fn add(&mut self, key: &str, raw: Raw, place: Source, problems: &mut Vec<Problem>) {
        if let Some(known) = known_keys().into_iter().find(|known| *known == key) {
            self.values.insert(known, (raw, place));
        } else if is_group(key) {
            let members: Vec<&str> = known_keys()
                .into_iter()
                .filter(|known| group_of(known) == Some(key))
                .collect();
            problems.push(Problem::Group {
                place,
                key: key.to_owned(),
                members: members.join(", "),
            });
        } else {
            problems.push(Problem::UnknownKey {
                place,
                key: key.to_owned(),
                suggestion: suggest(key),
            });
        }
    }
}

// Takes from a layer what it has for each setting.
struct Apply<'a> {
    layer: Layer,
    sources: &'a mut BTreeMap<&'static str, Source>,
    problems: &'a mut Vec<Problem>,
}

impl Apply<'_> {
    fn take<T: Value>(
        &mut self,
        key: &'static str,
        value: &mut T,
        allowed: impl Fn() -> String,
        fits: impl Fn(&T) -> bool,
    ) {
        let Some((raw, place)) = self.layer.values.remove(key) else {
            return;
        };
        let read = T::read(&raw, &self.layer.base);
        match read.and_then(|read| {
            if fits(&read) {
                Ok(read)
            } else {
                Err(raw.to_string())
            }
        }) {
            Ok(read) => {
                *value = read;
                self.sources.insert(key, place);
            }
            Err(found) => self.problems.push(Problem::Value {
                place,
                key,
                found,
                allowed: allowed(),
            }),
        }
    }
}

impl Visitor for Apply<'_> {
    fn setting<T: Value>(&mut self, key: &'static str, _: &'static str, value: &mut T) {
        self.take(key, value, T::allowed, |_| true);
    }

    fn within<T: Value + PartialOrd>(
        &mut self,
        key: &'static str,
        _: &'static str,
        range: RangeInclusive<T>,
        value: &mut T,
    ) {
        let end = |end: &T| end.show().unwrap_or_default();
        let allowed = || {
            format!(
                "{}, from {} to {}",
                T::allowed(),
                end(range.start()),
                end(range.end())
            )
        };
        self.take(key, value, allowed, |value| range.contains(value));
    }
}

fn untyped(text: &str) -> Raw {
    Raw::Untyped(text.to_owned())
}

fn typed(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::String(text.clone().into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("integer of over 64 bits"), Raw::Integer),
        DeValue::Boolean(value) => Raw::Boolean(*value),
        DeValue::Array(members) => Raw::List(members.iter().map(|member| typed(member.get_ref())).collect()),
        other => Raw::Other(other.type_str()),
    }
}

/// All keys, in the order in which they are shown.
fn known_keys() -> Vec<&'static str> {
    struct Keys(Vec<&'static str>);
    impl Visitor for Keys {
        fn setting<T: Value>(&mut self, key: &'static str, _: &'static str, _: &mut T) {
            self.0.push(key);
        }
    }
    let mut keys = Keys(Vec::new());
    Settings::default().visit(&mut keys);
    keys.0
}

fn group_of(key: &str) -> Option<&str> {
    Some(split(key).0).filter(|group| !group.is_empty())
}

fn is_group(key: &str) -> bool {
    known_keys().into_iter().any(|known| group_of(known) == Some(key))
}

/// The setting or group that `key` was probably meant to be.
fn suggest(key: &str) -> Option<String> {
    const ALIKE: f64 = 0.85;
    let likeness = |known: &str| {
        let ((group, name), (known_group, known_name)) = (split(key), split(known));
        let by_name = strsim::jaro_winkler(name, known_name);
        // A setting under the wrong group, or under none with the group in its name, is found as well.
        if group == known_group {
            by_name
        } else {
            (0.95 * by_name).max(strsim::normalized_levenshtein(key, known))
        }
    };
    let keys = known_keys();
    let groups = keys.iter().filter_map(|known| group_of(known));
    let best = keys
        .iter()
        .copied()
        .chain(groups)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= ALIKE).then(|| best.to_owned())
}

fn split(key: &str) -> (&str, &str) {
    key.rsplit_once('.').unwrap_or(("", key))
}
