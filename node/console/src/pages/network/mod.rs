//! `GET /network`: who belongs to the network, who is connected, how far each log is held here, and what is wrong.

mod authority;
mod charter;
mod checkup;
mod entries;
mod evidence;
mod guard;
mod log;
mod mandates;
mod pending;

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use liaison_api::model::{Network, Peer, Rivalry, Status};
use liaison_protocol::Code;

use crate::asked::{Asked, path_with};
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::names::Names;
use crate::reader::{Reader, html};
use crate::show::order;
use crate::show::{Said, When, short};
use authority::Authority;
use evidence::Held;
use guard::Guarded;

pub(super) use charter::page as charter;
pub(super) use checkup::page as checkup;
pub(super) use evidence::download as evidence;
pub(super) use log::page as log;

/// Authorities of a page.
const PAGE: usize = 100;
/// Rivalries that are told.
const RIVALRIES: usize = 20;
/// Characters of a reason.
const REASON_MAX: usize = 400;

#[derive(Template)]
#[template(path = "network.html")]
struct NetworkPage {
    frame: Frame,
    network: NetworkFacts,
    guarded: Guarded,
    /// Who is connected of the authorities that may cosign the own log.
    witnesses: String,
    has_quorum: bool,
    rivalries: Vec<Rivals>,
    stopped: Vec<Stopped>,
    evidence: Held,
    inspects: bool,
    authorities: Vec<Authority>,
    previous: Option<String>,
    next: Option<String>,
}

struct NetworkFacts {
    name: Said,
    id: String,
    council: Vec<String>,
    threshold: usize,
    version: u64,
    started: When,
    release: String,
}

/// Charter versions that exclude each other.
struct Rivals {
    parent: String,
    rivals: Vec<String>,
    chosen: Option<String>,
}

/// A log that is followed no further.
struct Stopped {
    code: String,
    name: String,
    reason: Said,
}

/// `GET /network`
pub(super) async fn page(reader: Reader) -> Result<Response, Fault> {
    let t = reader.t;
    let status = reader.node().status().await?;
    let network = reader.node().network().await?;
    let peers = by_authority(reader.node().peers().await?);
    let names = Names::of(&reader).await?;
    let asked = Asked::of(&reader.path);
    let page = asked.number("page")?.unwrap_or(0);
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let mut logs: Vec<_> = status.authorities.iter().collect();
    logs.sort_by_key(|log| order::key(names.get(&log.authority)));
    let start = page.saturating_mul(PAGE);
    if page > 0 && start >= logs.len() {
        return Err(Fault::NoPage);
    }
    let here = logs.iter().skip(start).take(PAGE);
    let authorities = here.map(|log| {
        let peer = peers.get(&log.authority).map(Vec::as_slice).unwrap_or_default();
        let listed = network
            .authorities
            .iter()
            .find(|one| one.authority == log.authority);
        Authority::of(log, listed, peer, &status, &names, t)
    });
    let path = |page: usize| path_with("/network", [("page", Some(page.to_string().as_str()))]);
    let counts = [
        ("connected", status.peers.witnesses_connected),
        ("witnesses", status.peers.witnesses),
        ("needed", status.peers.needed),
    ];
    html(&NetworkPage {
        frame: reader.frame_of(&status, Section::Network, t.say("network-title")),
        guarded: Guarded::of(&status.guard, t),
        witnesses: t
            .fill(
                "network-witnesses",
                counts.map(|(name, count)| (name, t.number(count as u64))),
            )
            .into_owned(),
        has_quorum: status.peers.witnesses_connected >= status.peers.needed,
        rivalries: network.rivalries.iter().take(RIVALRIES).map(rivals).collect(),
        stopped: stopped(&status, &names),
        evidence: Held::of(&reader, &names).await?,
        inspects: checkup::may_inspect(&reader),
        authorities: authorities.collect(),
        previous: page.checked_sub(1).map(path),
        next: (start + PAGE < logs.len()).then(|| path(page + 1)),
        network: facts(&network, &status, &reader),
    })
}

fn by_authority(peers: Vec<Peer>) -> BTreeMap<Code, Vec<Peer>> {
    let mut found: BTreeMap<Code, Vec<Peer>> = BTreeMap::new();
    for peer in peers {
        found.entry(peer.authority.clone()).or_default().push(peer);
    }
    found
}

fn facts(network: &Network, status: &Status, reader: &Reader) -> NetworkFacts {
    NetworkFacts {
        name: Said::plain(&short::line(&network.name, 200)),
        id: network.network.grouped(),
        council: network.council.iter().map(|key| key.key_id.to_string()).collect(),
        threshold: network.threshold,
        version: status.charter.version,
        started: reader.t.moment(status.started_at),
        release: status.release.clone(),
    }
}

fn rivals(rivalry: &Rivalry) -> Rivals {
    Rivals {
        parent: rivalry.parent.to_string(),
        rivals: rivalry.rivals.iter().map(ToString::to_string).collect(),
        chosen: rivalry.chosen.map(|chosen| chosen.to_string()),
    }
}

fn stopped(status: &Status, names: &Names) -> Vec<Stopped> {
    let logs = status.authorities.iter();
    logs.filter_map(|log| {
        Some(Stopped {
            code: log.authority.to_string(),
            name: names.get(&log.authority).to_owned(),
            reason: Said::of("en", &short::line(log.stopped.as_deref()?, REASON_MAX)),
        })
    })
    .take(PAGE)
    .collect()
}
