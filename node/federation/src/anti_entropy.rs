//! Anti-entropy: what peers tell each other they hold, on every new connection and every 30
//! seconds with a random peer; gossip only makes it faster.
//!
//! A hello and its answer show each side what it lacks. An exchange that showed a difference is
//! repeated soon, until sizes, roots and sets are equal.

use std::collections::BTreeMap;

use liaison_protocol::proto;
use liaison_protocol::{Hash, Origin};
use rand::RngExt;

use crate::api::Notice;
use crate::federation::{Cx, Federation};
use crate::limits::{HEADS_MAX, HELLO_HEADS_BYTES, HELLO_RECORDS_BYTES, ITEM_HEAD, RECORDS_MAX, ROUND};
use crate::peers::Heard;
use crate::requests::{Purpose, fitting};
use crate::transport::Peer;
use crate::wire::{self, Request};

/// First wait before an exchange that showed a difference is repeated; doubled up to a round.
const AGAIN_FIRST: u64 = 2_000;
/// How long gossip has to bring the cosignatures of a new head, in milliseconds.
const GOSSIP_TIME: u64 = 3_000;
/// Bytes of the number of a process.
const INSTANCE: usize = 16;
/// Earlier instances of a peer's process that are remembered.
const INSTANCES_MAX: usize = 16;
/// Times that an earlier instance speaks again before it counts as alive.
const RETURNS: u32 = 3;
/// How long a second instance is told of after it last spoke, in milliseconds.
const TOLD_FOR: u64 = 4 * ROUND;

/// When whom is to be said hello next.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    next: u64,
    again: Option<(Peer, u64)>,
    gap: u64,
}

impl Federation {
    /// Says hello to whoever is due: new connections, one peer that differed, and a random one
    /// every round.
    pub(crate) fn send_hellos(&mut self, cx: Cx<'_>) {
        let new = self
            .peers
            .listed
            .iter()
            .filter(|(_, l)| l.connected && l.next_hello <= cx.now);
        let mut due: Vec<Peer> = new.map(|(peer, _)| *peer).collect();
        if self.rounds.next <= cx.now {
            self.rounds.next = cx.now + ROUND;
            let ready: Vec<Peer> = self.peers.ready().map(|(peer, _)| *peer).collect();
            if !ready.is_empty() {
                due.push(ready[self.rng.random_range(0..ready.len())]);
            }
        }
        due.extend(
            self.rounds
                .again
                .filter(|(_, at)| *at <= cx.now)
                .map(|(peer, _)| peer),
        );
        for peer in due {
            self.say_hello(peer, cx);
        }
    }

    /// What this node says of itself to a peer.
    pub(crate) fn hello(&mut self, peer: &Peer, cx: Cx<'_>) -> proto::Hello {
        let statements =
            self.statements
                .digests(&self.world)
                .iter()
                .map(|(code, digest)| proto::StatementDigest {
                    authority: code.to_string(),
                    digest: digest.0.to_vec(),
                });
        let statements = statements.collect();
        let heads = self.logs.values().filter_map(|log| {
            let head = log.head.as_ref()?;
            let position = head.form.position();
            Some(proto::HeldHead {
                checkpoint: head.note.clone(),
                witnessed: log.pool.witnessed(),
                cosigners: log.pool.cosigners(position.size, &position.root).to_vec(),
            })
        });
        let heads = heads.collect();
        let heads = self.some(HELLO_HEADS_BYTES, heads, prost::Message::encoded_len);
        let listed = self.peers.listed.values();
        let known = listed.filter_map(|listed| listed.record.as_ref().map(|(_, bytes)| bytes.clone()));
        let known = known.collect();
        let mut records = self.config.own_record.iter().cloned().collect::<Vec<_>>();
        records.extend(self.some(HELLO_RECORDS_BYTES, known, Vec::len));
        let second = self
            .peers
            .get(peer)
            .and_then(|listed| listed.second_instance.as_ref());
        let second = second.filter(|(_, seen)| cx.now < seen.saturating_add(TOLD_FOR));
        proto::Hello {
            version_min: self.config.versions.0,
            version_max: self.config.versions.1,
            instance: self.config.instance.to_vec(),
            clock: cx.date,
            charter: self.world.chain().newest().hash().0.to_vec(),
            statements,
            heads,
            records,
            ready: true,
            charters: self.charters.digest().0.to_vec(),
            second_instance: second.map_or_else(Vec::new, |(instance, _)| instance.clone()),
            evidence: self.evidence.digest().0.to_vec(),
            proposals: self.proposals.digest().0.to_vec(),
        }
    }

    // As many as have room; when that is not all, from a random one on, so that each has its turn.
    fn some<T>(&mut self, room: usize, mut items: Vec<T>, size: impl Fn(&T) -> usize) -> Vec<T> {
        if items.iter().map(|item| size(item) + ITEM_HEAD).sum::<usize>() > room {
            let first = self.rng.random_range(0..items.len());
            items.rotate_left(first);
        }
        fitting(room, items, size).0
    }

    /// The version that both sides run; none when they have none in common.
    pub(crate) fn common_version(&self, hello: &proto::Hello) -> Option<u32> {
        let (min, max) = self.config.versions;
        let common = max.min(hello.version_max);
        (common >= min.max(hello.version_min) && hello.version_min <= hello.version_max).then_some(common)
    }

    /// A peer said what it holds, in a hello of its own or in its answer to ours.
    pub(crate) fn hear(&mut self, peer: Peer, hello: proto::Hello, cx: Cx<'_>) {
        let Some(version) = self.common_version(&hello) else {
            return self.incompatible(&peer, cx.now);
        };
        if hello.instance.len() != INSTANCE || hello.charter.len() != 32 {
            return self.misbehaved(&peer, cx.now);
        }
        let first = self.peers.get(&peer).is_some_and(|listed| listed.heard.is_none());
        self.hear_instances(&peer, &hello, cx.now);
        let Some(listed) = self.peers.get_mut(&peer) else {
            return;
        };
        listed.last_heard = cx.date;
        let mut heard = Heard {
            version,
            charter: hello.charter.clone(),
            clock_ahead: 0,
            steady_ahead: 0,
        };
        heard.hear_clock(hello.clock, cx);
        listed.heard = Some(heard);
        self.greeted(&peer);
        hello.records.iter().take(RECORDS_MAX).for_each(|record| {
            self.take_record(record, cx.now);
        });
        let mut differs = self.compare_heads(peer, &hello, cx);
        if hello.charters[..] != self.charters.digest().0[..] {
            self.ask_charters(peer, cx);
            differs = true;
        }
        if !hello.proposals.is_empty() && hello.proposals[..] != self.proposals.digest().0[..] {
            self.ask_proposals(peer, cx);
            differs = true;
        }
        differs |= self.compare_statements(peer, &hello.statements, cx);
        if hello.evidence[..] != self.evidence.digest().0[..] {
            self.ask_evidence(peer, cx);
        }
        if first {
            self.wants.try_again(&peer, cx.now);
            self.try_unserved_again();
            self.heals.try_again();
            self.ask_guard(peer, cx);
        }
        if let Some(listed) = self.peers.get_mut(&peer) {
            listed.next_hello = u64::MAX;
        }
        self.repeat(&peer, differs, cx.now);
        self.touched.extend(self.logs.keys().cloned());
    }

    /// A hello got no answer.
    pub(crate) fn hello_failed(&mut self, peer: &Peer, now: u64) {
        if let Some(listed) = self.peers.get_mut(peer).filter(|listed| listed.heard.is_none()) {
            listed.next_hello = now + AGAIN_FIRST;
        }
        self.repeat(peer, true, now);
    }

    fn say_hello(&mut self, peer: Peer, cx: Cx<'_>) {
        if let Some(listed) = self.peers.get_mut(&peer) {
            listed.next_hello = u64::MAX;
        }
        if let Some((again, at)) = &mut self.rounds.again
            && *again == peer
        {
            // Its answer says when next; without any, it is tried at a round's distance.
            *at = cx.now + ROUND;
        }
        let hello = self.hello(&peer, cx);
        self.ask(peer, Purpose::Hello, Request::Hello(hello), cx);
    }

    // One peer at a time is asked again soon, until nothing differs; the others have their turn in
    // the rounds.
    fn repeat(&mut self, peer: &Peer, differs: bool, now: u64) {
        let jitter = self.rng.random_range(80..120);
        let current = self.rounds.again.map(|(peer, _)| peer);
        let connected = |peer: Peer| self.peers.get(&peer).is_some_and(|listed| listed.is_ready());
        if differs && (current == Some(*peer) || !current.is_some_and(connected)) {
            self.rounds.gap = (self.rounds.gap * 2).clamp(AGAIN_FIRST, ROUND);
            self.rounds.again = Some((*peer, now + self.rounds.gap * jitter / 100));
        } else if !differs && current == Some(*peer) {
            self.rounds.gap = 0;
            self.rounds.again = None;
        }
    }

    // True when our heads differ from theirs, or what is known of their cosignatures.
    fn compare_heads(&mut self, peer: Peer, hello: &proto::Hello, cx: Cx<'_>) -> bool {
        let mut theirs = BTreeMap::new();
        let mut differs = false;
        for held in hello.heads.iter().take(HEADS_MAX) {
            let Some((origin, at)) = self.hear_head(peer, &held.checkpoint, cx) else {
                continue;
            };
            if let Some(log) = self.logs.get(&origin) {
                let other = held.cosigners[..] != *log.pool.cosigners(at.0, &at.1);
                // Gossip is given its time first.
                let settled = cx.now >= log.head_since.saturating_add(GOSSIP_TIME);
                let unfinished = settled && log.pool.witnessed() < at.0 && other;
                if held.witnessed > log.pool.witnessed() || unfinished {
                    let beyond = log.pool.witnessed() + 1;
                    self.ask_cosignatures(peer, &origin, beyond, cx);
                    differs = true;
                }
                theirs.insert(origin, at);
            }
        }
        let ours = self.logs.iter().filter_map(|(origin, log)| {
            let head = &log.signed()?.checkpoint;
            Some((origin.clone(), (head.size, head.root)))
        });
        differs |= !ours.eq(theirs.iter().map(|(origin, at)| (origin.clone(), *at)));
        if let Some(listed) = self.peers.get_mut(&peer) {
            listed.claims = theirs;
        }
        differs
    }

    // Takes in a head that a peer holds. Mostly it is the one held here, byte for byte.
    fn hear_head(&mut self, peer: Peer, note: &[u8], cx: Cx<'_>) -> Option<(Origin, (u64, Hash))> {
        let end = note.iter().position(|byte| *byte == b'\n')?;
        let name = std::str::from_utf8(&note[..end]).ok()?;
        if let Some(log) = self.logs.get_mut(name)
            && let Some(head) = log.head.as_ref().filter(|head| head.note == note)
        {
            log.last_heard = cx.date;
            let position = head.form.position();
            return Some((position.origin.clone(), (position.size, position.root)));
        }
        let (checkpoint, position) = wire::read_checkpoint(note)?;
        self.offer(&checkpoint, &position, Some(peer), cx);
        Some((position.origin, (position.size, position.root)))
    }

    // Two processes that live at the same time speak in turns. After a restart a late word of the
    // old one may still be under way, so it takes more than one return.
    fn hear_instances(&mut self, peer: &Peer, hello: &proto::Hello, now: u64) {
        let told = &hello.second_instance;
        if !told.is_empty() && told[..] != self.config.instance[..] {
            let (instance, seen_by) = (hex(told), Some(*peer));
            self.out.notify(Notice::SecondInstance { instance, seen_by });
        }
        let Some(listed) = self.peers.get_mut(peer) else {
            return;
        };
        let newest = listed.instances.last().cloned();
        if newest.as_ref() == Some(&hello.instance) {
            return;
        }
        if listed.instances.contains(&hello.instance) {
            listed.returns += 1;
            listed.instances.retain(|instance| *instance != hello.instance);
            if listed.returns >= RETURNS {
                listed.second_instance = newest.map(|other| (other, now));
            }
        } else {
            listed.returns = 0;
            listed.second_instance = None;
        }
        listed.instances.push(hello.instance.clone());
        if listed.instances.len() > INSTANCES_MAX {
            listed.instances.remove(0);
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
