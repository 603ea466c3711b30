//! Topics: forms of crime and matters of policing by stable ids, with their labels.

use std::sync::OnceLock;

use serde::Deserialize;

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
    fn the_nearest_topic_is_named() {
        assert_eq!(nearest("body-cameras"), "body-worn-cameras");
        assert_eq!(nearest("firearm-use"), "firearms-use");
    }
}
