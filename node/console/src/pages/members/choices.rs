//! What the map can be coloured by: what the catalogues of the secretariat list, and the topics on which there are records.

use liaison_api::model::{RecordQuery, RecordStatus, Reference, SearchQuery, Status};
use liaison_protocol::charter::Standing;
use liaison_records::language::in_language;
use liaison_records::text::visible;
use liaison_records::topics::{Topic, topics};
use serde_json::Value;

use super::by::By;
use super::told::find;
use crate::fault::Fault;
use crate::language::Language;
use crate::reader::Reader;
use crate::show::brief::{cut, json, title};
use crate::show::order;

/// Records of a catalogue that are offered.
const LISTED: usize = 100;
/// Provisions that are offered, of all standards together.
const PROVISIONS: usize = 400;
/// Characters of an option.
const SHOWN: usize = 70;

/// Options under one heading.
pub(super) struct Group {
    pub(super) label: String,
    pub(super) choices: Vec<Choice>,
}

/// One option.
pub(super) struct Choice {
    /// What `by` says.
    pub(super) value: String,
    pub(super) label: String,
    /// The language of the label, where it is not the page's.
    pub(super) language: Option<String>,
}

/// All that can be chosen.
pub(super) struct Choices(pub(super) Vec<Group>);

impl Choices {
    /// Asks the node for what there is.
    pub(super) async fn of(reader: &Reader, status: &Status) -> Result<Choices, Fault> {
        let t = reader.t;
        let indicators = catalogue(reader, status, "indicator").await?;
        let standards = catalogue(reader, status, "standard").await?;
        let provisions = provisions(&standards, reader.language());
        let groups = [
            (t.say("members-by-topic"), topics_with_records(reader).await?),
            (t.say("members-by-indicator"), choices("indicator", indicators)),
            (t.say("members-by-standard"), choices("standard", standards)),
            (t.say("members-by-provision"), provisions),
        ];
        let groups = groups.into_iter().map(|(label, choices)| Group {
            label: label.into_owned(),
            choices,
        });
        Ok(Choices(
            groups.filter(|group| !group.choices.is_empty()).collect(),
        ))
    }

    /// The option that is chosen.
    pub(super) fn chosen(&self, by: &By) -> Option<&Choice> {
        let value = by.written();
        let mut all = self.0.iter().flat_map(|group| &group.choices);
        all.find(|choice| choice.value == value)
    }
}

// A record of a catalogue.
struct Listed {
    slug: String,
    label: String,
    language: Option<String>,
    record: Value,
}

async fn catalogue(reader: &Reader, status: &Status, kind: &str) -> Result<Vec<Listed>, Fault> {
    let Some(secretariat) = status
        .authorities
        .iter()
        .find(|a| a.standing == Standing::Secretariat)
    else {
        return Ok(Vec::new());
    };
    let query = RecordQuery {
        authority: Some(secretariat.authority.clone()),
        kind: Some(kind.to_owned()),
        limit: LISTED,
        ..RecordQuery::default()
    };
    let page = reader.node().records(query).await?;
    let mut listed = Vec::new();
    for record in page
        .records
        .into_iter()
        .filter(|record| record.status == RecordStatus::Current)
    {
        listed.extend(one(reader, record.reference).await?);
    }
    listed.sort_by_key(|one| order::key(&one.label));
    Ok(listed)
}

async fn one(reader: &Reader, reference: Reference) -> Result<Option<Listed>, Fault> {
    let Some(found) = find(reader, &reference).await? else {
        return Ok(None);
    };
    let content = found.content.as_ref();
    let named = title(reference.record.kind(), content, reader.language(), SHOWN);
    Ok(json(content).zip(named).map(|(record, (tag, label))| Listed {
        slug: reference.record.slug().to_owned(),
        label: visible(&label),
        language: foreign(tag, reader.language()),
        record: record.clone(),
    }))
}

fn foreign(tag: Option<&str>, own: &str) -> Option<String> {
    tag.filter(|tag| *tag != own).map(str::to_owned)
}

fn choices(sort: &str, listed: Vec<Listed>) -> Vec<Choice> {
    let choice = |one: Listed| Choice {
        value: format!("{sort}:{}", one.slug),
        label: one.label,
        language: one.language,
    };
    listed.into_iter().map(choice).collect()
}

fn provisions(standards: &[Listed], wanted: &str) -> Vec<Choice> {
    let of_each = standards.iter().flat_map(|standard| {
        let provisions = standard.record["provisions"].as_array().into_iter().flatten();
        provisions.filter_map(|provision| {
            let id = provision["id"].as_str()?;
            // What names no provision would be refused when it is chosen.
            By::read(&format!("standard:{id}")).ok()?;
            let (tag, title) = in_language(&provision["title"], wanted)?;
            Some(Choice {
                value: format!("standard:{id}"),
                label: visible(&format!("{id} {}", cut(title, SHOWN))),
                language: foreign(Some(tag), wanted),
            })
        })
    });
    of_each.take(PROVISIONS).collect()
}

// Topics on which there is at least one mode of operation; all of them while the search does not know it.
async fn topics_with_records(reader: &Reader) -> Result<Vec<Choice>, Fault> {
    let query = SearchQuery {
        kind: Some("operation".to_owned()),
        language: reader.language().to_owned(),
        limit: 1,
        ..SearchQuery::default()
    };
    let used = reader.node().search(query).await?.facets.topic;
    let has_records = |topic: &&Topic| used.is_empty() || used.iter().any(|facet| facet.value == topic.id);
    let mut offered: Vec<&Topic> = topics().iter().filter(has_records).collect();
    offered.sort_by_key(|topic| order::key(topic_name(topic, reader.t.language)));
    let choice = |topic: &Topic| Choice {
        value: format!("topic:{}", topic.id),
        label: topic_name(topic, reader.t.language).to_owned(),
        language: None,
    };
    Ok(offered.into_iter().map(choice).collect())
}

/// What a topic is called.
pub(super) fn topic_name(topic: &Topic, language: Language) -> &str {
    match language {
        Language::English => &topic.name_en,
        Language::French => &topic.name_fr,
    }
}
