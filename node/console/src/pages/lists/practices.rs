//! `GET /practices`: good practices and techniques.

use askama::Template;
use axum::response::Response;
use liaison_api::model::SearchHit;

use super::{About, Filters, Pager, answered, asking, content, page_of};
use crate::asked::Asked;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::Reader;
use crate::show::{Said, When, marks};

const PATH: &str = "/practices";

#[derive(Template)]
#[template(path = "practices.html")]
struct PracticesPage {
    frame: Frame,
    filters: Filters,
    practices: Vec<Practice>,
    pager: Option<Pager>,
}

struct Practice {
    reference: liaison_api::model::Reference,
    heading: Said,
    category: Option<String>,
    maturity: Option<String>,
    about: About,
    when: When,
    marks: Vec<String>,
}

pub(in crate::pages) async fn page(reader: Reader, asked: Asked) -> Result<Response, Fault> {
    let (filters, query) = asking(&reader, &asked, "practice", PATH).await?;
    let (mut practices, mut pager) = (Vec::new(), None);
    if let Some(query) = query {
        let (hits, found) = page_of(&reader, &asked, PATH, query).await?;
        pager = Some(found);
        for hit in hits {
            practices.push(practice(&reader, hit).await?);
        }
    }
    let title = reader.t.say("section-practices");
    let frame = reader.frame(Section::Practices, title).await?;
    let wrong = filters.wrong;
    let page = PracticesPage {
        frame,
        filters,
        practices,
        pager,
    };
    answered(&page, wrong)
}

async fn practice(reader: &Reader, hit: SearchHit) -> Result<Practice, Fault> {
    let t = reader.t;
    let marks = marks::of_hit(&hit, t);
    let record = reader.node().record(hit.record.reference, None).await?;
    let said = content(&record);
    let word = |list: &str, name: &str| {
        said[name]
            .as_str()
            .map(|word| t.word(list, &super::said::word(word)))
    };
    Ok(Practice {
        heading: Said::heading(&record.reference, record.content.as_ref(), reader.language()).short(),
        category: word("practices-category", "category"),
        maturity: word("practices-maturity", "maturity"),
        about: About::of(said, t),
        when: t.day_at(record.sequenced_at),
        marks,
        reference: record.reference,
    })
}
