//! Clocks and peers. Whose clock is wrong is decided by the median, so that one wrong clock is one line:
//! this node's own when all others agree against it, and otherwise the peer's.

use liaison_api::model::Finding;
use liaison_federation::{PeerReport, Report};
use liaison_records::text::time;

/// How far a clock may be from the others', in milliseconds.
pub(crate) const CLOCK_TOLERANCE: u64 = 2 * 60 * 1000;

pub(super) fn clocks_and_peers(report: &Report, now: u64) -> Vec<Finding> {
    let ahead = report.peers.iter().filter_map(|peer| peer.clock_ahead);
    let median = median(ahead.collect());
    let peers = report.peers.iter().map(|listed| peer(listed, median, now));
    std::iter::once(own_clock(median)).chain(peers).collect()
}

/// By how much the network's time is ahead of this node's: the lower median of all clocks, this one's too.
pub(crate) fn median(mut ahead: Vec<i64>) -> i64 {
    ahead.push(0);
    ahead.sort_unstable();
    ahead[(ahead.len() - 1) / 2]
}

/// A distance of clocks in words.
pub(crate) fn distance(ahead: i64) -> String {
    let word = if ahead < 0 { "behind" } else { "ahead" };
    format!("{} seconds {word}", ahead.unsigned_abs() / 1000)
}

/// Whether a connected peer's clock is wrong by the clocks of all.
pub(crate) fn is_clock_wrong(report: &Report, peer: &PeerReport) -> bool {
    let ahead = report.peers.iter().filter_map(|peer| peer.clock_ahead);
    let skew = peer
        .clock_ahead
        .map(|own| own.saturating_sub(median(ahead.collect())));
    skew.is_some_and(|skew| skew.unsigned_abs() > CLOCK_TOLERANCE)
}

fn own_clock(median: i64) -> Finding {
    if median.unsigned_abs() <= CLOCK_TOLERANCE {
        return Finding::good("clock", "it agrees with the clocks of peers");
    }
    Finding::bad(
        "clock",
        format!("this machine's is {} by the clocks of peers", distance(-median)),
        "set this machine's clock, and have it kept by a time service",
    )
}

fn peer(peer: &PeerReport, median: i64, now: u64) -> Finding {
    let check = format!("peer {}", peer.authority);
    let test = format!("liaison peer test {}", peer.authority);
    if peer.barred_until > now {
        let until = time(peer.barred_until);
        return Finding::bad(check, format!("kept away until {until}: it sent bad bytes"), test);
    }
    if !peer.connected {
        return Finding::bad(check, "not connected", test);
    }
    let skew = peer.clock_ahead.unwrap_or(0).saturating_sub(median);
    if skew.unsigned_abs() > CLOCK_TOLERANCE {
        let detail = format!("connected; its clock is {}", distance(skew));
        return Finding::bad(check, detail, format!("ask {} to set its clock", peer.authority));
    }
    if peer.same_charter == Some(false) {
        return Finding::bad(
            check,
            "connected; its newest charter version is another",
            "compare `liaison network status` at both ends",
        );
    }
    Finding::good(check, "connected")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_clocks_nobody_outvotes_this_nodes_own_and_of_more_the_many_do() {
        assert_eq!(median(vec![]), 0);
        assert_eq!(median(vec![600_000]), 0);
        assert_eq!(median(vec![600_000, 0]), 0);
        assert_eq!(median(vec![600_000, 600_010]), 600_000);
        assert_eq!(median(vec![-600_000, -599_990, 5]), -599_990);
    }
}
