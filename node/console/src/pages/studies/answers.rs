//! The answers to a study, with what is to be known of the entry that carries each.

use liaison_api::model::{Change, Entry, RecordQuery, RecordStatus, RecordSummary, Reference, Verdict};
use liaison_protocol::Code;
use liaison_records::study::{Given, Limit, Timing, Witnessed, answer_slug, territory};

use super::super::lists::content;
use super::witnessed::Heads;
use crate::fault::Fault;
use crate::reader::Reader;

/// Answers that a page evaluates.
pub(super) const ANSWERS: usize = 120;
/// Times that the node is asked for the answers to one study, and for their number alone.
pub(super) const LISTED_MAX: usize = 40;
pub(super) const COUNTED_MAX: usize = 4;
const RECORDS: usize = 200;

/// The answers to a study that stand, with the territory of each, and whether these are all.
pub(super) async fn listed(
    reader: &Reader,
    study: &Reference,
    asked_max: usize,
) -> Result<(Vec<(RecordSummary, Option<String>)>, bool), Fault> {
    let prefix = answer_slug(&study.authority, &study.record, None);
    let mut found = Vec::new();
    let mut after = None;
    for _ in 0..asked_max {
        let query = RecordQuery {
            kind: Some("answer".to_owned()),
            prefix: Some(prefix.clone()),
            after,
            limit: RECORDS,
            ..RecordQuery::default()
        };
        let page = reader.node().records(query).await?;
        for summary in page.records {
            let slug = summary.reference.record.slug();
            let answers = territory(slug, &study.authority, &study.record);
            if let Some(territory) = answers.filter(|_| summary.status == RecordStatus::Current) {
                let territory = territory.map(str::to_owned);
                found.push((summary, territory));
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok((found, true));
        }
    }
    Ok((found, false))
}

/// The answers with their content and timing.
pub(super) async fn given(
    reader: &Reader,
    found: Vec<(RecordSummary, Option<String>)>,
    addressees: &[Code],
    limit: Option<Limit>,
) -> Result<Vec<Given>, Fault> {
    let mut heads = Heads::new();
    let mut answers = Vec::new();
    for (summary, territory) in found {
        let record = reader.node().record(summary.reference, None).await?;
        let index = record.previous.index;
        let entry = reader.node().entry(record.origin_hash, index).await?;
        let witnessed = match is_put(&entry, &record.reference) {
            true => heads.witnessed(reader, &entry, limit).await?,
            // What is here is another entry's, of which this one's time says nothing.
            false => Witnessed::default(),
        };
        answers.push(Given {
            addressed: addressees.contains(&record.reference.authority),
            entry: format!("{}@{index}", record.reference),
            witnessed,
            timing: limit.map_or(Timing::CannotTell, |limit| limit.judge(witnessed)),
            disputed: record.disputed,
            content: Some(content(&record).clone()).filter(|content| content.is_object()),
            authority: record.reference.authority,
            territory,
        });
    }
    Ok(answers)
}

fn is_put(entry: &Entry, reference: &Reference) -> bool {
    let record = reference.record.to_string();
    let puts = |change: &Change| change.record == record && change.action == "put";
    matches!(&entry.verdict, Verdict::Updates { changes, .. } if changes.iter().any(puts))
}
