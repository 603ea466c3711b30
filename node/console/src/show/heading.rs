//! What a record is called: by its title or name, else by what it is about.

use liaison_api::model::{Content, Data, Reference};
use liaison_records::{heading_in, kinds, topics};
use serde_json::Value;

use super::Said;
use super::said::cut;
use crate::reader::Reader;

/// Characters of another record's title.
const TITLE: usize = 300;

/// What a record is called on this reader's pages; its reference where it says nothing of the kind, or is not here.
pub(crate) async fn of(reader: &Reader, reference: &Reference, content: Option<&Content>) -> Said {
    let record = content.and_then(|content| match &content.data {
        Data::Json(record) => Some(record),
        Data::Base64(_) => None,
    });
    let titled =
        record.and_then(|record| Said::heading_of(reference.record.kind(), record, reader.language()));
    match titled {
        Some(said) => said,
        None => by_matter(reader, reference, record.unwrap_or(&Value::Null)).await,
    }
}

async fn by_matter(reader: &Reader, reference: &Reference, record: &Value) -> Said {
    let (t, slug) = (reader.t, reference.record.slug());
    let author = reference.authority.as_str();
    let ours = |text: &str| Said::of(reader.language(), text);
    match reference.record.kind() {
        "operation" => match topics::topic(slug) {
            Some(topic) => ours(t.topic(topic)),
            None => Said::plain(&reference.to_string()),
        },
        "series" => match record["indicator"].as_str() {
            Some(indicator) => ours(&title(reader, indicator).await),
            None => Said::plain(&reference.to_string()),
        },
        "implementation" => Said::plain(slug),
        "answer" => match record["study"].as_str() {
            Some(study) => {
                let study = title(reader, study).await;
                let territory = record["territory"].as_str().map(|named| cut(named, TITLE));
                let author = territory.map_or(author.to_owned(), |named| format!("{author} ({named})"));
                ours(&t.fill("name-answer", [("authority", author), ("study", study)]))
            }
            None => Said::plain(&reference.to_string()),
        },
        "contribution" => match record["answers"].as_str() {
            Some(answered) => {
                let answered = title(reader, answered).await;
                ours(&t.fill(
                    "name-contribution",
                    [("authority", author), ("answered", answered.as_str())],
                ))
            }
            None => Said::plain(&reference.to_string()),
        },
        "suggestion" => match (record["authority"].as_str(), record["record"].as_str()) {
            (Some(to), Some(suggested)) => {
                let values = [("to", to), ("record", suggested)];
                ours(&t.fill(
                    "name-suggestion",
                    values.map(|(name, text)| (name, cut(text, TITLE))),
                ))
            }
            _ => Said::plain(&reference.to_string()),
        },
        _ => Said::plain(&reference.to_string()),
    }
}

// The title of another record; the text that names it where it has none, or is not here.
async fn title(reader: &Reader, named: &str) -> String {
    let as_named = || cut(named, TITLE).into_owned();
    let Ok(reference) = named.parse::<Reference>() else {
        return as_named();
    };
    let Some(kind) = kinds::kind(reference.record.kind()) else {
        return as_named();
    };
    // A page is not given up because a title is missing.
    let found = reader.node().record(reference, None).await.ok();
    let content = found.and_then(|record| record.content);
    let title = content.and_then(|content| match &content.data {
        Data::Json(record) => {
            heading_in(kind, record, reader.language()).map(|(_, title)| cut(title, TITLE).into_owned())
        }
        Data::Base64(_) => None,
    });
    title.unwrap_or_else(as_named)
}
