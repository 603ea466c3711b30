//! What waits for this authority, put together from records, drafts and mandates.

mod keys;
mod waiting;

use std::collections::BTreeSet;

use liaison_api::model::{INBOX_MAX, Inbox, InboxItem, InboxSort, Problem, Reference};
use liaison_authority::drafts::{DraftSummary, Step};
use liaison_knowledge::views;
use liaison_protocol::Code;
use liaison_protocol::charter::Standing;
use liaison_protocol::effect::Status;
use liaison_protocol::update::RecordName;
use serde_json::Value;

use self::waiting::{Answered, Waiting};
use super::{NodeBackend, drafts as shelf, failed, records};
use crate::engine::Engine;

/// Records read with one question to the engine.
const PAGE: usize = 200;

/// A record that stands, with what it holds.
struct Read {
    reference: Reference,
    content: Value,
    index: u64,
    sequenced_at: u64,
}

// Which records are read.
#[derive(Clone)]
struct Walk {
    code: Code,
    kind: Option<&'static str>,
    // Those read come after this one; none at the beginning.
    after: Option<RecordName>,
}

impl NodeBackend {
    /// All that waits, with titles in this language.
    pub(super) async fn what_waits(&self, language: String) -> Result<Inbox, Problem> {
        let now = crate::runtime::now();
        let asked = self.ask(move |engine| {
            let authorities = &engine.world().chain().newest().authorities;
            let codes: Vec<Code> = authorities.keys().cloned().collect();
            let own = engine.own().origin().authority();
            let listed = authorities.get(&own);
            let is_member = listed.is_some_and(|listed| listed.rank.standing == Standing::Member);
            Ok((own, is_member, codes, keys::ending(engine, now)))
        });
        let (own, is_member, codes, mut items) = asked.await?;
        let waiting = Waiting {
            code: &own,
            is_member,
            language: &language,
            now,
        };
        let (lines, signed) = self.to_be_signed().await?;
        items.extend(lines);
        let prepared = shelf::with(&self.drafts, move |all| {
            let closed = all.all().into_iter().filter(|draft| draft.step != Step::Open);
            let taken_up = closed.filter_map(|draft| Some((draft.suggestion.clone()?, draft.record.clone())));
            Ok((drafts(all.all(), &signed), taken_up.collect()))
        });
        let (lines, taken_up): (Vec<InboxItem>, BTreeSet<(String, RecordName)>) = prepared.await?;
        items.extend(lines);
        let mut answered = Answered::taking_up(taken_up);
        self.each_page(&own, None, |page| {
            answered.note(&page);
            items.extend(waiting.reviews(&page));
        })
        .await?;
        for code in codes.iter().filter(|code| **code != own) {
            self.each_page(code, Some("exchange"), |page| {
                items.extend(waiting.open(InboxSort::Exchange, &page, &answered));
            })
            .await?;
            self.each_page(code, Some("study"), |page| {
                items.extend(waiting.open(InboxSort::Study, &page, &answered));
            })
            .await?;
            self.each_page(code, Some("suggestion"), |page| {
                items.extend(waiting.suggestions(&page, &answered));
            })
            .await?;
        }
        items.sort_by_key(|item| (!item.overdue, item.sort));
        let more = items.len() > INBOX_MAX;
        items.truncate(INBOX_MAX);
        Ok(Inbox {
            authority: own,
            items,
            more,
        })
    }

    // Page by page, so that the engine goes on in between.
    async fn each_page(
        &self,
        code: &Code,
        kind: Option<&'static str>,
        mut take: impl FnMut(Vec<Read>),
    ) -> Result<(), Problem> {
        let mut walk = Walk {
            code: code.clone(),
            kind,
            after: None,
        };
        loop {
            let mut next_walk = walk.clone();
            let page = self.ask(move |engine| {
                let (records, has_more) = next(engine, &mut next_walk)?;
                Ok((records, has_more, next_walk))
            });
            let (records, has_more, next_walk) = page.await?;
            take(records);
            walk = next_walk;
            if !has_more {
                return Ok(());
            }
        }
    }
}

// The next records of a walk, and whether there may be more after them; the walk goes on after the last of these.
fn next(engine: &Engine, walk: &mut Walk) -> Result<(Vec<Read>, bool), Problem> {
    let found = views::records(engine.index(), &walk.code, walk.kind, walk.after.as_ref(), PAGE);
    let found = found.map_err(failed)?;
    let has_more = found.len() == PAGE;
    walk.after = found.last().map(|(name, _)| name.clone());
    let mut read = Vec::new();
    for (record, newest) in found {
        if newest.state.status != Status::Current {
            continue;
        }
        let authority = walk.code.clone();
        let reference = Reference { authority, record };
        let payload = records::held_payload(engine, &reference, &newest.state)?;
        let content = payload.and_then(|payload| liaison_records::record(&reference.record, &payload).ok());
        read.extend(content.map(|content| Read {
            reference,
            content,
            index: newest.index,
            sequenced_at: newest.sequenced_at,
        }));
    }
    Ok((read, has_more))
}

// Drafts that wait for a decision or a signature; of records that an update changes which waits itself, that is told.
fn drafts<'a>(
    drafts: impl IntoIterator<Item = &'a DraftSummary>,
    signed: &BTreeSet<RecordName>,
) -> Vec<InboxItem> {
    let open = drafts.into_iter().filter(|draft| !signed.contains(&draft.record));
    let each = open.filter_map(|draft| {
        let (what, next) = match draft.step {
            Step::Submitted => ("decide on", "show"),
            Step::Approved => ("sign", "sign"),
            _ => return None,
        };
        Some(InboxItem {
            sort: InboxSort::Draft,
            reference: None,
            since: draft.changed_at,
            text: format!(
                "{what} the draft of {} by {}",
                draft.record,
                draft.authors.join(", ")
            ),
            due: None,
            overdue: false,
            next: format!("liaison draft {next} {}", draft.id),
        })
    });
    each.collect()
}
