//! `GET /studies`: studies with their deadlines, and how many have answered.

mod answers;
mod closing;
pub(super) mod one;
mod question;
mod table;
mod witnessed;

use askama::Template;
use axum::response::Response;
use liaison_api::model::{Network, Record, Reference, SearchHit};
use liaison_protocol::Code;
use liaison_protocol::charter::{Condition, Standing};
use liaison_records::study::{addressees, is_over};
use std::collections::BTreeSet;

use super::lists::{About, Filters, Pager, answered, asking, content, page_of};
use crate::asked::Asked;
use crate::console::now;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::Reader;
use crate::show::{Said, When, marks};
use crate::texts::Texts;

const PATH: &str = "/studies";

#[derive(Template)]
#[template(path = "studies.html")]
struct StudiesPage {
    frame: Frame,
    filters: Filters,
    studies: Vec<Listed>,
    pager: Option<Pager>,
}

struct Listed {
    head: Head,
    /// How many of those asked have answered, in words.
    answered: String,
}

/// What a study says of itself.
struct Head {
    reference: Reference,
    heading: Said,
    /// Until when, and whether that is over.
    deadline: Option<(When, bool)>,
    is_closed: bool,
    /// Whether it names whom it asks; else all members.
    is_addressed: bool,
    addressees: Vec<Code>,
    about: About,
    when: When,
    marks: Vec<String>,
}

pub(in crate::pages) async fn page(reader: Reader, asked: Asked) -> Result<Response, Fault> {
    let (filters, query) = asking(&reader, &asked, "study", PATH).await?;
    let (mut studies, mut pager) = (Vec::new(), None);
    if let Some(query) = query {
        let members = members(&reader.node().network().await?);
        let (hits, found) = page_of(&reader, &asked, PATH, query).await?;
        pager = Some(found);
        for hit in hits {
            studies.push(listed(&reader, hit, &members).await?);
        }
    }
    let title = reader.t.say("section-studies");
    let frame = reader.frame(Section::Studies, title).await?;
    let wrong = filters.wrong;
    let page = StudiesPage {
        frame,
        filters,
        studies,
        pager,
    };
    answered(&page, wrong)
}

async fn listed(reader: &Reader, hit: SearchHit, members: &[Code]) -> Result<Listed, Fault> {
    let record = reader.node().record(hit.record.reference, None).await?;
    let (found, is_all) = answers::listed(reader, &record.reference, answers::COUNTED_MAX).await?;
    let who: BTreeSet<Code> = found
        .into_iter()
        .map(|(summary, _)| summary.reference.authority)
        .collect();
    let head = Head::of(&record, members, reader.t);
    Ok(Listed {
        answered: head.answered(&who, is_all, reader.t),
        head,
    })
}

/// Those who can answer: members in good standing.
fn members(network: &Network) -> Vec<Code> {
    let members = network
        .authorities
        .iter()
        .filter(|listed| listed.standing == Standing::Member && listed.condition == Condition::Good);
    members.map(|listed| listed.authority.clone()).collect()
}

impl Head {
    fn of(record: &Record, members: &[Code], t: Texts) -> Head {
        let said = content(record);
        let deadline = said["deadline"].as_str();
        let named = said["addressees"].as_array();
        Head {
            heading: Said::heading(&record.reference, record.content.as_ref(), t.language.tag()).short(),
            deadline: deadline.map(|moment| (t.written(moment), is_over(moment, now()))),
            is_closed: said["closed"] == true,
            is_addressed: named.is_some_and(|named| !named.is_empty()),
            addressees: addressees(said, members.iter()),
            about: About::of(said, t),
            when: t.day_at(record.sequenced_at),
            marks: marks::of_record(record, t),
            reference: record.reference.clone(),
        }
    }

    // How many of those asked have answered; of others only that they have.
    fn answered(&self, who: &BTreeSet<Code>, is_all: bool, t: Texts) -> String {
        let asked = self.addressees.iter().filter(|code| who.contains(code)).count();
        let number = |number: usize| t.number(number as u64);
        let id = match is_all {
            true => t.fill(
                "studies-answered",
                [("given", number(asked)), ("of", number(self.addressees.len()))],
            ),
            false => t.fill(
                "studies-answered-at-least",
                [("given", number(asked)), ("of", number(self.addressees.len()))],
            ),
        };
        id.into_owned()
    }
}
