//! What replication says of itself, for people and metrics: per log what is held and offered, per
//! peer whether it is connected and behind.

use liaison_protocol::{Code, Hash, Origin};
use serde::Serialize;

use crate::federation::Federation;
use crate::limits::Limit;
use crate::transport::Peer;

/// One log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogReport {
    /// The log.
    pub origin: Origin,
    /// Whose it is.
    pub authority: Code,
    /// Entries that are durable here.
    pub have: u64,
    /// Largest size that was offered by a verified signature.
    pub offered: u64,
    /// Entries that came and lead to the root of the head that is caught up with.
    pub fetched: u64,
    /// Entries whose form was verified.
    pub verified: u64,
    /// Size of the newest head with its quorum.
    pub witnessed: u64,
    /// Cosignatures known of the newest head, and how many it needs; none before it names a charter.
    pub cosignatures: Option<(usize, usize)>,
    /// When a verified head was last heard (Unix, milliseconds); 0 for never.
    pub last_heard: u64,
    /// Why its newest head is not held or followed, if so.
    pub waits: Option<String>,
    /// Whether a proven contradiction of it is known.
    pub forked: bool,
}

/// One listed peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeerReport {
    /// Its node key in hex.
    pub peer: String,
    /// Whose node it is.
    pub authority: Code,
    /// Where it was reached, or where it says that it listens.
    pub addresses: Vec<String>,
    /// Whether hellos were exchanged on the present connection.
    pub connected: bool,
    /// Since when the present connection stands (Unix, milliseconds).
    pub connected_since: u64,
    /// Version of the protocol that both run; none when not connected.
    pub version: Option<u32>,
    /// Logs of which it holds less than this node.
    pub behind: usize,
    /// Logs of which it holds more.
    pub ahead: usize,
    /// Its clock less this node's, in milliseconds.
    pub clock_ahead: Option<i64>,
    /// Whether its newest charter is this node's.
    pub same_charter: Option<bool>,
    /// When it last said hello (Unix, milliseconds); 0 for never.
    pub last_heard: u64,
    /// Until when it is kept away for sending bad bytes; 0 for not at all.
    pub barred_until: u64,
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The logs, in order.
    pub logs: Vec<LogReport>,
    /// The listed peers, in order.
    pub peers: Vec<PeerReport>,
    /// Payloads that are missing here.
    pub wants: usize,
    /// Charter versions that gather signatures.
    pub proposals: usize,
    /// Pieces of evidence held.
    pub evidence: usize,
    /// How often a limit held up something of an authority since the start.
    pub held_up: Vec<(Code, Limit, u64)>,
}

impl Federation {
    /// What replication stands at.
    pub fn status(&self) -> Report {
        Report {
            logs: self
                .logs
                .keys()
                .filter_map(|origin| self.log_report(origin))
                .collect(),
            peers: self
                .peers
                .listed
                .keys()
                .filter_map(|peer| self.peer_report(peer))
                .collect(),
            wants: self.wants.len(),
            proposals: self.proposals.open_ones(self.world.chain()).count(),
            evidence: self.evidence.len(),
            held_up: self
                .held_up
                .iter()
                .map(|((code, limit), times)| (code.clone(), *limit, *times))
                .collect(),
        }
    }

    /// A limit held up something of an authority.
    pub(crate) fn held_up(&mut self, code: Code, limit: Limit) {
        *self.held_up.entry((code, limit)).or_default() += 1;
    }

    /// What each connected peer last said that it holds of a log: whose it is, size, root.
    pub fn copies_of(&self, origin: &Origin) -> Vec<(Code, u64, Hash)> {
        let claims = self.peers.ready().filter_map(|(_, listed)| {
            let (size, root) = listed.claims.get(origin)?;
            Some((listed.authority.clone(), *size, *root))
        });
        claims.collect()
    }

    /// The node of an authority; of several a connected one.
    pub fn peer_of(&self, code: &Code) -> Option<(Peer, PeerReport)> {
        let mut of_it: Vec<&Peer> = self
            .peers
            .listed
            .iter()
            .filter(|(_, listed)| listed.authority == *code)
            .map(|(peer, _)| peer)
            .collect();
        of_it.sort_by_key(|peer| !self.peers.get(peer).is_some_and(|listed| listed.is_ready()));
        let peer = *of_it.first()?;
        Some((*peer, self.peer_report(peer)?))
    }

    /// Where a peer can be dialled, best first.
    pub fn addresses_of(&self, peer: &Peer) -> Vec<String> {
        self.peers.addresses(peer)
    }

    /// This node, as its peers name it.
    pub fn me(&self) -> Peer {
        self.config.me
    }

    fn log_report(&self, origin: &Origin) -> Option<LogReport> {
        let log = self.logs.get(origin)?;
        let have = log.fold.size();
        let session = log.session.as_ref().map(|(_, session)| session);
        let waiting = log
            .candidates
            .values()
            .rev()
            .find_map(|candidate| candidate.waits.clone());
        Some(LogReport {
            origin: origin.clone(),
            authority: origin.authority(),
            have,
            offered: log.offered.max(have),
            fetched: session.map_or(have, |session| session.fetched().max(have)),
            verified: session.map_or(have, |session| session.verified().max(have)),
            witnessed: log.pool.witnessed(),
            cosignatures: self
                .quorum(origin)
                .map(|quorum| (quorum.cosigned.len(), quorum.needed)),
            last_heard: log.last_heard,
            waits: log.frozen.clone().or_else(|| log.refused.clone()).or(waiting),
            forked: self.evidence.has_fork(origin),
        })
    }

    fn peer_report(&self, peer: &Peer) -> Option<PeerReport> {
        let listed = self.peers.get(peer)?;
        let compared = |behind: bool| {
            let differs = |(origin, log): &(&Origin, &crate::log::Log)| {
                let (ours, theirs) = (
                    log.fold.size(),
                    listed.claims.get(*origin).map_or(0, |(size, _)| *size),
                );
                if behind { theirs < ours } else { theirs > ours }
            };
            self.logs.iter().filter(differs).count()
        };
        let heard = listed.heard.as_ref().filter(|_| listed.connected);
        let charter = self.world.chain().newest().hash();
        Some(PeerReport {
            peer: peer.to_string(),
            authority: listed.authority.clone(),
            addresses: listed.addresses(),
            connected: listed.is_ready(),
            connected_since: listed.connected_at,
            version: heard.map(|heard| heard.version),
            behind: if heard.is_some() { compared(true) } else { 0 },
            ahead: if heard.is_some() { compared(false) } else { 0 },
            clock_ahead: heard.map(|heard| heard.clock_ahead),
            same_charter: heard.map(|heard| heard.charter[..] == charter.0[..]),
            last_heard: listed.last_heard,
            barred_until: listed.barred_until.saturating_add_signed(self.ahead),
        })
    }
}
