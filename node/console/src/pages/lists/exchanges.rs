//! `GET /exchanges`: topics to exchange views on, and requests to others.

use askama::Template;
use axum::response::Response;
use liaison_api::model::{Record, Reference, SearchHit};
use liaison_records::study::is_over;
use serde_json::Value;

use super::{About, Filters, Pager, answered, asking, content, contributions, page_of};
use crate::asked::Asked;
use crate::console::now;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::Reader;
use crate::show::{Said, When, marks};
use crate::texts::Texts;

const PATH: &str = "/exchanges";
/// Addressees that are named.
const ADDRESSEES: usize = 60;

#[derive(Template)]
#[template(path = "exchanges.html")]
struct ExchangesPage {
    frame: Frame,
    filters: Filters,
    exchanges: Vec<Listed>,
    pager: Option<Pager>,
}

struct Listed {
    exchange: Exchange,
    /// How many contributions there are, in words.
    contributions: String,
}

/// What an exchange says of itself.
pub(super) struct Exchange {
    pub(super) reference: Reference,
    pub(super) heading: Said,
    pub(super) purpose: Option<String>,
    pub(super) addressees: Vec<String>,
    /// Until when, and whether that is over.
    pub(super) deadline: Option<(When, bool)>,
    pub(super) is_closed: bool,
    pub(super) about: About,
    pub(super) when: When,
    pub(super) marks: Vec<String>,
}

pub(in crate::pages) async fn page(reader: Reader, asked: Asked) -> Result<Response, Fault> {
    let (filters, query) = asking(&reader, &asked, "exchange", PATH).await?;
    let (mut exchanges, mut pager) = (Vec::new(), None);
    if let Some(query) = query {
        let (hits, found) = page_of(&reader, &asked, PATH, query).await?;
        pager = Some(found);
        for hit in hits {
            exchanges.push(listed(&reader, hit).await?);
        }
    }
    let title = reader.t.say("section-exchanges");
    let frame = reader.frame(Section::Exchanges, title).await?;
    let wrong = filters.wrong;
    let page = ExchangesPage {
        frame,
        filters,
        exchanges,
        pager,
    };
    answered(&page, wrong)
}

async fn listed(reader: &Reader, hit: SearchHit) -> Result<Listed, Fault> {
    let record = reader.node().record(hit.record.reference, None).await?;
    let (count, is_all) = contributions::count(reader, &record.reference).await?;
    Ok(Listed {
        exchange: Exchange::of(&record, reader.t),
        contributions: match is_all {
            true => reader.t.count("exchanges-contributions", count),
            false => reader.t.count("exchanges-contributions-at-least", count),
        }
        .into_owned(),
    })
}

impl Exchange {
    pub(super) fn of(record: &Record, t: Texts) -> Exchange {
        let said = content(record);
        let purpose = said["purpose"].as_str();
        let deadline = said["deadline"].as_str();
        Exchange {
            heading: Said::heading(&record.reference, record.content.as_ref(), t.language.tag()).short(),
            purpose: purpose.map(|word| t.word("exchanges-purpose", &super::said::word(word))),
            addressees: codes(&said["addressees"]),
            deadline: deadline.map(|moment| (t.written(moment), is_over(moment, now()))),
            is_closed: said["closed"] == true,
            about: About::of(said, t),
            when: t.day_at(record.sequenced_at),
            marks: marks::of_record(record, t),
            reference: record.reference.clone(),
        }
    }
}

// What is no code is nobody's.
fn codes(list: &Value) -> Vec<String> {
    let listed = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    let codes = listed.filter(|code| code.parse::<liaison_protocol::Code>().is_ok());
    codes.take(ADDRESSEES).map(str::to_owned).collect()
}
