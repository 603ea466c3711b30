//! The sections of a profile: which records stand in them, called what, in which groups.

use std::collections::BTreeMap;

use liaison_api::model::Record;
use liaison_protocol::Code;
use liaison_records::language::in_language;
use liaison_records::text::visible;
use liaison_records::topics::topic;
use serde_json::Value;

use super::facts::topic_name;
use super::lists::{List, Named, list};
use super::plans::{
    ANSWERS, CONTROL, CORRESPONDENTS, EVENTS, FINDINGS, IMPLEMENTATIONS, OPERATIONS, PRACTICES, Plan,
    SERVICES,
};
use super::room::Room;
use super::row::{Called, Row};
use super::tree::tree;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::Said;
use crate::show::brief::{cut, json, title};
use crate::show::order;
use crate::texts::Texts;

/// Characters of a title.
const TITLE: usize = 160;

/// One section of a profile.
pub(super) struct Section {
    /// Its place in the page.
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) groups: Vec<Group>,
    /// The way to all of its records; none where all are shown.
    pub(super) all: Option<All>,
}

/// The way to all records of a kind.
pub(super) struct All {
    pub(super) path: String,
    pub(super) label: String,
}

/// Rows under one heading.
pub(super) struct Group {
    pub(super) title: Option<String>,
    pub(super) rows: Vec<Row>,
}

/// What sections are made from.
pub(super) struct Maker<'r> {
    pub(super) reader: &'r Reader,
    pub(super) authority: &'r Code,
    /// Whose catalogue of standards names the provisions.
    pub(super) secretariat: Option<&'r Code>,
    /// How many records of each kind there are, as far as they can be found.
    pub(super) counts: &'r BTreeMap<String, u64>,
    pub(super) room: Room,
    pub(super) named: Named,
}

impl Maker<'_> {
    fn t(&self) -> Texts {
        self.reader.t
    }

    async fn list(&self, plan: &Plan) -> Result<List, Fault> {
        list(self.reader, self.authority, plan.kind).await
    }

    /// The way to all records of a kind.
    pub(super) fn all(&self, kind: &str) -> All {
        let t = self.reader.t;
        let label = match self.counts.get(kind) {
            Some(count) => t.count("profile-all", *count),
            None => t.say("profile-all-uncounted"),
        };
        All {
            path: all_of(self.authority, kind),
            label: label.into_owned(),
        }
    }

    fn section(
        &mut self,
        id: &'static str,
        title: &str,
        plan: &Plan,
        groups: Vec<Group>,
        more: bool,
    ) -> Section {
        let mut more = more;
        let mut fitting = Vec::new();
        for Group { title, rows } in groups {
            let (rows, is_all) = self.room.fit(rows);
            more |= !is_all;
            if !rows.is_empty() {
                fitting.push(Group { title, rows });
            }
        }
        Section {
            id,
            title: title.to_owned(),
            groups: fitting,
            all: more.then(|| self.all(plan.kind)),
        }
    }

    /// Police services, each under the one that it is part of.
    pub(super) async fn organisation(&mut self) -> Result<Section, Fault> {
        let t = self.t();
        let List { records, more } = self.list(&SERVICES).await?;
        let rows = records.iter().map(|record| {
            let parent = field(record, "parent").as_str().map(str::to_owned);
            let row = Row::of(t, record, Called::Itself, SERVICES.fields);
            (record.reference.record.slug().to_owned(), parent, row)
        });
        let groups = vec![Group {
            title: None,
            rows: tree(rows.collect()),
        }];
        Ok(self.section(
            "organisation",
            &t.say("profile-organisation"),
            &SERVICES,
            groups,
            more,
        ))
    }

    /// Modes of operation, under the topics that theirs are part of.
    pub(super) async fn operation(&mut self) -> Result<Section, Fault> {
        let t = self.t();
        let List { records, more } = self.list(&OPERATIONS).await?;
        let rows = records.iter().map(|record| {
            let id = record.reference.record.slug();
            let name = topic_name(t, id);
            let whole = topic(id).and_then(|topic| topic.parent.as_deref());
            let whole = whole.map_or_else(
                || t.say("profile-policing").into_owned(),
                |whole| topic_name(t, whole),
            );
            (
                whole,
                Row::of(t, record, Called::So(Said::plain(&name), name), OPERATIONS.fields),
            )
        });
        let groups = grouped(rows);
        Ok(self.section(
            "operation",
            &t.say("profile-operation"),
            &OPERATIONS,
            groups,
            more,
        ))
    }

    /// Control bodies, internal and external.
    pub(super) async fn control(&mut self) -> Result<Section, Fault> {
        let t = self.t();
        let List { records, more } = self.list(&CONTROL).await?;
        let rows = records.iter().map(|record| {
            let side = match field(record, "side").as_str() {
                Some("internal") => t.say("profile-internal"),
                Some("external") => t.say("profile-external"),
                _ => t.say("profile-other-side"),
            };
            (
                side.into_owned(),
                Row::of(t, record, Called::Itself, CONTROL.fields),
            )
        });
        let groups = grouped(rows);
        Ok(self.section("control", &t.say("profile-control"), &CONTROL, groups, more))
    }

    /// How far standards are implemented, by standard.
    pub(super) async fn standards(&mut self) -> Result<Section, Fault> {
        let t = self.t();
        let List { records, more } = self.list(&IMPLEMENTATIONS).await?;
        let mut rows = Vec::new();
        for record in &records {
            let id = record.reference.record.slug();
            let (standard, said, plain) = self.provision(id).await?;
            rows.push((
                standard,
                Row::of(t, record, Called::So(said, plain), IMPLEMENTATIONS.fields),
            ));
        }
        let groups = grouped(rows.into_iter());
        Ok(self.section(
            "standards",
            &t.say("profile-standards"),
            &IMPLEMENTATIONS,
            groups,
            more,
        ))
    }

    // What a standard and a provision of it are called in the catalogue.
    async fn provision(&mut self, id: &str) -> Result<(String, Said, String), Fault> {
        let wanted = self.reader.language();
        let slug = id.split(':').next().unwrap_or(id);
        let found = match self.secretariat {
            Some(code) => {
                self.named
                    .find(self.reader, &format!("{code}/standard/{slug}"))
                    .await?
            }
            None => None,
        };
        let content = found.and_then(|found| found.content.as_ref());
        let standard = title("standard", content, wanted, TITLE);
        let standard = standard.map_or_else(|| slug.to_owned(), |(_, text)| visible(&text));
        let provisions = json(content)
            .map(|json| &json["provisions"])
            .and_then(Value::as_array);
        let provision = provisions
            .into_iter()
            .flatten()
            .find(|provision| provision["id"] == id);
        let named = provision.and_then(|provision| in_language(&provision["title"], wanted));
        Ok(match named {
            Some((tag, text)) => {
                let text = format!("{id} {}", cut(text, TITLE));
                (standard, Said::of(tag, &text), visible(&text))
            }
            None => (standard, Said::plain(id), id.to_owned()),
        })
    }

    /// Answers to studies.
    pub(super) async fn studies(&mut self) -> Result<Section, Fault> {
        let t = self.t();
        let List { records, more } = self.list(&ANSWERS).await?;
        let mut rows = Vec::new();
        for record in &records {
            let name = field(record, "study").as_str().unwrap_or_default();
            let study = self.named.find(self.reader, name).await?;
            let content = study.and_then(|study| study.content.as_ref());
            let called = match title("study", content, t.language.tag(), TITLE) {
                Some((tag, text)) => Called::So(crate::show::brief::said(tag, &text), visible(&text)),
                None => Called::Itself,
            };
            rows.push(Row::of(t, record, called, ANSWERS.fields));
        }
        let groups = vec![Group { title: None, rows }];
        Ok(self.section("studies", &t.say("profile-studies"), &ANSWERS, groups, more))
    }

    /// Persons to turn to: no more than their records say.
    pub(super) async fn correspondents(&mut self) -> Result<Section, Fault> {
        let title = self.t().say("profile-correspondents");
        self.plain("correspondents", &title, &CORRESPONDENTS).await
    }

    /// Good practices.
    pub(super) async fn practices(&mut self) -> Result<Section, Fault> {
        let title = self.t().say("profile-practices");
        self.plain("practices", &title, &PRACTICES).await
    }

    /// Judgments and recommendations.
    pub(super) async fn findings(&mut self) -> Result<Section, Fault> {
        let title = self.t().say("profile-findings");
        self.plain("findings", &title, &FINDINGS).await
    }

    /// Conferences and meetings.
    pub(super) async fn events(&mut self) -> Result<Section, Fault> {
        let title = self.t().say("profile-events");
        self.plain("events", &title, &EVENTS).await
    }

    async fn plain(&mut self, id: &'static str, title: &str, plan: &Plan) -> Result<Section, Fault> {
        let t = self.t();
        let List { records, more } = self.list(plan).await?;
        let rows = records
            .iter()
            .map(|record| Row::of(t, record, Called::Itself, plan.fields));
        let groups = vec![Group {
            title: None,
            rows: rows.collect(),
        }];
        Ok(self.section(id, title, plan, groups, more))
    }
}

impl Section {
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

/// Where all records of a kind are found.
pub(super) fn all_of(authority: &Code, kind: &str) -> String {
    format!("/search?authority={authority}&kind={kind}")
}

/// A field of a record's content.
pub(super) fn field<'r>(record: &'r Record, name: &str) -> &'r Value {
    json(record.content.as_ref()).map_or(&Value::Null, |json| &json[name])
}

// Rows under their headings, in the order of these.
fn grouped(rows: impl Iterator<Item = (String, Row)>) -> Vec<Group> {
    let mut groups: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
    for (heading, row) in rows {
        groups
            .entry((order::key(&heading), heading))
            .or_default()
            .push(row);
    }
    let groups = groups.into_iter().map(|((_, heading), rows)| Group {
        title: Some(heading),
        rows,
    });
    groups.collect()
}
