//! Validation: whether a record is what its kind says. Every fault is named, with the field's path, the rule and
//! the value; nothing is mended silently.

mod value;

use std::collections::BTreeSet;
use std::fmt;

use liaison_protocol::update::RecordName;
use serde_json::Value;

use crate::kinds::{self, UNKNOWN};
use crate::schema::{Field, Group, Holds, Kind, SlugRule, Times};
use crate::text::visible;
use crate::topics;

/// Faults that are listed of one record.
const FAULTS_MAX: usize = 100;
/// Characters that a fault shows of a value, or of what stands where a name should.
const SHOWN_MAX: usize = 60;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {rule}{}", visible(.path), shown(.value))]
pub struct Fault {
    /// Where: `questions[2].label.en`; `slug` and `record` for what stands outside.
    pub path: String,
    /// What must hold.
    pub rule: String,
    /// What stands there, cut short; empty when nothing does.
    pub value: String,
}

impl Fault {
    /// A rule that a value breaks; `null` where nothing stands.
    pub(crate) fn new(path: impl Into<String>, rule: impl Into<String>, value: &Value) -> Fault {
        Fault {
            path: path.into(),
            rule: rule.into(),
            value: show(value),
        }
    }
}

fn shown(value: &str) -> String {
    match value {
        "" => String::new(),
        value => format!("; here stands {value}"),
    }
}

/// All that is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl std::error::Error for Faults {}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, fault) in self.0.iter().enumerate() {
            let separator = if position > 0 { "\n" } else { "" };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

/// Checks a record of a known kind. The reference's kind and slug are checked with it.
///
/// # Errors
/// Everything that is wrong, the first 100 faults.
pub fn check(name: &RecordName, record: &Value) -> Result<(), Faults> {
    let faults = match kinds::kind(name.kind()) {
        Some(kind) => Check::run(kind, name.slug(), record),
        None => vec![unknown_kind(name.kind())],
    };
    if faults.is_empty() {
        return Ok(());
    }
    Err(Faults(faults))
}

fn unknown_kind(name: &str) -> Fault {
    let nearest = kinds::nearest(name);
    let rule = format!("the kind must be one that this release knows; the nearest is ‘{nearest}’");
    Fault::new("record", rule, &Value::from(name))
}

/// A record that is being checked.
#[derive(Debug)]
pub struct Check<'v> {
    slug: &'v str,
    record: &'v Value,
    sources: BTreeSet<&'v str>,
    faults: Vec<Fault>,
}

impl<'v> Check<'v> {
    fn run(kind: &Kind, slug: &'v str, record: &'v Value) -> Vec<Fault> {
        let sources = record["about"]["sources"].as_array().into_iter().flatten();
        let mut check = Check {
            slug,
            record,
            sources: sources.filter_map(|source| source["id"].as_str()).collect(),
            faults: Vec::new(),
        };
        check.check_slug(kind.slug);
        check.group("", &kind.message, record);
        check.distinct("about.sources", "id");
        check.distinct("about.translations", "language");
        if check.faults.is_empty() {
            kind.rules.iter().for_each(|rule| (rule.check)(&mut check));
        }
        check.faults.truncate(FAULTS_MAX);
        check.faults
    }

    /// The slug.
    pub fn slug(&self) -> &'v str {
        self.slug
    }

    /// A field of the record.
    pub fn get(&self, name: &str) -> &'v Value {
        static NULL: Value = Value::Null;
        self.record.get(name).unwrap_or(&NULL)
    }

    /// The items of a list in the record, with the path of each.
    pub fn items(&self, name: &str) -> impl Iterator<Item = (String, &'v Value)> + use<'v> {
        let pointer = format!("/{}", name.replace(['.', '['], "/").replace(']', ""));
        let items = self
            .record
            .pointer(&pointer)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let name = name.to_owned();
        items
            .enumerate()
            .map(move |(position, item)| (format!("{name}[{position}]"), item))
    }

    /// Notes a fault.
    pub fn fault(&mut self, path: impl Into<String>, rule: impl Into<String>, value: &Value) {
        self.faults.push(Fault::new(path, rule, value));
    }

    /// The ids of a list's items must differ.
    pub fn distinct(&mut self, list: &str, id: &str) {
        let mut seen = BTreeSet::new();
        for (path, item) in self.items(list) {
            if let Some(text) = item[id].as_str()
                && !seen.insert(text)
            {
                self.fault(
                    format!("{path}.{id}"),
                    format!("no two items of {list} may have the same {id}"),
                    &item[id],
                );
            }
        }
    }

    /// Parents of a list's items must be items of the same list, and no item its own ancestor.
    pub fn tree(&mut self, list: &str) {
        let items: Vec<_> = self.items(list).collect();
        let parent = |id: &str| {
            let item = items.iter().find(|(_, item)| item["id"] == id);
            item.and_then(|(_, item)| item["parent"].as_str())
        };
        for (path, item) in &items {
            let Some(first) = item["parent"].as_str() else {
                continue;
            };
            if !items.iter().any(|(_, other)| other["id"] == first) {
                self.fault(
                    format!("{path}.parent"),
                    format!("it must be the id of another item of {list}"),
                    &item["parent"],
                );
                continue;
            }
            let ancestors = std::iter::successors(Some(first), |id| parent(id)).take(items.len());
            if ancestors.into_iter().any(|id| item["id"] == id) {
                self.fault(
                    format!("{path}.parent"),
                    "no item may be its own ancestor",
                    &item["parent"],
                );
            }
        }
    }

    /// The second date or moment must not be before the first.
    pub fn order(&mut self, first: &str, second: &str) {
        let (before, after) = (self.get(first), self.get(second));
        if let (Some(one), Some(two)) = (before.as_str(), after.as_str())
            && value::is_before(two, one)
        {
            self.fault(second, format!("it must not be before {first}, {one}"), after);
        }
    }

    fn check_slug(&mut self, rule: SlugRule) {
        let slug = Value::from(self.slug);
        match rule {
            SlugRule::Own if self.slug != "self" => {
                self.fault(
                    "slug",
                    "there is one such record an authority, and its slug is ‘self’",
                    &slug,
                );
            }
            SlugRule::Random if !value::is_random(self.slug) => {
                let rule =
                    "it must be random: 20 to 32 lower-case letters and digits, so that it says nothing";
                self.fault("slug", rule, &slug);
            }
            SlugRule::Topic if topics::topic(self.slug).is_none() => {
                let nearest = topics::nearest(self.slug);
                self.fault(
                    "slug",
                    format!("it must be the id of a topic; the nearest is ‘{nearest}’"),
                    &slug,
                );
            }
            _ => {}
        }
    }

    fn group(&mut self, path: &str, group: &Group, object: &'v Value) {
        let Some(members) = object.as_object() else {
            return self.fault(named(path), "it must be an object", object);
        };
        for (name, value) in members {
            if name == UNKNOWN {
                self.unknown(&join(path, name), group, value);
            } else if group.field(name).is_none() {
                let names = group.fields.iter().map(|field| field.name);
                let nearest = crate::nearest(name, names);
                let rule = format!("there is no such field; the nearest is ‘{nearest}’");
                self.fault(join(path, &cut(name)), rule, value);
            }
        }
        for field in group.fields {
            self.field(&join(path, field.name), field, object);
        }
    }

    fn field(&mut self, path: &str, field: &Field, object: &'v Value) {
        let value = object.get(field.name);
        match (field.times, value) {
            (Times::Required, None) => self.fault(path, "it is missing", &Value::Null),
            (Times::List(least, _), None) if least > 0 => {
                self.fault(
                    path,
                    format!("it is missing; at least {least} must stand"),
                    &Value::Null,
                );
            }
            (_, None) => {}
            (_, Some(null @ Value::Null)) => self.fault(path, "leave out what has no value", null),
            (Times::List(least, most), Some(Value::Array(items))) => {
                if items.len() < least.max(1) || items.len() > most {
                    let rule = format!(
                        "it must have {} to {most} items, it has {}",
                        least.max(1),
                        items.len()
                    );
                    self.fault(path, rule, &Value::Null);
                }
                for (position, item) in items.iter().take(most).enumerate() {
                    self.value(&format!("{path}[{position}]"), field, item, object);
                }
            }
            (Times::List(..), Some(value)) => self.fault(path, "it must be a list", value),
            (_, Some(value)) => self.value(path, field, value, object),
        }
    }

    fn value(&mut self, path: &str, field: &Field, value: &'v Value, beside: &'v Value) {
        match field.holds {
            Holds::Part(group) => self.group(path, group, value),
            Holds::Text(most) => self.text(path, value, most),
            Holds::Record => self.whole(path, value, beside),
            Holds::Source => {
                if !value.as_str().is_some_and(|id| self.sources.contains(id)) {
                    self.fault(
                        path,
                        "it must be the id of a source that stands in about.sources",
                        value,
                    );
                }
            }
            holds => {
                if let Err(rule) = value::check(holds, value) {
                    self.fault(path, rule, value);
                }
            }
        }
    }

    fn text(&mut self, path: &str, value: &'v Value, most: usize) {
        let Some(texts) = value.as_object().filter(|texts| !texts.is_empty()) else {
            let rule = "it must be an object of texts by language: {\"en\": \"…\", \"fr\": \"…\"}";
            return self.fault(path, rule, value);
        };
        for (tag, text) in texts {
            let path = join(path, &cut(tag));
            if !crate::language::is_language(tag) {
                self.fault(
                    &path,
                    "its name must be a language by BCP 47, as ‘en’ or ‘sr-Latn’",
                    &Value::from(tag.as_str()),
                );
            }
            if let Err(rule) = value::text(text, most) {
                self.fault(path, rule, text);
            }
        }
    }

    // A record within a record: a suggestion.
    fn whole(&mut self, path: &str, value: &'v Value, beside: &'v Value) {
        let name = beside["record"]
            .as_str()
            .and_then(|name| name.parse::<RecordName>().ok());
        let Some(name) = name else {
            return self.fault(
                path,
                "the field ‘record’ beside it must say which record it is, kind/slug",
                &beside["record"],
            );
        };
        if name.kind() == "suggestion" {
            return self.fault(path, "a suggestion cannot be suggested", &beside["record"]);
        }
        if !value.is_object() {
            return self.fault(path, "it must be an object", value);
        }
        if let Err(Faults(faults)) = check(&name, value) {
            let within = faults.into_iter().map(|fault| Fault {
                path: join(path, &fault.path),
                ..fault
            });
            self.faults.extend(within);
        }
    }

    // What a newer release wrote, kept as it was.
    fn unknown(&mut self, path: &str, group: &Group, value: &Value) {
        let is_kept = value.as_object().is_some_and(|fields| {
            let kept = |(name, bytes): (&String, &Value)| {
                let number = name
                    .parse::<u32>()
                    .ok()
                    .filter(|number| number.to_string() == *name);
                let number = number.filter(|number| group.fields.iter().all(|field| field.number != *number));
                let bytes = bytes.as_str().and_then(crate::wire::from_base64);
                number
                    .zip(bytes)
                    .is_some_and(|(number, bytes)| crate::wire::are_fields(number, &bytes))
            };
            !fields.is_empty() && fields.iter().all(kept)
        });
        if !is_kept {
            self.fault(
                path,
                "it keeps the fields of newer releases, number and bytes in Base64; do not write it by hand",
                value,
            );
        }
    }
}

/// The path of a member.
pub(crate) fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

fn named(path: &str) -> &str {
    match path {
        "" => "record",
        path => path,
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => format!("‘{}’", visible(&cut(text))),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
