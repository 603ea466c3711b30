//! A record as feeds show it: text that can do nothing where it is read, in the language that is wanted.

use std::borrow::Cow;

use liaison_records::kinds;
use liaison_records::language::{in_language, is_language};
use liaison_records::leaves::leaves;
use liaison_records::schema::{Holds, Kind};
use liaison_records::text::{visible, visible_lines};
use liaison_records::topics;
use serde_json::Value;

use crate::model::{Data, Network, Record};

/// Characters of an entry's text: a feed tells that there is something new, the record stands in the network.
const TEXT_MAX: usize = 4000;
/// Characters of a title or a place.
const LINE_MAX: usize = 300;
/// Sources of one entry.
const SOURCES_MAX: usize = 20;
/// Topics of one entry.
const TOPICS_MAX: usize = 40;

/// A record as an entry of a feed.
pub(super) struct Item<'r> {
    pub(super) record: &'r Record,
    pub(super) kind: &'static Kind,
    pub(super) content: &'r Value,
    /// Stays the same as long as there is the record, at every node.
    pub(super) id: String,
    language: &'r str,
}

impl<'r> Item<'r> {
    /// None when the record's content is not here, or is in no form that this release reads.
    pub(super) fn new(network: &Network, record: &'r Record, language: &'r str) -> Option<Item<'r>> {
        let kind = kinds::kind(record.reference.record.kind())?;
        let content = record.content.as_ref()?;
        let Data::Json(content) = &content.data else {
            return None;
        };
        Some(Item {
            record,
            kind,
            content,
            id: format!("urn:liaison:record:{}:{}", network.network, record.reference),
            language,
        })
    }

    /// Its title, else its reference, and the language of the title.
    pub(super) fn title(&self) -> (String, Option<String>) {
        match self.localised("title") {
            Some((text, tag)) => (line(text), Some(tag.to_owned()).filter(|tag| is_language(tag))),
            None => (self.record.reference.to_string(), None),
        }
    }

    /// A localised line of the record, if it has it.
    pub(super) fn line(&self, field: &str) -> Option<String> {
        self.localised(field).map(|(text, _)| line(text))
    }

    /// All that the record says, a line a field; then its sources, its disclaimer, its name and who may read it.
    pub(super) fn body(&self) -> String {
        let said = leaves(self.kind, self.content);
        let said = said.iter().filter(|leaf| {
            // Sources stand by their titles below.
            let is_source = matches!(leaf.field.map(|field| field.holds), Some(Holds::Source));
            leaf.path != "title" && !leaf.path.starts_with("about.") && !is_source
        });
        let said = said.map(|leaf| {
            let label = leaf.field.map(|field| field.label);
            let label = label.map(|label| if self.is_french() { label.fr } else { label.en });
            let label = label.unwrap_or(&leaf.path);
            format!("{label}: {}\n", leaf.text(self.language))
        });
        let mut text = lines(&said.collect::<String>());
        let about = &self.content["about"];
        for source in sources(about) {
            text.push_str(&format!("\nSource: {source}"));
        }
        if let Some((_, disclaimer)) = in_language(&about["disclaimer"], self.language) {
            text.push_str(&format!("\n\n{}", lines(disclaimer)));
        }
        if self.record.disputed {
            text.push_str("\n\nDisputed: a signer's key is said to have been compromised by then.");
        }
        if let Some(day) = &self.record.stale_since {
            text.push_str(&format!("\n\nStale: its review is overdue since {}.", line(day)));
        }
        text.push_str(&format!(
            "\n\n{}  {}",
            self.record.reference, self.record.audience
        ));
        text
    }

    /// The topics that it is on: their ids, and their names.
    pub(super) fn topics(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let ids = self.content["about"]["topics"].as_array().into_iter().flatten();
        let known = ids.filter_map(|id| topics::topic(id.as_str()?));
        let is_french = self.is_french();
        known.take(TOPICS_MAX).map(move |topic| {
            let name = if is_french { &topic.name_fr } else { &topic.name_en };
            (topic.id.as_str(), name.as_str())
        })
    }

    /// Where it says more about itself, on the web and nowhere else.
    pub(super) fn link(&self) -> Option<&'r str> {
        let link = self.content["link"].as_str()?;
        let is_web = link.starts_with("https://") || link.starts_with("http://");
        let is_plain = link.chars().all(|c| c.is_ascii_graphic());
        Some(link).filter(|link| is_web && is_plain && link.len() <= 2000)
    }

    fn localised(&self, field: &str) -> Option<(&'r str, &'r str)> {
        in_language(&self.content[field], self.language).map(|(tag, text)| (text, tag))
    }

    fn is_french(&self) -> bool {
        self.language == "fr" || self.language.starts_with("fr-")
    }
}

// Titles and addresses of the sources.
fn sources(about: &Value) -> impl Iterator<Item = String> {
    let listed = about["sources"].as_array().into_iter().flatten();
    let told = listed.take(SOURCES_MAX).map(|source| {
        let parts = [&source["title"], &source["link"]].into_iter();
        let parts: Vec<String> = parts.filter_map(Value::as_str).map(line).collect();
        parts.join(", ")
    });
    told.filter(|source| !source.is_empty())
}

// Nothing of it hides, moves or ends what is around it, and all of it may stand in XML.
fn line(text: &str) -> String {
    in_xml(&visible(&clipped(text, LINE_MAX)))
}

// The same with its line breaks.
fn lines(text: &str) -> String {
    let shown = visible_lines(&clipped(text, TEXT_MAX), "");
    in_xml(shown.trim_end())
}

/// Without the two characters that may not stand in XML and that [`visible`] leaves.
pub(super) fn in_xml(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn clipped(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{} …", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}
