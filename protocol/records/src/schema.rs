//! How a kind of record is described: its fields, what each may hold, and the words that people read beside it
//! (specification, section 6).
//!
//! One description serves all that is done with a record: protobuf and canonical JSON, validation, the text that
//! a signer shows, comparison by field. The `.proto` files of the kinds are written from it, and a test holds
//! both against each other.

use serde_json::Value;

use crate::check::Check;

/// A kind of record.
#[derive(Debug)]
pub struct Kind {
    /// As it stands in references: `control-body`.
    pub name: &'static str,
    /// What people call it.
    pub label: Label,
    /// What its slugs are.
    pub slug: SlugRule,
    /// Whether it holds personal data: at most AMBER, and left out of exports unless asked for.
    pub personal: bool,
    /// Its message.
    pub message: Group,
    /// What no single field can say.
    pub rules: &'static [Rule],
    /// A slug and a record of this kind, in JSON: the documented example.
    pub example: (&'static str, &'static str),
}

/// What no single field can say.
#[derive(Debug)]
pub struct Rule {
    /// What must hold, for people.
    pub says: &'static str,
    /// Notes a fault where it does not hold.
    pub check: fn(&mut Check<'_>),
}

/// What the slugs of a kind are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlugRule {
    /// The one word `self`: there is one such record an authority.
    Own,
    /// Whatever its author chooses.
    Chosen,
    /// Random: 20 to 32 lower-case letters and digits, so that it says nothing.
    Random,
    /// The id of a topic.
    Topic,
    /// What the record itself says that it is about; the kind's own rules compare it.
    Named,
}

/// A message: the fields of a record or of a part of it, by rising number.
#[derive(Debug)]
pub struct Group {
    /// Its name in the schema.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

impl Group {
    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A word for people, in the official languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// English.
    pub en: &'static str,
    /// French.
    pub fr: &'static str,
}

/// One field.
#[derive(Debug)]
pub struct Field {
    /// Its number in protobuf.
    pub number: u32,
    /// Its name, in protobuf and in JSON.
    pub name: &'static str,
    /// What people call it.
    pub label: Label,
    /// What it may hold.
    pub holds: Holds,
    /// How often it stands.
    pub times: Times,
}

/// How often a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// At most once.
    Optional,
    /// Once.
    Required,
    /// Between so many times, as a list.
    List(usize, usize),
}

/// What a field may hold.
#[derive(Debug, Clone, Copy)]
pub enum Holds {
    /// Text by language, each of at most so many characters: `{"en": "…", "fr": "…"}`.
    Text(usize),
    /// One line of text of at most so many characters, in no language of its own.
    Line(usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A language, as a BCP 47 tag.
    Language,
    /// The code of an authority.
    Authority,
    /// The id of a topic.
    Topic,
    /// Letters, digits and `:._+-`, at most 64: an id within the record, or another record's slug.
    Slug,
    /// The id of a source that the record lists in `about.sources`.
    Source,
    /// Another record, `AUTHORITY/kind/slug`, of one of these kinds; of any when none is named.
    Reference(&'static [&'static str]),
    /// The id of a provision, or of a whole standard: `coe-cpe:61`, `echr-3`.
    Provision,
    /// A day, a month or a year.
    Date,
    /// A date, a quarter or half of a year, or two dates with `/` between them.
    Period,
    /// A moment, to the minute or finer, with its distance from UTC.
    Moment,
    /// An address on the web, `https://` or `http://`.
    Link,
    /// An address for mail.
    Mail,
    /// A whole number from 0 to 2^53 − 1.
    Count,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A part with fields of its own.
    Part(&'static Group),
    /// A whole record of the kind that the field `record` beside it names.
    Record,
}

impl Field {
    /// A field that stands at most once.
    pub const fn new(number: u32, name: &'static str, holds: Holds, label: [&'static str; 2]) -> Field {
        let [en, fr] = label;
        Field {
            number,
            name,
            label: Label { en, fr },
            holds,
            times: Times::Optional,
        }
    }

    /// The same, but it must stand.
    pub const fn required(self) -> Field {
        Field {
            times: Times::Required,
            ..self
        }
    }

    /// The same, as a list of at most so many.
    pub const fn list(self, most: usize) -> Field {
        self.lists(0, most)
    }

    /// The same, as a list of at least and at most so many.
    pub const fn lists(self, least: usize, most: usize) -> Field {
        Field {
            times: Times::List(least, most),
            ..self
        }
    }

    /// The values of this field in an object: none, one, or those of a list.
    pub fn values<'v>(&self, object: &'v Value) -> &'v [Value] {
        match object.get(self.name) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(items)) if matches!(self.times, Times::List(..)) => items,
            Some(value) => std::slice::from_ref(value),
        }
    }
}
