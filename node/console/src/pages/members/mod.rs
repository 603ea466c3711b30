//! `GET /members?by=…`: the member States on a map and in a table, coloured by what is asked.

mod by;
mod choices;
mod classes;
mod map;
mod names;
mod told;
mod wording;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use liaison_api::model::{AuthorityStatus, Reference, Status};
use liaison_protocol::Code;
use liaison_protocol::charter::{Condition, Standing};
use serde::Deserialize;
use serde_json::Value;

use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::show::brief::{brief, json};
use crate::show::{Provenance, Said, order};
use crate::texts::Texts;
use by::By;
use choices::Choices;
use classes::{Class, Key, Mark, divide};
use map::Shape;
pub(super) use names::Name;
pub(super) use told::find;
use told::{Told, told};
use wording::{columns, otherwise, shown, words};
pub(super) use wording::{condition, standing};

/// Characters of a note on what is shown.
const NOTE: usize = 1000;
/// Disclaimers that are shown, where authors say several.
const DISCLAIMERS: usize = 3;

#[derive(Deserialize)]
pub(super) struct Asked {
    by: Option<String>,
}

#[derive(Template)]
#[template(path = "members.html")]
struct MembersPage {
    frame: Frame,
    /// What `by` says.
    by: String,
    choices: Choices,
    is_offered: bool,
    shown: Said,
    notes: Vec<Said>,
    disclaimers: Vec<Said>,
    /// The heading of the value's column, and of the one beside it.
    columns: [String; 2],
    classes: Vec<Class>,
    patterns: Vec<Mark>,
    context: Vec<&'static Shape>,
    drawn: Vec<Drawn>,
    rows: Vec<Row>,
    others: Vec<Other>,
}

/// A member State on the map.
struct Drawn {
    shape: &'static Shape,
    /// Its page, where it has one.
    path: Option<String>,
    /// What it is called and what it says.
    label: String,
    pattern: &'static str,
}

/// A member State in the table.
struct Row {
    code: String,
    name: Name,
    path: Option<String>,
    standing: String,
    condition: String,
    told: Told,
    value: Said,
    provenance: Option<Provenance>,
    pattern: &'static str,
}

/// An authority that is no member State.
struct Other {
    code: String,
    name: Said,
    standing: String,
    condition: String,
}

pub(super) async fn page(reader: Reader, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let t = reader.t;
    let by = By::read(asked.by.as_deref().unwrap_or_default())?;
    let status = reader.node().status().await?;
    let choices = Choices::of(&reader, &status).await?;
    let mut rows = rows(&reader, &status, &by).await?;
    rows.sort_by_key(|row| (order::key(&row.name.plain), row.code.clone()));
    let keys: Vec<Key> = rows.iter().map(|row| row.told.key.clone()).collect();
    let (classes, places) = divide(t, &keys, &words(&by), otherwise(t, &by));
    for (row, place) in rows.iter_mut().zip(places) {
        row.pattern = classes[place].mark.id;
    }
    html(&MembersPage {
        by: by.written(),
        is_offered: by == By::Participation || choices.chosen(&by).is_some(),
        shown: shown(t, &by, &choices),
        notes: notes(&reader, &status, &by).await?,
        disclaimers: disclaimers(&rows, reader.language()),
        columns: columns(t, &by),
        patterns: patterns(&classes),
        context: map::context().collect(),
        drawn: drawn(&rows),
        others: others(&reader, &status).await?,
        frame: reader.frame_of(&status, Section::Members, t.say("section-members")),
        choices,
        classes,
        rows,
    })
}

// The members of the charter, and those States on the map that it does not name.
async fn rows(reader: &Reader, status: &Status, by: &By) -> Result<Vec<Row>, Fault> {
    let t = reader.t;
    let members = || {
        status
            .authorities
            .iter()
            .filter(|a| a.standing == Standing::Member)
    };
    let mut rows = Vec::new();
    for member in members() {
        let name = Name::of(reader, &member.authority).await?;
        let told = match by {
            By::Participation => takes_part(t, member),
            by => told(reader, by, &member.authority).await?,
        };
        rows.push(Row {
            provenance: told
                .record
                .as_ref()
                .map(|record| Provenance::of(t, record, &name.plain)),
            value: Said::plain(&told.text),
            code: member.authority.to_string(),
            name,
            path: Some(format!("/members/{}", member.authority)),
            standing: standing(t, member.standing),
            condition: condition(t, member.condition),
            told,
            pattern: "",
        });
    }
    for shape in map::members().filter(|shape| members().all(|m| m.authority.as_str() != shape.id)) {
        rows.push(Row {
            code: shape.id.clone(),
            name: Name::on_map(shape, reader.t.language),
            path: None,
            standing: String::new(),
            condition: String::new(),
            told: Told::of(Key::Outside, t.say("members-outside")),
            value: Said::plain(&t.say("members-outside")),
            provenance: None,
            pattern: "",
        });
    }
    Ok(rows)
}

fn takes_part(t: Texts, member: &AuthorityStatus) -> Told {
    let word = match (member.condition, member.have) {
        (Condition::Suspended, _) => "suspended",
        (Condition::Withdrawn, _) => "withdrawn",
        (Condition::Good, 0) => "silent",
        (Condition::Good, _) => "good",
    };
    Told {
        when: Some(t.number(member.have)),
        ..Told::of(Key::Word(word.to_owned()), t.word("members-part", word))
    }
}

// What its author says of an indicator: without it figures of different States are misread.
async fn notes(reader: &Reader, status: &Status, by: &By) -> Result<Vec<Said>, Fault> {
    let secretariat = status
        .authorities
        .iter()
        .find(|a| a.standing == Standing::Secretariat);
    let (By::Indicator(series), Some(secretariat)) = (by, secretariat) else {
        return Ok(Vec::new());
    };
    let Ok(record) = format!("indicator/{}", series.slug()).parse() else {
        return Ok(Vec::new());
    };
    let reference = Reference {
        authority: secretariat.authority.clone(),
        record,
    };
    let found = find(reader, &reference).await?;
    let Some(indicator) = json(found.as_ref().and_then(|found| found.content.as_ref())) else {
        return Ok(Vec::new());
    };
    let texts = ["definition", "caution"].map(|field| brief(&indicator[field], reader.language(), NOTE));
    let unit = indicator["unit"].as_str();
    let unit = unit.map(|unit| Said::plain(&reader.t.fill("members-unit", [("unit", unit)])));
    Ok(texts.into_iter().chain([unit]).flatten().collect())
}

fn disclaimers(rows: &[Row], language: &str) -> Vec<Said> {
    let mut different: Vec<&Value> = Vec::new();
    for disclaimer in rows.iter().filter_map(|row| row.told.disclaimer.as_ref()) {
        if different.len() < DISCLAIMERS && !different.contains(&disclaimer) {
            different.push(disclaimer);
        }
    }
    different
        .into_iter()
        .filter_map(|texts| brief(texts, language, NOTE))
        .collect()
}

fn patterns(classes: &[Class]) -> Vec<Mark> {
    let mut patterns: Vec<Mark> = classes.iter().map(|class| class.mark).collect();
    patterns.sort_unstable_by_key(|mark| mark.id);
    patterns.dedup();
    patterns
}

// By name, as in the table; those that a circle makes large enough lie above their neighbours, and so come last.
fn drawn(rows: &[Row]) -> Vec<Drawn> {
    let mut drawn: Vec<Drawn> = rows
        .iter()
        .filter_map(|row| {
            Some(Drawn {
                shape: map::member(&row.code)?,
                path: row.path.clone(),
                label: row.told.labelled(&row.name.plain),
                pattern: row.pattern,
            })
        })
        .collect();
    drawn.sort_by_key(|drawn| drawn.shape.point.is_some());
    drawn
}

async fn others(reader: &Reader, status: &Status) -> Result<Vec<Other>, Fault> {
    let mut others = Vec::new();
    for other in status
        .authorities
        .iter()
        .filter(|a| a.standing != Standing::Member)
    {
        others.push(Other {
            code: other.authority.to_string(),
            name: Name::of(reader, &other.authority).await?.said,
            standing: standing(reader.t, other.standing),
            condition: condition(reader.t, other.condition),
        });
    }
    Ok(others)
}

/// The record in which an authority speaks of itself.
pub(super) fn own_record(code: &Code) -> Option<Reference> {
    let record = "authority/self".parse().ok()?;
    Some(Reference {
        authority: code.clone(),
        record,
    })
}
