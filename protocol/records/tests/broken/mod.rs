//! Broken copies of a record, made by walking it beside the description of its kind: wherever a fault of some sort can
//! stand, it is put, one in each copy.

use std::collections::BTreeMap;

use liaison_records::kinds;
use liaison_records::schema::{Field, Group, Holds, Kind, Times};
use serde_json::{Value, json};

/// Sorts of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Breakage {
    /// What must stand is gone.
    MissingField,
    /// A number where text is expected, and the like.
    WrongType,
    /// A word, topic, source, authority or record that there is not.
    UnknownCode,
    /// The thirtieth of February.
    BadDate,
    /// Text of 10 MB.
    HugeText,
    /// Something that is no language by BCP 47.
    WrongLanguage,
    /// A part of itself.
    CyclicParent,
}

/// Every sort of fault.
pub(crate) const BREAKAGES: [Breakage; 7] = [
    Breakage::MissingField,
    Breakage::WrongType,
    Breakage::UnknownCode,
    Breakage::BadDate,
    Breakage::HugeText,
    Breakage::WrongLanguage,
    Breakage::CyclicParent,
];

/// A place in a record that can be broken.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) breakage: Breakage,
    /// As a fault must name it: `values[3].period`.
    pub(crate) path: String,
    // The object or list that is changed, as a JSON pointer.
    within: String,
    put: Put,
}

#[derive(Debug, Clone)]
enum Put {
    /// Takes a member away.
    Remove(String),
    /// Puts a value in a member's place.
    Member(String, Value),
    /// Puts a value in an item's place.
    Item(usize, Value),
    /// Gives a member another name.
    Rename(String, &'static str),
    /// Puts 10 MB of text in a member's or item's place.
    Huge(String),
}

/// Ten megabytes.
const HUGE: usize = 10 << 20;
/// What is no language.
const NO_LANGUAGE: &str = "english";

/// All places of a record where it can be broken.
pub(crate) fn places(kind: &'static Kind, slug: &str, record: &Value) -> Vec<Place> {
    let mut walk = Walk { found: Vec::new() };
    walk.group("", "", &kind.message, record);
    walk.own_parent(kind, slug);
    walk.found
}

/// One place of each sort of fault, not the same in every record.
pub(crate) fn one_of_each(kind: &'static Kind, slug: &str, record: &Value) -> Vec<Place> {
    let mut sorts: BTreeMap<Breakage, Vec<Place>> = BTreeMap::new();
    for place in places(kind, slug, record) {
        sorts.entry(place.breakage).or_default().push(place);
    }
    let one = |mut places: Vec<Place>| places.swap_remove(slug.len() % places.len());
    sorts.into_values().map(one).collect()
}

impl Place {
    /// The record, broken here.
    pub(crate) fn broken(&self, record: &Value) -> Value {
        let mut broken = record.clone();
        let within = broken.pointer_mut(&self.within).expect("the walk was here");
        match (&self.put, within) {
            (Put::Remove(name), Value::Object(members)) => drop(members.remove(name)),
            (Put::Member(name, value), Value::Object(members)) => {
                members.insert(name.clone(), value.clone());
            }
            (Put::Item(position, value), Value::Array(items)) => items[*position] = value.clone(),
            (Put::Rename(name, other), Value::Object(members)) => {
                let value = members.remove(name).expect("the walk was here");
                members.insert((*other).to_owned(), value);
            }
            (Put::Huge(at), within) => {
                *within.pointer_mut(&format!("/{at}")).expect("the walk was here") = "x".repeat(HUGE).into();
            }
            (put, within) => panic!("{put:?} does not fit {within}"),
        }
        broken
    }
}

struct Walk {
    found: Vec<Place>,
}

/// A value: where it stands, and what a fault calls that.
#[derive(Clone)]
struct At {
    within: String,
    member: Key,
    path: String,
}

#[derive(Clone)]
enum Key {
    Name(String),
    Item(usize),
}

impl At {
    fn put(&self, value: Value) -> Put {
        match &self.member {
            Key::Name(name) => Put::Member(name.clone(), value),
            Key::Item(position) => Put::Item(*position, value),
        }
    }

    fn key(&self) -> String {
        match &self.member {
            Key::Name(name) => name.clone(),
            Key::Item(position) => position.to_string(),
        }
    }

    fn pointer(&self) -> String {
        format!("{}/{}", self.within, self.key())
    }
}

impl Walk {
    fn group(&mut self, within: &str, path: &str, group: &'static Group, object: &Value) {
        for field in group.fields {
            let Some(value) = object.get(field.name) else {
                continue;
            };
            let at = At {
                within: within.to_owned(),
                member: Key::Name(field.name.to_owned()),
                path: join(path, field.name),
            };
            self.field(&at, field, value, object);
        }
    }

    fn field(&mut self, at: &At, field: &'static Field, value: &Value, beside: &Value) {
        if matches!(field.times, Times::Required | Times::List(1.., _)) {
            self.note(Breakage::MissingField, at, Put::Remove(field.name.to_owned()));
        }
        let Times::List(..) = field.times else {
            return self.value(at, field.holds, value, beside);
        };
        self.note(Breakage::WrongType, at, at.put(json!("no list")));
        for (position, item) in value.as_array().expect("a list").iter().enumerate() {
            let at = At {
                within: at.pointer(),
                member: Key::Item(position),
                path: format!("{}[{position}]", at.path),
            };
            self.value(&at, field.holds, item, beside);
            self.cycle(&at, field.holds, item);
        }
    }

    fn value(&mut self, at: &At, holds: Holds, value: &Value, beside: &Value) {
        let wrong_type = match holds {
            Holds::Count | Holds::Number => json!("7"),
            Holds::Flag => json!("yes"),
            _ => json!(7),
        };
        self.note(Breakage::WrongType, at, at.put(wrong_type));
        if let Some(code) = unknown_code(holds) {
            self.note(Breakage::UnknownCode, at, at.put(json!(code)));
        }
        if let Some(date) = bad_date(holds) {
            self.note(Breakage::BadDate, at, at.put(json!(date)));
        }
        match holds {
            Holds::Text(_) => self.text(at, value),
            Holds::Part(group) => self.group(&at.pointer(), &at.path, group, value),
            Holds::Record => {
                let kind = kinds::kind_of(beside["record"].as_str().expect("the record's name"));
                self.group(
                    &at.pointer(),
                    &at.path,
                    &kind.expect("a known kind").message,
                    value,
                );
            }
            Holds::Count | Holds::Number | Holds::Flag => {}
            _ => self.note(Breakage::HugeText, at, Put::Huge(at.key())),
        }
        if let Holds::Language = holds {
            self.note(Breakage::WrongLanguage, at, at.put(json!(NO_LANGUAGE)));
        }
    }

    // Text by language.
    fn text(&mut self, at: &At, texts: &Value) {
        for tag in texts.as_object().expect("texts by language").keys() {
            let of = |name: &str| At {
                within: at.pointer(),
                member: Key::Name(tag.clone()),
                path: join(&at.path, name),
            };
            self.note(Breakage::WrongType, &of(tag), Put::Member(tag.clone(), json!(7)));
            self.note(Breakage::HugeText, &of(tag), Put::Huge(tag.clone()));
            let renamed = Put::Rename(tag.clone(), NO_LANGUAGE);
            self.note(Breakage::WrongLanguage, &of(NO_LANGUAGE), renamed);
        }
    }

    // An item that is said to be part of itself.
    fn cycle(&mut self, at: &At, holds: Holds, item: &Value) {
        let Holds::Part(group) = holds else { return };
        if group.field("parent").is_some() && group.field("id").is_some() {
            let parent = At {
                within: at.pointer(),
                member: Key::Name("parent".to_owned()),
                path: join(&at.path, "parent"),
            };
            self.note(Breakage::CyclicParent, &parent, parent.put(item["id"].clone()));
        }
    }

    // A record that is said to be part of itself, or to answer itself.
    fn own_parent(&mut self, kind: &Kind, slug: &str) {
        let (name, value) = match kind.name {
            "service" => ("parent", slug.to_owned()),
            "contribution" => ("answers", format!("FR/contribution/{slug}")),
            _ => return,
        };
        let at = At {
            within: String::new(),
            member: Key::Name(name.to_owned()),
            path: name.to_owned(),
        };
        self.note(Breakage::CyclicParent, &at, at.put(json!(value)));
    }

    fn note(&mut self, breakage: Breakage, at: &At, put: Put) {
        self.found.push(Place {
            breakage,
            path: at.path.clone(),
            within: at.within.clone(),
            put,
        });
    }
}

// Something that looks like what is expected, where the release knows all that there is.
fn unknown_code(holds: Holds) -> Option<&'static str> {
    match holds {
        Holds::Word(_) => Some("no-such-word"),
        Holds::Topic => Some("no-such-topic"),
        Holds::Source => Some("S-NONE"),
        Holds::Language => Some("xx"),
        Holds::Authority => Some("fr"),
        Holds::Reference([]) => Some("FR/practice"),
        Holds::Reference(_) => Some("FR/no-such-kind/x"),
        Holds::Slug | Holds::Provision => Some("no such code"),
        _ => None,
    }
}

fn bad_date(holds: Holds) -> Option<&'static str> {
    match holds {
        Holds::Date | Holds::Period => Some("2026-02-30"),
        Holds::Moment => Some("2026-02-30T09:00:00Z"),
        _ => None,
    }
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}
