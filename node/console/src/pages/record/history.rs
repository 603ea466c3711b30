//! The versions of a record, newest first, each with what it changed.

use std::collections::VecDeque;

use liaison_api::model::{
    AsOf, Data, HISTORY_PAGE_MAX, HistoryQuery, PayloadState, Problem, ProblemType, Record, RecordVersion,
    Reference, VersionCursor,
};
use serde_json::Value;

use super::changes::{Changes, Room};
use super::head::status_word;
use crate::address::read;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::link::query;
use crate::show::{Signers, Tlp, When};

/// Versions of a page.
const SHOWN: usize = 10;
/// Pages of the node that are read for one: it gives the oldest versions first.
const PAGES: usize = 50;

pub(super) struct History {
    pub(super) versions: Vec<Version>,
    /// The page of the newest, where this is another one.
    pub(super) newest: Option<String>,
    pub(super) older: Option<String>,
    /// Whether there are newer ones than can be reached.
    pub(super) is_cut: bool,
}

pub(super) struct Version {
    pub(super) name: String,
    /// The record as this version left it.
    pub(super) path: String,
    pub(super) entry: String,
    pub(super) when: When,
    pub(super) action: String,
    pub(super) signers: Signers,
    pub(super) tlp: Tlp,
    pub(super) status: &'static str,
    pub(super) status_text: String,
    pub(super) disputed: bool,
    pub(super) changes: Changes,
}

/// The content of a version, as far as it can be compared.
#[derive(PartialEq)]
enum Held {
    Json(Value),
    Unreadable,
    Erased,
    /// It is not here, or is not for this authority.
    Absent,
}

impl History {
    pub(super) async fn of(reader: &Reader, record: &Record, cursor: Option<&str>) -> Result<History, Fault> {
        let before: Option<VersionCursor> = read(cursor)?;
        let (mut found, is_cut) = newest(reader, &record.reference, before).await?;
        let base = match found.len() > SHOWN {
            true => found.pop_front(),
            false => None,
        };
        let path = format!("/records/{}", record.reference);
        let older = base.as_ref().and_then(|_| found.front()).map(|oldest| {
            let before = name(oldest).to_string();
            format!("{}#history", query(&path, &[("history", &before)]))
        });
        let changes = changes(reader, record, base.as_ref().map(name), &found).await?;
        let versions = found.iter().rev().zip(changes);
        Ok(History {
            versions: versions
                .map(|(version, changes)| shown(reader, record, version, &path, changes))
                .collect(),
            newest: before.map(|_| format!("{path}#history")),
            older,
            is_cut,
        })
    }
}

// The newest versions before this one, oldest first: those of a page and one that they grew from. Whether there are
// newer ones that were not read.
async fn newest(
    reader: &Reader,
    reference: &Reference,
    before: Option<VersionCursor>,
) -> Result<(VecDeque<RecordVersion>, bool), Fault> {
    let mut found = VecDeque::new();
    let mut after = None;
    for _ in 0..PAGES {
        let limit = HISTORY_PAGE_MAX;
        let asked = HistoryQuery { after, limit };
        let page = reader.node().history(reference.clone(), asked).await?;
        for version in page.versions {
            if before.is_some_and(|before| name(&version) >= before) {
                return Ok((found, false));
            }
            if found.len() > SHOWN {
                found.pop_front();
            }
            found.push_back(version);
        }
        after = page.next;
        if after.is_none() {
            return Ok((found, false));
        }
    }
    Ok((found, true))
}

fn name(version: &RecordVersion) -> VersionCursor {
    VersionCursor {
        epoch: version.epoch,
        index: version.index,
    }
}

// What each version changed against the one before it, the newest first, so that these have the room that there is.
async fn changes(
    reader: &Reader,
    record: &Record,
    base: Option<VersionCursor>,
    versions: &VecDeque<RecordVersion>,
) -> Result<Vec<Changes>, Fault> {
    let mut contents = vec![match base {
        Some(base) => content(reader, record, base).await?,
        None => Held::Json(Value::Null),
    }];
    // Of each put the place of its content; what it is compared with is the one before that.
    let mut places = Vec::new();
    for version in versions {
        let is_put = version.action == "put";
        if is_put {
            contents.push(content(reader, record, name(version)).await?);
        }
        places.push(is_put.then(|| contents.len() - 1));
    }
    let mut room = Room::of_a_page();
    let compared = places.into_iter().rev().map(|place| match place {
        Some(place) => compare(reader, record, &contents[place - 1], &contents[place], &mut room),
        None => Changes::None,
    });
    Ok(compared.collect())
}

fn compare(reader: &Reader, record: &Record, before: &Held, here: &Held, room: &mut Room) -> Changes {
    match (before, here) {
        (_, Held::Erased) => Changes::Erased,
        (_, Held::Absent) => Changes::Absent,
        (Held::Json(Value::Null), _) => Changes::First,
        (Held::Erased | Held::Absent, _) => Changes::NothingBefore,
        (Held::Json(before), Held::Json(after)) => {
            Changes::between(record.reference.record.kind(), before, after, room, reader.t)
        }
        _ => Changes::Incomparable,
    }
}

fn shown(reader: &Reader, record: &Record, version: &RecordVersion, path: &str, changes: Changes) -> Version {
    let t = reader.t;
    let origin = record.origin.with_epoch(version.epoch);
    let log = origin.hash();
    let at = format!("{origin}@{}", version.index.saturating_add(1));
    let status = status_word(version.status);
    Version {
        name: format!("{}.{}", version.epoch, version.index),
        path: query(path, &[("as_of", &at)]),
        entry: format!("/entries/{log}/{}", version.index),
        when: t.moment(version.sequenced_at),
        action: t.word("action", &version.action),
        signers: Signers::of(&version.signers, log, t),
        tlp: Tlp::of(version.audience, t),
        status,
        status_text: t.word("record-status", status),
        disputed: version.disputed,
        changes,
    }
}

// What the record held right behind this version's entry.
async fn content(reader: &Reader, record: &Record, version: VersionCursor) -> Result<Held, Fault> {
    let origin = record.origin.with_epoch(version.epoch);
    let at = AsOf::Checkpoints(vec![(origin, version.index.saturating_add(1))]);
    let then = match reader.node().record(record.reference.clone(), Some(at)).await {
        Ok(then) => then,
        // A history can be read where an old state no longer can.
        Err(Problem {
            problem: ProblemType::NotFound | ProblemType::Undecided | ProblemType::Malformed,
            ..
        }) => return Ok(Held::Absent),
        Err(problem) => return Err(problem.into()),
    };
    Ok(match (then.content.map(|content| content.data), then.payload) {
        (Some(Data::Json(json)), _) => Held::Json(json),
        (Some(Data::Base64(_)), _) => Held::Unreadable,
        (None, PayloadState::None) => Held::Erased,
        (None, _) => Held::Absent,
    })
}
