//! `GET /members/{code}`: the profile of an authority, made of what its records say.

mod facts;
mod indicators;
mod lists;
mod plans;
mod room;
mod row;
mod sections;
mod tree;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liaison_api::model::{AuthorityStatus, Record, Reference, Status};
use liaison_protocol::Code;
use liaison_protocol::charter::Standing;
use liaison_records::kinds::{KINDS, kind};

use super::members::{Name, condition, find, own_record, standing};
use crate::fault::Fault;
use crate::frame::{Frame, Section as FrameSection};
use crate::reader::{Reader, html};
use crate::show::brief::{brief, json};
use crate::show::{Provenance, Said, When, marks};
use crate::texts::Texts;
use facts::{Fact, facts};
use indicators::Indicators;
use lists::{Named, counts};
use room::Room;
use sections::{Maker, Section, all_of};

/// Bytes of markup for all lists together.
const ROOM: usize = 220_000;
/// Characters of a disclaimer.
const NOTE: usize = 1000;
/// What an authority says of itself, in the order of the page.
const OWN: [&str; 10] = [
    "official_name",
    "ministry",
    "capital",
    "languages",
    "population",
    "accession",
    "website",
    "structure",
    "mandate",
    "note",
];
/// Kinds that have a section of their own, or are the page itself.
const SHOWN: [&str; 11] = [
    "authority",
    "service",
    "operation",
    "control-body",
    "correspondent",
    "practice",
    "implementation",
    "finding",
    "series",
    "answer",
    "event",
];

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    frame: Frame,
    head: Head,
    before: Vec<Section>,
    indicators: Indicators,
    after: Vec<Section>,
    others: Vec<OtherKind>,
    /// Titles of the sections of which nothing is known.
    missing: Vec<String>,
    is_empty: bool,
}

/// What stands above all sections.
struct Head {
    name: Said,
    code: String,
    standing: String,
    condition: String,
    entries: String,
    last_heard: Option<When>,
    /// Whether the node that answers is its own.
    is_own: bool,
    disclaimer: Option<Said>,
    facts: Vec<(Fact, Provenance)>,
    marks: Vec<String>,
}

/// A kind without a section of its own.
struct OtherKind {
    name: String,
    count: u64,
    path: String,
}

pub(super) async fn page(reader: Reader, Path(code): Path<String>) -> Result<Response, Fault> {
    let status = reader.node().status().await?;
    let mut known = status.authorities.iter();
    let authority = known.find(|known| known.authority.as_str() == code);
    let authority = authority.ok_or(Fault::NoPage)?;
    let code = &authority.authority;
    let name = Name::of(&reader, code).await?;
    let own = match own_record(code) {
        Some(reference) => find(&reader, &reference).await?,
        None => None,
    };
    let counts = counts(&reader, code).await?;
    let (before, indicators, after) = sections(&reader, &status, code, &counts).await?;
    let missing = missing(reader.t, &before, &indicators, &after);
    let is_empty = own.is_none()
        && counts.is_empty()
        && indicators.groups.is_empty()
        && before.iter().chain(&after).all(Section::is_empty);
    html(&ProfilePage {
        frame: reader.frame_of(&status, FrameSection::Members, name.plain.clone()),
        head: Head {
            is_own: status.authority == *code,
            ..head(&reader, authority, name, own.as_ref())
        },
        others: others(&reader, code, &counts),
        before,
        indicators,
        after,
        missing,
        is_empty,
    })
}

// Those before the indicators, the indicators, and those after.
async fn sections(
    reader: &Reader,
    status: &Status,
    authority: &Code,
    counts: &BTreeMap<String, u64>,
) -> Result<(Vec<Section>, Indicators, Vec<Section>), Fault> {
    let mut known = status.authorities.iter();
    let secretariat = known.find(|known| known.standing == Standing::Secretariat);
    let mut maker = Maker {
        reader,
        authority,
        secretariat: secretariat.map(|secretariat| &secretariat.authority),
        counts,
        room: Room::of(ROOM),
        named: Named::default(),
    };
    let before = vec![
        maker.organisation().await?,
        maker.operation().await?,
        maker.control().await?,
        maker.correspondents().await?,
        maker.practices().await?,
        maker.standards().await?,
        maker.findings().await?,
    ];
    let indicators = maker.indicators().await?;
    let after = vec![maker.studies().await?, maker.events().await?];
    Ok((before, indicators, after))
}

fn head(reader: &Reader, authority: &AuthorityStatus, name: Name, own: Option<&Record>) -> Head {
    let t = reader.t;
    let content = json(own.and_then(|own| own.content.as_ref()));
    let said = content.zip(kind("authority"));
    let said = said.map_or_else(Vec::new, |(json, kind)| facts(t, kind, json, &OWN));
    let mark = |reference: &Reference, fact: &Fact| Provenance::of(t, reference, fact.label);
    Head {
        name: name.said,
        code: authority.authority.to_string(),
        standing: standing(t, authority.standing),
        condition: condition(t, authority.condition),
        entries: t.count("profile-entries", authority.have).into_owned(),
        is_own: false,
        last_heard: authority.last_heard.map(|time| t.moment(time)),
        disclaimer: content.and_then(|json| brief(&json["about"]["disclaimer"], reader.language(), NOTE)),
        facts: said
            .into_iter()
            .filter_map(|fact| Some((mark(&own?.reference, &fact), fact)))
            .map(|(mark, fact)| (fact, mark))
            .collect(),
        marks: own.map_or_else(Vec::new, |own| marks::of_record(own, t)),
    }
}

// Titles of the sections of which nothing is known, in their order.
fn missing(t: Texts, before: &[Section], indicators: &Indicators, after: &[Section]) -> Vec<String> {
    let empty = |sections: &[Section]| -> Vec<String> {
        let empty = sections.iter().filter(|section| section.is_empty());
        empty.map(|section| section.title.clone()).collect()
    };
    let indicators = indicators
        .groups
        .is_empty()
        .then(|| t.say("profile-indicators").into_owned());
    empty(before)
        .into_iter()
        .chain(indicators)
        .chain(empty(after))
        .collect()
}

fn others(reader: &Reader, code: &Code, counts: &BTreeMap<String, u64>) -> Vec<OtherKind> {
    let others = KINDS.iter().filter(|kind| !SHOWN.contains(&kind.name));
    let others = others.filter_map(|kind| {
        Some(OtherKind {
            name: reader.t.kind(kind.name),
            count: *counts.get(kind.name)?,
            path: all_of(code, kind.name),
        })
    });
    others.collect()
}
