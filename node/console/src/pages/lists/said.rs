//! What records of many kinds say: topics, disclaimers, documents, links.

use liaison_api::model::{Data, Record};
use serde_json::Value;

use crate::show::Said;
use crate::texts::Texts;

/// Topics of a record that a list shows.
const TOPICS: usize = 6;
/// Documents of a record that a page shows.
const DOCUMENTS: usize = 20;
/// Characters of a disclaimer.
const DISCLAIMER: usize = 300;
/// Bytes of an address that is linked.
const LINK_MAX: usize = 2_000;

/// What a record holds; null where it is not here, or in a form that this release cannot read.
pub(in crate::pages) fn content(record: &Record) -> &Value {
    match record.content.as_ref().map(|content| &content.data) {
        Some(Data::Json(value)) => value,
        _ => &Value::Null,
    }
}

/// What a record says of itself.
pub(in crate::pages) struct About {
    /// Ids and names.
    pub(in crate::pages) topics: Vec<(String, String)>,
    pub(in crate::pages) disclaimer: Option<Said>,
}

impl About {
    pub(in crate::pages) fn of(content: &Value, t: Texts) -> About {
        let about = &content["about"];
        let topics = about["topics"].as_array().into_iter().flatten();
        let known = topics
            .filter_map(Value::as_str)
            .filter(|id| liaison_records::topics::topic(id).is_some());
        let named = known.take(TOPICS).map(|id| (id.to_owned(), t.topic_name(id)));
        let disclaimer = Said::texts(&about["disclaimer"], t.language.tag());
        About {
            topics: named.collect(),
            disclaimer: disclaimer.map(|said| said.at_most(DISCLAIMER)),
        }
    }
}

/// Titles of the documents that a record names, with the addresses that can be followed.
pub(in crate::pages) fn documents(content: &Value, language: &str) -> Vec<(Said, Option<String>)> {
    let listed = content["documents"].as_array().into_iter().flatten();
    let document = |document: &Value| {
        let link = web_link(&document["link"]);
        let title = Said::texts(&document["title"], language).map(Said::short);
        Some((title.or_else(|| Some(Said::plain(link.as_deref()?)))?, link))
    };
    listed.filter_map(document).take(DOCUMENTS).collect()
}

/// An address on the web that a record names and that a reader may follow.
pub(in crate::pages) fn web_link(value: &Value) -> Option<String> {
    let link = value.as_str()?;
    let is_web = link.starts_with("https://") || link.starts_with("http://");
    let is_plain = link.len() <= LINK_MAX && link.bytes().all(|b| b.is_ascii_graphic());
    (is_web && is_plain).then(|| link.to_owned())
}

/// A word that a record holds, cut where it is none of a list.
pub(in crate::pages) fn word(word: &str) -> String {
    crate::show::clip(&liaison_records::text::visible(word), 60)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::language::Language;

    #[test]
    fn nothing_but_the_web_is_linked() {
        let followed = |link: &str| web_link(&json!(link)).is_some();
        assert!(followed("https://example.org/a?b=1"));
        for foreign in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.org",
            "https://a b",
            "",
        ] {
            assert!(!followed(foreign), "{foreign}");
        }
        assert_eq!(web_link(&Value::Null), None);
    }

    #[test]
    fn what_a_record_says_of_itself_is_told_as_far_as_it_makes_sense() {
        let content = json!({
            "about": {"topics": ["custody", "no-topic", 7], "disclaimer": {"fr": "Essai"}},
            "documents": [{"title": {"en": "Plan"}, "link": "javascript:x"}, {"link": "https://example.org/a"}, 3],
        });
        let about = About::of(&content, Texts::of(Language::English));
        assert_eq!(about.topics.len(), 1);
        assert_eq!(about.disclaimer, Some(Said::of("fr", "Essai")));
        let documents = documents(&content, "en");
        assert_eq!(documents[0], (Said::of("en", "Plan"), None));
        assert_eq!(documents.len(), 2);
        assert!(
            About::of(&Value::Null, Texts::of(Language::English))
                .topics
                .is_empty()
        );
    }
}
