//! `GET /notices`: news of the network, the newest first.

use std::cmp::Reverse;

use askama::Template;
use axum::response::Response;
use liaison_api::model::{Reference, SearchHit, SearchQuery};
use liaison_records::day;

use super::{About, Filters, PAGE, Pager, Part, all, answered, asking, content, web_link};
use crate::asked::Asked;
use crate::console::now;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::Reader;
use crate::show::{Passage, Said, When, marks};

const PATH: &str = "/notices";
/// Notices that are brought in order: the node gives them in another.
const ORDERED: usize = 500;
/// Characters of the text that the list shows.
const TEXT: usize = 500;

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    frame: Frame,
    filters: Filters,
    notices: Vec<Notice>,
    pager: Option<Pager>,
    /// Whether there are more than can be brought in order.
    is_more: bool,
}

struct Notice {
    reference: Reference,
    heading: Said,
    text: Option<Passage>,
    link: Option<String>,
    /// Until when it is of interest, and whether that is over.
    until: Option<(When, bool)>,
    about: About,
    when: When,
    marks: Vec<String>,
}

pub(in crate::pages) async fn page(reader: Reader, asked: Asked) -> Result<Response, Fault> {
    let (filters, query) = asking(&reader, &asked, "notice", PATH).await?;
    let (mut notices, mut pager, mut is_more) = (Vec::new(), None, false);
    if let Some(query) = query {
        let skip = query.skip;
        let (mut hits, more) = all(&reader, SearchQuery { skip: 0, ..query }, ORDERED).await?;
        is_more = more;
        hits.sort_by_key(|hit| Reverse(hit.record.sequenced_at));
        let known = asked.only(&["topic", "authority"]);
        let part = part(skip, hits.len());
        pager = Some(Pager::of(&part, reader.t, PATH, &known));
        for hit in hits.into_iter().skip(skip).take(PAGE) {
            notices.push(notice(&reader, hit).await?);
        }
    }
    let title = reader.t.say("section-notices");
    let frame = reader.frame(Section::Notices, title).await?;
    let wrong = filters.wrong;
    let page = NoticesPage {
        frame,
        filters,
        notices,
        pager,
        is_more,
    };
    answered(&page, wrong)
}

fn part(skip: usize, total: usize) -> Part {
    let end = skip.saturating_add(PAGE);
    Part {
        skip,
        shown: total.saturating_sub(skip).min(PAGE),
        total: total as u64,
        page: PAGE,
        next: (end < total).then(|| end.to_string()),
    }
}

async fn notice(reader: &Reader, hit: SearchHit) -> Result<Notice, Fault> {
    let t = reader.t;
    let marks = marks::of_hit(&hit, t);
    let record = reader.node().record(hit.record.reference, None).await?;
    let said = content(&record);
    let today = day(now()).map(|day| day.to_string()).unwrap_or_default();
    let until = said["until"].as_str();
    Ok(Notice {
        heading: Said::heading(&record.reference, record.content.as_ref(), reader.language()).short(),
        text: Passage::texts(&said["text"], reader.language(), TEXT),
        link: web_link(&said["link"]),
        // Days, months and years are in order as they are written; one that has begun is not over.
        until: until.map(|until| (t.written(until), !today.starts_with(until) && *until < *today)),
        about: About::of(said, t),
        when: t.day_at(record.sequenced_at),
        marks,
        reference: record.reference,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_what_was_brought_in_order_lead_on_to_its_end() {
        assert_eq!(part(0, 26).next.as_deref(), Some("25"));
        assert_eq!((part(25, 26).next, part(25, 26).shown), (None, 1));
        assert_eq!(part(100, 26).shown, 0);
    }
}
