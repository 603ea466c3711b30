//! How the node does, who belongs to the network, who is connected.

use liaison_api::model::{
    AuthorityStatus, CharterName, CharterVersion, CouncilKey, Network, NetworkAuthority, Peer, PeerCount,
    PeerVersions, Problem, Rivalry, Status,
};
use liaison_federation::{LogReport, PeerReport, Report};
use liaison_protocol::charter::{Authority, Charter};
use liaison_protocol::quorum;
use liaison_protocol::{Code, Origin};

use super::{Process, failed, guard};
use crate::engine::Engine;

/// Wants counted for a status; more than these are shown as these.
const WANTS_MAX: usize = 100_000;

/// How the node does.
pub(super) fn status(engine: &Engine, process: Process) -> Result<Status, Problem> {
    let world = engine.world();
    let newest = world.chain().newest();
    let report = engine.federation().status();
    Ok(Status {
        network: world.chain().network(),
        name: newest.name.clone(),
        authority: engine.own().origin().authority(),
        release: env!("CARGO_PKG_VERSION").to_owned(),
        instance: process.instance,
        started_at: process.started_at,
        charter: CharterName {
            version: newest.version,
            hash: newest.hash(),
        },
        proposals: report.proposals,
        guard: guard(engine.guard_state()),
        peers: count(engine, &report),
        authorities: authorities(engine, &report)?,
    })
}

/// How the log of every authority stands.
pub(crate) fn authorities(engine: &Engine, report: &Report) -> Result<Vec<AuthorityStatus>, Problem> {
    let chain = engine.world().chain();
    let listed = chain.newest().authorities.values();
    listed
        .filter_map(|authority| Some((authority, chain.origin(&authority.code)?)))
        .map(|(authority, origin)| authority_status(engine, report, authority, origin))
        .collect()
}

/// Who is connected, against what a quorum of the own log needs.
pub(crate) fn count(engine: &Engine, report: &Report) -> PeerCount {
    let connected: Vec<&Code> = report
        .peers
        .iter()
        .filter(|p| p.connected)
        .map(|p| &p.authority)
        .collect();
    let witnesses = witnesses(engine);
    PeerCount {
        connected: connected.len(),
        witnesses_connected: witnesses.iter().filter(|code| connected.contains(code)).count(),
        witnesses: witnesses.len(),
        needed: quorum::needed(witnesses.len()),
    }
}

/// The witnesses of the own log, by the newest charter version.
pub(crate) fn witnesses(engine: &Engine) -> Vec<&Code> {
    let own = engine.own().origin().authority();
    engine.world().chain().newest().witnesses_for(&own).collect()
}

fn authority_status(
    engine: &Engine,
    report: &Report,
    authority: &Authority,
    origin: Origin,
) -> Result<AuthorityStatus, Problem> {
    let log: Option<&LogReport> = report.logs.iter().find(|log| log.origin == origin);
    let head = engine.store().head(&origin);
    let counts = engine.knowledge().counts(&origin);
    let wants = engine.open_wants(&origin, WANTS_MAX).map_err(failed)?.len() as u64;
    let verified_at = log.map(|log| log.last_heard).filter(|at| *at > 0);
    let of_it = report
        .peers
        .iter()
        .filter(|peer| peer.authority == authority.code);
    let heard = of_it.map(|peer| peer.last_heard).max().filter(|at| *at > 0);
    let have = head.as_ref().map_or(0, |head| head.size);
    Ok(AuthorityStatus {
        authority: authority.code.clone(),
        standing: authority.rank.standing,
        condition: authority.rank.condition,
        origin_hash: origin.hash(),
        have,
        offered: log.map_or(have, |log| log.offered),
        fetched: log.map_or(have, |log| log.fetched),
        verified: engine.knowledge().size(&origin),
        holds: counts.holds,
        updates: counts.updates,
        void: counts.void,
        redacted: counts.redacted,
        witnessed: log.map_or(0, |log| log.witnessed),
        root: head.map_or_else(liaison_protocol::tlog::empty_root, |head| head.root),
        effect_digest: engine.knowledge().digest(&origin),
        wants,
        last_heard: heard,
        last_checkpoint_seconds: verified_at
            .map(|at| crate::runtime::now().saturating_sub(at) as f64 / 1000.0),
        stopped: engine
            .stuck(&origin)
            .map(str::to_owned)
            .or_else(|| log.and_then(|log| log.waits.clone())),
        origin,
    })
}

/// Who belongs to the network.
pub(super) fn network(engine: &Engine) -> Network {
    let chain = engine.world().chain();
    let newest = chain.newest();
    let authority = |authority: &Authority| {
        let origin = chain.origin(&authority.code)?;
        Some(NetworkAuthority {
            authority: authority.code.clone(),
            standing: authority.rank.standing,
            condition: authority.rank.condition,
            witness: authority.witness,
            origin_hash: origin.hash(),
            origin,
            root_key: authority.root.id(),
        })
    };
    let rivalries = chain.rivalries().into_iter();
    Network {
        network: chain.network(),
        name: newest.name.clone(),
        prefix: newest.prefix.clone(),
        format_level: newest.format_level,
        threshold: newest.threshold(),
        council: newest
            .council
            .iter()
            .map(|key| CouncilKey { key_id: key.id() })
            .collect(),
        versions: chain.in_force().iter().map(|charter| version(charter)).collect(),
        authorities: newest.authorities.values().filter_map(authority).collect(),
        rivalries: rivalries
            .map(|r| Rivalry {
                parent: r.parent,
                rivals: r.rivals,
                chosen: r.chosen,
            })
            .collect(),
    }
}

fn version(charter: &liaison_protocol::dsse::Signed<Charter>) -> CharterVersion {
    CharterVersion {
        version: charter.version,
        hash: charter.hash(),
        round: charter.round,
        name: charter.name.clone(),
        created_at: charter.created_at,
        signatures: charter.signers().count(),
        threshold: charter.threshold(),
    }
}

/// Who is connected.
pub(super) fn peers(engine: &Engine) -> Vec<Peer> {
    let report = engine.federation().status();
    let connected = report.peers.into_iter().filter(|peer| peer.connected);
    connected.map(shown).collect()
}

fn shown(peer: PeerReport) -> Peer {
    Peer {
        authority: peer.authority,
        node_key: peer.peer,
        addresses: peer.addresses,
        versions: peer.version.map(|version| PeerVersions {
            min: version,
            max: version,
        }),
        clock_skew: peer.clock_ahead,
        connected_since: peer.connected_since,
        behind: peer.behind as u64,
    }
}
