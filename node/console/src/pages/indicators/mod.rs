//! `GET /indicators`: the catalogue of indicators, by theme.

mod charts;
mod figures;
mod indicator;

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use liaison_api::model::Record;

use crate::asked::{Asked, path_with};
use crate::catalogue;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::names::Names;
use crate::reader::{Reader, html};
use crate::show::{Said, marks, short};
use crate::texts::Texts;

pub(super) use indicator::page as indicator;

/// Characters of a name.
const NAME_MAX: usize = 300;
/// Characters of a caution in the catalogue.
const CAUTION_MAX: usize = 400;
/// Sources of an indicator that are named.
const SOURCES: usize = 3;

#[derive(Template)]
#[template(path = "indicators.html")]
struct IndicatorsPage {
    frame: Frame,
    groups: Vec<Group>,
    count: usize,
    first: bool,
    next: Option<String>,
}

/// Indicators of one theme.
struct Group {
    name: String,
    indicators: Vec<Indicator>,
}

struct Indicator {
    path: String,
    name: Said,
    unit: Option<Said>,
    /// Who defines it.
    by: String,
    sources: Vec<Said>,
    caution: Option<Said>,
    breakdowns: usize,
    marks: Vec<String>,
}

/// `GET /indicators`
pub(super) async fn page(reader: Reader) -> Result<Response, Fault> {
    let t = reader.t;
    let asked = Asked::of(&reader.path);
    let found = catalogue::of_kind(&reader, "indicator", asked.one("after")).await?;
    let names = Names::of(&reader).await?;
    let mut groups: BTreeMap<String, Vec<Indicator>> = BTreeMap::new();
    for record in &found.records {
        let word = catalogue::json(record)["group"].as_str().unwrap_or("none");
        let group = t.word("indicator-group", &short::line(word, 60));
        groups
            .entry(group)
            .or_default()
            .push(indicator_of(record, &names, t));
    }
    let groups = groups
        .into_iter()
        .map(|(name, indicators)| Group { name, indicators });
    html(&IndicatorsPage {
        frame: reader
            .frame(Section::Indicators, t.say("indicators-title"))
            .await?,
        groups: groups.collect(),
        count: found.records.len(),
        first: asked.one("after").is_none(),
        next: found
            .next
            .map(|next| path_with("/indicators", [("after", Some(next.to_string().as_str()))])),
    })
}

fn indicator_of(record: &Record, names: &Names, t: Texts) -> Indicator {
    let json = catalogue::json(record);
    let wanted = t.language.tag();
    let sources = json["about"]["sources"].as_array().into_iter().flatten();
    Indicator {
        path: format!(
            "/indicators/{}/{}",
            record.reference.authority,
            record.reference.record.slug()
        ),
        name: name_of(record, wanted),
        unit: short::plain(&json["unit"], 60),
        by: names.get(&record.reference.authority).to_owned(),
        sources: sources
            .take(SOURCES)
            .filter_map(|source| short::plain(&source["title"], 200))
            .collect(),
        caution: short::texts(&json["caution"], wanted, CAUTION_MAX),
        breakdowns: json["breakdowns"].as_array().map_or(0, Vec::len),
        marks: marks::of_record(record, t),
    }
}

fn name_of(record: &Record, wanted: &str) -> Said {
    let name = short::texts(&catalogue::json(record)["name"], wanted, NAME_MAX);
    name.unwrap_or_else(|| Said::plain(&record.reference.to_string()))
}
