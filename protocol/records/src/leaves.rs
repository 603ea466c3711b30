//! A record as a flat list of what it says: one leaf a field, in the order of the kind's description.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::check::join;
use crate::kinds;
use crate::schema::{Field, Group, Holds, Kind, Times};

/// One thing that a record says.
#[derive(Debug, Clone)]
pub struct Leaf<'v> {
    /// Where: `title`, `values[2024].value`. Items of a list stand by what they are about where they say it, else by
    /// their place.
    pub path: String,
    /// Numbers of the fields on the way, by which leaves of two records are brought in one order.
    pub order: Vec<u32>,
    /// What the field is; none for what no description knows.
    pub field: Option<&'static Field>,
    /// What it says: a list as a whole where its items have no parts, a localised text in all languages.
    pub value: &'v Value,
}

/// Members of an item that say what it is about.
const KEYS: [&str; 5] = ["id", "question", "language", "period", "breakdown"];

/// All leaves of a record; `null` has none.
pub fn leaves<'v>(kind: &Kind, record: &'v Value) -> Vec<Leaf<'v>> {
    let mut found = Vec::new();
    group("", &[], &kind.message, record, &mut found);
    found
}

fn group<'v>(path: &str, order: &[u32], group: &Group, object: &'v Value, found: &mut Vec<Leaf<'v>>) {
    for field in group.fields {
        if let Some(value) = object.get(field.name).filter(|value| !value.is_null()) {
            let order = [order, &[field.number]].concat();
            one(&join(path, field.name), &order, field, value, object, found);
        }
    }
    let members = object.as_object().into_iter().flatten();
    for (name, value) in members.filter(|(name, _)| group.field(name).is_none()) {
        found.push(Leaf {
            path: join(path, name),
            order: [order, &[u32::MAX]].concat(),
            field: None,
            value,
        });
    }
}

fn one<'v>(
    path: &str,
    order: &[u32],
    field: &'static Field,
    value: &'v Value,
    beside: &'v Value,
    found: &mut Vec<Leaf<'v>>,
) {
    match (field.holds, field.times) {
        (Holds::Part(part), Times::List(..)) => {
            let mut names = BTreeSet::new();
            for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                let name = key(item).filter(|name| !names.contains(name));
                let name = name.unwrap_or_else(|| format!("#{place}"));
                group(&format!("{path}[{name}]"), order, part, item, found);
                names.insert(name);
            }
        }
        (Holds::Part(part), _) => group(path, order, part, value, found),
        // One of a kind that this release does not know is kept as text, and a leaf like any other.
        (Holds::Record, _) if value.is_object() => {
            if let Some(kind) = beside["record"].as_str().and_then(kinds::kind_of) {
                group(path, order, &kind.message, value, found);
            }
        }
        _ => found.push(Leaf {
            path: path.to_owned(),
            order: order.to_vec(),
            field: Some(field),
            value,
        }),
    }
}

fn key(item: &Value) -> Option<String> {
    let parts: Vec<&str> = KEYS.iter().filter_map(|key| item[*key].as_str()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// What a leaf says, as text: `[fr] Texte` where its language is not the one that was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafText {
    /// The tag of its language, where that is not the one that was wanted.
    pub language: Option<String>,
    /// The text alone.
    pub text: String,
}

impl LeafText {
    fn plain(text: String) -> LeafText {
        LeafText { language: None, text }
    }
}

impl fmt::Display for LeafText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(tag) = &self.language {
            write!(f, "[{tag}] ")?;
        }
        f.write_str(&self.text)
    }
}

impl Serialize for LeafText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Leaf<'_> {
    /// The text of the leaf in the language that is wanted, else in English, French or any other.
    pub fn text(&self, language: &str) -> LeafText {
        match (self.field.map(|field| field.holds), self.value) {
            (Some(Holds::Text(_)), Value::Object(texts)) => {
                let wanted = [language, "en", "fr"]
                    .into_iter()
                    .find_map(|tag| texts.get_key_value(tag));
                let found = wanted.or_else(|| texts.iter().next());
                LeafText {
                    language: found.map(|(tag, _)| tag.clone()).filter(|tag| tag != language),
                    text: found
                        .and_then(|(_, text)| text.as_str())
                        .unwrap_or_default()
                        .to_owned(),
                }
            }
            (_, Value::Array(items)) => {
                LeafText::plain(items.iter().map(plain).collect::<Vec<_>>().join(", "))
            }
            (_, value) => LeafText::plain(plain(value)),
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}
