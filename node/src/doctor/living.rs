//! What only a running node knows: mandates of its keys, its own log, contradictions, clock, peers.

use liaison_api::model::Finding;
use liaison_federation::transport::Peer;
use liaison_protocol::PublicKey;
use liaison_protocol::statement::Role;
use liaison_records::text::time;

use super::files::SOON;
use super::peers;
use crate::engine::{Engine, GuardState, StoreNodes};

/// Looks at a running node, at this time.
pub fn living(engine: &Engine, now: u64) -> Vec<Finding> {
    let report = engine.federation().status();
    let mut findings: Vec<Finding> = key_ends(engine)
        .into_iter()
        .map(|(role, end)| mandate(role, end, now))
        .collect();
    findings.push(writing(engine.guard_state()));
    findings.push(own_log(engine));
    findings.push(contradictions(&report));
    findings.extend(peers::clocks_and_peers(&report, now));
    findings
}

/// Until when each of the node's keys is mandated; none when it is not.
pub(crate) fn key_ends(engine: &Engine) -> [(Role, Option<u64>); 3] {
    let keys = engine.keys();
    let Peer(node) = engine.federation().me();
    [
        (Role::Log, end_of_log_key(engine, keys.log_key())),
        (
            Role::Cosigner,
            end_of(engine, Role::Cosigner, keys.cosigner_key().ed25519()),
        ),
        (Role::Node, end_of(engine, Role::Node, Some(&node))),
    ]
}

// It must be the key that stands in the log's own prefix as well, once there is one.
fn end_of_log_key(engine: &Engine, key: &PublicKey) -> Option<u64> {
    let named = engine
        .federation()
        .prefix(engine.own().origin())
        .and_then(|prefix| prefix.log_key());
    if named.is_some_and(|named| named != key) {
        return None;
    }
    end_of(engine, Role::Log, key.ed25519())
}

fn end_of(engine: &Engine, role: Role, key: Option<&[u8; 32]>) -> Option<u64> {
    let world = engine.world();
    let code = engine.own().origin().authority();
    let mandates = world
        .statements()
        .counting(&code)
        .filter_map(|statement| statement.mandate(role));
    let ours = mandates.filter(|mandate| key.is_some() && mandate.key.ed25519() == key);
    ours.map(|mandate| mandate.not_after).max()
}

fn mandate(role: Role, end: Option<u64>, now: u64) -> Finding {
    let check = format!("{} key", role.word());
    let renew = "ask the root key for a new mandate: `liaison mandate grant`, then `mandate import`";
    match end {
        None => Finding::bad(check, "it has no mandate that holds", renew),
        Some(end) if end <= now => Finding::bad(check, format!("its mandate ended on {}", time(end)), renew),
        Some(end) if end <= now.saturating_add(SOON) => {
            Finding::bad(check, format!("its mandate ends on {}", time(end)), renew)
        }
        Some(end) => Finding::good(check, format!("mandated until {}", time(end))),
    }
}

fn writing(state: &GuardState) -> Finding {
    match state {
        // Waiting ends by itself as peers answer, and each of them has its own line.
        GuardState::Live => Finding::good("own log", "it may be written"),
        GuardState::Waiting { .. } => Finding::bad(
            "own log",
            "nothing is signed until enough witnesses have answered",
            "see that the peers named below are connected",
        ),
        GuardState::Recovering { size, seen } => Finding::bad(
            "own log",
            format!("{size} of {seen} entries are here; the others are being fetched back from peers"),
            "wait until they are here",
        ),
        GuardState::ReadOnly { reason } => Finding::bad(
            "own log",
            format!("it is read-only: {reason}"),
            "find out which other node uses this node's keys, and stop it",
        ),
    }
}

// A peer that holds fewer entries lags; one that holds more, or others, is news.
fn own_log(engine: &Engine) -> Finding {
    const CHECK: &str = "copies of the own log";
    let origin = engine.own().origin();
    let size = engine.store().head(origin).map_or(0, |head| head.size);
    let nodes = StoreNodes {
        store: engine.store(),
        origin: origin.clone(),
    };
    for (code, claimed, root) in engine.federation().copies_of(origin) {
        if claimed > size {
            return Finding::bad(
                CHECK,
                format!("{code} holds {claimed} entries of it, and {size} are here"),
                "publish nothing until they have been fetched back; was a copy restored here?",
            );
        }
        if liaison_protocol::tlog::root(claimed, &nodes).ok() != Some(root) {
            return Finding::bad(
                CHECK,
                format!(
                    "{code} holds another history of it: the roots of the first {claimed} entries differ"
                ),
                "stop publishing, and find out which other node uses this node's keys",
            );
        }
    }
    Finding::good(CHECK, "no connected peer's copy contradicts it")
}

fn contradictions(report: &liaison_federation::Report) -> Finding {
    let forked: Vec<&str> = report
        .logs
        .iter()
        .filter(|log| log.forked)
        .map(|log| log.origin.as_str())
        .collect();
    if forked.is_empty() {
        return Finding::good("contradictions", "none is known of any log");
    }
    Finding::bad(
        "contradictions",
        format!("two histories are proven of {}", forked.join(", ")),
        "tell the authority and the council; reading goes on",
    )
}

#[cfg(test)]
mod tests {
    use liaison_api::model::FindingState::{Bad, Good};
    use liaison_federation::{LogReport, Report};

    use super::*;

    #[test]
    fn a_mandate_is_spoken_of_from_two_weeks_before_its_end_on() {
        let now = 1_800_000_000_000;
        let states = [
            (None, Bad, "no mandate"),
            (Some(now - 1), Bad, "ended on"),
            (Some(now), Bad, "ended on"),
            (Some(now + SOON), Bad, "ends on"),
            (Some(now + SOON + 1), Good, "mandated until"),
        ];
        for (end, state, words) in states {
            let finding = mandate(Role::Cosigner, end, now);
            assert_eq!((finding.check.as_str(), finding.state), ("cosigner key", state));
            assert!(finding.detail.contains(words), "{end:?}: {}", finding.detail);
            assert_eq!(finding.next.is_some(), state == Bad);
        }
    }

    #[test]
    fn a_log_of_two_histories_is_named() {
        let origin = |code: &str| {
            format!(
                "sample.example/0123456789abcdef0123456789abcdef/{}/1",
                code.to_lowercase()
            )
            .parse::<liaison_protocol::Origin>()
            .unwrap()
        };
        let log = |code: &str, forked| LogReport {
            origin: origin(code),
            authority: code.parse().unwrap(),
            have: 3,
            offered: 3,
            fetched: 3,
            verified: 3,
            witnessed: 3,
            cosignatures: None,
            last_heard: 0,
            waits: None,
            forked,
        };
        let report = |forked| Report {
            logs: vec![log("DE", false), log("FR", forked)],
            peers: Vec::new(),
            wants: 0,
            evidence: 0,
            proposals: 0,
            held_up: Vec::new(),
        };
        assert_eq!(contradictions(&report(false)).state, Good);
        let finding = contradictions(&report(true));
        assert_eq!(finding.state, Bad);
        assert!(
            finding.detail.ends_with(origin("FR").as_str()),
            "{}",
            finding.detail
        );
    }
}
