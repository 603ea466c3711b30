//! `GET /indicators/{authority}/{slug}`: what an indicator counts, with what caution, and what States say in figures.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liaison_api::model::{Analysis, ProblemType, Record};
use serde_json::Value;

use super::charts::{Chart, charts};
use super::figures::{Table, figures};
use super::{NAME_MAX, name_of};
use crate::analysis::{Basis, Noted, Remark, analyse, noted, remarks};
use crate::asked::{Asked, path_with};
use crate::catalogue;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::names::Names;
use crate::reader::{Reader, html};
use crate::show::{Said, short};
use crate::texts::Texts;

/// Characters of a definition, and of the method of counting.
const PROSE_MAX: usize = 6_000;
/// Breakdowns that can be chosen.
const BREAKDOWNS: usize = 200;
/// Periods of a distribution: the last ones.
const PERIODS: usize = 40;

#[derive(Template)]
#[template(path = "indicator.html")]
struct IndicatorPage {
    frame: Frame,
    name: Said,
    about: About,
    path: String,
    slug: String,
    period: String,
    breakdowns: Vec<Choice>,
    /// What rates may be had of; empty where the indicator says that there is none.
    rates: Vec<Choice>,
    /// The rate that is shown.
    per: Option<String>,
    /// Why there is no rate, in the words of the node.
    no_rate: Option<Said>,
    table: Table,
    earlier: Option<String>,
    later: Option<String>,
    silent: String,
    charts: Vec<Chart>,
    spread: Vec<Spread>,
    remarks: Vec<Remark>,
    noted: Vec<Noted>,
    basis: Basis,
}

struct About {
    reference: String,
    by: String,
    unit: Option<Said>,
    group: String,
    direction: Option<String>,
    definition: Vec<Said>,
    method: Vec<Said>,
    caution: Vec<Said>,
    disclaimer: Option<Said>,
    disputed: bool,
    stale_since: Option<String>,
}

struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

/// How figures of one period are spread over the States.
struct Spread {
    period: String,
    states: String,
    left_out: String,
    /// First quartile, median and third quartile.
    quartiles: [Option<String>; 3],
}

// What is asked of an indicator.
struct Question {
    indicator: String,
    period: Option<String>,
    breakdown: Option<String>,
    per: Option<String>,
    until: Option<String>,
}

/// `GET /indicators/{authority}/{slug}`
pub(crate) async fn page(
    Path((authority, slug)): Path<(String, String)>,
    reader: Reader,
) -> Result<Response, Fault> {
    let t = reader.t;
    let record = catalogue::named(&reader, &authority, "indicator", &slug).await?;
    let question = Question::of(&record, &reader.path);
    let (analysis, no_rate) = question.figures(&reader).await?;
    let distribution = question.ask(&reader, "distribution", None).await?;
    let names = Names::of(&reader).await?;
    let figures = figures(&analysis, question.breakdown.as_deref());
    let table = Table::of(&figures, question.until.as_deref(), &names, t);
    let json = catalogue::json(&record);
    let title = short::text(&json["name"], reader.language(), NAME_MAX);
    let title = title.unwrap_or_else(|| record.reference.to_string());
    let is_rate = analysis.analysis == "rate";
    let path = format!("/indicators/{}/{slug}", record.reference.authority);
    html(&IndicatorPage {
        frame: reader.frame(Section::Indicators, title).await?,
        name: name_of(&record, reader.language()),
        about: about(&record, &names, t),
        period: question.period.clone().unwrap_or_default(),
        breakdowns: breakdowns(json, question.breakdown.as_deref(), reader.language()),
        rates: rates(json, question.per.as_deref(), t),
        per: question
            .per
            .as_deref()
            .filter(|_| is_rate)
            .map(|per| t.word("indicator-per", per)),
        no_rate,
        earlier: table.earlier.as_deref().map(|until| question.path(&path, until)),
        later: table.later.as_deref().map(|until| question.path(&path, until)),
        table,
        silent: names.listed(&analysis.silent),
        charts: charts(&figures, &names, t),
        spread: spread(&distribution, t),
        remarks: remarks(&analysis, &names, reader.language()),
        noted: noted(&analysis, t),
        basis: Basis::of(&analysis),
        path,
        slug,
    })
}

impl Question {
    fn of(record: &Record, path: &str) -> Question {
        let asked = Asked::of(path);
        let get = |name: &str| asked.one(name).map(str::to_owned);
        Question {
            indicator: record.reference.to_string(),
            period: get("period"),
            breakdown: get("breakdown"),
            per: get("per"),
            until: get("until"),
        }
    }

    // The figures, as a rate where one is asked for and has a sense; else why it has none.
    async fn figures(&self, reader: &Reader) -> Result<(Analysis, Option<Said>), Fault> {
        let Some(per) = &self.per else {
            return Ok((self.ask(reader, "change", None).await?, None));
        };
        match self.ask(reader, "rate", Some(per)).await {
            Ok(analysis) => Ok((analysis, None)),
            Err(Fault::Problem(problem)) if problem.problem == ProblemType::Refused => {
                let analysis = self.ask(reader, "change", None).await?;
                Ok((analysis, Some(Said::of("en", &problem.detail))))
            }
            Err(fault) => Err(fault),
        }
    }

    async fn ask(&self, reader: &Reader, analysis: &str, per: Option<&str>) -> Result<Analysis, Fault> {
        let parameters = [
            ("indicator", Some(self.indicator.as_str())),
            ("period", self.period.as_deref()),
            ("breakdown", self.breakdown.as_deref()),
            ("per", per),
        ];
        analyse(reader, analysis, &parameters).await
    }

    // The path of the same question for the periods up to this one.
    fn path(&self, path: &str, until: &str) -> String {
        let parameters = [
            ("period", self.period.as_deref()),
            ("breakdown", self.breakdown.as_deref()),
            ("per", self.per.as_deref()),
            ("until", Some(until)),
        ];
        path_with(path, parameters)
    }
}

fn about(record: &Record, names: &Names, t: Texts) -> About {
    let json = catalogue::json(record);
    let wanted = t.language.tag();
    let group = json["group"].as_str().unwrap_or("none");
    let direction = json["direction"].as_str();
    About {
        reference: record.reference.to_string(),
        by: names.get(&record.reference.authority).to_owned(),
        unit: short::plain(&json["unit"], 60),
        group: t.word("indicator-group", &short::line(group, 60)),
        direction: direction.map(|word| t.word("indicator-direction", &short::line(word, 60))),
        definition: short::paragraphs(&json["definition"], wanted, PROSE_MAX),
        method: short::paragraphs(&json["method"], wanted, PROSE_MAX),
        caution: short::paragraphs(&json["caution"], wanted, PROSE_MAX),
        disclaimer: short::texts(&json["about"]["disclaimer"], wanted, PROSE_MAX),
        disputed: record.disputed,
        stale_since: record.stale_since.clone(),
    }
}

fn breakdowns(json: &Value, chosen: Option<&str>, wanted: &str) -> Vec<Choice> {
    let listed = json["breakdowns"].as_array().into_iter().flatten();
    let listed = listed.take(BREAKDOWNS).filter_map(|breakdown| {
        let id = breakdown["id"].as_str()?;
        let name = short::text(&breakdown["name"], wanted, 100);
        Some(Choice {
            id: short::line(id, 80),
            name: name.unwrap_or_else(|| short::line(id, 80)),
            chosen: chosen == Some(id),
        })
    });
    listed.collect()
}

fn rates(json: &Value, chosen: Option<&str>, t: Texts) -> Vec<Choice> {
    if json["per"] == "none" {
        return Vec::new();
    }
    let bases = ["inhabitants", "officers"].into_iter();
    bases
        .map(|base| Choice {
            id: base.to_owned(),
            name: t.word("indicator-per", base),
            chosen: chosen == Some(base),
        })
        .collect()
}

fn spread(distribution: &Analysis, t: Texts) -> Vec<Spread> {
    let place = |name: &str| distribution.columns.iter().position(|column| column == name);
    let places = [
        "period",
        "states",
        "left_out",
        "quartile_1",
        "median",
        "quartile_3",
    ]
    .map(place);
    let skipped = distribution.rows.len().saturating_sub(PERIODS);
    let rows = distribution.rows.iter().skip(skipped);
    rows.filter_map(|row| {
        let [period, states, left_out, quartile_1, median, quartile_3] =
            places.map(|place| place.and_then(|place| row.get(place)).unwrap_or(&Value::Null));
        Some(Spread {
            period: short::line(period.as_str()?, 24),
            states: t.figure_in(states)?,
            left_out: t.figure_in(left_out)?,
            quartiles: [quartile_1, median, quartile_3].map(|value| t.figure_in(value)),
        })
    })
    .collect()
}
