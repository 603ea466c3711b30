//! An authority's values of indicators, each as a small chart with its table.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_api::model::{Record, Reference};
use liaison_records::text::visible;
use serde_json::Value;

use super::lists::list;
use super::row::marks;
use super::sections::{All, Maker, field};
use crate::fault::Fault;
use crate::show::brief::{brief, cut, json, said, title};
use crate::show::chart::{Chart, LINES, Point};
use crate::show::period::{Period, written};
use crate::show::{Provenance, Said, order};
use crate::texts::Texts;

/// Values in a table, the latest ones.
const ROWS: usize = 12;
/// Characters of a name, a remark or a source.
const SHOWN: usize = 120;

/// The section of indicators.
pub(super) struct Indicators {
    pub(super) groups: Vec<(String, Vec<Series>)>,
    pub(super) all: Option<All>,
}

/// The values of one indicator.
#[derive(Template)]
#[template(path = "profile-series.html")]
pub(super) struct Series {
    t: Texts,
    reference: Reference,
    name: Said,
    /// The name as text alone.
    plain: String,
    /// The latest value of the whole, with its period.
    latest: Option<(String, String)>,
    unit: Option<Said>,
    caution: Option<Said>,
    provenance: Provenance,
    marks: Vec<String>,
    chart: Option<Chart>,
    /// The names of the chart's lines, where there are several.
    lines: Vec<Said>,
    rows: Vec<Listed>,
    more: bool,
}

impl HtmlSafe for Series {}

/// A line of the table.
struct Listed {
    period: String,
    part: Option<Said>,
    value: String,
    confidence: Option<String>,
    source: Option<Said>,
    provenance: Provenance,
}

/// What the catalogue says of an indicator.
#[derive(Default)]
struct Known {
    name: Option<(Said, String)>,
    unit: Option<String>,
    caution: Option<Said>,
    group: String,
    /// What parts of the whole are called.
    parts: BTreeMap<String, Said>,
}

impl Maker<'_> {
    /// The values of all indicators, by the groups of these.
    pub(super) async fn indicators(&mut self) -> Result<Indicators, Fault> {
        let t = self.reader.t;
        let found = list(self.reader, self.authority, "series").await?;
        let mut groups: BTreeMap<(String, String), Vec<Series>> = BTreeMap::new();
        for record in &found.records {
            let indicator = field(record, "indicator").as_str().unwrap_or_default();
            let indicator = self.named.find(self.reader, indicator).await?;
            let known = indicator.map_or_else(Known::default, |indicator| known(t, indicator));
            let group = t.word("word", &known.group);
            groups
                .entry((order::key(&group), group))
                .or_default()
                .push(series(t, record, known));
        }
        let mut more = found.more;
        let mut fitting = Vec::new();
        for ((_, group), series) in groups {
            let (series, is_all) = self.room.fit(series);
            more |= !is_all;
            if !series.is_empty() {
                fitting.push((group, series));
            }
        }
        Ok(Indicators {
            groups: fitting,
            all: more.then(|| self.all("series")),
        })
    }
}

fn known(t: Texts, indicator: &Record) -> Known {
    let wanted = t.language.tag();
    let content = indicator.content.as_ref();
    let Some(json) = json(content) else {
        return Known::default();
    };
    let parts = json["breakdowns"].as_array().into_iter().flatten();
    let parts = parts.filter_map(|part| {
        Some((
            part["id"].as_str()?.to_owned(),
            brief(&part["name"], wanted, SHOWN)?,
        ))
    });
    Known {
        name: title("indicator", content, wanted, SHOWN)
            .map(|(tag, text)| (said(tag, &text), visible(&text))),
        unit: json["unit"].as_str().map(|unit| cut(unit, SHOWN).into_owned()),
        caution: brief(&json["caution"], wanted, 2 * SHOWN),
        group: cut(json["group"].as_str().unwrap_or_default(), SHOWN).into_owned(),
        parts: parts.collect(),
    }
}

fn series(t: Texts, record: &Record, known: Known) -> Series {
    let slug = record.reference.record.slug();
    let (name, plain) = known.name.unwrap_or_else(|| (Said::plain(slug), slug.to_owned()));
    let mut values: Vec<(Period, &Value)> = field(record, "values")
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|value| Some((Period::read(value["period"].as_str()?)?, value)))
        .collect();
    values.sort_by(|(one, _), (other, _)| one.middle().total_cmp(&other.middle()));
    let lines = lines(t, &values);
    let points: Vec<Vec<Point>> = lines.values().cloned().collect();
    let part = |id: &str| {
        known
            .parts
            .get(id)
            .cloned()
            .unwrap_or_else(|| Said::plain(&cut(id, SHOWN)))
    };
    let names = match lines.len() {
        0 | 1 => Vec::new(),
        _ => lines
            .keys()
            .take(LINES)
            .map(|id| id.map_or_else(|| Said::plain(&t.say("chart-whole")), part))
            .collect(),
    };
    let mut whole = values
        .iter()
        .rev()
        .filter(|(_, value)| value["breakdown"].is_null());
    Series {
        t,
        chart: Chart::of(t, alternative(t, &plain, &values), &points),
        lines: names,
        latest: whole.next().map(|(_, value)| (exact(t, value), period(t, value))),
        rows: values
            .iter()
            .rev()
            .take(ROWS)
            .map(|(_, value)| listed(t, record, value, &plain, &part))
            .collect(),
        more: values.len() > ROWS,
        provenance: Provenance::of(t, &record.reference, &plain),
        marks: marks(t, record),
        reference: record.reference.clone(),
        plain,
        name,
        unit: known.unit.as_deref().map(Said::plain),
        caution: known.caution,
    }
}

// One line for the whole, which comes first, and one for each part.
fn lines<'v>(t: Texts, values: &[(Period, &'v Value)]) -> BTreeMap<Option<&'v str>, Vec<Point>> {
    let mut lines: BTreeMap<Option<&str>, Vec<Point>> = BTreeMap::new();
    for (period, value) in values {
        if let Some(number) = value["value"].as_f64() {
            lines.entry(value["breakdown"].as_str()).or_default().push(Point {
                period: *period,
                when: written(t, value["period"].as_str().unwrap_or_default()),
                value: number,
            });
        }
    }
    lines
}

// What the chart shows, in a sentence: how many values, and the first and last of them.
fn alternative(t: Texts, name: &str, values: &[(Period, &Value)]) -> String {
    let told = |(_, value): &(Period, &Value)| (exact(t, value), period(t, value));
    match values {
        [] => name.to_owned(),
        [only] => {
            let (value, period) = told(only);
            let values = [("name", name.to_owned()), ("value", value), ("period", period)];
            t.fill("chart-one", values).into_owned()
        }
        [first, .., last] => {
            let ((value, period), (last_value, last_period)) = (told(first), told(last));
            let values = [
                ("name", name.to_owned()),
                ("number", t.number(values.len() as u64)),
                ("value", value),
                ("period", period),
                ("last-value", last_value),
                ("last-period", last_period),
            ];
            t.fill("chart-many", values).into_owned()
        }
    }
}

fn exact(t: Texts, value: &Value) -> String {
    match &value["value"] {
        Value::Number(exact) => t.figure(exact),
        _ => String::new(),
    }
}

fn period(t: Texts, value: &Value) -> String {
    written(t, value["period"].as_str().unwrap_or_default())
}

fn listed(t: Texts, record: &Record, value: &Value, name: &str, part: &impl Fn(&str) -> Said) -> Listed {
    let period = period(t, value);
    let sources = field(record, "about")["sources"].as_array().into_iter().flatten();
    let mut sources = sources.filter(|source| !value["source"].is_null() && source["id"] == value["source"]);
    let source = sources.next().and_then(|source| source["title"].as_str());
    Listed {
        provenance: Provenance::of(t, &record.reference, &format!("{name}, {period}")),
        period,
        part: value["breakdown"].as_str().map(part),
        value: exact(t, value),
        confidence: value["confidence"]
            .as_str()
            .map(|word| t.word("word", &cut(word, SHOWN))),
        source: source.map(|title| Said::plain(&cut(title, SHOWN))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::language::Language;

    #[test]
    fn the_whole_and_its_parts_are_lines_of_their_own() {
        let t = Texts::of(Language::English);
        let values = [
            json!({"period": "2020", "value": 1, "breakdown": "a"}),
            json!({"period": "2021", "value": 2}),
            json!({"period": "2022", "value": "many"}),
        ];
        let dated: Vec<(Period, &Value)> = values
            .iter()
            .filter_map(|value| Some((Period::read(value["period"].as_str()?)?, value)))
            .collect();
        let found = lines(t, &dated);
        let keys: Vec<_> = found.iter().map(|(part, points)| (*part, points.len())).collect();
        assert_eq!(keys, [(None, 1), (Some("a"), 1)]);
        assert_eq!(alternative(t, "Rate", &dated[1..2]), "Rate: one value, 2 in 2021");
        assert!(alternative(t, "Rate", &dated).starts_with("Rate: 3 values, from 1 in 2020 to "));
    }
}
