//! One authority of the network as the overview shows it.

use liaison_api::model::{AuthorityStatus, NetworkAuthority, Peer, Status};
use serde::Serialize;

use super::REASON_MAX;
use crate::names::Names;
use crate::show::{Said, When, short};
use crate::texts::Texts;

/// Addresses that are shown.
const ADDRESSES: usize = 8;
/// Reasons for which entries have no effect that are shown.
const REASONS: usize = 30;

/// An authority, its node and its log.
pub(super) struct Authority {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) standing: String,
    /// None in good standing.
    pub(super) condition: Option<String>,
    /// Its cosignature counts.
    pub(super) witness: bool,
    pub(super) own: bool,
    pub(super) connected_since: Option<When>,
    pub(super) last_heard: Option<When>,
    pub(super) have: String,
    /// Entries that were heard of and are not here.
    pub(super) behind: u64,
    pub(super) witnessed: String,
    pub(super) unwitnessed: u64,
    pub(super) void: u64,
    pub(super) reasons: Vec<Reason>,
    pub(super) redacted: u64,
    pub(super) wants: u64,
    pub(super) stopped: Option<Said>,
    pub(super) peers: Vec<Node>,
}

/// Entries without effect for one reason.
pub(super) struct Reason {
    pub(super) word: String,
    pub(super) count: String,
}

/// A connected node.
pub(super) struct Node {
    pub(super) key: String,
    pub(super) addresses: Vec<Said>,
    pub(super) versions: Option<String>,
    pub(super) skew: Option<String>,
    /// Entries held here that it lacks.
    pub(super) lacks: u64,
}

impl Authority {
    pub(super) fn of(
        log: &AuthorityStatus,
        listed: Option<&NetworkAuthority>,
        peers: &[Peer],
        status: &Status,
        names: &Names,
        t: Texts,
    ) -> Authority {
        Authority {
            code: log.authority.to_string(),
            name: names.get(&log.authority).to_owned(),
            standing: t.word("network-standing", &word(&log.standing)),
            condition: condition(log, t),
            witness: listed.is_some_and(|listed| listed.witness),
            own: log.authority == status.authority,
            connected_since: peers
                .iter()
                .map(|peer| peer.connected_since)
                .min()
                .map(|at| t.moment(at)),
            last_heard: log.last_heard.map(|at| t.moment(at)),
            have: t.number(log.have),
            behind: log.offered.saturating_sub(log.have),
            witnessed: t.number(log.witnessed),
            unwitnessed: log.have.saturating_sub(log.witnessed),
            void: log.void.values().sum(),
            reasons: reasons(log, t),
            redacted: log.redacted,
            wants: log.wants,
            stopped: log
                .stopped
                .as_deref()
                .map(|reason| Said::of("en", &short::line(reason, REASON_MAX))),
            peers: peers.iter().map(|peer| node(peer, t)).collect(),
        }
    }
}

/// Why it does not take part; none where it does.
pub(super) fn condition(log: &AuthorityStatus, t: Texts) -> Option<String> {
    let condition = word(&log.condition);
    (condition != "good").then(|| t.word("network-condition", &condition))
}

/// How often entries have no effect, by the reason.
pub(super) fn reasons(log: &AuthorityStatus, t: Texts) -> Vec<Reason> {
    let reasons = log.void.iter().take(REASONS);
    reasons
        .map(|(word, count)| Reason {
            word: t.word("network-void", word),
            count: t.number(*count),
        })
        .collect()
}

/// A word of a closed list as the interface writes it.
pub(super) fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn node(peer: &Peer, t: Texts) -> Node {
    let addresses = peer.addresses.iter().take(ADDRESSES);
    Node {
        key: peer.node_key.clone(),
        addresses: addresses
            .map(|address| Said::plain(&short::line(address, 200)))
            .collect(),
        versions: peer.versions.map(|versions| match versions.min == versions.max {
            true => versions.min.to_string(),
            false => format!("{}–{}", versions.min, versions.max),
        }),
        skew: peer.clock_skew.map(|skew| match skew {
            0 => t.say("network-skew-none").into_owned(),
            1.. => t
                .fill("network-skew-ahead", [("shown", t.number(skew.unsigned_abs()))])
                .into_owned(),
            _ => t
                .fill("network-skew-behind", [("shown", t.number(skew.unsigned_abs()))])
                .into_owned(),
        }),
        lacks: peer.behind,
    }
}
