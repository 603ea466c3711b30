//! `GET /network/charter`: the charter versions in force and those that gather signatures, and what each changed, in the
//! words that its signers saw.

use askama::Template;
use axum::response::Response;
use liaison_api::model::CharterVersion;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_records::render_charter;

use super::mandates::charters;
use super::pending::{Pending, pending};
use crate::asked::{Asked, path_with};
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::show::{Said, When, short};
use crate::texts::Texts;

/// Versions of a page.
const PAGE: usize = 50;
/// Characters of the text of a version.
pub(super) const TEXT_MAX: usize = 100_000;

#[derive(Template)]
#[template(path = "charter.html")]
struct CharterPage {
    frame: Frame,
    pending: Vec<Pending>,
    more_pending: Option<String>,
    versions: Vec<Version>,
    older: Option<String>,
    shown: Shown,
}

struct Version {
    number: String,
    path: String,
    hash: String,
    round: u32,
    name: Said,
    created: When,
    signatures: usize,
    threshold: usize,
    is_shown: bool,
}

/// The version whose text is shown.
struct Shown {
    number: String,
    /// Made of text alone: what would hide or move is written out where it is made.
    text: String,
    cut: bool,
}

/// `GET /network/charter`
pub(crate) async fn page(reader: Reader) -> Result<Response, Fault> {
    let t = reader.t;
    let asked = Asked::of(&reader.path);
    let network = reader.node().network().await?;
    let chain = charters(&reader).await?;
    let newest = network.versions.last().map(|version| version.version);
    let wanted = asked.number("version")?.or(newest);
    let before = asked.number("before")?.unwrap_or(u64::MAX);
    let mut listed = network
        .versions
        .iter()
        .rev()
        .filter(|version| version.version < before);
    let versions: Vec<Version> = listed
        .by_ref()
        .take(PAGE)
        .map(|version| version_of(version, wanted, t))
        .collect();
    let shown = wanted.and_then(|wanted| shown(&chain, wanted, t));
    let Some(shown) = shown.filter(|_| !versions.is_empty()) else {
        return Err(Fault::NoPage);
    };
    let older = listed.next().map(|next| next.version + 1);
    let (pending, more) = pending(&reader).await?;
    html(&CharterPage {
        frame: reader.frame(Section::Network, t.say("charter-title")).await?,
        pending,
        more_pending: (more > 0).then(|| t.count("charter-pending-more", more).into_owned()),
        versions,
        older: older.map(|before| {
            path_with(
                "/network/charter",
                [("before", Some(before.to_string().as_str()))],
            )
        }),
        shown,
    })
}

fn version_of(version: &CharterVersion, wanted: Option<u64>, t: Texts) -> Version {
    let number = version.version.to_string();
    Version {
        path: format!("/network/charter?version={number}#text"),
        number: t.number(version.version),
        hash: version.hash.to_string(),
        round: version.round,
        name: Said::plain(&short::line(&version.name, 200)),
        created: t.moment(version.created_at),
        signatures: version.signatures,
        threshold: version.threshold,
        is_shown: wanted == Some(version.version),
    }
}

fn shown(chain: &[Signed<Charter>], wanted: u64, t: Texts) -> Option<Shown> {
    let place = chain.iter().position(|version| version.version == wanted)?;
    let version = chain.get(place)?;
    let before = place.checked_sub(1).and_then(|place| chain.get(place));
    let text = render_charter(
        before.map(|before| before.value()),
        version.value(),
        version.hash(),
    );
    Some(Shown {
        number: t.number(wanted),
        cut: text.chars().count() > TEXT_MAX,
        text: short::line(&text, TEXT_MAX),
    })
}
