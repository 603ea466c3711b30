//! `GET /standards`: the catalogue of standards, by who adopted them.

mod matrix;
mod standard;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::response::Response;
use liaison_api::model::Record;
use serde_json::Value;

use crate::analysis::analyse;
use crate::asked::{Asked, path_with};
use crate::catalogue;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::show::{Said, marks, short};
use crate::texts::Texts;

pub(super) use standard::page as standard;

/// Characters of a title or the name of a body.
const TITLE_MAX: usize = 300;

#[derive(Template)]
#[template(path = "standards.html")]
struct StandardsPage {
    frame: Frame,
    groups: Vec<Group>,
    count: usize,
    /// Whether it is known how many States report; with very many reports it is not counted.
    counted: bool,
    first: bool,
    next: Option<String>,
}

/// Standards of one body.
struct Group {
    body: Option<Said>,
    standards: Vec<Standard>,
}

struct Standard {
    path: String,
    title: Said,
    sort: String,
    binding: Option<bool>,
    reference: Option<Said>,
    adopted: Option<Said>,
    link: Option<String>,
    /// How many provisions it lists; none where it lists none.
    provisions: Option<String>,
    /// How many States report; none where none does.
    states: Option<String>,
    marks: Vec<String>,
}

/// `GET /standards`
pub(super) async fn page(reader: Reader) -> Result<Response, Fault> {
    let asked = Asked::of(&reader.path);
    let found = catalogue::of_kind(&reader, "standard", asked.one("after")).await?;
    // Without it the catalogue is still one.
    let states = states_reporting(&reader).await.ok();
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for record in &found.records {
        let json = catalogue::json(record);
        let body = short::texts(&json["body"], reader.language(), TITLE_MAX);
        let key = body.as_ref().map(ToString::to_string).unwrap_or_default();
        let group = groups.entry(key).or_insert_with(|| Group {
            body,
            standards: Vec::new(),
        });
        group
            .standards
            .push(standard_of(record, states.as_ref(), reader.t));
    }
    html(&StandardsPage {
        frame: reader
            .frame(Section::Standards, reader.t.say("standards-title"))
            .await?,
        groups: groups.into_values().collect(),
        count: found.records.len(),
        counted: states.is_some(),
        first: asked.one("after").is_none(),
        next: found
            .next
            .map(|next| path_with("/standards", [("after", Some(next.to_string().as_str()))])),
    })
}

fn standard_of(record: &Record, states: Option<&BTreeMap<String, usize>>, t: Texts) -> Standard {
    let json = catalogue::json(record);
    let slug = record.reference.record.slug();
    let written = |count: Option<usize>| {
        let count = count.filter(|count| *count > 0)?;
        Some(t.number(count as u64))
    };
    Standard {
        path: format!("/standards/{}/{slug}", record.reference.authority),
        title: title_of(record, t),
        sort: sort_of(json, t),
        binding: json["binding"].as_bool(),
        reference: short::plain(&json["reference"], TITLE_MAX),
        adopted: short::plain(&json["adopted"], 20),
        link: short::link(&json["link"]),
        provisions: written(json["provisions"].as_array().map(Vec::len)),
        states: written(states.and_then(|states| states.get(slug).copied())),
        marks: marks::of_record(record, t),
    }
}

fn title_of(record: &Record, t: Texts) -> Said {
    let title = short::texts(&catalogue::json(record)["title"], t.language.tag(), TITLE_MAX);
    title.unwrap_or_else(|| Said::plain(&record.reference.to_string()))
}

fn sort_of(json: &Value, t: Texts) -> String {
    let word = json["kind"].as_str().unwrap_or_default();
    t.word("standard-kind", &short::line(word, 60))
}

// How many States say something on a standard or a provision of it, by the standard's slug.
async fn states_reporting(reader: &Reader) -> Result<BTreeMap<String, usize>, Fault> {
    let coverage = analyse(reader, "coverage", &[("kind", Some("implementation"))]).await?;
    let slugs = coverage.columns.iter().skip(1);
    let standards: Vec<&str> = slugs
        .map(|slug| slug.split(':').next().unwrap_or_default())
        .collect();
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    for row in &coverage.rows {
        let cells = row.iter().skip(1).zip(&standards);
        let named: BTreeSet<&str> = cells
            .filter(|(cell, _)| !cell.is_null())
            .map(|(_, standard)| *standard)
            .collect();
        for standard in named {
            *states.entry(standard.to_owned()).or_default() += 1;
        }
    }
    Ok(states)
}
