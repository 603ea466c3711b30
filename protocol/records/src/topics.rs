//! Topics: forms of crime and matters of policing by stable ids, with their labels.

use std::sync::OnceLock;

use liaison_protocol::update::RecordName;
use serde::Deserialize;
use serde_json::Value;

use crate::kinds;
use crate::leaves::leaves;
use crate::schema::{Holds, SlugRule};

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Topic {
    /// Its id.
    pub id: String,
    /// `crime-section`, `crime-area` or `policing-topic`.
    pub kind: String,
    /// What it is called in English.
    pub name_en: String,
    /// What it is called in French.
    pub name_fr: String,
    /// The topic that it is part of.
    pub parent: Option<String>,
}

#[derive(Deserialize)]
struct File {
    areas: Vec<Topic>,
}

/// All topics.
pub fn topics() -> &'static [Topic] {
    static TOPICS: OnceLock<Vec<Topic>> = OnceLock::new();
    TOPICS.get_or_init(|| {
        let file = serde_json::from_str::<File>(include_str!("../data/crime_areas.json"));
        // A test reads them.
        file.map(|file| file.areas).unwrap_or_default()
    })
}

/// The topic of an id.
pub fn topic(id: &str) -> Option<&'static Topic> {
    topics().iter().find(|topic| topic.id == id)
}

/// Whether a record is on a topic or one that is part of it, the record within it included.
pub fn is_on(record: &RecordName, content: &Value, whole: &str) -> bool {
    let Some(kind) = kinds::kind(record.kind()) else {
        return false;
    };
    let said = leaves(kind, content);
    let said = said
        .iter()
        .filter(|leaf| leaf.field.is_some_and(|f| matches!(f.holds, Holds::Topic)));
    let ids = said.flat_map(|leaf| match leaf.value {
        Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
        id => Vec::from_iter(id.as_str()),
    });
    let own = Some(record.slug()).filter(|_| kind.slug == SlugRule::Topic);
    ids.chain(own).any(|id| is_part(id, whole))
}

// Whether a topic is another or part of it.
fn is_part(id: &str, whole: &str) -> bool {
    let above = std::iter::successors(topic(id), |part| topic(part.parent.as_deref()?));
    above.take(topics().len()).any(|topic| topic.id == whole)
}

/// The id that is most like what was written.
pub fn nearest(written: &str) -> &'static str {
    crate::nearest(written, topics().iter().map(|topic| topic.id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_have_ids_of_their_own_and_parents_that_exist() {
        assert_eq!(topics().len(), 73);
        let mut ids: Vec<&str> = topics().iter().map(|topic| topic.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), topics().len());
        let parents = topics().iter().filter_map(|topic| topic.parent.as_deref());
        assert!(parents.into_iter().all(|parent| topic(parent).is_some()));
    }

    #[test]
    fn a_record_is_on_its_topics_and_on_those_that_they_are_part_of() {
        let part = topics().iter().find(|topic| topic.parent.is_some()).unwrap();
        let whole = part.parent.as_deref().unwrap();
        let practice: RecordName = "practice/a".parse().unwrap();
        let content = serde_json::json!({"about": {"topics": [part.id]}});
        assert!(is_on(&practice, &content, &part.id) && is_on(&practice, &content, whole));
        assert!(!is_on(
            &practice,
            &serde_json::json!({"about": {"topics": [whole]}}),
            &part.id
        ));
        assert!(!is_on(&practice, &serde_json::json!({"about": "x"}), whole));
        let operation: RecordName = "operation/firearms-use".parse().unwrap();
        assert!(is_on(&operation, &Value::Null, "firearms-use"));
        assert!(!is_on(&"unknown/a".parse().unwrap(), &content, whole));
    }

    #[test]
    fn the_nearest_topic_is_named() {
        assert_eq!(nearest("body-cameras"), "body-worn-cameras");
        assert_eq!(nearest("firearm-use"), "firearms-use");
    }
}
