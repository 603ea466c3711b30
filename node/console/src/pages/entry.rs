//! `GET /entries/{origin_hash}/{index}`: one entry of a log, what it came to, and how far it is known.

use askama::Template;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::Response;
use liaison_api::model::{Change, Entry, PayloadState, Verdict};
use liaison_protocol::Hash;
use liaison_protocol::entry::{self, Content};
use liaison_records::render_statement;

use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::pages::record::file;
use crate::reader::{Reader, html};
use crate::show::{Said, Tlp, When, Witnesses};
use crate::texts::Texts;

/// The entry that a path names.
pub(super) struct Place(Hash, u64);

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Place, Fault> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((log, index)) = path.map_err(|_| Fault::NoPage)?;
        let place = log.parse().ok().zip(index.parse().ok());
        place.map(|(log, index)| Place(log, index)).ok_or(Fault::NoPage)
    }
}

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    frame: Frame,
    path: String,
    authority: String,
    origin: String,
    index: u64,
    before: Option<String>,
    after: Option<String>,
    sort: String,
    verdict: &'static str,
    disputed: bool,
    void: Option<(String, Said)>,
    changes: Vec<Changed>,
    statement: Option<String>,
    charter: Option<String>,
    leaf_hash: String,
    bytes: Option<String>,
    sequenced_at: Option<When>,
    witnesses: Witnesses,
    network: String,
}

struct Changed {
    action: String,
    reference: String,
    tlp: Option<Tlp>,
    size: Option<String>,
    digest: Option<String>,
    payload: &'static str,
}

pub(super) async fn page(reader: Reader, Place(log, index): Place) -> Result<Response, Fault> {
    let t = reader.t;
    let entry = reader.node().entry(log, index).await?;
    let status = reader.node().status().await?;
    let authority = entry.origin.authority().to_string();
    let title = t.fill(
        "entry-title",
        [("index", index.to_string()), ("authority", authority.clone())],
    );
    let held = status
        .authorities
        .iter()
        .find(|held| held.origin_hash == log)
        .map(|held| held.have);
    let beside = |index: u64| format!("/entries/{log}/{index}");
    let follows = index
        .checked_add(1)
        .filter(|next| held.is_none_or(|held| *next < held));
    let read = read(&entry);
    html(&EntryPage {
        frame: reader.frame_of(&status, Section::Network, title),
        path: beside(index),
        before: index.checked_sub(1).map(beside),
        after: follows.map(beside),
        sort: sort(read.as_ref(), t),
        verdict: word(&entry.verdict),
        disputed: matches!(&entry.verdict, Verdict::Updates { disputed: true, .. }),
        void: void(&entry.verdict, t),
        changes: changes(&entry, t),
        statement: statement(read.as_ref()),
        charter: match read.as_ref() {
            Some(Content::Naming(naming)) => Some(naming.hash.to_string()),
            _ => None,
        },
        leaf_hash: entry.leaf_hash.to_string(),
        bytes: entry.leaf.as_ref().map(|leaf| t.number(leaf.0.len() as u64)),
        sequenced_at: entry.sequenced_at.map(|at| t.moment(at)),
        witnesses: Witnesses::of(entry.published, &entry.witnessed, entry.copies, t),
        network: status.network.grouped(),
        origin: entry.origin.to_string(),
        authority,
        index,
    })
}

/// `GET /entries/{origin_hash}/{index}/proof`
pub(super) async fn proof(reader: Reader, Place(log, index): Place) -> Result<Response, Fault> {
    let entry = reader.node().entry(log, index).await?;
    let bytes = reader.node().bundle(log, index).await?;
    let origin = entry.origin;
    let name = format!("{}-{}.{index}.liaison", origin.authority(), origin.epoch());
    Ok(file(&name, bytes))
}

// What the leaf carries; nothing where it is redacted or cannot be read.
fn read(entry: &Entry) -> Option<Content> {
    let leaf = entry.leaf.as_ref()?;
    entry::Entry::from_bytes(&leaf.0).ok().map(|read| read.content)
}

fn sort(read: Option<&Content>, t: Texts) -> String {
    let text = match read {
        Some(Content::Update(_)) => t.say("entry-sort-update"),
        Some(Content::Statement(_)) => t.say("entry-sort-statement"),
        Some(Content::Naming(_)) => t.say("entry-sort-naming"),
        None => t.say("entry-sort-unread"),
    };
    text.into_owned()
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pending => "pending",
        Verdict::Holds => "holds",
        Verdict::Updates { .. } => "updates",
        Verdict::Void { .. } => "void",
        Verdict::Redacted => "redacted",
    }
}

fn void(verdict: &Verdict, t: Texts) -> Option<(String, Said)> {
    match verdict {
        Verdict::Void { code, reason } => Some((t.word("void", code), Said::of("en", reason))),
        _ => None,
    }
}

fn changes(entry: &Entry, t: Texts) -> Vec<Changed> {
    let Verdict::Updates { changes, .. } = &entry.verdict else {
        return Vec::new();
    };
    let authority = entry.origin.authority();
    let changed = |change: &Change| Changed {
        action: t.word("action", &change.action),
        reference: format!("{authority}/{}", change.record),
        tlp: change.audience.map(|audience| Tlp::of(audience, t)),
        size: change.size.map(|size| t.number(size)),
        digest: change.digest.map(|digest| digest.to_string()),
        payload: match change.payload {
            PayloadState::Held => "entry-payload-held",
            PayloadState::Wanted => "entry-payload-wanted",
            PayloadState::NotEntitled => "entry-payload-not-entitled",
            PayloadState::None => "entry-payload-none",
        },
    };
    changes.iter().map(changed).collect()
}

// A statement in the words that its signer read; they are in English, and hide nothing.
fn statement(read: Option<&Content>) -> Option<String> {
    match read {
        Some(Content::Statement(signed)) => Some(render_statement(signed.value())),
        _ => None,
    }
}
