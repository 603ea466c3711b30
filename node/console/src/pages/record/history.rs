//! The versions of a record, oldest first, each with what it changed.

use liaison_api::model::{
    AsOf, Data, HistoryQuery, PayloadState, Problem, ProblemType, Record, RecordVersion, VersionCursor,
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

pub(super) struct History {
    pub(super) versions: Vec<Version>,
    /// The first page, where this is another one.
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
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
        let after: Option<VersionCursor> = read(cursor)?;
        let asked = HistoryQuery { after, limit: SHOWN };
        let found = reader.node().history(record.reference.clone(), asked).await?;
        let path = format!("/records/{}", record.reference);
        let mut before = match after {
            Some(cursor) => content(reader, record, cursor).await?,
            None => Held::Json(Value::Null),
        };
        let mut room = Room::of_a_page();
        let mut versions = Vec::new();
        for version in &found.versions {
            let changes = match version.action.as_str() {
                "put" => {
                    let cursor = VersionCursor {
                        epoch: version.epoch,
                        index: version.index,
                    };
                    let here = content(reader, record, cursor).await?;
                    let changes = compare(reader, record, &before, &here, &mut room);
                    before = here;
                    changes
                }
                _ => Changes::None,
            };
            versions.push(shown(reader, record, version, &path, changes));
        }
        let page = |cursor: &str| format!("{}#history", query(&path, &[("history", cursor)]));
        Ok(History {
            versions,
            first: after.map(|_| format!("{path}#history")),
            next: found.next.map(|next| page(&next.to_string())),
        })
    }
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
