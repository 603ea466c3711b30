//! `GET /records/{authority}/{kind}/{slug}`: a record with its content, where it comes from, and what became of it.

mod changes;
mod download;
mod head;
mod history;
mod provenance;
mod referrers;
mod voids;

use askama::Template;
use axum::response::Response;
use liaison_api::model::{AsOf, Record, Reference};
use serde::Deserialize;

use self::changes::Changes;
pub(super) use self::download::{file, proof, raw};
use self::head::Head;
use self::history::History;
use self::provenance::Provenance;
use self::referrers::Referrers;
use self::voids::Voids;
use crate::address::{Named, Parameters, as_of};
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::show::link::query;
use crate::show::{Content, Markup, When, heading};
use crate::texts::Texts;

/// What is asked for beside the record.
#[derive(Deserialize)]
pub(super) struct What {
    /// As it stood then.
    as_of: Option<String>,
    /// A part of its content.
    part: Option<usize>,
    /// Versions after this one.
    history: Option<String>,
    /// Changes in vain after this one.
    voids: Option<String>,
    /// Records of this kind that name it, after this one: `answer` or `answer FR/answer/…`.
    referrers: Option<String>,
}

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    path: String,
    head: Head,
    then: Option<Then>,
    /// The day that the form for another time shows.
    day: String,
    content: Option<Markup>,
    parts: Vec<Part>,
    provenance: Provenance,
    later: Option<Later>,
}

/// That the record is shown as it stood.
struct Then {
    asked: When,
    size: String,
}

/// A part of the content: its number, and the path to it unless it is the one shown.
struct Part {
    number: usize,
    path: Option<String>,
}

/// What is told of the record as it stands alone.
struct Later {
    history: History,
    voids: Voids,
    referrers: Referrers,
}

pub(super) async fn page(
    reader: Reader,
    Named(reference): Named,
    Parameters(what): Parameters<What>,
) -> Result<Response, Fault> {
    let t = reader.t;
    let at = as_of(what.as_of.as_deref())?;
    let record = reader.node().record(reference.clone(), at.clone()).await?;
    let status = reader.node().status().await?;
    let title = heading::of(&reader, &reference, record.content.as_ref()).await;
    let later = match at {
        Some(_) => None,
        None => Some(later(&reader, &record, &what).await?),
    };
    let path = format!("/records/{reference}");
    let (content, parts) = content(&record, &what, &path, t);
    html(&RecordPage {
        frame: reader.frame_of(&status, section(&reference), title.text()),
        head: Head::of(&record, title, t),
        then: then(&record, at.as_ref(), t),
        day: day(at.as_ref()),
        content,
        parts,
        provenance: Provenance::of(&record, status.network, &path, t),
        later,
        path,
    })
}

async fn later(reader: &Reader, record: &Record, what: &What) -> Result<Later, Fault> {
    Ok(Later {
        history: History::of(reader, record, what.history.as_deref()).await?,
        voids: Voids::of(reader, record, what.voids.as_deref()).await?,
        referrers: Referrers::of(reader, &record.reference, what.referrers.as_deref()).await?,
    })
}

fn content(record: &Record, what: &What, path: &str, t: Texts) -> (Option<Markup>, Vec<Part>) {
    let Some(payload) = &record.content else {
        return (None, Vec::new());
    };
    let content = Content::of_payload(record.reference.record.kind(), payload, t);
    let shown = what.part.unwrap_or(1).clamp(1, content.parts());
    let part = |number: usize| {
        let text = number.to_string();
        let mut pairs = vec![("part", text.as_str())];
        pairs.extend(what.as_of.as_deref().map(|at| ("as_of", at)));
        Part {
            number,
            path: (number != shown).then(|| format!("{}#content", query(path, &pairs))),
        }
    };
    let parts = match content.parts() {
        1 => Vec::new(),
        parts => (1..=parts).map(part).collect(),
    };
    (Some(content.part(shown)), parts)
}

fn then(record: &Record, at: Option<&AsOf>, t: Texts) -> Option<Then> {
    let asked = match at? {
        AsOf::Time(seconds) => t.second(*seconds),
        AsOf::Checkpoints(_) => t.moment(record.sequenced_at),
    };
    let checkpoint = record.checkpoint.as_ref();
    Some(Then {
        asked,
        size: checkpoint.map_or_else(String::new, |at| t.number(at.size)),
    })
}

fn day(at: Option<&AsOf>) -> String {
    match at {
        Some(AsOf::Time(seconds)) => {
            let day = liaison_records::day(seconds.saturating_mul(1000));
            day.map_or_else(String::new, |day| day.to_string())
        }
        _ => String::new(),
    }
}

// Where in the menu a record belongs.
fn section(reference: &Reference) -> Section {
    match reference.record.kind() {
        "practice" => Section::Practices,
        "exchange" | "contribution" => Section::Exchanges,
        "standard" | "implementation" | "finding" => Section::Standards,
        "indicator" | "series" => Section::Indicators,
        "study" | "answer" => Section::Studies,
        "event" | "registration" => Section::Events,
        "notice" => Section::Notices,
        "authority" | "service" | "operation" | "control-body" | "correspondent" => Section::Members,
        _ => Section::Search,
    }
}
