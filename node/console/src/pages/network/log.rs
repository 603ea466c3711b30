//! `GET /network/{code}`: one authority's log in detail.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liaison_api::model::{AuthorityStatus, Witnessing};
use liaison_protocol::Code;

use super::REASON_MAX;
use super::authority::{Reason, condition, reasons, word};
use super::entries::{self, Line};
use super::mandates::{self, Mandated};
use crate::asked::{Asked, path_with};
use crate::console::now;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::names::Names;
use crate::reader::{Reader, html};
use crate::show::order;
use crate::show::{Said, When, short};
use crate::texts::Texts;

/// Characters of a checkpoint's note.
const NOTE_MAX: usize = 20_000;
/// Cosignatures that are listed.
const COSIGNED: usize = 200;

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    frame: Frame,
    code: String,
    facts: Facts,
    lines: Vec<Line>,
    first: bool,
    earlier: Option<String>,
    cosigned: Option<CosignedHead>,
    note: Option<Note>,
    mandates: Vec<Mandated>,
}

struct Facts {
    standing: String,
    condition: Option<String>,
    origin: String,
    origin_hash: String,
    epoch: u32,
    have: String,
    offered: String,
    behind: u64,
    verified: String,
    witnessed: String,
    holds: String,
    updates: String,
    void: u64,
    reasons: Vec<Reason>,
    redacted: u64,
    wants: u64,
    root: String,
    effect: String,
    last_heard: Option<When>,
    stopped: Option<Said>,
}

/// Who cosigned a head that covers the last entry.
struct CosignedHead {
    summary: String,
    reached: bool,
    when: Option<When>,
    by: Vec<Cosigner>,
}

struct Cosigner {
    name: String,
    when: When,
}

/// The newest checkpoint as text.
struct Note {
    lines: Vec<Said>,
    cut: bool,
}

/// `GET /network/{code}`
pub(crate) async fn page(Path(code): Path<String>, reader: Reader) -> Result<Response, Fault> {
    let t = reader.t;
    let code: Code = code.parse().map_err(|_| Fault::NoPage)?;
    let status = reader.node().status().await?;
    let log = status
        .authorities
        .iter()
        .find(|log| log.authority == code)
        .ok_or(Fault::NoPage)?;
    let asked = Asked::of(&reader.path);
    let before = asked.number("before")?;
    // Before the first entry there is nothing.
    if before == Some(0) {
        return Err(Fault::NoPage);
    }
    let (lines, earlier) = entries::before(&reader, log, before).await?;
    let names = Names::of(&reader).await?;
    let cosigned = match log.have.checked_sub(1) {
        Some(last) => {
            let entry = reader.node().entry(log.origin_hash, last).await?;
            Some(cosigned(entry.witnessed, &names, t))
        }
        None => None,
    };
    // A log of which nothing is held has no checkpoint.
    let note = reader.node().checkpoint(log.origin_hash).await.ok();
    let charters = mandates::charters(&reader).await?;
    let path = format!("/network/{code}");
    let title = t.fill("log-title", [("name", names.get(&code))]);
    html(&LogPage {
        frame: reader.frame_of(&status, Section::Network, title),
        facts: facts(log, t),
        lines,
        first: before.is_none(),
        earlier: earlier.map(|end| path_with(&path, [("before", Some(end.to_string().as_str()))])),
        cosigned,
        note: note.map(|note| note_of(&String::from_utf8_lossy(&note))),
        mandates: mandates::of(&charters, &code, now(), t),
        code: code.to_string(),
    })
}

fn facts(log: &AuthorityStatus, t: Texts) -> Facts {
    Facts {
        standing: t.word("network-standing", &word(&log.standing)),
        condition: condition(log, t),
        origin: log.origin.to_string(),
        origin_hash: log.origin_hash.to_string(),
        epoch: log.origin.epoch(),
        have: t.number(log.have),
        offered: t.number(log.offered),
        behind: log.offered.saturating_sub(log.have),
        verified: t.number(log.verified),
        witnessed: t.number(log.witnessed),
        holds: t.number(log.holds),
        updates: t.number(log.updates),
        void: log.void.values().sum(),
        reasons: reasons(log, t),
        redacted: log.redacted,
        wants: log.wants,
        root: log.root.to_string(),
        effect: log.effect_digest.to_string(),
        last_heard: log.last_heard.map(|at| t.moment(at)),
        stopped: log
            .stopped
            .as_deref()
            .map(|reason| Said::of("en", &short::line(reason, REASON_MAX))),
    }
}

fn cosigned(witnessed: Witnessing, names: &Names, t: Texts) -> CosignedHead {
    let values = [
        ("cosigned", witnessed.cosigned.len() as u64),
        ("witnesses", witnessed.witnesses as u64),
        ("needed", witnessed.needed as u64),
        ("size", witnessed.size.unwrap_or(0)),
    ];
    let values = values.map(|(name, value)| (name, t.number(value)));
    let by = witnessed.cosigned.iter().take(COSIGNED).map(|one| Cosigner {
        name: names.get(&one.authority).to_owned(),
        when: t.second(one.time),
    });
    let mut by: Vec<Cosigner> = by.collect();
    by.sort_by_key(|one| order::key(&one.name));
    CosignedHead {
        summary: match witnessed.size {
            Some(_) => t.fill("log-cosigned", values),
            None => t.say("log-not-cosigned"),
        }
        .into_owned(),
        reached: witnessed.reached,
        when: witnessed.time.map(|time| t.second(time)),
        by,
    }
}

fn note_of(text: &str) -> Note {
    Note {
        lines: short::line(text, NOTE_MAX).lines().map(Said::plain).collect(),
        cut: text.chars().count() > NOTE_MAX,
    }
}
