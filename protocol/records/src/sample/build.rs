//! What all sample records are built from: texts, sources, ids.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

const NOTICE: [&str; 2] = [
    "Sample data from published sources, to be confirmed by the authority; not its own words.",
    "Données d’exemple tirées de sources publiées, à confirmer par l’autorité ; elles ne sont pas d’elle.",
];

/// Puts a value where one stands; what is null stays away.
pub(super) fn set(record: &mut Value, name: &str, value: Value) {
    let is_empty = match &value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    if !is_empty {
        record[name] = value;
    }
}

/// A text in the languages that stand, each with its tag.
pub(super) fn text<'v>(texts: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Value {
    let texts = texts
        .into_iter()
        .filter_map(|(tag, text)| Some((tag.to_owned(), text.as_str()?.into())));
    Value::Object(texts.collect::<Map<String, Value>>())
}

/// What stands in English and French under one name: `title_en`, `title_fr`.
pub(super) fn both(value: &Value, name: &str) -> Value {
    let (en, fr) = (format!("{name}_en"), format!("{name}_fr"));
    text([("en", &value[en]), ("fr", &value[fr])])
}

/// The record's account of itself, with those of the file's sources that the content names.
pub(super) fn about(content: &Value, sources: &Value) -> Value {
    let mut named = BTreeSet::new();
    cited(content, &mut named);
    about_from(&named, sources)
}

/// The record's account of itself, with those of the file's sources that are named.
pub(super) fn about_from(named: &BTreeSet<&str>, sources: &Value) -> Value {
    let listed = sources.as_array().into_iter().flatten();
    let used = listed.filter(|source| source["id"].as_str().is_some_and(|id| named.contains(id)));
    let mut about = json!({ "language": "en", "disclaimer": { "en": NOTICE[0], "fr": NOTICE[1] } });
    set(&mut about, "sources", used.map(source).collect());
    about
}

// Every source that is named anywhere in a record.
fn cited<'v>(content: &'v Value, named: &mut BTreeSet<&'v str>) {
    match content {
        Value::Array(items) => items.iter().for_each(|item| cited(item, named)),
        Value::Object(members) => {
            named.extend(members.get("source").and_then(Value::as_str));
            members.values().for_each(|member| cited(member, named));
        }
        _ => {}
    }
}

fn source(listed: &Value) -> Value {
    let title: String = listed["title"]
        .as_str()
        .unwrap_or_default()
        .chars()
        .take(500)
        .collect();
    let mut source = json!({ "id": listed["id"], "title": title });
    // One file names a folder of the project itself.
    let link = listed["url"].as_str().filter(|link| link.starts_with("http"));
    set(&mut source, "link", link.into());
    set(&mut source, "published", year(&listed["year"]));
    set(&mut source, "licence", listed["licence"].clone());
    source
}

/// A year or date, which the files hold as a number or as text.
pub(super) fn year(value: &Value) -> Value {
    match value {
        Value::Number(year) => year.to_string().into(),
        other => other.clone(),
    }
}

/// An id from words.
pub(super) fn slug(text: &str) -> String {
    let words = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    let slug: String = slug.chars().take(60).collect();
    match slug.trim_end_matches('-') {
        "" => "unnamed".to_owned(),
        slug => slug.to_owned(),
    }
}

/// The breakdown of a listed value: a part of the population or of the police, or all years up to its period.
pub(super) fn breakdown(listed: &Value) -> Option<&str> {
    let is_total = listed["period"]
        .as_str()
        .is_some_and(|period| period.starts_with("total to"));
    listed["dimension"]
        .as_str()
        .or(is_total.then_some("total to date"))
}
