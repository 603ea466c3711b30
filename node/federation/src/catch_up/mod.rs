//! Following logs: which head is next, from whom, and what becomes of it (specification, section
//! 11).
//!
//! A log takes one step at a time: entries are written, or a head is caught up with, or the next
//! one is chosen. What is fetched is judged in [`session`]; this file joins sessions to peers and
//! to the store.

pub(crate) mod session;
mod tiles;

use liaison_protocol::acceptance;
use liaison_protocol::form::FormHead;
use liaison_protocol::proto;
use liaison_protocol::statement::{Content, Measure};
use liaison_protocol::tlog::tile::decode_tile;
use liaison_protocol::tlog::{SignedCheckpoint, decode_bundle, subtrees};
use liaison_protocol::{Hash, Origin};

use crate::append::Appended;
use crate::federation::{Cx, Federation};
use crate::guard::is_end;
use crate::requests::Purpose;
use crate::transport::Peer;
use crate::wire::{Request, Response};
use session::{Ask, Fault, Group, Session, Start};

/// First wait after a head could not be reached, in milliseconds; doubled up to the last.
const RETRY_FIRST: u64 = 1_000;
const RETRY_MAX: u64 = 60_000;

impl Federation {
    /// Takes the next step of every log that was touched.
    pub(crate) fn advance_logs(&mut self, cx: Cx<'_>) {
        while let Some(origin) = self.touched.pop_first() {
            self.advance_log(&origin, cx);
        }
    }

    /// A part of catching up was answered.
    pub(crate) fn catch_up_answered(
        &mut self,
        peer: Peer,
        origin: &Origin,
        number: u64,
        ask: &Ask,
        response: &Response,
        cx: Cx<'_>,
    ) {
        self.touch_sessions();
        let Some(session) = self.session(origin, number) else {
            return;
        };
        session.ended(&peer, ask);
        let judged = match (ask, response) {
            (Ask::Tile(path), Response::Tiles(tile)) => match decode_tile(&tile.hashes) {
                Ok(hashes) => session.tile(peer, *path, hashes),
                Err(_) => session.tile(peer, *path, Vec::new()),
            },
            (Ask::Entries { start, .. }, Response::Entries(entries)) => {
                let leaves = decode_bundle(&entries.bundle).unwrap_or_default();
                session.entries(peer, *start, &leaves)
            }
            _ => {
                session.exclude(&peer);
                Err(Fault::Bytes)
            }
        };
        if let Err(fault) = judged {
            self.fault(peer, origin, fault, cx);
        }
    }

    /// A part of catching up got no answer.
    pub(crate) fn catch_up_failed(&mut self, peer: Peer, origin: &Origin, number: u64, ask: &Ask) {
        self.touch_sessions();
        if let Some(session) = self.session(origin, number) {
            session.failed(peer, ask);
        }
    }

    fn session(&mut self, origin: &Origin, number: u64) -> Option<&mut Session> {
        let (current, session) = self.logs.get_mut(origin)?.session.as_mut()?;
        (*current == number).then_some(session)
    }

    // Room with a peer may be room for any of them.
    fn touch_sessions(&mut self) {
        let with = self.logs.iter().filter(|(_, log)| log.session.is_some());
        self.touched.extend(with.map(|(origin, _)| origin.clone()));
    }

    fn advance_log(&mut self, origin: &Origin, cx: Cx<'_>) {
        let own = self.own_log_live && self.own_origin() == Some(origin);
        let Some(log) = self.logs.get_mut(origin) else {
            return;
        };
        if own || log.frozen.is_some() {
            log.session = None;
            return;
        }
        if log.session.is_some() {
            return self.drive(origin, cx);
        }
        if log.appending.is_some() {
            return;
        }
        if let Some(parked) = log.parked.take()
            && parked.position.size > log.fold.size()
            && parked.start <= log.fold.size()
            && self.append_announced(&parked, cx) == Appended::Form
        {
            return;
        }
        if let Some(start) = self.next_session(origin, cx) {
            self.next_session += 1;
            let number = self.next_session;
            if let Some(log) = self.logs.get_mut(origin) {
                log.session = Some((number, start));
            }
            self.drive(origin, cx);
        }
    }

    // The largest head that may be tried and that a connected peer may hold.
    fn next_session(&mut self, origin: &Origin, cx: Cx<'_>) -> Option<Session> {
        let under_way = self.logs.values().filter(|log| log.session.is_some()).count();
        let log = self.logs.get(origin)?;
        if log.candidates.is_empty() || under_way >= self.config.limits.sessions {
            return None;
        }
        let due = log
            .candidates
            .iter()
            .rev()
            .filter(|(_, candidate)| candidate.is_due(cx.now));
        let mut sourced = due.map(|(at, candidate)| (*at, candidate, self.sources(origin, *at)));
        let ((size, root), candidate, sources) = sourced.find(|(_, _, sources)| !sources.is_empty())?;
        let position = candidate.checkpoint.checkpoint.position().ok()?;
        let edge = subtrees(0, log.fold.size());
        let nodes = edge
            .map(|(level, index)| Some(((level, index), cx.view.store.node(origin, level, index).ok()??)));
        let start = Start {
            target: candidate.checkpoint.clone(),
            position,
            fold: log.fold.clone(),
            edge: nodes.collect::<Option<_>>()?,
            roots: self.world.chain().roots(&origin.authority()),
            pins: self.pins(origin),
            redacted: self.redacted(origin),
        };
        debug_assert!(size > start.fold.size() && start.position.root == root);
        let mut session = Session::new(start);
        sources.into_iter().for_each(|peer| session.add_source(peer));
        Some(session)
    }

    // Connected peers that hold a head, or passed it on, or whose own log it is.
    fn sources(&self, origin: &Origin, (size, root): (u64, Hash)) -> Vec<Peer> {
        let code = origin.authority();
        let passed = self
            .logs
            .get(origin)
            .and_then(|log| log.candidates.get(&(size, root)));
        let may = |peer: &Peer, listed: &crate::peers::Listed| {
            listed
                .claims
                .get(origin)
                .is_some_and(|(claimed, _)| *claimed >= size)
                || listed.authority == code
                || passed.is_some_and(|candidate| candidate.sources.contains(peer))
        };
        self.peers
            .ready()
            .filter(|(peer, listed)| may(peer, listed))
            .map(|(peer, _)| *peer)
            .collect()
    }

    // Entries of a log that the council or its own root ordered to be redacted.
    fn redacted(&self, origin: &Origin) -> std::collections::BTreeSet<u64> {
        let council = self.world.chain().newest().orders.iter();
        let code = origin.authority();
        let own = self
            .world
            .statements()
            .of(&code)
            .filter(|s| self.world.chain().counts(s));
        let own = own.filter_map(|s| match &s.content {
            Content::Order(order) => Some(order),
            _ => None,
        });
        let orders = council
            .chain(own)
            .filter(|o| o.measure == Measure::Redact && o.target.origin == *origin);
        orders.map(|order| order.target.index).collect()
    }

    // Asks what a session wants, writes what it has, ends it when it is done or stuck.
    fn drive(&mut self, origin: &Origin, cx: Cx<'_>) {
        let limits = self.config.limits.clone();
        let Some((number, mut session)) = self.logs.get_mut(origin).and_then(|log| log.session.take()) else {
            return;
        };
        let asks = session.ask(&|peer| self.free_for_logs(peer, cx.now), limits.bundles_ahead);
        let asked = !asks.is_empty();
        let writing = self.logs.get(origin).is_some_and(|log| log.appending.is_some());
        let group = if writing {
            None
        } else {
            session.take_group(limits.group_entries, limits.group_bytes)
        };
        let ready = |peer: &Peer| self.peers.get(peer).is_some_and(|listed| listed.is_ready());
        let size = session.position().size;
        let done = session.verified() == size;
        let stuck = !asked && !done && session.is_idle() && !session.sources().any(ready);
        if stuck {
            return self.give_up(origin, &session, cx);
        }
        let last = group.as_ref().is_some_and(|group| group.last);
        let written = group.is_none_or(|group| self.write_group(origin, &session, group, cx));
        if let Some(log) = self.logs.get_mut(origin).filter(|_| written && !last) {
            log.session = Some((number, session));
        }
        for (peer, ask) in asks {
            self.ask(
                peer,
                Purpose::CatchUp(origin.clone(), number, ask.clone()),
                request(origin, size, &ask),
                cx,
            );
        }
    }

    // Writes verified entries if the head that they belong to may be followed. False when it may not.
    fn write_group(&mut self, origin: &Origin, session: &Session, group: Group, cx: Cx<'_>) -> bool {
        let target = session.target().clone();
        let judged = if group.last && !is_end(&target) {
            self.accepted(&group, &target).map(Some)
        } else {
            self.may_still_sign(origin, &target, &group).map(|()| None)
        };
        let head = match judged {
            Ok(head) => head,
            Err(why) => {
                self.refuse(origin, &target, why, u64::MAX);
                return false;
            }
        };
        let bytes = group.entries.iter().map(Vec::len).sum::<usize>() as u64;
        if let Err((at, why)) = self.admit(origin, &group.fold, (group.entries.len() as u64, bytes), cx) {
            self.refuse(origin, &target, why, at);
            return false;
        }
        self.write(
            origin,
            group.start,
            (group.entries, group.hashes),
            group.fold,
            head,
        );
        true
    }

    // A head of good form that may be followed, or why it is not one.
    fn accepted(&self, group: &Group, target: &SignedCheckpoint) -> Result<FormHead, String> {
        let form = group
            .fold
            .prefix()
            .head(target.clone())
            .map_err(|e| e.to_string())?;
        match acceptance::judge(&self.world, form.clone()) {
            Err(refusal) if !self.has_quorum(form.position()) => Err(refusal.to_string()),
            _ => Ok(form),
        }
    }

    // Within a long catch-up: the key that signed the head is the live one here, or is mandated
    // later. Otherwise the head can never be of the log's form, and nothing of it is stored.
    fn may_still_sign(
        &mut self,
        origin: &Origin,
        target: &SignedCheckpoint,
        group: &Group,
    ) -> Result<(), String> {
        let at = (target.checkpoint.size, target.checkpoint.root);
        let serial = self
            .logs
            .get(origin)
            .and_then(|log| log.candidates.get(&at))
            .map_or(0, |c| c.serial);
        let live = group.fold.prefix().log_key().cloned();
        let live = live.map_or(0, |key| self.keys.log_serial(&self.world, origin, &key));
        if serial >= live {
            Ok(())
        } else {
            Err("it is signed by a log key that was replaced before it".to_owned())
        }
    }

    // Nobody is left to ask: the head is tried again later, or when a peer connects anew.
    fn give_up(&mut self, origin: &Origin, session: &Session, cx: Cx<'_>) {
        let at = (session.position().size, session.position().root);
        let Some(candidate) = self
            .logs
            .get_mut(origin)
            .and_then(|log| log.candidates.get_mut(&at))
        else {
            return;
        };
        candidate.unserved_until = cx.now + (RETRY_FIRST << candidate.attempts.min(6)).min(RETRY_MAX);
        candidate.attempts += 1;
        candidate.sources.clear();
        candidate.waits = Some("nobody who is connected serves it".to_owned());
    }

    fn fault(&mut self, peer: Peer, origin: &Origin, fault: Fault, cx: Cx<'_>) {
        if fault == Fault::Bytes {
            let Some(target) = self.logs.get(origin).and_then(|log| log.session.as_ref()) else {
                return;
            };
            let at = (target.1.position().size, target.1.position().root);
            // Only who says to hold this very tree is to blame: another may hold another branch.
            if self.peers.get(&peer).and_then(|listed| listed.claims.get(origin)) == Some(&at) {
                self.misbehaved(&peer, cx.now);
            }
            return;
        }
        let Some(log) = self.logs.get_mut(origin) else {
            return;
        };
        let (Some((_, session)), ours) = (log.session.take(), log.signed().cloned()) else {
            return;
        };
        let why = match &fault {
            Fault::Contradiction => "it contradicts the entries that are held here".to_owned(),
            Fault::Form(error) => error.to_string(),
            Fault::Pinned(size) => format!("a statement or the charter names another root at {size}"),
            Fault::Bytes => return,
        };
        self.refuse(origin, session.target(), why, u64::MAX);
        if fault != Fault::Contradiction {
            return;
        }
        let at = (session.position().size, session.position().root);
        let log = self.logs.get_mut(origin);
        if let Some(candidate) = log.and_then(|log| log.candidates.get_mut(&at)) {
            candidate.contradicts = true;
        }
        if let Some(ours) = ours {
            self.branch_contradicted(origin, &ours, &session, cx);
        }
    }

    // A larger head does not continue what is held here.
    fn branch_contradicted(
        &mut self,
        origin: &Origin,
        ours: &SignedCheckpoint,
        session: &Session,
        cx: Cx<'_>,
    ) {
        let position = session.position();
        if self.has_quorum(position)
            && let Some(log) = self.logs.get_mut(origin)
        {
            let why = format!(
                "a quorum cosigned a tree of {} entries that contradicts the one held here",
                position.size
            );
            log.frozen = Some(why);
        }
        self.contradiction(ours, session.target(), session.tree(), cx);
    }
}

fn request(origin: &Origin, size: u64, ask: &Ask) -> Request {
    match ask {
        Ask::Tile(path) => Request::Tiles(proto::TilesRequest {
            origin: origin.to_string(),
            level: path.level().into(),
            index: path.index(),
            width: path.width().into(),
            size,
        }),
        Ask::Entries { start, count } => Request::Entries(proto::EntriesRequest {
            origin: origin.to_string(),
            start: *start,
            count: *count as u32,
        }),
    }
}

#[cfg(test)]
mod tests;
