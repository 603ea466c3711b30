//! Who may be connected, who is, and when whom to dial.
//!
//! A peer is dialled at the addresses of its newest signed record, at those it was reached at, or
//! at the bootstrap addresses that name it or name nobody. The backoff is doubled with jitter at
//! each failure and reset only when hellos were exchanged: a connection alone proves nothing,
//! because the other side refuses after the handshake.

use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::{Code, Hash, Origin};
use rand::RngExt;

use crate::api::Effect;
use crate::bucket::Bucket;
use crate::config::PeerRecord;
use crate::federation::{Cx, Federation};
use crate::limits::OWN_RECORD_PACE;
use crate::requests::Queue;
use crate::transport::{Command, Peer};
use crate::wire::{self, Gossip};

/// First backoff after a failed dial, in milliseconds.
const BACKOFF_FIRST: u64 = 1_000;
/// Longest backoff.
const BACKOFF_MAX: u64 = 5 * 60 * 1000;
/// How long a peer that sent bad bytes is kept away at first; longer each time.
const BARRED_FIRST: u64 = 60_000;
/// How long a peer whose versions do not overlap ours is left alone.
const BARRED_VERSIONS: u64 = 60 * 60 * 1000;
/// Dials under way at the same time.
const DIALS_MAX: usize = 16;
/// After this long without word of a dial, it counts as failed.
const DIAL_TIME: u64 = 30_000;
/// After this long a peer that is connected has said or answered a hello, or is left: as long as three requests may take.
const HELLO_TIME: u64 = 180_000;

/// What a peer said in its newest hello.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard {
    /// Version that both run.
    pub(crate) version: u32,
    /// Hash of its newest charter in force.
    pub(crate) charter: Vec<u8>,
    /// Its clock less ours, in milliseconds.
    pub(crate) clock_ahead: i64,
    /// Its clock less our steady one, in milliseconds.
    pub(crate) steady_ahead: i64,
}

impl Heard {
    /// Its clock says this now.
    pub(crate) fn hear_clock(&mut self, clock: u64, cx: Cx<'_>) {
        let ahead_of = |ours: u64| clock.cast_signed().saturating_sub(ours.cast_signed());
        self.clock_ahead = ahead_of(cx.date);
        self.steady_ahead = ahead_of(cx.now);
    }
}

/// A listed peer.
pub(crate) struct Listed {
    pub(crate) authority: Code,
    pub(crate) connected: bool,
    pub(crate) connected_at: u64,
    /// Until when hellos must have been exchanged, by the steady clock.
    greet_until: u64,
    pub(crate) outbound: bool,
    pub(crate) heard: Option<Heard>,
    pub(crate) last_heard: u64,
    /// Newest head of each log that it is known to hold.
    pub(crate) claims: BTreeMap<Origin, (u64, Hash)>,
    /// Instances of its process, the one that spoke last at the end.
    pub(crate) instances: Vec<Vec<u8>>,
    /// How often an earlier instance spoke again since the last new one.
    pub(crate) returns: u32,
    /// An instance that lives beside the newest one, and when that was noticed.
    pub(crate) second_instance: Option<(Vec<u8>, u64)>,
    pub(crate) record: Option<(PeerRecord, Vec<u8>)>,
    reached_at: Option<String>,
    pub(crate) next_hello: u64,
    pub(crate) guard_asked_at: Option<u64>,
    pub(crate) copies_asked_at: u64,
    pub(crate) queue: Queue,
    dialling_since: Option<u64>,
    next_dial: u64,
    attempts: u32,
    pub(crate) barred_until: u64,
    offences: u32,
}

impl Listed {
    /// Whether hellos were exchanged on the present connection.
    pub(crate) fn is_ready(&self) -> bool {
        self.connected && self.heard.is_some()
    }

    /// Where it was reached; else where its own record says that it listens.
    pub(crate) fn addresses(&self) -> Vec<String> {
        match (&self.reached_at, &self.record) {
            (Some(address), _) => vec![address.clone()],
            (None, Some((record, _))) => record.addresses.clone(),
            (None, None) => Vec::new(),
        }
    }
}

/// All listed peers but this node itself.
#[derive(Default)]
pub(crate) struct Peers {
    pub(crate) listed: BTreeMap<Peer, Listed>,
    bootstrap: Vec<(Option<Peer>, String)>,
    /// When this node's own record was last to be signed anew.
    outdone_at: Option<u64>,
}

impl Peers {
    /// No peers yet; addresses to start from.
    pub(crate) fn new(bootstrap: Vec<(Option<Peer>, String)>) -> Peers {
        Peers {
            listed: BTreeMap::new(),
            bootstrap,
            outdone_at: None,
        }
    }

    /// A peer, when it is listed.
    pub(crate) fn get(&self, peer: &Peer) -> Option<&Listed> {
        self.listed.get(peer)
    }

    /// A peer, when it is listed.
    pub(crate) fn get_mut(&mut self, peer: &Peer) -> Option<&mut Listed> {
        self.listed.get_mut(peer)
    }

    /// Peers with which hellos were exchanged.
    pub(crate) fn ready(&self) -> impl Iterator<Item = (&Peer, &Listed)> {
        self.listed.iter().filter(|(_, listed)| listed.is_ready())
    }

    /// Whose node a peer is.
    pub(crate) fn authority(&self, peer: &Peer) -> Option<&Code> {
        self.get(peer).map(|listed| &listed.authority)
    }

    /// Brings forward the next hello of a peer, or the next dial.
    pub(crate) fn meet(&mut self, peer: &Peer, now: u64) {
        let Some(listed) = self.get_mut(peer) else { return };
        if listed.connected {
            listed.next_hello = now;
        } else {
            listed.next_dial = now;
        }
    }

    /// Where a peer can be dialled, best first.
    pub(crate) fn addresses(&self, peer: &Peer) -> Vec<String> {
        let Some(listed) = self.get(peer) else {
            return Vec::new();
        };
        let recorded = listed
            .record
            .iter()
            .flat_map(|(record, _)| record.addresses.iter());
        let mut addresses: Vec<String> = recorded.chain(&listed.reached_at).cloned().collect();
        let named = self.bootstrap.iter().filter(|(named, _)| *named == Some(*peer));
        addresses.extend(named.map(|(_, address)| address.clone()));
        if addresses.is_empty() {
            // Who listens there shows only in the handshake.
            let nameless = self.bootstrap.iter().filter(|(named, _)| named.is_none());
            addresses.extend(nameless.map(|(_, address)| address.clone()));
        }
        let mut seen = BTreeSet::new();
        addresses.retain(|address| seen.insert(address.clone()));
        addresses
    }
}

impl Federation {
    /// Lists a peer that was not.
    pub(crate) fn list_peer(&mut self, peer: Peer, authority: Code, now: u64) {
        // Of two peers one dials at once and the other only if that did not help.
        let wait = if self.config.me < peer { 0 } else { 2_000 };
        let next_dial = now + wait + self.rng.random_range(0..500);
        let pace = self.config.limits.requests_per_second;
        let listed = Listed {
            authority,
            connected: false,
            connected_at: 0,
            greet_until: 0,
            outbound: false,
            heard: None,
            last_heard: 0,
            claims: BTreeMap::new(),
            instances: Vec::new(),
            returns: 0,
            second_instance: None,
            record: None,
            reached_at: None,
            next_hello: 0,
            guard_asked_at: None,
            copies_asked_at: 0,
            queue: Queue::new(Bucket::new(pace, 1000, now)),
            dialling_since: None,
            next_dial,
            attempts: 0,
            barred_until: 0,
            offences: 0,
        };
        self.peers.listed.insert(peer, listed);
    }

    /// Dials whoever is due.
    pub(crate) fn dial_peers(&mut self, now: u64) {
        let late: Vec<Peer> = self
            .peers
            .listed
            .iter()
            .filter(|(_, l)| l.dialling_since.is_some_and(|at| now > at + DIAL_TIME))
            .map(|(p, _)| *p)
            .collect();
        late.iter().for_each(|peer| self.dial_failed(peer, now));
        let under_way = self
            .peers
            .listed
            .values()
            .filter(|l| l.dialling_since.is_some())
            .count();
        let due = self.peers.listed.iter().filter(|(_, l)| {
            !l.connected && l.dialling_since.is_none() && l.next_dial.max(l.barred_until) <= now
        });
        let due: Vec<Peer> = due.map(|(peer, _)| *peer).collect();
        for peer in due.into_iter().take(DIALS_MAX.saturating_sub(under_way)) {
            let addresses = self.peers.addresses(&peer);
            let Some(listed) = self.peers.get_mut(&peer) else {
                continue;
            };
            if addresses.is_empty() {
                listed.next_dial = now + BACKOFF_FIRST;
                continue;
            }
            listed.dialling_since = Some(now);
            self.out.transport(Command::Dial { peer, addresses });
        }
    }

    /// A dial failed.
    pub(crate) fn dial_failed(&mut self, peer: &Peer, now: u64) {
        let jitter = self.rng.random_range(50..150);
        let Some(listed) = self.peers.get_mut(peer) else {
            return;
        };
        listed.dialling_since = None;
        listed.next_dial = now + backoff(listed.attempts) * jitter / 100;
        listed.attempts = listed.attempts.saturating_add(1);
    }

    /// The first connection of a peer is up.
    pub(crate) fn connected(&mut self, peer: Peer, address: String, outbound: bool, cx: Cx<'_>) {
        let now = cx.now;
        let barred = self
            .peers
            .get(&peer)
            .is_none_or(|listed| listed.barred_until > now);
        if barred {
            self.out.transport(Command::Disconnect(peer));
            return;
        }
        let Some(listed) = self.peers.get_mut(&peer) else {
            return;
        };
        listed.connected = true;
        listed.connected_at = cx.date;
        listed.greet_until = now.saturating_add(HELLO_TIME);
        listed.outbound = outbound;
        listed.heard = None;
        listed.dialling_since = None;
        listed.guard_asked_at = None;
        listed.claims.clear();
        if outbound {
            listed.reached_at = Some(address);
        }
        // Who dialled speaks first; the other side follows when it hears nothing.
        listed.next_hello = if outbound { now } else { now + 5_000 };
    }

    /// The last connection of a peer is gone.
    pub(crate) fn disconnected(&mut self, peer: &Peer, cx: Cx<'_>) {
        let jitter = self.rng.random_range(50..150);
        let Some(listed) = self.peers.get_mut(peer) else {
            return;
        };
        let greeted = listed.heard.take().is_some();
        listed.connected = false;
        listed.dialling_since = None;
        if !greeted {
            listed.attempts = listed.attempts.saturating_add(1);
        }
        listed.next_dial = cx.now + backoff(listed.attempts) * jitter / 100;
        let unsent = listed.queue.drain();
        for purpose in unsent {
            self.request_failed(*peer, purpose, cx);
        }
    }

    /// Leaves the peers that connected and then neither said nor answered a hello: who has no use keeps no connection.
    pub(crate) fn leave_mute_peers(&mut self, now: u64) {
        let mute =
            self.peers.listed.iter_mut().filter(|(_, listed)| {
                listed.connected && listed.heard.is_none() && listed.greet_until <= now
            });
        for (peer, listed) in mute {
            listed.greet_until = now.saturating_add(HELLO_TIME);
            self.out.transport(Command::Disconnect(*peer));
        }
    }

    /// Hellos were exchanged: the backoff starts anew.
    pub(crate) fn greeted(&mut self, peer: &Peer) {
        if let Some(listed) = self.peers.get_mut(peer) {
            listed.attempts = 0;
        }
    }

    /// A peer sent bytes that no honest one sends: it is scored down, closed, and kept away for a
    /// while; the data is fetched from others.
    pub(crate) fn misbehaved(&mut self, peer: &Peer, now: u64) {
        self.out.transport(Command::Penalise(*peer));
        let Some(listed) = self.peers.get_mut(peer) else {
            return;
        };
        listed.barred_until = now + (BARRED_FIRST << listed.offences.min(6));
        listed.offences += 1;
        self.out.transport(Command::Disconnect(*peer));
    }

    /// A peer speaks no version that this release speaks: nobody's fault.
    pub(crate) fn incompatible(&mut self, peer: &Peer, now: u64) {
        if let Some(listed) = self.peers.get_mut(peer) {
            listed.barred_until = now + BARRED_VERSIONS;
            listed.heard = None;
        }
        self.out.transport(Command::Disconnect(*peer));
    }

    /// Takes in a signed peer record. True when it is news.
    pub(crate) fn take_record(&mut self, bytes: &[u8], now: u64) -> RecordNews {
        if bytes.len() > crate::limits::RECORD_MAX {
            return RecordNews::Bad;
        }
        let known = self
            .peers
            .listed
            .values()
            .any(|l| l.record.as_ref().is_some_and(|(_, held)| held == bytes));
        if known || self.config.own_record.as_deref() == Some(bytes) {
            return RecordNews::Known;
        }
        let Some(record) = self.config.records.read(bytes) else {
            return RecordNews::Bad;
        };
        if record.peer == self.config.me {
            self.outdo(record.sequence, now);
            return RecordNews::Known;
        }
        let Some(listed) = self.peers.get_mut(&record.peer) else {
            return RecordNews::Unlisted;
        };
        if listed
            .record
            .as_ref()
            .is_some_and(|(held, _)| held.sequence >= record.sequence)
        {
            return RecordNews::Known;
        }
        if !listed.connected && listed.dialling_since.is_none() {
            // A new address is tried at once, but it does not end the backoff.
            listed.next_dial = listed.next_dial.min(now + 1_000);
        }
        listed.record = Some((record, bytes.to_vec()));
        RecordNews::New
    }
}

impl Federation {
    /// This node can be dialled elsewhere from now on: that is told to all.
    pub(crate) fn own_record(&mut self, record: Vec<u8>) {
        if self.config.own_record.as_ref() != Some(&record) {
            self.out
                .transport(Command::Publish(wire::gossip(Gossip::Record(record.clone()))));
            self.config.own_record = Some(record);
        }
    }

    // A record of this node that others hold. Its clock may have been ahead when it signed that: they would keep what it
    // says until the clock is there again.
    fn outdo(&mut self, sequence: u64, now: u64) {
        let own = self.config.own_record.as_deref();
        let own = own.and_then(|record| self.config.records.read(record));
        // Of two with one sequence they keep the first.
        let is_outdone = own.is_none_or(|own| own.sequence <= sequence);
        let last = self.peers.outdone_at;
        if is_outdone && last.is_none_or(|at| now >= at.saturating_add(OWN_RECORD_PACE)) {
            self.peers.outdone_at = Some(now);
            self.out.push(Effect::SignRecord { above: sequence });
        }
    }
}

/// What a signed peer record brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordNews {
    /// The newest of its peer.
    New,
    /// Held already, an older one, or this node's own.
    Known,
    /// Of a peer that is not listed here.
    Unlisted,
    /// Not signed by its peer, or too large.
    Bad,
}

fn backoff(attempts: u32) -> u64 {
    BACKOFF_FIRST
        .saturating_mul(1 << attempts.min(16))
        .min(BACKOFF_MAX)
}

#[cfg(test)]
mod tests;
