//! What was contributed to an exchange, and what answers that.

use liaison_api::model::{Record, Reference, ReferrerQuery};

use super::content;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::{Passage, When, marks};

const KIND: &str = "contribution";
/// Contributions of a page.
const PAGE: usize = 15;
/// Times that the node is asked for one page: a page of its own may hold none and have a next.
const ASKED_MAX: usize = 20;
/// Times that it is asked for a count.
const COUNTED_MAX: usize = 2;
/// Contributions that one count asks for.
const COUNT_PAGE: usize = 200;
/// Answers to a contribution that are shown with it.
const ANSWERS: usize = 3;
/// Characters of a contribution, and of an answer to it.
const TEXT: usize = 1_200;
const ANSWER_TEXT: usize = 400;

/// A contribution with what answers it.
pub(super) struct Contribution {
    pub(super) reference: Reference,
    pub(super) when: When,
    /// The beginning of its text; none where it is not here.
    pub(super) text: Option<Passage>,
    pub(super) marks: Vec<String>,
    pub(super) answers: Vec<Contribution>,
    /// Whether there are more answers than are shown.
    pub(super) is_more: bool,
}

/// A page of contributions.
pub(super) struct Contributions {
    pub(super) all: Vec<Contribution>,
    /// Records that may be contributions to it or not: their content is not here.
    pub(super) unread: usize,
    pub(super) next: Option<Reference>,
}

/// How many contributions to an exchange are here, and whether that is all of them.
pub(super) async fn count(reader: &Reader, exchange: &Reference) -> Result<(usize, bool), Fault> {
    let (mut count, mut after) = (0, None);
    for _ in 0..COUNTED_MAX {
        let found = named(reader, exchange, after, COUNT_PAGE).await?;
        count += found.records.len();
        after = found.next;
        if after.is_none() {
            return Ok((count, true));
        }
    }
    Ok((count, false))
}

/// The contributions to an exchange after this one.
pub(super) async fn page(
    reader: &Reader,
    exchange: &Reference,
    mut after: Option<Reference>,
) -> Result<Contributions, Fault> {
    let (mut records, mut unread) = (Vec::new(), 0);
    for _ in 0..ASKED_MAX {
        let found = named(reader, exchange, after, PAGE - records.len()).await?;
        records.extend(found.records);
        unread += found.unread;
        after = found.next;
        if after.is_none() || records.len() >= PAGE {
            break;
        }
    }
    records.sort_by_key(|record| record.sequenced_at);
    let mut all = Vec::new();
    for record in records {
        let found = named(reader, &record.reference, None, ANSWERS).await?;
        let answers = found
            .records
            .iter()
            .map(|answer| one(reader, answer, ANSWER_TEXT));
        all.push(Contribution {
            answers: answers.collect(),
            is_more: found.next.is_some(),
            ..one(reader, &record, TEXT)
        });
    }
    Ok(Contributions {
        all,
        unread,
        next: after,
    })
}

async fn named(
    reader: &Reader,
    reference: &Reference,
    after: Option<Reference>,
    limit: usize,
) -> Result<liaison_api::model::ReferrerPage, Fault> {
    let query = ReferrerQuery {
        kind: KIND.to_owned(),
        after,
        limit,
    };
    Ok(reader.node().referrers(reference.clone(), query).await?)
}

fn one(reader: &Reader, record: &Record, most: usize) -> Contribution {
    Contribution {
        reference: record.reference.clone(),
        when: reader.t.moment(record.sequenced_at),
        text: Passage::texts(&content(record)["text"], reader.language(), most),
        marks: marks::of_record(record, reader.t),
        answers: Vec::new(),
        is_more: false,
    }
}
