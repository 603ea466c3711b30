//! What of a record can be found: its words in all languages, and what it is filtered by.

use std::collections::BTreeSet;

use liaison_records::kinds::kind;
use liaison_records::leaves::{Leaf, leaves};
use liaison_records::schema::{Holds, SlugRule};
use liaison_records::topics::{Topic, topic};
use liaison_records::{heading, years};
use serde_json::Value;
use tantivy::TantivyDocument;

use super::Name;
use super::language::{has_stems, stem};
use super::schema::{Fields, PENDING};
use super::words::{fold, words};

/// Words of one record that are indexed: what comes after is not found.
const WORDS_MAX: usize = 200_000;

/// A record as it stands, for the index.
#[derive(Debug, Clone)]
pub struct Document {
    /// Which record.
    pub name: Name,
    /// What it holds; none where its payload is not here.
    pub content: Option<Value>,
    /// Whether the payload is awaited.
    pub pending: bool,
    /// Ids of the keys that signed it, and the functions in their mandates.
    pub signers: Vec<String>,
}

/// Text in a language; none for what is in no language of its own.
pub(crate) type Text<'v> = (Option<&'v str>, &'v str);

impl Document {
    pub(crate) fn build(&self, fields: &Fields) -> TantivyDocument {
        let (code, name) = &self.name;
        let mut built = Built {
            fields,
            document: TantivyDocument::new(),
            words: 0,
        };
        let document = &mut built.document;
        document.add_text(fields.reference, format!("{code}/{name}"));
        document.add_text(fields.authority, code.as_str());
        document.add_text(fields.kind, name.kind());
        for signer in &self.signers {
            document.add_text(fields.signer, fold(signer));
        }
        if self.pending {
            document.add_text(fields.state, PENDING);
        }
        built.words((None, name.slug()));
        let nothing = Value::Null;
        let content = self.content.as_ref().unwrap_or(&nothing);
        let Some(kind) = kind(name.kind()) else {
            strings(content, &mut |text| built.words((None, text)));
            return built.document;
        };
        let said = leaves(kind, content);
        for (_, text) in heading(kind, content) {
            built.add(fields.heading, words(text).into_iter().map(|word| word.folded));
        }
        for text in said.iter().flat_map(texts) {
            built.words(text);
        }
        let mut topics: BTreeSet<&Topic> = lines(&said, |holds| matches!(holds, Holds::Topic))
            .filter_map(topic)
            .collect();
        topics.extend(
            Some(name.slug())
                .filter(|_| kind.slug == SlugRule::Topic)
                .and_then(topic),
        );
        for topic in topics {
            built.topic(topic);
        }
        let mut provisions: BTreeSet<&str> =
            lines(&said, |holds| matches!(holds, Holds::Provision)).collect();
        provisions.extend(Some(name.slug()).filter(|_| kind.name == "standard"));
        let standards = provisions.iter().filter_map(|id| id.split(':').next());
        for id in provisions
            .iter()
            .copied()
            .chain(standards)
            .collect::<BTreeSet<_>>()
        {
            built.document.add_text(fields.standard, id);
        }
        for year in years(&said) {
            built.document.add_u64(fields.year, year.into());
        }
        built.document
    }
}

/// What a leaf says in words, by language.
pub(crate) fn texts<'v>(leaf: &Leaf<'v>) -> Vec<Text<'v>> {
    let value = leaf.value;
    match leaf.field.map(|field| field.holds) {
        Some(Holds::Text(_)) => {
            let texts = value.as_object().into_iter().flatten();
            texts
                .filter_map(|(tag, text)| Some((Some(tag.as_str()), text.as_str()?)))
                .collect()
        }
        Some(Holds::Line(_) | Holds::Word(_) | Holds::Authority | Holds::Slug | Holds::Provision) => {
            let items = value
                .as_array()
                .map_or(std::slice::from_ref(value), Vec::as_slice);
            items
                .iter()
                .filter_map(|item| Some((None, item.as_str()?)))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn lines<'v>(said: &[Leaf<'v>], holds: impl Fn(Holds) -> bool) -> impl Iterator<Item = &'v str> {
    let of = said
        .iter()
        .filter(move |leaf| leaf.field.is_some_and(|field| holds(field.holds)));
    of.map(|leaf| leaf.value)
        .flat_map(|value| {
            value
                .as_array()
                .map_or(std::slice::from_ref(value), Vec::as_slice)
        })
        .filter_map(Value::as_str)
}

// Every text in a record of no known kind.
fn strings<'v>(value: &'v Value, take: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => take(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, take)),
        Value::Object(members) => members.values().for_each(|member| strings(member, take)),
        _ => {}
    }
}

struct Built<'f> {
    fields: &'f Fields,
    document: TantivyDocument,
    words: usize,
}

impl Built<'_> {
    fn words(&mut self, (language, text): Text<'_>) {
        let mut found = words(text);
        found.truncate(WORDS_MAX.saturating_sub(self.words));
        self.words += found.len();
        let fields = self.fields;
        match language.filter(|tag| has_stems(tag)) {
            Some(tag) => {
                let stems = found.iter().filter_map(|word| stem(tag, word.written));
                self.add(fields.stems, stems);
            }
            None => self.add(fields.beginnings, found.iter().map(|word| &word.folded)),
        }
        self.add(fields.words, found.iter().map(|word| &word.folded));
    }

    fn add(&mut self, field: tantivy::schema::Field, words: impl Iterator<Item = impl AsRef<str>>) {
        let mut joined = String::new();
        for word in words {
            joined.push_str(word.as_ref());
            joined.push(' ');
        }
        if !joined.is_empty() {
            self.document.add_text(field, joined);
        }
    }

    // A record is found by what its topics are called, and listed under those that they are part of.
    fn topic(&mut self, found: &'static Topic) {
        self.words((Some("en"), &found.name_en));
        self.words((Some("fr"), &found.name_fr));
        self.words((None, &found.id));
        let mut at = Some(found);
        while let Some(topic) = at {
            self.document.add_text(self.fields.topic, &topic.id);
            at = topic.parent.as_deref().and_then(liaison_records::topics::topic);
        }
    }
}
