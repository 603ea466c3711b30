//! `GET /studies/{authority}/{slug}`: one study: its questions, who answered when, and what the answers come to.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liaison_api::model::Reference;
use liaison_protocol::Code;
use liaison_records::study::{Given, Results, missing, results};
use serde_json::Value;

use super::super::lists::{Pager, Part, content};
use super::answers::{self, ANSWERS, LISTED_MAX};
use super::question::{Question, Shown};
use super::table::{self, Row};
use super::{Head, closing, members};
use crate::asked::Asked;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::show::{Passage, Room, When};

/// Questions of a page.
const QUESTIONS: usize = 8;
/// Characters of the purpose.
const TEXT: usize = 4_000;
/// Bytes of what questions and answers say.
const ROOM: usize = 80_000;

#[derive(Template)]
#[template(path = "study.html")]
struct StudyPage {
    frame: Frame,
    head: Head,
    purpose: Option<Passage>,
    /// When its closing was witnessed.
    closed: Option<When>,
    answered: String,
    missing: Vec<Code>,
    /// Whether there are more answers than the page evaluates.
    is_more: bool,
    /// Whether those who have not answered are known.
    is_all: bool,
    questions: Vec<Question>,
    rows: Vec<Row>,
    pager: Option<Pager>,
}

pub(in crate::pages) async fn page(
    reader: Reader,
    Path((authority, slug)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Fault> {
    let t = reader.t;
    let reference: Reference = format!("{authority}/study/{slug}")
        .parse()
        .map_err(|_| Fault::NoPage)?;
    let skip = asked.one("cursor").map_or(Ok(0), str::parse::<usize>);
    let skip = skip.map_err(|_| Fault::NoPage)?;
    let record = reader.node().record(reference.clone(), None).await?;
    let members = members(&reader.node().network().await?);
    let head = Head::of(&record, &members, t);
    let end = closing::end(&reader, &record).await?;
    let (mut found, is_all) = answers::listed(&reader, &reference, LISTED_MAX).await?;
    let who = found
        .iter()
        .map(|(summary, _)| summary.reference.authority.clone());
    let answered = head.answered(&who.collect(), is_all, t);
    let is_more = found.len() > ANSWERS || !is_all;
    found.truncate(ANSWERS);
    let answers = answers::given(&reader, found, &head.addressees, end.limit).await?;
    let said = content(&record);
    let results = results(said, &answers, reader.language());
    // Of those who are not looked at nobody knows whether they are missing.
    let missing = match is_more {
        true => Vec::new(),
        false => missing(head.addressees.clone(), &answers),
    };
    let part = Evaluated::of(said, &answers, &results, &missing, skip, &reader);
    let title = t.fill("studies-one", [("of", reference.to_string())]);
    html(&StudyPage {
        frame: reader.frame(Section::Studies, title).await?,
        purpose: Passage::texts(&said["purpose"], reader.language(), TEXT),
        closed: end
            .closing
            .and_then(|closing| closing.until)
            .map(|at| t.second(at)),
        answered,
        missing,
        is_more,
        is_all,
        questions: part.questions,
        rows: part.rows,
        pager: pager(
            skip,
            results.len(),
            &reader,
            &format!("/studies/{authority}/{slug}"),
        ),
        head,
    })
}

// What a page shows of the questions.
struct Evaluated {
    questions: Vec<Question>,
    rows: Vec<Row>,
}

impl Evaluated {
    fn of(
        study: &Value,
        answers: &[Given],
        results: &[Results],
        missing: &[Code],
        skip: usize,
        reader: &Reader,
    ) -> Evaluated {
        let mut room = Room::of(ROOM);
        let shown = results.iter().enumerate().skip(skip).take(QUESTIONS);
        let questions = shown.map(|(place, results)| {
            let asked = &study["questions"][place];
            Question::of(place, asked, results, &mut room, reader.t)
        });
        let questions = questions.collect();
        let shown: Vec<&Results> = results.iter().skip(skip).take(QUESTIONS).collect();
        Evaluated {
            questions,
            rows: table::rows(answers, missing.to_vec(), &shown, &mut room, reader.t),
        }
    }
}

// The way to the other questions; none where all are shown.
fn pager(skip: usize, total: usize, reader: &Reader, path: &str) -> Option<Pager> {
    let end = skip.saturating_add(QUESTIONS);
    let part = Part {
        skip,
        shown: total.saturating_sub(skip).min(QUESTIONS),
        total: total as u64,
        page: QUESTIONS,
        next: (end < total).then(|| end.to_string()),
    };
    (total > QUESTIONS).then(|| Pager::of(&part, reader.t, path, &Asked::default()))
}
